// Lines into a file that only its user can read: appended, never written over; a full file gives way to a new one.

import {Buffer} from 'node:buffer';
import {constants} from 'node:fs';
import * as files from 'node:fs/promises';
import {setImmediate as nextTurn} from 'node:timers/promises';
import {createRedaction} from '../take-away/redact.js';
import {type Slices} from '../take-away/replace-in-slices.js';
import {fileProblem} from '../take-away/write-new-file.js';
import {type Clock} from '../protocol/clock.js';
import {beginningMark} from './line.js';
import {type Draft, type Sink} from './sink.js';

export type FileSinkOptions = {
	readonly file: string;
	/** Bytes of lines after which the next file begins. */
	readonly limit: number;
	readonly clock: Clock;
	/** Texts that must not get into it. */
	readonly secrets: readonly string[];
	/** Lines cannot be written, and why in plain words; undefined once they can again. */
	readonly onProblem: (problem: string | undefined) => void;
};

type Opened = {readonly ok: true; readonly sink: Sink} | {readonly ok: false; readonly problem: string};

const privateMode = 0o600;
const permissionsOfOthers = 0o077;
/** Older files that are kept: FILE.1 is the youngest of them. */
export const keptFiles = 4;
// Bytes that wait for a slow disk; lines beyond are lost, and counted.
const queueLimit = 64 * 1024 * 1024;
// Bytes that are written at once.
const batchSize = 256 * 1024;
// In ms. After a failure lines are lost for so long before the next try.
const retryAfter = 10_000;
// In ms. A disk that does not answer must not keep the program.
const closingTime = 5000;
// In ms. How long keys wait at most while a line is made.
const longestSlice = 5;
const newline = 0x0A;

type Place = {readonly offset: number; readonly length: number};

/** An open file: where its end is, what of it was carried over from the one before, and the last line of each key. */
type Open = {readonly handle: files.FileHandle; size: number; readonly base: number; readonly last: Map<string, Place>};

/** Why an existing file is not added to; undefined where it may be. */
const problemOfFile = async (handle: files.FileHandle): Promise<string | undefined> => {
	const stat = await handle.stat();
	if (!stat.isFile()) {
		return 'is no regular file';
	}

	const head = Buffer.alloc(beginningMark.length);
	const {bytesRead} = await handle.read(head, 0, head.length, 0);
	return bytesRead > 0 && head.toString('latin1', 0, bytesRead) !== beginningMark.slice(0, bytesRead) ? 'is there already and no recording: it is left as it is' : undefined;
};

const openFile = async (file: string): Promise<files.FileHandle> =>
	// A pipe without a reader must not hold anything up.
	files.open(file, constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK, privateMode);

const writeAll = async (handle: files.FileHandle, bytes: Buffer): Promise<void> => {
	for (let written = 0; written < bytes.length;) {
		const {bytesWritten} = await handle.write(bytes, written);
		written += bytesWritten;
	}
};

/** A line that was cut off, by a full disk or a crash, must not spoil the next one. */
const endLine = async (handle: files.FileHandle, size: number): Promise<number> => {
	const last = Buffer.alloc(1);
	await handle.read(last, 0, 1, Math.max(0, size - 1));
	if (size === 0 || last[0] === newline) {
		return size;
	}

	await writeAll(handle, Buffer.from('\n'));
	return size + 1;
};

