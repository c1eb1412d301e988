import {mkdirSync, statSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {errorCode} from './errno.js';

/** Where the current folder was removed, goes to the user's own, else to the root: libraries that draw ask for it while they load, and would end the program. A file that the user names by a relative path must be open by then. */
export const leaveRemovedFolder = (): void => {
	try {
		process.cwd();
	} catch {
		try {
			process.chdir(os.homedir());
		} catch {
			process.chdir('/');
		}
	}
};

const makeOne = (folder: string, mode: number): void => {
	try {
		mkdirSync(folder, {mode});
	} catch (error) {
		if (errorCode(error) !== 'EEXIST' || !statSync(folder).isDirectory()) {
			throw error;
		}
	}
};

/**
Makes a folder, and those around it that are missing. Throws the system's error.

Node's own `recursive` never ends where the folder above is there, and yet the system says that it is not: in /proc, say. Old syntax only: `entry.ts` uses it.
*/
export const makeFolder = (folder: string, mode: number): void => {
	try {
		makeOne(folder, mode);
	} catch (error) {
		const parent = path.dirname(folder);
		if (errorCode(error) !== 'ENOENT' || parent === folder) {
			throw error;
		}

		makeFolder(parent, mode);
		makeOne(folder, mode);
	}
};
