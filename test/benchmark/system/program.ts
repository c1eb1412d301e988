// The built program in a real terminal, with the time at which each of its frames is there.

import {Buffer} from 'node:buffer';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {setTimeout as sleep} from 'node:timers/promises';
import {spawn} from '@lydell/node-pty';
import xterm from '@xterm/headless';
import {program} from '../../../source/build/paths.js';
import {keySequence} from '../../helpers/pty-keys.js';
import {readScreen} from '../../helpers/pty-screen.js';

const beginOfFrame = '\u001B[?2026h';
const endOfFrame = '\u001B[?2026l';

export type Traffic = {readonly bytes: number; readonly frames: number};

export type Watched = {
	readonly pid: number;
	/** What it has written so far. */
	readonly traffic: () => Traffic;
	readonly lines: () => readonly string[];
	/** Settles with how long after its start the first frame was there, ms. */
	readonly firstFrame: () => Promise<number>;
	/** Settles with the time (`performance.now()`) of the frame with which the screen looked as wanted; rejects after a minute. */
	readonly until: (isWanted: (lines: readonly string[]) => boolean, reason: string) => Promise<number>;
	/** Presses a key, and settles with the ms until the frame that shows its effect was there; rejects after ten seconds without one. */
	readonly press: (key: string) => Promise<number>;
	readonly startedAt: number;
	/** Quits as a person does, so that it can store what it compiled. */
	readonly quit: () => Promise<void>;
};

export type WatchedSetup = {
	/** For the built program. */
	readonly args: readonly string[];
	/** Another program than the built one, with its own arguments in front. */
	readonly command?: readonly [string, ...string[]];
	readonly home?: string;
	readonly columns?: number;
	readonly rows?: number;
};

/** A home directory for several starts, so that each finds what the one before compiled. */
export const makeHome = (): {readonly home: string; readonly remove: () => void} => {
	const home = mkdtempSync(path.join(tmpdir(), 'obwatch-bench-'));
	return {
		home,
		remove() {
			rmSync(home, {recursive: true, force: true});
		},
	};
};

/** Nothing of this process's own environment, which could change what is measured. */
export const environmentOf = (home: string): Record<string, string> => ({
	HOME: home, LANG: 'en_US.UTF-8', PATH: `${path.dirname(process.execPath)}:${process.env['PATH'] ?? ''}`, TERM: 'xterm-256color',
});

const within = async <Value>(promise: Promise<Value>, time: number, reason: () => string): Promise<Value> => {
	const ending = new AbortController();
	try {
		return await Promise.race([promise, sleep(time, undefined, {signal: ending.signal}).then(() => {
			throw new Error(`waited in vain for ${reason()}`);
		})]);
	} finally {
		ending.abort();
	}
};

export const openProgram = ({args, command = [program], home, columns = 80, rows = 24}: WatchedSetup): Watched => {
	const own = home === undefined ? makeHome() : undefined;
	const terminal = new xterm.Terminal({cols: columns, rows, allowProposedApi: true, scrollback: 0});
	const [file, ...before] = command;
	const startedAt = performance.now();
	// Without an encoding it hands out bytes, whatever its types say.
	const child = spawn(file, [...before, ...args], {name: 'xterm-256color', cols: columns, rows, env: environmentOf(home ?? own?.home ?? ''), encoding: null});
	let bytes = 0;
	let frames = 0;
	let tail = '';
	let isInFrame = false;
	let firstFrameAt: number | undefined;
	let hasEnded = false;
	const listeners = new Set<(at: number, isFrame: boolean) => void>();
	const ended = new Promise<void>(resolve => {
		child.onExit(() => {
			hasEnded = true;
			resolve();
		});
	});
	const lines = (): readonly string[] => readScreen(terminal.buffer.active, {columns, rows});

	child.onData((data: unknown) => {
		const at = performance.now();
		const chunk = Buffer.isBuffer(data) ? data : Buffer.from(String(data));
		bytes += chunk.length;
		const text = tail + chunk.toString('latin1');
		const count = text.split(endOfFrame).length - 1;
		tail = text.slice(-(endOfFrame.length - 1));
		const [lastBegin, lastEnd] = [text.lastIndexOf(beginOfFrame), text.lastIndexOf(endOfFrame)];
		isInFrame = lastBegin === lastEnd ? isInFrame : lastBegin > lastEnd;
		const isWhole = !isInFrame;
		frames += count;
		if (count > 0) {
			firstFrameAt ??= at;
		}

		for (const listener of listeners) {
			listener(at, false);
		}

		terminal.write(chunk, () => {
			// Half a frame is nothing that a person would see.
			for (const listener of isWhole ? listeners : []) {
				listener(at, true);
			}
		});
	});
	terminal.onData(data => {
		child.write(data);
	});

	/** The time of the first chunk that satisfies; `isParsed` looks when the chunk is on the screen. */
	const next = async (isWanted: () => boolean, isParsed: boolean): Promise<number> => new Promise(resolve => {
		const listen = (at: number, isOnScreen: boolean): void => {
			if (isOnScreen !== isParsed || !isWanted()) {
				return;
			}

			listeners.delete(listen);
			resolve(at);
		};

		listeners.add(listen);
		if (!isParsed || !isInFrame) {
			listen(performance.now(), isParsed);
		}
	});

	/** What only keys change: the left of the screen below its first line, without durations. */
	const signature = (): string => lines().slice(1).map(line => line.slice(0, 36).replaceAll(/\b\d{1,2}[hms]\S*/g, '')).join('\n');

	const describe = (reason: string) => (): string => `${reason}${hasEnded ? ' (the program has ended)' : ''}\n${lines().join('\n')}`;

	return {
		pid: child.pid,
		startedAt,
		lines,
		traffic: () => ({bytes, frames}),
		async firstFrame() {
			await within(next(() => firstFrameAt !== undefined, false), 20_000, describe('the first frame'));
			return (firstFrameAt ?? NaN) - startedAt;
		},
		until: async (isWanted, reason) => within(next(() => isWanted(lines()), true), 60_000, describe(reason)),
		async press(key) {
			const shown = signature();
			const at = performance.now();
			child.write(keySequence(key));
			return await within(next(() => signature() !== shown, true), 10_000, describe(`the frame after "${key}"`)) - at;
		},
		async quit() {
			child.write('\u0003');
			try {
				await within(ended, 5000, describe('its end'));
			} catch {
				process.kill(child.pid, 'SIGKILL');
				await ended;
			}

			terminal.dispose();
			own?.remove();
		},
	};
};
