import {spawnSync} from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import {expect, test} from 'vitest';
import {top} from '../../source/build/paths.js';
import {isForDemo} from '../../source/cli/parse.js';

const start = (...args: readonly string[]) =>
	spawnSync(process.execPath, [path.join(top, 'source/build/start.ts'), ...args], {encoding: 'utf8', input: '', timeout: 60_000, env: {...process.env, NODE_DISABLE_COMPILE_CACHE: '1'}});

test('npm start is the demo also with options that name no agents', () => {
	const {stdout, stderr} = start('--once', '--seed', '2', '--lang=en');
	expect(stderr).toBe('');
	expect(stdout).toContain('obdemo');
});

const forDemo = [[], ['--once', '--seed', '2', '--lang=zh'], ['--wait', '--timeout', '1s'], ['--discover', '--config', 'some.yaml']];

const forOthers = [['10.0.0.1'], ['@prod'], ['--once', '--agents-file', 'some.txt'], ['--password-file', 'secret'], ['--tls-insecure'], ['demo-agent'], ['logs', '10.0.0.1'], ['--help'], ['--version'], ['--nonsense']];

test('what names neither agents nor another command goes with the demo', () => {
	expect(forDemo.filter(args => !isForDemo(args))).toEqual([]);
	expect(forOthers.filter(args => isForDemo(args))).toEqual([]);
});

test('npm start passes arguments and the exit code on', () => {
	expect(start('--zebra')).toMatchObject({status: 2, stdout: '', stderr: 'obwatch: unknown option --zebra; see obwatch --help\n'});
	expect(start('demo-agent', '--help')).toMatchObject({status: 0, stdout: expect.stringContaining('Usage: obwatch demo-agent') as unknown, stderr: ''});
});
