const words: ReadonlyMap<string, string> = new Map([
	['EACCES', 'permission denied'],
	['EPERM', 'permission denied'],
	['EROFS', 'the file system is read-only'],
	['ENOSPC', 'no space left on the device'],
	['EDQUOT', 'the disk quota is used up'],
	['ENOTDIR', 'a part of its path is no folder'],
	['ENOENT', 'its folder cannot be made'],
	['ELOOP', 'links lead in a circle'],
	['ENAMETOOLONG', 'the path is too long'],
	['EISDIR', 'it is a folder'],
	['EFOREIGN', 'other users can write it, or its folder'],
	['EIO', 'the device failed'],
]);

/** Whether others could have written what is in a file, so that it counts for nothing. */
export const isForeignFile = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'EFOREIGN';

/** Why a file could not be read or written, in plain words without its path. */
export const fileProblem = (error: unknown): string => {
	const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
	return words.get(code) ?? (code === '' ? 'for an unknown reason' : code);
};
