// Run by `npm run build:binary [NAME…]`: the program and a Node in one file each, in the folder binaries (docs/install.md says what runs where).

import {createHash} from 'node:crypto';
import {copyFileSync, globSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {build, type Plugin} from 'esbuild';
import {licencesOf} from './licences.ts';
import {top} from './paths.ts';
import {binaries, executableOf, fetchRuntime, run, runsHere, type Runtime, runtimes} from './runtimes.ts';
import {buildReader, demandSilence, heapFlags, ofProgram, shared, version} from './settings.ts';

/** Executables hold a CommonJS module, which cannot wait while it loads, as Yoga does: its wasm is prepared before everything else. */
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
import {refuseDebugger} from './source/cli/start-conditions.ts';
refuseDebugger();
const start = async () => {
	globalThis[Symbol.for('obwatch.yoga')] = await loadYoga();
	const {main} = await import('./source/cli/main.ts');
	process.exit(await main());
};
void start();
`;

/** The program in one text, and the licences of what is in it. */
const bundle = async (prelude: string): Promise<{readonly text: string; readonly licences: string}> => {
	const settings = ofProgram(await buildReader());
	const result = await build({
		...shared,
		...settings,
		format: 'cjs',
		plugins: [readyYoga, ...settings.plugins ?? []],
		stdin: {contents: prelude + entry, resolveDir: top, loader: 'ts'},
		metafile: true,
		target: 'node22.20',
	});
	await demandSilence(result);
	return {text: result.outputFiles.map(({text}) => text).join('\n'), licences: licencesOf(Object.keys(result.metafile.inputs))};
};

const demandLinux = (): void => {
	if (runtimes.every(runtime => !runsHere(runtime)) || process.platform !== 'linux') {
		throw new Error('executables are built on Linux with glibc, on x64 or arm64');
	}
};

/** The programs that can strip an executable of that architecture, in the order in which they are tried. LLVM's breaks what patchelf changed. */
const strippers: Readonly<Record<Runtime['architecture'], readonly string[]>> = {
	x64: ['x86_64-linux-gnu-strip', 'strip'],
	arm64: ['aarch64-linux-gnu-strip', 'strip'],
};

/** Takes away the symbols, which no user needs: a tenth of the size. */
const strip = (executable: string, architecture: Runtime['architecture']): void => {
	const tried: string[] = [];
	for (const command of strippers[architecture]) {
		try {
			run(command, ['-s', executable]);
			return;
		} catch (error) {
			tried.push(error instanceof Error ? error.message : String(error));
		}
	}

	throw new Error(`no program here can strip an executable for ${architecture}. Install binutils for it (Debian: binutils, binutils-aarch64-linux-gnu).\n${tried.join('\n')}`);
};

/** What Node looks for in its own file. */
const fuse = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

export type Variant = {
	/** Where the executable is put, absolute. */
	readonly output: string;
	/** Takes options from NODE_OPTIONS, as the tests that inject faults need it. */
	readonly takesNodeOptions: boolean;
};

/** Puts the program into a Node. `draft`: a folder that holds obwatch.cjs. The bytes are the same each time. */
const make = (runtime: Runtime, draft: string, {output, takesNodeOptions}: Variant): void => {
	const {executable} = fetchRuntime(runtime);
	// The text is packed by a Node of the same version that runs here.
	const packer = runtimes.find(other => other.node === runtime.node && runsHere(other));
	if (!packer) {
		throw new Error(`no Node ${runtime.node} that runs here is known`);
	}

	writeFileSync(path.join(draft, 'sea.json'), JSON.stringify({
		main: 'obwatch.cjs',
		output: 'blob',
		// eslint-disable-next-line @typescript-eslint/naming-convention -- Node's own spelling
		disableExperimentalSEAWarning: true,
		// The package's own file cannot say the first: an older Node would not start with it.
		execArgv: ['--disable-sigusr1', ...heapFlags],
		execArgvExtension: takesNodeOptions ? 'env' : 'none',
		// Compiled code is for one processor only, and differs each time.
		useCodeCache: false,
	}));
	run(fetchRuntime(packer).executable, ['--experimental-sea-config', 'sea.json'], draft);
	const file = path.join(draft, 'executable');
	copyFileSync(executable, file);
	strip(file, runtime.architecture);
	run(process.execPath, [path.join(top, 'node_modules', 'postject', 'dist', 'cli.js'), 'executable', 'NODE_SEA_BLOB', 'blob', '--sentinel-fuse', fuse], draft);
	if (runsHere(runtime) && !run(file, ['--version']).includes(version)) {
		throw new Error(`${path.basename(output)} does not start`);
	}

	renameSync(file, output);
};

/** The runtimes with these names, or all if none is given. Throws for an unknown name. */
export const chooseRuntimes = (names: readonly string[]): readonly Runtime[] => names.length === 0
	? runtimes
	: names.map(name => {
		const found = runtimes.find(runtime => runtime.name === name);
		if (!found) {
			throw new Error(`no runtime ${name}. There are: ${runtimes.map(runtime => runtime.name).join(', ')}`);
		}

		return found;
	});

/** Builds an executable for each runtime. `prelude`: code that runs first. Returns the licences of the program and its packages. */
export const buildExecutables = async (wanted: readonly Runtime[], variantOf: (runtime: Runtime) => Variant, prelude = ''): Promise<string> => {
	mkdirSync(binaries, {recursive: true});
	const draft = mkdtempSync(path.join(binaries, '.draft-'));
	try {
		const {text, licences} = await bundle(prelude);
		writeFileSync(path.join(draft, 'obwatch.cjs'), text);
		for (const runtime of wanted) {
			process.stdout.write(`building ${path.basename(variantOf(runtime).output)}\n`);
			make(runtime, draft, variantOf(runtime));
		}

		return licences;
	} finally {
		rmSync(draft, {recursive: true, force: true});
	}
};

const megabytes = (bytes: number): string => `${Math.round(bytes / 1_000_000)} MB`;

const sumOf = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');

/** Writes the checksums of everything in the folder, for `sha256sum -c SHA256SUMS`. */
export const writeSums = (): void => {
	const files = globSync('obwatch*', {cwd: binaries}).toSorted();
	writeFileSync(path.join(binaries, 'SHA256SUMS'), files.map(file => `${sumOf(path.join(binaries, file))}  ${file}\n`).join(''));
};

const main = async (): Promise<void> => {
	const wanted = chooseRuntimes(process.argv.slice(2));
	demandLinux();
	const licences = await buildExecutables(wanted, runtime => ({output: executableOf(runtime), takesNodeOptions: false}));
	const rule = '='.repeat(80);
	const own = readFileSync(path.join(top, 'LICENSE'), 'utf8');
	for (const runtime of wanted) {
		writeFileSync(`${executableOf(runtime)}.licenses.txt`, [own, licences, `Node.js ${runtime.node}\n\n${readFileSync(fetchRuntime(runtime).licence, 'utf8')}`].join(`\n${rule}\n\n`));
		const {size} = statSync(executableOf(runtime));
		process.stdout.write(`binaries/${path.basename(executableOf(runtime))}  ${megabytes(size)}${runsHere(runtime) ? '' : '  (built, not run)'}\n`);
	}

	writeSums();
};

if (process.argv[1] === import.meta.filename) {
	try {
		await main();
	} catch (error) {
		process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
		process.exitCode = 1;
	}
}
