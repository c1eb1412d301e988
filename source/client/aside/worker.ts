// Runs in a thread of its own, made from a text that the build puts into the program (source/build/bundle.ts).

import {Buffer} from 'node:buffer';
import {parentPort, type MessagePort} from 'node:worker_threads';
import type * as z from 'zod';
import {read, type Read} from '../interpret.js';
import {kinds, type Kind} from '../kinds.js';
import {payloadOf} from '../reply-cache.js';
import {digestOf, type Marks} from './mark.js';
import {
	packLines,
	packNode,
	packTask,
	type Packed,
} from './parcel.js';

/** A question for the thread, and where it is answered. `digest` and `marks` are those of the last answer to the same question. */
export type Job = {
	readonly kind: Kind;
	readonly status: number;
	readonly body: Uint8Array<ArrayBuffer>;
	readonly digest: string | undefined;
	readonly marks: Marks;
	readonly port: MessagePort;
};

/** Its answer: that it is the same as the last one, or what it holds, packed as its kind is. */
export type Done<P> =
	| {readonly type: 'same'}
	| {readonly type: 'read'; readonly found: Read<P>; readonly ids: readonly string[]; readonly digest: string; readonly marks: Marks};

type Reader<T, P> = {readonly schema: z.ZodType<T>; readonly idsOf: (data: T) => ReadonlySet<string>; readonly pack: (data: T, marks: Marks) => Packed<P>};

const noMarks: Marks = new Map();

const answerTo = <T, P>({schema, idsOf, pack}: Reader<T, P>, {status, body, digest: last, marks: known}: Job): Done<P> => {
	const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
	const digest = digestOf(payloadOf(bytes));
	if (digest === last) {
		return {type: 'same'};
	}

	const found = read(schema, {
		type: 'answer', status, contentType: '', body: bytes,
	});
	if (found.type !== 'data') {
		return {
			type: 'read', found, ids: [], digest, marks: noMarks,
		};
	}

	const {parcel, marks} = pack(found.data, known);
	return {
		type: 'read', found: {type: 'data', data: parcel}, ids: [...idsOf(found.data)], digest, marks,
	};
};

const asItIs = <T>(parcel: T): Packed<T> => ({parcel, marks: noMarks});

const doneWith = (job: Job): Done<unknown> => {
	switch (job.kind) {
		case 'task': {
			return answerTo({...kinds.task, pack: packTask}, job);
		}

		case 'tasks': {
			return answerTo({...kinds.tasks, pack: asItIs}, job);
		}

		case 'node': {
			return answerTo({...kinds.node, pack: packNode}, job);
		}

		case 'logs': {
			return answerTo({...kinds.logs, pack: packLines}, job);
		}
	}
};

parentPort?.on('message', (job: Job) => {
	job.port.postMessage(doneWith(job));
	job.port.close();
});
