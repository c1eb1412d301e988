import {realpathSync, statSync} from 'node:fs';
import {chmod, type FileHandle, stat} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import {errorCode} from './errno.js';
import {makeFolder} from './folders.js';
import {messages, type Messages} from './messages/messages.js';

/** The folder for what the next run needs: `$XDG_STATE_HOME/obwatch`, or `~/.local/state/obwatch`; undefined if neither variable is set (XDG Base Directory Specification). */
export const stateFolder = ({XDG_STATE_HOME: state, HOME: home}: Readonly<Record<string, string | undefined>>): string | undefined => {
	if (state !== undefined && path.isAbsolute(state)) {
		return path.join(state, 'obwatch');
	}

	return home !== undefined && path.isAbsolute(home) ? path.join(home, '.local', 'state', 'obwatch') : undefined;
};

/** The mode of the folder, and of each file in it. */
const privateFolderMode = 0o700;

export const privateFileMode = 0o600;

/** Parts of a file's mode. */
export const permissionsOfOthers = 0o077;

const writableByOthers = 0o022;

/** Of a folder: its users cannot remove or rename each other's files. */
const sticky = 0o1000;

/** Creates the folder if it is missing, private to its user; one that others can access is closed to them. Rejects with the system's error. */
export const makeStateFolder = async (folder: string): Promise<void> => {
	makeFolder(folder, privateFolderMode);
	const {mode} = await stat(folder);
	if ((mode & permissionsOfOthers) !== 0) {
		// Another user's folder, given in XDG_STATE_HOME, stays as it is; files in it are private nevertheless.
		await chmod(folder, privateFolderMode).catch(() => undefined);
	}
};

type Words = Readonly<Record<string, string>>;

/** Why a file could not be read or written, from the system's code, without its path. `own`: words that replace the general ones for some codes. */
export const describeFileCode = (code: string, own?: ReadonlyMap<string, string>, language: Messages = messages()): string => {
	const {files, unknownFileFault}: {readonly files: Words; readonly unknownFileFault: string} = language.faults;
	return own?.get(code) ?? files[code] ?? (code === '' ? unknownFileFault : code);
};

/** The same from an error. */
export const describeFileError = (error: unknown, own?: ReadonlyMap<string, string>): string => describeFileCode(errorCode(error), own);

/** The same for a file of the folder, which is created if it is missing. */
export const describeStateCode = (code: string, language: Messages = messages()): string => describeFileCode(code, new Map([['ENOENT', language.faults.file.noFolder]]), language);

export const describeStateError = (error: unknown): string => describeStateCode(errorCode(error));

/** Whether it belongs to another user. Root's files count as own, since nothing stops root anyway; for root, every other owner is another user. */
export const isForeign = ({uid}: {readonly uid: number}): boolean => process.getuid !== undefined && uid !== 0 && uid !== process.getuid();

const foreign = (): Error => Object.assign(new Error('others can write it'), {code: 'EFOREIGN'});

/**
Closes an open state file to all but its user. Resolves to whether others could write or replace it until now. Rejects
(`EFOREIGN`) if it, or its folder, belongs to another user or stays open to others. Windows has no such permissions.
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

/** Whether another user can change a file, or replace it. Windows has no such permissions, so there the result is no. A file that cannot be checked counts as open. */
export const isOpenToOthers = (file: string): boolean => {
	if (process.platform === 'win32') {
		return false;
	}

	try {
		// A link is as safe as its target and the target's folder.
		const real = realpathSync(file);
		const own = statSync(real);
		const folder = statSync(path.dirname(real));
		const isFolderOpen = (folder.mode & writableByOthers) !== 0 && (folder.mode & sticky) === 0;
		return (own.mode & writableByOthers) !== 0 || isFolderOpen || isForeign(own) || isForeign(folder);
	} catch {
		return true;
	}
};

/** Whether root must not run a program: another user owns it, can write it, or can replace it. */
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
		// A file that does not exist is not run either.
		return false;
	}
};
