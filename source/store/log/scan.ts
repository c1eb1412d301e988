// Finds which entries of a log match, in slices short enough that a key pressed meanwhile does not wait.

import {messages} from '../../lib/messages/messages.js';
import {compilePattern, type Pattern, type Place} from '../../lib/pattern.js';
import {type LogBuffer} from './buffer.js';

/** A search or filter expression. */
export type Matcher = Pattern & {readonly source: string};

type CompiledMatcher = {readonly ok: true; readonly matcher: Matcher} | {readonly ok: false; readonly problem: string};

// Longer ones are pasted by mistake.
export const longestSource = 500;

/** Compiles the typed text as a regular expression with smart case: without a capital letter, case does not matter. The problem is one line for the user. */
export const compileMatcher = (source: string): CompiledMatcher => {
	if (source.length > longestSource) {
		return {ok: false, problem: messages().notices.tooLong};
	}

	const compiled = compilePattern(source, {isCaseSensitive: /\p{Lu}/u.test(source.replaceAll(/\\./g, ''))});
	return compiled.ok ? {ok: true, matcher: {...compiled.pattern, source}} : compiled;
};

/** How many more characters may be searched for matches. Each match can cost the rest of its text, so that a long text may not show all of them. */
export type PlaceBudget = {remaining: number};

export const placeBudget = (): PlaceBudget => ({remaining: 1_000_000});

const restLimit = 1000;

/** Matches in a text from an index on that begin before a limit, as far as the budget allows. */
const allPlaces = (text: string, {find}: Matcher, {from, limit}: {readonly from: number; readonly limit: number}, budget: PlaceBudget): readonly Place[] => {
	const places: Place[] = [];
	for (let at = from; budget.remaining > 0;) {
		const place = find(text, at);
		if (!place || place[0] >= limit) {
			break;
		}

		const [start, end] = place;
		budget.remaining -= start - at + Math.min(restLimit, text.length - start);
		places.push(place);
		at = Math.max(end, start + 1);
	}

	return places;
};

/** Matches in a text from an index on. */
export const placesIn = (text: string, matcher: Matcher, from: number, budget: PlaceBudget): readonly Place[] =>
	allPlaces(text, matcher, {from, limit: Infinity}, budget).filter(([start, end]) => end > start);

/** Where the last match before an index begins; undefined if there is none, or if it is too far to tell. */
export const lastPlaceBefore = (text: string, matcher: Matcher, limit: number): number | undefined => {
	const budget = placeBudget();
	const places = allPlaces(text, matcher, {from: 0, limit}, budget);
	return budget.remaining > 0 ? places.at(-1)?.[0] : undefined;
};

/**
A matcher's progress. It starts at the visible rows, so that they are known first, and goes on to both ends.

- low, high: the entries from index `low` up to `high` (exclusive) were tested
- matches: how many of these match
- verdicts: 1 for those that match. Later scans of the same log share the array: only the part between `low` and `high` counts
*/
export type Scan = {
	readonly matcher: Matcher;
	readonly low: number;
	readonly high: number;
	readonly matches: number;
	readonly verdicts: Uint8Array;
};

/** A scan that has tested nothing yet and begins at an index. */
export const newScan = (matcher: Matcher, index: number): Scan => ({
	matcher, low: index, high: index, matches: 0, verdicts: new Uint8Array(0),
});

type Texts = Pick<LogBuffer, 'texts'>;

/** Whether entries remain to be tested. */
export const isBehind = ({low, high}: Scan, {texts}: Texts): boolean => low > 0 || high < texts.length;

/** Room for so many verdicts, and some spare. */
const roomFor = (verdicts: Uint8Array, length: number): Uint8Array => {
	if (verdicts.length >= length) {
		return verdicts;
	}

	const roomy = new Uint8Array(Math.ceil(length * 1.2) + 100);
	roomy.set(verdicts);
	return roomy;
};

const stepsPerEntry = 10;

/** About two milliseconds of work, so that a key and its frame fit in besides, even on a slow or shared machine. */
export const smallSlice = 100_000;

/** One slice of so many steps (see `Pattern`): downwards first, or upwards if `step` is -1, then the other way. At least one entry. */
export const advanceScan = (scan: Scan, {texts}: Texts, steps: number, step: 1 | -1 = 1): Scan => {
	const {matcher} = scan;
	const verdicts = roomFor(scan.verdicts, texts.length);
	let {low, high, matches} = scan;
	let remaining = steps;
	while (remaining > 0 && (low > 0 || high < texts.length)) {
		const isDown = high < texts.length && (step === 1 || low === 0);
		const index = isDown ? high : low - 1;
		const text = texts[index] ?? '';
		const verdict = matcher.test(text);
		remaining -= stepsPerEntry + (text.length * matcher.cost);
		verdicts[index] = verdict ? 1 : 0;
		matches += verdict ? 1 : 0;
		if (isDown) {
			high++;
		} else {
			low--;
		}
	}

	return {
		matcher, low, high, matches, verdicts,
	};
};

/** What a scan knows of the first entries, when those behind them were replaced. */
export const rewound = (scan: Scan, kept: number): Scan => {
	if (scan.low > kept) {
		return newScan(scan.matcher, kept);
	}

	const high = Math.min(scan.high, kept);
	let {matches} = scan;
	for (let index = high; index < scan.high; index++) {
		matches -= scan.verdicts[index] ?? 0;
	}

	return {...scan, high, matches};
};

/** Whether an entry is known to match. */
export const isMatch = ({low, high, verdicts}: Scan, index: number): boolean => index >= low && index < high && verdicts[index] === 1;

/** The next match from an index on in steps of 1 or -1: its index, that there is none, or that it is not known yet. */
export const nextMatch = (scan: Scan, from: number, step: 1 | -1, {texts}: Texts): number | 'none' | 'unknown' => {
	const {low, high, verdicts} = scan;
	let index = from;
	for (; index >= low && index < high; index += step) {
		if (verdicts[index] === 1) {
			return index;
		}
	}

	return index < 0 || index >= texts.length ? 'none' : 'unknown';
};

/** The position of an entry among the matches, from 1; undefined if it is none, or if not all before it were tested. */
export const rankOf = (scan: Scan, index: number): number | undefined => {
	if (scan.low > 0 || !isMatch(scan, index)) {
		return undefined;
	}

	let rank = 0;
	for (let entry = 0; entry <= index; entry++) {
		rank += scan.verdicts[entry] ?? 0;
	}

	return rank;
};
