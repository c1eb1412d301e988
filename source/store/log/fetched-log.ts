import {type AgentError} from '../../protocol/agent-error.js';
import {type LogLines} from '../../protocol/log-lines.js';

/** What came of asking for all lines of a log. */
export type FetchedLog = {readonly type: 'lines'; readonly lines: LogLines} | {readonly type: 'error'; readonly error: AgentError};

/** Asks an agent (by key) once for all lines of a sub-task (by id), within a deadline. Never rejects. */
export type FetchLog = (agent: string, subTask: string, signal: AbortSignal) => Promise<FetchedLog>;
