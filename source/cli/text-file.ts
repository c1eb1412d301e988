import {Buffer} from 'node:buffer';
import {closeSync, fstatSync, openSync, readSync} from 'node:fs';
import process from 'node:process';

/** What reading a file gave. `isExposed`: it is a regular file that others than its owner can read or write. `problem` is a few plain words, without the path. */
export type TextFile =
	| {readonly ok: true; readonly text: string; readonly isExposed: boolean}
	| {readonly ok: false; readonly problem: string};

/** The problem with a file that is not there. */
export const noSuchFile = 'no such file';

export type ReadTextFile = (path: string) => TextFile;

// More than any list of agents; a device that never ends must not fill the memory.
const limit = 4 * 1024 * 1024;
const permissionsOfOthers = 0o077;

const readBytes = (descriptor: number): Uint8Array | undefined => {
	const parts: Uint8Array[] = [];
	let length = 0;
	while (length <= limit) {
		const part = new Uint8Array(64 * 1024);
		const count = readSync(descriptor, part);
		if (count === 0) {
			return Buffer.concat(parts);
		}

		parts.push(part.subarray(0, count));
		length += count;
	}

	return undefined;
};

const problemOf = (error: unknown): string => {
	const code = error instanceof Error && 'code' in error ? error.code : undefined;
	switch (code) {
		case 'ENOENT': {
			return noSuchFile;
		}

		case 'EACCES':
		case 'EPERM': {
			return 'no permission to read it';
		}

		case 'EISDIR': {
			return 'is a folder';
		}

		case 'ERR_ENCODING_INVALID_ENCODED_DATA': {
			return 'is not text in UTF-8';
		}

		default: {
			return `cannot be read (${String(code)})`;
		}
	}
};

/** Reads a text in UTF-8, with or without byte order mark. Pipes work too, so that a shell can hand over a password without a file. */
export const readTextFile: ReadTextFile = path => {
	let descriptor: number | undefined;
	try {
		descriptor = openSync(path, 'r');
		const stat = fstatSync(descriptor);
		const bytes = readBytes(descriptor);
		if (!bytes) {
			return {ok: false, problem: 'is too large'};
		}

		// Windows has no such permissions and reports them as open to all.
		const isExposed = stat.isFile() && process.platform !== 'win32' && (stat.mode & permissionsOfOthers) !== 0;
		return {ok: true, text: new TextDecoder('utf-8', {fatal: true}).decode(bytes), isExposed};
	} catch (error) {
		return {ok: false, problem: problemOf(error)};
	} finally {
		if (descriptor !== undefined) {
			closeSync(descriptor);
		}
	}
};
