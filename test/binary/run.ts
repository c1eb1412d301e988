// Run by `npm run test:binary [NAME…]`, without compiling it: Node strips the types. Runs the tests of the whole program with each executable that
// runs here, then what is true of all of them: libraries, pages, and those for arm64 emulated.

import {spawnSync} from 'node:child_process';
import {existsSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {buildExecutables, chooseRuntimes} from '../../source/build/binary.ts';
import {program, top} from '../../source/build/paths.ts';
import {executableOf, runsHere, type Runtime} from '../../source/build/runtimes.ts';

const vitest = path.join(top, 'node_modules', 'vitest', 'vitest.mjs');

const runVitest = (config: string, list: readonly string[], env: Readonly<Record<string, string>> = {}): boolean =>
	spawnSync(process.execPath, [vitest, '--config', config, 'run', ...list], {cwd: top, stdio: 'inherit', env: {...process.env, ...env}}).status === 0;

/** The tests start `node dist/obwatch.mjs …`: with this in place of Node, they start the executable, and everything else as before. */
const standIn = (executable: string): string => `#!/bin/sh
if [ "$1" = '${program}' ]; then
	shift
	exec '${executable}' "$@"
fi
exec '${process.execPath}' "$@"
`;

// Executables never load what NODE_OPTIONS imports, but some tests inject their faults so.
const injection = String.raw`
import {mkdtempSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
for (const [, wanted] of (process.env.NODE_OPTIONS ?? '').matchAll(/--import=(\S+)/g)) {
	const code = wanted.startsWith('data:') ? decodeURIComponent(wanted.slice(wanted.indexOf(',') + 1)) : undefined;
	const file = code === undefined ? wanted : mkdtempSync('/tmp/obwatch-injected-') + '/code.mjs';
	if (code !== undefined) {
		writeFileSync(file, code);
	}

	createRequire(file)(file);
}
`;

// These start Node itself, or say its version.
const excluded = ['test/end-to-end/first-frame.test.ts'];

/** The tests that start the whole program, or those that OBWATCH_TESTS names. */
const wholeProgram = process.env['OBWATCH_TESTS']?.split(' ') ?? ['test/end-to-end', 'test/headless', 'test/shipping', 'test/cli/program.test.ts'];

const testWhole = (executable: string, folder: string): boolean => {
	const stand = path.join(folder, 'node');
	writeFileSync(stand, standIn(executable), {mode: 0o755});
	return runVitest('test/vitest.config.ts', [...wholeProgram, ...excluded.map(file => `--exclude=${file}`)], {OBWATCH_STAND_IN: stand});
};

const main = async (): Promise<boolean> => {
	const wanted = chooseRuntimes(process.argv.slice(2));
	const missing = wanted.filter(runtime => !existsSync(executableOf(runtime)));
	if (missing.length > 0) {
		throw new Error(`not built: ${missing.map(({name}) => name).join(', ')}. Run npm run build:binary first.`);
	}

	const folder = mkdtempSync(path.join(os.tmpdir(), 'obwatch-executables-'));
	try {
		// Some tests inject faults through NODE_OPTIONS, which the executables for users ignore: these are the same but for that.
		const twinOf = ({name}: Runtime): string => path.join(folder, name);
		const native = wanted.filter(runtime => runsHere(runtime));
		await buildExecutables(native, runtime => ({output: twinOf(runtime), takesNodeOptions: true}), injection);
		const results = native.map(runtime => {
			process.stdout.write(`\nThe tests of the whole program with ${path.basename(executableOf(runtime))}:\n`);
			return testWhole(twinOf(runtime), folder);
		});
		process.stdout.write('\nLibraries, pages, and other processors:\n');
		return [...results, runVitest('test/binary/vitest.config.ts', [], {OBWATCH_RUNTIMES: wanted.map(({name}) => name).join(' ')})].every(Boolean);
	} finally {
		rmSync(folder, {recursive: true, force: true});
	}
};

try {
	process.exitCode = await main() ? 0 : 1;
} catch (error) {
	process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
	process.exitCode = 1;
}
