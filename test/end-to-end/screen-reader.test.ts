// What a screen reader gets: a text that grows, line by line.

import {expect, test} from 'vitest';
import {type Terminal, type TerminalSetup} from '../helpers/pty.js';
import {until} from '../helpers/until.js';
import {open, startAgent} from './helpers/stage.js';

const modes = /\u001B\[\?\d+[hl]|\u001B\]\d;[^\u0007]*\u0007|\u0007/g;

const linesOf = (text: string): readonly string[] => text.replaceAll(modes, '').split('\r\n');

/** What was written, as lines; `next` waits for a line that is new since the last call. */
const openReader = (args: readonly string[], setup: Omit<TerminalSetup, 'args'> = {}): {
	readonly terminal: Terminal;
	readonly written: () => readonly string[];
	readonly next: (wanted: RegExp, after?: string) => Promise<readonly string[]>;
} => {
	const terminal = open(args, {columns: 120, rows: 40, ...setup, env: {INK_SCREEN_READER: 'true', ...setup.env}});
	let seen = 0;
	return {
		terminal,
		written: () => linesOf(terminal.raw()),
		async next(wanted, after = '') {
			await until(() => linesOf(terminal.raw().slice(seen)).some(line => wanted.test(line)), `a line like ${wanted.source} ${after}`, {describe: () => terminal.raw().slice(seen)});
			const lines = linesOf(terminal.raw().slice(seen)).filter(line => line !== '');
			seen = terminal.raw().length;
			return lines;
		},
	};
};

/** Bars, rules, marks and frames. */
const drawn = /[\u2190-\u21FF\u2500-\u27BF·›]/;

const openPair = async (args: readonly string[] = []) => {
	const agents = await Promise.all((['failing', 'succeeded'] as const).map(async scenario => startAgent({scenario})));
	const reader = openReader([...agents.map(({label}) => label), ...args]);
	await reader.next(/^Keys: /);
	// The last of them is the first line once everything was read.
	await until(() => [/succeeded, stage/, /failed, stage/, /^obwatch, 2 agents, 1 failed$/].every(wanted => reader.written().some(line => wanted.test(line))), 'both tasks', {describe: reader.terminal.raw});
	return {...reader, agents};
};

test('a row is a line with its words in order, and only the row that is selected next is read', async () => {
	const {terminal, next, written, agents} = await openPair();
	const [failing, succeeded] = agents;
	expect(written().findLast(line => line.includes('failed, stage'))).toMatch(new RegExp(`^${failing?.label}, single, Upgrade OceanBase, failed, stage 3 of 7, why Unpack packages @ .*no space left on device, 30s, selected$`));
	await next(/succeeded, stage/);
	terminal.press('j');
	expect(await next(/selected$/)).toEqual([expect.stringMatching(new RegExp(String.raw`^${succeeded?.label}, single, .*, succeeded, stage \d of \d, \d+s, selected$`))]);
	terminal.press('k');
	expect(await next(/selected$/)).toEqual([expect.stringMatching(/^.*, failed, .*, selected$/)]);
});

test('the terminal is left as it is: no other screen, no cursor that jumps, nothing erased', async () => {
	const {terminal, next} = await openPair();
	terminal.press('enter');
	await next(/^Keys: .*Esc back/);
	expect(terminal.isAlternate()).toBe(false);
	expect(terminal.raw().replaceAll(modes, '')).not.toContain('\u001B');
	terminal.press('ctrl-c');
	expect(await terminal.exit).toEqual({code: 130, signal: undefined});
});

test('an operation is confirmed by what is read', async () => {
	const agent = await startAgent({scenario: 'failing'});
	const {terminal, next} = openReader([agent.label, '--operate']);
	await next(/^7, Start observer, pending/);
	terminal.press('x');
	const panel = await next(/^Keys: .*Esc/);
	expect(panel).toContain('r, retry, run the failed stage again, selected');
	expect(panel).toContain('c, cancel, no: not running');
	terminal.press('r');
	await next(/^Send the retry\? Press y\./);
	terminal.press('y');
	await next(/^retry accepted/i);
});

