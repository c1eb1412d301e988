// Programs of the user that obwatch starts: what they inherit, and how they are ended.

import {type ChildProcess} from 'node:child_process';
import {type Clock} from './clock.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The environment without what is meant for obwatch, such as passwords. */
export const withoutOwn = (env: Environment): Environment =>
	Object.fromEntries(Object.entries(env).filter(([name]) => !name.toUpperCase().startsWith('OBWATCH_')));

// Time to leave everything in order.
const grace = 500;

/** Asks a program to end, and ends it if it does not. Returns what calls the latter off. */
export const stopChild = (child: ChildProcess, clock: Clock): (() => void) => {
	child.kill('SIGTERM');
	return clock.schedule(() => {
		child.kill('SIGKILL');
	}, grace);
};
