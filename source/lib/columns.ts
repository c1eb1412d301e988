// Text measured in terminal columns. Nearly all text is narrow and just counted; anything else is measured by grapheme, since CJK and emoji take two columns.

import stringWidth from 'string-width';
import {areAmbiguousWide, graphemes, isNarrow} from './graphemes.js';

/** How many columns a printable line takes. */
export const columnsOf = (text: string): number => isNarrow(text) ? text.length : stringWidth(text, {ambiguousIsNarrow: !areAmbiguousWide()});

/** The index itself, or the next one if it is inside a surrogate pair. */
const boundary = (text: string, index: number): number => {
	const code = index > 0 ? text.codePointAt(index - 1) ?? 0 : 0;
	return code > 0xFF_FF ? index + 1 : index;
};

/** A part of a line: `text`, with `lead` spaces before the character at the line's index `start`, and whether something follows it. */
type LinePart = {readonly text: string; readonly start: number; readonly lead: number; readonly hasMore: boolean};

/** The columns [left, left + width) of a text that is measured grapheme by grapheme. */
const measuredPart = (text: string, left: number, width: number): LinePart => {
	let column = 0;
	let part = '';
	let lead = 0;
	let start: number | undefined;
	for (const {segment, index} of graphemes.segment(text)) {
		const next = column + columnsOf(segment);
		if (column >= left + width && next > column) {
			return {text: part, start: start ?? index, lead, hasMore: true};
		}

		if (column >= left && next <= left + width) {
			start ??= index;
			part += segment;
		} else if (next > left && column < left + width) {
			const missing = Math.min(next, left + width) - Math.max(column, left);
			lead += start === undefined ? missing : 0;
			part += ' '.repeat(missing);
		}

		column = next;
	}

	return {text: part, start: start ?? text.length, lead, hasMore: column > left + width};
};

// Of longer lines, the part scrolled out of view is not measured: each code unit counts as a column there.
const measuredLength = 100_000;

/** The part of a line from column `left` on that fits into `width` columns. A wide character cut at either end becomes a space. A line can be megabytes long, so only the part that matters is measured. */
export const partOf = (text: string, left: number, width: number): LinePart => {
	const skipped = text.length > measuredLength ? boundary(text, left) : 0;
	const rest = Math.max(0, left - skipped);
	// A grapheme rarely has more than a few code units; sixteen a column are more than enough to fill the width.
	const head = text.slice(skipped, boundary(text, skipped + ((rest + width + 2) * 16)));
	const plain = head.slice(0, rest + width);
	if (isNarrow(plain) && (head.length === plain.length || isNarrow(head[plain.length] ?? ''))) {
		return {text: plain.slice(rest), start: skipped + Math.min(rest, plain.length), lead: 0, hasMore: head.length > plain.length};
	}

	const part = measuredPart(head, rest, width);
	return {...part, start: skipped + part.start, hasMore: part.hasMore || skipped + head.length < text.length};
};

/** The text of `partOf`. */
export const sliceColumns = (text: string, left: number, width: number): string => partOf(text, left, width).text;

/** The column of an index in a line, as `partOf` counts columns. */
export const columnAt = (text: string, index: number): number => text.length > measuredLength ? index : columnsOf(text.slice(0, index));

/** A line wrapped over several rows: how many, where each begins, and the text of each (0-based). */
type Wrapping = {readonly count: number; readonly startOf: (row: number) => number; readonly at: (row: number) => string};

const cutEvery = (text: string, step: number): Wrapping => {
	const startOf = (row: number): number => boundary(text, row * step);
	return {count: Math.max(1, Math.ceil(text.length / step)), startOf, at: row => text.slice(startOf(row), startOf(row + 1))};
};

const startsOf = (text: string, width: number): readonly number[] => {
	const starts = [0];
	let column = 0;
	for (const {segment, index} of graphemes.segment(text)) {
		const columns = columnsOf(segment);
		if (column + columns > width && column > 0) {
			starts.push(index);
			column = 0;
		}

		column += columns;
	}

	return starts;
};

/** Wraps a line at `width` columns (one or more), between graphemes. For a narrow or very long line, the cost depends only on the rows that are read. */
export const wrapColumns = (text: string, width: number): Wrapping => {
	if (isNarrow(text)) {
		return cutEvery(text, width);
	}

	if (text.length > measuredLength) {
		// Cut between code points, not measured: half the width fits even if every character is wide.
		return cutEvery(text, Math.max(1, Math.floor(width / 2)));
	}

	const starts = startsOf(text, width);
	const startOf = (row: number): number => starts[row] ?? text.length;
	return {count: starts.length, startOf, at: row => text.slice(startOf(row), startOf(row + 1))};
};

/** A text cut to `width` columns; `mark`, one column wide, shows that something was cut. Wide characters are never halved. */
export const cut = (text: string, width: number, mark = '…'): string => {
	if (width <= 0) {
		return '';
	}

	// A text with more code units than this does not fit, however narrow it is, so it is not measured as a whole.
	const isLong = text.length > width * 16;
	if (!isLong && columnsOf(text) <= width) {
		return text;
	}

	// A wide character at the edge becomes a space.
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

/** Padded with spaces to `width` columns. */
export const padEnd = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - columnsOf(text)));

const padStart = (text: string, width: number): string => ' '.repeat(Math.max(0, width - columnsOf(text))) + text;

/** Exactly `width` columns, cut or padded, aligned left or right. */
export const cell = (text: string, width: number, {align = 'left', mark = '…'}: {readonly align?: 'left' | 'right'; readonly mark?: string} = {}): string => {
	const fitting = cut(text, width, mark);
	return align === 'left' ? padEnd(fitting, width) : padStart(fitting, width);
};
