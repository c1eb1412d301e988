import {type Buffer} from 'node:buffer';
import type * as z from 'zod';
import {printable} from '../lib/printable.js';
import {payloadOf, tooMany} from '../protocol/envelope.js';
import {type AgentError} from '../protocol/errors.js';
import {isTaskNotFound, readBody} from './response-body.js';
import {type ResponseCache} from './response-cache.js';
import {type HttpResponse, type OperationReply, type Reply} from './types.js';

/** How a response is read. */
export type ResponseReader<T> = {readonly uri: string; readonly cache: ResponseCache<T>; readonly schema: z.ZodType<T>};

const firstFailure = 400;

const failed = (error: AgentError): {readonly type: 'error'; readonly error: AgentError} => ({type: 'error', error});

const issueWords = (error: z.ZodError): string => {
	const [issue] = error.issues;
	const what = issue?.message === tooMany ? 'answered with more than can be shown' : 'answered in an unknown shape';
	return `${what}${issue ? ` (at ${printable(issue.path.join('.')) || 'its root'})` : ''}`;
};

/** A response that arrived, as opposed to an error. */
export type ReceivedResponse = Extract<HttpResponse, {type: 'response'}>;

/** What a response contains, before it is cached. */
export type Read<T> = Exclude<Reply<T>, {type: 'data'}> | {readonly type: 'data'; readonly data: T};

/** The data of the previous response, if this one has the same bytes. */
const cachedReply = <T>({uri, cache}: ResponseReader<T>, {status, body}: ReceivedResponse): Reply<T> | undefined => {
	// A failure whose bytes end like the last success is no success.
	const same = status < firstFailure ? cache.match(uri, payloadOf(body)) : undefined;
	return same && {
		type: 'data', data: same.data, isUnchanged: true, bytes: body.length,
	};
};

export const readPayload = <T>(schema: z.ZodType<T>, response: ReceivedResponse): Read<T> => {
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
	return parsed.success ? {type: 'data', data: parsed.data} : failed({type: 'protocol', message: issueWords(parsed.error)});
};

/** Caches what was read, for `cachedReply`. */
const storeData = <T>({uri, cache}: ResponseReader<T>, body: Buffer, found: Read<T>): Reply<T> => {
	if (found.type !== 'data') {
		return found;
	}

	cache.store(uri, payloadOf(body), found.data);
	return {
		type: 'data', data: found.data, isUnchanged: false, bytes: body.length,
	};
};

/** Turns a response into its data; equal bytes are not parsed again. */
export const parseResponse = <T>(reading: ResponseReader<T>, response: HttpResponse): Reply<T> => response.type === 'error'
	? response
	: cachedReply(reading, response) ?? storeData(reading, response.body, readPayload(reading.schema, response));

/** For endpoints that every agent has, so that "not found" means the peer is no agent. */
export const mustExist = <T>(reply: Reply<T>): Reply<T> =>
	reply.type === 'none' ? failed({type: 'protocol', message: 'answered "not found" to what every agent knows: is it one?'}) : reply;

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
