// Same bytes, no work: the envelope's time and trace change with every response, its content seldom does.

import {Buffer} from 'node:buffer';
import {LRUCache} from 'lru-cache';
import {type ListDigests} from './worker/delta.js';

/** A copy with memory of its own: a slice of Node's shared buffer pool would keep its neighbours alive. */
const ownCopy = (payload: Buffer): Buffer => {
	const copy = Buffer.allocUnsafeSlow(payload.length);
	payload.copy(copy);
	return copy;
};

/** A response that the worker read: its bytes are gone, so it is recognised by its digest, and its lists by theirs. */
export type WorkerResponse<T> = {readonly data: T; readonly digest: string; readonly digests: ListDigests};

/** The last response to each request of one kind. */
export type ResponseCache<T> = {
	/** The data of the last response to this request, if it had the same payload. */
	readonly match: (uri: string, payload: Buffer) => {readonly data: T} | undefined;
	readonly store: (uri: string, payload: Buffer, data: T) => void;
	/** The last response to this request, if the worker read it. */
	readonly elsewhere: (uri: string) => WorkerResponse<T> | undefined;
	/** `size`: bytes. */
	readonly storeElsewhere: (uri: string, response: WorkerResponse<T>, size: number) => void;
};

// The requests that one agent gets again and again, and a few that are open on screen.
const requestLimit = 12;

// Bytes of all responses but the last; their parsed data takes several times as much.
const sizeLimit = 4 * 1024 * 1024;

// Bytes. Larger payloads have memory of their own.
const copyLimit = 64 * 1024;

type CachedResponse<T> = {readonly size: number} & (
	| {readonly type: 'here'; readonly payload: Buffer; readonly data: T}
	| {readonly type: 'elsewhere'; readonly response: WorkerResponse<T>}
);

const createReplies = <T>(): LRUCache<string, CachedResponse<T>> => new LRUCache({
	max: requestLimit,
	maxSize: sizeLimit,
	// The cache would refuse a response above its total size; this way it displaces all others instead.
	sizeCalculation: ({size}) => Math.min(Math.max(1, size), sizeLimit),
});

export const createResponseCache = <T>(): ResponseCache<T> => {
	// Empty it takes 3 KB. Each agent has nine caches, and most agents need four.
	let replies: LRUCache<string, CachedResponse<T>> | undefined;

	return {
		match(uri, payload) {
			const last = replies?.peek(uri);
			if (last?.type !== 'here' || !last.payload.equals(payload)) {
				return undefined;
			}

			// Used again, so it is evicted last.
			replies?.get(uri);
			return {data: last.data};
		},
		store(uri, payload, data) {
			// A small payload is copied because it would keep the shared buffer around it alive. A large one is nearly all of its body.
			replies ??= createReplies();
			replies.set(uri, {
				type: 'here', size: payload.length, payload: payload.length < copyLimit ? ownCopy(payload) : payload, data,
			});
		},
		elsewhere(uri) {
			const last = replies?.peek(uri);
			return last?.type === 'elsewhere' ? last.response : undefined;
		},
		storeElsewhere(uri, response, bytes) {
			replies ??= createReplies();
			replies.set(uri, {type: 'elsewhere', size: bytes, response});
		},
	};
};
