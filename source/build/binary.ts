// Run by `npm run build:binary`: the program and a Node in one file each for Linux on x64 and arm64, in the folder binaries.

import {spawnSync} from 'node:child_process';
import {mkdir, mkdtemp, rename, rm, stat, writeFile} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import {build, type Plugin} from 'esbuild';
import {top} from './paths.ts';
import {type Architecture, architectures, runtimeFor} from './runtimes.ts';
import {buildReader, demandSilence, finished, ofProgram, semiSpace, shared, version} from './settings.ts';

const target = path.join(top, 'binaries');

/** In one file, modules that wait while they load can wait for each other forever: Yoga's wasm is prepared before everything else. */
const readyYoga: Plugin = {
	name: 'ready-yoga',
	setup({onLoad}) {
		onLoad({filter: /\/yoga-layout\/dist\/src\/index\.js$/}, () => ({
			contents: 'export default globalThis[Symbol.for(\'obwatch.yoga\')]; export * from \'./generated/YGEnums.js\';', loader: 'js',
		}));
	},
};

const entry = `
import {loadYoga} from 'yoga-layout/load';
import {main} from './source/cli/main.ts';
import {refuseDebugger} from './source/cli/start-conditions.ts';
refuseDebugger();
globalThis[Symbol.for('obwatch.yoga')] = await loadYoga();
process.exit(await main());
`;

const bundle = async (): Promise<string> => {
	const settings = ofProgram(await buildReader());
	const result = await build({
		...shared,
		...settings,
		plugins: [readyYoga, ...settings.plugins ?? []],
		stdin: {contents: entry, resolveDir: top, loader: 'ts'},
		target: 'node26',
	});
	await demandSilence(result);
	return finished(result.outputFiles.map(({text}) => text).join('\n'));
};

const hostArchitecture = (): Architecture => {
	const found = architectures.find(name => name === process.arch);
	if (process.platform !== 'linux' || !found) {
		throw new Error(`executables are built on Linux, on ${architectures.join(' or ')}`);
	}

	return found;
};

const run = (command: string, list: readonly string[]): string => {
	const {status, stdout, stderr, error} = spawnSync(command, list, {encoding: 'utf8', timeout: 120_000});
	if (error !== undefined || status !== 0) {
		throw new Error(`${path.basename(command)} ${list.join(' ')}: ${error?.message ?? stderr}`);
	}

	return stdout;
};

const megabytes = (bytes: number): string => `${Math.round(bytes / 1_000_000)} MB`;

const make = async (architecture: Architecture, main: string, draft: string): Promise<void> => {
	const host = hostArchitecture();
	const output = path.join(draft, `obwatch-linux-${architecture}`);
	const config = path.join(draft, `${architecture}.json`);
	await writeFile(config, JSON.stringify({
		main,
		mainFormat: 'module',
		executable: runtimeFor(architecture),
		output,
		// eslint-disable-next-line @typescript-eslint/naming-convention -- Node's own spelling
		disableExperimentalSEAWarning: true,
		// The package's own file cannot say the first: an older Node would not start with it.
		execArgv: ['--disable-sigusr1', `--max-semi-space-size=${semiSpace}`],
		// Compiled code is for one processor architecture only: on another one, each start would compile again.
		useCodeCache: architecture === host,
	}));
	run(runtimeFor(host), ['--build-sea', config]);
	if (architecture === host && !run(output, ['--version']).includes(version)) {
		throw new Error(`${output} does not start`);
	}

	const final = path.join(target, path.basename(output));
	await rename(output, final);
	const {size} = await stat(final);
	process.stdout.write(`${path.relative(top, final)}  ${megabytes(size)}${architecture === host ? '' : '  (built, not run)'}\n`);
};

await mkdir(target, {recursive: true});

const draft = await mkdtemp(path.join(target, '.draft-'));

try {
	const main = path.join(draft, 'obwatch.mjs');
	await writeFile(main, await bundle());
	const named = process.argv.slice(2);
	const wanted = architectures.filter(name => named.length === 0 || named.includes(name));
	for (const architecture of wanted) {
		await make(architecture, main, draft);
	}
} catch (error) {
	process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
	process.exitCode = 1;
} finally {
	await rm(draft, {recursive: true, force: true});
}
