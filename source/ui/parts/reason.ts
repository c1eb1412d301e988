import {textMargin, whyIndent} from '../../store/layout.js';
import {wrapWithin} from '../../text/wrap-words.js';
import {piece, spaces, type Piece} from '../piece.js';
import {type PieceTone, type Theme} from '../theme.js';

/**
A text over at most `rows` lines behind a label of five letters or fewer, its further lines below its first.

`texts` say the same, each with less around it: the first that fits is taken, and the last without its middle where none does. So the end of a reason is always in sight.
*/
export const reasonLines = (
	label: string,
	texts: readonly string[],
	{width, rows, tone}: {readonly width: number; readonly rows: number; readonly tone: PieceTone},
	{glyphs}: Theme,
): ReadonlyArray<readonly Piece[]> =>
	wrapWithin(texts, {width: width - whyIndent - textMargin.right, rows, mark: glyphs.ellipsis}).map((line, index) => [
		index === 0 ? piece(` ${label}`.padEnd(whyIndent), 'quiet') : spaces(whyIndent),
		piece(line, tone),
	]);
