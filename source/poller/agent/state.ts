import {type Identity, identityOf as identityFrom} from '../../protocol/identity.js';
import {type Timestamp} from '../../lib/time.js';
import {type AgentInfo, type AgentStatus, type ClusterInfo} from '../../protocol/agent.js';
import {type AgentError} from '../../protocol/errors.js';
import {type Dag} from '../../protocol/task.js';
import {type LastResponse} from '../intervals.js';
import {type Priority} from '../request-queue.js';
import {applyOtherTask, type DelegateState, needsDatabase, type OtherTask, type Standing} from './cluster-state.js';
import {replaced, type TaskPollState, unknownTask, withSuccessor} from './task-state.js';

/**
The circumstances of a response.

- sentAt, at: when the request was sent and its response arrived
- random: 0 to 1, for the jitter of a backoff
- isReleased: a password changed or a key was accepted during the request
- skew: the agent's clock minus ours, in ms, as its client knows it now: it measures when requests expire
- fingerprint: of the agent's current key
- standing: what is known about ids of listed tasks
*/
export type ResponseMeta = {
	readonly sentAt: Timestamp;
	readonly at: Timestamp;
	readonly random: number;
	readonly isReleased: boolean;
	readonly skew: number | undefined;
	readonly fingerprint: string | undefined;
	readonly standing: Standing;
};

/** Which task is meant: the agent's own last one, its cluster's last one, or one that is listed as unfinished. */
export type TaskSource =
	| {readonly type: 'agent'}
	| {readonly type: 'cluster'}
	| {readonly type: 'other'; readonly id: string};

/** What is polled regularly. `probe` queries a task without its nodes, `task` the whole, `node` one of its nodes. */
export type Routine =
	| {readonly type: 'info' | 'status' | 'skew' | 'cluster-info' | 'unfinished'}
	| {readonly type: 'probe' | 'task'; readonly of: TaskSource}
	| {readonly type: 'node'; readonly of: TaskSource; readonly id: string};

/** `link` queries a task that the user wants to see, once; `end` one that another task replaced, before that is reported. */
export type PollRequest = Routine | {readonly type: 'link'; readonly id: string} | {readonly type: 'end'; readonly id: string};

/** What fails and is retried together. `contact` is the agent itself; `details` a task that is too large to fetch; `bug` an error of obwatch. */
export type Topic = 'bug' | 'contact' | 'info' | 'skew' | 'task' | 'details' | 'cluster-info' | 'cluster-task' | 'unfinished' | 'other-task';

const taskTopics = {agent: 'task', cluster: 'cluster-task', other: 'other-task'} as const;

/** The topic of a request to an agent that was or was not reached before. */
export const topicOf = (request: Routine, isKnown: boolean): Topic => {
	switch (request.type) {
		case 'info': {
			return isKnown ? 'info' : 'contact';
		}

		case 'status': {
			return 'contact';
		}

		case 'skew':
		case 'cluster-info':
		case 'unfinished': {
			return request.type;
		}

		case 'probe':
		case 'task':
		case 'node': {
			return taskTopics[request.of.type];
		}
	}
};

/** Whether the request carries a password; the others are public. */
export const isSealed = (request: Routine): boolean => request.type !== 'info' && request.type !== 'status' && request.type !== 'skew';

/** Failures in a row of one topic, and when it may be tried again. */
export type Fault = {readonly error: AgentError; readonly failures: number; readonly retryAt: Timestamp};

/** What is reported: `since` is the first failure in a row, `lastSeenAt` the last good response about the agent's own task if that cannot be read now. */
export type Trouble = {
	readonly error: AgentError;
	readonly isAlive: boolean;
	readonly since: Timestamp;
	readonly lastSeenAt: Timestamp | undefined;
};

/** What of the agent is on screen. `openTask` is the id of the open task, whatever its owner. */
export type AgentFocus = {
	readonly isOnScreen: boolean;
	readonly isClusterOnScreen: boolean;
	/** On the whole screen. */
	readonly activeRows: number;
	readonly openTask: string | undefined;
	/** The user is watching the screen. */
	readonly isAttended: boolean;
};

