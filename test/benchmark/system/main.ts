// `npm run bench`: measures the built program as a whole and prints one table. See --help.

import {spawnSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {parseArgs} from 'node:util';
import {top} from '../../../source/build/paths.js';
import {partNames, toleranceWords, verdictOn, type Figure, type PartName} from './figure.js';
import {type Part} from './part.js';
import {measureDag} from './parts/dag.js';
import {measureFleet} from './parts/fleet.js';
import {measureIdle} from './parts/idle.js';
import {measureKeys} from './parts/keys.js';
import {measureRunning} from './parts/running.js';
import {measureStart} from './parts/start.js';
import {markdownTable, textTable} from './table.js';

const parts: Readonly<Record<PartName, Part>> = {
	start: measureStart, idle: measureIdle, running: measureRunning, keys: measureKeys, fleet: measureFleet, dag: measureDag,
};

const help = `Usage: npm run bench -- [--quick] [--only PART,...] [--check] [--readme]

  --quick   fewer and shorter measurements
  --only    some parts: ${partNames.join(', ')}
  --check   exit with 1 when a figure is over its budget by more than is tolerated
            (${toleranceWords})
  --readme  put the table into README.md

It takes about eight minutes (two with --quick), uses 127.0.0.0/8 only, and needs Linux. What else the machine does meanwhile shows in the figures.
`;

const chosen = (only: string | undefined): readonly PartName[] => {
	const wanted = only?.split(',', partNames.length);
	const unknown = wanted?.find(name => !(partNames as readonly string[]).includes(name));
	if (unknown !== undefined) {
		throw new Error(`there is no part "${unknown}": ${partNames.join(', ')}`);
	}

	return partNames.filter(name => wanted?.includes(name) ?? true);
};

const put = (figures: readonly Figure[], place: string): void => {
	const file = path.join(top, 'README.md');
	const readme = readFileSync(file, 'utf8');
	const begin = '<!-- begin figures: made by npm run bench -- --readme -->';
	const [before, rest] = readme.split(begin, 2);
	const after = rest?.split('<!-- end figures -->', 2)[1];
	if (before === undefined || after === undefined) {
		throw new Error('the README has no place for figures');
	}

	writeFileSync(file, `${before}${begin}\n${place}\n\n${markdownTable(figures)}\n<!-- end figures -->${after}`);
};

const measure = async (names: readonly PartName[], isQuick: boolean): Promise<readonly Figure[]> => {
	const folder = mkdtempSync(path.join(os.tmpdir(), 'obwatch-bench-'));
	const figures: Figure[] = [];
	try {
		for (const name of names) {
			figures.push(...await parts[name]({
				isQuick, folder,
				say(what) {
					process.stderr.write(`${what}\n`);
				},
			}));
		}
	} finally {
		rmSync(folder, {recursive: true, force: true});
	}

	return figures;
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
	const figures = await measure(names, values.quick ?? false);
	const load = os.loadavg().map(value => value.toFixed(1)).join(' ');
	const place = `Node.js ${process.versions.node}, ${os.availableParallelism()} cores of ${os.cpus()[0]?.model ?? 'a kind that is not known'}, load ${load} at the end; taken in ${Math.round((performance.now() - begun) / 1000)} s.`;
	process.stdout.write(`${textTable(figures)}\n\n${place}\n"nearly": over budget by no more than one run differs from the next (${toleranceWords}).\n`);
	if (values.readme) {
		put(figures, place);
	}

	const over = figures.filter(figure => verdictOn(figure) === 'over');
	if (over.length > 0) {
		process.stdout.write(`${over.length} over budget\n`);
	}

	return values.check && over.length > 0 ? 1 : 0;
};

try {
	process.exitCode = await run();
} catch (error) {
	process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
	process.exitCode = 1;
}
