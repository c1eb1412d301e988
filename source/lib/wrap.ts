import path from 'node:path';
import {columnsOf, sliceColumns, wrapColumns} from './columns.js';
import {graphemes, isNarrow} from './graphemes.js';
import {printable} from './printable.js';

// Characters.
const longest = 20_000;

/** A text beside the logs, such as a reason, cut to a limit: it may quote a line of megabytes, which is complete in its log. */
export const truncate = (text: string): string => text.length > longest ? `${text.slice(0, longest).toWellFormed()}…` : text;

/** A path in at most that many columns, without the beginning of its folder if it is too long. The file's name always stays. */
export const pathText = (file: string, columns: number): string => {
	const name = printable(path.basename(file));
	const folder = printable(path.dirname(file));
	const full = folder.endsWith(path.sep) ? folder + name : folder + path.sep + name;
	const excess = columnsOf(full) - columns;
	return excess <= 0 ? full : `…${sliceColumns(full, Math.min(excess + 1, columnsOf(full) - columnsOf(name) - 1), columnsOf(full))}`;
};

const partsOfWord = (word: string, width: number): readonly string[] => {
	if (word.length * 2 <= width) {
		return [word];
	}

	const {count, at} = wrapColumns(word, width);
	return Array.from({length: count}, (_, row) => at(row));
};

// Chinese has no spaces: it is broken between any two characters, but not before a closing mark or after an opening one.
const closing = '，。：；、！？）」》”’…';

const opening = '（「《“‘';

const breaks = new RegExp(String.raw`(?<=[\p{Script=Han}${closing}])(?![${closing}),.:;!?%\]])|(?<![${opening}([])(?=[\p{Script=Han}${opening}])`, 'u');

const hanOrMark = /[\u3000-\u9FFF\uF900-\uFAFF\uFF00-\uFFEF]/;

/** The parts of a text that stay in one line if they can, and whether a space comes before each. */
const partsOf = (text: string, width: number): ReadonlyArray<{readonly part: string; readonly isSpaced: boolean}> => text.split(' ').flatMap((word, index) =>
	(hanOrMark.test(word) ? word.split(breaks) : [word]).flatMap(part => partsOfWord(part, width)).map((part, at) => ({part, isSpaced: index > 0 && at === 0})));

const onlyWide = /^[、。\u4E00-\u9FFF\uFF01-\uFF60]+$/;

/** Most parts of a Chinese text are one character: to measure each by graphemes would take most of a frame. */
const columnsOfPart = (part: string): number => onlyWide.test(part) ? part.length * 2 : columnsOf(part);

/** obwatch's own text in lines of at most `width` columns, broken between words, or between Chinese characters; a longer word is broken too. Several spaces stay unless a line is broken there. */
export const wrapText = (text: string, width: number): readonly string[] => {
	const columns = Math.max(1, width);
	const lines: string[] = [];
	let line = '';
	let used = 0;
	for (const [index, {part, isSpaced}] of partsOf(text, columns).entries()) {
		const space = isSpaced ? ' ' : '';
		const own = columnsOfPart(part);
		if (index > 0 && used + space.length + own > columns) {
			lines.push(line.trimEnd());
			line = part;
			used = own;
		} else {
			line += space + part;
			used += space.length + own;
		}
	}

	return [...lines, line];
};

// Finding words in longer lines would take too long for a key; in Chinese, each character is measured.
const wordsUpTo = {narrow: 20_000, wide: 4000} as const;

/** Where the rows of a narrow line begin: at words, unless one is longer than a row. */
const narrowStarts = (text: string, width: number): readonly number[] => {
	const starts = [0];
	for (let start = 0; text.length - start > width;) {
		const end = start + width;
		const space = text[end] === ' ' ? end : text.lastIndexOf(' ', end - 1);
		const wordEnd = text.indexOf(' ', end);
		const isLong = (wordEnd === -1 ? text.length : wordEnd) - space - 1 > width;
		start = space > start && (!isLong || space === end) ? space + 1 : end;
		while (text[start] === ' ' && text[start - 1] === ' ') {
			start++;
		}

		starts.push(start);
	}

	return starts.filter((start, index) => index === 0 || start < text.length);
};

