import {type AgentError} from '../protocol/agent-error.js';
import {type Timestamp} from '../protocol/timestamp.js';
import {type AgentMemory, type Trouble} from './agent-memory.js';
import {isSameError} from './same-error.js';
import {type Topic} from './question.js';

const ownTopics: readonly Topic[] = ['bug', 'task', 'details'];
// Told by the agent that speaks, if nobody can take over from it. The other topics only make something less fresh or less sure.
const dutyTopics: readonly Topic[] = ['cluster-task', 'unfinished'];

const errorOf = ({faults, duty}: AgentMemory, topics: readonly Topic[], needsDuty: boolean): AgentError | undefined =>
	needsDuty && !duty ? undefined : topics.flatMap(topic => faults[topic]?.error ?? [])[0];

/** The one thing to tell people, the worst first. */
const currentOf = (memory: AgentMemory): Pick<Trouble, 'error' | 'isAlive'> | undefined => {
	const {contact} = memory.faults;
	if (contact) {
		return {error: contact.error, isAlive: false};
	}

	const error = memory.blocked?.error ?? errorOf(memory, ownTopics, false) ?? errorOf(memory, dutyTopics, true);
	return error && {error, isAlive: true};
};

/** The memory with what is to be told of its troubles. Until a doubt is settled nothing new is told. The same object while nothing new is. */
export const withTrouble = (memory: AgentMemory, at: Timestamp): AgentMemory => {
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
