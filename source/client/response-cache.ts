// "Same bytes, no work": the envelope's time and trace change with every answer, what it holds seldom does.

import {Buffer} from 'node:buffer';
import {LRUCache} from 'lru-cache';
import {type ListDigests} from './worker/delta.js';

/** Neither a part of the body nor of the memory that Node hands out piece by piece to small buffers: one that stays would keep all of its neighbours' there. */
const ownCopy = (payload: Buffer): Buffer => {
	const copy = Buffer.allocUnsafeSlow(payload.length);
	payload.copy(copy);
	return copy;
};

/** An answer that was read elsewhere: its bytes are gone, and it is recognised by their digest, and its lists by their marks. */
export type WorkerResponse<T> = {readonly data: T; readonly digest: string; readonly digests: ListDigests};

/** What was last answered to each of the questions of one kind. */
export type ResponseCache<T> = {
	/** The data of the last answer to this question, if it had the same payload. */
	readonly match: (uri: string, payload: Buffer) => {readonly data: T} | undefined;
	readonly store: (uri: string, payload: Buffer, data: T) => void;
	/** The last answer to this question, if it was read elsewhere. */
	readonly elsewhere: (uri: string) => WorkerResponse<T> | undefined;
	/** `size`: bytes. */
	readonly storeElsewhere: (uri: string, response: WorkerResponse<T>, size: number) => void;
};

// The questions of one agent that are asked again and again; a few more that are open on screen.
const requestLimit = 12;

// Bytes of all answers but the last; what was made of them takes several times as much.
const sizeLimit = 4 * 1024 * 1024;

// Bytes. What is larger has memory of its own.
const copyLimit = 64 * 1024;

type CachedResponse<T> = {readonly size: number} & (
	| {readonly type: 'here'; readonly payload: Buffer; readonly data: T}
	| {readonly type: 'elsewhere'; readonly response: WorkerResponse<T>}
);

export const createResponseCache = <T>(): ResponseCache<T> => {
	const replies = new LRUCache<string, CachedResponse<T>>({
		max: requestLimit,
		maxSize: sizeLimit,
		// The cache would refuse an answer that is larger than all may be: instead it pushes out all others.
		sizeCalculation: ({size}) => Math.min(Math.max(1, size), sizeLimit),
	});

	return {
		match(uri, payload) {
			const last = replies.peek(uri);
			if (last?.type !== 'here' || !last.payload.equals(payload)) {
				return undefined;
			}

			// Asked again: the last one to be forgotten.
			replies.get(uri);
			return {data: last.data};
		},
		store(uri, payload, data) {
			// A copy: a small payload is a part of memory that holds others too, and that would be kept alive with it. A large one is nearly all of its body.
			replies.set(uri, {
				type: 'here', size: payload.length, payload: payload.length < copyLimit ? ownCopy(payload) : payload, data,
			});
		},
		elsewhere(uri) {
			const last = replies.peek(uri);
			return last?.type === 'elsewhere' ? last.response : undefined;
		},
		storeElsewhere(uri, response, bytes) {
			replies.set(uri, {type: 'elsewhere', size: bytes, response});
		},
	};
};
