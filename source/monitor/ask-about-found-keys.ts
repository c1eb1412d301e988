import {type Clock} from '../protocol/clock.js';
import {type Timestamp} from '../protocol/timestamp.js';
import {type Store} from '../store/create-store.js';
import {mayOpenByItself} from '../store/reduce/overlays.js';
import {foundKeyOf} from '../store/select/found-keys.js';
import {type FoundKey, type State} from '../store/state.js';

// ms. What one answer names is asked within moments; an agent that does not answer keeps the others waiting only so long.
const together = 1500;
const patience = 6000;

/** Whether an agent that was found has neither answered nor failed. */
const isSomeoneAwaited = ({agents}: State): boolean => agents.values().some(({foundBy, connection}) => foundBy !== undefined && connection.type === 'connecting');

/**
Asks whether to trust the keys of agents that others named: once for all that were found by then, on the agents screen while nothing lies over it, and later only for agents that were found since. Who leaves the question is asked again only by a key. Returns what ends it.
*/
export const askAboutFoundKeys = (store: Store, clock: Clock): (() => void) => {
	const asked = new Set<string>();
	const fresh = new Map<string, FoundKey>();
	let {agents: before} = store.getState();
	let firstAt: Timestamp = 0;
	let lastAt: Timestamp = 0;
	let cancel: (() => void) | undefined;

	const follow = ({agents, view: {overlay}}: State): void => {
		for (const {agent} of overlay?.type === 'found-keys' ? overlay.keys : []) {
			asked.add(agent);
			fresh.delete(agent);
		}

		for (const key of agents.changedSince(before)) {
			const entry = agents.get(key);
			const found = entry && foundKeyOf(entry);
			if (!found) {
				fresh.delete(key);
			} else if (!asked.has(key)) {
				lastAt = fresh.has(key) ? lastAt : clock.now();
				firstAt = fresh.size === 0 ? lastAt : firstAt;
				fresh.set(key, found);
			}
		}

		before = agents;
	};

	const look = (): void => {
		const state = store.getState();
		follow(state);
		if (fresh.size === 0 || cancel) {
			return;
		}

		const now = clock.now();
		const isComplete = now - lastAt >= together && (now - firstAt >= patience || !isSomeoneAwaited(state));
		if (!isComplete) {
			cancel = clock.schedule(() => {
				cancel = undefined;
				look();
			}, together);
		} else if (mayOpenByItself(state)) {
			store.dispatch({type: 'found-keys-offered', keys: [...fresh.values()]});
		}
	};

	const unsubscribe = store.subscribe(look);
	return () => {
		unsubscribe();
		cancel?.();
	};
};
