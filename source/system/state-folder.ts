import {chmod, mkdir, stat} from 'node:fs/promises';
import path from 'node:path';

/** Where the program keeps what it must still know in the next run: `$XDG_STATE_HOME/obwatch`, else `~/.local/state/obwatch`; undefined where neither is told (XDG Base Directory Specification). */
export const stateFolder = ({XDG_STATE_HOME: state, HOME: home}: Readonly<Record<string, string | undefined>>): string | undefined => {
	if (state !== undefined && path.isAbsolute(state)) {
		return path.join(state, 'obwatch');
	}

	return home !== undefined && path.isAbsolute(home) ? path.join(home, '.local', 'state', 'obwatch') : undefined;
};

/** What the folder is made with, and each file in it. */
export const privateFolderMode = 0o700;
export const privateFileMode = 0o600;

const permissionsOfOthers = 0o077;

/** Makes the folder where it is missing, for its user alone; one that others can get at is closed to them. Rejects with the system's error. */
export const makeStateFolder = async (folder: string): Promise<void> => {
	await mkdir(folder, {recursive: true, mode: privateFolderMode});
	const {mode} = await stat(folder);
	if ((mode & permissionsOfOthers) !== 0) {
		// A folder of somebody else, given in XDG_STATE_HOME, stays as it is; what is written there still is for nobody else's eyes.
		await chmod(folder, privateFolderMode).catch(() => undefined);
	}
};
