import {type AgentError} from '../protocol/agent-error.js';

// The system's codes in plain words; the code stays beside them for who searches for it.
const words: ReadonlyMap<string, string> = new Map([
	['ECONNREFUSED', 'connection refused'],
	['ECONNRESET', 'connection reset'],
	['ENOTFOUND', 'host not found'],
	['EAI_AGAIN', 'host not found (name server does not answer)'],
	['EHOSTUNREACH', 'no route to host'],
	['ENETUNREACH', 'network unreachable'],
	['EPIPE', 'connection closed'],
	['ERR_HTTP_CONTENT_LENGTH_MISMATCH', 'connection closed in the middle of the answer'],
	['ENOENT', 'no such socket'],
	['EACCES', 'permission denied'],
	['ETIMEDOUT', 'connection timed out'],
	['DEPTH_ZERO_SELF_SIGNED_CERT', 'its certificate is self-signed'],
	['SELF_SIGNED_CERT_IN_CHAIN', 'its certificate is self-signed'],
	['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'its certificate cannot be verified'],
	['CERT_HAS_EXPIRED', 'its certificate has expired'],
	['ERR_TLS_CERT_ALTNAME_INVALID', 'its certificate is for another host'],
	['EPROTO', 'it does not speak https'],
	['ERR_SSL_WRONG_VERSION_NUMBER', 'it does not speak https'],
]);

// Node's HTTP parser: the other side did answer, though not as an agent.
const parserPrefix = 'HPE_';
const headersTooLarge = 'HPE_HEADER_OVERFLOW';

/** No connection, a broken one, or one to something that does not speak HTTP. Built from the code alone: nothing of the system's message, which can hold whatever was sent, goes on. */
export const connectionError = (code: string): AgentError => {
	if (code.startsWith(parserPrefix)) {
		return {type: 'protocol', message: code === headersTooLarge ? 'the headers of its answer are too large' : 'it does not speak HTTP: is the port right?'};
	}

	return {type: 'unreachable', code, message: words.get(code) ?? `connection failed (${/^\w{1,60}$/.test(code) ? code : 'unknown'})`};
};
