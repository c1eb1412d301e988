import {type ChildProcess} from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import {type Environment, stopChild, withoutOwn} from '../lib/child-process.js';
import {type Clock} from '../lib/clock.js';
import {describeFileError, errorCode} from '../lib/errno.js';
import {shellWords} from '../lib/shell-words.js';

/** How a pager ended: shown and left, with a complaint of its own, or not to be started at all (`unreadable`: $PAGER has a quote that is not closed). `name` is what was started, or could not be. */
export type PagerEnd =
	| {readonly type: 'left'; readonly name: string}
	| {readonly type: 'complained'; readonly name: string; readonly code: number}
	| {readonly type: 'missing'; readonly name: string}
	| {readonly type: 'unreadable'}
	| {readonly type: 'failed'; readonly name: string; readonly problem: string};

export type PagerDeps = {
	readonly file: string;
	readonly env: Environment;
	readonly clock: Clock;
	/** Ends the pager. */
	readonly signal: AbortSignal;
};

type Command = readonly [name: string, ...args: string[]];

/** The arguments of a less that stays until somebody leaves it: with -F the screen would be back before a line of a short log is read. */
const staying = (args: readonly string[]): readonly string[] => args
	.map(arg => /^-[a-z]+$/i.test(arg) ? arg.replaceAll('F', '') : arg)
	.filter(arg => arg !== '-' && arg !== '--quit-if-one-screen');

/** What is tried, in this order: the words of $PAGER, else less, else more. Undefined where $PAGER cannot be read. No shell reads it. */
export const pagerCommands = (env: Environment): readonly Command[] | undefined => {
	const words = shellWords(env['PAGER'] ?? '');
	if (words === undefined) {
		return undefined;
	}

	const [name, ...args] = words;
	if (name === undefined || name === '') {
		return [['less'], ['more']];
	}

	return [[name, ...(path.basename(name) === 'less' ? staying(args) : args)]];
};

/** A pager's environment: nothing that is meant for obwatch, and a less that starts no other programs and stays, see above. */
export const pagerEnvironment = (env: Environment): Environment => {
	const less = env['LESS'];
	return Object.fromEntries([
		...Object.entries(withoutOwn(env)),
		['LESSSECURE', '1'],
		// "$" ends an option that takes a text, -+F takes -F back.
		...(less?.includes('F') ? [['LESS', `${less}$ -+F`] as const] : []),
	]);
};

/** Starts a pager, and waits for its end. */
const watch = async (name: string, spawn: () => ChildProcess, {clock, signal}: PagerDeps): Promise<PagerEnd> => new Promise(resolve => {
	const child = spawn();
	let cancelKill: (() => void) | undefined;
	const stop = (): void => {
		cancelKill ??= stopChild(child, clock);
	};

	const end = (how: PagerEnd): void => {
		signal.removeEventListener('abort', stop);
		cancelKill?.();
		resolve(how);
	};

	child.on('error', (error: Error) => {
		end(errorCode(error) === 'ENOENT' ? {type: 'missing', name} : {type: 'failed', name, problem: describeFileError(error, new Map([['EACCES', 'it is no program']]))});
	});
	child.on('close', code => {
		// Without a code it was ended by a signal, ^c for instance: somebody's wish.
		end(code === null || code === 0 ? {type: 'left', name} : {type: 'complained', name, code});
	});
	signal.addEventListener('abort', stop);
	if (signal.aborted) {
		stop();
	}
});

/** Shows a file in the user's pager, which gets the terminal, until that one ends. Rejects only where the system refuses to start any program. */
export const runPager = async (deps: PagerDeps): Promise<PagerEnd> => {
	const {file, env} = deps;
	// Loading it costs milliseconds, which every start would pay.
	const {spawn} = process.getBuiltinModule('node:child_process');
	const commands = pagerCommands(env);
	if (!commands) {
		return {type: 'unreadable'};
	}

	for (const [name, ...args] of commands) {
		const end = await watch(name, () => spawn(name, [...args, file], {stdio: 'inherit', env: pagerEnvironment(env)}), deps);
		if (end.type !== 'missing') {
			return end;
		}
	}

	return {type: 'missing', name: commands.map(([name]) => name).join(' nor ')};
};

/** What to say once the terminal is back; undefined where there is nothing to say. */
export const pagerWords = (end: PagerEnd): string | undefined => {
	switch (end.type) {
		case 'left': {
			return undefined;
		}

		case 'complained': {
			return `the pager ${end.name} ended with code ${end.code}`;
		}

		case 'missing': {
			return end.name.includes(' nor ') ? `there is neither ${end.name} here: set PAGER` : `there is no pager ${end.name} here: see PAGER`;
		}

		case 'unreadable': {
			return 'a quote in PAGER is not closed';
		}

		case 'failed': {
			return `the pager ${end.name} does not start: ${end.problem}`;
		}
	}
};
