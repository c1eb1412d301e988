import {readFile} from 'node:fs/promises';
import path from 'node:path';
import {build, type BuildOptions, type Metafile, type Plugin} from 'esbuild';
import {top} from './paths.ts';

const main = 'source/cli/main.ts';
const monitor = 'source/monitor/run-monitor.ts';

/** The pieces of output that one loads before it runs, itself included. */
const loadedWith = ({outputs}: Metafile, entry: string): ReadonlySet<string> => {
	const loaded = new Set<string>();
	const load = (file: string): void => {
		if (loaded.has(file)) {
			return;
		}

		loaded.add(file);
		for (const {path: imported, kind} of outputs[file]?.imports ?? []) {
			if (kind === 'import-statement') {
				load(imported);
			}
		}
	};

	for (const [file, {entryPoint}] of Object.entries(outputs)) {
		if (entryPoint === entry) {
			load(file);
		}
	}

	return loaded;
};

// Only files: what others are made of comes with them.
const modulesOf = ({outputs}: Metafile, files: ReadonlySet<string>): readonly string[] =>
	[...files].flatMap(file => Object.entries(outputs[file]?.inputs ?? {})).filter(([module, {bytesInOutput}]) => module.startsWith('source/') && bytesInOutput > 0).map(([module]) => module);

/**
Puts what the first frame needs into few files instead of dozens, of which each costs its share of the start.

esbuild puts a module into a file with those that exactly the same entries need. What is loaded on demand is loaded when all that the program begins with is there already: with an import of that in each of them, all of it is needed by all, and becomes one file. The screen's parts likewise.
*/
export const gatherFirstFrame = async (options: BuildOptions): Promise<Plugin> => {
	const {metafile} = await build({...options, metafile: true});
	if (!metafile) {
		throw new Error('esbuild does not tell what it made');
	}

	const atStart = loadedWith(metafile, main);
	const withMonitor = loadedWith(metafile, monitor).difference(atStart);
	const first = modulesOf(metafile, atStart).filter(module => module !== main);
	const second = modulesOf(metafile, withMonitor).filter(module => module !== monitor);
	const onDemand = new Set(Object.values(metafile.outputs).flatMap(({entryPoint}) => entryPoint?.startsWith('source/') && entryPoint !== main ? [entryPoint] : []));
	const afterMonitor = new Set(['source/ui/terminal/open-screen.tsx']);
	return {
		name: 'gather-first-frame',
		setup({onLoad}) {
			onLoad({filter: /\/source\/.*\.tsx?$/}, async ({path: file}) => {
				const module = path.relative(top, file).replaceAll(path.sep, '/');
				if (!onDemand.has(module)) {
					return undefined;
				}

				const before = [...first, ...(afterMonitor.has(module) ? second : [])].filter(name => name !== module).map(name => `import ${JSON.stringify(path.join(top, name))};`).join('');
				return {contents: before + await readFile(file, 'utf8'), loader: file.endsWith('x') ? 'tsx' : 'ts'};
			});
		},
	};
};
