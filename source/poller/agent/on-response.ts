import {type Timestamp} from '../../lib/time.js';
import {type AgentError} from '../../protocol/errors.js';
import {type PollResponse} from '../request.js';
import {isSealed, type ResponseMeta, type PollRequest, type Routine, type Topic, topicOf} from '../requests.js';
import {forgetOther, applyTaskList, applyOtherTaskDetails} from './cluster-state.js';
import {bugError, withTrouble} from './errors.js';
import {applyError} from './on-error.js';
import {applyStatus, withEverythingWanted} from './on-status.js';
import {type AgentPollState, withDelegateState, withTask} from './state.js';
import {keep, applyAbsence, applyNode, applyProbe, applyWhole} from './task-state.js';

/** Whether the error may mean that nobody is there. */
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

/** The memory after a link was asked for. It is not asked for again, and its failure is nobody's fault; at most it makes the agent be asked whether it is there. */
const rememberLink = (memory: AgentPollState, id: string, answer: PollResponse): AgentPollState => {
	const next = {...memory, links: memory.links.filter(other => other !== id)};
	if (answer.type !== 'error') {
		return {...next, linked: {id, task: answer.type === 'task' ? answer.dag : undefined}};
	}

	return {...next, linked: {id, error: answer.error}, isInDoubt: memory.isInDoubt || isSilence(answer.error)};
};

type Success = Exclude<PollResponse, {readonly type: 'error'}>;

const rememberNone = (memory: AgentPollState, question: Routine, occasion: ResponseMeta): AgentPollState => {
	switch (question.type) {
		case 'probe':
		case 'task': {
			const {of} = question;
			return of.type === 'other'
				? withDelegateState(memory, duty => forgetOther(duty, of.id, occasion.isShown))
				: withTask(memory, of, () => applyAbsence(occasion.at), occasion);
		}

		case 'node': {
			return withTask(memory, question.of, task => ({...applyNode(task, question.id, undefined), isWanted: true}), occasion);
		}

		case 'unfinished': {
			return withDelegateState(memory, duty => applyTaskList(duty, [], occasion.at, occasion.isShown));
		}

		case 'info':
		case 'status':
		case 'skew':
		case 'cluster-info': {
			return applyError(memory, question, bugError(`no ${question.type}`), occasion);
		}
	}
};

const rememberInfo = (memory: AgentPollState, info: NonNullable<AgentPollState['info']>, at: Timestamp): AgentPollState => {
	const isOther = memory.info !== undefined && (memory.info.identity !== info.identity || memory.info.security !== info.security);
	return {
		...memory,
		info: keep(memory.info, info),
		infoAt: at,
		clusterInfoAt: isOther ? undefined : memory.clusterInfoAt,
		// It may want another password by now.
		blocked: memory.blocked && isOther ? {...memory.blocked, isReleased: true} : memory.blocked,
	};
};

const rememberSuccess = (memory: AgentPollState, question: Routine, answer: Success, occasion: ResponseMeta): AgentPollState => {
	const {at, sentAt, isShown} = occasion;
	switch (answer.type) {
		case 'info': {
			return rememberInfo(memory, answer.info, sentAt);
		}

		case 'status': {
			return applyStatus(memory, answer.status, sentAt);
		}

		case 'skew': {
			return {...memory, skew: answer.skew, skewAt: sentAt};
		}

		case 'cluster-info': {
			return {...memory, cluster: keep(memory.cluster, answer.cluster), clusterInfoAt: sentAt};
		}

		case 'unfinished': {
			return withDelegateState(memory, duty => applyTaskList(duty, answer.list, sentAt, isShown));
		}

		case 'probe': {
			return withTask(memory, answer.of, task => applyProbe(task, answer.dag, sentAt), occasion);
		}

		case 'task': {
			const {of, dag, bytes} = answer;
			return of.type === 'other'
				? withDelegateState(memory, duty => applyOtherTaskDetails(duty, dag, {at: sentAt, bytes}, isShown))
				: withTask(memory, of, task => applyWhole(task, dag, {at: sentAt, bytes}), occasion);
		}

		case 'node': {
			return withTask(memory, answer.of, task => applyNode(task, answer.id, answer.node), occasion);
		}

		case 'none': {
			return rememberNone(memory, question, {...occasion, at});
		}
	}
};

/** The faults that a good answer to the question ends. Only the whole task shows that it is not too large any more. */
const endedBy = (topic: Topic, isWhole: boolean): readonly Topic[] => topic === 'task' && isWhole ? ['task', 'details'] : [topic];

const without = (faults: AgentPollState['faults'], topics: readonly Topic[]): AgentPollState['faults'] =>
	Object.fromEntries(Object.entries(faults).filter(([key]) => topics.every(topic => topic !== key)));

/** The agent answers: what failed while it did not is asked again at once. */
const recovered = (memory: AgentPollState): AgentPollState => {
	const settled = memory.isInDoubt ? {...memory, isInDoubt: false} : memory;
	if (!memory.faults.contact) {
		return settled;
	}

	const wanted = withEverythingWanted(settled);
	const {details} = wanted.faults;
	return {...wanted, faults: details ? {details} : {}};
};

/** What the client measured and learned on its way to an answer is known, too. */
const withMeasured = (memory: AgentPollState, {skew, sentAt, fingerprint}: ResponseMeta): AgentPollState => {
	const keyed = fingerprint === memory.fingerprint ? memory : {...memory, fingerprint};
	return skew === undefined || skew === memory.skew ? keyed : {...keyed, skew, skewAt: sentAt};
};

/** Whether the answer shows how a maintenance task is. What the agent says of itself, it says to anyone: it is no news of a task. */
const isAboutTask = (question: Routine): boolean => (question.type === 'probe' || question.type === 'task' || question.type === 'node') && question.of.type !== 'other';

/** The memory after an answer. Parts that say nothing new keep their identity, which is what makes events. */
export const applyResponse = (memory: AgentPollState, question: PollRequest, answer: PollResponse, occasion: ResponseMeta): AgentPollState => {
	const {at, sentAt} = occasion;
	const last = {endedAt: at, duration: Math.max(0, at - sentAt)};
	if (question.type === 'link') {
		return rememberLink({...memory, last}, question.id, answer);
	}

	const timed = {...withMeasured(memory, occasion), faults: without(memory.faults, ['bug']), last};
	if (answer.type === 'error') {
		return withTrouble(applyError(timed, question, answer.error, occasion), at);
	}

	const topic = topicOf(question, memory.info !== undefined);
	const next = rememberSuccess({
		...timed,
		seenAt: at,
		taskSeenAt: isAboutTask(question) ? at : timed.taskSeenAt,
		blocked: isSealed(question) ? undefined : memory.blocked,
		faults: topic === 'contact' ? timed.faults : without(timed.faults, endedBy(topic, question.type === 'task' || answer.type === 'none')),
	}, question, answer, occasion);
	return withTrouble(topic === 'contact' ? recovered(next) : next, at);
};
