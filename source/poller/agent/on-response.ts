import {type AgentClient, type Reply, type RequestOptions} from '../../client/types.js';
import {type Timestamp} from '../../lib/time.js';
import {type AgentInfo, type AgentStatus, type ClusterInfo} from '../../protocol/agent.js';
import {type AgentError} from '../../protocol/errors.js';
import {type Dag, type TaskNode} from '../../protocol/task.js';
import {applyOtherTaskDetails, applyTaskList, forgetOther} from './cluster-state.js';
import {applyError, bugError, withTrouble} from './on-error.js';
import {
	type AgentPollState,
	hasDatabase,
	identityOf,
	isSealed,
	type PollRequest,
	type ResponseMeta,
	type Routine,
	type TaskSource,
	type Topic,
	topicOf,
	withDelegateState,
	withTask,
} from './state.js';
import {applyAbsence, applyNode, applyProbe, applyWhole, isLive, keep, type TaskPollState, withSuccessor} from './task-state.js';

/** The response to a poll request. `none`: there is no such thing, which is no fault. */
export type PollResponse =
	| {readonly type: 'info'; readonly info: AgentInfo}
	| {readonly type: 'status'; readonly status: AgentStatus}
	| {readonly type: 'skew'; readonly skew: number}
	| {readonly type: 'cluster-info'; readonly cluster: ClusterInfo}
	| {readonly type: 'unfinished'; readonly list: readonly Dag[]}
	| {readonly type: 'probe' | 'task'; readonly of: TaskSource; readonly dag: Dag; readonly bytes: number}
	| {readonly type: 'node'; readonly of: TaskSource; readonly id: string; readonly node: TaskNode}
	| {readonly type: 'none'}
	| {readonly type: 'error'; readonly error: AgentError};

type Data<T> = Extract<Reply<T>, {readonly type: 'data'}>;

const from = async <T>(reply: Promise<Reply<T>>, toResponse: (reply: Data<T>) => PollResponse): Promise<PollResponse> => {
	const settled = await reply;
	return settled.type === 'data' ? toResponse(settled) : settled;
};

const fetchDag = async (client: AgentClient, of: TaskSource, options: RequestOptions & {readonly details: boolean}): Promise<Reply<Dag>> => {
	switch (of.type) {
		case 'agent': {
			return client.fetchMaintenanceTask(options);
		}

		case 'cluster': {
			return client.fetchClusterTask(options);
		}

		case 'other': {
			return client.fetchTask({...options, id: of.id});
		}
	}
};

/** Sends a request through a client. */
export const fetchResponse = async (client: AgentClient, request: PollRequest, options: RequestOptions): Promise<PollResponse> => {
	switch (request.type) {
		case 'info': {
			return from(client.fetchInfo(options), ({data}) => ({type: 'info', info: data}));
		}

		case 'status': {
			return from(client.fetchStatus(options), ({data}) => ({type: 'status', status: data}));
		}

		case 'skew': {
			return from(client.measureSkew(options), ({data}) => ({type: 'skew', skew: data}));
		}

		case 'cluster-info': {
			return from(client.fetchClusterInfo(options), ({data}) => ({type: 'cluster-info', cluster: data}));
		}

		case 'unfinished': {
			return from(client.fetchUnfinishedTasks({...options, details: false}), ({data}) => ({type: 'unfinished', list: data}));
		}

		case 'probe':
		case 'task': {
			const {type, of} = request;
			return from(fetchDag(client, of, {...options, details: type === 'task'}), ({data, bytes}) => ({type, of, dag: data, bytes}));
		}

		case 'node': {
			const {of, id} = request;
			return from(client.fetchNode({...options, id}), ({data}) => ({type: 'node', of, id, node: data}));
		}

		case 'link':
		case 'end': {
			const of: TaskSource = {type: 'other', id: request.id};
			return from(fetchDag(client, of, {...options, details: true}), ({data, bytes}) => ({type: 'task', of, dag: data, bytes}));
		}
	}
};

const wantedAgain = (task: TaskPollState): TaskPollState => ({...task, isWanted: true, refusedAt: undefined});

