import {wrapWords} from '../../text/wrap-words.js';
import {piece} from '../piece.js';
import {type PieceTone} from '../theme.js';
import {type Line} from './frame-lines.js';

/** A text in as many lines as it takes, with a free column at both sides. */
export const paragraph = (text: string, width: number, tone: PieceTone = 'plain'): readonly Line[] =>
	wrapWords(text, width - 2).map(line => [piece(` ${line}`, tone)]);
