import {type Window} from '../../store/views.js';
import {piece, type Piece} from '../piece.js';
import {type Theme} from '../theme.js';

/** Which rows of a list are in sight, and where there are more: "12-30/200 ▴▾". Nothing where all are. For the right end of a line that is there anyway. */
export const positionPieces = ({rows, top, total}: Pick<Window<unknown>, 'top' | 'total'> & {readonly rows: {readonly length: number}}, {glyphs}: Theme): readonly Piece[] => {
	const end = top + rows.length;
	return rows.length >= total
		? []
		: [piece(`${top + 1}-${end}/${total} ${top > 0 ? glyphs.above : ''}${end < total ? glyphs.below : ''}`, 'accent'), piece(' ')];
};
