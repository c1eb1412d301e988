import {type Timestamp} from '../lib/time.js';

/** The present of a replay: it goes on by itself while something is played, but never beyond the line that comes next, and stands still otherwise. */
export type ReplayTime = {
	readonly now: () => Timestamp;
	/** Lets it go, so many times as fast as real time. */
	readonly go: (speed: number) => void;
	readonly stop: () => void;
	readonly isGoing: () => boolean;
	/** How far it may go by itself: to the time of the line that comes next. Only `set` takes that back. */
	readonly goUpTo: (limit: Timestamp) => void;
	/** It is at least that: times of lines never lead back, whatever clocks did. */
	readonly reach: (at: Timestamp | undefined) => void;
	/** It is that, also if it was later. */
	readonly set: (at: Timestamp) => void;
};

/** `realNow` in ms, whatever it counts from. */
export const createReplayTime = (realNow: () => number): ReplayTime => {
	let at: Timestamp | undefined;
	let since = 0;
	let speed = 0;
	/** What is late by a few ms of real time would be late by seconds at a high speed, and the last line by whatever comes after it. */
	let limit = 0;

	const now = (): Timestamp => at === undefined ? 0 : Math.floor(Math.min(limit, at + ((realNow() - since) * speed)));

	const start = (next: Timestamp): void => {
		at = next;
		since = realNow();
	};

	const set = (next: Timestamp): void => {
		start(next);
		limit = next;
	};

	return {
		now,
		go(next) {
			if (at !== undefined) {
				start(now());
			}

			speed = next;
		},
		stop() {
			if (at !== undefined) {
				start(now());
			}

			speed = 0;
		},
		isGoing: () => speed > 0,
		goUpTo(next) {
			limit = Math.max(limit, next);
		},
		reach(next) {
			if (next !== undefined && (at === undefined || next > now())) {
				set(next);
			}
		},
		set,
	};
};