/** The result of a link's query; `task` is undefined if it no longer exists. */
type LinkedTask = {readonly id: string} & ({readonly task: Dag | undefined} | {readonly error: AgentError});

/**
All that the loop of one agent knows.

- infoAt to clusterInfoAt: when the last successful request was sent; undefined: it is due now
- blocked: no sealed request may be sent until a password changes or a key is accepted, which `isReleased` says has happened
- isInDoubt: a sealed request ended as if the agent were gone; `status` will tell
- skipsPause: the user is waiting, so the next request need not wait for its turn
- isPassedOver: it did not respond to the first short attempt, and others should not wait for it
- seenAt: the last good response of any kind
- changedAt: when lock, identity or process last changed, or its own last task ended
- delegate: its state as the delegate of its cluster or itself
- hint: what a list of unfinished tasks last said about its own last task
- links, linked: the ids of tasks that the user wants to see, in turn, and the result of the last one
*/
export type AgentPollState = {
	readonly info: AgentInfo | undefined;
	readonly status: AgentStatus | undefined;
	readonly skew: number | undefined;
	readonly fingerprint: string | undefined;
	readonly cluster: ClusterInfo | undefined;
	readonly task: TaskPollState;
	readonly delegate: DelegateState | undefined;
	readonly infoAt: Timestamp | undefined;
	readonly statusAt: Timestamp | undefined;
	readonly skewAt: Timestamp | undefined;
	readonly clusterInfoAt: Timestamp | undefined;
	readonly changedAt: Timestamp | undefined;
	readonly seenAt: Timestamp | undefined;
	readonly last: LastResponse | undefined;
	readonly faults: Readonly<Partial<Record<Topic, Fault>>>;
	readonly blocked: {readonly error: AgentError; readonly isReleased: boolean} | undefined;
	readonly trouble: Trouble | undefined;
	readonly isInDoubt: boolean;
	readonly isPassedOver: boolean;
	readonly skipsPause: boolean;
	readonly hint: string | undefined;
	readonly focus: AgentFocus;
	readonly links: readonly string[];
	readonly linked: LinkedTask | undefined;
};

export const newPollState: AgentPollState = {
	info: undefined,
	status: undefined,
	skew: undefined,
	fingerprint: undefined,
	cluster: undefined,
	task: unknownTask,
	delegate: undefined,
	infoAt: undefined,
	statusAt: undefined,
	skewAt: undefined,
	clusterInfoAt: undefined,
	changedAt: undefined,
	seenAt: undefined,
	last: undefined,
	faults: {},
	blocked: undefined,
	trouble: undefined,
	isInDoubt: false,
	isPassedOver: false,
	skipsPause: false,
	hint: undefined,
	focus: {isOnScreen: false, isClusterOnScreen: false, activeRows: 0, openTask: undefined, isAttended: false},
	links: [],
	linked: undefined,
};

export const identityOf = ({status, info}: AgentPollState): Identity => identityFrom(info, status);

/** Whether the agent is connected to OceanBase, so that its cluster's tasks can be queried (`obState` 3). */
export const hasDatabase = ({status}: AgentPollState): boolean => status?.obState === 3;

/** Whether the agent responded to the last request. */
export const isProven = ({seenAt, faults}: AgentPollState): boolean => seenAt !== undefined && !faults.contact;

/** Whether the agent can be asked for no task at all. */
const isSilent = ({faults: {contact, bug}, blocked}: AgentPollState): boolean => contact !== undefined || bug !== undefined || blocked !== undefined;

/** When the agent's own task was last read, if it cannot be read now. */
export const ownUnreadSince = (state: AgentPollState): Timestamp | undefined => isSilent(state) || state.faults.task ? state.task.readAt : undefined;

/**
What a delegate cannot read now, and when it was last read.

- clusterTask: the last maintenance task of its cluster
- tasks: the others that it follows, by id
*/
export type UnreadTasks = {readonly clusterTask: Timestamp | undefined; readonly tasks: ReadonlyMap<string, Timestamp>};

