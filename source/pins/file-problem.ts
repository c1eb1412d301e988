const words: ReadonlyMap<string, string> = new Map([
	['EACCES', 'permission denied'],
	['EPERM', 'permission denied'],
	['EROFS', 'the file system is read-only'],
	['ENOSPC', 'no space left on the device'],
	['EDQUOT', 'the disk quota is used up'],
	['ENOTDIR', 'a part of its path is no folder'],
	['EISDIR', 'it is a folder'],
	['EIO', 'the device failed'],
]);

/** Why a file could not be read or written, in plain words without its path. */
export const fileProblem = (error: unknown): string => {
	const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
	return words.get(code) ?? (code === '' ? 'for an unknown reason' : code);
};
