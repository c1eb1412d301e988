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

/** Turns of the event loop: between two of them, keys are heard. */
export type Turns = {
	/** Whether what comes in bursts should go on in a later one. */
	readonly isOver: () => boolean;
	/** Does it in a later one, after all that was put off before. */
	readonly later: (work: () => void) => void;
};

// In ms. Of a frame's budget of 30, most is left for what no turn can be spared: a frame, and clearing memory.
const longestTurn = 4;

/** `now` in ms. Work that was put off is done piece by piece, each in a turn of its own. */
export const createTurns = (now: () => number = () => performance.now()): Turns => {
	let begunAt: number | undefined;
	const waiting: Array<() => void> = [];
	const goOn = (): void => {
		try {
			waiting.shift()?.();
		} finally {
			if (waiting.length > 0) {
				setImmediate(goOn);
			}
		}
	};

	return {
		isOver() {
			if (begunAt === undefined) {
				begunAt = now();
				setImmediate(() => {
					begunAt = undefined;
				});
			}

			return waiting.length > 0 || now() - begunAt >= longestTurn;
		},
		later(work) {
			waiting.push(work);
			if (waiting.length === 1) {
				setImmediate(goOn);
			}
		},
	};
};

// In ms.
const step = 1000;

/**
Calls back once, after `delay` ms in which this program could run. However long it was stopped or had no processor, that counts as one step:
what came meanwhile is read first. Returns a function that cancels it.
*/
export const scheduleDeadline = ({schedule}: Pick<Clock, 'schedule'>, run: () => void, delay: number): (() => void) => {
	let cancel: () => void;
	const count = (rest: number): void => {
		const part = Math.min(rest, step);
		cancel = schedule(() => {
			if (rest > part) {
				count(rest - part);
			} else {
				// Timers come before what has arrived, so the last step may have been such a stop.
				cancel = schedule(run, 0);
			}
		}, part);
	};

	count(delay);
	return () => {
		cancel();
	};
};

/** The time in ms since now, counted in the same way. `stop` leaves no timer behind. */
export const countTime = ({now, schedule}: Clock): {readonly passed: () => number; readonly stop: () => void} => {
	let counted = 0;
	let countedAt = now();
	let cancel: () => void;
	const count = (): void => {
		cancel = schedule(() => {
			counted += step;
			countedAt = now();
			count();
		}, step);
	};

	count();
	return {
		passed: () => counted + Math.min(step, Math.max(0, now() - countedAt)),
		stop() {
			cancel();
		},
	};
};

/** The machine's own randomness, for composition roots. Node's crypto is loaded on first use, after the first frame. */
export const randomBytes = (count: number): Buffer => process.getBuiltinModule('node:crypto').randomBytes(count);

/** Waits for a promise, limited by `timeout` (ms) and the signal. Resolves to whether it came in time. Leaves no timer behind. */
export const within = async (wanted: Promise<unknown>, {timeout, clock, signal}: {readonly timeout: number; readonly clock: Clock; readonly signal: AbortSignal}): Promise<boolean> => {
	const {promise: ended, resolve: end} = Promise.withResolvers<boolean>();
	const stop = (): void => {
		end(false);
	};

	const cancelTimer = scheduleDeadline(clock, stop, timeout);
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
