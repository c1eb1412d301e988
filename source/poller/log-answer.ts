import {type AgentError} from '../protocol/agent-error.js';
import {type LogLines} from '../protocol/log-lines.js';
import {type AgentClient, type Ask} from '../client/agent-client.js';

/** What came of asking for a log. `isUnchanged`: the same as last time. */
export type LogAnswer =
	| {readonly type: 'lines'; readonly lines: LogLines; readonly isUnchanged: boolean}
	| {readonly type: 'error'; readonly error: AgentError};

const noSuchLog: AgentError = {type: 'refused', status: 404, code: 'Task.NotFound', message: 'the agent has no log of this sub-task', traceId: ''};

/** Asks a client for the log of a sub-task, by its generic id. */
export const fetchLog = async (client: AgentClient, id: string, ask: Ask): Promise<LogAnswer> => {
	const reply = await client.fetchLogs({...ask, id});
	switch (reply.type) {
		case 'data': {
			return {type: 'lines', lines: reply.data, isUnchanged: reply.isUnchanged};
		}

		case 'none': {
			return {type: 'error', error: noSuchLog};
		}

		case 'error': {
			return reply;
		}
	}
};
