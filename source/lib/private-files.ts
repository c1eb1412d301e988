import {readFileSync, realpathSync, statSync} from 'node:fs';
import {chmod, constants, type FileHandle, lstat, open, stat} from 'node:fs/promises';
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

type Owned = {readonly uid: number};

/** Whether it belongs to another user. Root's files count as own, since nothing stops root anyway; for root, every other owner is another user. */
export const isForeign = ({uid}: Owned): boolean => process.getuid !== undefined && uid !== 0 && uid !== process.getuid();

/** The name of a user, or its number if the file of users has none for it. */
export const ownerName = (uid: number): string => {
	try {
		const line = readFileSync('/etc/passwd', 'utf8').split('\n').find(text => text.split(':', 3)[2] === String(uid));
		return line?.split(':', 1)[0] ?? String(uid);
	} catch {
		return String(uid);
	}
};

/** Another user owns the file, or its folder. */
type ForeignOwner = Error & {readonly owner: string; readonly isFolder: boolean};

const foreignOwner = ({uid}: Owned, isFolder: boolean): ForeignOwner => Object.assign(new Error('belongs to another user'), {code: 'EOWNER', owner: ownerName(uid), isFolder});

const isForeignOwner = (error: unknown): error is ForeignOwner => errorCode(error) === 'EOWNER';

/** Creates the folder if it is missing, private to its user; one that others can access is closed to them. Rejects with the system's error, or `EOWNER` if it is another user's link. */
export const makeStateFolder = async (folder: string): Promise<void> => {
	makeFolder(folder, privateFolderMode);
	const own = await lstat(folder);
	if (own.isSymbolicLink() && isForeign(own)) {
		throw foreignOwner(own, true);
	}

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
export const describeFileError = (error: unknown, own?: ReadonlyMap<string, string>): string => {
	if (isForeignOwner(error)) {
		const {ownedBy, folderOwnedBy} = messages().faults.file;
		return (error.isFolder ? folderOwnedBy : ownedBy)(error.owner);
	}

	return describeFileCode(errorCode(error), own);
};

/** The same for a file of the folder, which is created if it is missing. */
export const describeStateError = (error: unknown): string => describeFileError(error, new Map([['ENOENT', messages().faults.file.noFolder]]));

const failed = (code: string): Error => Object.assign(new Error('cannot be used'), {code});

const foreign = (): Error => failed('EFOREIGN');

/** With these codes, what is in a private file's place may be another user's. */
const foreignCodes: ReadonlySet<string> = new Set(['EFOREIGN', 'EOWNER', 'ELINK', 'EIRREGULAR']);

export const isOfOthers = (error: unknown): boolean => foreignCodes.has(errorCode(error));

const {O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_RDWR, O_WRONLY} = constants;

const accesses = {
	read: O_RDONLY,
	// Also to be read.
	append: O_RDWR | O_APPEND | O_CREAT,
	// Nothing has its name yet.
	new: O_WRONLY | O_CREAT | O_EXCL,
} as const;

/** What is there instead of a regular file; undefined if that is not the reason. */
const obstacle = async (file: string): Promise<string | undefined> => {
	const there = await lstat(file).catch(() => undefined);
	if (!there || there.isFile()) {
		return undefined;
	}

	return there.isSymbolicLink() ? 'ELINK' : (there.isDirectory() ? 'EISDIR' : 'EIRREGULAR');
};

/**
The only way to open a file that is the program's own: it follows no link, which another user may have put there, and never waits for the
other side of a pipe. Rejects with the system's error, or `ELINK`, `EISDIR` or `EIRREGULAR` if there is no regular file.
*/
export const openPrivateFile = async (file: string, access: keyof typeof accesses): Promise<FileHandle> => {
	let handle: FileHandle;
	try {
		handle = await open(file, accesses[access] | O_NOFOLLOW | O_NONBLOCK, privateFileMode);
	} catch (error) {
		const code = access === 'new' ? undefined : await obstacle(file);
		throw code === undefined ? error : failed(code);
	}

	const there = await handle.stat();
	if (there.isFile()) {
		return handle;
	}

	await handle.close();
	throw failed(there.isDirectory() ? 'EISDIR' : 'EIRREGULAR');
};

/**
Closes an open state file to all but its user. Resolves to whether others could write or replace it until now. Rejects if it, or its
folder, belongs to another user (`EOWNER`) or stays open to others (`EFOREIGN`). Windows has no such permissions.
*/
export const closeStateFile = async (folder: string, handle: FileHandle): Promise<boolean> => {
	if (process.getuid === undefined) {
		return false;
	}

	const [own, around, link] = await Promise.all([handle.stat(), stat(folder), lstat(folder)]);
	if (isForeign(around) || isForeign(link)) {
		throw foreignOwner(isForeign(around) ? around : link, true);
	}

	if (isForeign(own)) {
		throw foreignOwner(own, false);
	}

	const isOpen = (own.mode & writableByOthers) !== 0;
	const isFolderOpen = (around.mode & writableByOthers) !== 0 && (around.mode & sticky) === 0;
	if (own.nlink > 1) {
		// A file that is not obwatch's, which another user may have given this name.
		throw failed('ELINK');
	}

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
