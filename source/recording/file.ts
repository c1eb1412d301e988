// The file of a recording: private to its user, append-only, and rotated when it is full.

import {Buffer} from 'node:buffer';
import * as files from 'node:fs/promises';
import {messages} from '../lib/messages/messages.js';
import {describeFileError, openPrivateFile, permissionsOfOthers, privateFileMode} from '../lib/private-files.js';
import {beginningMark} from './format.js';

/** A line; of all lines with the same key the last one holds the current state. */
export type Keyed = {readonly line: string; readonly key: string | undefined};

/** Every function rejects with the system's error. */
export type RecordFile = {
	readonly append: (lines: readonly Keyed[]) => Promise<void>;
	/** Bytes added since the file's beginning. */
	readonly grown: () => number;
	/** The file becomes FILE.1, and a new one begins with that line and the last one of each key. */
	readonly rotate: (beginning: string) => Promise<void>;
	/** After a failure: ends a line that was written only in part. */
	readonly mend: () => Promise<void>;
	/** Another recording begins, so earlier lines are no longer its state. */
	readonly forget: () => void;
	/** Resolves once everything is on the disk. */
	readonly close: () => Promise<void>;
};

type Opened = {readonly ok: true; readonly file: RecordFile} | {readonly ok: false; readonly problem: string};

/** Older files that are kept; FILE.1 is the newest of them. */
export const keptFiles = 4;

const newline = 0x0A;

type Place = {readonly offset: number; readonly length: number};

/** An open file: where its end is, how much was carried over from the file before, and the last line of each key. */
type Open = {readonly handle: files.FileHandle; size: number; base: number; readonly last: Map<string, Place>};

/** Why an existing file must not be appended to; undefined if it may. */
const problemOfFile = async (handle: files.FileHandle): Promise<string | undefined> => {
	const head = Buffer.alloc(beginningMark.length);
	const {bytesRead} = await handle.read(head, 0, head.length, 0);
	return bytesRead > 0 && head.toString('latin1', 0, bytesRead) !== beginningMark.slice(0, bytesRead) ? messages().faults.recordings.notRecording : undefined;
};

/** Why the file cannot be opened, in plain words. */
const problemOfOpening = (error: unknown): string => describeFileError(error, new Map([['ELINK', messages().faults.recordings.isLink]]));

const writeAll = async (handle: files.FileHandle, bytes: Buffer): Promise<void> => {
	for (let written = 0; written < bytes.length;) {
		const {bytesWritten} = await handle.write(bytes, written);
		written += bytesWritten;
	}
};

/** A line that was truncated by a full disk or a crash must not spoil the next one. Resolves to the size. */
const endLine = async (handle: files.FileHandle): Promise<number> => {
	const {size} = await handle.stat();
	const last = Buffer.alloc(1);
	await handle.read(last, 0, 1, Math.max(0, size - 1));
	if (size === 0 || last[0] === newline) {
		return size;
	}

	await writeAll(handle, Buffer.from('\n'));
	return size + 1;
};

const append = async (open: Open, lines: readonly Keyed[]): Promise<void> => {
	const bytes = Buffer.from(lines.map(({line}) => `${line}\n`).join(''));
	await writeAll(open.handle, bytes);
	let offset = open.size;
	for (const {line, key} of lines) {
		const length = Buffer.byteLength(line) + 1;
		if (key !== undefined) {
			open.last.set(key, {offset, length});
		}

		offset += length;
	}

	open.size += bytes.length;
};

/** The lines that hold the current state, carried over to the next file. */
const carryOver = async (from: Open, to: Open): Promise<void> => {
	for (const [key, {offset, length}] of [...from.last].toSorted(([, one], [, other]) => one.offset - other.offset)) {
		const line = Buffer.alloc(length);
		await from.handle.read(line, 0, length, offset);
		await append(to, [{line: line.toString('utf8', 0, length - 1), key}]);
	}
};

/** Opens the file, which may be an earlier recording. The problem is in plain words, without the path. */
export const openRecordFile = async (file: string): Promise<Opened> => {
	let open: Open;
	try {
		const handle = await openPrivateFile(file, 'append');
		const problem = await problemOfFile(handle);
		if (problem !== undefined) {
			await handle.close();
			return {ok: false, problem};
		}

		const {mode} = await handle.stat();
		if ((mode & permissionsOfOthers) !== 0) {
			await handle.chmod(privateFileMode);
		}

		open = {handle, size: await endLine(handle), base: 0, last: new Map()};
	} catch (error) {
		return {ok: false, problem: problemOfOpening(error)};
	}

	return {ok: true, file: {
		append: async lines => append(open, lines),
		grown: () => open.size - open.base,
		async rotate(beginning) {
			const old = open;
			await old.handle.sync();
			for (let number = keptFiles; number > 1; number--) {
				await files.rename(`${file}.${number - 1}`, `${file}.${number}`).catch(() => undefined);
			}

			await files.rename(file, `${file}.1`);
			open = {handle: await openPrivateFile(file, 'append'), size: 0, base: 0, last: new Map()};
			try {
				await append(open, [{line: beginning, key: undefined}]);
				await carryOver(old, open);
			} finally {
				open.base = open.size;
				await old.handle.close();
			}
		},
		async mend() {
			open.size = await endLine(open.handle);
		},
		forget() {
			open.last.clear();
		},
		async close() {
			await open.handle.sync();
			await open.handle.close();
		},
	}};
};
