/** The exit codes: one table for every mode, for `--help` and for docs/headless.md. The last three are those of shells: 128 + the signal's number. */
export const exitCodes = {
	done: {code: 0, description: 'fine'},
	taskFailed: {code: 1, description: 'a task failed, failed to roll back, or was cancelled'},
	usage: {code: 2, description: 'usage error, or an unsuitable environment (no terminal, port in use, old Node)'},
	unreachable: {code: 3, description: 'an agent could not be reached, or something about its tasks is not known'},
	unauthorized: {code: 4, description: 'a wrong password, a changed key, or a key that waits to be accepted'},
	timeout: {code: 5, description: 'the awaited outcome was not reached, or not in time'},
	rolledBack: {code: 6, description: 'a task was rolled back'},
	refused: {code: 7, description: 'an operation was refused or declined, or its fate is unknown'},
	crashed: {code: 70, description: 'a fault in obwatch itself'},
	outputLost: {code: 74, description: 'could not write output (disk full, for example)'},
	hungUp: {code: 129, description: 'the terminal went away'},
	interrupted: {code: 130, description: 'interrupted'},
	terminated: {code: 143, description: 'terminated (SIGTERM)'},
} as const;
