import {type Messages, messages} from '../lib/messages/messages.js';

/** The exit codes: one table for every mode, for `--help` and for docs/headless.md. The last three are those of shells: 128 + the signal's number. */
export const exitCodes = {
	done: {code: 0},
	taskFailed: {code: 1},
	usage: {code: 2},
	unreachable: {code: 3},
	unauthorized: {code: 4},
	timeout: {code: 5},
	rolledBack: {code: 6},
	refused: {code: 7},
	crashed: {code: 70},
	outputLost: {code: 74},
	hungUp: {code: 129},
	interrupted: {code: 130},
	terminated: {code: 143},
} as const;

const isName = (name: string): name is keyof typeof exitCodes => Object.hasOwn(exitCodes, name);

/** What each of them means. */
export const exitCodeMeanings = (language: Messages = messages()): ReadonlyArray<{readonly code: number; readonly description: string}> =>
	Object.keys(exitCodes).filter(name => isName(name)).map(name => ({code: exitCodes[name].code, description: language.output.exitCodes[name]}));
