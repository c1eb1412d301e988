// Large answers are read in a thread of their own: it takes long enough that keys would wait for it.

import {type Buffer} from 'node:buffer';
import threads, {type Worker} from 'node:worker_threads';
import {type Clock} from '../../lib/clock.js';
import {type ReceivedResponse} from '../parse-response.js';
import {type ResponseType} from '../response-types.js';
import {type ListDigests} from './delta.js';
import {type Done, type Job, type Sent} from './worker.js';

/** What the last answer to the same question was recognised by. */
export type Known = {readonly digest: string; readonly digests: ListDigests};

/** What was read, packed as its kind is, and the texts of its lists. */
export type ReadInWorker<P> = Done<P> & {readonly strings: readonly string[]};

export type ResponseWorker = {
	/** Whether it is worth it. */
	readonly isFor: (response: ReceivedResponse) => boolean;
	/** Takes the body away. `P` is what the thread hands over for that kind: a parcel, or what its schema makes. Undefined where the thread broke off. */
	readonly read: <P>(kind: ResponseType, response: ReceivedResponse, known: Known | undefined) => Promise<ReadInWorker<P> | undefined>;
	readonly stop: () => void;
};

// Bytes. Less is read in some milliseconds, which is about what it costs to hand it over.
const worthwhile = 256 * 1024;

// Nobody keeps a thread for a log that was closed minutes ago.
const idleTime = 60_000;

const noDigests: ListDigests = new Map();

/** The body in memory of its own, which can be handed over. */
const ownBytes = ({buffer, byteOffset, byteLength}: Buffer): Uint8Array<ArrayBuffer> => buffer instanceof ArrayBuffer && byteLength >= worthwhile && !threads.isMarkedAsUntransferable(buffer)
	? new Uint8Array(buffer, byteOffset, byteLength)
	: Uint8Array.from(new Uint8Array(buffer, byteOffset, byteLength));

/** Reads in a thread that is made with the first large answer, of this program text, and ended when it was idle for long. */
export const createResponseWorker = (program: string, clock: Clock): ResponseWorker => {
	let thread: Worker | undefined;
	let cancelEnd = (): void => undefined;

	const end = (): void => {
		cancelEnd();
		void thread?.terminate();
		thread = undefined;
	};

	const start = (): Worker => {
		// Nothing of the environment: there can be passwords in it.
		const worker = new threads.Worker(program, {
			eval: true, env: {}, execArgv: [], name: 'obwatch-reader',
		});
		worker.unref();
		// Out of memory, for instance. Who waits for it hears of it by the end of his channel.
		worker.on('error', () => undefined);
		return worker;
	};

	return {
		isFor: ({status, body}) => status < 400 && body.length >= worthwhile,
		async read<P>(kind: ResponseType, {status, body}: ReceivedResponse, known: Known | undefined) {
			cancelEnd();
			cancelEnd = clock.schedule(end, idleTime);
			thread ??= start();
			const {port1: results, port2: port} = new threads.MessageChannel();
			const bytes = ownBytes(body);
			const {promise, resolve} = Promise.withResolvers<ReadInWorker<P> | undefined>();
			let isDone = false;
			const texts: string[] = [];
			results.on('message', (sent: Sent<P>) => {
				if (sent.type !== 'texts') {
					isDone = true;
					resolve({...sent, strings: texts});
					return;
				}

				for (const text of sent.texts) {
					texts.push(text);
				}

				// After whatever else waits: keys, for instance.
				setImmediate(() => {
					results.postMessage('more');
				});
			});
			results.on('close', () => {
				// Without an answer the thread is gone; the next question gets a new one.
				if (!isDone) {
					end();
				}

				resolve(undefined);
			});
			results.unref();
			const job: Job = {
				kind, status, body: bytes, digest: known?.digest, digests: known?.digests ?? noDigests, port,
			};
			thread.postMessage(job, [bytes.buffer, port]);
			return promise;
		},
		stop: end,
	};
};
