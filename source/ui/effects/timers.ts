import {type Clock} from '../../lib/clock.js';
import {hasLogWork} from '../../store/log/search.js';
import {type Store} from '../../store/store.js';

const hour = 3_600_000;

/** Tells the store of every new hour, also while nothing else happens: a time of yesterday must not look like one of today. Where no time on screen is old enough, that draws nothing. Returns what ends it. */
export const tickHourly = (store: Store, clock: Clock): (() => void) => {
	let cancel: (() => void) | undefined;
	const wait = (): void => {
		cancel = clock.schedule(() => {
			store.dispatch({type: 'hour-begun'});
			wait();
		}, hour - (clock.now() % hour));
	};

	wait();
	store.dispatch({type: 'hour-begun'});
	return () => {
		cancel?.();
	};
};

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
