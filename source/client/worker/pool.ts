// Large responses are parsed in a worker thread, since keys would wait that long otherwise.

import {type Buffer} from 'node:buffer';
import threads, {type Worker} from 'node:worker_threads';
import {type Clock} from '../../lib/clock.js';
import {type ReceivedResponse, type ResponseType} from '../parse-response.js';
import {type ListDigests} from './delta.js';
import {type Done, type Job, type Sent} from './worker.js';

// The build defines it; tests run without it and parse everything in one thread.
declare const obwatchReader: string | undefined;

/** The program text of the worker. It is part of the bundle, since files may be replaced or removed while a monitor runs for weeks. */
export const readerProgram = obwatchReader;

/** What the last response to the same request is recognised by. */
type Known = {readonly digest: string; readonly digests: ListDigests};

/** What was read, encoded by its kind, and the strings of its lists. */
export type ReadInWorker<P> = Done<P> & {readonly strings: readonly string[]};

export type ResponseWorker = {
	/** Whether the response is large enough to be worth it. */
	readonly isFor: (response: ReceivedResponse) => boolean;
	/** Transfers the body to the worker. `P` is what the worker sends for that kind: a delta, or the schema's data. Undefined if the worker ended. */
	readonly read: <P>(kind: ResponseType, response: ReceivedResponse, known: Known | undefined) => Promise<ReadInWorker<P> | undefined>;
	readonly stop: () => void;
};

// Bytes. Parsing less takes some milliseconds, about as long as passing it over.
const worthwhile = 256 * 1024;

// Ends the thread some time after its last use.
const idleTime = 60_000;

const noDigests: ListDigests = new Map();

/** The body in memory of its own, which can be transferred. */
const ownBytes = ({buffer, byteOffset, byteLength}: Buffer): Uint8Array<ArrayBuffer> => buffer instanceof ArrayBuffer && byteLength >= worthwhile && !threads.isMarkedAsUntransferable(buffer)
	? new Uint8Array(buffer, byteOffset, byteLength)
	: Uint8Array.from(new Uint8Array(buffer, byteOffset, byteLength));

/** Starts the thread with the first large response, from this program text, and ends it after it was idle. */
export const createResponseWorker = (program: string, clock: Clock): ResponseWorker => {
	let thread: Worker | undefined;
	let cancelEnd = (): void => undefined;

	const end = (): void => {
		cancelEnd();
		void thread?.terminate();
		thread = undefined;
	};

	const start = (): Worker => {
		// No environment: it can contain passwords.
		const worker = new threads.Worker(program, {
			eval: true, env: {}, execArgv: [], name: 'obwatch-reader',
		});
		worker.unref();
		// Out of memory, for example. The caller learns of it when its channel closes.
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

				// After other events, such as keys.
				setImmediate(() => {
					results.postMessage('more');
				});
			});
			results.on('close', () => {
				// Closed without a result: the thread is gone, and the next request gets a new one.
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
