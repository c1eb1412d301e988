// Which entries of a log match, found out in slices: each is short enough that a key pressed meanwhile does not wait.

import {type LogBuffer} from './buffer.js';
import {type Matcher} from './matcher.js';

/**
A matcher at work. It begins where somebody looks, so that what is in sight is known first, and goes on to both ends.

- low, high: the entries from index `low` up to `high` (exclusive) were tried
- matches: how many of these match
- verdicts: 1 for those that match. Later scans of the same log share it: only what is between `low` and `high` counts
*/
export type Scan = {
	readonly matcher: Matcher;
	readonly low: number;
	readonly high: number;
	readonly matches: number;
	readonly verdicts: Uint8Array;
};

/** A scan that has tried nothing yet, and will begin at an index. */
export const newScan = (matcher: Matcher, index: number): Scan => ({
	matcher, low: index, high: index, matches: 0, verdicts: new Uint8Array(0),
});

type Texts = Pick<LogBuffer, 'texts'>;

/** Whether entries were not tried yet. */
export const isBehind = ({low, high}: Scan, {texts}: Texts): boolean => low > 0 || high < texts.length;

/** Room for so many verdicts, and for some that may come. */
const roomFor = (verdicts: Uint8Array, length: number): Uint8Array => {
	if (verdicts.length >= length) {
		return verdicts;
	}

	const roomy = new Uint8Array(Math.ceil(length * 1.2) + 100);
	roomy.set(verdicts);
	return roomy;
};

const stepsPerEntry = 10;

/** About two milliseconds' work: a key has its own work and a frame to do besides, and the machine may be slow or shared. */
export const smallSlice = 100_000;

/** One slice of trying, of so many steps (see `Pattern`): downwards first, or upwards where `step` is -1, then the other way. A slice is one entry at least. */
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

/** The next match from an index on in steps of 1 or -1: where it is, that there is none, or that it is not known yet. */
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

/** Which of the matches an entry is, counted from 1; undefined where it is none, or not all before it were tried. */
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