/** Goes through slices, between which everything else has its turn. */
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
export const openFileSink = async ({file, limit, clock, secrets, onProblem}: FileSinkOptions): Promise<Opened> => {
	let open: Open;
	try {
		const handle = await openFile(file);
		const problem = await problemOfFile(handle);
		if (problem !== undefined) {
			await handle.close();
			return {ok: false, problem};
		}

		const stat = await handle.stat();
		if ((stat.mode & permissionsOfOthers) !== 0) {
			await handle.chmod(privateMode);
		}

		const size = await endLine(handle, stat.size);
		open = {handle, size, base: 0, last: new Map()};
	} catch (error) {
		return {ok: false, problem: fileProblem(error)};
	}

	let known = [...secrets];
	let redaction = createRedaction(known);
	const queue: Draft[] = [];
	let queued = 0;
	let lost = 0;
	let lostEver = 0;
	let lastProblem: string | undefined;
	let beginning: Readonly<Record<string, unknown>> = {};
	let brokenAt: number | undefined;
	let work: Promise<void> | undefined;
	let isClosed = false;

	const now = (): string => new Date(clock.now()).toISOString();

	/** Appends lines; `keys` has one for each. */
	const append = async (lines: readonly string[], keys: ReadonlyArray<string | undefined>): Promise<void> => {
		const bytes = Buffer.from(lines.map(line => `${line}\n`).join(''));
		await writeAll(open.handle, bytes);
		let offset = open.size;
		for (const [index, line] of lines.entries()) {
			const length = Buffer.byteLength(line) + 1;
			const key = keys[index];
			if (key !== undefined) {
				open.last.set(key, {offset, length});
			}

			offset += length;
		}

		open.size += bytes.length;
	};

	/** The file as FILE.1, and a new one that can be understood without it: it begins with the last line of each key. */
	const rotate = async (): Promise<void> => {
		const old = open;
		await old.handle.sync();
		for (let number = keptFiles; number > 1; number--) {
			await files.rename(`${file}.${number - 1}`, `${file}.${number}`).catch(() => undefined);
		}

		await files.rename(file, `${file}.1`);
		const handle = await openFile(file);
		const next: Open = {handle, size: 0, base: 0, last: new Map()};
		open = next;
		try {
			await append([JSON.stringify({...beginning, at: now(), continues: true})], [undefined]);
			for (const [key, {offset, length}] of [...old.last].toSorted(([, one], [, other]) => one.offset - other.offset)) {
				const line = Buffer.alloc(length);
				await old.handle.read(line, 0, length, offset);
				await append([line.toString('utf8', 0, length - 1)], [key]);
			}
		} finally {
			open = {...next, base: next.size, size: next.size};
			await old.handle.close();
		}
	};

	const lose = (count: number): void => {
		lost += count;
		lostEver += count;
	};

	const takeBatch = async (): Promise<{readonly lines: readonly string[]; readonly keys: ReadonlyArray<string | undefined>}> => {
		const lines: string[] = [];
		const keys: Array<string | undefined> = [];
		for (let size = 0; size < batchSize && queue.length > 0;) {
			const draft = queue.shift();
			queued -= draft?.size ?? 0;
			try {
				const line = draft === undefined ? '' : await inTurns(draft.make(redaction), clock);
				lines.push(line);
				keys.push(draft?.key);
				size += line.length;
			} catch {
				// An answer that cannot be written as JSON: nested deeper than anything goes.
				lose(1);
			}
		}

		return {lines, keys};
	};

	const fail = (count: number, error: unknown): void => {
		lose(count);
		lastProblem = fileProblem(error);
		if (brokenAt === undefined) {
			onProblem(lastProblem);
		}

		brokenAt = clock.now();
	};

	/** For whoever reads it: something is missing here. */
	const tellOfLost = async (): Promise<void> => {
		if (lost === 0) {
			return;
		}

		await append([JSON.stringify({at: now(), lost})], [undefined]);
		lost = 0;
	};

	const writeSome = async (): Promise<void> => {
		const {lines, keys} = await takeBatch();
		if (brokenAt !== undefined && clock.now() - brokenAt < retryAfter && !isClosed) {
			lose(lines.length);
			return;
		}

		try {
			if (brokenAt !== undefined) {
				const {size} = await open.handle.stat();
				open.size = await endLine(open.handle, size);
				await tellOfLost();
			}

			await append(lines, keys);
			await tellOfLost();
			if (brokenAt !== undefined) {
				brokenAt = undefined;
				onProblem(undefined);
			}

			if (open.size - open.base >= limit) {
				await rotate();
			}
		} catch (error) {
			fail(lines.length, error);
		}
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
			lastProblem ??= 'the disk is too slow';
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
			await open.handle.sync();
			await open.handle.close();
		} catch (error) {
			fail(0, error);
		}
	};

	return {ok: true, sink: {
		begin(line) {
			beginning = line;
			add({key: undefined, size: 0, * make() {
				open.last.clear();
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
			return {lost: lostEver, problem: lastProblem};
		},
	}};
};
