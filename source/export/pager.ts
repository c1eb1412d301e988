import {type ChildProcess} from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import {type Environment, shellWords, stopChild, withoutOwn} from '../lib/child-process.js';
import {type Clock} from '../lib/clock.js';
import {errorCode} from '../lib/errno.js';
import {messages} from '../lib/messages/messages.js';
import {describeFileError} from '../lib/private-files.js';

/** How a pager ended: normally, with an error of its own, or not started (`unreadable`: $PAGER has an unclosed quote). `name` is the command, `names` those that were tried. */
export type PagerEnd =
	| {readonly type: 'closed'; readonly name: string}
	| {readonly type: 'complained'; readonly name: string; readonly code: number}
	| {readonly type: 'missing'; readonly names: readonly string[]}
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

/** The arguments of a less that stays open: with -F it would end at once for a short log. */
const staying = (args: readonly string[]): readonly string[] => args
	.map(arg => /^-[a-z]+$/i.test(arg) ? arg.replaceAll('F', '') : arg)
	.filter(arg => arg !== '-' && arg !== '--quit-if-one-screen');

/** The commands to try, in order: the words of $PAGER, otherwise less, otherwise more. Undefined if $PAGER cannot be parsed. No shell is involved. */
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

/** A pager's environment: without obwatch's own variables, and with a less that starts no other programs and stays open (see `staying`). */
export const pagerEnvironment = (env: Environment): Environment => {
	const less = env['LESS'];
	return Object.fromEntries([
		...Object.entries(withoutOwn(env)),
		['LESSSECURE', '1'],
		// "$" ends an option that takes a text, -+F undoes -F.
		...(less?.includes('F') ? [['LESS', `${less}$ -+F`] as const] : []),
	]);
};

/** Starts a pager and waits for its end. */
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
		const own = new Map([['EACCES', messages().output.exports.pager.notExecutable]]);
		end(errorCode(error) === 'ENOENT' ? {type: 'missing', names: [name]} : {type: 'failed', name, problem: describeFileError(error, own)});
	});
	child.on('close', code => {
		// Without a code it was ended by a signal, such as ^c, which the user wanted.
		end(code === null || code === 0 ? {type: 'closed', name} : {type: 'complained', name, code});
	});
	signal.addEventListener('abort', stop);
	if (signal.aborted) {
		stop();
	}
});

/** Shows a file in the user's pager, which has the terminal until it ends. Rejects only if the system refuses to start any program. */
export const runPager = async (deps: PagerDeps): Promise<PagerEnd> => {
	const {file, env} = deps;
	// Loaded on use: it costs milliseconds that every start would pay.
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

	return {type: 'missing', names: commands.map(([name]) => name)};
};

/** The notice once the terminal is back; undefined if there is nothing to say. */
export const pagerText = (end: PagerEnd): string | undefined => {
	const words = messages().output.exports.pager;
	switch (end.type) {
		case 'closed': {
			return undefined;
		}

		case 'complained': {
			return words.ended(end.name, end.code);
		}

		case 'missing': {
			const [name = '', ...others] = end.names;
			return others.length > 0 ? words.noneFound(name, ...others) : words.notFound(name);
		}

		case 'unreadable': {
			return words.openQuote;
		}

		case 'failed': {
			return words.notStarted(end.name, end.problem);
		}
	}
};
