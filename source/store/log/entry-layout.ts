// How entries that were written for a terminal are drawn: their colours, and which of their lines overwrote themselves.

import {columnAt, partOf} from '../../lib/columns.js';
import {isNarrow} from '../../lib/graphemes.js';
import {wrapWords} from '../../lib/wrap.js';
import {type Drawing, drawingOf, isForTerminal} from '../../lib/terminal-text.js';
import {rawAt} from '../../protocol/raw-texts.js';
import {type EntryLayout, type LogBuffer, type RowPart} from './buffer.js';

// More than a window holds.
const rememberedDrawings = 100;

/** How the entry at an index is drawn; undefined if it is plain text. Cached, because every frame needs it again. */
export const entryDrawing = ({texts, raws, drawings}: LogBuffer, index: number): Drawing | undefined => {
	const raw = rawAt(raws, index);
	if (raw === undefined || !isForTerminal(raw)) {
		return undefined;
	}

	const known = drawings.get(index);
	const drawing = known?.raw === raw ? known.drawing : drawingOf(raw, texts[index] ?? '');
	drawings.delete(index);
	drawings.set(index, {raw, drawing});
	const [oldest] = drawings.keys();
	if (drawings.size > rememberedDrawings && oldest !== undefined) {
		drawings.delete(oldest);
	}

	return drawing;
};

/** Whether the text at an index belongs to a line that overwrote itself. If it is wrapped, only its first row counts. */
export const isRewritten = ({rewritten}: Drawing, start: number, isWrapped: boolean): boolean => {
	let low = 0;
	let high = rewritten.length - 1;
	while (low <= high) {
		const middle = Math.floor((low + high) / 2);
		const [begin = 0, end = 0] = rewritten[middle] ?? [];
		if (start < begin) {
			high = middle - 1;
		} else if (start > end) {
			low = middle + 1;
		} else {
			return !isWrapped || start === begin;
		}
	}

	return false;
};

type Shape = {readonly width: number; readonly isWrapped: boolean};

/** A line scrolled sideways. */
const scrolled = (line: string, scrollColumn: number, width: number): RowPart => {
	const isCutLeft = scrollColumn > 0 && line !== '';
	const mark = isCutLeft ? 1 : 0;
	const whole = partOf(line, scrollColumn + mark, width - mark);
	return {...(whole.hasMore ? partOf(line, scrollColumn + mark, width - mark - 1) : whole), isCutLeft, isCutRight: whole.hasMore};
};

/** The index of the last of `count` ascending values that is at most `wanted`. */
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

	const {count, at, startOf} = wrapWords(line, width);
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

	return isNarrow(line) && line.length <= width ? 1 : wrapWords(line, width).count;
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

// Laying out a long entry takes milliseconds, and every movement needs it again; short entries are not worth caching.
const longEntry = 50_000;

const rememberedLayouts = 8;

/** How the entry at an index is laid out. Layouts of long entries are cached. */
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
	if (layouts.size > rememberedLayouts && oldest !== undefined) {
		layouts.delete(oldest);
	}

	return layout;
};
