import {mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {describe, expect, onTestFinished, test} from 'vitest';
import {program} from '../../source/build/paths.js';
import {openTerminal} from '../helpers/pty.js';
import {runProgram} from '../helpers/run-program.js';
import {startAgent} from './helpers/stage.js';

const makeFolder = (): string => {
	const folder = mkdtempSync(path.join(tmpdir(), 'obwatch-test-'));
	onTestFinished(() => {
		rmSync(folder, {recursive: true, force: true});
	});
	return folder;
};

/** Homes in which nothing can be kept, and what is said of the file of known keys there. */
const homes: ReadonlyArray<readonly [name: string, make: () => string, problem: string]> = [
	['/dev/null', () => '/dev/null', 'a part of its path is not a folder'],
	['a file', () => {
		const file = path.join(makeFolder(), 'file');
		writeFileSync(file, '');
		return file;
	}, 'a part of its path is not a folder'],
	['a link to nothing', () => {
		const link = path.join(makeFolder(), 'link');
		symlinkSync('nowhere', link);
		return link;
	}, 'its folder cannot be created'],
	['a link to itself', () => {
		const link = path.join(makeFolder(), 'link');
		symlinkSync('link', link);
		return link;
	}, 'too many links'],
	['a name that is too long', () => path.join(makeFolder(), 'a'.repeat(300)), 'its path is too long'],
	...(process.platform === 'linux' ? [['/proc', () => '/proc', 'its folder cannot be created'] as const] : []),
];

/** With the cache of compiled code, unlike other tests. */
const compiling = {NODE_DISABLE_COMPILE_CACHE: '', XDG_CACHE_HOME: ''};

describe.each(homes)('where the home folder is %s', (_, make, problem) => {
	test.each(['--version', '--help', '--print-config'])('%s works', async argument => {
		const run = runProgram([argument], {env: {...compiling, HOME: make()}});
		expect(await run.exit()).toBe(0);
		expect(run.stderr()).toBe('');
	});

	test('an agent is queried, with a note that its key is not remembered', async () => {
		const agent = await startAgent({scenario: 'succeeded'});
		const run = runProgram(['--once', agent.label], {env: {...compiling, HOME: make()}});
		expect(await run.exit()).toBe(0);
		expect(run.stdout()).toContain('succeeded');
		expect(run.stderr()).toMatch(new RegExp(String.raw`^obwatch: keys of agents are not stored: [^\n]+: ${problem}\n$`));
	});
});

test('a key that cannot be kept is no trusted one', async () => {
	const agent = await startAgent({scenario: 'succeeded'});
	const run = runProgram(['trust', agent.label, '--yes'], {env: {...compiling, HOME: '/dev/null'}});
	expect(await run.exit()).toBe(2);
	expect(run.stderr()).toBe('obwatch: /dev/null/.local/state/obwatch/known_agents: a part of its path is not a folder\n');
});

test('a key that does not fit ends with the code of a full disk', async () => {
	const agent = await startAgent({scenario: 'succeeded'});
	const state = makeFolder();
	const run = runProgram(['trust', agent.label, '--yes'], {
		command: ['sh', '-c', 'trap "" XFSZ; ulimit -f 0; exec "$@"', 'sh', process.execPath, program], env: {NODE_DISABLE_COMPILE_CACHE: '1', XDG_STATE_HOME: state},
	});
	expect(await run.exit()).toBe(74);
	expect(run.stderr()).toBe(`obwatch: ${state}/obwatch/known_agents: larger than files may be here (ulimit -f)\n`);
});

describe('where the current folder was removed', () => {
	const removed = (args: readonly string[]): readonly string[] =>
		['-c', `mkdir "$HOME/gone" && cd "$HOME/gone" && rmdir "$HOME/gone" && exec '${process.execPath}' '${program}' ${args.join(' ')}`];

	test('the screen opens, and a log is saved at home', async () => {
		const agent = await startAgent({scenario: 'failing'});
		const home = makeFolder();
		const terminal = openTerminal({command: 'sh', args: removed([agent.label]), env: {HOME: home}});
		onTestFinished(async () => terminal.close());
		await terminal.until(text => text.includes('failed in stage 3 of 7'), 'the task');
		terminal.press('e');
		await terminal.until(text => text.includes('no space left'), 'the log');
		terminal.press('s');
		await terminal.until(text => text.includes('saved'), 'the notice of the save');
		const file = readdirSync(home).find(name => name.endsWith('.log')) ?? '';
		expect(readFileSync(path.join(home, file), 'utf8')).toContain('no space left');
		terminal.press('ctrl-c');
		expect(await terminal.exit).toEqual({code: 130, signal: undefined});
	});

	// In place of Node with an executable there is a shell, which itself complains of the folder.
	test.skipIf(process.env['OBWATCH_STAND_IN'] !== undefined)('a recording beside it is refused', async () => {
		const run = runProgram([], {env: {HOME: makeFolder()}, command: ['sh', ...removed(['--demo', '--once', '--record', 'night.jsonl'])]});
		expect(await run.exit()).toBe(2);
		expect(run.stderr()).toBe('obwatch: --record night.jsonl: no such folder\n');
	});
});