test('a password prompt says for whom, and that something was typed', async () => {
	const agent = await startAgent({scenario: 'failing', agentPassword: 'secret'});
	const other = await startAgent();
	const {terminal, next} = openReader([agent.label, other.label]);
	await next(/needs the agent password/);
	terminal.press('p');
	const prompt = await next(/it is not shown/);
	expect(prompt).toContain(`for, ${agent.label}, selected, all agents`);
	terminal.press('tab');
	await next(/all agents, selected$/);
	terminal.type('secret');
	await next(/typed, not shown/);
	expect(terminal.raw()).not.toContain('secret');
});

const languages = [
	['en', {keys: 'Keys: ', selected: ', selected'}],
	['zh', {keys: '按键：', selected: '，已选中'}],
] as const;

test.each(languages)('every screen is plain text in order (%s)', async (language, words) => {
	const {terminal, next, written} = openReader(['--demo', '--lang', language, '--operate'], {rows: 40});
	const keys = new RegExp(`^${words.keys}`);
	const selected = new RegExp(`${words.selected}$`);
	await next(keys);
	await until(() => written().some(line => line.includes('OceanBase') && selected.test(line)), 'the failed upgrade, which is selected', {describe: terminal.raw});
	/** Each key, and what is read after it. */
	const walk = async (...steps: ReadonlyArray<readonly [key: string, wanted: RegExp]>): Promise<void> => {
		for (const [key, wanted] of steps) {
			terminal.type(key);
			await next(wanted, `after ${JSON.stringify(key)}`);
		}
	};

	await walk(
		['/upgrade', /^\/upgrade[,，]/],
		['\r', keys],
		['i', keys],
		['\u001B', keys],
		['H', keys],
		['\u001B', keys],
		['J', keys],
		['\u001B', keys],
		['?', keys],
		['?', keys],
		['\u001B', keys],
		['\r', keys],
		['\r', keys],
		['k', selected],
		['\u001B', keys],
		['a', keys],
		['\u001B', keys],
		['/space', /^\/space[,，]/],
		['\r', keys],
		['\u001B', keys],
		['x', keys],
		['\u001B', keys],
		[':', /Enter/],
		['\u001B', keys],
	);
	expect(written().filter(line => drawn.test(line))).toEqual([]);
	expect(terminal.raw().replaceAll(modes, '')).not.toContain('\u001B');
	expect(written().filter(line => / {2}/.test(line))).toEqual([]);
});

test('each row says whose it is, an outcome of which run, and that nothing is beside a list', async () => {
	const {terminal, next, written} = openReader(['--demo', '--seed', '7']);
	await until(
		() => ['cluster obprod, 2 of 2 agents, ', 'cluster obdemo, 3 of 3 agents', 'obprod, main task, Start OB, '].every(text => written().some(line => line.startsWith(text)))
			&& written().some(line => /^127\.0\.0\.\d+:\d+, Back up tenant data, running, /.test(line)),
		'the rows of both clusters',
		{describe: terminal.raw},
	);
	await next(/selected$/);
	terminal.press('tab');
	await next(/^Nothing is beside a list that is read: Enter opens it$/);
	terminal.press('C');
	await next(/^3, Unpack packages, this run failed, 15s, \d+ \w{3} \d\d:\d\d(?::\d\d)? succeeded, 21s/);
	terminal.press('escape');
	await next(/^Keys: /);
	terminal.press('x');
	const panel = await next(/^Keys: .*Esc/);
	const places = [/^Read-only\. /, /^r, retry, /].map(wanted => panel.findIndex(line => wanted.test(line)));
	expect(places[0]).toBeGreaterThanOrEqual(0);
	expect(places[0]).toBeLessThan(places[1] ?? -1);
});
