import process from 'node:process';

/** Says in one line why nothing was done; the exit code is passed through. */
export const fail = (line: string, code: number): number => {
	process.stderr.write(`${line}\n`);
	return code;
};

type Env = Readonly<Record<string, string | undefined>>;

/** Whether nothing can be drawn on a terminal of this environment: it is one that only prints, or nobody says which it is. Windows never says. */
export const isDumb = ({TERM: terminal = ''}: Env): boolean => ['dumb', 'unknown'].includes(terminal) || (terminal === '' && process.platform !== 'win32');

/** Why there is no screen here, and what to do instead; undefined where there is a terminal to draw on. */
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

/** How a message about the command line looks. */
export const usageLine = (problem: string): string => `obwatch: ${problem}`;
