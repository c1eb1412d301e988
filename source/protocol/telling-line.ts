// Which line of an entry of many lines says the most: scripts write all their output as one entry, noise first, the reason last.

import {messageOf, withoutTaskPrefix} from './logs.js';

/** A line of an entry, and where in the entry it begins. */
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

/** An error that was wrapped: it belongs to the line before. */
const goesOn = (line: string): boolean => /^\s*: /.test(line);

const traceback = 'Traceback (most recent call last):';

/** Whether an entry begins or holds what Python writes above an exception. */
export const hasTraceback = (entry: string): boolean => entry.includes(traceback);

const errorWord = /(?:^|[^\w.])(?:ERROR|FATAL|CRITICAL)(?![\w.])|^(?:panic|fatal error|Caused by|[\w.]{1,100}(?:Error|Exception)): /;

/** Whether a line looks as what programs write when they fail. */
export const looksLikeError = (line: string): boolean => errorWord.test(line.slice(0, 400));

/** What a traceback ends with. */
const exceptionLine = (entry: string): EntryLine | undefined => {
	const at = entry.lastIndexOf(traceback);
	const end = at === -1 ? -1 : entry.indexOf('\n', at);
	return end === -1 ? undefined : linesBehind(entry, end + 1).find(({text}) => !isBlank(text) && !isIndented(text));
};

const isEngineError = (entry: string): boolean => /^(?:ERROR|WARN): /.test(withoutTaskPrefix(entry.slice(0, 400)));

/** The line of an entry that says the most: what a traceback ends with, else the last one that looks like an error, else the last one. The entry's head, which only introduces the others, counts least. */
export const tellingLine = (entry: string): EntryLine => {
	const exception = exceptionLine(entry);
	if (exception) {
		return exception;
	}

	let last: EntryLine | undefined;
	for (const line of linesFromEnd(entry)) {
		// An ERROR line that has others below it only introduces them.
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

/** With what goes on in the next lines, and without prefixes. */
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

// So much of an entry is said whole.
const fewLines = 3;

const fewCharacters = 400;

const isShort = (entry: string): boolean => entry.length <= fewCharacters && entry.split('\n').filter(line => !isBlank(line)).length <= fewLines;

const oneLine = (text: string): string => text.split('\n').map(line => line.trim()).filter(line => line !== '').join(' ');

/** An entry in one line. `brief` has its first and its last meaningful line, all of a short one; `shortest` only the one that says the most, which begins at `start` of the entry. */
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
