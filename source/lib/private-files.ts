import {realpathSync, statSync} from 'node:fs';
import {chmod, type FileHandle, stat} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import {describeFileError} from './errno.js';
import {makeFolder} from './folders.js';

/** Where the program keeps what it must still know in the next run: `$XDG_STATE_HOME/obwatch`, else `~/.local/state/obwatch`; undefined where neither is told (XDG Base Directory Specification). */
export const stateFolder = ({XDG_STATE_HOME: state, HOME: home}: Readonly<Record<string, string | undefined>>): string | undefined => {
	if (state !== undefined && path.isAbsolute(state)) {
		return path.join(state, 'obwatch');
	}

	return home !== undefined && path.isAbsolute(home) ? path.join(home, '.local', 'state', 'obwatch') : undefined;
};

/** What the folder is made with, and each file in it. */
const privateFolderMode = 0o700;

export const privateFileMode = 0o600;

/** Parts of a file's mode. */
export const permissionsOfOthers = 0o077;

const writableByOthers = 0o022;

/** Of a folder: whoever can write it cannot take away what others have there. */
const sticky = 0o1000;

/** Makes the folder where it is missing, for its user alone; one that others can get at is closed to them. Rejects with the system's error. */
export const makeStateFolder = async (folder: string): Promise<void> => {
	makeFolder(folder, privateFolderMode);
	const {mode} = await stat(folder);
	if ((mode & permissionsOfOthers) !== 0) {
		// A folder of somebody else, given in XDG_STATE_HOME, stays as it is; what is written there still is for nobody else's eyes.
		await chmod(folder, privateFolderMode).catch(() => undefined);
	}
};

/** Why a file of the folder could not be read or written: the folder is made where it is missing. */
export const describeStateError = (error: unknown): string => describeFileError(error, new Map([['ENOENT', 'its folder cannot be made']]));

/** Somebody else's, but for root, whom nothing stops anyway. For root everybody is somebody else. */
export const isForeign = ({uid}: {readonly uid: number}): boolean => process.getuid !== undefined && uid !== 0 && uid !== process.getuid();

const foreign = (): Error => Object.assign(new Error('others can write it'), {code: 'EFOREIGN'});

/**
Closes an open file of the state folder to everybody but its user. Resolves to whether others could write it until now, or put another one in its place. Rejects (`EFOREIGN`) where it, or the folder, belongs to somebody else, or stays open to others. Windows has no such permissions.
*/
export const closeStateFile = async (folder: string, handle: FileHandle): Promise<boolean> => {
	if (process.getuid === undefined) {
		return false;
	}

	const [own, around] = await Promise.all([handle.stat(), stat(folder)]);
	if (isForeign(own) || isForeign(around)) {
		throw foreign();
	}

	const isOpen = (own.mode & writableByOthers) !== 0;
	const isFolderOpen = (around.mode & writableByOthers) !== 0 && (around.mode & sticky) === 0;
	if ((own.mode & permissionsOfOthers) !== 0) {
		await handle.chmod(privateFileMode).catch((error: unknown) => {
			throw isOpen ? foreign() : error;
		});
	}

	if (isFolderOpen) {
		await chmod(folder, privateFolderMode).catch(() => {
			throw foreign();
		});
	}

	return isOpen || isFolderOpen;
};

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
