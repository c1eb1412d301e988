import {type FileHandle, lstat, rename} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {errorCode} from '../lib/errno.js';
import {messages} from '../lib/messages/messages.js';
import {plainJson, printable} from '../lib/printable.js';
import {describeFileError, makeStateFolder, openPrivateFile, permissionsOfOthers, privateFileMode} from '../lib/private-files.js';
import {type ActionName} from '../store/operations/offers.js';

const username = (): string => {
	try {
		return os.userInfo().username;
	} catch {
		// A user id without an entry in the system's user list.
		return `uid ${process.getuid?.() ?? '?'}`;
	}
};

/** The user at the keyboard; under sudo, also the user who called it. */
const currentUser = (): string => {
	const {SUDO_USER: caller} = process.env;
	return printable(caller ? `${username()} (sudo by ${caller})` : username());
};

// Which user did what to which task, and the agent's response: one JSON object a line, append-only, private to the user.

/** In the state folder. */
export const auditFileName = 'operations.jsonl';

/** Bytes: some thousand operations. */
const sizeLimit = 1024 * 1024;

const meanings = (): ReadonlyMap<string, string> => {
	const {file: {noFolder}, files: {EEXIST: inTheWay}} = messages().faults;
	return new Map([['ENOENT', noFolder], ['EISDIR', inTheWay], ['ENOTDIR', inTheWay]]);
};

const append = async (file: FileHandle, line: string): Promise<void> => {
	const {mode} = await file.stat();
	if ((mode & permissionsOfOthers) !== 0) {
		await file.chmod(privateFileMode);
	}

	// One write, so that lines of several programs never mix; and on the disk before anything is sent.
	await file.appendFile(line);
	await file.datasync();
};

/** Takes a name that no file has yet. */
const isNew = async (file: string): Promise<boolean> => {
	try {
		const handle = await openPrivateFile(file, 'new');
		await handle.close();
		return true;
	} catch (error) {
		if (errorCode(error) === 'EEXIST') {
			return false;
		}

		throw error;
	}
};

/** Renames a large file to one with the time in its name; nothing is ever deleted. If another program did so just now, the file is another one and stays. */
const rotate = async (file: string, handle: FileHandle, now: number): Promise<boolean> => {
	const stat = await handle.stat();
	if (stat.size < sizeLimit) {
		return false;
	}

	const current = await lstat(file);
	if (current.ino === stat.ino && current.dev === stat.dev) {
		const {dir, name, ext} = path.parse(file);
		const target = path.join(dir, `${name}-${new Date(now).toISOString().replaceAll(':', '-')}${ext}`);
		// Renaming replaces what has that name: of several programs, only the one that gets the name first renames.
		if (await isNew(target)) {
			await rename(file, target);
		}
	}

	return true;
};

/** The file to append to; a new one if the old one was large. */
const openCurrent = async (file: string, now: number): Promise<FileHandle> => {
	const handle = await openPrivateFile(file, 'append');
	try {
		if (!await rotate(file, handle, now)) {
			return handle;
		}
	} catch {
		// A large file is better than an operation without a record.
		return handle;
	}

	await handle.close();
	return openPrivateFile(file, 'append');
};

type AuditFileDeps = {
	/** Undefined if none is known. */
	readonly folder: string | undefined;
	/** The user at the keyboard, as the system knows it. */
	readonly user: string;
	/** ms since 1970. */
	readonly now: () => number;
};

/** The audit file of a state folder. It is opened for every line, since it may be rotated meanwhile. */
export const createAuditFile = ({folder, user, now}: AuditFileDeps): Audit => ({
	async write(entry: AuditEntry) {
		if (folder === undefined) {
			return messages().agents.audit.noFolder;
		}

		const file = path.join(folder, auditFileName);
		try {
			await makeStateFolder(folder);
			const handle = await openCurrent(file, now());
			try {
				const time = new Date(now()).toISOString();
				const line = plainJson(JSON.stringify({time, user, ...entry}));
				await append(handle, `${line}\n`);
				return undefined;
			} finally {
				await handle.close();
			}
		} catch (error) {
			return messages().faults.about(file, describeFileError(error, meanings()));
		}
	},
});

/** The audit file for the user at the keyboard. */
export const openAuditFile = (folder: string | undefined, now: () => number): Audit => createAuditFile({folder, user: currentUser(), now});

/** One line of the audit file, without its time and user. Contains nothing that was sent to an agent, and no message of an agent's, so it can contain no secret. */
export type AuditEntry = {
	/** The same in the line before an operation is sent and in the one with its result. */
	readonly operationId: string;
	readonly agent: string;
	readonly task: string;
	readonly taskId: string;
	readonly operation: ActionName;
	/** The stage that is marked as passed. */
	readonly stageId?: string;
	readonly answer: 'sending' | 'accepted' | 'refused' | 'unknown' | 'not sent';
	/** The agent's error code, or the kind of error. */
	readonly reason?: string;
};

/** Writes operations down. Resolves to the problem in a few plain words; undefined if the line is on the disk. */
export type Audit = {readonly write: (entry: AuditEntry) => Promise<string | undefined>};

/** Without an audit file no operation is sent. */
export const noAudit: Audit = {write: async () => messages().agents.audit.noFile};
