import {type AgentAddress} from '../../../source/protocol/address.js';
import {readLine} from '../../../source/recording/format.js';
import {noAgentStates, eventsOfExchange} from '../../../source/recording/to-events.js';
import {type PollEvent} from '../../../source/store/actions.js';
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
	let states = noAgentStates;
	const events: PollEvent[] = [];
	const store = createStore(initialState([...agents.values()], size, {isGrowing: true}), () => now);
	for (const line of read) {
		now = line?.at ?? now;
		if (line?.type !== 'exchange') {
			continue;
		}

		const taken = eventsOfExchange(states, line, now);
		states = taken.agentStates;
		events.push(...taken.events);
		for (const event of taken.events) {
			store.dispatch(event);
		}
	}

	return {store, events, damaged: read.filter(line => line === undefined).length};
};
