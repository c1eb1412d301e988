import {type Store} from '../store/create-store.js';
import {type JournalEntry} from '../store/journal/journal.js';
import {type State} from '../store/state.js';

/** Calls `hear` with what is new in the journal, after every change, from now on. Returns what ends it. */
export const followJournal = (store: Store, hear: (entries: readonly JournalEntry[], state: State) => void): (() => void) => {
	const next = (): number => (store.getState().journal.entries.at(-1)?.number ?? -1) + 1;
	let from = next();
	return store.subscribe(() => {
		const first = from;
		from = next();
		if (from <= first) {
			return;
		}

		const state = store.getState();
		hear(state.journal.entries.filter(({number}) => number >= first), state);
	});
};
