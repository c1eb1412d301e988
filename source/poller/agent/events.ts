// Which agents query for more than themselves. Pure: the same health gives the same delegates.

import {type Identity, isInCluster, listsItself, standsAlone} from '../../protocol/identity.js';
import {type Timestamp} from '../../lib/time.js';
import {type ClusterInfo} from '../../protocol/agent.js';
import {afterReport, clusterKeyOf, type KnownCluster} from '../../protocol/known-cluster.js';
import {type PollEvent, type ReadTask} from '../../store/actions.js';
import {type DelegateState} from './cluster-state.js';
import {type AgentPollState, allUnread, hasDatabase, identityOf, noneUnread, ownUnreadSince, unreadOf, type UnreadTasks} from './state.js';
import {type TaskPollState} from './task-state.js';

type Clusters = ReadonlyMap<string, KnownCluster>;

/** The clusters that the agents report, by key: first those known before that an agent still reports. */
export const clustersKnown = (healths: ReadonlyMap<string, Health>, before: Clusters = new Map()): Clusters => {
	const known = new Map(before);
	const reported = new Set<string>();
	const keysByMember = new Map<string, Set<string>>();
	const index = ({key, members}: KnownCluster): void => {
		for (const member of members) {
			keysByMember.set(member, (keysByMember.get(member) ?? new Set()).add(key));
		}
	};

	for (const cluster of before.values()) {
		index(cluster);
	}

	for (const {cluster} of healths.values()) {
		if (!cluster || cluster.members.length === 0) {
			continue;
		}

		const near = new Set(cluster.members.flatMap(({agent}) => [...keysByMember.get(agent) ?? []]));
		const key = clusterKeyOf(known, cluster, [...near].flatMap(other => known.get(other) ?? []));
		// The first agent that reports a cluster defines its members.
		if (reported.has(key)) {
			continue;
		}

		const after = afterReport(known.get(key), key, cluster);
		known.set(key, after);
		index(after);
		reported.add(key);
	}

	return new Map([...known].filter(([key]) => reported.has(key)));
};

/** The key of each agent's cluster, if known; agents are keys in the user's order. A seekdb counts as a cluster of its own: its password says nothing about another's. */
export const clusterByAgent = (healths: ReadonlyMap<string, Health>, clusters: Clusters): ReadonlyMap<string, string> => {
	const byMember = new Map([...clusters.values()].toReversed().flatMap(({key, members}) => members.map(member => [member, key] as const)));
	return new Map([...healths].flatMap(([agent, {name, identity}]) => {
		if (identity === 'SEEKDB') {
			return [[agent, `seekdb ${agent}`] as const];
		}

		const cluster = name === undefined ? undefined : byMember.get(name);
		return cluster === undefined ? [] : [[agent, cluster] as const];
	}));
};

/** The agent of a cluster that queries its tasks: the first in order that responds, preferably with a database and without failures. */
export const electDelegate = (agents: readonly string[], healths: ReadonlyMap<string, Health>): string | undefined => {
	const able = agents.flatMap(key => {
		const health = healths.get(key);
		return health?.isAble ? [{key, ...health}] : [];
	}).toSorted((one, other) => Number(other.hasDatabase) - Number(one.hasDatabase) || one.failures - other.failures);
	return able[0]?.key;
};

/** Agents (keys, in order) by what one of them is the delegate for: a cluster, or itself alone. Agents that can be no delegate are left out. */
export const groupsOf = (healths: ReadonlyMap<string, Health>, clusters: ReadonlyMap<string, string>): ReadonlyMap<string, readonly string[]> => {
	const groups = new Map<string, string[]>();
	for (const [key, {identity}] of healths) {
		const cluster = isInCluster(identity) ? clusters.get(key) : undefined;
		const group = listsItself(identity) ? `agent ${key}` : (cluster);
		if (group !== undefined) {
			groups.set(group, [...(groups.get(group) ?? []), key]);
		}
	}

	return groups;
};

type At = {readonly agent: string; readonly at: Timestamp};

const isNew = <T>(before: T | undefined, now: T | undefined): now is T => now !== undefined && now !== before;

const isNews = (before: TaskPollState | undefined, now: TaskPollState): boolean => isNew(before?.dag, now.dag) || (now.isAbsent && !before?.isAbsent);

/** An agent alone is its own delegate, whatever cluster it was in. */
const isClusterDelegate = (state: AgentPollState): boolean => state.delegate !== undefined && !standsAlone(identityOf(state));

