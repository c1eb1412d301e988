import process from 'node:process';

/** Why there is no screen here, and what to do instead; undefined where there is a terminal. */
export const problemOfTerminal = (instead: string): string | undefined => {
	if (!process.stdout.isTTY) {
		return `obwatch needs a terminal; its output goes somewhere else: ${instead}`;
	}

	return process.stdin.isTTY ? undefined : 'obwatch needs a terminal; its input comes from somewhere else';
};
