// Who did what to which task, and what the agent answered: one JSON object a line, only ever appended, for its user alone.

import {constants, type FileHandle, open} from 'node:fs/promises';
import path from 'node:path';
import {makeStateFolder, privateFileMode} from '../system/state-folder.js';
import {type Audit, type AuditEntry} from './audit.js';
import {currentUser} from './current-user.js';

/** In the state folder. */
export const auditFileName = 'operations.jsonl';

const permissionsOfOthers = 0o077;
const {O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_WRONLY} = constants;

const problemOf = (error: unknown): string => {
	const code = error instanceof Error && 'code' in error ? error.code : undefined;
	switch (code) {
		case 'EACCES':
		case 'EPERM':
		case 'EROFS': {
			return 'no permission to write it';
		}

		case 'ENOSPC':
		case 'EDQUOT': {
			return 'the disk is full';
		}

		case 'ELOOP': {
			return 'it is a link';
		}

		case 'EISDIR':
		case 'ENXIO':
		case 'ENOTDIR':
		case 'EEXIST': {
			return 'something else is in its place';
		}

		default: {
			return `it cannot be written (${String(code)})`;
		}
	}
};

const append = async (file: FileHandle, line: string): Promise<string | undefined> => {
	const stat = await file.stat();
	if (!stat.isFile()) {
		return 'something else is in its place';
	}

	if ((stat.mode & permissionsOfOthers) !== 0) {
		await file.chmod(privateFileMode);
	}

	// One write, so that lines of several programs never mix; and on the disk before anything is sent.
	await file.appendFile(line);
	await file.datasync();
	return undefined;
};

type Options = {
	/** Undefined where none is known. */
	readonly folder: string | undefined;
	/** Who is at the keyboard, as the system knows. */
	readonly user: string;
	/** ms since 1970 */
	readonly now: () => number;
};

/** The audit file of a state folder. It is opened for every line: the file may be rotated away meanwhile. */
export const createAuditFile = ({folder, user, now}: Options): Audit => ({
	async write(entry: AuditEntry) {
		if (folder === undefined) {
			return 'neither XDG_STATE_HOME nor HOME says where to write it';
		}

		const file = path.join(folder, auditFileName);
		try {
			await makeStateFolder(folder);
			// A named pipe without a reader must not hold the program up.
			const handle = await open(file, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK, privateFileMode);
			try {
				const line = JSON.stringify({time: new Date(now()).toISOString(), user, ...entry});
				const problem = await append(handle, `${line}\n`);
				return problem && `${file}: ${problem}`;
			} finally {
				await handle.close();
			}
		} catch (error) {
			return `${file}: ${problemOf(error)}`;
		}
	},
});

/** The same for whoever is at the keyboard. */
export const openAuditFile = (folder: string | undefined, now: () => number): Audit => createAuditFile({folder, user: currentUser(), now});
