import {type Action} from './actions.js';
import {reduce} from './reducer/index.js';
import {type State} from './state.js';

export type Store = {
	readonly getState: () => State;
	readonly dispatch: (action: Action) => void;
	/** Called after every change of the state. Returns what ends the subscription. */
	readonly subscribe: (listener: () => void) => () => void;
};

/** Holds the state and changes it only through the pure reducer. An action that changes nothing calls no listener. `now` is our clock. */
export const createStore = (initial: State, now: () => number = () => 0): Store => {
	let state = initial;
	const listeners = new Set<() => void>();

	return {
		getState: () => state,
		dispatch(action) {
			const next = reduce(state, action, now());
			if (next === state) {
				return;
			}

			state = next;
			for (const listener of listeners) {
				listener();
			}
		},
		subscribe(listener) {
			listeners.add(listener);
			return () => {
				listeners.delete(listener);
			};
		},
	};
};
