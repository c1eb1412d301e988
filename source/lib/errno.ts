// The system's error codes, read and said in one place.

/** The code of an error ("ENOENT"); empty where it has none. */
export const errorCode = (error: unknown): string => error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

const words: ReadonlyMap<string, string> = new Map([
	['EACCES', 'permission denied'],
	['EPERM', 'permission denied'],
	['EROFS', 'the file system is read-only'],
	['ENOSPC', 'no space left on the device'],
	['EDQUOT', 'the disk quota is used up'],
	// Of a file that is being made; where one is read, say otherwise.
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

/** Why a file could not be read or written, in plain words without its path. `own`: what codes mean where it happened, instead. */
export const describeFileError = (error: unknown, own?: ReadonlyMap<string, string>): string => {
	const code = errorCode(error);
	return own?.get(code) ?? words.get(code) ?? (code === '' ? 'for an unknown reason' : code);
};
