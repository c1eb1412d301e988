import {type z} from 'zod';
import {type AgentError} from '../protocol/agent-error.js';
import {printable} from '../protocol/printable.js';
import {type Reply} from './agent-client.js';
import {readBody} from './read-body.js';
import {payloadOf, type ReplyCache} from './reply-cache.js';
import {type HttpAnswer} from './transport.js';

/** How the answer to a question is read. */
export type Reading<T> = {readonly uri: string; readonly cache: ReplyCache<T>; readonly schema: z.ZodType<T>};

const firstFailure = 400;

const failed = (error: AgentError): {readonly type: 'error'; readonly error: AgentError} => ({type: 'error', error});

const issueWords = (error: z.ZodError): string => {
	const [issue] = error.issues;
	return `answered in an unknown shape${issue ? ` (at ${printable(issue.path.join('.')) || 'its root'})` : ''}`;
};

/** Turns an answer into its data, by way of the cache: equal bytes are not parsed again. */
export const interpret = <T>({uri, cache, schema}: Reading<T>, answer: HttpAnswer): Reply<T> => {
	if (answer.type === 'error') {
		return answer;
	}

	const payload = payloadOf(answer.body);
	const bytes = answer.body.length;
	// A failure that happens to end like the last success is none.
	const same = answer.status < firstFailure ? cache.match(uri, payload) : undefined;
	if (same) {
		return {
			type: 'data', data: same.data, isUnchanged: true, bytes,
		};
	}

	const read = readBody(answer);
	if (read.type !== 'envelope') {
		return read;
	}

	const {envelope} = read;
	if (!envelope.successful) {
		return envelope.code === 'Task.NotFound'
			? {type: 'none'}
			: failed({
				type: 'refused', status: answer.status, code: envelope.code, message: envelope.message, traceId: envelope.traceId,
			});
	}

	const parsed = schema.safeParse(envelope.data);
	if (!parsed.success) {
		return failed({type: 'protocol', message: issueWords(parsed.error)});
	}

	cache.store(uri, payload, parsed.data);
	return {
		type: 'data', data: parsed.data, isUnchanged: false, bytes,
	};
};

/** For what every agent has, so that "no such thing" is no answer of an agent. */
export const mustExist = <T>(reply: Reply<T>): Reply<T> =>
	reply.type === 'none' ? failed({type: 'protocol', message: 'answered "not found" to what every agent knows: is it one?'}) : reply;
