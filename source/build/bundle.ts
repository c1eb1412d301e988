// Run by `npm run build`, as it stands: Node strips the types. Imports of this folder end in .ts for that reason.
import {spawnSync} from 'node:child_process';
import {chmod, mkdir, readFile, rename, rm, writeFile} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import {build, formatMessages, type BuildOptions, type OutputFile} from 'esbuild';
import {byRequire} from './by-require.ts';
import {patchPlugin, patches} from './patches.ts';
import {program, top} from './paths.ts';

// CommonJS packages that ask for Node's own modules do so through one shared piece of the output, which expects a `require`.
const needsRequire = 'Dynamic require of';
const requireBanner = 'import {createRequire as createRequireOfNode} from \'node:module\';\nconst require = createRequireOfNode(import.meta.url);\n';

const readVersion = async (): Promise<string> => {
	const manifest: unknown = JSON.parse(await readFile(path.join(top, 'package.json'), 'utf8'));
	if (typeof manifest === 'object' && manifest !== null && 'version' in manifest && typeof manifest.version === 'string') {
		return manifest.version;
	}

	throw new Error('package.json names no version');
};

const version = await readVersion();
const target = path.dirname(program);
// Built aside and moved at the end: a build that fails leaves what was there, and nobody runs half of one.
const draft = `${target}.${process.pid}`;

const shared = {
	absWorkingDir: top,
	outdir: draft,
	outExtension: {'.js': '.mjs'},
	write: false,
	bundle: true,
	format: 'esm',
	platform: 'node',
	minifySyntax: true,
	// Names stay: a stack from somebody's terminal must be readable.
	minifyWhitespace: true,
	legalComments: 'none',
	logLevel: 'silent',
	// Else `import {type …}` is kept as an import of nothing, which loads what it names: got, forge and zod before the first frame.
	tsconfigRaw: {compilerOptions: {verbatimModuleSyntax: false}},
} as const satisfies BuildOptions;

// Apart from the rest and for Nodes that are too old for it, so that they can say so.
const bundleEntry = async () => build({
	...shared,
	entryPoints: {obwatch: 'source/cli/entry.ts'},
	target: 'node12.20',
	plugins: [{
		name: 'main-stays-outside',
		setup({onResolve}) {
			onResolve({filter: /^\.\/main\.js$/}, () => ({path: './chunks/main.mjs', external: true}));
		},
	}],
});

const bundleMain = async () => build({
	...shared,
	entryPoints: {'chunks/main': 'source/cli/main.ts'},
	chunkNames: 'chunks/[name]-[hash]',
	splitting: true,
	target: 'node22',
	jsx: 'automatic',
	define: {'process.env.NODE_ENV': '"production"', obwatchVersion: JSON.stringify(version)},
	plugins: [byRequire, patchPlugin(patches)],
});

const write = async (file: OutputFile): Promise<void> => {
	await mkdir(path.dirname(file.path), {recursive: true});
	await writeFile(file.path, file.text.includes(needsRequire) ? requireBanner + file.text : file.text);
};

const check = (file: string): void => {
	const {stdout, stderr, error} = spawnSync(process.execPath, [file, '--version'], {encoding: 'utf8', timeout: 20_000});
	if (error) {
		throw error;
	}

	if (!stdout.includes(version)) {
		throw new Error(`the built program does not start:\n${stderr}`);
	}
};

try {
	const outputs = await Promise.all([bundleEntry(), bundleMain()]);
	const warnings = outputs.flatMap(output => output.warnings);
	if (warnings.length > 0) {
		const lines = await formatMessages(warnings, {kind: 'warning'});
		throw new Error(lines.join('\n'));
	}

	await Promise.all(outputs.flatMap(({outputFiles}) => outputFiles).map(async file => write(file)));
	const entry = path.join(draft, path.basename(program));
	await chmod(entry, 0o755);
	check(entry);
	await rm(target, {recursive: true, force: true});
	await rename(draft, target);
} catch (error) {
	process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
	process.exitCode = 1;
} finally {
	await rm(draft, {recursive: true, force: true});
}
