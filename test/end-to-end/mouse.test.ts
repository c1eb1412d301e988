// The mouse, for those who want it: it looks around, and that is all.

import {spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {describe, expect, onTestFinished, test} from 'vitest';
import {program} from '../../source/build/paths.js';
import {type Terminal} from '../helpers/pty.js';
import {byHand, lineWith, open, openRow, pressFor, resizeTo, settled, startAgent} from './helpers/stage.js';

const wheelUp = 64;

const wheelDown = 65;

/** A report of a button or the wheel, at a line and a column from 0. */
const report = (button: number, line: number, column = 10, end = 'M'): string => `\u001B[<${button};${column + 1};${line + 1}${end}`;

const click = (terminal: Terminal, line: number, column = 10): void => {
	terminal.type(report(0, line, column) + report(0, line, column, 'm'));
};

const lineOf = (terminal: Terminal, text: string): number => terminal.screen().findIndex(line => line.includes(text));

/** All rows are there, so that none moves any more. */
const isWhole = (text: string): boolean => ['9 agents', '✖ failed', 'obdemo', 'obprod', 'main task', 'Back up', 'no task yet'].every(part => text.includes(part));

const openDemo = async (args: readonly string[] = ['--mouse'], size = {}): Promise<Terminal> => {
	const terminal = open(['--demo', '--seed', '7', ...args], size);
	await terminal.until(text => isWhole(text), 'the agents');
	return terminal;
};

describe('with --mouse', () => {
	test('a click selects the row under it, a second one opens it, and the wheel moves by three', async () => {
		const terminal = await openDemo();
		const wanted = lineOf(terminal, 'Upgrade OceanBase');
		click(terminal, wanted);
		await terminal.until(() => lineWith(terminal, '▸').includes('Upgrade OceanBase'), 'the row under the pointer');
		terminal.press('g');
		await terminal.until(() => lineOf(terminal, '▸') === 2, 'the first row');
		terminal.type(report(wheelDown, 5));
		await terminal.until(() => lineOf(terminal, '▸') === 5, 'three rows further');
		terminal.type(report(wheelUp, 5));
		await terminal.until(() => lineOf(terminal, '▸') === 2, 'the first row again');
		click(terminal, lineOf(terminal, 'Upgrade OceanBase'));
		click(terminal, lineOf(terminal, 'Upgrade OceanBase'));
		await terminal.until(text => text.includes('failed in stage 3 of 7'), 'the task');
		click(terminal, lineOf(terminal, 'Stop observer'));
		await terminal.until(() => lineWith(terminal, '▸').includes('Stop observer'), 'its fifth stage');
		click(terminal, lineOf(terminal, 'Check versions'));
		await terminal.until(() => lineWith(terminal, '▸').includes('Check versions'), 'its first stage: no second click on the same row');
	});

	test('in a log the wheel scrolls the lines, and a click puts the cursor on one', async () => {
		const terminal = await openDemo(['--mouse'], {rows: 18});
		await openRow(terminal, 'Upgrade OceanBase', text => text.includes('failed in stage 3 of 7'), 'the failed task');
		await resizeTo(terminal, 80, 12);
		// The task itself brings the lines without their times.
		await pressFor(terminal, 'a', text => text.includes('all logs') && text.includes('follow ▾') && /^▸\d\d:\d\d:\d\d\.\d{3} ERROR/m.test(text), 'all its logs');
		const first = (): string => terminal.screen()[2] ?? '';
		const before = first();
		terminal.type(report(wheelUp, 5));
		await terminal.until(text => !text.includes('follow ▾') && first() !== before, 'earlier lines');
		const earlier = first();
		terminal.type(report(wheelUp, 5).repeat(2));
		await terminal.until(() => first() !== earlier && lineOf(terminal, '▸') > 0 && lineOf(terminal, 'target 4.3.5.1') > 0, 'still earlier lines, with the cursor in sight');
		click(terminal, lineOf(terminal, 'target 4.3.5.1'));
		await terminal.until(() => lineWith(terminal, '▸').includes('target 4.3.5.1'), 'the cursor under the pointer');
	});

	test('a click beside the list goes to what it leads to, and one on the list comes back', async () => {
		const terminal = await openDemo(['--mouse'], {columns: 160, rows: 40});
		click(terminal, lineOf(terminal, 'Upgrade OceanBase'), 10);
		await terminal.until(() => lineWith(terminal, 'Check versions') !== '', 'the stages beside the list');
		const stage = lineOf(terminal, 'Stop observer');
		const column = (terminal.screen()[stage] ?? '').indexOf('Stop observer');
		click(terminal, stage, column);
		await terminal.until(() => /▸ +5 Stop observer/.test(lineWith(terminal, 'Stop observer')), 'the stage under the pointer, which has the keys');
		click(terminal, lineOf(terminal, 'Scale out cluster'), 10);
		await terminal.until(() => /▸ .*Scale out cluster/.test(lineWith(terminal, '▸')), 'the row of the list');
		terminal.press('k');
		await terminal.until(() => lineWith(terminal, '▸') !== '' && !lineWith(terminal, '▸').includes('Scale out cluster'), 'keys to act in the list');
		click(terminal, lineOf(terminal, 'Upgrade OceanBase'), 10);
		await terminal.until(() => lineWith(terminal, 'Check versions') !== '', 'the stages of the other task');
		const other = lineOf(terminal, 'Download packages');
		click(terminal, other, column);
		click(terminal, other, column);
		await terminal.until(text => /^ .*› Download packages › 127/.test(text), 'the log of the stage that was clicked twice');
	});

	test('the wheel moves what is under the pointer, and never what keys were on', async () => {
		const terminal = await openDemo(['--mouse'], {columns: 160, rows: 50});
		click(terminal, lineOf(terminal, 'Upgrade OceanBase'), 10);
		await terminal.until(() => lineWith(terminal, 'Check versions') !== '' && lineWith(terminal, 'unpacking bin/observer') !== '', 'the stages beside the list, and a log below them');
		const stage = lineOf(terminal, 'Check versions');
		const column = (terminal.screen()[stage] ?? '').indexOf('Check versions');
		const log = lineOf(terminal, 'unpacking bin/observer');
		terminal.type(report(wheelDown, log, column));
		terminal.type(report(wheelDown, stage, column).repeat(2));
		await terminal.until(text => /▸ +7 Start observer/.test(text), 'the last stage');
		const selectedInList = (): string => terminal.screen().find(line => line.startsWith(' ▸')) ?? '';
		expect(selectedInList(), 'the list is where it was').toContain('Upgrade OceanBase');
		terminal.type(report(wheelUp, lineOf(terminal, 'Scale out cluster'), 10));
		await terminal.until(() => !selectedInList().includes('Upgrade OceanBase'), 'the list to move');
	});

	test('what is no row, another button, a movement and the release of a button do nothing', async () => {
		const terminal = await openDemo(['--mouse'], {columns: 120, rows: 30});
		await openRow(terminal, 'Upgrade OceanBase', text => text.includes('failed in stage 3 of 7'), 'the failed task');
		await settled(terminal);
		const before = terminal.text();
		for (const line of [0, 1, 2, 3, 20, 27, 28, 29]) {
			click(terminal, line);
			click(terminal, line);
		}

		// Buttons that mean nothing, alone and with keys held.
		for (const button of [1, 2, 3, 32, 35, 4, 8, 16, 66, 128]) {
			terminal.type(report(button, lineOf(terminal, 'Stop observer')));
		}

		terminal.type(report(0, lineOf(terminal, 'Stop observer'), 10, 'm'));
		await settled(terminal);
		expect(terminal.text()).toBe(before);
	});

	test('it answers no question, opens nothing from a list of actions and types nothing into a prompt', async () => {
		const agent = await startAgent({scenario: 'failing'});
		const terminal = open([agent.label, '--operate', '--mouse']);
		await terminal.until(text => text.includes('failed in stage 3 of 7') && text.includes('new key of'), 'the failed task, and the news of its key');
		await pressFor(terminal, 'g', text => text.includes('? help') && !text.includes('new key of'), 'the hints in place of the news');
		await byHand();
		await byHand();
		const everywhere = async (): Promise<void> => {
			const before = terminal.text();
			for (let line = 0; line < 24; line++) {
				click(terminal, line);
				click(terminal, line);
				terminal.type(report(wheelUp, line) + report(wheelDown, line));
			}

			await settled(terminal);
			expect(terminal.text()).toBe(before);
		};

		await pressFor(terminal, 'x', text => text.includes('actions on'), 'the actions');
		await everywhere();
		await pressFor(terminal, 'r', text => text.includes('Press y'), 'the confirmation');
		await everywhere();
		await byHand();
		await pressFor(terminal, 'escape', text => text.includes('actions on'), 'the actions again');
		await pressFor(terminal, 'b', text => text.includes('type the task\'s name'), 'the other confirmation');
		await everywhere();
		await byHand();
		await pressFor(terminal, 'escape', text => text.includes('actions on'), 'the actions again');
		await byHand();
		await pressFor(terminal, 'escape', text => !text.includes('actions on'), 'the task');
		await byHand();
		await pressFor(terminal, '/', text => text.includes('Enter'), 'the line for a search');
		await everywhere();
		await byHand();
		await pressFor(terminal, 'escape', text => text.includes('? help'), 'the task again');
		await byHand();
		await pressFor(terminal, ':', text => text.includes('Enter'), 'the palette');
		await everywhere();
		expect(agent.requests().posts).toBe(0);
	});

	test('y that comes together with a report confirms nothing', async () => {
		const agent = await startAgent({scenario: 'failing'});
		const terminal = open([agent.label, '--operate', '--mouse']);
		await terminal.until(text => text.includes('failed in stage 3 of 7'), 'the failed task');
		await pressFor(terminal, 'x', text => text.includes('actions on'), 'the actions');
		await pressFor(terminal, 'r', text => text.includes('Press y'), 'the confirmation');
		await byHand();
		for (const text of [`y${report(0, 5)}`, `${report(wheelDown, 5)}y`]) {
			terminal.type(text);
			await terminal.until(screen => screen.includes('Ignored'), 'that it was not taken');
			await byHand();
		}

		expect(agent.requests().posts).toBe(0);
	});

	test('it scrolls the help', async () => {
		const terminal = await openDemo();
		await pressFor(terminal, '?', text => text.includes('› keys'), 'the help');
		const before = terminal.screen()[2];
		terminal.type(report(wheelDown, 5));
		await terminal.until(() => terminal.screen()[2] !== before, 'its later lines');
	});
});

describe.each([['off', []], ['on', ['--mouse']]] as const)('with the mouse %s', (_, args) => {
	test('no bytes of one become keys, in whatever encoding, whole or in parts', async () => {
		const terminal = await openDemo(args);
		await openRow(terminal, 'Upgrade OceanBase', text => text.includes('failed in stage 3 of 7'), 'the failed task');
		await byHand();
		await settled(terminal);
		const before = terminal.text();
		const other = [
			// X10: column 81 is q, and line 89 is y; then what is beyond ASCII, and what a wheel sends.
			'\u001B[M !!',
			'\u001B[M#!!',
			'\u001B[M qy',
			'\u001B[M áé',
			'\u001B[M`qy\u001B[Maqy',
			// That of urxvt.
			'\u001B[32;10;10M',
			// Half reports of every kind.
			'\u001B[<0;10',
			'\u001B[<0;1',
			'\u001B[M',
			'\u001B[M q',
			'\u001B[<',
			'\u001B[<0;7;7\u001B[<0;99;99M',
		];
		for (const text of other) {
			terminal.type(text);
			await settled(terminal);
			expect(terminal.text(), JSON.stringify(text)).toBe(before);
		}

		// Byte by byte, and with a pause at every place in it, as over a bad line.
		for (const whole of ['\u001B[<2;81;89M', '\u001B[<0;100;100M', '\u001B[M qy']) {
			for (let cut = 1; cut < whole.length; cut++) {
				terminal.type(whole.slice(0, cut));
				await byHand();
				await byHand();
				terminal.type(whole.slice(cut));
				// Esc that is read long before the rest goes back, as it does in every program.
				if (cut === 1) {
					await terminal.until(text => text === before || text.includes('9 agents'), 'the task, or what is behind it');
				}

				await settled(terminal);
				if (terminal.text().includes('9 agents')) {
					await openRow(terminal, 'Upgrade OceanBase', text => text.includes('failed in stage 3 of 7'), 'the failed task');
					await byHand();
					await settled(terminal);
				}

				expect(terminal.text(), JSON.stringify([whole.slice(0, cut), whole.slice(cut)])).toBe(before);
			}
		}

		await pressFor(terminal, '?', text => text.includes('› keys'), 'the help: keys still count');
	});

	test('Esc and pasted text are what they were', async () => {
		const terminal = await openDemo(args);
		await pressFor(terminal, '/', text => text.includes('Enter apply'), 'the line for a filter');
		terminal.type('\u001B[200~upgrade\u001B[<0;3;3M\u001B[201~');
		await terminal.until(text => text.includes('/upgrade␛[<0;3;3M'), 'the text as it was pasted');
		await byHand();
		await pressFor(terminal, 'escape', text => !text.includes('Enter apply'), 'the agents');
	});
});

const hasTmux = spawnSync('tmux', ['-V']).status === 0;

test.skipIf(!hasTmux)(`in tmux with its mouse on, clicks and the wheel reach it${hasTmux ? '' : ' (skipped: no tmux here)'}`, async () => {
	const folder = mkdtempSync(path.join(tmpdir(), 'obwatch-tmux-'));
	const socket = ['-S', path.join(folder, 'socket'), '-f', '/dev/null'];
	onTestFinished(() => {
		spawnSync('tmux', [...socket, 'kill-server']);
		rmSync(folder, {recursive: true});
	});
	const terminal = open([...socket, 'new-session', process.execPath, program, '--demo', '--seed', '7', '--mouse', ';', 'set', '-g', 'mouse', 'on'], {command: 'tmux'});
	await terminal.until(text => isWhole(text), 'the agents');
	click(terminal, lineOf(terminal, 'Upgrade OceanBase'));
	await terminal.until(() => lineWith(terminal, '▸').includes('Upgrade OceanBase'), 'the row under the pointer');
	terminal.press('g');
	await terminal.until(() => lineOf(terminal, '▸') === 2, 'the first row');
	terminal.type(report(wheelDown, 5));
	await terminal.until(() => lineOf(terminal, '▸') === 5, 'three rows further');
	click(terminal, lineOf(terminal, 'Upgrade OceanBase'));
	click(terminal, lineOf(terminal, 'Upgrade OceanBase'));
	await terminal.until(text => text.includes('failed in stage 3 of 7'), 'the task');
	terminal.press('ctrl-c');
	await terminal.until(text => text.includes('[exited]'), 'the end');
});
