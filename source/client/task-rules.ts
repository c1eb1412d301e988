// Which tasks may be queried, whose are believed, and which refusals only mean that there is none (docs/protocol.md#which-ids-may-be-queried).

import {type AgentInfo, type AgentStatus} from '../protocol/agent.js';
import {type AgentError} from '../protocol/errors.js';
import {isDatabaseConnected, isInCluster} from '../protocol/identity.js';
import {parseGenericId} from '../protocol/ids.js';
import {type LogLines, remoteTaskId} from '../protocol/logs.js';
import {type Dag, type TaskNode} from '../protocol/task.js';
import {type Reply} from './types.js';

/** The ids that agents themselves named, over the whole fleet. Only these are ever queried: an unknown id can make agents forward a query in circles (docs/protocol.md#which-ids-may-be-queried). */
export type KnownIds = {
	/** Stores the ids of one response in place of those of the previous response to the same request, so that memory does not grow. */
	readonly record: (request: string, ids: ReadonlySet<string>) => void;
	/** The last response to that request is unchanged. False if there is none. */
	readonly keep: (request: string) => boolean;
	readonly has: (id: string) => boolean;
};

// A request that is no longer sent is forgotten after this many newer ones.
const requestLimit = 20_000;

// Limits an agent that names ids without end, so that it neither fills memory nor displaces other agents' ids; tasks of large clusters name some ten thousand.
const responseLimit = 100_000;

const idLimit = 1_000_000;

export const createKnownIds = (): KnownIds => {
	/** The last used is the last. */
	const byRequest = new Map<string, ReadonlySet<string>>();
	let count = 0;
	const forget = (request: string): ReadonlySet<string> | undefined => {
		const ids = byRequest.get(request);
		count -= ids?.size ?? 0;
		byRequest.delete(request);
		return ids;
	};

	const store = (request: string, ids: ReadonlySet<string>): void => {
		count += ids.size;
		byRequest.set(request, ids);
	};

	return {
		keep(request) {
			const ids = forget(request);
			if (!ids) {
				return false;
			}

			store(request, ids);
			return true;
		},
		record(request, ids) {
			forget(request);
			store(request, ids.size > responseLimit ? new Set(ids.values().take(responseLimit)) : ids);
			for (const oldest of byRequest.keys()) {
				if (byRequest.size <= requestLimit && count <= idLimit) {
					break;
				}

				forget(oldest);
			}
		},
		has: id => byRequest.values().some(ids => ids.has(id)),
	};
};

type Linked = Pick<Dag, 'id' | 'links'>;

const linkedIds = ({id, links}: Linked): readonly string[] =>
	[id, ...Object.values(links.subDags), ...(links.mainDagId === undefined ? [] : [links.mainDagId])];

const remoteIds = (logs: readonly string[] | undefined): readonly string[] => (logs ?? []).flatMap(line => remoteTaskId(line) ?? []);

export const idsOfNode = (node: TaskNode): ReadonlySet<string> =>
	new Set([...linkedIds(node), ...node.subTasks.flatMap(subTask => [...linkedIds(subTask), ...remoteIds(subTask.logs)])]);

/** Every id that a task names: its own, its nodes', sub-tasks' and links', and those in lines about remote tasks. */
export const idsOfTask = (dag: Dag): ReadonlySet<string> =>
	new Set([...linkedIds(dag), ...(dag.nodes ?? []).flatMap(node => [...idsOfNode(node)])]);

/** The ids in a sub-task's own lines: of remote tasks of earlier executions too. */
export const idsOfLogs = ({texts}: LogLines): ReadonlySet<string> => new Set(remoteIds(texts));

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
		return isInCluster(identity) ? undefined : {type: 'protocol', problem: 'in-no-cluster'};
	}

	return owner.agent === agent ? undefined : {type: 'protocol', problem: 'not-owner', detail: owner.agent};
};

/** Not queried: it would fail while OceanBase is not connected. No agent responds with status 0. */
export const notConnected: AgentError = {type: 'refused', status: 0, code: '', message: '', traceId: ''};

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

/** The queried agent's own tasks in a list. One without any was forwarded, and is another agent's. */
export const ownTasksIn = (reply: Reply<readonly Dag[]>, info: AgentInfo | undefined): Reply<readonly Dag[]> => {
	if (reply.type !== 'data' || reply.data.every(dag => !isForeign(dag, info))) {
		return reply;
	}

	const own = reply.data.filter(dag => !isForeign(dag, info));
	return own.length === 0 ? {type: 'error', error: {type: 'protocol', problem: 'other-tasks'}} : {...reply, data: own};
};
