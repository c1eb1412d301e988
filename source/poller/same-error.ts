import {isDeepStrictEqual} from 'node:util';
import {type AgentError} from '../protocol/agent-error.js';

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
