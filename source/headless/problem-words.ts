import {type Timestamp} from '../protocol/timestamp.js';
import {problemOf, withoutHint} from '../store/select/problem-words.js';
import {type AgentEntry} from '../store/state.js';

const ways = {
	root: 'give it with --password-file or OBWATCH_PASSWORD',
	agent: 'give it with --agent-password-file or OBWATCH_AGENT_PASSWORD',
} as const;

/** What is wrong with an agent's connection, and the way out where there is no key to press. Undefined while it answers. `now` is our clock. */
export const problemWords = (entry: AgentEntry, now: Timestamp): string | undefined => {
	const problem = problemOf(entry, now);
	if (problem === undefined) {
		return entry.connection.type === 'connecting' ? 'no answer in time' : undefined;
	}

	const words = withoutHint(problem);
	const {connection, address} = entry;
	if (connection.type === 'failing' && connection.error.type === 'key-changed') {
		return `${words}: obwatch trust ${address.label}`;
	}

	return connection.type === 'failing' && connection.error.type === 'unauthorized' && connection.error.reason === 'missing'
		? `${words}: ${ways[connection.error.wants]}`
		: words;
};
