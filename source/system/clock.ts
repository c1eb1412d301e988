import {type Clock} from '../protocol/clock.js';

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
