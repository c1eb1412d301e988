import process from 'node:process';
import {afterEach, describe, expect, test} from 'vitest';
import {program} from '../../source/build/paths.js';
import {openTerminal, type Terminal, type TerminalSetup} from '../helpers/pty.js';

let terminal: Terminal | undefined;

afterEach(async () => {
	await terminal?.close();
	terminal = undefined;
});

const open = (setup: TerminalSetup): Terminal => {
	terminal = openTerminal(setup);
	return terminal;
};

/** There is no agent there. */
const nowhere = '127.0.0.1:1';

/** The program in a terminal of which the system knows no size, as behind a serial line. */
const openSizeless = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Terminal =>
	open({command: 'sh', args: ['-c', `stty rows 0 cols 0; exec '${process.execPath}' '${program}' ${args.join(' ')}`], env, columns: 120, rows: 50});

const lastLine = (lines: readonly string[]): number => lines.findLastIndex(line => line !== '');

describe('a terminal without a size', () => {
	test.each([
		[{}, 24],
		[{LINES: '30', COLUMNS: '100'}, 30],
	])('with %j has the keys of the screen in line %i', async (env, rows) => {
		const {until, screen} = openSizeless([nowhere], env);
		await until(text => text.includes('refused') && text.includes('? help'), 'the screen');
		expect(lastLine(screen())).toBe(rows - 2);
	});

	test('has one once it is resized', async () => {
		const {until, resize, press, exit} = openSizeless([nowhere]);
		await until(text => text.includes('? help'), 'the screen');
		resize(39, 20);
		await until(text => text.includes('too small: 39x20'), 'the new size');
		resize(80, 40);
		await until(text => lastLine(text.split('\n')) === 38, 'the screen at its new size');
		press('ctrl-c');
		expect(await exit).toEqual({code: 130, signal: undefined});
	});

	test('shows how far the tasks are that are waited for', async () => {
		const {until} = openSizeless(['--wait', '--demo'], {LANG: 'C'});
		await until(text => /^[-\\|/] \d+ running - .*~$/m.test(text), 'the line that moves, in ASCII');
	});
});

describe('a terminal on which nothing can be drawn', () => {
	/** The terminal of the test would name itself. */
	const openAs = (term: string, args: readonly string[]): Terminal =>
		open({command: 'sh', args: ['-c', `${term}; exec '${process.execPath}' '${program}' ${args.join(' ')}`], columns: 200});

	test.each([
		['TERM=dumb', [], 'TERM is dumb'],
		['TERM=', ['--demo'], 'TERM is not set'],
		['unset TERM', ['--demo'], 'TERM is not set'],
	])('%s is said in one line', async (term, args, problem) => {
		const {exit, raw} = openAs(term, args);
		expect(await exit).toEqual({code: 2, signal: undefined});
		expect(raw()).toBe(`obwatch cannot draw on this terminal: ${problem}. Set TERM to your terminal, such as xterm. Use --once to print a table.\r\n`);
	});

	test('gets lines without colours where none is needed', async () => {
		const {exit, raw} = openAs('TERM=dumb', ['--wait', '--for', 'failed', '--demo']);
		expect(await exit).toEqual({code: 0, signal: undefined});
		expect(raw()).toContain('Upgrade OceanBase');
		expect(raw()).not.toContain('\u001B');
	});
});

describe('a locale', () => {
	const isAscii = (text: string): boolean => /^[\0-\u007F]*$/.test(text);

	test.each([
		[{LANG: 'C'}, [], true],
		[{LANG: 'C'}, ['--unicode'], false],
	] as const)('of %j with %j draws with ASCII only: %s', async (env, args, expected) => {
		const {until, raw, press, type} = open({args: ['--demo', ...args], env, columns: 120, rows: 40});
		await until(text => text.includes('Upgrade OceanBase'), 'the agents');
		// A task, its longest words cut, and the keys.
		type('/upgrade\r\r');
		await until(text => text.includes('Unpack packages'), 'a task');
		press('?');
		await until(text => text.includes('PgDn'), 'the keys');
		expect(isAscii(raw())).toBe(expected);
	});
});
