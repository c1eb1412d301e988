import {columnAt, partOf, wrapColumns} from '../../text/columns.js';
import {isNarrow} from '../../text/graphemes.js';
import {type LogBuffer} from './log-buffer.js';

/** What of an entry stands on a row: `text`, after `lead` spaces of which comes what begins at the index `start` of the entry. What is scrolled away on either side is marked, for which a column is left. */
export type RowPart = {readonly text: string; readonly start: number; readonly lead: number; readonly isCutLeft: boolean; readonly isCutRight: boolean};

/** How an entry is laid over display rows. */
export type EntryLayout = {
	readonly rows: number;
	/** A row, 0-based; `left` columns are scrolled away where nothing is wrapped. */
	readonly at: (row: number, left: number) => RowPart;
	/** On which row an index of the text stands. */
	readonly rowOf: (index: number) => number;
	/** In which column of its line it stands, where nothing is wrapped. */
	readonly columnOf: (index: number) => number;
};

type Shape = {readonly width: number; readonly isWrapped: boolean};

/** A line as it is scrolled sideways. */
const scrolled = (line: string, left: number, width: number): RowPart => {
	const isCutLeft = left > 0 && line !== '';
	const mark = isCutLeft ? 1 : 0;
	const whole = partOf(line, left + mark, width - mark);
	return {...(whole.hasMore ? partOf(line, left + mark, width - mark - 1) : whole), isCutLeft, isCutRight: whole.hasMore};
};

/** The last of `count` ascending values that is at most `wanted`: its number. */
const lastAtMost = (valueOf: (number: number) => number, count: number, wanted: number): number => {
	let low = 0;
	let high = count - 1;
	while (low < high) {
		const middle = Math.ceil((low + high) / 2);
		if (valueOf(middle) <= wanted) {
			low = middle;
		} else {
			high = middle - 1;
		}
	}

	return low;
};

const singleLine = (line: string, {width, isWrapped}: Shape): EntryLayout => {
	if (!isWrapped) {
		return {
			rows: 1, at: (_, left) => scrolled(line, left, width), rowOf: () => 0, columnOf: index => columnAt(line, index),
		};
	}

	const {count, at, startOf} = wrapColumns(line, width);
	return {
		rows: count,
		at: row => ({
			text: at(row), start: startOf(row), lead: 0, isCutLeft: false, isCutRight: false,
		}),
		rowOf: index => lastAtMost(startOf, count, index),
		columnOf: () => 0,
	};
};

const rowsOfLine = (line: string, {width, isWrapped}: Shape): number => {
	if (!isWrapped || line.length * 2 <= width) {
		return 1;
	}

	return isNarrow(line) ? Math.max(1, Math.ceil(line.length / width)) : wrapColumns(line, width).count;
};

const manyLines = (text: string, shape: Shape): EntryLayout => {
	const lines = text.split('\n');
	const firstRows = new Uint32Array(lines.length);
	const begins = new Uint32Array(lines.length);
	let rows = 0;
	let begin = 0;
	for (const [index, line] of lines.entries()) {
		firstRows[index] = rows;
		begins[index] = begin;
		rows += rowsOfLine(line, shape);
		begin += line.length + 1;
	}

	/** The line that a row or an index of the text belongs to. */
	const lineBy = (firsts: Uint32Array, value: number) => {
		const number = lastAtMost(line => firsts[line] ?? 0, lines.length, value);
		return {layout: singleLine(lines[number] ?? '', shape), firstRow: firstRows[number] ?? 0, begin: begins[number] ?? 0};
	};

	return {
		rows,
		at(row, left) {
			const line = lineBy(firstRows, row);
			const part = line.layout.at(row - line.firstRow, left);
			return {...part, start: line.begin + part.start};
		},
		rowOf(index) {
			const line = lineBy(begins, index);
			return line.firstRow + line.layout.rowOf(index - line.begin);
		},
		columnOf(index) {
			const line = lineBy(begins, index);
			return line.layout.columnOf(index - line.begin);
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
