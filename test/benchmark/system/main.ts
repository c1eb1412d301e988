// `npm run bench`: measures the built program as a whole and prints one table. See --help.

import {spawnSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {parseArgs} from 'node:util';
import {top} from '../../../source/build/paths.js';
import {chartOf} from './chart.js';
import {charts, partNames, toleranceWords, verdictOn, type Figure, type PartName} from './figure.js';
import {type Attempt, type Part} from './part.js';
import {measureCluster} from './parts/cluster.js';
import {measureDag} from './parts/dag.js';
import {measureFleet} from './parts/fleet.js';
import {measureIdle} from './parts/idle.js';
import {measureKeys} from './parts/keys.js';
import {measureMemory} from './parts/memory.js';
import {measureRunning} from './parts/running.js';
import {measureStart} from './parts/start.js';
import {markdownTable, textTable} from './table.js';

const parts: Readonly<Record<PartName, Part>> = {
	start: measureStart, idle: measureIdle, running: measureRunning, keys: measureKeys, fleet: measureFleet, cluster: measureCluster, memory: measureMemory, dag: measureDag,
};

const help = `Usage: npm run bench -- [--quick] [--only PART,...] [--check] [--readme]

  --quick   fewer and shorter measurements
  --only    some parts: ${partNames.join(', ')}
  --check   exit with 1 when a figure is over its budget by more than is tolerated
            (${toleranceWords})
  --readme  put the table into docs/performance.md, and draw its charts

It takes minutes, fewer with --quick, uses 127.0.0.0/8 only, and needs Linux. What else the machine does meanwhile shows in the figures.
`;

type Measured = ReadonlyMap<PartName, readonly Figure[]>;

const chosen = (only: string | undefined): readonly PartName[] => {
	const wanted = only?.split(',', partNames.length);
	const unknown = wanted?.find(name => !(partNames as readonly string[]).includes(name));
	if (unknown !== undefined) {
		throw new Error(`there is no part "${unknown}": ${partNames.join(', ')}`);
	}

	return partNames.filter(name => wanted?.includes(name) ?? true);
};

/** Puts the parts that were measured in place of what they were; the others stay. */
const put = (measured: Measured, place: string): void => {
	const file = path.join(top, 'docs', 'performance.md');
	const document = readFileSync(file, 'utf8');
	const begin = '<!-- begin figures: made by npm run bench -- --readme -->';
	const [before, rest] = document.split(begin, 2);
	const [blocks = '', after] = rest?.split('<!-- end figures -->', 2) ?? [];
	if (before === undefined || after === undefined) {
		throw new Error('docs/performance.md has no place for figures');
	}

	const old = new Map(blocks.split('**').slice(1).map((text, index, all) => [text, (all[index + 1] ?? '').trim()]));
	const table = partNames.flatMap(name => {
		const figures = measured.get(name);
		const text = figures ? `${place}\n\n${markdownTable(figures)}` : old.get(name);
		return text === undefined ? [] : [`**${name}** ${text}`];
	}).join('\n\n');
	writeFileSync(file, `${before}${begin}\n${table}\n<!-- end figures -->${after}`);
};

/** Draws what was measured in at least two sizes. */
const draw = (figures: readonly Figure[]): void => {
	const points = figures.flatMap(({growth = []}) => growth);
	for (const [name, words] of Object.entries(charts)) {
		const lines = Map.groupBy(points.filter(({chart}) => chart === name), ({series}) => series);
		const series = [...lines].map(([line, all]) => ({name: line, points: all.map(({x, y}) => [x, y] as const)})).filter(line => line.points.length > 1);
		if (series.length > 0) {
			writeFileSync(path.join(top, 'docs', `growth-${name}.svg`), chartOf({...words, series}));
		}
	}
};

const say = (what: string): void => {
	process.stderr.write(`${what}\n`);
};

const attempt: Attempt = async (what, take) => {
	try {
		return await take();
	} catch (error) {
		say(`${what} could not be measured: ${error instanceof Error ? error.message : String(error)}`);
		process.exitCode = 1;
		return [];
	}
};

const measure = async (names: readonly PartName[], isQuick: boolean): Promise<Measured> => {
	const folder = mkdtempSync(path.join(os.tmpdir(), 'obwatch-bench-'));
	const measured = new Map<PartName, readonly Figure[]>();
	try {
		for (const name of names) {
			const begun = performance.now();
			const figures = await attempt(name, async () => parts[name]({isQuick, folder, say, attempt}));
			say(`${name}: ${((performance.now() - begun) / 1000).toFixed(0)} s`);
			if (figures.length > 0) {
				measured.set(name, figures);
			}
		}
	} finally {
		rmSync(folder, {recursive: true, force: true});
	}

	return measured;
};

const run = async (): Promise<number> => {
	const {values} = parseArgs({options: {quick: {type: 'boolean'}, only: {type: 'string'}, check: {type: 'boolean'}, readme: {type: 'boolean'}, help: {type: 'boolean', short: 'h'}}});
	if (values.help) {
		process.stdout.write(help);
		return 0;
	}

	const names = chosen(values.only);
	const {status} = spawnSync(process.execPath, ['source/build/bundle.ts'], {cwd: top, stdio: 'inherit'});
	if (status !== 0) {
		return 1;
	}

	const begun = performance.now();
	const measured = await measure(names, values.quick ?? false);
	const figures = [...measured.values()].flat();
	const load = os.loadavg().map(value => value.toFixed(1)).join(' ');
	const place = `Node.js ${process.versions.node}, ${os.availableParallelism()} cores of ${os.cpus()[0]?.model ?? 'a kind that is not known'}, load ${load} at the end; taken in ${Math.round((performance.now() - begun) / 1000)} s.`;
	process.stdout.write(`${textTable(figures)}\n\n${place}\n"nearly": over budget by no more than one run differs from the next (${toleranceWords}).\n`);
	if (values.readme) {
		put(measured, place);
		draw(figures);
	}

	const over = figures.filter(figure => verdictOn(figure) === 'over');
	if (over.length > 0) {
		process.stdout.write(`${over.length} over budget\n`);
	}

	return values.check && over.length > 0 ? 1 : Number(process.exitCode ?? 0);
};

try {
	process.exitCode = await run();
} catch (error) {
	process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
	process.exitCode = 1;
}
