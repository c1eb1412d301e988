import {type Envelope, parseEnvelope} from '../protocol/envelope.js';
import {type AgentError, type PasswordKind} from '../protocol/errors.js';
import {wantsHttps} from './network-errors.js';
import {type HttpResponse} from './types.js';

type ReceivedBody = Extract<HttpResponse, {type: 'response'}>;

const noContent = 204;

const badRequest = 400;

const tooManyRequests = 429;

// The wording of Go's servers, nginx and others.
const plainToSecure = /http request (?:was sent )?to (?:an )?https|plain http request/i;

const protocolError = (message: string): {readonly type: 'error'; readonly error: AgentError} => ({type: 'error', error: {type: 'protocol', message}});

const looksLikeHtml = (text: string): boolean => /^\s*</.test(text.slice(0, 200));

// Far more lists and records than the longest log has; time and memory depend on their number, not on bytes.
const structureLimit = 4_000_000;

const openingBrace = 0x7B;

const openingBracket = 0x5B;

/** Whether a response would take seconds to parse, like one made of nothing but brackets. Brackets in strings count too. */
const isOverbuilt = (body: Uint8Array): boolean => {
	if (body.length <= structureLimit) {
		return false;
	}

	let count = 0;
	for (const byte of body) {
		count += byte === openingBrace || byte === openingBracket ? 1 : 0;
	}

	return count > structureLimit;
};

const problemOf = ({status}: ReceivedBody, text: string): string => {
	if (status === noContent || text.trim() === '') {
		return `answered nothing (status ${status})`;
	}

	if (status === badRequest && plainToSecure.test(text.slice(0, 1000))) {
		return wantsHttps;
	}

	if (looksLikeHtml(text)) {
		return `answered HTML, not JSON (status ${status}): is a proxy in between?`;
	}

	return text.trimStart().startsWith('{') ? 'answered JSON that is cut off or no agent\'s' : `answered something that is no agent's (status ${status})`;
};

/** The envelope in an HTTP response. `Content-Type` is not trusted. */
export const readBody = (response: ReceivedBody): {readonly type: 'envelope'; readonly envelope: Envelope} | {readonly type: 'error'; readonly error: AgentError} => {
	// An agent never sends this status itself.
	if (response.status === tooManyRequests) {
		return {type: 'error', error: {
			type: 'refused', status: tooManyRequests, code: '', message: 'too many requests (status 429): a proxy limits them; set longer intervals in the config file', traceId: '',
		}};
	}

	if (isOverbuilt(response.body)) {
		return protocolError('answered with more parts than can be read');
	}

	const text = response.body.toString('utf8');
	const envelope = parseEnvelope(text);
	return envelope ? {type: 'envelope', envelope} : protocolError(problemOf(response, text));
};

const successMark = '"successful":true';

const headBytes = 200;

/** Whether an agent reports success. Reads only the beginning if that is enough: a response can be large. */
export const isSuccess = (response: ReceivedBody): boolean => {
	if (response.body.subarray(0, headBytes).toString('latin1').startsWith(`{${successMark}`)) {
		return true;
	}

	const read = readBody(response);
	return read.type === 'envelope' && read.envelope.successful;
};

// What an agent's error envelope means for the client (docs/protocol.md#authentication-errors).

export type Refusal =
	| {readonly type: 'none'}
	/** Sealed with a key that is not the agent's. */
	| {readonly type: 'other-key'}
	/** The clocks differ. `isCertain` is false for old agents, which use one code for several problems. */
	| {readonly type: 'expired'; readonly isCertain: boolean}
	| {readonly type: 'password'; readonly wants: PasswordKind}
	/** A forwarding agent was sent a header other than root's. */
	| {readonly type: 'header-kind'; readonly error: AgentError}
	| {readonly type: 'other'; readonly error: AgentError};

type Failure = Extract<Envelope, {successful: false}>;

const unauthorized = 401;

const oldAuthenticationCode = 10_008;

const prefix = 'Security.Authentication.';

// WithAgentPassword and WithOceanBasePassword say which password is wanted; Incorrect… says which one was wrong.
const passwordCodes: ReadonlyMap<string, PasswordKind> = new Map([
	['IncorrectAgentPassword', 'agent'],
	['WithAgentPassword', 'agent'],
	['IncorrectOceanbasePassword', 'root'],
	['IncorrectOceanBasePassword', 'root'],
	['WithOceanBasePassword', 'root'],
	['WithOceanbasePassword', 'root'],
]);

const notFound = 404;

const oldTaskNotFound = 2300;

/** Whether an agent reports that there is no such task. Agents before 4.3.1 send only a number. */
export const isTaskNotFound = (status: number, {code, number}: Failure): boolean =>
	code === 'Task.NotFound' || (status === notFound && code === '' && number === oldTaskNotFound);

export const refusalOf = (status: number, envelope: Failure): Refusal => {
	const {code, number, message, traceId} = envelope;
	const error: AgentError = {type: 'refused', status, code, message, traceId};
	const other: Refusal = {type: 'other', error};
	if (isTaskNotFound(status, envelope)) {
		return {type: 'none'};
	}

	if (code === 'Request.Forward.Header.NotExist') {
		return {type: 'header-kind', error};
	}

	if (status !== unauthorized) {
		return other;
	}

	if (code === '') {
		return number === oldAuthenticationCode ? {type: 'expired', isCertain: false} : (number === 1 ? {type: 'other-key'} : other);
	}

	const word = code.startsWith(prefix) ? code.slice(prefix.length) : code;
	if (word === 'Header.DecryptFailed') {
		return {type: 'other-key'};
	}

	if (word === 'Expired') {
		return {type: 'expired', isCertain: true};
	}

	const wants = passwordCodes.get(word.split('.').at(-1) ?? '');
	return wants === undefined ? other : {type: 'password', wants};
};
