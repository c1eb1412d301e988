import {type AgentError} from '../protocol/agent-error.js';

type Answer = {readonly type: string; readonly error?: AgentError};

/** The codes of a connection that ended while it was used. */
const brokenCodes = new Set(['ECONNRESET', 'EPIPE']);

const isBroken = ({error}: Answer): boolean => error?.type === 'unreachable' && brokenCodes.has(error.code);

/**
Asks once more where the connection broke under the question.

Connections are kept, and agents or what stands in between close those that were quiet for a while, sometimes just as a question is on its way (RFC 9112, section 9.3.1). That says nothing of the agent, and nobody should be told.
*/
export const onceMore = async <T extends Answer>(send: () => Promise<T>): Promise<T> => {
	const answer = await send();
	return isBroken(answer) ? send() : answer;
};
