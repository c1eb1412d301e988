// Text measured in terminal columns. ASCII, which is nearly everything, is counted; anything else is measured by grapheme, since CJK and emoji take two columns.

import stringWidth from 'string-width';

const ascii = /^[\u0020-\u007E]*$/;

/** Whether every character takes exactly one column, so that columns are indexes. */
export const isAscii = (text: string): boolean => ascii.test(text);

/** How many columns a printable line takes. */
export const columnsOf = (text: string): number => isAscii(text) ? text.length : stringWidth(text);

let segmenter: Intl.Segmenter | undefined;

/** Grapheme by grapheme. The segmenter costs milliseconds to make: only when the first line needs it. */
const graphemesOf = (text: string): Iterable<Intl.SegmentData> => {
	segmenter ??= new Intl.Segmenter();
	return segmenter.segment(text);
};

/** The index itself, or the one behind it where it stands inside a surrogate pair. */
const boundary = (text: string, index: number): number => {
	const code = index > 0 ? text.codePointAt(index - 1) ?? 0 : 0;
	return code > 0xFF_FF ? index + 1 : index;
};

/**
The part of a line from column `left` on that fits into `width` columns. A wide character that is cut at either end leaves a space there.

A line can be megabytes long: only as much of it as can matter is measured.
*/
export const sliceColumns = (text: string, left: number, width: number): string => {
	// A grapheme rarely has more than a few code units; sixteen a column are more than enough to fill the width.
	const head = text.slice(0, boundary(text, (left + width) * 16));
	const plain = head.slice(0, left + width);
	if (isAscii(plain)) {
		return plain.slice(left);
	}

	let column = 0;
	let part = '';
	for (const {segment} of graphemesOf(head)) {
		const next = column + columnsOf(segment);
		if (column >= left && next <= left + width) {
			part += segment;
		} else if (next > left && column < left + width) {
			part += ' '.repeat(Math.min(next, left + width) - Math.max(column, left));
		}

		column = next;
		if (column >= left + width) {
			break;
		}
	}

	return part;
};

/** A line laid over several rows: how many, and the text of each (0-based). */
export type Wrapping = {readonly count: number; readonly at: (row: number) => string};

// Longer lines are cut between code points, not measured: half the width fits even if every character is wide.
const measuredLength = 100_000;

const cutEvery = (text: string, step: number): Wrapping => ({
	count: Math.max(1, Math.ceil(text.length / step)),
	at: row => text.slice(boundary(text, row * step), boundary(text, (row + 1) * step)),
});

const startsOf = (text: string, width: number): readonly number[] => {
	const starts = [0];
	let column = 0;
	for (const {segment, index} of graphemesOf(text)) {
		const columns = columnsOf(segment);
		if (column + columns > width && column > 0) {
			starts.push(index);
			column = 0;
		}

		column += columns;
	}

	return starts;
};

/** Wraps a line at `width` columns (one or more), between graphemes. The cost is in proportion to what is asked for where the line is ASCII or very long. */
export const wrapColumns = (text: string, width: number): Wrapping => {
	if (isAscii(text)) {
		return cutEvery(text, width);
	}

	if (text.length > measuredLength) {
		return cutEvery(text, Math.max(1, Math.floor(width / 2)));
	}

	const starts = startsOf(text, width);
	return {count: starts.length, at: row => text.slice(starts[row] ?? text.length, starts[row + 1])};
};