/** Sent again when the agent becomes its cluster's delegate: its earlier report counts for more from then on. */
const ofCluster = (before: AgentPollState, now: AgentPollState, at: At): readonly PollEvent[] => {
	const {cluster} = now;
	const isDelegate = isClusterDelegate(now);
	return cluster && (cluster !== before.cluster || (isDelegate && !isClusterDelegate(before))) ? [{...at, type: 'cluster-info-received', cluster, isDelegate}] : [];
};

const ofTask = ({task: before, trouble: troubleBefore}: AgentPollState, {task: now, trouble}: AgentPollState, at: At): readonly PollEvent[] => {
	// Meanwhile another agent may have told something else of it.
	const isBack = now.dag !== undefined && troubleBefore?.lastSeenAt !== undefined && trouble?.lastSeenAt === undefined;
	if (!isNews(before, now) && !isBack) {
		return [];
	}

	const ended: readonly PollEvent[] = isNew(before.predecessor, now.predecessor) ? [{...at, type: 'task-received', task: now.predecessor}] : [];
	const readBefore = replacedAt(before, now);
	return [...ended, now.dag ? {...at, type: 'task-received', task: now.dag, readBefore} : {...at, type: 'task-absent', readBefore}];
};

/** When the task that is not the last one any more was last read. */
const replacedAt = (before: TaskPollState | undefined, now: TaskPollState): Timestamp | undefined =>
	before?.dag && before.dag.id !== now.dag?.id && !isNew(before.predecessor, now.predecessor) ? before.readAt : undefined;

/** The tasks that were shown before and are not any more. */
const leftSince = (before: DelegateState | undefined, {tasks, ended}: NonNullable<DelegateState['seen']>): readonly ReadTask[] | undefined => {
	const ids = new Set([...tasks, ...ended].map(({id}) => id));
	const left = new Set(before?.seen?.tasks.map(({id}) => id).filter(id => !ids.has(id)));
	return left.size === 0 ? undefined : before?.others.flatMap(({id, task: {readAt}}) => left.has(id) && readAt !== undefined ? [{id, readAt}] : []);
};

const ofUnread = (before: UnreadTasks, now: UnreadTasks, at: At): readonly PollEvent[] => {
	const clusterTask = before.clusterTask === undefined ? now.clusterTask : undefined;
	const tasks = [...now.tasks].filter(([id]) => !before.tasks.has(id)).map(([id, readAt]) => ({id, readAt}));
	return clusterTask === undefined && tasks.length === 0 ? [] : [{...at, type: 'tasks-unread', clusterTask, tasks}];
};

/** The events after the last delegate that could be asked: no agent can be asked any more for what it followed. */
export const unreadAfter = (followed: DelegateState, at: At): readonly PollEvent[] => ofUnread(noneUnread, allUnread(followed), at);

/** What can be read again is sent again, even if it is the same as before. */
const ofDelegate = (before: AgentPollState, now: AgentPollState, at: At): readonly PollEvent[] => {
	const {delegate} = now;
	if (!delegate) {
		return [];
	}

	const {task, seen} = delegate;
	const [unreadBefore, unread] = [unreadOf(before), unreadOf(now)];
	if (before.delegate === delegate && unreadBefore === unread) {
		return [];
	}

	const isTaskBack = unreadBefore.clusterTask !== undefined && unread.clusterTask === undefined && task.dag !== undefined;
	const isListBack = unreadBefore.tasks.keys().some(id => !unread.tasks.has(id));
	const isTaskSent = isNews(before.delegate?.task, task) || isTaskBack;
	const isListSent = seen !== undefined && (seen !== before.delegate?.seen || isListBack);
	// What is sent counts as read.
	const said: UnreadTasks = {clusterTask: isTaskSent ? undefined : unreadBefore.clusterTask, tasks: isListSent ? new Map() : unreadBefore.tasks};
	return [
		...(isTaskSent && isNew(before.delegate?.task.predecessor, task.predecessor) ? [{...at, type: 'cluster-task-received', task: task.predecessor} as const] : []),
		...(isTaskSent ? [{...at, type: 'cluster-task-received', task: task.dag, readBefore: replacedAt(before.delegate?.task, task)} as const] : []),
		...(isListSent ? [{...at, type: 'unfinished-received', ...seen, left: leftSince(before.delegate, seen)} as const] : []),
		...ofUnread(said, unread, at),
	];
};

