import {troubleOf, type Trouble} from '../store/select/problem-words.js';
import {type AgentEntry} from '../store/state.js';

/** How an agent's connection is, in the words that are documented for programs. */
export const connectionCodeWord = (entry: AgentEntry): Trouble | 'connected' | 'connecting' =>
	troubleOf(entry) ?? (entry.connection.type === 'connecting' ? 'connecting' : 'connected');
