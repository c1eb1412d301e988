import {type Clock} from '../protocol/clock.js';
import {type Store} from '../store/create-store.js';
import {hasLogWork} from '../store/log/log-work.js';

const least = 20_000;
const first = 100_000;
const most = 400_000;
// What a slice may take, ms: a key that is pressed meanwhile waits for one at most.
const tooLong = 8;
const quick = 4;

/** How much to do in the next slice, by what the last one took: a slow or busy machine is left smaller ones. */
const nextSteps = (steps: number, took: number): number => {
	if (took >= tooLong) {
		return Math.max(least, steps / 2);
	}

	return took < quick ? Math.min(most, steps * 1.25) : steps;
};

/** Searches and counts in long logs slice by slice, letting keys in between. Returns what ends it. */
export const workOnLogs = (store: Store, clock: Clock): (() => void) => {
	let cancel: (() => void) | undefined;
	let steps = first;
	const look = (): void => {
		if (cancel !== undefined || !hasLogWork(store.getState())) {
			return;
		}

		cancel = clock.schedule(() => {
			cancel = undefined;
			const began = clock.now();
			store.dispatch({type: 'log-work-advanced', steps});
			steps = nextSteps(steps, clock.now() - began);
			look();
		}, 0);
	};

	const unsubscribe = store.subscribe(look);
	return () => {
		unsubscribe();
		cancel?.();
	};
};
