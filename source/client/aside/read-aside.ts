// Large answers are read in a thread of their own: it takes long enough that keys would wait for it.

import {Buffer} from 'node:buffer';
import {MessageChannel, Worker} from 'node:worker_threads';
import {type Clock} from '../../protocol/clock.js';
import {type Answered, type Read} from '../interpret.js';
import {type Kind} from '../kinds.js';
import {type Done, type Job} from './worker.js';

/** What was read, the ids that it hands out, and the body again, which is gone where it was given from. */
export type ReadAside<T> = {readonly found: Read<T>; readonly ids: ReadonlySet<string>; readonly body: Buffer};

export type Aside = {
	/** Whether it is worth it. */
	readonly isFor: (answer: Answered) => boolean;
	/** Takes the body away. `T` is what the thread hands over for that kind: columns for logs, else what its schema makes. Undefined where the thread broke off, and the body with it. */
	readonly read: <T>(kind: Kind, answer: Answered) => Promise<ReadAside<T> | undefined>;
	readonly stop: () => void;
};

// Bytes. Less is read in some milliseconds, which is about what it costs to hand it over.
const worthwhile = 256 * 1024;
// Nobody keeps a thread for a log that was closed minutes ago.
const idleTime = 60_000;

/** The body in memory of its own, which can be handed over. */
const ownBytes = (body: Buffer): Uint8Array<ArrayBuffer> => {
	const {buffer, byteOffset, byteLength} = body;
	return buffer instanceof ArrayBuffer && byteLength === buffer.byteLength ? new Uint8Array(buffer, byteOffset, byteLength) : Uint8Array.from(body);
};

/** Reads in a thread that is made of this program text with the first large answer, and ended when it was idle for long. */
export const createAside = (code: string, clock: Clock): Aside => {
	let thread: Worker | undefined;
	let cancelEnd = (): void => undefined;

	const end = (): void => {
		cancelEnd();
		void thread?.terminate();
		thread = undefined;
	};

	const start = (): Worker => {
		// Nothing of the environment: there can be passwords in it.
		const worker = new Worker(code, {
			eval: true, env: {}, execArgv: [], name: 'obwatch-reader',
		});
		worker.unref();
		// Out of memory, for instance. Who waits for it hears of it by the end of his channel.
		worker.on('error', () => undefined);
		return worker;
	};

	return {
		isFor: ({status, body}) => status < 400 && body.length >= worthwhile,
		async read<T>(kind: Kind, {status, body}: Answered) {
			cancelEnd();
			cancelEnd = clock.schedule(end, idleTime);
			thread ??= start();
			const {port1: answers, port2: port} = new MessageChannel();
			const bytes = ownBytes(body);
			const {promise, resolve} = Promise.withResolvers<ReadAside<T> | undefined>();
			let isAnswered = false;
			answers.on('message', ({found, ids, body: {buffer, byteOffset, byteLength}}: Done<T>) => {
				isAnswered = true;
				resolve({found, ids: new Set(ids), body: Buffer.from(buffer, byteOffset, byteLength)});
			});
			answers.on('close', () => {
				// Without an answer the thread is gone; the next question gets a new one.
				if (!isAnswered) {
					end();
				}

				resolve(undefined);
			});
			answers.unref();
			const job: Job = {
				kind, status, body: bytes, port,
			};
			thread.postMessage(job, [bytes.buffer, port]);
			return promise;
		},
		stop: end,
	};
};
