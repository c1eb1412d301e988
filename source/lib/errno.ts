// The system's error codes, read and worded in one place.

/** The code of an error ("ENOENT"); empty if it has none. */
export const errorCode = (error: unknown): string => error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

const words: ReadonlyMap<string, string> = new Map([
	['EACCES', 'permission denied'],
	['EPERM', 'permission denied'],
	['EROFS', 'the file system is read-only'],
	['ENOSPC', 'no space left on the device'],
	['EDQUOT', 'the disk quota is used up'],
	// For a file that is being created; when reading, pass `own` words.
	['ENOENT', 'there is no such folder'],
	['ENOTDIR', 'a part of its path is no folder'],
	['EISDIR', 'is a folder'],
	['EEXIST', 'something else is in its place'],
	['ENXIO', 'something else is in its place'],
	['ELOOP', 'links lead in a circle'],
	['ENAMETOOLONG', 'the path is too long'],
	['EMFILE', 'too many open files'],
	['EIO', 'the device failed'],
	['EFOREIGN', 'other users can write it, or its folder'],
]);

/** Why a file could not be read or written, in plain words without its path. `own`: words that replace the general ones for some codes. */
export const describeFileError = (error: unknown, own?: ReadonlyMap<string, string>): string => {
	const code = errorCode(error);
	return own?.get(code) ?? words.get(code) ?? (code === '' ? 'for an unknown reason' : code);
};
