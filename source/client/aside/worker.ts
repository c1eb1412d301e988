// Runs in a thread of its own, made from a text that the build puts into the program (source/build/bundle.ts).

import {Buffer} from 'node:buffer';
import {parentPort, type MessagePort} from 'node:worker_threads';
import {type z} from 'zod';
import {read, type Read} from '../interpret.js';
import {kinds, type Kind} from '../kinds.js';
import {toColumns} from './parcel.js';

/** A question for the thread, and where it is answered. */
export type Job = {readonly kind: Kind; readonly status: number; readonly body: Uint8Array<ArrayBuffer>; readonly port: MessagePort};

/** Its answer, with the bytes given back. `found` holds columns where the kind is logs. */
export type Done<T> = {readonly found: Read<T>; readonly ids: readonly string[]; readonly body: Uint8Array<ArrayBuffer>};

type Reader<T> = {readonly schema: z.ZodType<T>; readonly idsOf: (data: T) => ReadonlySet<string>};

const answer = <T>({schema, idsOf}: Reader<T>, {status, body, port}: Job, pack: (data: T) => unknown): void => {
	const found = read(schema, {
		type: 'answer', status, contentType: '', body: Buffer.from(body.buffer, body.byteOffset, body.byteLength),
	});
	const done: Done<unknown> = found.type === 'data'
		? {found: {type: 'data', data: pack(found.data)}, ids: [...idsOf(found.data)], body}
		: {found, ids: [], body};
	port.postMessage(done, [body.buffer]);
	port.close();
};

const asItIs = (data: unknown): unknown => data;

parentPort?.on('message', (job: Job) => {
	switch (job.kind) {
		case 'task': {
			answer(kinds.task, job, asItIs);
			break;
		}

		case 'tasks': {
			answer(kinds.tasks, job, asItIs);
			break;
		}

		case 'node': {
			answer(kinds.node, job, asItIs);
			break;
		}

		case 'logs': {
			answer(kinds.logs, job, toColumns);
			break;
		}
	}
});
