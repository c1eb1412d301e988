import os from 'node:os';
import process from 'node:process';

/** The current folder, or nothing where it was removed. */
const currentFolder = (): readonly string[] => {
	try {
		return [process.cwd()];
	} catch {
		// Nobody can write there any more; the next folder will do.
		return [];
	}
};

/** Where a person looks for a file that was saved: here, else at home, else in the folder for temporary files. */
export const saveFolders = (): readonly string[] => [...new Set([...currentFolder(), os.homedir(), os.tmpdir()])];
