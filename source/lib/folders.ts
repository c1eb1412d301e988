import {mkdirSync, statSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {errorCode} from './errno.js';

/** If the current folder was removed, changes to the user's own, or to the root: some libraries need it while they load, and would end the program. Files with relative paths must be open by then. */
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

/** Makes a folder and its missing parents. Throws the system's error. Node's `recursive` never returns if the parent exists but the system denies it, as in /proc. Old syntax only: `entry.ts` uses it. */
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
