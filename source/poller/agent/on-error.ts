import {printable} from '../../lib/printable.js';
import {type Timestamp} from '../../lib/time.js';
import {type AgentError, isSameError} from '../../protocol/errors.js';
import {isInCluster} from '../../protocol/identity.js';
import {isObproxyTask} from '../../protocol/ids.js';
import {type PasswordNeed} from '../../protocol/task.js';
import {backoff, cutOffBackoff} from '../intervals.js';
import {applyOthersFault, applyPasswordNeed, applyTaskRefusal, withSeen} from './cluster-state.js';
import {
	type AgentPollState,
	identityOf,
	isSealed,
	ownUnreadSince,
	type PollRequest,
	type ResponseMeta,
	type Routine,
	type TaskSource,
	type Topic,
	topicOf,
	type Trouble,
	withDelegateState,
	withTask,
} from './state.js';
import {applyNode, applyRefused, applyTooLarge, applyUnread} from './task-state.js';

const ownTopics: readonly Topic[] = ['bug', 'task', 'details'];

// Reported by a delegate that no other agent can replace. The other topics only make something less fresh or less certain.
const delegateTopics: readonly Topic[] = ['cluster-task', 'unfinished'];

const errorOf = ({faults, delegate}: AgentPollState, topics: readonly Topic[], needsDelegate: boolean): AgentError | undefined =>
	needsDelegate && !delegate ? undefined : topics.flatMap(topic => faults[topic]?.error ?? [])[0];

/** The one error to report, the worst first. */
const currentOf = (state: AgentPollState): Pick<Trouble, 'error' | 'isAlive'> | undefined => {
	const {contact} = state.faults;
	if (contact) {
		return {error: contact.error, isAlive: false};
	}

	const error = state.blocked?.error ?? errorOf(state, ownTopics, false) ?? errorOf(state, delegateTopics, true);
	return error && {error, isAlive: true};
};

const isTaskOld = ({task: {requestedAt, isWanted, isWholeWanted}}: AgentPollState): boolean => requestedAt === undefined || isWanted || isWholeWanted;

/** The state with the trouble to report. While the agent is in doubt, nothing new is reported. Returns the same object if nothing changed. */
export const withTrouble = (state: AgentPollState, at: Timestamp): AgentPollState => {
	const known = state.trouble;
	if (state.isInDoubt) {
		return state;
	}

	const current = currentOf(state);
	if (!current) {
		// An unreachable agent is back once its task was read again: until then its data are as old as before.
		const isStillOld = known?.isAlive === false && isTaskOld(state);
		return known && !isStillOld ? {...state, trouble: undefined} : state;
	}

	const lastSeenAt = ownUnreadSince(state);
	// While the task is not read, its time stays.
	if (known?.isAlive === current.isAlive && isSameError(known.error, current.error) && (known.lastSeenAt === undefined) === (lastSeenAt === undefined)) {
		return state;
	}

	return {...state, trouble: {...current, since: known?.since ?? at, lastSeenAt}};
};

/** A bug's message as an error of the agent, so that it is shown where it happened. */
export const bugError = (problem: unknown): AgentError => {
	const words = problem instanceof Error ? `${problem.name}: ${problem.message}` : String(problem);
	return {type: 'protocol', problem: 'internal', detail: printable(words)};
};

/** The state after a response that could not be applied or reported. The next response tries again. */
export const withBug = (state: AgentPollState, problem: unknown, at: Timestamp): AgentPollState => withTrouble({
	...state,
	faults: {...state.faults, bug: {error: bugError(problem), failures: 1, retryAt: at}},
}, at);

/** The state in a replay, whose recording may lack the head of a task of which the details were refused: that is the agent's trouble then. The poller queries the head next. */
export const withUnreadHead = (state: AgentPollState, next: PollRequest, at: Timestamp): AgentPollState => {
	const {task: {refusal, dag}, faults} = state;
	const isTold = dag?.isBrief === true || faults.task !== undefined || (next.type === 'probe' && next.of.type === 'agent');
	return refusal && !isTold ? withTrouble({...state, faults: {...faults, task: {error: refusal, failures: 1, retryAt: at}}}, at) : state;
};

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
				: {...state, delegate: withSeen({...state.delegate, listedAt: meta.sentAt}, meta.standing)};
		}

		case 'probe':
		case 'task': {
			const {of} = request;
			if (of.type === 'other') {
				return withDelegateState(state, delegate => applyTaskRefusal(delegate, of.id, {error, at: meta.sentAt}, meta.standing));
			}

			// The head may still be read, and says what is known.
			return request.type === 'task' ? withTask(state, of, task => applyRefused(task, error, meta.sentAt), meta) : faulty;
		}

		case 'node': {
			// The whole task will tell; meanwhile its head must be kept fresh.
			return withTask(faulty, request.of, task => ({...applyNode(task, request.id), isWholeWanted: true}), meta);
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
