// A terminal that takes no more output: its reader stopped, its line stalled, or the user stopped it with ctrl-s.

import {execFileSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {expect, onTestFinished, test} from 'vitest';
import {type DemoAgent} from '../../source/demo/demo-agent.js';
import {type Terminal} from '../helpers/pty.js';
import {until} from '../helpers/until.js';
import {stillAlive} from './helpers/shell.js';
import {countOf, open, pressFor, settled, startAgent} from './helpers/stage.js';

type Stalled = {
	readonly terminal: Terminal;
	readonly agent: DemoAgent;
	/** Bytes that wait in the program for its terminal. */
	readonly queued: () => Promise<number>;
};

// Far more than the system takes in for a reader that stopped.
const redraws = 400;

/** The program with a task in sight, made to tell how much waits for its terminal. */
const openWatched = async (): Promise<Stalled> => {
	const agent = await startAgent({scenario: 'initialize'});
	const folder = mkdtempSync(path.join(tmpdir(), 'obwatch-queue-'));
	onTestFinished(() => {
		rmSync(folder, {recursive: true});
	});
	const code = 'import fs from "node:fs"; let count = 0; process.on("SIGUSR2", () => { count += 1; fs.writeFileSync(process.env.QUEUE_FOLDER + "/" + count, process.stdout.writableLength + " bytes"); });';
	const terminal = open([agent.label], {env: {QUEUE_FOLDER: folder, NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(code)}`}});
	await terminal.until(text => text.includes('● running stage'), 'the task');
	let count = 0;
	return {
		terminal, agent,
		async queued() {
			count += 1;
			const file = path.join(folder, String(count));
			process.kill(terminal.pid, 'SIGUSR2');
			let text = '';
			await until(() => {
				try {
					text = readFileSync(file, 'utf8');
				} catch {}

				return text.endsWith('bytes');
			}, 'the program to tell how much waits');
			return Number(text.replace(' bytes', ''));
		},
	};
};

/** Stops reading, and has more drawn than the system keeps. */
const stall = async ({terminal, queued}: Stalled): Promise<void> => {
	terminal.stall();
	// What waits is taken now and then while the system has room: only what stays the same waits for good. A busy program may draw once for many rounds.
	let waiting = 0;
	let steady = 0;
	const end = Date.now() + 120_000;
	while (steady < 10) {
		if (Date.now() > end) {
			throw new Error(`waited in vain for the terminal to be full: ${waiting} bytes wait`);
		}

		terminal.press(...Array.from({length: 10}, () => 'ctrl-l'));
		const before = waiting;
		waiting = await queued();
		steady = waiting > 0 && waiting === before ? steady + 1 : 0;
	}
};

/** Keys have their effect, and agents are asked. */
const expectAsking = async ({terminal, agent}: Stalled): Promise<void> => {
	const before = countOf(agent, 'status');
	terminal.press('r');
	await until(() => countOf(agent, 'status') > before, 'the agent to be asked again');
};

/** The screen, and the same one after a redraw from nothing. */
const expectWhole = async (terminal: Terminal): Promise<void> => {
	await pressFor(terminal, '?', text => text.includes('› keys'), 'the help: keys have their effect, and it shows');
	const help = terminal.text();
	await settled(terminal);
	await terminal.until(text => text === help, 'the same screen, drawn anew');
};

test('a terminal that is not read holds nothing up, is owed one frame at most, and shows the present once it is read again', async () => {
	const stalled = await openWatched();
	const {terminal, queued} = stalled;
	await stall(stalled);
	await expectAsking(stalled);
	const waiting = await queued();
	expect(waiting).toBeLessThan(16 * 1024);
	terminal.press(...Array.from({length: redraws}, () => 'ctrl-l'), 'h');
	await expectAsking(stalled);
	// One frame, not one for each redraw; the system may have taken the one before.
	expect(await queued()).toBeLessThan(16 * 1024);
	terminal.read();
	await terminal.until(text => text.startsWith(' obwatch  1 agent'), 'the screen that h led to meanwhile');
	await expectWhole(terminal);
	expect(await queued()).toBe(0);
});

test.each([['SIGTERM', 143], ['SIGINT', 130]] as const)('%s ends the program though its terminal takes nothing', async (signal, code) => {
	const stalled = await openWatched();
	const {terminal} = stalled;
	await stall(stalled);
	terminal.signal(signal);
	await until(() => stillAlive([terminal.pid]).length === 0, 'the program to be gone');
	terminal.read();
	expect(await terminal.exit).toMatchObject({code});
});

test('a line that is lost while it is stalled ends the program', async () => {
	const stalled = await openWatched();
	const {terminal} = stalled;
	await stall(stalled);
	terminal.hangUp();
	await until(() => stillAlive([terminal.pid]).length === 0, 'the program to be gone');
});

test('ctrl-s is a key without a meaning: the screen goes on', async () => {
	const {terminal} = await openWatched();
	terminal.press('ctrl-s');
	await expectWhole(terminal);
});

test('a terminal that stops at ctrl-s goes on at ctrl-q, with the present on it', async () => {
	const stalled = await openWatched();
	const {terminal, agent} = stalled;
	// What a program that shares the terminal can do to it.
	const device = execFileSync('ps', ['-o', 'tty=', '-p', String(terminal.pid)], {encoding: 'utf8'}).trim();
	execFileSync('stty', ['-F', `/dev/${device}`, 'ixon', '-ixany']);
	terminal.press('ctrl-s');
	await expectAsking(stalled);
	terminal.press('?');
	const before = countOf(agent, 'status');
	await until(() => countOf(agent, 'status') > before, 'the agent to be asked again');
	expect(terminal.text()).not.toContain('› keys');
	terminal.press('ctrl-q');
	await terminal.until(text => text.includes('› keys'), 'the help that was asked for meanwhile');
	terminal.press('escape');
	await terminal.until(text => text.includes('● running stage'), 'the task');
	await expectWhole(terminal);
});
