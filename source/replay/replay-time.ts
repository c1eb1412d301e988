import {type Timestamp} from '../protocol/timestamp.js';

/** The present of a replay: it goes on by itself while something is played, and stands still otherwise. */
export type ReplayTime = {
	readonly now: () => Timestamp;
	/** Lets it go, so many times as fast as real time. */
	readonly go: (speed: number) => void;
	readonly stop: () => void;
	readonly isGoing: () => boolean;
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

	const now = (): Timestamp => at === undefined ? 0 : Math.floor(at + ((realNow() - since) * speed));

	const set = (next: Timestamp): void => {
		at = next;
		since = realNow();
	};

	return {
		now,
		go(next) {
			if (at !== undefined) {
				set(now());
			}

			speed = next;
		},
		stop() {
			if (at !== undefined) {
				set(now());
			}

			speed = 0;
		},
		isGoing: () => speed > 0,
		reach(next) {
			if (next !== undefined && (at === undefined || next > now())) {
				set(next);
			}
		},
		set,
	};
};
