// Who is told to operate on a task: the agent that its id names, or for a cluster's task a member that has the database (docs/protocol.md#which-ids-may-be-queried).

import {isDatabaseConnected} from '../../protocol/agent.js';
import {identityOf, isInCluster} from '../../protocol/identity.js';
import {parseGenericId} from '../../protocol/generic-id.js';
import {agentNamed, agentsOf} from '../locate.js';
import {problemOf} from '../select/problem-words.js';
import {type AgentEntry, type State} from '../state.js';

export type Addressee = {readonly ok: true; readonly entry: AgentEntry} | {readonly ok: false; readonly why: string};

const no = (why: string): Addressee => ({ok: false, why});

/** Only an agent whose data are fresh: what is decided on must be what is there. */
const checked = (entry: AgentEntry, {view: {hour}}: State): Addressee => {
	if (entry.connection.type === 'connected') {
		return {ok: true, entry};
	}

	return no(`${entry.address.label}: ${problemOf(entry, hour) ?? 'no answer yet'}`);
};

const memberOf = (state: State, owner: string): Addressee => {
	const cluster = state.clusters.get(owner);
	if (!cluster) {
		return no('its cluster is not watched any more');
	}

	const members = agentsOf(state, cluster);
	const able = members.filter(({connection, status, info}) =>
		connection.type === 'connected' && isDatabaseConnected(status) && isInCluster(identityOf(info, status)));
	const entry = able.find(({address}) => address.key === cluster.spokenForBy) ?? able[0];
	return entry ? {ok: true, entry} : no(`no watched agent of ${cluster.name} has its database`);
};

/** The agent to tell, for the task or stage of that id that `owner` shows; or why there is none. */
export const addresseeOf = (state: State, owner: string, id: string): Addressee => {
	const generic = parseGenericId(id);
	if (!generic) {
		return no('its id names no agent');
	}

	if (generic.scope === 'cluster') {
		return memberOf(state, state.clusters.has(owner) ? owner : state.agents.get(owner)?.cluster ?? owner);
	}

	const entry = state.agents.get(agentNamed(state, generic.agent) ?? '');
	return entry ? checked(entry, state) : no(`it belongs to ${generic.agent}, which is not watched`);
};
