// How the modes without a screen end where their output does.

import {spawn, spawnSync} from 'node:child_process';
import {existsSync} from 'node:fs';
import process from 'node:process';
import {describe, expect, onTestFinished, test} from 'vitest';
import {program} from '../../source/build/paths.js';
import {until} from '../helpers/until.js';
import {type Run, runProgram} from '../helpers/run-program.js';
import {startAgent} from './helpers/agents.js';

const shell = (script: string, ...args: readonly string[]) => spawnSync('bash', ['-c', `set -o pipefail; ${script}`, process.execPath, program, ...args], {encoding: 'utf8', timeout: 60_000});

/** A child whose output is not read: its pipe is soon full. */
const startUnread = (args: readonly string[]) => {
	const child = spawn(process.execPath, [program, ...args], {stdio: ['ignore', 'pipe', 'pipe']});
	onTestFinished(() => {
		child.kill('SIGKILL');
	});
	let code: number | null | undefined;
	child.on('exit', (ended, signal) => {
		code = signal === null ? ended : null;
	});
	return {child, code: () => code};
};

const isLinux = process.platform === 'linux';

describe('a full disk', () => {
	test.runIf(isLinux && existsSync('/dev/full')).each([
		['--version'], ['--json-schema'], ['--demo --once'], ['--demo --watch'],
	])('%s ends with 74 and says why', args => {
		const {status, stderr} = shell(`"$0" "$1" ${args} > /dev/full`);
		expect(status).toBe(74);
		expect(stderr).toMatch(/obwatch: could not write output: no space left on the device\n$/);
	});

	test.runIf(isLinux && existsSync('/dev/full'))('what is said on the side has not to be written', async () => {
		const agent = await startAgent({scenario: 'failing'});
		const wait = (file: string): Run => runProgram(['--wait', '--accept-keys', agent.label], {command: ['bash', '-c', `exec "$0" "$@" 2>${file}`, process.execPath, program]});
		const told = wait('&1');
		expect(await told.exit()).toBe(1);
		expect(told.stdout()).toContain('Upgrade OceanBase #1: failed');
		expect(await wait('/dev/full').exit()).toBe(1);
	});
});

describe('a reader that has seen enough', () => {
	test('leaves the exit code to the tasks', () => {
		const {status, stdout, stderr} = shell('"$0" "$1" --demo --json --logs | head -c 20');
		expect({status, stderr}).toEqual({status: 1, stderr: ''});
		expect(stdout).toBe('{\n  "version": 1,\n  ');
	});

	test('ends --watch with 0', () => {
		const {status, stdout, stderr} = shell('"$0" "$1" --demo --watch --speed 20 | head -n 2');
		expect({status, stderr}).toEqual({status: 0, stderr: ''});
		expect(stdout.split('\n')).toHaveLength(3);
	});
});

test('a closed stdout is no fault', async () => {
	expect(shell('"$0" "$1" --demo --once >&-').status).toBe(1);
});

describe('SIGTERM in the middle of a write', () => {
	test('ends it with 143, and what was written is no whole document', async () => {
		const agent = await startAgent({scenario: 'big'});
		const {child, code} = startUnread(['--json', '--logs', '--accept-keys', ...Array.from({length: 8}, () => agent.label), agent.label]);
		// So much as fits into the pipe has come.
		await until(() => child.stdout.readableLength > 0, 'a part of the document');
		child.kill('SIGTERM');
		await until(() => code() !== undefined, 'its end');
		expect(code()).toBe(143);
		let text = '';
		child.stdout.setEncoding('utf8').on('data', (part: string) => {
			text += part;
		});
		await until(() => child.stdout.readableEnded, 'the end of its output');
		expect(() => JSON.parse(text) as unknown).toThrow();
	});

	test('lines of JSON are whole, but for one at most at the end', async () => {
		const run = runProgram(['--demo', '--watch', '--json', '--speed', '50']);
		await until(() => run.stdout().split('\n').length > 5, 'some lines', {describe: run.stderr});
		run.kill('SIGTERM');
		expect(await run.exit()).toBe(143);
		for (const line of run.stdout().split('\n').slice(0, -1)) {
			expect(() => JSON.parse(line) as unknown).not.toThrow();
		}
	});
});
