import {type AgentError} from '../protocol/agent-error.js';
import {printable} from '../protocol/printable.js';
import {type Timestamp} from '../protocol/timestamp.js';
import {type AgentMemory} from './agent-memory.js';
import {withTrouble} from './trouble.js';

/** A bug's own words as an error of the agent, so that it is seen where it strikes. */
export const bugError = (problem: unknown): AgentError => {
	const words = problem instanceof Error ? `${problem.name}: ${problem.message}` : String(problem);
	return {type: 'protocol', message: printable(`internal error: ${words}`)};
};

/** The memory after an answer that could not be taken in or told. The next answer tries it anew. */
export const withBug = (memory: AgentMemory, problem: unknown, at: Timestamp): AgentMemory => withTrouble({
	...memory,
	faults: {...memory.faults, bug: {error: bugError(problem), failures: 1, retryAt: at}},
}, at);
