import {type AgentAddress} from '../../../source/protocol/address.js';
import {createApplier} from '../../../source/recording/cursor.js';
import {readLine} from '../../../source/recording/format.js';
import {type Action, type PollEvent} from '../../../source/store/actions.js';
import {initialState} from '../../../source/store/initial-state.js';
import {createStore, type Store} from '../../../source/store/store.js';

export const size = {columns: 120, rows: 50};

/** A store after every line of a recording, with all events that they made. Agents that the beginning does not name are those of all lines. */
export const fold = (lines: readonly string[]): {readonly store: Store; readonly events: readonly PollEvent[]; readonly damaged: number} => {
	const read = lines.map(line => readLine(line));
	const agents = new Map<string, AgentAddress>();
	for (const line of read) {
		for (const address of line?.type === 'beginning' ? line.agents : (line?.type === 'exchange' ? [line.agent] : [])) {
			agents.set(address.key, address);
		}
	}

	let now = 0;
	const events: PollEvent[] = [];
	const store = createStore(initialState([...agents.values()], size, {isGrowing: true}), () => now);
	const dispatch = (action: Action): void => {
		if ('agent' in action && 'at' in action) {
			events.push(action as PollEvent);
		}

		store.dispatch(action);
	};

	const applier = createApplier({store: {...store, dispatch}, onTime: () => undefined});
	for (const line of read) {
		now = line?.at ?? now;
		if (line?.type === 'exchange') {
			applier.take(line);
		}
	}

	return {store, events, damaged: read.filter(line => line === undefined).length};
};
