// What every bundle of the program has in common.

import {spawnSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import path from 'node:path';
import {build, type BuildOptions, type BuildResult, formatMessages} from 'esbuild';
import {builtins} from './builtins.ts';
import {patches, patchPlugin} from './patches.ts';
import {top} from './paths.ts';

const readVersion = (): string => {
	const manifest: unknown = JSON.parse(readFileSync(path.join(top, 'package.json'), 'utf8'));
	if (typeof manifest === 'object' && manifest !== null && 'version' in manifest && typeof manifest.version === 'string') {
		return manifest.version;
	}

	throw new Error('package.json names no version');
};

// Empty where this is no checkout, or git is missing.
const readCommit = (): string => {
	const {status, stdout} = spawnSync('git', ['describe', '--always', '--dirty', '--abbrev=7'], {cwd: top, encoding: 'utf8'});
	return status === 0 ? stdout.trim() : '';
};

export const version = readVersion();

/** For every bundle: into memory, readable, without licences. */
export const shared = {
	absWorkingDir: top,
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

/** For those that hold the program's own code. `reader`: the program text of the thread that reads large answers. */
export const ofProgram = (reader: string): Pick<BuildOptions, 'define' | 'jsx' | 'plugins'> => ({
	jsx: 'automatic',
	define: {
		'process.env.NODE_ENV': '"production"',
		obwatchVersion: JSON.stringify(version),
		obwatchCommit: JSON.stringify(readCommit()),
		obwatchReader: JSON.stringify(reader),
	},
	plugins: [builtins, patchPlugin(patches)],
});

// CommonJS packages that ask for Node's own modules do so through one shared piece of the output, which expects a `require`.
const needsRequire = 'Dynamic require of';

const requireBanner = 'import {createRequire as createRequireOfNode} from \'node:module\';\nconst require = createRequireOfNode(import.meta.url);\n';

/** A piece of output as it is written. */
export const finished = (text: string): string => text.includes(needsRequire) ? requireBanner + text : text;

/** Throws where a bundle has warnings: each is a mistake. */
export const demandSilence = async (...results: readonly BuildResult[]): Promise<void> => {
	const warnings = results.flatMap(result => result.warnings);
	if (warnings.length === 0) {
		return;
	}

	const lines = await formatMessages(warnings, {kind: 'warning'});
	throw new Error(lines.join('\n'));
};

/** The program text of the thread that reads large answers. A text, so that a thread can be started also where the program is one file, or is gone from the disk. */
export const buildReader = async (): Promise<string> => {
	const {outputFiles} = await build({
		...shared,
		entryPoints: ['source/client/worker/worker.ts'],
		outdir: 'unused',
		format: 'cjs',
		target: 'node22.10',
	});
	const [reader] = outputFiles;
	if (!reader) {
		throw new Error('the reader of large answers was not built');
	}

	return reader.text;
};
