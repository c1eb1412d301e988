import {type Clock} from './clock.js';

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
