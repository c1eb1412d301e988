// Run by `npm run soak`, as it stands: Node strips the types. Bundles the soak as the program itself is bundled, patches and all, and runs it.

import {spawnSync} from 'node:child_process';
import {readdirSync, readFileSync} from 'node:fs';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {build} from 'esbuild';
import {buildReader, demandSilence, finished, ofProgram, shared} from '../../source/build/settings.ts';

const fuzzWrites = 60_000;

const drawings = 20;

/** The tests' properties draw the same values in every run; here they draw others. */
const drawOthers = (): number => {
	const files = readdirSync('test', {recursive: true, encoding: 'utf8'})
		.filter(file => /\.test\.tsx?$/.test(file))
		.map(file => path.join('test', file))
		.filter(file => readFileSync(file, 'utf8').includes('\'fast-check\''));
	const given = Number(process.env['OBWATCH_SEED']);
	const first = Number.isSafeInteger(given) ? given : Date.now() % 1_000_000;
	for (let seed = first; seed < first + drawings; seed++) {
		process.stdout.write(`\nproperties with other values: OBWATCH_SEED=${seed}\n`);
		const {status} = spawnSync('npm', ['run', 'vitest', '--', 'run', '--reporter=dot', ...files], {stdio: 'inherit', env: {...process.env, OBWATCH_SEED: String(seed)}});
		if (status !== 0) {
			return status ?? 1;
		}
	}

	return 0;
};

/** Random keys, bursts, pastes and mouse reports with --operate: none of them may send what was not confirmed. */
const pressRandomKeys = (): number => {
	const seed = String(1 + (Date.now() % 1_000_000));
	process.stdout.write(`\n${fuzzWrites} writes of random keys, seeds from ${seed}: OBWATCH_FUZZ_SEED=${seed} plays them again\n`);
	const {status} = spawnSync('npm', ['run', 'vitest', '--', 'run', 'test/end-to-end/random-keys.test.ts'], {
		stdio: 'inherit', env: {...process.env, OBWATCH_FUZZ_SEED: process.env['OBWATCH_FUZZ_SEED'] ?? seed, OBWATCH_FUZZ_WRITES: process.env['OBWATCH_FUZZ_WRITES'] ?? String(fuzzWrites)},
	});
	return status ?? 1;
};

/** Agents whose connections flap: those of the benchmarks, in a process of their own. */
const startFlapping = async () => {
	await import('../helpers/sources.ts');
	const {simulate} = await import('../benchmark/system/fleet.ts');
	return simulate({count: 300, first: {type: 'rest'}, others: {type: 'work'}, flaps: true});
};

const folder = await mkdtemp(path.join(os.tmpdir(), 'obwatch-soak-'));
const program = path.join(folder, 'soak.mjs');
try {
	const output = await build({
		...shared,
		...ofProgram(await buildReader()),
		entryPoints: ['test/soak/main.ts'],
		outfile: program,
		target: 'node22.10',
	});
	await demandSilence(output);
	await writeFile(program, output.outputFiles.map(({text}) => finished(text)).join(''));
	const given = process.argv.slice(2);
	// They take a quarter of an hour of real time.
	const fleet = given.some(argument => ['--short', '--leak'].includes(argument)) ? undefined : await startFlapping();
	const {status} = spawnSync(process.execPath, ['--expose-gc', program, ...given, ...(fleet ? ['--flapping', fleet.list(folder)] : [])], {stdio: 'inherit'});
	process.exitCode = status ?? 1;
	await fleet?.stop();
	if (process.argv.length === 2 && status === 0) {
		process.exitCode = Math.max(pressRandomKeys(), drawOthers());
	}
} finally {
	await rm(folder, {recursive: true});
}
