// Which histories are open, and how they are to be asked for.

import {isDatabaseConnected} from '../../protocol/agent.js';
import {forwardsToMaster, identityOf} from '../../protocol/identity.js';
import {bodyHeight} from '../layout.js';
import {agentBehind, agentsOf} from '../locate.js';
import {type ClusterEntry, type Screen, type State} from '../state.js';
import {currentTasks} from './history-rows.js';

/** See `HistoryFocus` of the poller. */
export type HistoryWish = {
	readonly agent: string;
	readonly owner: string;
	readonly scope: 'agent' | 'cluster';
	readonly isListed: boolean;
	readonly last: string | undefined;
	readonly wanted: number;
};

/** The watched agent that can be asked for a cluster's history, rather the one that speaks for it; undefined while none has a database. */
export const historian = (state: State, cluster: ClusterEntry): string | undefined => {
	const speaker = agentBehind(state, cluster.key);
	const able = [...(speaker ? [speaker] : []), ...agentsOf(state, cluster)]
		.find(({status, connection}) => isDatabaseConnected(status) && connection.type !== 'failing');
	return able?.address.key;
};

const focusOf = (state: State, {owner, top}: Extract<Screen, {type: 'history'}>): HistoryWish | undefined => {
	const cluster = state.clusters.get(owner);
	const wanted = top + (2 * bodyHeight({type: 'history', rows: state.view.size.rows}));
	if (cluster) {
		const agent = historian(state, cluster);
		return agent === undefined
			? undefined
			: {
				agent, owner, scope: 'cluster', isListed: true, last: undefined, wanted,
			};
	}

	const entry = state.agents.get(owner);
	if (!entry || (entry.info ?? entry.status) === undefined) {
		return undefined;
	}

	const [last] = currentTasks(state, owner).toSorted((one, other) => other.dagId - one.dagId);
	return {
		agent: owner, owner, scope: 'agent', isListed: !forwardsToMaster(identityOf(entry.info, entry.status)), last: last?.id, wanted,
	};
};

/** The histories that are open, also below other screens: coming back to one asks for nothing anew. */
export const historyFocuses = (state: State): readonly HistoryWish[] =>
	state.view.stack.flatMap(screen => screen.type === 'history' ? focusOf(state, screen) ?? [] : []);
