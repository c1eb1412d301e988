// The keys of found agents that are not accepted yet.

import {type AgentEntry, type FoundKey, type State} from '../state.js';

/** The key of a found agent that waits to be accepted; undefined if there is none. A changed key is another question, about its agent alone. */
export const foundKeyOf = ({address, foundBy, connection}: AgentEntry): FoundKey | undefined =>
	foundBy !== undefined && connection.type === 'failing' && connection.error.type === 'key-changed' && connection.error.known === undefined
		? {agent: address.key, offered: connection.error.offered}
		: undefined;

/** All that wait, in the order of the agents. */
export const foundKeys = ({agents}: Pick<State, 'agents'>): readonly FoundKey[] => agents.values().map(entry => foundKeyOf(entry)).filter(key => key !== undefined).toArray();

/** Those of them that still wait. */
export const stillWaiting = ({agents}: Pick<State, 'agents'>, keys: readonly FoundKey[]): readonly FoundKey[] => keys.filter(({agent, offered}) => {
	const entry = agents.get(agent);
	return entry !== undefined && foundKeyOf(entry)?.offered === offered;
});
