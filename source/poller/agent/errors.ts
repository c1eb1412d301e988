import {isDeepStrictEqual} from 'node:util';
import {printable} from '../../lib/printable.js';
import {type Timestamp} from '../../lib/time.js';
import {type AgentError} from '../../protocol/errors.js';
import {type Topic} from '../requests.js';
import {type AgentPollState, type Trouble} from './state.js';

/** Whether two errors say the same to people: trace ids and measured values, which differ each time, do not count. */
export const isSameError = (one: AgentError, other: AgentError): boolean => {
	switch (one.type) {
		case 'refused': {
			return other.type === 'refused' && one.status === other.status && one.code === other.code && one.message === other.message;
		}

		case 'timeout':
		case 'clock': {
			return one.type === other.type;
		}

		case 'unreachable':
		case 'unauthorized':
		case 'key-changed':
		case 'protocol':
		case 'too-large':
		case 'unknown-id':
		case 'aborted': {
			return isDeepStrictEqual(one, other);
		}
	}
};

const ownTopics: readonly Topic[] = ['bug', 'task', 'details'];

// Told by the agent that speaks, if nobody can take over from it. The other topics only make something less fresh or less sure.
const dutyTopics: readonly Topic[] = ['cluster-task', 'unfinished'];

const errorOf = ({faults, duty}: AgentPollState, topics: readonly Topic[], needsDuty: boolean): AgentError | undefined =>
	needsDuty && !duty ? undefined : topics.flatMap(topic => faults[topic]?.error ?? [])[0];

/** The one thing to tell people, the worst first. */
const currentOf = (memory: AgentPollState): Pick<Trouble, 'error' | 'isAlive'> | undefined => {
	const {contact} = memory.faults;
	if (contact) {
		return {error: contact.error, isAlive: false};
	}

	const error = memory.blocked?.error ?? errorOf(memory, ownTopics, false) ?? errorOf(memory, dutyTopics, true);
	return error && {error, isAlive: true};
};

/** The memory with what is to be told of its troubles. Until a doubt is settled nothing new is told. The same object while nothing new is. */
export const withTrouble = (memory: AgentPollState, at: Timestamp): AgentPollState => {
	const known = memory.trouble;
	if (memory.isInDoubt) {
		return memory;
	}

	const current = currentOf(memory);
	if (!current) {
		return known ? {...memory, trouble: undefined} : memory;
	}

	if (known?.isAlive === current.isAlive && isSameError(known.error, current.error)) {
		return memory;
	}

	return {...memory, trouble: {...current, since: known?.since ?? at, lastSeenAt: memory.taskSeenAt}};
};

/** A bug's own words as an error of the agent, so that it is seen where it strikes. */
export const bugError = (problem: unknown): AgentError => {
	const words = problem instanceof Error ? `${problem.name}: ${problem.message}` : String(problem);
	return {type: 'protocol', message: printable(`internal error: ${words}`)};
};

/** The memory after an answer that could not be taken in or told. The next answer tries it anew. */
export const withBug = (memory: AgentPollState, problem: unknown, at: Timestamp): AgentPollState => withTrouble({
	...memory,
	faults: {...memory.faults, bug: {error: bugError(problem), failures: 1, retryAt: at}},
}, at);
