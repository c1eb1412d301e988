import {Buffer} from 'node:buffer';
import {closeSync, constants, fstatSync, openSync, readSync, realpathSync, type Stats} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {isatty} from 'node:tty';
import {describeFileError, errorCode} from '../lib/errno.js';
import {printable} from '../lib/printable.js';
import {isForeign, permissionsOfOthers} from '../lib/private-files.js';

/** What reading a file gave. `isExposed`: it is a regular file that others than the user (and root) can read or write, or own. `isOfSystem`, of such a file: it is not the user's own, so that its permissions are not his to change. `problem` is a few plain words, without the path. */
export type TextFile =
	| {readonly ok: true; readonly text: string; readonly isExposed: boolean; readonly isOfSystem?: true}
	| {readonly ok: false; readonly problem: string};

/** The problem with a file that is not there. */
export const noSuchFile = 'no such file';

export type ReadTextFile = (file: string) => TextFile;

// More than any list of agents; a device that never ends must not fill the memory.
const limit = 4 * 1024 * 1024;

/** ms for which a pipe may bring nothing: enough for who starts the other side by hand. */
const patience = 10_000;

const step = 20;

// What reads is not awaited anywhere, so that the thread itself has to wait. Signals end the program all the same: nothing handles them yet.
const sleep = (delay: number): void => {
	Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, delay);
};

/** Bytes that could be read now; undefined where a pipe has none yet. */
const readSome = (descriptor: number, part: Uint8Array): number | undefined => {
	try {
		return readSync(descriptor, part);
	} catch (error) {
		if (errorCode(error) === 'EAGAIN') {
			return undefined;
		}

		throw error;
	}
};

/** A pipe without a writer ends at once, and so it may be that the writer is still to come. */
const readBytes = (descriptor: number, isPipe: boolean, wait: number): Uint8Array | 'too large' | 'silent' => {
	const parts: Uint8Array[] = [];
	let length = 0;
	let waited = 0;
	while (length <= limit) {
		const part = new Uint8Array(64 * 1024);
		const count = readSome(descriptor, part);
		if (count === undefined || (count === 0 && isPipe && length === 0)) {
			if (waited >= wait) {
				return 'silent';
			}

			sleep(step);
			waited += step;
		} else if (count === 0) {
			return Buffer.concat(parts);
		} else {
			parts.push(part.subarray(0, count));
			length += count;
			waited = 0;
		}
	}

	return 'too large';
};

const meanings: ReadonlyMap<string, string> = new Map([
	// None of these can be a file.
	...['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG'].map(code => [code, noSuchFile] as const),
	['ERR_ENCODING_INVALID_ENCODED_DATA', 'is not text in UTF-8'],
]);

const systemFolders = ['/bin', '/boot', '/dev', '/etc', '/lib', '/proc', '/run', '/sbin', '/sys', '/usr'];

/** Whether other programs, or whoever owns it, count on a file as it is. */
const isNotOwn = (file: string, {uid}: Stats): boolean => uid !== process.getuid?.()
	|| [path.resolve(file), realpathSync(file)].some(real => systemFolders.some(folder => real.startsWith(`${folder}/`)));

/** Reads a text in UTF-8, with or without byte order mark. Pipes work too, so that a shell can hand over a password without a file; one that stays silent for `wait` ms is given up. */
export const readTextFileWithin = (file: string, wait: number): TextFile => {
	let descriptor: number | undefined;
	try {
		// Else opening a pipe waits for its other side, for ever and deaf to signals.
		descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
		if (isatty(descriptor)) {
			return {ok: false, problem: 'is a terminal, not a file'};
		}

		const stat = fstatSync(descriptor);
		const bytes = readBytes(descriptor, stat.isFIFO(), wait);
		if (bytes === 'silent') {
			return {ok: false, problem: `nothing came through this pipe for ${wait / 1000} s: does anybody write to it?`};
		}

		if (bytes === 'too large') {
			return {ok: false, problem: 'is too large'};
		}

		// Windows has no such permissions and reports them as open to all.
		const isExposed = stat.isFile() && process.platform !== 'win32' && ((stat.mode & permissionsOfOthers) !== 0 || isForeign(stat));
		return {ok: true, text: new TextDecoder('utf-8', {fatal: true}).decode(bytes), isExposed, ...(isExposed && isNotOwn(file, stat) && {isOfSystem: true})};
	} catch (error) {
		return {ok: false, problem: describeFileError(error, meanings)};
	} finally {
		if (descriptor !== undefined) {
			closeSync(descriptor);
		}
	}
};

export const readTextFile: ReadTextFile = file => readTextFileWithin(file, patience);

const quote = (file: string): string => /^[\w./][\w./-]*$/.test(file) ? file : `'${printable(file).replaceAll('\'', String.raw`'\''`)}'`;

/** Why a file with a secret is not taken: others than its owner can get at it; undefined where they cannot. */
export const problemOfSecretFile = (file: string, {isExposed, isOfSystem}: Extract<TextFile, {ok: true}>): string | undefined => {
	if (!isExposed) {
		return undefined;
	}

	return isOfSystem
		? 'other users can get at it; keep the secret in a file of your own that only you can read (mode 600)'
		: `other users can get at it; run: chmod 600 ${quote(file)}`;
};
