import {type Clock} from '../protocol/clock.js';

/** The machine's clock, for the commands that run a demo by itself. */
export const systemClock: Clock = {
	now: () => Date.now(),
	schedule(run, delay) {
		const timer = setTimeout(run, delay);
		return () => {
			clearTimeout(timer);
		};
	},
};
