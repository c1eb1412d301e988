// Which tasks may be queried, whose are believed, and which refusals only mean that there is none (docs/protocol.md#which-ids-may-be-queried).

import {isDatabaseConnected, isInCluster} from '../protocol/identity.js';
import {type AgentInfo, type AgentStatus} from '../protocol/agent.js';
import {type AgentError} from '../protocol/errors.js';
import {parseGenericId} from '../protocol/ids.js';
import {type Dag} from '../protocol/task.js';
import {type KnownIds} from './known-ids.js';
import {type Reply} from './types.js';

/** Why an id must not be queried; undefined if it may. `status` is the last one of the agent to query. */
export const problemOfId = (id: string, knownIds: KnownIds, status: AgentStatus | undefined): AgentError | undefined => {
	const generic = parseGenericId(id);
	if (!generic || !knownIds.has(id)) {
		return {type: 'unknown-id', id};
	}

	return generic.scope === 'cluster' && !isDatabaseConnected(status) ? notConnected : undefined;
};

/** Why this agent must not get an operation on that id: another agent owns it, or it is a cluster's and the agent is in none. */
export const problemOfOwner = (id: string, {agent, identity}: AgentInfo): AgentError | undefined => {
	const owner = parseGenericId(id);
	if (!owner) {
		return {type: 'unknown-id', id};
	}

	if (owner.scope === 'cluster') {
		return isInCluster(identity) ? undefined : {type: 'protocol', message: 'is not in a cluster, whose task this is'};
	}

	return owner.agent === agent ? undefined : {type: 'protocol', message: `is not ${owner.agent}, whose task this is`};
};

export const notConnected: AgentError = {
	type: 'refused', status: 0, code: '', message: 'not asked: OceanBase is not connected', traceId: '',
};

// The messages of agents before 4.3.1, which send no code for it.
const oldOutside = ['oceanbase db is nil', 'only cluster agent can'];

/** A cluster that does not exist has no task, which is no fault. */
export const absentOutsideCluster = <T>(reply: Reply<T>): Reply<T> => {
	if (reply.type !== 'error' || reply.error.type !== 'refused') {
		return reply;
	}

	const {code, message} = reply.error;
	const isOutside = code === 'Agent.OceanBase.NotHold'
		|| (code === 'Common.Unexpected' && message.includes('cannot build response body'))
		|| (code === '' && oldOutside.some(words => message.includes(words)));
	return isOutside ? {type: 'none'} : reply;
};

/** Whether the task belongs to an agent other than the one that was queried. */
export const isForeign = ({id}: Dag, info: AgentInfo | undefined): boolean => {
	const owner = parseGenericId(id);
	return owner !== undefined && owner.scope !== 'cluster' && info !== undefined && owner.agent !== info.agent;
};
