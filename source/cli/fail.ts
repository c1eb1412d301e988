import process from 'node:process';

/** The result of reading a part of the command line: a value, or one printable line that says what is wrong. */
export type Result<T> = {readonly ok: true; readonly value: T} | {readonly ok: false; readonly problem: string};

export const failure = (problem: string): {readonly ok: false; readonly problem: string} => ({ok: false, problem});

/** Prints in one line why nothing was done, and returns the exit code. */
export const fail = (line: string, code: number): number => {
	process.stderr.write(`${line}\n`);
	return code;
};

type Env = Readonly<Record<string, string | undefined>>;

/** Whether a terminal of this environment cannot draw: it only prints, or TERM is not set. Windows never sets it. */
export const isDumb = ({TERM: terminal = ''}: Env): boolean => ['dumb', 'unknown'].includes(terminal) || (terminal === '' && process.platform !== 'win32');

/** Why there can be no screen here, and what to do instead; undefined if the terminal can draw one. */
export const problemOfTerminal = (instead: string): string | undefined => {
	if (!process.stdout.isTTY) {
		return `obwatch needs a terminal; its output goes somewhere else: ${instead}`;
	}

	if (!process.stdin.isTTY) {
		return 'obwatch needs a terminal; its input comes from somewhere else';
	}

	const {TERM: terminal = ''} = process.env;
	return isDumb(process.env)
		? `obwatch cannot draw on this terminal: ${terminal === '' ? 'TERM is not set' : `TERM is ${terminal}`}. Set it to what the terminal is, such as xterm; ${instead}`
		: undefined;
};

/** The format of a message about the command line. */
export const usageLine = (problem: string): string => `obwatch: ${problem}`;