const wideStarts = (text: string, width: number): readonly number[] => {
	const places = new Set([...text.matchAll(new RegExp(breaks, 'gu'))].map(({index}) => index));
	const starts = [0];
	let [row, at] = [0, 0];
	let column = 0;
	for (const {segment, index} of graphemes.segment(text)) {
		if (places.has(index) || text[index - 1] === ' ') {
			at = index;
		}

		const columns = columnsOf(segment);
		if (column + columns > width && column > 0 && segment !== ' ') {
			// A word that begins a column after its row, behind a space, may not fit into the next one either.
			const before = at > row ? columnsOf(text.slice(at, index)) : 0;
			row = at > row && before + columns <= width ? at : index;
			starts.push(row);
			column = row === at ? before : 0;
		}

		column += columns;
	}

	return starts;
};

/** A line wrapped between words, or between Chinese characters, over rows of at most `width` columns. Spaces at a row's end are left out. A very long line is cut anywhere, so that its cost depends only on the rows that are read. */
export const wrapWords = (text: string, width: number): ReturnType<typeof wrapColumns> => {
	const isPlain = isNarrow(text);
	if (width < 8 || text.length > (isPlain ? wordsUpTo.narrow : wordsUpTo.wide)) {
		return wrapColumns(text, width);
	}

	const starts = isPlain ? narrowStarts(text, width) : wideStarts(text, width);
	const startOf = (row: number): number => starts[row] ?? text.length;
	return {count: starts.length, startOf, at: row => row === starts.length - 1 ? text.slice(startOf(row)) : text.slice(startOf(row), startOf(row + 1)).trimEnd()};
};

/** The last columns of a line, as many as fit into `width`. Of a very long line only the end is measured. */
const lastColumns = (text: string, width: number): string => {
	// Half a surrogate pair would be a character of its own.
	const tail = text.slice(-width * 16).replace(/^[\uDC00-\uDFFF]/, '');
	return sliceColumns(tail, Math.max(0, columnsOf(tail) - width), width).trimStart();
};

/** A text in at most `width` columns, shortened in its middle, since the end of a reason says as much as its beginning. The first `kept` columns stay. */
export const cutMiddle = (text: string, width: number, mark = '…', kept = 0): string => {
	if (text.length <= width * 16 && columnsOf(text) <= width) {
		return text;
	}

	const tail = Math.max(0, Math.min(Math.floor((width - 1) * 0.6), width - 1 - kept));
	return width <= 0 ? '' : `${sliceColumns(text, 0, width - 1 - tail).trimEnd()}${mark}${tail === 0 ? '' : lastColumns(text, tail)}`;
};

/**
The first of these texts that fits into `rows` lines of `width` columns, wrapped; if none does, the last one without its middle.
The texts say the same, each with less detail than the one before. Only as much is measured as could fit.
*/
export const wrapWithin = (texts: readonly string[], {width, rows, mark, kept}: {readonly width: number; readonly rows: number; readonly mark?: string; readonly kept?: number}): readonly string[] => {
	const columns = Math.max(1, width);
	const most = Math.max(1, rows);
	for (const text of texts) {
		// Hardly any character takes no column: a text with this many code units does not fit in practice.
		const lines = text.length > columns * most * 2 ? [] : wrapText(text, columns);
		if (lines.length > 0 && lines.length <= most) {
			return lines;
		}
	}

	const last = texts.at(-1) ?? '';
	// Words leave columns free at the ends of lines: less is tried, until it fits without a word cut in two. Chinese is slow to measure, and breaks nearly anywhere.
	const isChinese = hanOrMark.test(last.slice(-columns * most));
	const least = columns * (most - 1);
	for (let room = columns * most; room > least; room -= isChinese ? 4 : 2) {
		const lines = wrapText(cutMiddle(last, room, mark, kept), columns);
		if (lines.length <= most) {
			return lines;
		}
	}

	const full = wrapColumns(cutMiddle(last, columns * most, mark, kept), columns);
	// A wide character that does not fit at the end of a line leaves a column free.
	const {count, at} = full.count <= most ? full : wrapColumns(cutMiddle(last, (columns * most) - (most - 1), mark, kept), columns);
	return Array.from({length: Math.min(count, most)}, (_, row) => at(row));
};
