import {type Clock} from '../protocol/clock.js';
import {type Ask} from './agent-client.js';

/** One deadline for the whole of a question: what was spent on one step is missing for the next. */
export type Deadline = {
	/** ms, as it was given. */
	readonly timeout: number;
	/** For the next step: the time that is left, but at least 1 ms. */
	readonly left: () => Ask;
	readonly isOver: () => boolean;
	/** Resolves when `subscribe` calls back, and in any case when the deadline passes or the asker gives up. */
	readonly untilCalled: (subscribe: (call: () => void) => () => void) => Promise<void>;
};

export const createDeadline = ({signal, timeout}: Ask, clock: Clock): Deadline => {
	const startedAt = clock.now();
	const remaining = (): number => timeout - (clock.now() - startedAt);
	const left = (): Ask => ({signal, timeout: Math.max(1, remaining())});
	return {
		timeout,
		left,
		isOver: () => remaining() <= 0,
		untilCalled: async subscribe => new Promise(resolve => {
			const end = (): void => {
				cancelTimer();
				unsubscribe();
				signal.removeEventListener('abort', end);
				resolve();
			};

			const cancelTimer = clock.schedule(end, left().timeout);
			const unsubscribe = subscribe(end);
			signal.addEventListener('abort', end);
		}),
	};
};
