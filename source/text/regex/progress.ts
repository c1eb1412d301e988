import {type Ways} from './automaton.js';
import {type Effort} from './effort.js';

/**
How far a search is that was stopped. Worth nothing with another text or expression.

`begin` is where it began; no match begins before.

- forwards: looking for where a match ends; `found` is the best end so far, `ways` undefined where none are followed yet
- backwards: looking for where the match begins that ends at `end`; `found` is the best beginning so far
*/
export type Forwards = {readonly phase: 'forwards'; readonly begin: number; readonly position: number; readonly ways: Ways | undefined; readonly found: number | undefined};
export type Backwards = {readonly phase: 'backwards'; readonly begin: number; readonly position: number; readonly ways: Ways; readonly found: number; readonly end: number};
export type Progress = Forwards | Backwards;

/** `start` and `end` (exclusive) are indexes. */
export type Found =
	| {readonly type: 'found'; readonly start: number; readonly end: number}
	| {readonly type: 'none'}
	| {readonly type: 'stopped'; readonly progress: Progress};

/** Where to look: from an index on, or from where it was stopped. */
export type From = number | Progress;

export type Regex = {
	/** The first match. */
	readonly find: (text: string, from: From, effort: Effort) => Found;
	/** Whether there is a match; how far it came where it was stopped. */
	readonly test: (text: string, from: From, effort: Effort) => boolean | Progress;
};

/** A search that has not begun yet. */
export const beginAt = (position: number): Forwards => ({
	phase: 'forwards', begin: position, position, ways: undefined, found: undefined,
});
