import {readFile} from 'node:fs/promises';
import path from 'node:path';
import {build, type BuildOptions, type Metafile, type Plugin} from 'esbuild';
import {top} from './paths.ts';

const main = 'source/cli/main.ts';

const monitor = 'source/cli/commands/monitor.ts';

// What these share with the monitor is the first group: small and needed by every command, so that later parts find it loaded.
const light = ['source/cli/commands/about.ts', 'source/cli/commands/demo-agent.ts'];

// Modules of an earlier group are loaded before those of the next.
const groups = [monitor, 'source/ui/terminal/screen.tsx', 'source/fleet/fleet.ts'];

// A command that needs fewer of a group's modules does not load all of it.
const fewest = 8;

/** The output files that one loads before it runs, itself included. */
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

// Only source files: dependencies come with them.
const modulesOf = ({outputs}: Metafile, files: ReadonlySet<string>): ReadonlySet<string> =>
	new Set([...files].flatMap(file => Object.entries(outputs[file]?.inputs ?? {})).filter(([module, {bytesInOutput}]) => module.startsWith('source/') && bytesInOutput > 0).map(([module]) => module));

/**
Puts modules that are loaded together into few files instead of dozens, because each costs a part of the start (figures in
docs/decisions.md).
esbuild groups modules that exactly the same entries need. Every on-demand entry runs after the start modules, so importing these from each
of them makes all entries need all of them, and they become one file. The same is done for the modules of the screen and of polling.
*/
export const gather = async (options: BuildOptions): Promise<Plugin> => {
	const {metafile} = await build({...options, metafile: true});
	if (!metafile) {
		throw new Error('esbuild does not tell what it made');
	}

	const modulesWith = (entry: string): ReadonlySet<string> => modulesOf(metafile, loadedWith(metafile, entry));
	const atStart = modulesWith(main);
	const seen = new Set(atStart);
	const common = new Set(light.flatMap(entry => [...modulesWith(entry)])).intersection(modulesWith(monitor));
	const gathered = [common, ...groups.map(entry => modulesWith(entry))].map(modules => {
		const group = modules.difference(seen);
		for (const module of group) {
			seen.add(module);
		}

		return {group, least: modules === common ? 1 : fewest};
	});
	const onDemand = Object.values(metafile.outputs).flatMap(({entryPoint}) => entryPoint?.startsWith('source/') && entryPoint !== main ? [entryPoint] : []);
	const before = new Map(onDemand.map(entry => {
		const needed = modulesWith(entry);
		const together = gathered.filter(({group, least}) => needed.intersection(group).size >= least).flatMap(({group}) => [...group]);
		return [entry, [...atStart, ...together].filter(module => module !== main && module !== entry)];
	}));
	return {
		name: 'gather',
		setup({onLoad}) {
			onLoad({filter: /\/source\/.*\.tsx?$/}, async ({path: file}) => {
				const imports = before.get(path.relative(top, file).replaceAll(path.sep, '/'))?.map(name => `import ${JSON.stringify(path.join(top, name))};`).join('');
				return imports === undefined ? undefined : {contents: imports + await readFile(file, 'utf8'), loader: file.endsWith('x') ? 'tsx' : 'ts'};
			});
		},
	};
};
