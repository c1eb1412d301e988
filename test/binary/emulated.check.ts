// The executables for arm64 on an emulated processor, with pages of 4 KB and of 64 KB, as Kunpeng's have them.

import {spawnSync} from 'node:child_process';
import {existsSync} from 'node:fs';
import process from 'node:process';
import {describe, expect, test} from 'vitest';
import {chooseRuntimes} from '../../source/build/binary.js';
import {executableOf} from '../../source/build/runtimes.js';
import {openTerminal} from '../helpers/pty.js';

const emulator = ['qemu-aarch64-static', 'qemu-aarch64'].find(command => spawnSync(command, ['--version']).status === 0);

/** Where Debian's libstdc++6-arm64-cross puts the libraries. */
const libraries = '/usr/aarch64-linux-gnu';

const canRun = emulator !== undefined && existsSync(`${libraries}/lib/libstdc++.so.6`);
if (!canRun) {
	process.stdout.write('skipped: no emulator for arm64 here, or no libraries for it (Debian: qemu-user-static libstdc++6-arm64-cross)\n');
}

const emulated = chooseRuntimes(process.env['OBWATCH_RUNTIMES']?.split(' ') ?? []).filter(({architecture}) => architecture === 'arm64');

const cases = emulated.flatMap(runtime => [4096, 65_536].map(page => [runtime.name, page, runtime] as const));

describe.runIf(canRun).each(cases)('%s with pages of %i bytes', (_name, page, runtime) => {
	const before = ['-p', String(page), '-L', libraries, executableOf(runtime)];

	test('says its version and its Node', () => {
		const {stdout, status} = spawnSync(emulator ?? '', [...before, '--version'], {encoding: 'utf8'});
		expect(status).toBe(0);
		expect(stdout).toContain(`Node ${runtime.node}`);
	});

	test('prints the table of the demo', () => {
		const {stdout, status} = spawnSync(emulator ?? '', [...before, '--once', '--demo'], {encoding: 'utf8'});
		expect(status).toBe(1);
		expect(stdout).toContain('Upgrade OceanBase');
	});

	test('shows the screen, takes keys, and gives the terminal back', async () => {
		const terminal = openTerminal({command: emulator ?? '', args: [...before, '--demo']});
		try {
			await terminal.until(text => text.includes('Upgrade OceanBase'), 'the fleet', 120_000);
			terminal.press('?');
			await terminal.until(text => text.includes('› keys'), 'the help', 60_000);
			terminal.press('ctrl-c');
			expect(await terminal.exit).toEqual({code: 130, signal: undefined});
			expect(terminal.isAlternate()).toBe(false);
		} finally {
			await terminal.close();
		}
	});
});

test.runIf(cases.length === 0)('no executable for arm64 is asked for', () => {
	expect(emulated).toEqual([]);
});
