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

const cellsOf = (buffer: IBuffer, row: number): readonly Cell[] => {
	const line = buffer.getLine(buffer.baseY + row);
	return Array.from({length: line?.length ?? 0}, (_, column) => line?.getCell(column))
		.flatMap((cell, column) => cell ? [describe(cell, row, column)] : []);
};

/** The lines in sight, without trailing blanks. */
export const readScreen = (buffer: IBuffer, rows: number): readonly string[] =>
	Array.from({length: rows}, (_, row) => buffer.getLine(buffer.baseY + row)?.translateToString(true).trimEnd() ?? '');

export const readCell = (buffer: IBuffer, row: number, column: number): Cell => {
	const cell = cellsOf(buffer, row)[column];
	if (!cell) {
		throw new Error(`no cell at row ${row}, column ${column}`);
	}

	return cell;
};

/** The cell where a text begins. Wide characters make a line's index and a cell's column differ, hence the walk over cells. */
export const findText = (buffer: IBuffer, rows: number, wanted: string): Cell | undefined => {
	for (const row of Array.from({length: rows}).keys()) {
		const cells = cellsOf(buffer, row);
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

export const isStyled = (buffer: IBuffer, rows: number): boolean =>
	Array.from({length: rows}).keys().some(row => cellsOf(buffer, row).some(cell => !isPlain(cell)));
