import {type Clock} from '../protocol/clock.js';
import {type Store} from '../store/create-store.js';
import {hasLogWork} from '../store/log/log-work.js';

/** Searches and counts in long logs slice by slice, letting keys in between. Returns what ends it. */
export const workOnLogs = (store: Store, clock: Clock): (() => void) => {
	let cancel: (() => void) | undefined;
	const look = (): void => {
		if (cancel !== undefined || !hasLogWork(store.getState())) {
			return;
		}

		cancel = clock.schedule(() => {
			cancel = undefined;
			store.dispatch({type: 'log-work-advanced'});
			look();
		}, 0);
	};

	const unsubscribe = store.subscribe(look);
	return () => {
		unsubscribe();
		cancel?.();
	};
};
