import path from 'node:path';
import {columnsOf, sliceColumns, wrapColumns} from './columns.js';
import {printable} from './printable.js';

// Characters.
const longest = 20_000;

/** A text that stands beside the logs, such as a reason, which has it from a line that can be megabytes long: that line stands in its log. */
export const truncate = (text: string): string => text.length > longest ? `${text.slice(0, longest).toWellFormed()}…` : text;

/** A path in at most so many columns: whole if it fits, else without the beginning of its folder. The name of the file always stays. */
export const pathWords = (file: string, columns: number): string => {
	const name = printable(path.basename(file));
	const folder = printable(path.dirname(file));
	const full = folder.endsWith(path.sep) ? folder + name : folder + path.sep + name;
	const excess = columnsOf(full) - columns;
	return excess <= 0 ? full : `…${sliceColumns(full, Math.min(excess + 1, columnsOf(full) - columnsOf(name) - 1), columnsOf(full))}`;
};

const partsOfWord = (word: string, width: number): readonly string[] => {
	const {count, at} = wrapColumns(word, width);
	return Array.from({length: count}, (_, row) => at(row));
};

/** Text of our own over lines of at most `width` columns, broken between words; a longer word is broken too. Several spaces stay where no line is broken. */
export const wrapWords = (text: string, width: number): readonly string[] => {
	const columns = Math.max(1, width);
	const lines: string[] = [];
	let line = '';
	for (const [index, word] of text.split(' ').flatMap(part => partsOfWord(part, columns)).entries()) {
		if (index > 0 && columnsOf(line) + 1 + columnsOf(word) > columns) {
			lines.push(line.trimEnd());
			line = word;
		} else {
			line = index === 0 ? word : `${line} ${word}`;
		}
	}

	return [...lines, line];
};

/** The last columns of a line, as many as fit into `width`. Of a very long one only the end is measured. */
const lastColumns = (text: string, width: number): string => {
	// A surrogate pair that is cut in two would be a character of its own.
	const tail = text.slice(-width * 16).replace(/^[\uDC00-\uDFFF]/, '');
	return sliceColumns(tail, Math.max(0, columnsOf(tail) - width), width).trimStart();
};

/** A text in at most `width` columns: what stands in its middle is left out, since the end of a reason says as much as its beginning. */
export const cutMiddle = (text: string, width: number, mark = '…'): string => {
	if (text.length <= width * 16 && columnsOf(text) <= width) {
		return text;
	}

	const tail = Math.floor((width - 1) * 0.6);
	return width <= 0 ? '' : `${sliceColumns(text, 0, width - 1 - tail).trimEnd()}${mark}${tail === 0 ? '' : lastColumns(text, tail)}`;
};

/**
The first of these texts that fits into `rows` lines of `width` columns, wrapped; if none does, the last one without its middle. The texts say the same, each with less around it than the one before.

However long they are, only as much is measured as could fit.
*/
export const wrapWithin = (texts: readonly string[], {width, rows, mark}: {readonly width: number; readonly rows: number; readonly mark?: string}): readonly string[] => {
	const columns = Math.max(1, width);
	const most = Math.max(1, rows);
	for (const text of texts) {
		// Hardly any character takes no column: what is longer in code units than the room fits in no case that matters.
		const lines = text.length > columns * most * 2 ? [] : wrapWords(text, columns);
		if (lines.length > 0 && lines.length <= most) {
			return lines;
		}
	}

	const last = texts.at(-1) ?? '';
	const full = wrapColumns(cutMiddle(last, columns * most, mark), columns);
	// A wide character that does not fit into the end of a line leaves a column free there.
	const {count, at} = full.count <= most ? full : wrapColumns(cutMiddle(last, (columns * most) - (most - 1), mark), columns);
	return Array.from({length: Math.min(count, most)}, (_, row) => at(row));
};
