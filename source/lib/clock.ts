import {type Buffer} from 'node:buffer';
import process from 'node:process';

/**
Injected time, so that tests and the soak can play days in seconds. `now` is milliseconds since 1970, UTC. `schedule` runs
something once after `delay` milliseconds and returns a function that cancels it.
*/
export type Clock = {
	readonly now: () => number;
	readonly schedule: (run: () => void, delay: number) => () => void;
};

/** The machine's own clock and timers, for composition roots. */
export const systemClock: Clock = {
	now: () => Date.now(),
	schedule(run, delay) {
		const timer = setTimeout(run, delay);
		return () => {
			clearTimeout(timer);
		};
	},
};

/** The machine's own randomness, for composition roots. Node's crypto is loaded on first use, after the first frame. */
export const randomBytes = (count: number): Buffer => process.getBuiltinModule('node:crypto').randomBytes(count);
