// What the answer to an operation says of it. Whatever is not certain is unknown: only watching the task can tell then.

import {type AgentError} from '../protocol/agent-error.js';
import {readBody} from './read-body.js';
import {type HttpAnswer} from './transport.js';

/**
What came of an operation, which is sent at most once.

- accepted: the agent will do it; its effect is to be watched for (docs/protocol.md#operations)
- refused: nothing was done; `error` holds the agent's own words
- unknown: it was sent, and no answer says what became of it
- not-sent: nothing has left
*/
export type OperationReply =
	| {readonly type: 'accepted'}
	| {readonly type: 'refused' | 'unknown' | 'not-sent'; readonly error: AgentError};

const firstOwnFault = 500;

// An agent that forwards says this also where the other one may have got the operation, and only its answer was lost.
const anythingAtAll: ReadonlySet<string> = new Set(['Common.Unexpected', '']);

export const operationReply = (answer: HttpAnswer): OperationReply => {
	if (answer.type === 'error') {
		return {type: answer.isSent ? 'unknown' : 'not-sent', error: answer.error};
	}

	const read = readBody(answer);
	if (read.type === 'error') {
		return {type: 'unknown', error: read.error};
	}

	const {envelope} = read;
	if (envelope.successful) {
		return {type: 'accepted'};
	}

	const {code, message, traceId} = envelope;
	const isCertain = answer.status < firstOwnFault || !anythingAtAll.has(code);
	return {type: isCertain ? 'refused' : 'unknown', error: {
		type: 'refused', status: answer.status, code, message, traceId,
	}};
};
