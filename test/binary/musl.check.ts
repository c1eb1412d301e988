// The executable for musl: on Alpine itself, or in the root of a system with musl that OBWATCH_MUSL_ROOT names, which takes root.

import {spawnSync} from 'node:child_process';
import {copyFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {describe, expect, test} from 'vitest';
import {chooseRuntimes} from '../../source/build/binary.js';
import {executableOf} from '../../source/build/runtimes.js';
import {openTerminal} from '../helpers/pty.js';

const runtime = chooseRuntimes(process.env['OBWATCH_RUNTIMES']?.split(' ') ?? []).find(({name}) => name === 'linux-x64-musl');
const root = process.env['OBWATCH_MUSL_ROOT'];

const commandHere = (): readonly [string, ...string[]] | undefined => {
	if (!runtime) {
		return undefined;
	}

	const executable = executableOf(runtime);
	if (root === undefined) {
		return spawnSync(executable, ['--version']).status === 0 ? [executable] : undefined;
	}

	copyFileSync(executable, path.join(root, 'obwatch'));
	return ['chroot', root, '/obwatch'];
};

const command = commandHere();
if (runtime && !command) {
	process.stdout.write('skipped: musl is not the C library here, and OBWATCH_MUSL_ROOT names no root with it\n');
}

describe.runIf(command)('linux-x64-musl', () => {
	const [name, ...before] = command ?? ['', ''];

	test('says its version and its Node, and prints the table of the demo', () => {
		expect(spawnSync(name, [...before, '--version'], {encoding: 'utf8'}).stdout).toContain(`Node ${runtime?.node}`);
		const {status, stdout} = spawnSync(name, [...before, '--once', '--demo'], {encoding: 'utf8'});
		expect(status).toBe(1);
		expect(stdout).toContain('Upgrade OceanBase');
	});

	test('shows the screen, takes keys, and gives the terminal back', async () => {
		const terminal = openTerminal({command: name, args: [...before, '--demo'], env: {HOME: '/'}});
		try {
			await terminal.until(text => text.includes('Upgrade OceanBase'), 'the fleet', 30_000);
			terminal.press('?');
			await terminal.until(text => text.includes('› keys'), 'the help', 30_000);
			terminal.press('ctrl-c');
			expect(await terminal.exit).toEqual({code: 130, signal: undefined});
			expect(terminal.isAlternate()).toBe(false);
		} finally {
			await terminal.close();
		}
	});
});
