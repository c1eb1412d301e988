import {type Timestamp} from '../lib/time.js';

/** The present of a replay: it runs while the replay plays, but never past the next line, and is stopped otherwise. */
export type ReplayTime = {
	readonly now: () => Timestamp;
	/** Lets it run, that many times as fast as real time. */
	readonly go: (speed: number) => void;
	readonly stop: () => void;
	readonly isGoing: () => boolean;
	/** How far it may run by itself: to the time of the next line. Only `set` takes that back. */
	readonly goUpTo: (limit: Timestamp) => void;
	/** It is at least that: times of lines never go back, whatever clocks did. */
	readonly reach: (at: Timestamp | undefined) => void;
	/** It is exactly that, even if it was later. */
	readonly set: (at: Timestamp) => void;
};

/** `realNow` in ms, from any origin. */
export const createReplayTime = (realNow: () => number): ReplayTime => {
	let at: Timestamp | undefined;
	let since = 0;
	let speed = 0;
	/** A few ms of real time are seconds at a high speed, so time stops at the next line. */
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
