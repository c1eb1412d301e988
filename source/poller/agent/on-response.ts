import {type Timestamp} from '../../lib/time.js';
import {type AgentError} from '../../protocol/errors.js';
import {type Answer} from '../request.js';
import {isSealed, type Occasion, type Question, type Routine, type Topic, topicOf} from '../requests.js';
import {forgetOther, rememberList, rememberOtherWhole} from './cluster-state.js';
import {bugError, withTrouble} from './errors.js';
import {rememberFailure} from './on-error.js';
import {rememberStatus, withEverythingWanted} from './on-status.js';
import {type AgentMemory, withDuty, withTask} from './state.js';
import {keep, rememberAbsence, rememberNode, rememberProbe, rememberWhole} from './task-state.js';

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
const rememberLink = (memory: AgentMemory, id: string, answer: Answer): AgentMemory => {
	const next = {...memory, links: memory.links.filter(other => other !== id)};
	if (answer.type !== 'error') {
		return {...next, linked: {id, task: answer.type === 'task' ? answer.dag : undefined}};
	}

	return {...next, linked: {id, error: answer.error}, isInDoubt: memory.isInDoubt || isSilence(answer.error)};
};

type Success = Exclude<Answer, {readonly type: 'error'}>;

const rememberNone = (memory: AgentMemory, question: Routine, occasion: Occasion): AgentMemory => {
	switch (question.type) {
		case 'probe':
		case 'task': {
			const {of} = question;
			return of.type === 'other'
				? withDuty(memory, duty => forgetOther(duty, of.id, occasion.isShown))
				: withTask(memory, of, () => rememberAbsence(occasion.at), occasion);
		}

		case 'node': {
			return withTask(memory, question.of, task => ({...rememberNode(task, question.id, undefined), isWanted: true}), occasion);
		}

		case 'unfinished': {
			return withDuty(memory, duty => rememberList(duty, [], occasion.at, occasion.isShown));
		}

		case 'info':
		case 'status':
		case 'skew':
		case 'cluster-info': {
			return rememberFailure(memory, question, bugError(`no ${question.type}`), occasion);
		}
	}
};

const rememberInfo = (memory: AgentMemory, info: NonNullable<AgentMemory['info']>, at: Timestamp): AgentMemory => {
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

const rememberSuccess = (memory: AgentMemory, question: Routine, answer: Success, occasion: Occasion): AgentMemory => {
	const {at, sentAt, isShown} = occasion;
	switch (answer.type) {
		case 'info': {
			return rememberInfo(memory, answer.info, sentAt);
		}

		case 'status': {
			return rememberStatus(memory, answer.status, sentAt);
		}

		case 'skew': {
			return {...memory, skew: answer.skew, skewAt: sentAt};
		}

		case 'cluster-info': {
			return {...memory, cluster: keep(memory.cluster, answer.cluster), clusterInfoAt: sentAt};
		}

		case 'unfinished': {
			return withDuty(memory, duty => rememberList(duty, answer.list, sentAt, isShown));
		}

		case 'probe': {
			return withTask(memory, answer.of, task => rememberProbe(task, answer.dag, sentAt), occasion);
		}

		case 'task': {
			const {of, dag, bytes} = answer;
			return of.type === 'other'
				? withDuty(memory, duty => rememberOtherWhole(duty, dag, {at: sentAt, bytes}, isShown))
				: withTask(memory, of, task => rememberWhole(task, dag, {at: sentAt, bytes}), occasion);
		}

		case 'node': {
			return withTask(memory, answer.of, task => rememberNode(task, answer.id, answer.node), occasion);
		}

		case 'none': {
			return rememberNone(memory, question, {...occasion, at});
		}
	}
};

/** The faults that a good answer to the question ends. Only the whole task shows that it is not too large any more. */
const endedBy = (topic: Topic, isWhole: boolean): readonly Topic[] => topic === 'task' && isWhole ? ['task', 'details'] : [topic];

const without = (faults: AgentMemory['faults'], topics: readonly Topic[]): AgentMemory['faults'] =>
	Object.fromEntries(Object.entries(faults).filter(([key]) => topics.every(topic => topic !== key)));

/** The agent answers: what failed while it did not is asked again at once. */
const recovered = (memory: AgentMemory): AgentMemory => {
	const settled = memory.isInDoubt ? {...memory, isInDoubt: false} : memory;
	if (!memory.faults.contact) {
		return settled;
	}

	const wanted = withEverythingWanted(settled);
	const {details} = wanted.faults;
	return {...wanted, faults: details ? {details} : {}};
};

/** What the client measured and learned on its way to an answer is known, too. */
const withMeasured = (memory: AgentMemory, {skew, sentAt, fingerprint}: Occasion): AgentMemory => {
	const keyed = fingerprint === memory.fingerprint ? memory : {...memory, fingerprint};
	return skew === undefined || skew === memory.skew ? keyed : {...keyed, skew, skewAt: sentAt};
};

/** Whether the answer shows how a maintenance task is. What the agent says of itself, it says to anyone: it is no news of a task. */
const isAboutTask = (question: Routine): boolean => (question.type === 'probe' || question.type === 'task' || question.type === 'node') && question.of.type !== 'other';

/** The memory after an answer. Parts that say nothing new keep their identity, which is what makes events. */
export const remember = (memory: AgentMemory, question: Question, answer: Answer, occasion: Occasion): AgentMemory => {
	const {at, sentAt} = occasion;
	const last = {endedAt: at, duration: Math.max(0, at - sentAt)};
	if (question.type === 'link') {
		return rememberLink({...memory, last}, question.id, answer);
	}

	const timed = {...withMeasured(memory, occasion), faults: without(memory.faults, ['bug']), last};
	if (answer.type === 'error') {
		return withTrouble(rememberFailure(timed, question, answer.error, occasion), at);
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