const ofTrouble = (before: AgentPollState, {trouble}: AgentPollState, at: At, isTaskReported: boolean): readonly PollEvent[] => {
	if (!trouble) {
		return before.trouble ? [{...at, type: 'agent-recovered'}] : [];
	}

	// A task event counts as recovery, so a trouble beside it is reported again.
	return trouble !== before.trouble || isTaskReported ? [{...at, type: 'agent-failed', ...trouble}] : [];
};

const ofLink = (before: AgentPollState, {linked}: AgentPollState, at: At): readonly PollEvent[] => {
	if (!isNew(before.linked, linked)) {
		return [];
	}

	return ['error' in linked ? {...at, type: 'linked-task-failed', ...linked} : {...at, type: 'linked-task-received', ...linked}];
};

/** The events between two states. Parts that are the same object make no event. */
export const eventsOf = (before: AgentPollState, now: AgentPollState, at: At): readonly PollEvent[] => {
	const events: PollEvent[] = isNew(before.info, now.info) ? [{...at, type: 'info-received', info: now.info}] : [];
	if (isNew(before.status, now.status)) {
		events.push({...at, type: 'status-received', status: now.status});
	}

	if (isNew(before.skew, now.skew)) {
		events.push({...at, type: 'skew-measured', skew: now.skew});
	}

	events.push(...ofCluster(before, now, at));
	if (isNew(before.fingerprint, now.fingerprint)) {
		events.push({...at, type: 'key-learned', fingerprint: now.fingerprint});
	}

	const task = ofTask(before, now, at);
	events.push(...task, ...ofDelegate(before, now, at), ...ofLink(before, now, at), ...ofTrouble(before, now, at, task.length > 0));
	return events;
};

/**
What the others must know about an agent to elect a cluster's delegate.

- name: "ip:port", as its cluster calls it
- isAble: it responds, and sealed requests may be sent to it
- failures: in a row, of what it would query as a delegate
- isQueried: its last task is being queried, because a list says that it changed or another one replaced it
- taskIds: what it reads as an owner's last maintenance task
- lostTaskId: its own last maintenance task, if it cannot be asked for it; another one's list may tell of it
*/
export type Health = {
	readonly name: string | undefined;
	readonly identity: Identity;
	readonly cluster: ClusterInfo | undefined;
	readonly isAble: boolean;
	readonly hasDatabase: boolean;
	readonly failures: number;
	readonly isQueried: boolean;
	readonly taskIds: readonly string[];
	readonly lostTaskId: string | undefined;
};

export const healthOf = (state: AgentPollState): Health => {
	const {info, faults, blocked, cluster, task, delegate, isInDoubt, hint} = state;
	const isLost = ownUnreadSince(state) !== undefined;
	const failures = Math.max(faults.task?.failures ?? 0, faults['cluster-task']?.failures ?? 0, faults.unfinished?.failures ?? 0);
	return {
		name: info?.agent,
		identity: identityOf(state),
		cluster,
		// Doubt is settled within one request; until then the delegate stays.
		isAble: info !== undefined && !faults.contact && !blocked,
		hasDatabase: hasDatabase(state),
		failures: isInDoubt ? 0 : failures,
		isQueried: !faults.contact && !blocked && !faults.task && (task.successor !== undefined || (hint !== undefined && task.isWanted)),
		taskIds: [...(isLost ? [] : [task, task.successor]), delegate?.task, delegate?.task.successor].flatMap(each => each?.dag?.id ?? []),
		lostTaskId: isLost ? task.dag?.id : undefined,
	};
};

const isSameHealth = (one: Health, other: Health): boolean =>
	one.name === other.name && one.identity === other.identity && one.cluster === other.cluster && one.isAble === other.isAble && one.hasDatabase === other.hasDatabase
	&& one.failures === other.failures && one.isQueried === other.isQueried && one.lostTaskId === other.lostTaskId
	&& one.taskIds.length === other.taskIds.length && one.taskIds.every((id, index) => id === other.taskIds[index]);

/** The same after a response: what it was before, the same object, unless something of it has changed. */
export const healthAfter = (before: Health | undefined, state: AgentPollState): Health => {
	const now = healthOf(state);
	return before && isSameHealth(before, now) ? before : now;
};

/** Of an agent that has not responded yet. */
export const unknownHealth: Health = {name: undefined, identity: '', cluster: undefined, isAble: false, hasDatabase: false, failures: 0, isQueried: false, taskIds: [], lostTaskId: undefined};
