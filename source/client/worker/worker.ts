// Runs in a thread of its own, made from a text that the build puts into the program (source/build/bundle.ts).

import {Buffer} from 'node:buffer';
import threads, {type MessagePort} from 'node:worker_threads';
import type * as z from 'zod';
import {payloadOf} from '../../protocol/envelope.js';
import {type Read, readPayload} from '../parse-response.js';
import {type ResponseType, responseTypes} from '../response-types.js';
import {digestOf, type Marks, type Packed, packLines, packNode, packTask} from './delta.js';

/** A question for the thread, and where it is answered. `digest` and `marks` are those of the last answer to the same question. */
export type Job = {
	readonly kind: ResponseType;
	readonly status: number;
	readonly body: Uint8Array<ArrayBuffer>;
	readonly digest: string | undefined;
	readonly marks: Marks;
	readonly port: MessagePort;
};

/** What it sends: texts, as many as are taken in at a time, whenever it is told to go on; and at last its answer: that it is the same as the last one, or what it holds, packed as its kind is. */
export type Sent<P> = {readonly type: 'texts'; readonly texts: readonly string[]} | Done<P>;

export type Done<P> =
	| {readonly type: 'same'}
	| {readonly type: 'read'; readonly found: Read<P>; readonly ids: readonly string[]; readonly digest: string; readonly marks: Marks};

type Reader<T, P> = {readonly schema: z.ZodType<T>; readonly idsOf: (data: T) => ReadonlySet<string>; readonly pack: (data: T, marks: Marks) => Packed<P>};

// Some milliseconds for the thread that takes them.
const mostTexts = 20_000;

const mostCharacters = 4_000_000;

const noMarks: Marks = new Map();

type Answer<P> = {readonly done: Done<P>; readonly texts: readonly string[]};

const answerTo = <T, P>({schema, idsOf, pack}: Reader<T, P>, {status, body, digest: last, marks: known}: Job): Answer<P> => {
	const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
	const digest = digestOf(payloadOf(bytes));
	if (digest === last) {
		return {done: {type: 'same'}, texts: []};
	}

	const found = readPayload(schema, {
		type: 'answer', status, contentType: '', body: bytes,
	});
	if (found.type !== 'data') {
		return {done: {
			type: 'read', found, ids: [], digest, marks: noMarks,
		}, texts: []};
	}

	const {parcel, texts, marks} = pack(found.data, known);
	return {done: {
		type: 'read', found: {type: 'data', data: parcel}, ids: [...idsOf(found.data)], digest, marks,
	}, texts};
};

const asItIs = <T>(parcel: T): Packed<T> => ({parcel, texts: [], marks: noMarks});

const answerOf = (job: Job): Answer<unknown> => {
	switch (job.kind) {
		case 'task': {
			return answerTo({...responseTypes.task, pack: packTask}, job);
		}

		case 'tasks': {
			return answerTo({...responseTypes.tasks, pack: asItIs}, job);
		}

		case 'node': {
			return answerTo({...responseTypes.node, pack: packNode}, job);
		}

		case 'logs': {
			return answerTo({...responseTypes.logs, pack: packLines}, job);
		}
	}
};

/** The first texts that are taken in at a time: so many characters, or so many texts. */
const pieceFrom = (texts: readonly string[], from: number): readonly string[] => {
	let characters = 0;
	let end = from;
	while (end < texts.length && end - from < mostTexts && characters < mostCharacters) {
		characters += texts[end]?.length ?? 0;
		end++;
	}

	return texts.slice(from, end);
};

threads.parentPort?.on('message', (job: Job) => {
	const {port} = job;
	const {done, texts} = answerOf(job);
	let sent = 0;
	const goOn = (): void => {
		const piece = pieceFrom(texts, sent);
		sent += piece.length;
		if (piece.length > 0) {
			port.postMessage({type: 'texts', texts: piece} satisfies Sent<unknown>);
			return;
		}

		port.postMessage(done satisfies Sent<unknown>);
		port.close();
	};

	port.on('message', goOn);
	goOn();
});
