import os from 'node:os';
import process from 'node:process';

/** Where the current folder was removed, goes to the user's own, else to the root: libraries that draw ask for it while they load, and would end the program. A file that the user names by a relative path must be open by then. */
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
