import {type AgentError} from '../protocol/errors.js';

const unknownAuthority = 'nobody known vouches for its certificate: --tls-ca names who may';

const notSecure = 'it does not speak https: write its address without https://';

/** The agent was reached over plain HTTP. */
export const wantsHttps = 'it speaks https: write https:// before its address';

const notTaken = 'it does not take the certificate of --tls-cert';

// The system's codes in plain words; the code is shown too, for searching.
const words: ReadonlyMap<string, string> = new Map([
	['ECONNREFUSED', 'connection refused'],
	['ECONNRESET', 'connection reset'],
	['ENOTFOUND', 'host not found'],
	['EAI_AGAIN', 'host not found (name server does not answer)'],
	['EHOSTUNREACH', 'no route to host'],
	['ENETUNREACH', 'network unreachable'],
	['EPIPE', 'connection closed'],
	['ERR_STREAM_PREMATURE_CLOSE', 'connection closed in the middle of the answer'],
	['ENOENT', 'no such socket'],
	['EACCES', 'permission denied'],
	['ETIMEDOUT', 'connection timed out'],
	['DEPTH_ZERO_SELF_SIGNED_CERT', 'its certificate is self-signed: --tls-ca names whom to trust'],
	['SELF_SIGNED_CERT_IN_CHAIN', unknownAuthority],
	['UNABLE_TO_VERIFY_LEAF_SIGNATURE', unknownAuthority],
	['UNABLE_TO_GET_ISSUER_CERT', unknownAuthority],
	['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', unknownAuthority],
	['INVALID_CA', unknownAuthority],
	['CERT_UNTRUSTED', unknownAuthority],
	['CERT_SIGNATURE_FAILURE', 'its certificate is forged or broken'],
	['CERT_REVOKED', 'its certificate was revoked'],
	['CERT_HAS_EXPIRED', 'its certificate has expired'],
	['CERT_NOT_YET_VALID', 'its certificate is not valid yet: is a clock wrong?'],
	['ERR_TLS_CERT_ALTNAME_INVALID', 'its certificate is for another host'],
	['EPROTO', notSecure],
	['ERR_SSL_WRONG_VERSION_NUMBER', notSecure],
	['ERR_SSL_PACKET_LENGTH_TOO_LONG', notSecure],
	['ERR_SSL_HTTP_REQUEST', notSecure],
	// How the other side of TLS says no (RFC 8446, section 6.2).
	['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'it wants to be shown a certificate: --tls-cert and --tls-key'],
	['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', notTaken],
	['ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', notTaken],
	['ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN', notTaken],
	['ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED', notTaken],
	['ERR_SSL_SSLV3_ALERT_CERTIFICATE_REVOKED', notTaken],
	['ERR_SSL_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE', notTaken],
	['ERR_SSL_TLSV1_ALERT_ACCESS_DENIED', notTaken],
	['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'it speaks another version of TLS'],
	['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', 'no way of encrypting that both sides know'],
]);

// Errors of Node's HTTP parser: the peer did respond, but not like an agent.
const parserPrefix = 'HPE_';

const headersTooLarge = 'HPE_HEADER_OVERFLOW';

/** No connection, a broken one, or a peer that does not speak HTTP. Built from the code alone: the system's message can contain what was sent. */
export const connectionError = (code: string): AgentError => {
	if (code.startsWith(parserPrefix)) {
		return {type: 'protocol', message: code === headersTooLarge ? 'the headers of its answer are too large' : 'it does not speak HTTP: is the port right?'};
	}

	return {type: 'unreachable', code, message: words.get(code) ?? `connection failed (${/^\w{1,60}$/.test(code) ? code : 'unknown'})`};
};
