// "Same bytes, no work": the envelope's time and trace change with every answer, what it holds seldom does.

import {Buffer} from 'node:buffer';

/** What was last answered to a question, and what came of it. */
export type CachedReply<T> = {readonly payload: Buffer; readonly data: T};

const dataMark = Buffer.from('"data":');

/** The part of a body that matters: from `"data":` on; the whole where it has none. */
export const payloadOf = (body: Buffer): Buffer => {
	const start = body.indexOf(dataMark);
	return start === -1 ? body : body.subarray(start);
};

export type ReplyCache = {
	/** The data of the last answer to this question, if it had the same payload. */
	readonly match: (uri: string, payload: Buffer) => {readonly data: unknown} | undefined;
	readonly store: (uri: string, payload: Buffer, data: unknown) => void;
};

// The questions of one agent that are asked again and again; a few more that are open on screen.
const questionLimit = 12;

export const createReplyCache = (): ReplyCache => {
	const replies = new Map<string, CachedReply<unknown>>();
	return {
		match(uri, payload) {
			const last = replies.get(uri);
			return last?.payload.equals(payload) ? {data: last.data} : undefined;
		},
		store(uri, payload, data) {
			replies.delete(uri);
			// A copy: the payload is a part of a body that would be kept alive with it.
			replies.set(uri, {payload: Buffer.from(payload), data});
			const [oldest] = replies.keys();
			if (replies.size > questionLimit && oldest !== undefined) {
				replies.delete(oldest);
			}
		},
	};
};
