import process from 'node:process';
import {messages} from '../lib/messages/messages.js';

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

/** Why there can be no screen here; undefined if the terminal can draw one. `instead`: a sentence on what to do without one. */
export const problemOfTerminal = (instead: string): string | undefined => {
	const words = messages().usage.terminal;
	if (!process.stdout.isTTY) {
		return words.noOutput(instead);
	}

	if (!process.stdin.isTTY) {
		return words.noInput;
	}

	const {TERM: terminal = ''} = process.env;
	if (!isDumb(process.env)) {
		return undefined;
	}

	return terminal === '' ? words.noTerm(instead) : words.dumb(terminal, instead);
};

/** The format of a message about the command line. */
export const usageLine = (problem: string): string => messages().usage.line(problem);