/** All that a delegate followed. */
export const allUnread = ({task, others}: DelegateState): UnreadTasks =>
	({clusterTask: task.readAt, tasks: new Map(others.flatMap(({id, task: {readAt}}) => readAt === undefined ? [] : [[id, readAt] as const]))});

export const noneUnread: UnreadTasks = {clusterTask: undefined, tasks: new Map()};

/** Its list is the reading of a task that it names; one that left it, or is open, is read by its id. */
export const unreadOf = (state: AgentPollState): UnreadTasks => {
	const {faults, focus, delegate} = state;
	if (!delegate) {
		return noneUnread;
	}

	if (isSilent(state)) {
		return allUnread(delegate);
	}

	const isClusterTaskRead = delegate.task.readAt === undefined || (hasDatabase(state) && !faults['cluster-task']);
	const isEveryOtherRead = !faults.unfinished && !faults['other-task'] && (hasDatabase(state) || delegate.others.every(({isGone}) => !isGone));
	if (isClusterTaskRead && isEveryOtherRead) {
		return noneUnread;
	}

	const isReadById = ({id, isGone}: OtherTask): boolean => (isGone || (focus.openTask === id && focus.isAttended)) && !faults['other-task'] && (hasDatabase(state) || !needsDatabase(id));
	const isRead = (other: OtherTask): boolean => (!other.isGone && !faults.unfinished) || isReadById(other);
	return {
		clusterTask: isClusterTaskRead ? undefined : delegate.task.readAt,
		tasks: allUnread({...delegate, others: delegate.others.filter(other => !isRead(other))}).tasks,
	};
};

/** Its priority in the queue: agents that were never queried, or whose task is missing, come first. */
export const priorityOf = (state: AgentPollState): Priority => {
	const {faults, seenAt, task, blocked, isPassedOver} = state;
	if (faults.contact) {
		return 'offline';
	}

	if (seenAt === undefined) {
		return isPassedOver ? 'silent' : 'new';
	}

	return task.requestedAt === undefined && !faults.task && !blocked ? 'begun' : 'proven';
};

/** The times of newer responses that changed nothing: about its own last task, its cluster's, and the list. */
type ReadTimes = {readonly own: Timestamp | undefined; readonly cluster: Timestamp | undefined; readonly list: Timestamp | undefined};

/** The state as if these responses had come. */
export const withReadAt = (state: AgentPollState, {own, cluster, list}: ReadTimes): AgentPollState => {
	const read = (task: TaskPollState, at: Timestamp | undefined): TaskPollState => at === undefined || (task.readAt ?? at) > at ? task : {...task, readAt: at};
	const dated = {...state, seenAt: own ?? state.seenAt, task: read(state.task, own)};
	return withDelegateState(dated, delegate => ({
		...delegate, task: read(delegate.task, cluster), others: delegate.others.map(other => other.isGone ? other : {...other, task: read(other.task, list)}),
	}));
};

/** The state with its delegate state changed, if it has one. */
export const withDelegateState = (state: AgentPollState, change: (delegate: DelegateState) => DelegateState): AgentPollState =>
	state.delegate ? {...state, delegate: change(state.delegate)} : state;

/** The state with one of its tasks changed. */
export const withTask = (state: AgentPollState, of: TaskSource, change: (task: TaskPollState) => TaskPollState, {standing}: ResponseMeta): AgentPollState => {
	// A recording may lack the query for the end of a replaced task.
	const changed = (task: TaskPollState): TaskPollState => task.successor ? change(withSuccessor(task)) : replaced(task, change(task));
	switch (of.type) {
		case 'agent': {
			return {...state, task: changed(state.task)};
		}

		case 'cluster': {
			return withDelegateState(state, delegate => ({...delegate, task: changed(delegate.task)}));
		}

		case 'other': {
			return withDelegateState(state, delegate => applyOtherTask(delegate, of.id, change, standing));
		}
	}
};
