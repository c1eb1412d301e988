import {type IBuffer, type IBufferCell} from '@xterm/headless';

/** How a cell looks. Colours are "default", a palette index (0-15 are the ANSI colours), or "#rrggbb". */
export type Style = {
	readonly color: number | string;
	readonly background: number | string;
	readonly isBold: boolean;
	readonly isDim: boolean;
	readonly isInverse: boolean;
	readonly isUnderlined: boolean;
};

/** `text` is empty in the second half of a wide character. */
export type Cell = Style & {readonly text: string; readonly row: number; readonly column: number};

const colorOf = (isDefault: boolean, isRgb: boolean, value: number): number | string => {
	if (isDefault) {
		return 'default';
	}

	return isRgb ? `#${value.toString(16).padStart(6, '0')}` : value;
};

const describe = (cell: IBufferCell, row: number, column: number): Cell => ({
	text: cell.getWidth() === 0 ? '' : (cell.getChars() || ' '),
	row,
	column,
	color: colorOf(cell.isFgDefault(), cell.isFgRGB(), cell.getFgColor()),
	background: colorOf(cell.isBgDefault(), cell.isBgRGB(), cell.getBgColor()),
	isBold: cell.isBold() !== 0,
	isDim: cell.isDim() !== 0,
	isInverse: cell.isInverse() !== 0,
	isUnderlined: cell.isUnderline() !== 0,
});

/** What the screen's size is. A line of the alternate screen keeps its cells when the terminal becomes narrower, hence the columns. */
export type ScreenSize = {readonly columns: number; readonly rows: number};

const cellsOf = (buffer: IBuffer, row: number, {columns}: ScreenSize): readonly Cell[] => {
	const line = buffer.getLine(buffer.baseY + row);
	return Array.from({length: columns}, (_, column) => line?.getCell(column))
		.flatMap((cell, column) => cell ? [describe(cell, row, column)] : []);
};

/** The lines in sight, without trailing blanks. */
export const readScreen = (buffer: IBuffer, {columns, rows}: ScreenSize): readonly string[] =>
	Array.from({length: rows}, (_, row) => buffer.getLine(buffer.baseY + row)?.translateToString(true, 0, columns).trimEnd() ?? '');

export const readCell = (buffer: IBuffer, size: ScreenSize, {row, column}: {readonly row: number; readonly column: number}): Cell => {
	const cell = cellsOf(buffer, row, size)[column];
	if (!cell) {
		throw new Error(`no cell at row ${row}, column ${column}`);
	}

	return cell;
};

/** The cell where a text begins. Wide characters make a line's index and a cell's column differ, hence the walk over cells. */
export const findText = (buffer: IBuffer, size: ScreenSize, wanted: string): Cell | undefined => {
	for (const row of Array.from({length: size.rows}).keys()) {
		const cells = cellsOf(buffer, row, size);
		let index = cells.map(({text}) => text).join('').indexOf(wanted);
		if (index !== -1) {
			return cells.find(({text}) => {
				index -= text.length;
				return index < 0;
			});
		}
	}

	return undefined;
};

const isPlain = (cell: Cell): boolean => cell.color === 'default' && cell.background === 'default' && !cell.isBold && !cell.isDim && !cell.isInverse && !cell.isUnderlined;

export const isStyled = (buffer: IBuffer, size: ScreenSize): boolean =>
	Array.from({length: size.rows}).keys().some(row => cellsOf(buffer, row, size).some(cell => !isPlain(cell)));
