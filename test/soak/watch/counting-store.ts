import {type State} from '../../../source/store/state.js';
import {createStore, type Store} from '../../../source/store/store.js';

export type CountingStore = Store & {readonly subscriptions: () => number};

/** The real store, and how many listen to it. */
export const createCountingStore = (initial: State, now: () => number): CountingStore => {
	const store = createStore(initial, now);
	let count = 0;
	return {
		...store,
		subscribe(listener) {
			const end = store.subscribe(listener);
			count += 1;
			let isOver = false;
			return () => {
				count -= isOver ? 0 : 1;
				isOver = true;
				end();
			};
		},
		subscriptions: () => count,
	};
};
