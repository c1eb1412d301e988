import {Buffer} from 'node:buffer';
import {printable} from '../lib/printable.js';
import {type Envelope, mapped, parseEnvelope, payloadOf, type Schema, type SchemaError, tooMany} from '../protocol/envelope.js';
import {type AgentError, type PasswordKind, type ProtocolProblem} from '../protocol/errors.js';
import {linesOf} from '../protocol/logs.js';
import {type Dag, dagListSchema, dagSchema, logEntriesSchema, nodeSchema} from '../protocol/task.js';
import {type ResponseCache} from './response-cache.js';
import {idsOfLogs, idsOfNode, idsOfTask} from './task-rules.js';
import {type HttpResponse, type OperationReply, type Reply} from './types.js';

type ReceivedBody = Extract<HttpResponse, {type: 'response'}>;

const noContent = 204;

const badRequest = 400;

const tooManyRequests = 429;

// The wording of Go's servers, nginx and others.
const plainToSecure = /http request (?:was sent )?to (?:an )?https|plain http request/i;

type Problem = readonly [problem: ProtocolProblem, detail?: string];

const protocolError = ([problem, detail]: Problem): {readonly type: 'error'; readonly error: AgentError} => ({type: 'error', error: {type: 'protocol', problem, ...(detail !== undefined && {detail})}});

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

const problemOf = ({status}: ReceivedBody, text: string): Problem => {
	if (status === noContent || text.trim() === '') {
		return ['empty', String(status)];
	}

	if (status === badRequest && plainToSecure.test(text.slice(0, 1000))) {
		return ['uses-https'];
	}

	if (looksLikeHtml(text)) {
		return ['html', String(status)];
	}

	return text.trimStart().startsWith('{') ? ['broken-json'] : ['not-an-agents', String(status)];
};

/** The envelope in an HTTP response. `Content-Type` is not trusted. */
export const readBody = (response: ReceivedBody): {readonly type: 'envelope'; readonly envelope: Envelope} | {readonly type: 'error'; readonly error: AgentError} => {
	// An agent never sends this status itself, a proxy does.
	if (response.status === tooManyRequests) {
		return {type: 'error', error: {
			type: 'refused', status: tooManyRequests, code: '', message: '', traceId: '',
		}};
	}

	if (isOverbuilt(response.body)) {
		return protocolError(['too-many-parts']);
	}

	const text = response.body.toString('utf8');
	const envelope = parseEnvelope(text);
	return envelope ? {type: 'envelope', envelope} : protocolError(problemOf(response, text));
};

const successMark = Buffer.from('{"successful":true');

/** Whether an agent reports success. Reads only the beginning if that is enough: a response can be large. */
export const isSuccess = (response: ReceivedBody): boolean => {
	if (response.body.subarray(0, successMark.length).equals(successMark)) {
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
const isTaskNotFound = (status: number, {code, number}: Failure): boolean =>
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

/** How a response is read. `cache`: of the last ones, where equal ones are frequent. */
export type ResponseReader<T> = {readonly uri: string; readonly cache?: ResponseCache<T>; readonly schema: Schema<T>};

const firstFailure = 400;

const failed = (error: AgentError): {readonly type: 'error'; readonly error: AgentError} => ({type: 'error', error});

const problemOfShape = (error: SchemaError): Problem => {
	const [issue] = error.issues;
	return [issue?.message === tooMany ? 'too-many-entries' : 'unknown-shape', printable(issue?.path.join('.') ?? '')];
};

/** A response that arrived, as opposed to an error. */
export type ReceivedResponse = Extract<HttpResponse, {type: 'response'}>;

/** What a response contains, before it is cached. */
export type Read<T> = Exclude<Reply<T>, {type: 'data'}> | {readonly type: 'data'; readonly data: T};

/** The data of the previous response, if this one has the same bytes. */
const cachedReply = <T>({uri, cache}: ResponseReader<T>, {status, body}: ReceivedResponse): Reply<T> | undefined => {
	// A failure whose bytes end like the last success is no success.
	const same = status < firstFailure ? cache?.match(uri, payloadOf(body)) : undefined;
	return same && {
		type: 'data', data: same.data, isUnchanged: true, bytes: body.length,
	};
};

export const readPayload = <T>(schema: Schema<T>, response: ReceivedResponse): Read<T> => {
	const found = readBody(response);
	if (found.type !== 'envelope') {
		return found;
	}

	const {envelope} = found;
	if (!envelope.successful) {
		return isTaskNotFound(response.status, envelope)
			? {type: 'none'}
			: failed({
				type: 'refused', status: response.status, code: envelope.code, message: envelope.message, traceId: envelope.traceId,
			});
	}

	const parsed = schema.safeParse(envelope.data);
	return parsed.success ? {type: 'data', data: parsed.data} : protocolError(problemOfShape(parsed.error));
};

/** Caches what was read, for `cachedReply`. */
const storeData = <T>({uri, cache}: ResponseReader<T>, body: Buffer, found: Read<T>): Reply<T> => {
	if (found.type !== 'data') {
		return found;
	}

	return {
		type: 'data', data: cache ? cache.store(uri, payloadOf(body), found.data) : found.data, isUnchanged: false, bytes: body.length,
	};
};

/** Turns a response into its data; equal bytes are not parsed again. */
export const parseResponse = <T>(reading: ResponseReader<T>, response: HttpResponse): Reply<T> => response.type === 'error'
	? response
	: cachedReply(reading, response) ?? storeData(reading, response.body, readPayload(reading.schema, response));

/** For endpoints that every agent has, so that "not found" means the peer is no agent. */
export const mustExist = <T>(reply: Reply<T>): Reply<T> =>
	reply.type === 'none' ? failed({type: 'protocol', problem: 'not-found'}) : reply;

// What the response to an operation says about it. Anything uncertain is `unknown`: then only watching the task can tell.

const firstOwnFault = 500;

// A forwarding agent also reports this when the other agent may have received the operation and only its response was lost.
const anythingAtAll: ReadonlySet<string> = new Set(['Common.Unexpected', '']);

export const operationReply = (response: HttpResponse): OperationReply => {
	if (response.type === 'error') {
		return {type: response.isSent ? 'unknown' : 'not-sent', error: response.error};
	}

	const read = readBody(response);
	if (read.type === 'error') {
		return {type: 'unknown', error: read.error};
	}

	const {envelope} = read;
	if (envelope.successful) {
		return {type: 'accepted'};
	}

	const {code, message, traceId} = envelope;
	const isCertain = response.status < firstOwnFault || !anythingAtAll.has(code);
	return {type: isCertain ? 'refused' : 'unknown', error: {
		type: 'refused', status: response.status, code, message, traceId,
	}};
};

// The responses that can be megabytes: how each kind is parsed, and which ids it names.

const idsOfTasks = (tasks: readonly Dag[]): ReadonlySet<string> => new Set(tasks.flatMap(task => [...idsOfTask(task)]));

export const responseTypes = {
	task: {schema: dagSchema, idsOf: idsOfTask},
	tasks: {schema: dagListSchema, idsOf: idsOfTasks},
	node: {schema: nodeSchema, idsOf: idsOfNode},
	logs: {schema: mapped(logEntriesSchema, entries => linesOf(entries)), idsOf: idsOfLogs},
} as const;

export type ResponseType = keyof typeof responseTypes;
