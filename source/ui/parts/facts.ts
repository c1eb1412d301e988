import {cell} from '../../format/cell.js';
import {wrapWords} from '../../text/wrap-words.js';
import {piece} from '../piece.js';
import {type PieceTone} from '../theme.js';
import {type Line} from './frame-lines.js';

/** Something that is known, by its name. One without a value is left out. */
export type Fact = {readonly name: string; readonly value: string; readonly tone?: PieceTone};

// A free column before the names, two between names and values.
const nameWidth = 12;
const indent = 1 + nameWidth + 2;

/** Facts one below the other, long ones over several lines. */
export const factLines = (facts: readonly Fact[], width: number): readonly Line[] => facts.filter(({value}) => value !== '').flatMap(({name, value, tone = 'plain'}) =>
	wrapWords(value, width - indent - 1).map((text, index): Line => [piece(` ${cell(index === 0 ? name : '', nameWidth)}  `, 'quiet'), piece(text, tone)]));
