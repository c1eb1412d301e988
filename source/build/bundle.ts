// Run by `npm run build`, without compiling it: Node strips the types. Imports in this folder end in .ts for that reason.

import {spawnSync} from 'node:child_process';
import {chmod, mkdir, rename, rm, writeFile} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import {build, type OutputFile} from 'esbuild';
import {builtinsOnUse} from './builtins.ts';
import {licencesOf} from './licences.ts';
import {program} from './paths.ts';
import {buildReader, demandSilence, finished, heapFlags, ofProgram, shared, version} from './settings.ts';

const target = path.dirname(program);

// Built in a temporary folder and moved at the end, so that a failed build leaves the old one complete.
const draft = `${target}.${process.pid}`;

const output = {outdir: draft, outExtension: {'.js': '.mjs'}};

// A shell script and a module at once, because a hashbang for `env` can give Node no flag where coreutils are older than 8.30, or BusyBox's: with it, V8 keeps less memory than it would like to (docs/decisions.md).
const launcher = `#!/bin/sh
':' //; exec node ${heapFlags.join(' ')} "$0" "$@"`;

// Separate, and for Nodes that are too old for the rest, so that they can say so.
const bundleEntry = async () => build({
	...shared,
	...output,
	banner: {js: launcher},
	entryPoints: {obwatch: 'source/cli/entry.ts'},
	target: 'node12.20',
	plugins: [builtinsOnUse, {
		name: 'main-stays-outside',
		setup({onResolve}) {
			onResolve({filter: /^\.\/main\.js$/}, () => ({path: './chunks/main.mjs', external: true}));
		},
	}],
});

const bundleMain = async () => build({
	...shared,
	...ofProgram(await buildReader()),
	...output,
	entryPoints: {'chunks/main': 'source/cli/main.ts'},
	chunkNames: 'chunks/[name]-[hash]',
	splitting: true,
	metafile: true,
	target: 'node22.10',
});

const write = async (file: OutputFile): Promise<void> => {
	await mkdir(path.dirname(file.path), {recursive: true});
	await writeFile(file.path, finished(file.text));
};

const run = (file: string, argument: string): string => {
	const {stdout, stderr, error} = spawnSync(process.execPath, [file, argument], {encoding: 'utf8', timeout: 20_000});
	if (error) {
		throw error;
	}

	if (!stdout.includes(version)) {
		throw new Error(`the built program does not start:\n${stderr}`);
	}

	return stdout;
};

try {
	const [entryOutput, mainOutput] = await Promise.all([bundleEntry(), bundleMain()]);
	const outputs = [entryOutput, mainOutput];
	await demandSilence(...outputs);
	await Promise.all(outputs.flatMap(({outputFiles}) => outputFiles).map(async file => write(file)));
	const entry = path.join(draft, path.basename(program));
	await chmod(entry, 0o755);
	run(entry, '--version');
	await writeFile(path.join(draft, 'obwatch.1'), run(entry, 'man'));
	await writeFile(path.join(draft, 'licenses.txt'), licencesOf(Object.keys(mainOutput.metafile?.inputs ?? {})));
	await rm(target, {recursive: true, force: true});
	await rename(draft, target);
} catch (error) {
	process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
	process.exitCode = 1;
} finally {
	await rm(draft, {recursive: true, force: true});
}
