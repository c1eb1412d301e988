import process from 'node:process';

/** Says in one line why nothing was done; the exit code is passed through. */
export const fail = (line: string, code: number): number => {
	process.stderr.write(`${line}\n`);
	return code;
};
