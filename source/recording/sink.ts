// Lines on their way into a file: made in slices, written in order, and counted if they are lost.

import {setImmediate as nextTurn} from 'node:timers/promises';
import {type Clock} from '../lib/clock.js';
import {messages} from '../lib/messages/messages.js';
import {describeFileError} from '../lib/private-files.js';
import {createRedaction, type Redaction, type Slices} from '../lib/redact.js';
import {type Keyed, openRecordFile} from './file.js';

export type FileSinkDeps = {
	readonly file: string;
	/** Bytes of lines after which the next file begins. */
	readonly limit: number;
	readonly clock: Clock;
	/** Secrets that must not get into it. */
	readonly secrets: readonly string[];
	/** Called with the reason why lines cannot be written, and with undefined once they can again. */
	readonly onProblem: (problem: string | undefined) => void;
};

type OpenedSink = {readonly ok: true; readonly sink: Sink} | {readonly ok: false; readonly problem: string};

// Bytes that wait for a slow disk; lines beyond are lost, and counted.
const queueLimit = 64 * 1024 * 1024;

// Characters that are written at once.
const batchSize = 256 * 1024;

// ms. After a failure, lines are lost this long before the next attempt.
const retryAfter = 10_000;

// ms. A disk that does not respond must not keep the program from ending.
const closingTime = 5000;

// ms. How long keys wait at most while a line is made.
const longestSlice = 5;

/** Runs slices, between which other work can run. */
const inTurns = async <T>(slices: Slices<T>, clock: Clock): Promise<T> => {
	let began = clock.now();
	for (;;) {
		const slice = slices.next();
		if (slice.done) {
			return slice.value;
		}

		const spent = clock.now() - began;
		if (spent >= 0 && spent < longestSlice) {
			continue;
		}

		await nextTurn();
		began = clock.now();
	}
};

/** Opens the file, which may be an earlier recording, and takes lines for it. The problem is in plain words, without the path. */
export const openFileSink = async ({file: path, limit, clock, secrets, onProblem}: FileSinkDeps): Promise<OpenedSink> => {
	const opened = await openRecordFile(path);
	if (!opened.ok) {
		return opened;
	}

	const {file} = opened;
	let known = [...secrets];
	let redaction = createRedaction(known);
	const queue: Draft[] = [];
	let queued = 0;
	/** Lost since that was last written, and in all. */
	let lost = 0;
	let lostTotal = 0;
	let problem: string | undefined;
	let beginning: Readonly<Record<string, unknown>> = {};
	let brokenAt: number | undefined;
	let work: Promise<void> | undefined;
	let isClosed = false;

	const now = (): string => new Date(clock.now()).toISOString();

	const lose = (count: number): void => {
		lost += count;
		lostTotal += count;
	};

	const takeBatch = async (): Promise<readonly Keyed[]> => {
		const batch: Keyed[] = [];
		for (let size = 0; size < batchSize;) {
			const draft = queue.shift();
			if (!draft) {
				break;
			}

			queued -= draft.size;
			try {
				const line = await inTurns(draft.make(redaction), clock);
				batch.push({line, key: draft.key});
				size += line.length;
			} catch {
				// A response that cannot be written as JSON, because it is nested too deeply.
				lose(1);
			}
		}

		return batch;
	};

	const fail = (count: number, error: unknown): void => {
		lose(count);
		problem = describeFileError(error);
		if (brokenAt === undefined) {
			onProblem(problem);
		}

		brokenAt = clock.now();
	};

	/** Notes in the recording that lines are missing here. */
	const writeLost = async (): Promise<void> => {
		if (lost === 0) {
			return;
		}

		await file.append([{line: JSON.stringify({at: now(), lost}), key: undefined}]);
		lost = 0;
	};

	const write = async (batch: readonly Keyed[]): Promise<void> => {
		if (brokenAt !== undefined) {
			await file.mend();
			await writeLost();
		}

		await file.append(batch);
		await writeLost();
		if (brokenAt === undefined) {
			return;
		}

		brokenAt = undefined;
		onProblem(undefined);
	};

	const rotate = async (): Promise<void> => {
		if (file.grown() < limit) {
			return;
		}

		try {
			await file.rotate(JSON.stringify({...beginning, at: now(), continues: true}));
		} catch (error) {
			fail(0, error);
		}
	};

	const writeSome = async (): Promise<void> => {
		const batch = await takeBatch();
		if (brokenAt !== undefined && clock.now() - brokenAt < retryAfter && !isClosed) {
			lose(batch.length);
			return;
		}

		try {
			await write(batch);
		} catch (error) {
			fail(batch.length, error);
			return;
		}

		await rotate();
	};

	const drain = async (): Promise<void> => {
		while (queue.length > 0) {
			await writeSome();
		}

		work = undefined;
	};

	const add = (draft: Draft): void => {
		if (queued > 0 && queued + draft.size > queueLimit) {
			lose(1);
			problem ??= messages().faults.recordings.slowDisk;
			return;
		}

		queue.push(draft);
		queued += draft.size;
		work ??= drain();
	};

	const finish = async (): Promise<void> => {
		isClosed = true;
		await (work ?? drain());
		try {
			await file.close();
		} catch (error) {
			fail(0, error);
		}
	};

	return {ok: true, sink: {
		begin(line) {
			beginning = line;
			add({key: undefined, size: 0, * make() {
				file.forget();
				yield;
				return JSON.stringify(line);
			}});
		},
		add,
		addSecret(secret) {
			known = [...known, secret];
			redaction = createRedaction(known);
		},
		async close() {
			const {promise, resolve} = Promise.withResolvers<void>();
			const cancel = clock.schedule(resolve, closingTime);
			await Promise.race([finish(), promise]);
			cancel();
			return {lost: lostTotal, problem};
		},
	}};
};

/**
A line that is made only when it is written, in slices.

- key: of all lines with the same one, the last holds the current state
- size: bytes that it keeps in memory until then
*/
type Draft = {readonly key: string | undefined; readonly size: number; readonly make: (redaction: Redaction) => Slices<string>};

/** Where the lines of a recording go. Nothing here throws. */
export type Sink = {
	/** The first line of a recording, which is repeated at the head of each of its files. */
	readonly begin: (line: Readonly<Record<string, unknown>>) => void;
	readonly add: (draft: Draft) => void;
	/** One more secret that must not get into it. */
	readonly addSecret: (secret: string) => void;
	/** Resolves once everything is on the disk, or cannot be written: how many lines were lost in all, and why if known. */
	readonly close: () => Promise<{readonly lost: number; readonly problem: string | undefined}>;
};
