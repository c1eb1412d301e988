// Runs in a thread of its own, from a text that the build puts into the program (source/build/bundle.ts).

import {Buffer} from 'node:buffer';
import threads, {type MessagePort} from 'node:worker_threads';
import {payloadOf, type Schema} from '../../protocol/envelope.js';
import {type Read, readPayload, type ResponseType, responseTypes} from '../parse-response.js';
import {digestOf, type Encoded, encodeLines, encodeNode, encodeTask, type ListDigests} from './delta.js';

/** A job for the worker, and the port for its result. `digest` and `digests` are those of the last response to the same request. */
export type Job = {
	readonly kind: ResponseType;
	readonly status: number;
	readonly body: Uint8Array<ArrayBuffer>;
	readonly digest: string | undefined;
	readonly digests: ListDigests;
	readonly port: MessagePort;
};

/** What the worker sends: batches of strings, each on request, then the result: unchanged since the last response, or its encoded content. */
export type Sent<P> = {readonly type: 'texts'; readonly texts: readonly string[]} | Done<P>;

export type Done<P> =
	| {readonly type: 'same'}
	| {readonly type: 'read'; readonly found: Read<P>; readonly ids: readonly string[]; readonly digest: string; readonly digests: ListDigests};

type Reader<T, P> = {readonly schema: Schema<T>; readonly idsOf: (data: T) => ReadonlySet<string>; readonly encode: (data: T, digests: ListDigests) => Encoded<P>};

// Takes the receiving thread some milliseconds.
const maxStrings = 20_000;

const maxCharacters = 4_000_000;

const noDigests: ListDigests = new Map();

type JobResult<P> = {readonly done: Done<P>; readonly strings: readonly string[]};

const resultFor = <T, P>({schema, idsOf, encode}: Reader<T, P>, {status, body, digest: last, digests: known}: Job): JobResult<P> => {
	const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
	const digest = digestOf(payloadOf(bytes));
	if (digest === last) {
		return {done: {type: 'same'}, strings: []};
	}

	const found = readPayload(schema, {
		type: 'response', status, contentType: '', body: bytes,
	});
	if (found.type !== 'data') {
		return {done: {
			type: 'read', found, ids: [], digest, digests: noDigests,
		}, strings: []};
	}

	const {delta, strings: texts, digests} = encode(found.data, known);
	return {done: {
		type: 'read', found: {type: 'data', data: delta}, ids: [...idsOf(found.data)], digest, digests,
	}, strings: texts};
};

const asItIs = <T>(delta: T): Encoded<T> => ({delta, strings: [], digests: noDigests});

const runJob = (job: Job): JobResult<unknown> => {
	switch (job.kind) {
		case 'task': {
			return resultFor({...responseTypes.task, encode: encodeTask}, job);
		}

		case 'tasks': {
			return resultFor({...responseTypes.tasks, encode: asItIs}, job);
		}

		case 'node': {
			return resultFor({...responseTypes.node, encode: encodeNode}, job);
		}

		case 'logs': {
			return resultFor({...responseTypes.logs, encode: encodeLines}, job);
		}
	}
};

/** The next batch of strings, limited by count and by characters. */
const batchFrom = (texts: readonly string[], from: number): readonly string[] => {
	let characters = 0;
	let end = from;
	while (end < texts.length && end - from < maxStrings && characters < maxCharacters) {
		characters += texts[end]?.length ?? 0;
		end++;
	}

	return texts.slice(from, end);
};

threads.parentPort?.on('message', (job: Job) => {
	const {port} = job;
	const {done, strings: texts} = runJob(job);
	let sent = 0;
	const goOn = (): void => {
		const batch = batchFrom(texts, sent);
		sent += batch.length;
		if (batch.length > 0) {
			port.postMessage({type: 'texts', texts: batch} satisfies Sent<unknown>);
			return;
		}

		port.postMessage(done satisfies Sent<unknown>);
		port.close();
	};

	port.on('message', goOn);
	goOn();
});
