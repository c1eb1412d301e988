// Runs a program of the user for every change.

import {type ChildProcess} from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import {type Environment, stopChild, withoutOwn} from '../../lib/child-process.js';
import {type Clock, within} from '../../lib/clock.js';
import {errorCode} from '../../lib/errno.js';
import {messages} from '../../lib/messages/messages.js';
import {plainJson, printable} from '../../lib/printable.js';
import {type JournalEntry} from '../../store/changes.js';
import {followJournal, type Store} from '../../store/store.js';
import {changeDocument} from '../../store/selectors/journal.js';
import {isLoud} from '../../store/transitions.js';

/** A program and its arguments; never parsed by a shell. */
export type Command = readonly [name: string, ...args: string[]];

export type OnChangeDeps = {
	readonly command: Command;
	readonly store: Store;
	readonly clock: Clock;
	readonly env: Environment;
	/** Shows the user what went wrong. */
	readonly report: (text: string) => void;
};

/** `finish` passes on what waits, if nothing more can change; `stop` does not, and ends the program that runs. Both settle when it has ended. */
export type OnChange = {readonly finish: (signal: AbortSignal) => Promise<void>; readonly stop: () => Promise<void>};

// How long the program may take, in ms, how many changes may wait for it, and how much of its error output is read.
const deadline = 30_000;

const queueLimit = 100;

const complaintLimit = 4096;

/** The problem of a run, as text; undefined if there was none. */
type Problem = string | undefined;

const firstLine = (text: string): string => {
	const line = text.split(/[\r\n]/, 1)[0] ?? '';
	return printable(line);
};

const problemOfStart = (error: unknown): string => {
	const code = errorCode(error);
	const {missing, notStarted} = messages().screens.onChange;
	return code === 'ENOENT' ? missing : notStarted(code);
};

/** Writes a text to a program's standard input and waits for its end, within the deadline. */
const waitForEnd = async (child: ChildProcess, text: string, {clock, signal}: {readonly clock: Clock; readonly signal: AbortSignal}): Promise<Problem> => new Promise(resolve => {
	let cancelKill: (() => void) | undefined;
	let isLate = false;
	let complaint = '';
	const stop = (): void => {
		cancelKill ??= stopChild(child, clock);
	};

	const cancelDeadline = clock.schedule(() => {
		isLate = true;
		stop();
	}, deadline);
	const end = (problem: Problem): void => {
		signal.removeEventListener('abort', stop);
		cancelDeadline();
		cancelKill?.();
		resolve(problem);
	};

	child.on('error', error => {
		end(problemOfStart(error));
	});
	// Programs that it started may keep its pipes open forever.
	child.on('exit', (code, killer) => {
		const {onChange: words} = messages().screens;
		child.stderr?.destroy();
		if (isLate) {
			end(words.tooLong(deadline / 1000));
		} else if (code === 0 || signal.aborted) {
			end(undefined);
		} else {
			end(code === null ? words.signal(killer ?? undefined, firstLine(complaint)) : words.code(code, firstLine(complaint)));
		}
	});
	child.stderr?.on('data', (chunk: unknown) => {
		complaint = (complaint + String(chunk)).slice(0, complaintLimit);
	});
	// It may ignore its input.
	child.stdin?.on('error', () => undefined);
	child.stdin?.end(text);
	signal.addEventListener('abort', stop);
	if (signal.aborted) {
		stop();
	}
});

/** Why the program could not be run now; undefined if it could. Windows finds programs in other ways. */
const problemOfProgram = (name: string, {PATH: folders}: Environment): Problem => {
	const {accessSync, constants} = process.getBuiltinModule('node:fs');
	const places = name.includes('/') ? [name] : folders?.split(path.delimiter).map(folder => path.join(folder, name));
	if (process.platform === 'win32' || !places) {
		return undefined;
	}

	let problem: Problem = messages().screens.onChange.missing;
	for (const place of places) {
		try {
			accessSync(place, constants.X_OK);
			return undefined;
		} catch (error) {
			problem = places.length === 1 ? problemOfStart(error) : problem;
		}
	}

	return problem;
};

/**
Says at once if there is no such program. Runs it for each change except new stages, one run after the other, with the change as JSON on its standard input. A failure is
reported and has no other effect.
*/
export const runOnChange = ({command, store, clock, env, report}: OnChangeDeps): OnChange => {
	const [name, ...args] = command;
	const controller = new AbortController();
	const {signal} = controller;
	const queue: JournalEntry[] = [];
	let lost = 0;
	let underWay: Promise<void> | undefined;

	const say = (problem: string): void => {
		if (!signal.aborted) {
			report(messages().screens.onChange.notice(printable(name), problem));
		}
	};

	const sayLost = (): void => {
		say(messages().screens.onChange.lost(lost));
		lost = 0;
	};

	const run = async (entry: JournalEntry): Promise<Problem> => {
		// Loading it costs milliseconds, which every start would pay.
		const {spawn} = process.getBuiltinModule('node:child_process');
		try {
			const child = spawn(name, args, {stdio: ['pipe', 'ignore', 'pipe'], env: withoutOwn(env)});
			const change = JSON.stringify(changeDocument(entry));
			return await waitForEnd(child, `${plainJson(change)}\n`, {clock, signal});
		} catch (error) {
			return problemOfStart(error);
		}
	};

	const work = async (): Promise<void> => {
		for (let entry = queue.shift(); entry && !signal.aborted; entry = queue.shift()) {
			const problem = await run(entry);
			if (problem !== undefined) {
				say(problem);
			} else if (lost > 0) {
				sayLost();
			}
		}

		underWay = undefined;
	};

	const missing = problemOfProgram(name, env);
	if (missing !== undefined) {
		// Not only at the first change, which may come at night.
		say(missing);
	}

	const unsubscribe = followJournal(store, entries => {
		queue.push(...entries.filter(({transition}) => isLoud(transition)));
		lost += queue.splice(0, queue.length - queueLimit).length;
		if (queue.length > 0) {
			underWay ??= work();
		}
	});

	const stop = async (): Promise<void> => {
		unsubscribe();
		controller.abort();
		await underWay;
	};

	return {
		stop,
		async finish(end) {
			unsubscribe();
			await within(underWay ?? Promise.resolve(), {timeout: deadline, clock, signal: end});
			lost += queue.length;
			if (lost > 0 && !end.aborted) {
				sayLost();
			}

			await stop();
		},
	};
};
