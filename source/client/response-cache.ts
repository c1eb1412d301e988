// Same bytes, no work: the envelope's time and trace change with every response, its content seldom does.

import {Buffer} from 'node:buffer';
import {type ListDigests} from './worker/delta.js';

// Bytes. Larger payloads have memory of their own.
const copyLimit = 64 * 1024;

// A task that runs says a little more each time.
const spare = 1.125;

/**
Copies a payload into memory of its own, since a slice of Node's shared buffer pool would keep its neighbours alive. Where it fits, that is the
memory of the last one: it would be given back only when V8 clears its whole heap. A large payload is nearly all of its body and stays where it is.
*/
const keptCopy = (payload: Buffer, last: Buffer | undefined): Buffer => {
	const {length} = payload;
	if (length >= copyLimit) {
		return payload;
	}

	const isFit = last !== undefined && last.length >= length && last.length < Math.min(copyLimit, (length * 2) + 1);
	const copy = isFit ? last : Buffer.allocUnsafeSlow(last === undefined ? length : Math.min(copyLimit - 1, Math.ceil(length * spare)));
	payload.copy(copy);
	return copy;
};

/** A response that the worker read: its bytes are gone, so it is recognised by its digest, and its lists by theirs. */
export type WorkerResponse<T> = {readonly data: T; readonly digest: string; readonly digests: ListDigests};

// The requests that one agent gets again and again, and a few that are open on screen.
const requestLimit = 12;

// Bytes of all responses but the last; their parsed data takes several times as much.
const sizeLimit = 4 * 1024 * 1024;

type CachedResponse<T> = {readonly uri: string; readonly size: number} & (
	/** The payload is what `memory` begins with. */
	| {readonly type: 'here'; readonly memory: Buffer; readonly data: T}
	| {readonly type: 'elsewhere'; readonly response: WorkerResponse<T>}
);

/** The last response to each request of one kind. A class and an array, which take a tenth of what a general cache would: every agent has several. */
export class ResponseCache<T> {
	/** The last used is the last. */
	#last: Array<CachedResponse<T>> = [];

	readonly #share: (previous: T | undefined, next: T) => T;

	/** `share`: gives new data the parts of the last data that are equal. Poll state and store keep the same data: what did not change is there once, not three times. */
	constructor(share: (previous: T | undefined, next: T) => T = (_previous, next) => next) {
		this.#share = share;
	}

	#find(uri: string): number {
		return this.#last.findIndex(last => last.uri === uri);
	}

	#put(response: CachedResponse<T>): void {
		const all = [...this.#last.filter(({uri}) => uri !== response.uri), response];
		let size = all.reduce((sum, last) => sum + last.size, 0);
		while (all.length > 1 && (all.length > requestLimit || size > sizeLimit)) {
			size -= all.shift()?.size ?? 0;
		}

		this.#last = all;
	}

	/** The data of the last response to this request, if it had the same payload. */
	match(uri: string, payload: Buffer): {readonly data: T} | undefined {
		const index = this.#find(uri);
		const last = this.#last[index];
		if (last?.type !== 'here' || last.size !== payload.length || payload.compare(last.memory, 0, last.size) !== 0) {
			return undefined;
		}

		if (index !== this.#last.length - 1) {
			this.#last.splice(index, 1);
			this.#last.push(last);
		}

		return {data: last.data};
	}

	/** Returns the data as it is kept. */
	store(uri: string, payload: Buffer, data: T): T {
		const last = this.#last[this.#find(uri)];
		const known = last?.type === 'here' ? last : undefined;
		const shared = known ? this.#share(known.data, data) : data;
		this.#put({
			type: 'here', uri, size: payload.length, memory: keptCopy(payload, known?.memory), data: shared,
		});
		return shared;
	}

	/** The last response to this request, if the worker read it. */
	elsewhere(uri: string): WorkerResponse<T> | undefined {
		const last = this.#last[this.#find(uri)];
		return last?.type === 'elsewhere' ? last.response : undefined;
	}

	/** `size`: bytes. */
	storeElsewhere(uri: string, response: WorkerResponse<T>, size: number): void {
		this.#put({type: 'elsewhere', uri, size, response});
	}
}
