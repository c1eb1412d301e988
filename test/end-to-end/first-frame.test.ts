// The first second of the screen: what is typed or sent before anything is drawn counts all the same.

import {spawnSync} from 'node:child_process';
import {cpSync, mkdtempSync, readdirSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {describe, expect, onTestFinished, test} from 'vitest';
import {program} from '../../source/build/paths.js';
import {type Terminal} from '../helpers/pty.js';
import {until} from '../helpers/until.js';
import {open} from './helpers/stage.js';

const enterScreen = '\u001B[?1049h';
const beginOfFrame = '\u001B[?2026h';
const endOfFrame = '\u001B[?2026l';

// Without any agent.
const silent = ['10.255.255.1:2886', '10.255.255.2:2886'];

/** Whether the terminal gives each key to the program as it is, without showing it. Linux only. */
const isRaw = ({pid}: Terminal): boolean => spawnSync('stty', ['-a', '-F', `/proc/${pid}/fd/0`], {encoding: 'utf8'}).stdout.includes('-icanon');

/** Ink is being loaded, which takes most of the start: nothing is drawn yet, and the keyboard is taken already. */
const untilLoading = async (terminal: Terminal): Promise<void> => until(() => isRaw(terminal), 'the program to take the keyboard', {describe: terminal.text});

const untilDrawn = async (terminal: Terminal): Promise<void> => until(() => terminal.raw().includes(endOfFrame), 'the first frame', {describe: terminal.text});

const expectRestored = (terminal: Terminal): void => {
	expect(terminal.isAlternate()).toBe(false);
	expect(terminal.isCursorHidden()).toBe(false);
	expect(terminal.raw().lastIndexOf('\u001B[?1004h')).toBeLessThanOrEqual(terminal.raw().lastIndexOf('\u001B[?1004l'));
};

test('the screen is entered once, and what is drawn first is a whole frame on it', async () => {
	const terminal = open(silent);
	await terminal.until(text => text.includes('10.255.255.1:2886') && text.includes('? help'), 'the first frame');
	const raw = terminal.raw();
	expect(raw.split(enterScreen)).toHaveLength(2);
	// Nothing is written to the shell's own screen.
	expect(raw.indexOf(enterScreen)).toBe(0);
	const [first = ''] = raw.slice(raw.indexOf(beginOfFrame)).split(endOfFrame);
	expect(first).toContain('10.255.255.2:2886');
	expect(first).toContain('help');
});

/** Loaded before the program: notes what it does to its terminal, in order. */
const notary = String.raw`
	import {appendFileSync} from 'node:fs';
	import tty from 'node:tty';
	const note = (name, stream) => {
		const own = stream.prototype[name];
		stream.prototype[name] = function (...args) {
			appendFileSync(process.env.NOTES, name + '\n');
			return own.apply(this, args);
		};
	};
	note('setRawMode', tty.ReadStream);
	note('write', tty.WriteStream);
`;

test('the keyboard is taken before anything is drawn', async () => {
	const folder = mkdtempSync(path.join(tmpdir(), 'obwatch-'));
	onTestFinished(() => {
		rmSync(folder, {recursive: true, force: true});
	});
	const file = path.join(folder, 'notes');
	const terminal = open(silent, {env: {NOTES: file, NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(notary)}`}});
	await untilDrawn(terminal);
	expect(readFileSync(file, 'utf8')).toMatch(/^setRawMode\nwrite\n/);
});

describe.each([
	...(process.platform === 'linux' ? [{when: 'while the program loads', wait: untilLoading}] : []),
	{when: 'with the first frame', wait: untilDrawn},
])('$when', ({wait}) => {
	test('a key is neither shown nor lost', async () => {
		const terminal = open(silent);
		await wait(terminal);
		terminal.press('q');
		expect(await terminal.exit).toEqual({code: 0, signal: undefined});
		expectRestored(terminal);
		expect(terminal.text().trim()).toBe('');
	});

	test('one key after the other counts', async () => {
		const terminal = open(silent);
		await wait(terminal);
		terminal.press('?', 'ctrl-c');
		expect(await terminal.exit).toEqual({code: 130, signal: undefined});
		expectRestored(terminal);
	});

	test('a signal ends the program, and the terminal is as it was', async () => {
		const terminal = open(silent);
		await wait(terminal);
		terminal.signal('SIGTERM');
		expect(await terminal.exit).toEqual({code: 143, signal: undefined});
		expectRestored(terminal);
	});
});

test('a missing part of the program ends it behind the first frame, and the terminal is as it was', async () => {
	const folder = mkdtempSync(path.join(tmpdir(), 'obwatch-'));
	onTestFinished(() => {
		rmSync(folder, {recursive: true, force: true});
	});
	cpSync(path.dirname(program), folder, {recursive: true});
	const chunks = path.join(folder, 'chunks');
	const fleet = readdirSync(chunks).find(name => name.startsWith('open-'));
	rmSync(path.join(chunks, fleet ?? 'the fleet'));

	const terminal = open([path.join(folder, path.basename(program)), ...silent], {command: process.execPath});
	expect(await terminal.exit).toEqual({code: 70, signal: undefined});
	expectRestored(terminal);
	expect(terminal.text()).toContain('ERR_MODULE_NOT_FOUND');
});
