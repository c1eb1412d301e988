// User programs that obwatch starts: what they inherit, and how they are ended.

import {type ChildProcess} from 'node:child_process';
import {type Clock} from './clock.js';

/** Splits a command into words like a shell: at whitespace, except in single or double quotes or after a backslash. Nothing is expanded, and nothing else is special. Undefined if a quote is not closed. */
export const shellWords = (command: string): readonly string[] | undefined => {
	const words: string[] = [];
	let word: string | undefined;
	let quote = '';
	for (let index = 0; index < command.length; index++) {
		const character = command[index] ?? '';
		const next = command[index + 1];
		if (quote !== '' && character === quote) {
			quote = '';
		} else if (character === '\\' && next !== undefined && (quote === '' || (quote === '"' && /["$\\`]/.test(next)))) {
			word = (word ?? '') + next;
			index++;
		} else if (quote !== '') {
			word = (word ?? '') + character;
		} else if (character === '"' || character === '\'') {
			quote = character;
			word ??= '';
		} else if (/\s/.test(character)) {
			if (word !== undefined) {
				words.push(word);
			}

			word = undefined;
		} else {
			word = (word ?? '') + character;
		}
	}

	if (quote !== '') {
		return undefined;
	}

	return word === undefined ? words : [...words, word];
};

export type Environment = Readonly<Record<string, string | undefined>>;

/** The environment without variables for obwatch, such as passwords. */
export const withoutOwn = (env: Environment): Environment =>
	Object.fromEntries(Object.entries(env).filter(([name]) => !name.toUpperCase().startsWith('OBWATCH_')));

// ms to exit cleanly.
const grace = 500;

/** Asks a program to end, and kills it if it does not. Returns a function that cancels the kill. */
export const stopChild = (child: ChildProcess, clock: Clock): (() => void) => {
	child.kill('SIGTERM');
	return clock.schedule(() => {
		child.kill('SIGKILL');
	}, grace);
};
