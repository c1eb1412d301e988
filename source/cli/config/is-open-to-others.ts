import {realpathSync, statSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {isForeign, sticky, writableByOthers} from '../../system/state-folder.js';

const writableByAll = 0o002;

/** Whether another user can change a file, or put another one in its place. Windows has no such permissions; there nobody can. A file that cannot be looked at counts as open. */
export const isOpenToOthers = (file: string): boolean => {
	if (process.platform === 'win32') {
		return false;
	}

	try {
		// A link is as safe as what it leads to and the folder of that.
		const real = realpathSync(file);
		const own = statSync(real);
		const folder = statSync(path.dirname(real));
		const isFolderOpen = (folder.mode & writableByOthers) !== 0 && (folder.mode & sticky) === 0;
		return (own.mode & writableByOthers) !== 0 || isFolderOpen || isForeign(own) || isForeign(folder);
	} catch {
		return true;
	}
};

/** Whether root must not run a program: another user owns it, can write it, or can put another one in its place. */
export const isUnsafeForRoot = (program: string): boolean => {
	if (process.getuid?.() !== 0) {
		return false;
	}

	try {
		const real = realpathSync(program);
		const own = statSync(real);
		const folder = statSync(path.dirname(real));
		// Members of its group may install programs into a folder such as /usr/local/bin.
		const isFolderOpen = (folder.mode & writableByAll) !== 0 && (folder.mode & sticky) === 0;
		return (own.mode & writableByOthers) !== 0 || isFolderOpen || isForeign(own) || isForeign(folder);
	} catch {
		// What is not there is not run either.
		return false;
	}
};
