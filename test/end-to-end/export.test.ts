import {Buffer} from 'node:buffer';
import {mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {expect, onTestFinished, test} from 'vitest';
import {program} from '../../source/build/paths.js';
import {type DemoAgent} from '../../source/demo/demo-agent.js';
import {type Terminal} from '../helpers/pty.js';
import {until} from '../helpers/until.js';
import {lineWith, open, pressFor, reportsMouse, startAgent} from './helpers/stage.js';

type Place = {readonly folder: string; readonly temporary: string};

/** A folder to save to, and one for temporary files. */
const makePlace = (): Place => {
	const top = mkdtempSync(path.join(tmpdir(), 'obwatch-test-'));
	onTestFinished(() => {
		rmSync(top, {recursive: true, force: true});
	});
	const place = {folder: path.join(top, 'work'), temporary: path.join(top, 'tmp')};
	mkdirSync(place.folder);
	mkdirSync(place.temporary);
	return place;
};

/** Opens obwatch in a folder, on an agent. */
const openIn = ({folder, temporary}: Place, agent: DemoAgent, env: Readonly<Record<string, string>> = {}): Terminal =>
	open(['-c', 'cd "$1" && shift && exec "$@"', 'sh', folder, process.execPath, program, agent.label, '--mouse'], {
		command: '/bin/sh', columns: 120, env: {TMPDIR: temporary, ...env},
	});

/** The log of the failed sub-task of a simulated upgrade, at its error. */
const openFailure = async (place: Place, env: Readonly<Record<string, string>> = {}): Promise<Terminal> => {
	const agent = await startAgent({scenario: 'failing'});
	const terminal = openIn(place, agent, env);
	await terminal.until(text => text.includes('failed in stage 3'), 'the failed task');
	await pressFor(terminal, 'e', text => text.includes('unpacking to /home/admin') && /\d\d:\d\d:\d\d\.\d{3} /.test(text), 'the log with its times');
	return terminal;
};

const modeOf = (file: string): number => statSync(file).mode & 0o777;

/** Shows its file and environment, tells of ^c, and leaves at the line "done". */
const pagerScript = `
	import {readFileSync} from 'node:fs';
	process.on('SIGINT', () => console.log('interrupted'));
	console.log(readFileSync(process.argv.at(-1), 'utf8'));
	console.log('secure ' + process.env.LESSSECURE, 'own ' + Object.keys(process.env).filter(name => name.startsWith('OBWATCH')).length);
	console.log('pager is ready');
	process.stdin.on('data', typed => {
		console.log('typed ' + JSON.stringify(String(typed)));
		if (String(typed).trim() === 'done') {
			process.exit(0);
		}
	});
`;

const makePager = ({folder}: Place): string => {
	const file = path.join(folder, 'pager.mjs');
	writeFileSync(file, pagerScript);
	return `${process.execPath} ${file} --some-option`;
};

test('a log is saved whole, for the user alone, and over nothing', async () => {
	const place = makePlace();
	const terminal = await openFailure(place);
	await pressFor(terminal, 's', text => text.includes(' saved '), 'where it was saved');
	expect(lineWith(terminal, ' saved ')).toMatch(/ saved (\/\S+|…\S+)\/obwatch-log-\d{8}-\d{6}\.log$/);

	const [name = ''] = readdirSync(place.folder);
	const file = path.join(place.folder, name);
	expect(modeOf(file)).toBe(0o600);
	const content = readFileSync(file, 'utf8');
	expect(content).toMatch(/^# task +Upgrade OceanBase \(\d+\) of 127\.0\.0\.1:\d+\n# stage +3 Unpack packages\n/);
	expect(content).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} ERROR: \[Package/m);

	await pressFor(terminal, 'k', text => !text.includes(' saved '), 'the keys again');
	await pressFor(terminal, 's', text => text.includes(' saved '), 'another file');
	expect(readdirSync(place.folder)).toHaveLength(2);
	expect(readFileSync(file, 'utf8')).toBe(content);
	terminal.press('ctrl-c');
	expect(await terminal.exit).toEqual({code: 130, signal: undefined});
});

const clipboardOf = (written: string): string => {
	const [, encoded = ''] = /\u001B\]52;c;([^\u0007]*)\u0007/.exec(written) ?? [];
	return Buffer.from(encoded, 'base64').toString('utf8');
};

test('lines are copied through the terminal, which stays as it is', async () => {
	const terminal = await openFailure(makePlace());
	await pressFor(terminal, 'y', text => text.includes(' sent to the terminal (OSC 52): ERROR: [Package'), 'what was copied');
	expect(clipboardOf(terminal.raw())).toMatch(/^ERROR: \[Package/);
	await pressFor(terminal, 'Y', text => /sent \d+ lines to the terminal \(OSC 52\)/.test(text), 'all that was copied');
	expect(terminal.text()).toContain('unpacking to /home/admin');
});

test('if tmux cannot be run, the copied text is wrapped for it', async () => {
	const terminal = await openFailure(makePlace(), {TMUX: '/tmp/tmux-0/default,1,0'});
	await pressFor(terminal, 'y', text => text.includes(' sent to the terminal (OSC 52, tmux must pass it on): '), 'what was copied');
	expect(terminal.raw()).toMatch(/\u001BPtmux;\u001B\u001B\]52;c;[^\u0007]+\u0007\u001B\\/);
});

