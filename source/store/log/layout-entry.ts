import {isAscii, sliceColumns, wrapColumns} from '../../text/columns.js';
import {type LogBuffer} from './log-buffer.js';

/** How an entry is laid over display rows. */
export type EntryLayout = {
	readonly rows: number;
	/** The text of a row, 0-based; `left` columns are scrolled away where nothing is wrapped. */
	readonly at: (row: number, left: number) => string;
};

type Shape = {readonly width: number; readonly isWrapped: boolean};

const singleLine = (line: string, {width, isWrapped}: Shape): EntryLayout => {
	if (!isWrapped) {
		return {rows: 1, at: (_, left) => sliceColumns(line, left, width)};
	}

	const wrapping = wrapColumns(line, width);
	return {rows: wrapping.count, at: row => wrapping.at(row)};
};

const rowsOfLine = (line: string, {width, isWrapped}: Shape): number => {
	if (!isWrapped || line.length * 2 <= width) {
		return 1;
	}

	return isAscii(line) ? Math.max(1, Math.ceil(line.length / width)) : wrapColumns(line, width).count;
};

/** The last index whose value is at most `wanted`, in ascending values. */
const lastAtMost = (values: Uint32Array, wanted: number): number => {
	let low = 0;
	let high = values.length - 1;
	while (low < high) {
		const middle = Math.ceil((low + high) / 2);
		if ((values[middle] ?? 0) <= wanted) {
			low = middle;
		} else {
			high = middle - 1;
		}
	}

	return low;
};

const manyLines = (text: string, shape: Shape): EntryLayout => {
	const lines = text.split('\n');
	const starts = new Uint32Array(lines.length);
	let rows = 0;
	for (const [index, line] of lines.entries()) {
		starts[index] = rows;
		rows += rowsOfLine(line, shape);
	}

	return {
		rows,
		at(row, left) {
			const index = lastAtMost(starts, row);
			return singleLine(lines[index] ?? '', shape).at(row - (starts[index] ?? 0), left);
		},
	};
};

const makeLayout = (text: string, shape: Shape): EntryLayout => text.includes('\n') ? manyLines(text, shape) : singleLine(text, shape);

// Laying out a long entry takes milliseconds, and every movement needs it again; short ones are not worth a place.
const longEntry = 50_000;
const remembered = 8;

/** How the entry at an index is laid out. Of long entries it is remembered with the buffer. */
export const layoutOf = ({texts, layouts}: LogBuffer, index: number, shape: Shape): EntryLayout => {
	const text = texts[index] ?? '';
	if (text.length < longEntry) {
		return makeLayout(text, shape);
	}

	const key = `${index} ${shape.width} ${shape.isWrapped ? 'wrapped' : ''}`;
	const known = layouts.get(key);
	const layout = known?.text === text ? known.layout : makeLayout(text, shape);
	layouts.delete(key);
	layouts.set(key, {text, layout});
	const [oldest] = layouts.keys();
	if (layouts.size > remembered && oldest !== undefined) {
		layouts.delete(oldest);
	}

	return layout;
};
