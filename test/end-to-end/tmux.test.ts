// A pane of tmux that is left alone for weeks and looked at from one terminal today, from another tomorrow.

import {spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {expect, onTestFinished, test} from 'vitest';
import {program} from '../../source/build/paths.js';
import {type Terminal} from '../helpers/pty.js';
import {until} from '../helpers/until.js';
import {countOf, open, pressFor, startAgent} from './helpers/stage.js';

const hasTmux = spawnSync('tmux', ['-V']).status === 0;

type Size = {readonly columns: number; readonly rows: number};

type Server = {
	/** tmux with these arguments, in a terminal of its own. */
	readonly client: (args: readonly string[], size?: Size) => Terminal;
	/** What tmux answers. */
	readonly ask: (...args: readonly string[]) => string;
};

/** A tmux of its own, that ends with the test. */
const startServer = (): Server => {
	const folder = mkdtempSync(path.join(tmpdir(), 'obwatch-tmux-'));
	const socket = ['-S', path.join(folder, 'socket'), '-f', '/dev/null'];
	const ask = (...args: readonly string[]): string => spawnSync('tmux', [...socket, ...args], {encoding: 'utf8'}).stdout.trim();
	onTestFinished(() => {
		ask('kill-server');
		rmSync(folder, {recursive: true});
	});
	return {client: (args, size) => open([...socket, ...args], {command: 'tmux', ...size}), ask};
};

/** The whole screen is that of a pane: its first line, and its hints in the last line but one, with nothing of another size left. */
const expectWhole = async (terminal: Terminal, rows: number): Promise<void> => {
	await terminal.until(() => (terminal.screen()[0] ?? '').startsWith(' obwatch › ') && (terminal.screen()[rows - 2] ?? '').includes('? help'), 'the screen in its size');
	expect(terminal.screen().filter(line => line.includes('obwatch ›'))).toHaveLength(1);
	expect(terminal.screen().filter(line => line.includes('? help'))).toHaveLength(1);
	expect(terminal.screen()[rows - 1]).toBe('');
};

test.skipIf(!hasTmux)(`in tmux it outlives being detached, and is whole where it is attached again, at another size${hasTmux ? '' : ' (skipped: no tmux here)'}`, async () => {
	const agent = await startAgent({scenario: 'initialize'});
	const {client, ask} = startServer();
	const first = client(['new-session', process.execPath, program, agent.label, ';', 'set', 'status', 'off']);
	await first.until(text => text.includes('● running stage') && text.includes('new key of'), 'the task, and the news of its key');
	await pressFor(first, 'g', text => text.includes('? help'), 'the hints in place of the news');
	await expectWhole(first, 24);
	ask('detach-client');
	await first.exit;

	// The user is not looking, and agents are polled all the same.
	const before = countOf(agent, 'task');
	await until(() => countOf(agent, 'task') > before + 1, 'the agent to be asked');

	for (const size of [{columns: 120, rows: 40}, {columns: 60, rows: 15}, {columns: 80, rows: 24}]) {
		const next = client(['attach'], size);
		await next.until(text => text.includes('Initialize'), 'the task in the other terminal');
		await expectWhole(next, size.rows);
		await pressFor(next, '?', text => text.includes('› keys'), 'the help: the keyboard is alive');
		await pressFor(next, 'escape', text => text.includes('Initialize'), 'the task again');
		await expectWhole(next, size.rows);
		expect(ask('list-panes', '-F', '#{pane_width}x#{pane_height}')).toBe(`${size.columns}x${size.rows}`);
		if (size.columns === 80) {
			next.press('ctrl-c');
			await next.exit;
			expect(next.text()).toContain('[exited]');
		} else {
			ask('detach-client');
			await next.exit;
		}
	}
});

test.skipIf(!hasTmux)(`in tmux without passthrough, y reaches tmux's buffer, and its notice says so${hasTmux ? '' : ' (skipped: no tmux here)'}`, async () => {
	const agent = await startAgent({scenario: 'failing', port: 0});
	const {client, ask} = startServer();
	const terminal = client(['new-session', process.execPath, program, agent.label, ';', 'set', 'allow-passthrough', 'off', ';', 'set', 'status', 'off']);
	await terminal.until(text => text.includes('✖ failed'), 'the failed task');
	await pressFor(terminal, 'e', text => text.includes('no space left on'), 'the line that says why');
	await pressFor(terminal, 'y', text => text.includes('copied to tmux\'s buffer: ERROR: '), 'word of the copy');
	expect(ask('show-buffer')).toMatch(/^ERROR: .*no space left on device$/);
});