test('the pager gets the whole terminal, keyboard and ^c included, and gives it back', async () => {
	const place = makePlace();
	const terminal = await openFailure(place, {PAGER: makePager(place), OBWATCH_PASSWORD: 'not for pagers'});
	const before = terminal.text();
	await pressFor(terminal, 'v', text => text.includes('pager is ready'), 'the pager');
	expect(terminal.isAlternate()).toBe(false);
	expect(terminal.isCursorHidden()).toBe(false);
	expect(reportsMouse(terminal)).toBe(false);
	expect(terminal.text()).toContain('secure 1 own 0');
	expect(terminal.text()).toContain('ERROR: [Package');
	const [own = ''] = readdirSync(place.temporary);
	expect(modeOf(path.join(place.temporary, own))).toBe(0o700);
	expect(modeOf(path.join(place.temporary, own, 'obwatch.log'))).toBe(0o600);

	await pressFor(terminal, 'ctrl-c', text => text.includes('interrupted'), 'the pager to hear of ^c');
	terminal.type('first\r');
	await terminal.until(text => text.includes(String.raw`typed "first\n"`), 'every key to get to the pager');
	terminal.type('done\r');
	await terminal.until(text => text === before, 'the log as it was');
	expect(terminal.isAlternate()).toBe(true);
	expect(reportsMouse(terminal)).toBe(true);
	await until(() => readdirSync(place.temporary).length === 0, 'the file to be gone');

	await pressFor(terminal, 'escape', text => text.includes('failed in stage'), 'keys to be ours again');
	terminal.press('ctrl-c');
	expect(await terminal.exit).toEqual({code: 130, signal: undefined});
});

test('a signal ends the pager too, and leaves nothing behind', async () => {
	const place = makePlace();
	const terminal = await openFailure(place, {PAGER: makePager(place)});
	await pressFor(terminal, 'v', text => text.includes('pager is ready'), 'the pager');
	terminal.signal('SIGTERM');
	expect(await terminal.exit).toEqual({code: 143, signal: undefined});
	expect(readdirSync(place.temporary)).toEqual([]);
});

test('^z in the pager stops both, and fg brings both back', async () => {
	const place = makePlace();
	const agent = await startAgent({scenario: 'failing'});
	const terminal = open(['--norc', '--noprofile', '-i'], {command: '/bin/bash', columns: 120, env: {TMPDIR: place.temporary, PS1: 'prompt> ', PAGER: makePager(place)}});
	await terminal.until(text => text.includes('prompt>'), 'the shell');
	terminal.type(`${process.execPath} ${program} ${agent.label}\r`);
	await terminal.until(text => text.includes('failed in stage 3'), 'the failed task');
	await pressFor(terminal, 'e', text => text.includes('unpacking to /home/admin'), 'the log');
	await pressFor(terminal, 'v', text => text.includes('pager is ready'), 'the pager');
	await pressFor(terminal, 'ctrl-z', text => text.includes('Stopped'), 'the shell again');
	terminal.type('fg\r');
	await terminal.until(text => text.includes('fg\n'), 'the job to go on');
	terminal.type('again\r');
	await terminal.until(text => text.includes(String.raw`typed "again\n"`), 'the pager to hear keys');
	terminal.type('done\r');
	await terminal.until(text => text.includes('unpacking to /home/admin') && terminal.isAlternate(), 'the log');
	await pressFor(terminal, 'escape', text => text.includes('failed in stage'), 'keys to be ours again');
	await pressFor(terminal, 'ctrl-c', text => text.includes('prompt>'), 'the shell');
});

test('a pager that is not there is named', async () => {
	const terminal = await openFailure(makePlace(), {PAGER: 'no-such-pager -x'});
	await pressFor(terminal, 'v', text => text.includes('pager no-such-pager not found'), 'the name');
	expect(terminal.isAlternate()).toBe(true);
	expect(terminal.text()).toContain('unpacking to /home/admin');
});

test('an incident is saved as one file for people and one for programs', async () => {
	const place = makePlace();
	const agent = await startAgent({scenario: 'failing', rootPassword: 'correct horse'});
	const terminal = openIn(place, agent, {OBWATCH_PASSWORD: 'correct horse'});
	await terminal.until(text => text.includes('failed in stage 3'), 'the failed task');
	await pressFor(terminal, 'B', text => text.includes(' saved '), 'where it was saved');
	expect(lineWith(terminal, ' saved ')).toMatch(/\/obwatch-bundle-\d{8}-\d{6}\.txt and \.json/);

	const names = readdirSync(place.folder).toSorted();
	expect(names.map(name => path.extname(name))).toEqual(['.json', '.txt']);
	const [json = '', text = ''] = names.map(name => readFileSync(path.join(place.folder, name), 'utf8'));
	expect(names.map(name => modeOf(path.join(place.folder, name)))).toEqual([0o600, 0o600]);
	expect(JSON.parse(json)).toMatchObject({
		owner: agent.label,
		task: {name: 'Upgrade OceanBase', outcome: 'failed'},
		cause: {kind: 'error', nodeName: 'Unpack packages'},
		agents: [{address: agent.label, connection: {type: 'connected'}}],
		logs: [{stage: 1, hasRun: true}, {stage: 2}, {stage: 3}, {stage: 4, hasRun: false}, {}, {}, {}],
	});
	expect(text).toMatch(/^why +Unpack packages/m);
	expect(text).toMatch(/^3 {2}Unpack packages +0\/1 {2}failed/m);
	expect(json + text).not.toContain('correct horse');
});