/** Everything known about tasks may be out of date: query it at once, even a task that was cut off for its size, and details that were refused. */
export const withEverythingWanted = (state: AgentPollState): AgentPollState => ({
	...state,
	faults: state.faults.details ? {...state.faults, details: {...state.faults.details, retryAt: -Infinity}} : state.faults,
	task: wantedAgain(state.task),
	delegate: state.delegate && {...state.delegate, listedAt: undefined, task: wantedAgain(state.delegate.task)},
});

const isOtherTime = (known: Timestamp | undefined, now: Timestamp | undefined): boolean => known !== undefined && now !== undefined && known !== now;

/** `status` is the cheap sign of life that also shows when the expensive queries are worthwhile: lock, identity, process or database changed. */
const applyStatus = (state: AgentPollState, status: AgentStatus, at: Timestamp): AgentPollState => {
	const identity = identityOf(state);
	const known = state.status ?? state.info;
	// In a container every process has the same id.
	const isRestarted = known !== undefined && (known.pid !== status.pid || isOtherTime(known.startedAt, status.startedAt));
	const isLockChanged = state.status !== undefined && state.status.underMaintenance !== status.underMaintenance;
	const next: AgentPollState = {...state, status: keep(state.status, status), statusAt: at};
	const isOther = identity !== '' && identity !== identityOf(next);
	const isDatabaseBack = state.status !== undefined && !hasDatabase(state) && hasDatabase(next);
	if (!isOther && !isRestarted && !isLockChanged && !isDatabaseBack) {
		return next;
	}

	return {
		...withEverythingWanted(next),
		changedAt: at,
		infoAt: isOther || isRestarted ? undefined : state.infoAt,
		clusterInfoAt: isOther ? undefined : state.clusterInfoAt,
	};
};

/** Whether the error may mean that the agent is gone. */
const isSilence = (error: AgentError): boolean => {
	switch (error.type) {
		case 'unreachable':
		case 'timeout':
		case 'protocol':
		case 'aborted': {
			return true;
		}

		case 'unauthorized':
		case 'key-changed':
		case 'clock':
		case 'refused':
		case 'too-large':
		case 'unknown-id': {
			return false;
		}
	}
};

/** The state after a link was queried. It is not queried again, and its failure is no fault of the agent; at most it triggers a check whether the agent is there. */
const applyLink = (state: AgentPollState, id: string, response: PollResponse): AgentPollState => {
	const next = {...state, links: state.links.filter(other => other !== id)};
	if (response.type !== 'error') {
		return {...next, linked: {id, task: response.type === 'task' ? response.dag : undefined}};
	}

	return {...next, linked: {id, error: response.error}, isInDoubt: state.isInDoubt || isSilence(response.error)};
};

/** The state after the end of a replaced task was queried: the newer one is reported in any case. */
const applyEnd = (state: AgentPollState, id: string, response: PollResponse): AgentPollState => {
	const end = response.type === 'task' ? response.dag : undefined;
	const after = (task: TaskPollState): TaskPollState => task.dag?.id === id ? withSuccessor(task, end) : task;
	const next = withDelegateState({...state, task: after(state.task)}, delegate => ({...delegate, task: after(delegate.task)}));
	return response.type === 'error' && isSilence(response.error) ? {...next, isInDoubt: true} : next;
};

type Success = Exclude<PollResponse, {readonly type: 'error'}>;

const applyNone = (state: AgentPollState, request: Routine, meta: ResponseMeta): AgentPollState => {
	switch (request.type) {
		case 'probe':
		case 'task': {
			const {of} = request;
			return of.type === 'other'
				? withDelegateState(state, delegate => forgetOther(delegate, of.id, meta.standing))
				: withTask(state, of, () => applyAbsence(meta.at), meta);
		}

		case 'node': {
			return withTask(state, request.of, task => ({...applyNode(task, request.id), isWanted: true}), meta);
		}

		case 'unfinished': {
			return withDelegateState(state, delegate => applyTaskList(delegate, [], meta, meta.standing));
		}

		case 'info':
		case 'status':
		case 'skew':
		case 'cluster-info': {
			return applyError(state, request, bugError(`no ${request.type}`), meta);
		}
	}
};

const applyInfo = (state: AgentPollState, info: NonNullable<AgentPollState['info']>, at: Timestamp): AgentPollState => {
	const isOther = state.info !== undefined && (state.info.identity !== info.identity || state.info.security !== info.security);
	return {
		...state,
		info: keep(state.info, info),
		infoAt: at,
		clusterInfoAt: isOther ? undefined : state.clusterInfoAt,
		// It may need another password now.
		blocked: state.blocked && isOther ? {...state.blocked, isReleased: true} : state.blocked,
	};
};

