import {type AgentError} from '../../protocol/errors.js';
import {isInCluster} from '../../protocol/identity.js';
import {isObproxyTask} from '../../protocol/ids.js';
import {type PasswordNeed} from '../../protocol/task.js';
import {backoff, cutOffBackoff, pace} from '../intervals.js';
import {isSealed, type ResponseMeta, type Routine, type TaskSource, type Topic, topicOf} from '../requests.js';
import {applyPasswordNeed, applyTaskRefusal} from './cluster-state.js';
import {type AgentPollState, identityOf, withDelegateState, withTask} from './state.js';
import {applyNode, applyTooLarge, applyUnread} from './task-state.js';

const withFault = (memory: AgentPollState, topic: Topic, error: AgentError, {at, random}: ResponseMeta): AgentPollState => {
	const failures = (memory.faults[topic]?.failures ?? 0) + 1;
	const rest = topic === 'details' ? cutOffBackoff(failures, pace.cutOff) : backoff(failures, random);
	return {...memory, faults: {...memory.faults, [topic]: {error, failures, retryAt: at + rest}}};
};

/** The agent did answer, though not with what it was asked for. */
const rememberRefused = (memory: AgentPollState, question: Routine, error: AgentError, occasion: ResponseMeta): AgentPollState => {
	const faulty = withFault(memory, topicOf(question, true), error, occasion);
	switch (question.type) {
		case 'cluster-info': {
			// No cluster that it could name: calm, and asked again like one that did.
			return {...memory, clusterInfoAt: occasion.sentAt};
		}

		case 'unfinished': {
			// Outside a cluster a refusal is no fault (docs/protocol.md#tasks-outside-maintenance).
			return isInCluster(identityOf(memory)) || !memory.duty
				? faulty
				: {...memory, duty: {...memory.duty, listedAt: occasion.sentAt}};
		}

		case 'probe':
		case 'task': {
			const {of} = question;
			return of.type === 'other' && faulty.duty
				? {...faulty, duty: applyTaskRefusal(faulty.duty, of.id, occasion.isShown)}
				: faulty;
		}

		case 'node': {
			// The whole task will tell; meanwhile its head must not stand still.
			return withTask(faulty, question.of, task => ({...applyNode(task, question.id, undefined), isWholeWanted: true}), occasion);
		}

		case 'info':
		case 'status':
		case 'skew': {
			return faulty;
		}
	}
};

const rememberCutOff = (memory: AgentPollState, question: Routine, error: AgentError, occasion: ResponseMeta): AgentPollState => {
	if (question.type !== 'task' || question.of.type === 'other') {
		return rememberRefused(memory, question, error, occasion);
	}

	return question.of.type === 'agent'
		? withFault({...memory, task: applyTooLarge(memory.task)}, 'details', error, occasion)
		: {...memory, duty: memory.duty && {...memory.duty, task: applyTooLarge(memory.duty.task)}};
};

/** Members list the tasks of an OBProxy, but only the agent password opens them: a refusal is that task's alone (docs/protocol.md#refusals-of-one-task-or-one-way). */
const isAboutObproxy = (question: Routine): question is Extract<Routine, {readonly of: TaskSource}> & {readonly of: Extract<TaskSource, {type: 'other'}>} =>
	'of' in question && question.of.type === 'other' && isObproxyTask(question.of.id);

const unauthorized = 401;

const isRefusedPassword = (error: AgentError): error is Extract<AgentError, {type: 'unauthorized' | 'refused'}> =>
	error.type === 'unauthorized' || (error.type === 'refused' && error.status === unauthorized);

/** The memory after a question that brought an error: whom it blocks, and when what may be asked again. */
export const applyError = (memory: AgentPollState, question: Routine, error: AgentError, occasion: ResponseMeta): AgentPollState => {
	const topic = topicOf(question, memory.info !== undefined);
	if (topic === 'contact') {
		return {...withFault(memory, topic, error, occasion), isInDoubt: false};
	}

	const unread = question.type === 'task' ? withTask(memory, question.of, applyUnread, occasion) : memory;
	if (isRefusedPassword(error) && isAboutObproxy(question)) {
		const {id} = question.of;
		// What was changed while this was under way may have answered it already.
		const needs: PasswordNeed | undefined = occasion.isReleased ? undefined : {agent: memory.info?.agent ?? '', isRefused: error.type === 'refused' || error.reason === 'refused'};
		return withDelegateState(unread, duty => applyPasswordNeed(duty, id, needs, occasion.isShown));
	}

	const open = isSealed(question) && unread.blocked ? {...unread, blocked: undefined} : unread;
	switch (error.type) {
		case 'unauthorized':
		case 'key-changed': {
			// What was changed while this was under way may have answered it already.
			return {...unread, blocked: {error, isReleased: occasion.isReleased}};
		}

		case 'unreachable':
		case 'timeout':
		case 'protocol':
		case 'aborted': {
			return {...withFault(open, topic, error, occasion), isInDoubt: true};
		}

		case 'clock': {
			return {...withFault(open, topic, error, occasion), skewAt: undefined};
		}

		case 'too-large': {
			return rememberCutOff(open, question, error, occasion);
		}

		case 'refused':
		case 'unknown-id': {
			return rememberRefused(open, question, error, occasion);
		}
	}
};
