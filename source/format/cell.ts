import {columnsOf, sliceColumns} from '../text/columns.js';

/** A text cut to `width` columns; what was cut shows as `mark`, which takes one. Characters of two columns are never halved. */
export const cut = (text: string, width: number, mark = '…'): string => {
	if (width <= 0) {
		return '';
	}

	// Something longer than this in code units can't fit, however narrow it is; it is not measured as a whole.
	const isLong = text.length > width * 16;
	if (!isLong && columnsOf(text) <= width) {
		return text;
	}

	// A wide character at the edge leaves a space.
	return sliceColumns(text, 0, width - 1).trimEnd() + mark;
};

/** Whether a text fits into `width` columns. A very long one is not measured. */
export const isWithin = (text: string, width: number): boolean => text.length <= width * 16 && columnsOf(text) <= width;

/** The columns of the widest text, within limits. */
export const widest = (texts: readonly string[], least: number, most: number): number => {
	let width = least;
	for (const text of texts) {
		width = Math.max(width, columnsOf(text));
	}

	return Math.min(width, most);
};

/** Filled up with spaces to `width` columns. */
export const padEnd = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - columnsOf(text)));

export const padStart = (text: string, width: number): string => ' '.repeat(Math.max(0, width - columnsOf(text))) + text;

/** Exactly `width` columns, cut or filled, at the left or at the right. */
export const cell = (text: string, width: number, {align = 'left', mark = '…'}: {readonly align?: 'left' | 'right'; readonly mark?: string} = {}): string => {
	const fitting = cut(text, width, mark);
	return align === 'left' ? padEnd(fitting, width) : padStart(fitting, width);
};