const applySuccess = (state: AgentPollState, request: Routine, response: Success, meta: ResponseMeta): AgentPollState => {
	const {at, sentAt, standing} = meta;
	switch (response.type) {
		case 'info': {
			return applyInfo(state, response.info, sentAt);
		}

		case 'status': {
			return applyStatus(state, response.status, sentAt);
		}

		case 'skew': {
			return {...state, skew: response.skew, skewAt: sentAt};
		}

		case 'cluster-info': {
			return {...state, cluster: keep(state.cluster, response.cluster), clusterInfoAt: sentAt};
		}

		case 'unfinished': {
			return withDelegateState(state, delegate => applyTaskList(delegate, response.list, meta, standing));
		}

		case 'probe': {
			return withTask(state, response.of, task => applyProbe(task, response.dag, meta), meta);
		}

		case 'task': {
			const {of, dag, bytes} = response;
			return of.type === 'other'
				? withDelegateState(state, delegate => applyOtherTaskDetails(delegate, dag, {sentAt, at, bytes}, standing))
				: withTask(state, of, task => applyWhole(task, dag, {sentAt, at, bytes}), meta);
		}

		case 'node': {
			return withTask(state, response.of, task => applyNode(task, response.id, {node: response.node, at}), meta);
		}

		case 'none': {
			return applyNone(state, request, {...meta, at});
		}
	}
};

/** The faults that a good response to the request ends. Only the whole task shows that it is no longer too large. */
const endedBy = (topic: Topic, hasDetails: boolean): readonly Topic[] => topic === 'task' && hasDetails ? ['task', 'details'] : [topic];

const without = (faults: AgentPollState['faults'], topics: readonly Topic[]): AgentPollState['faults'] =>
	topics.some(topic => faults[topic] !== undefined)
		? Object.fromEntries(Object.entries(faults).filter(([key]) => topics.every(topic => topic !== key)))
		: faults;

/** The agent responds again: what failed meanwhile is queried at once. */
const recovered = (state: AgentPollState): AgentPollState => {
	const settled = state.isInDoubt ? {...state, isInDoubt: false} : state;
	if (!state.faults.contact) {
		return settled;
	}

	const wanted = withEverythingWanted(settled);
	const {details} = wanted.faults;
	return {...wanted, faults: details ? {details} : {}};
};

/** Stores what the client measured and learned while it sent the request. */
const withMeasured = (state: AgentPollState, {skew, sentAt, fingerprint}: ResponseMeta): AgentPollState => {
	const keyed = fingerprint === state.fingerprint ? state : {...state, fingerprint};
	return skew === undefined || skew === state.skew ? keyed : {...keyed, skew, skewAt: sentAt};
};

/** The next task may take the lock before `status` shows that this one released it. */
const withEndNoted = (before: AgentPollState, now: AgentPollState, at: Timestamp): AgentPollState =>
	isLive(before.task.dag) && now.task.dag?.id === before.task.dag?.id && !isLive(now.task.dag) ? {...now, changedAt: at} : now;

/** The state after a response. Parts that did not change keep their identity, so they make no events. */
export const applyResponse = (state: AgentPollState, request: PollRequest, response: PollResponse, meta: ResponseMeta): AgentPollState => {
	const {at, sentAt} = meta;
	const last = {endedAt: at, duration: Math.max(0, at - sentAt)};
	if (request.type === 'link') {
		return applyLink({...state, last}, request.id, response);
	}

	if (request.type === 'end') {
		return applyEnd({...state, last}, request.id, response);
	}

	const measured = withMeasured(state, meta);
	const faults = without(state.faults, ['bug']);
	if (response.type === 'error') {
		return withTrouble(applyError({...measured, faults, last}, request, response.error, meta), at);
	}

	const topic = topicOf(request, state.info !== undefined);
	const next = applySuccess({
		...measured,
		last,
		seenAt: at,
		blocked: isSealed(request) ? undefined : state.blocked,
		faults: topic === 'contact' ? faults : without(faults, endedBy(topic, request.type === 'task' || response.type === 'none')),
	}, request, response, meta);
	return withTrouble(topic === 'contact' ? recovered(next) : withEndNoted(state, next, at), at);
};
