import {spawnSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {describe, expect, test} from 'vitest';
import {program, top} from '../../source/build/paths.js';
import {openTerminal} from '../helpers/pty.js';
import {runProgram} from '../helpers/run-program.js';
import {until} from '../helpers/until.js';
import {makeFile} from './config/helpers.js';

const {version} = JSON.parse(readFileSync(path.join(top, 'package.json'), 'utf8')) as {version: string};

/** `npm run test:binary`: an executable with a Node of its own. */
const isExecutable = process.env['OBWATCH_STAND_IN'] !== undefined;

describe('the built program, without a terminal', () => {
	test.each([
		[['--version'], 0, expect.stringMatching(new RegExp(String.raw`^obwatch ${version} \((build \S+, )?Node ${isExecutable ? String.raw`[\d.]+` : process.versions.node}\)\n$`)), ''],
		[['--agnet', 'x'], 2, '', 'obwatch: unknown option --agnet, did you mean --agent?; see obwatch --help\n'],
		[['10.0.0.1:x'], 2, '', 'obwatch: bad agent "10.0.0.1:x" (the command line): "x" is not a port (1 to 65535)\n'],
		[['--password', 'geheim'], 2, '', expect.stringMatching(/^obwatch: --password is refused, [^\n]+\n$/)],
		[[], 2, '', 'obwatch needs a terminal (stdout is not one). Use --once to print a table.\n'],
		[['--demo'], 2, '', 'obwatch needs a terminal (stdout is not one). Use --once to print a table.\n'],
		[['completion', 'tcsh'], 2, '', 'obwatch: completion needs one of bash, zsh, fish, groups, webhooks, not "tcsh"\n'],
		[['man', 'obwatch'], 2, '', 'obwatch: man takes no arguments, but got "obwatch"\n'],
		[['demo-agent', '--scenario', 'no such'], 2, '', expect.stringMatching(/^obwatch: --scenario "no such": expected one of [^\n]+\n$/)],
	])('%j ends with %i', async (args, code, stdout, stderr) => {
		const run = runProgram(args);
		expect(await run.exit()).toBe(code);
		expect(run.stdout()).toEqual(stdout);
		expect(run.stderr()).toEqual(stderr);
	});

	test.each([
		['an option', ['--lang', 'zh', '--agnet', 'x'], {}],
		['the locale', ['--agnet', 'x'], {LC_ALL: 'zh_CN.UTF-8'}],
		['an option beside another locale', ['--agnet', 'x', '--lang=zh-CN'], {LC_ALL: 'C'}],
	])('a mistake is reported in the language of %s', async (_, args, env) => {
		const run = runProgram(args, {env});
		expect(await run.exit()).toBe(2);
		expect(run.stderr()).toBe('obwatch：未知选项 --agnet，是否想用 --agent？见 obwatch --help\n');
	});

	test('a mistake in the config file is reported in the language that it sets', async () => {
		const file = makeFile('config.yaml', 'lang: zh\nbody_limit: tiny\n');
		const run = runProgram(['--config', file, '--once']);
		expect(await run.exit()).toBe(2);
		expect(run.stderr()).toBe('obwatch：config.yaml:2：body_limit：“tiny”：应为 1MB 到 256MB 之间的大小，例如 64MB\n');
	});

	test('--help shows the help', async () => {
		const run = runProgram(['--help']);
		expect(await run.exit()).toBe(0);
		expect(run.stdout()).toContain('Usage: obwatch');
		expect(run.stderr()).toBe('');
	});

	test('a reader that has seen enough ends it quietly', () => {
		const {stdout, stderr} = spawnSync('sh', ['-c', '"$0" "$1" --help | head -n 1; "$0" "$1" --help | true', process.execPath, program], {encoding: 'utf8'});
		expect(stdout).toBe('obwatch: live monitor for OceanBase obshell tasks\n');
		expect(stderr).toBe('');
	});
});

describe('a demo agent in the foreground', () => {
	test.each([['SIGINT', 130], ['SIGTERM', 143], ['SIGHUP', 129]] as const)('%s ends it with %i', async (signal, code) => {
		const run = runProgram(['demo-agent', '--port', '0']);
		await until(() => run.stdout().includes('127.0.0.1:'), 'its address', {describe: run.stderr});
		run.kill(signal);
		expect(await run.exit()).toBe(code);
		expect(run.stderr()).toBe('');
	});

	test('a port that is taken is said in one line', async () => {
		const first = runProgram(['demo-agent', '--port', '0']);
		await until(() => /127\.0\.0\.1:\d+/.test(first.stdout()), 'its address', {describe: first.stderr});
		const port = /127\.0\.0\.1:(\d+)/.exec(first.stdout())?.[1] ?? '';
		const second = runProgram(['demo-agent', '--port', port]);
		expect(await second.exit()).toBe(2);
		expect(second.stderr()).toBe(`obwatch: port ${port} on 127.0.0.1 is in use\n`);
		first.kill('SIGTERM');
		await first.exit();
	});
});

describe('the built program in a terminal', () => {
	test.each([
		[['--zebra'], 'obwatch: unknown option --zebra; see obwatch --help'],
		[['--agents', ','], 'obwatch: --agents: contains no agent'],
	])('a mistake (%j) is answered before the screen opens', async (args, line) => {
		const terminal = openTerminal({args});
		expect(await terminal.exit).toEqual({code: 2, signal: undefined});
		expect(terminal.screen().filter(Boolean)).toEqual([line]);
		expect(terminal.raw()).not.toContain('\u001B');
		await terminal.close();
	});

	test('an input that is no terminal is said so', async () => {
		const terminal = openTerminal({command: 'sh', args: ['-c', `'${process.execPath}' '${program}' </dev/null`]});
		expect(await terminal.exit).toEqual({code: 2, signal: undefined});
		expect(terminal.screen()[0]).toBe('obwatch needs a terminal (stdin is not one).');
		await terminal.close();
	});
});
