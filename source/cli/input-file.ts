import {Buffer} from 'node:buffer';
import {closeSync, constants, fstatSync, openSync, readSync, realpathSync, type Stats} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {isatty} from 'node:tty';
import {errorCode} from '../lib/errno.js';
import {messages} from '../lib/messages/messages.js';
import {printable} from '../lib/printable.js';
import {describeFileError, isForeign, ownerName, permissionsOfOthers} from '../lib/private-files.js';

/**
The result of reading a file. `isExposed`: it is a regular file that users except its owner and root can read or write, or that another user
owns. `isOfSystem`, of such a file: it is not the user's own, who should not change its permissions. `problem` is a few plain words, without
the path; `isMissing`: there is no such file. `owner`: the other user who owns it.
*/
export type TextFile =
	| {readonly ok: true; readonly text: string; readonly isExposed: boolean; readonly isOfSystem?: true; readonly owner?: string}
	| {readonly ok: false; readonly problem: string; readonly isMissing?: boolean};

export type ReadTextFile = (file: string) => TextFile;

// More than any list of agents; a device that never ends must not fill the memory.
const limit = 4 * 1024 * 1024;

/** How long a pipe may stay silent, in ms: enough for a person to start the other side by hand. */
const patience = 10_000;

const step = 20;

// Callers cannot await, so the thread itself has to wait. Signals end the program all the same, because nothing handles them yet.
const sleep = (delay: number): void => {
	Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, delay);
};

/** The bytes that can be read now; undefined if a pipe has none yet. */
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

/** A pipe without a writer ends at once, but its writer may be about to come. */
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

// With any of these codes there is no such file.
const missingCodes: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG']);

const failed = (error: unknown): TextFile => {
	const words = messages().usage.file;
	const code = errorCode(error);
	if (missingCodes.has(code)) {
		return {ok: false, problem: messages().faults.file.missing, isMissing: true};
	}

	return {ok: false, problem: code === 'ERR_ENCODING_INVALID_ENCODED_DATA' ? words.notUtf8 : describeFileError(error)};
};

const systemFolders = ['/bin', '/boot', '/dev', '/etc', '/lib', '/proc', '/run', '/sbin', '/sys', '/usr'];

/** Whether other programs, or another owner, rely on the file as it is. */
const isNotOwn = (file: string, {uid}: Stats): boolean => uid !== process.getuid?.()
	|| [path.resolve(file), realpathSync(file)].some(real => systemFolders.some(folder => real.startsWith(`${folder}/`)));

const permissionsButGroupReads = 0o037;

/**
Whether systemd put the file there for this service. Root owns it, and an access list lets the service's user read it; that list is shown as
permission for the group, which has none.
*/
const isCredential = (file: string, {uid, mode}: Stats): boolean => {
	const folder = process.env['CREDENTIALS_DIRECTORY'];
	return folder !== undefined && path.isAbsolute(folder) && path.dirname(path.resolve(file)) === path.resolve(folder)
		&& uid === 0 && (mode & permissionsButGroupReads) === 0;
};

/**
Reads a text in UTF-8, with or without byte order mark. Pipes work too, so that a shell can pass a password without a file; one that stays
silent for `wait` ms is given up.
*/
export const readTextFileWithin = (file: string, wait: number): TextFile => {
	const words = messages().usage.file;
	let descriptor: number | undefined;
	try {
		// Otherwise opening a pipe waits for its other side forever, without handling signals.
		descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
		if (isatty(descriptor)) {
			return {ok: false, problem: words.terminal};
		}

		const stat = fstatSync(descriptor);
		const bytes = readBytes(descriptor, stat.isFIFO(), wait);
		if (bytes === 'silent') {
			return {ok: false, problem: words.silent(wait / 1000)};
		}

		if (bytes === 'too large') {
			return {ok: false, problem: words.large};
		}

		// Windows has no such permissions and reports all files as open.
		const isExposed = stat.isFile() && process.platform !== 'win32' && ((stat.mode & permissionsOfOthers) !== 0 || isForeign(stat)) && !isCredential(file, stat);
		return {
			ok: true, text: new TextDecoder('utf-8', {fatal: true}).decode(bytes), isExposed,
			...(isExposed && isNotOwn(file, stat) && {isOfSystem: true}),
			...(isExposed && isForeign(stat) && {owner: ownerName(stat.uid)}),
		};
	} catch (error) {
		return failed(error);
	} finally {
		if (descriptor !== undefined) {
			closeSync(descriptor);
		}
	}
};

export const readTextFile: ReadTextFile = file => readTextFileWithin(file, patience);

const quote = (file: string): string => /^[\w./][\w./-]*$/.test(file) ? file : `'${printable(file).replaceAll('\'', String.raw`'\''`)}'`;

/** Why a file with a secret is refused: other users can read or change it; undefined if they cannot. */
export const problemOfSecretFile = (file: string, {isExposed, isOfSystem, owner}: Extract<TextFile, {ok: true}>): string | undefined => {
	if (!isExposed) {
		return undefined;
	}

	const words = messages().usage.secrets;
	if (owner !== undefined) {
		return words.ownedBy(printable(owner));
	}

	return isOfSystem ? words.exposedOfSystem : words.exposed(quote(file));
};
