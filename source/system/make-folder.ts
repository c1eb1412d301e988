import {mkdirSync, statSync} from 'node:fs';
import path from 'node:path';
import {errorCode} from './errno.js';

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
