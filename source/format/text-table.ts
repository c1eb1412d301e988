import {columnsOf} from '../text/columns.js';
import {widest} from './cell.js';

export type TextTableOptions = {
	/** Columns, by index, that are aligned to the right. */
	readonly right?: ReadonlySet<number>;
	/** Wider texts are not cut, only no longer aligned. */
	readonly limit?: number;
	/** What is put around a text, for instance a colour; it takes no columns. */
	readonly paint?: (text: string, column: number, row: number) => string;
};

/** Rows as aligned columns, two columns apart, without spaces at the end. */
export const textTable = (rows: ReadonlyArray<readonly string[]>, {right = new Set(), limit = 60, paint = text => text}: TextTableOptions = {}): readonly string[] => {
	const widths = (rows[0] ?? []).map((_, column) => widest(rows.map(row => row[column] ?? ''), 1, limit));
	return rows.map((row, rowIndex) => {
		let line = '';
		let gap = '';
		for (const [column, width] of widths.entries()) {
			const text = row[column] ?? '';
			const space = ' '.repeat(Math.max(0, width - columnsOf(text)));
			const isRight = right.has(column);
			if (text !== '') {
				line += gap + (isRight ? space : '') + paint(text, column, rowIndex);
				gap = '';
			}

			// Written only when something stands behind it.
			gap += `${text === '' ? ' '.repeat(width) : (isRight ? '' : space)}  `;
		}

		return line;
	});
};
