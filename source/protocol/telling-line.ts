// Finds the most telling line of an entry of many lines: scripts write all their output as one entry, noise first, the reason last.

import {messageOf, withoutTaskPrefix} from './logs.js';

/** A line of an entry, and its index there. */
export type EntryLine = {readonly text: string; readonly start: number};

// An entry can be megabytes long. The reason is near its end, or near the last traceback.
const reach = 100_000;

function * linesBehind(entry: string, from: number): Generator<EntryLine, undefined> {
	const limit = Math.min(entry.length, from + reach);
	for (let start = from; start < limit;) {
		const next = entry.indexOf('\n', start);
		const end = next === -1 ? entry.length : next;
		yield {text: entry.slice(start, end), start};
		start = end + 1;
	}
}

function * linesFromEnd(entry: string): Generator<EntryLine, undefined> {
	const limit = entry.length - reach;
	for (let end = entry.length; end >= 0 && end > limit;) {
		const start = end === 0 ? 0 : entry.lastIndexOf('\n', end - 1) + 1;
		yield {text: entry.slice(start, end), start};
		end = start - 1;
	}
}

const isBlank = (line: string): boolean => line.trim() === '';

const isIndented = (line: string): boolean => line.startsWith(' ');

/** A wrapped error: it continues the line before. */
const goesOn = (line: string): boolean => /^\s*: /.test(line);

const traceback = 'Traceback (most recent call last):';

/** Whether an entry begins or holds a Python traceback. */
export const hasTraceback = (entry: string): boolean => entry.includes(traceback);

const errorWord = /(?:^|[^\w.])(?:ERROR|FATAL|CRITICAL)(?![\w.])|^(?:panic|fatal error|Caused by|[\w.]{1,100}(?:Error|Exception)): /;

/** Whether a line looks like a program's error message. */
export const looksLikeError = (line: string): boolean => errorWord.test(line.slice(0, 400));

/** The last line of a traceback. */
const exceptionLine = (entry: string): EntryLine | undefined => {
	const at = entry.lastIndexOf(traceback);
	const end = at === -1 ? -1 : entry.indexOf('\n', at);
	return end === -1 ? undefined : linesBehind(entry, end + 1).find(({text}) => !isBlank(text) && !isIndented(text));
};

const isEngineError = (entry: string): boolean => /^(?:ERROR|WARN): /.test(withoutTaskPrefix(entry.slice(0, 400)));

/**
The most telling line of an entry: the end of a traceback, else the last one that looks like an error, else the last one. The first line,
which only introduces the others, counts least.
*/
export const tellingLine = (entry: string): EntryLine => {
	const exception = exceptionLine(entry);
	if (exception) {
		return exception;
	}

	let last: EntryLine | undefined;
	for (const line of linesFromEnd(entry)) {
		// An ERROR line with others below it only introduces them.
		if (line.start === 0 && isEngineError(entry)) {
			break;
		}

		if (isBlank(line.text) || goesOn(line.text)) {
			continue;
		}

		if (looksLikeError(line.text)) {
			return line;
		}

		last ??= isIndented(line.text) ? undefined : line;
	}

	return last ?? {text: firstLine(entry), start: 0};
};

const firstLine = (entry: string): string => entry.split('\n', 1)[0] ?? '';

/** With its continuation in the next lines, and without prefixes. */
const wordsOf = (entry: string, {text, start}: EntryLine): string => {
	const further: string[] = [];
	for (const line of linesBehind(entry, start + text.length + 1)) {
		if (!goesOn(line.text)) {
			break;
		}

		further.push(line.text);
	}

	return messageOf([text, ...further].join('\n'));
};

// An entry up to this length is shown whole.
const fewLines = 3;

const fewCharacters = 400;

const isShort = (entry: string): boolean => entry.length <= fewCharacters && entry.split('\n').filter(line => !isBlank(line)).length <= fewLines;

const oneLine = (text: string): string => text.split('\n').map(line => line.trim()).filter(line => line !== '').join(' ');

/**
An entry in one line. `brief` has its first and its last meaningful line, or all of a short one; `shortest` only the most telling one, which
begins at `start` of the entry.
*/
export const summaryOf = (entry: string): {readonly brief: string; readonly shortest: string; readonly start: number} => {
	const line = tellingLine(entry);
	const shortest = wordsOf(entry, line);
	if (isShort(entry) && (isEngineError(entry) || line.start === 0)) {
		return {brief: oneLine(messageOf(entry)), shortest, start: line.start};
	}

	const head = line.start === 0 ? undefined : linesBehind(entry, 0).find(({text}) => !isBlank(text));
	const introduction = head === undefined || head.start >= line.start ? '' : wordsOf(entry, head);
	return {brief: introduction === '' ? shortest : `${introduction} … ${shortest}`, shortest, start: line.start};
};
