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

/** Waits for a promise, limited by `timeout` (ms) and the signal. Resolves to whether it came in time. Leaves no timer behind. */
export const within = async (wanted: Promise<unknown>, {timeout, clock, signal}: {readonly timeout: number; readonly clock: Clock; readonly signal: AbortSignal}): Promise<boolean> => {
	const {promise: ended, resolve: end} = Promise.withResolvers<boolean>();
	const stop = (): void => {
		end(false);
	};

	const cancelTimer = clock.schedule(stop, timeout);
	signal.addEventListener('abort', stop);
	const waitFor = async (): Promise<boolean> => {
		await wanted;
		return true;
	};

	try {
		return signal.aborted ? false : await Promise.race([waitFor(), ended]);
	} finally {
		cancelTimer();
		signal.removeEventListener('abort', stop);
	}
};

/** Settles when the signal has come. */
export const untilAborted = async (signal: AbortSignal): Promise<void> => new Promise(resolve => {
	if (signal.aborted) {
		resolve();
	} else {
		signal.addEventListener('abort', () => {
			resolve();
		}, {once: true});
	}
});
