import {spawnSync} from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import {expect, test} from 'vitest';
import {top} from '../../source/build/paths.js';

const start = (...args: readonly string[]) =>
	spawnSync(process.execPath, [path.join(top, 'source/build/start.ts'), ...args], {encoding: 'utf8', input: '', timeout: 20_000, env: {...process.env, NODE_DISABLE_COMPILE_CACHE: '1'}});

test('npm start is the demo also with options that name no agents', () => {
	const {stdout, stderr} = start('--once', '--seed', '2', '--lang=en');
	expect(stderr).toBe('');
	expect(stdout).toContain('obdemo');
}, 30_000);

test('npm start passes arguments and the exit code on', () => {
	expect(start('--zebra')).toMatchObject({status: 2, stdout: '', stderr: 'obwatch: unknown option --zebra; see obwatch --help\n'});
	expect(start('demo-agent', '--help')).toMatchObject({status: 0, stdout: expect.stringContaining('Usage: obwatch demo-agent') as unknown, stderr: ''});
});
