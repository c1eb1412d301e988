import {constants, type FileHandle, lstat, open, rename} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {describeFileError} from '../lib/errno.js';
import {plainJson, printable} from '../lib/printable.js';
import {makeStateFolder, permissionsOfOthers, privateFileMode} from '../lib/private-files.js';
import {type ActionName} from '../store/operations/offers.js';

const username = (): string => {
	try {
		return os.userInfo().username;
	} catch {
		// A user that no list of users names.
		return `uid ${process.getuid?.() ?? '?'}`;
	}
};

/** Who is at the keyboard: the system's user, and behind sudo the one who called it. */
const currentUser = (): string => {
	const {SUDO_USER: caller} = process.env;
	return printable(caller ? `${username()} (sudo by ${caller})` : username());
};

// Who did what to which task, and what the agent answered: one JSON object a line, only ever appended, for its user alone.

/** In the state folder. */
export const auditFileName = 'operations.jsonl';

/** In bytes: some thousand operations. */
const sizeLimit = 1024 * 1024;

const {O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_WRONLY} = constants;

const inItsPlace = 'something else is in its place';

const meanings: ReadonlyMap<string, string> = new Map([
	['ENOENT', 'its folder cannot be made'],
	['ELOOP', 'it is a link'],
	['EISDIR', inItsPlace],
	['ENOTDIR', inItsPlace],
]);

const append = async (file: FileHandle, line: string): Promise<string | undefined> => {
	const stat = await file.stat();
	if (!stat.isFile()) {
		return inItsPlace;
	}

	if ((stat.mode & permissionsOfOthers) !== 0) {
		await file.chmod(privateFileMode);
	}

	// One write, so that lines of several programs never mix; and on the disk before anything is sent.
	await file.appendFile(line);
	await file.datasync();
	return undefined;
};

const openFile = async (file: string): Promise<FileHandle> => open(file, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK, privateFileMode);

/** Puts a file that has grown large aside, under a name with the moment in it; nothing is ever deleted. Another program may just have done the same: then it is another file by now. */
const rotate = async (file: string, handle: FileHandle, now: number): Promise<boolean> => {
	const stat = await handle.stat();
	if (!stat.isFile() || stat.size < sizeLimit) {
		return false;
	}

	const current = await lstat(file);
	if (current.ino === stat.ino && current.dev === stat.dev) {
		const {dir, name, ext} = path.parse(file);
		await rename(file, path.join(dir, `${name}-${new Date(now).toISOString().replaceAll(':', '-')}${ext}`));
	}

	return true;
};

/** The file to append to, new where the old one was large. */
const openCurrent = async (file: string, now: number): Promise<FileHandle> => {
	// A named pipe without a reader must not hold the program up.
	const handle = await openFile(file);
	try {
		if (!await rotate(file, handle, now)) {
			return handle;
		}
	} catch {
		// Better a large file than an operation that cannot be written down.
		return handle;
	}

	await handle.close();
	return openFile(file);
};

type AuditFileDeps = {
	/** Undefined where none is known. */
	readonly folder: string | undefined;
	/** Who is at the keyboard, as the system knows. */
	readonly user: string;
	/** ms since 1970 */
	readonly now: () => number;
};

/** The audit file of a state folder. It is opened for every line: the file may be rotated away meanwhile. Once it is large it is put aside. */
export const createAuditFile = ({folder, user, now}: AuditFileDeps): Audit => ({
	async write(entry: AuditEntry) {
		if (folder === undefined) {
			return 'neither XDG_STATE_HOME nor HOME says where to write it';
		}

		const file = path.join(folder, auditFileName);
		try {
			await makeStateFolder(folder);
			const handle = await openCurrent(file, now());
			try {
				const time = new Date(now()).toISOString();
				const line = plainJson(JSON.stringify({time, user, ...entry}));
				const problem = await append(handle, `${line}\n`);
				return problem && `${file}: ${problem}`;
			} finally {
				await handle.close();
			}
		} catch (error) {
			return `${file}: ${describeFileError(error, meanings)}`;
		}
	},
});

/** The same for whoever is at the keyboard. */
export const openAuditFile = (folder: string | undefined, now: () => number): Audit => createAuditFile({folder, user: currentUser(), now});

/** One line of the audit file, without the moment and the user, which whoever writes it knows. Nothing that an agent was sent or said in its own words: no secret can be in it. */
export type AuditEntry = {
	/** The same in the line before an operation is sent and in the one that says what came of it. */
	readonly operationId: string;
	readonly agent: string;
	readonly task: string;
	readonly taskId: string;
	readonly operation: ActionName;
	/** The stage that is passed. */
	readonly stageId?: string;
	readonly answer: 'sending' | 'accepted' | 'refused' | 'unknown' | 'not sent';
	/** The agent's error code, or the kind of what went wrong. */
	readonly reason?: string;
};

/** Where operations are written down. The problem is a few plain words; undefined where the line is on the disk. */
export type Audit = {readonly write: (entry: AuditEntry) => Promise<string | undefined>};

/** Where nothing was set up to write operations down, none is sent. */
export const noAudit: Audit = {write: async () => 'there is none'};
