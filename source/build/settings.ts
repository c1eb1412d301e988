// The common part of all bundles of the program.

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

// Empty outside a checkout, or without git.
const readCommit = (): string => {
	const {status, stdout} = spawnSync('git', ['describe', '--always', '--dirty', '--abbrev=7'], {cwd: top, encoding: 'utf8'});
	return status === 0 ? stdout.trim() : '';
};

export const version = readVersion();

/**
Memory that V8 may use, in MB, given to Node at launch (docs/decisions.md says what it saves). First what it fills with new objects before it clears them
away. Then all of the others: the limit itself is far away, but from it V8 derives how much more than it needs it may let them grow. Last the threads
that it compiles and clears with, each with memory of its own.
*/
export const heapFlags = ['--max-semi-space-size=4', '--max-old-space-size=1500', '--v8-pool-size=2'] as const;

/** For every bundle: into memory, readable, without licences. */
export const shared = {
	absWorkingDir: top,
	write: false,
	bundle: true,
	format: 'esm',
	platform: 'node',
	minifySyntax: true,
	// Names are kept, so that stacks in crash reports are readable.
	minifyWhitespace: true,
	legalComments: 'none',
	logLevel: 'silent',
	// Otherwise `import {type …}` is kept as an empty import, which loads the module: the HTTP client and zod before the first frame.
	tsconfigRaw: {compilerOptions: {verbatimModuleSyntax: false}},
} as const satisfies BuildOptions;

/** For bundles with the program's own code. `reader`: the program text of the thread that reads large responses. */
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

// CommonJS packages get Node's own modules through one shared output file, which expects a `require`.
const needsRequire = 'Dynamic require of';

const requireBanner = 'import {createRequire as createRequireOfNode} from \'node:module\';\nconst require = createRequireOfNode(import.meta.url);\n';

/** An output file. */
export const finished = (text: string): string => text.includes(needsRequire) ? requireBanner + text : text;

/** Throws if a bundle has warnings: each is a mistake. */
export const demandSilence = async (...results: readonly BuildResult[]): Promise<void> => {
	const warnings = results.flatMap(result => result.warnings);
	if (warnings.length === 0) {
		return;
	}

	const lines = await formatMessages(warnings, {kind: 'warning'});
	throw new Error(lines.join('\n'));
};

/**
The program text of the thread that reads large responses. As text, so that a thread can start even if the program is a single file, or was
removed from the disk.
*/
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
