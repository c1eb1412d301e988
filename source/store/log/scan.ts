// Finds which entries of a log match, in slices short enough that a key pressed meanwhile does not wait.

import {type LogBuffer} from './buffer.js';
import {type Matcher} from './matcher.js';

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
