import {isInCluster} from '../../protocol/identity.js';
import {type AgentError} from '../../protocol/errors.js';
import {isObproxyTask} from '../../protocol/ids.js';
import {type PasswordNeed} from '../../protocol/task.js';
import {backoff, cutOffBackoff} from '../intervals.js';
import {applyOthersFault, applyPasswordNeed, applyTaskRefusal} from './cluster-state.js';
import {
	type AgentPollState,
	identityOf,
	isSealed,
	type ResponseMeta,
	type Routine,
	type TaskSource,
	type Topic,
	topicOf,
	withDelegateState,
	withTask,
} from './state.js';
import {applyNode, applyTooLarge, applyUnread} from './task-state.js';

const withFault = (state: AgentPollState, topic: Topic, error: AgentError, {at, random}: ResponseMeta): AgentPollState => {
	const failures = (state.faults[topic]?.failures ?? 0) + 1;
	const rest = topic === 'details' ? cutOffBackoff(failures) : backoff(failures, random);
	return {...state, faults: {...state.faults, [topic]: {error, failures, retryAt: at + rest}}};
};

/** The agent did respond, but with a refusal. */
const applyRefusal = (state: AgentPollState, request: Routine, error: AgentError, meta: ResponseMeta): AgentPollState => {
	const faulty = withFault(state, topicOf(request, true), error, meta);
	switch (request.type) {
		case 'cluster-info': {
			// The agent could name no cluster: no fault, and queried again like one that did.
			return {...state, clusterInfoAt: meta.sentAt};
		}

		case 'unfinished': {
			// Outside a cluster a refusal is no fault (docs/protocol.md#tasks-outside-maintenance).
			return isInCluster(identityOf(state)) || !state.delegate
				? faulty
				: {...state, delegate: {...state.delegate, listedAt: meta.sentAt}};
		}

		case 'probe':
		case 'task': {
			const {of} = request;
			return of.type === 'other' && faulty.delegate
				? {...faulty, delegate: applyTaskRefusal(faulty.delegate, of.id, meta.standing)}
				: faulty;
		}

		case 'node': {
			// The whole task will tell; meanwhile its head must be kept fresh.
			return withTask(faulty, request.of, task => ({...applyNode(task, request.id, undefined), isWholeWanted: true}), meta);
		}

		case 'info':
		case 'status':
		case 'skew': {
			return faulty;
		}
	}
};

const applyCutOff = (state: AgentPollState, request: Routine, error: AgentError, meta: ResponseMeta): AgentPollState => {
	if (request.type !== 'task' || request.of.type === 'other') {
		return applyRefusal(state, request, error, meta);
	}

	return request.of.type === 'agent'
		? withFault({...state, task: applyTooLarge(state.task)}, 'details', error, meta)
		: {...state, delegate: state.delegate && {...state.delegate, task: applyTooLarge(state.delegate.task)}};
};

/** Members list the tasks of an OBProxy, but only the agent password opens them, so a refusal concerns that task alone (docs/protocol.md#refusals-of-one-task-or-one-way). */
const isAboutObproxy = (request: Routine): request is Extract<Routine, {readonly of: TaskSource}> & {readonly of: Extract<TaskSource, {type: 'other'}>} =>
	'of' in request && request.of.type === 'other' && isObproxyTask(request.of.id);

const unauthorized = 401;

const isRefusedPassword = (error: AgentError): error is Extract<AgentError, {type: 'unauthorized' | 'refused'}> =>
	error.type === 'unauthorized' || (error.type === 'refused' && error.status === unauthorized);

/** The state after an error: what it blocks, and what may be retried when. */
export const applyError = (state: AgentPollState, request: Routine, error: AgentError, meta: ResponseMeta): AgentPollState => {
	const next = afterError(state, request, error, meta);
	return next.faults['other-task'] && next.faults !== state.faults ? withDelegateState(next, delegate => applyOthersFault(delegate, meta.standing)) : next;
};

const afterError = (state: AgentPollState, request: Routine, error: AgentError, meta: ResponseMeta): AgentPollState => {
	const topic = topicOf(request, state.info !== undefined);
	if (topic === 'contact') {
		return {...withFault(state, topic, error, meta), isInDoubt: false};
	}

	const unread = request.type === 'task' ? withTask(state, request.of, applyUnread, meta) : state;
	if (isRefusedPassword(error) && isAboutObproxy(request)) {
		const {id} = request.of;
		// A change during the request may have solved it already.
		const needs: PasswordNeed | undefined = meta.isReleased ? undefined : {agent: state.info?.agent ?? '', isRefused: error.type === 'refused' || error.reason === 'refused'};
		return withDelegateState(unread, delegate => applyPasswordNeed(delegate, id, needs, meta.standing));
	}

	const open = isSealed(request) && unread.blocked ? {...unread, blocked: undefined} : unread;
	switch (error.type) {
		case 'unauthorized':
		case 'key-changed': {
			// A change during the request may have solved it already.
			return {...unread, blocked: {error, isReleased: meta.isReleased}};
		}

		case 'unreachable':
		case 'timeout':
		case 'protocol':
		case 'aborted': {
			return {...withFault(open, topic, error, meta), isInDoubt: true};
		}

		case 'clock': {
			return {...withFault(open, topic, error, meta), skewAt: undefined};
		}

		case 'too-large': {
			return applyCutOff(open, request, error, meta);
		}

		case 'refused':
		case 'unknown-id': {
			return applyRefusal(open, request, error, meta);
		}
	}
};
