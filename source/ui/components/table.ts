import {cell} from '../../lib/columns.js';
import {type Column} from '../../lib/fit-columns.js';
import {type Window} from '../../store/selectors/view-types.js';
import {type Span, span, spaces} from '../span.js';
import {type PieceTone, type Theme} from '../theme.js';

/** Which rows of a list are in sight, and where there are more: "12-30/200 ▴▾". Nothing where all are. For the right end of a line that is there anyway. */
export const positionPieces = ({rows, top, total}: Pick<Window<unknown>, 'top' | 'total'> & {readonly rows: {readonly length: number}}, {glyphs}: Theme): readonly Span[] => {
	const end = top + rows.length;
	return rows.length >= total
		? []
		: [span(`${top + 1}-${end}/${total} ${top > 0 ? glyphs.above : ''}${end < total ? glyphs.below : ''}`, 'accent'), span(' ')];
};

/** Columns before a table for the mark of the selected row. */
export const markerWidth = 3;

/** A free column at the right edge, as at the left one. */
export const margin = 1;

export const markerOf = (isSelected: boolean, {glyphs}: Theme): Span =>
	isSelected ? span(` ${glyphs.selected} `, 'accent', true) : spaces(markerWidth);

/** A cell of a row, cut and filled to its column, with the free columns before it. Dim text in a selected row is not dim. */
export const cellPiece = (text: string, column: Column<string>, theme: Theme, {tone = 'plain', isSelected = false, align = 'left'}: {
	readonly tone?: PieceTone; readonly isSelected?: boolean; readonly align?: 'left' | 'right';
} = {}): Span => span(
	' '.repeat(column.gap) + cell(text, column.width, {align, mark: theme.glyphs.ellipsis}),
	isSelected && tone === 'quiet' ? 'plain' : tone,
	isSelected,
);

/** The heads of the columns. */
export const tableHead = <Name extends string>(
	columns: ReadonlyArray<Column<Name>>,
	titles: Readonly<Record<Name, string>>,
	theme: Theme,
	{right = []}: {readonly right?: readonly Name[]} = {},
): readonly Span[] => [
	spaces(markerWidth),
	...columns.map(column => cellPiece(titles[column.name], column, theme, {tone: 'quiet', align: right.includes(column.name) ? 'right' : 'left'})),
];
