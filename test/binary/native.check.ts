// The executables that run here, as they are given to users.

import process from 'node:process';
import {describe, expect, test} from 'vitest';
import {chooseRuntimes} from '../../source/build/binary.js';
import {executableOf, runsHere} from '../../source/build/runtimes.js';
import {openTerminal} from '../helpers/pty.js';
import {runProgram} from '../helpers/run-program.js';

const native = chooseRuntimes(process.env['OBWATCH_RUNTIMES']?.split(' ') ?? []).filter(runtime => runsHere(runtime));

describe.each(native.map(runtime => [runtime.name, executableOf(runtime)] as const))('%s', (_name, binary) => {
	test('opens the demo and shows a log, without any Node', async () => {
		const terminal = openTerminal({command: binary, args: ['--demo'], env: {PATH: '/usr/bin:/bin'}});
		try {
			await terminal.until(text => text.includes('obdemo') && text.includes('failed'), 'the fleet');
			terminal.type('/upgrade\r\r');
			await terminal.until(text => text.includes('failed in stage'), 'the failed task');
			terminal.press('e');
			await terminal.until(text => text.includes('ERROR'), 'the line that says why');
			terminal.press('ctrl-c');
			await terminal.exit;
		} finally {
			await terminal.close();
		}
	});

	test('opens no debugger, however early SIGUSR1 comes', async () => {
		for (const delay of [5, 20, 40, 80]) {
			const run = runProgram(['--wait', '--timeout', '1s', '127.0.0.1:1'], {command: [binary]});
			setTimeout(() => {
				run.kill('SIGUSR1');
			}, delay);
			// In its first moments it ends by the signal.
			expect([3, null]).toContain(await run.exit());
			expect(run.stderr()).not.toContain('Debugger');
		}
	});

	test('takes no options from NODE_OPTIONS', async () => {
		const run = runProgram(['--version'], {command: [binary], env: {NODE_OPTIONS: '--no-such-option'}});
		expect(await run.exit()).toBe(0);
	});
});

test.runIf(native.length === 0)('no executable for this machine is asked for', () => {
	expect(native).toEqual([]);
});
