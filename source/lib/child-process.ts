// User programs that obwatch starts: what they inherit, and how they are ended.

import {type ChildProcess} from 'node:child_process';
import {type Clock} from './clock.js';

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
