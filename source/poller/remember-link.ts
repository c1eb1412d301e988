import {type AgentError} from '../protocol/agent-error.js';
import {type AgentMemory} from './agent-memory.js';
import {type Answer} from './answer.js';

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
export const rememberLink = (memory: AgentMemory, id: string, answer: Answer): AgentMemory => {
	const next = {...memory, links: memory.links.filter(other => other !== id)};
	if (answer.type !== 'error') {
		return {...next, linked: {id, task: answer.type === 'task' ? answer.dag : undefined}};
	}

	return {...next, linked: {id, error: answer.error}, isInDoubt: memory.isInDoubt || isSilence(answer.error)};
};
