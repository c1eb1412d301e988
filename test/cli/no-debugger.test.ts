import {connect} from 'node:net';
import process from 'node:process';
import {expect, onTestFinished, test} from 'vitest';
import {program} from '../../source/build/paths.js';
import {runProgram, type Run} from '../helpers/run-program.js';
import {until} from '../helpers/until.js';

const serve = async (...nodeOptions: readonly string[]): Promise<Run> => {
	const run = runProgram(['--accept-keys', '--serve-metrics', '0', '127.0.0.1:1'], {command: [process.execPath, '--inspect-port=0', ...nodeOptions, program]});
	onTestFinished(() => {
		run.kill('SIGKILL');
	});
	await until(() => run.stderr().includes('/metrics'), 'its address', {describe: run.stderr});
	return run;
};

const stillServes = async (run: Run): Promise<number> => {
	const response = await fetch(/http:\/\/\S+/.exec(run.stderr())?.[0] ?? '');
	return response.status;
};

const isOpen = async (port: number): Promise<boolean> => new Promise(resolve => {
	const socket = connect(port, '127.0.0.1', () => {
		socket.destroy();
		resolve(true);
	}).on('error', () => {
		resolve(false);
	});
});

const portOf = (run: Run): number => Number(/Debugger listening on ws:\/\/127\.0\.0\.1:(\d+)/.exec(run.stderr())?.[1]);

test('SIGUSR1 opens no debugger, and ends nothing', async () => {
	const run = await serve();
	for (let count = 0; count < 3; count++) {
		run.kill('SIGUSR1');
		expect(await stillServes(run)).toBe(200);
	}

	run.kill('SIGTERM');
	expect(await run.exit()).toBe(143);
	expect(run.stderr()).not.toContain('Debugger');
});

/** Opens the debugger, and says whether it is still open as soon as the program has refused it, in the same turn. */
const early = `
import {url} from 'node:inspector';
import {writeSync} from 'node:fs';
process.kill(process.pid, 'SIGUSR1');
while (url() === undefined) await new Promise(done => setTimeout(done, 10));
process.on('newListener', name => name === 'SIGUSR1' && queueMicrotask(() => writeSync(2, url() === undefined ? 'closed at once' : 'left open')));`;

test('one that came before the program itself ran is closed at once, and stays so', async () => {
	const run = await serve('--import', `data:text/javascript,${encodeURIComponent(early)}`);
	expect(run.stderr()).toContain('closed at once');
	await until(() => portOf(run) > 0, 'the debugger', {describe: run.stderr});
	let left = true;
	await until(() => {
		void isOpen(portOf(run)).then(open => {
			left = open;
		});
		return !left;
	}, 'the port to be closed');
	run.kill('SIGUSR1');
	expect(await stillServes(run)).toBe(200);
	expect(run.stderr().match(/Debugger listening/g)).toHaveLength(1);
});
