// The log pane on logs of 1 thousand, 100 thousand and 1 million entries: what a key costs must not grow with the log.

import {readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {afterAll, describe, test} from 'vitest';
import {top} from '../../source/build/paths.js';
import {decodeLines} from '../../source/client/worker/delta.js';
import {linesOf} from '../../source/protocol/logs.js';
import {type LogBuffer, logFromLines, logFromTask, type LogPart} from '../../source/store/log/buffer.js';
import {mergeLogs} from '../../source/store/log/merge.js';
import {endPosition, movedBy, type PaneOptions, rowsFrom, startPosition} from '../../source/store/log/pane.js';
import {advanceScan, compileMatcher, newScan} from '../../source/store/log/scan.js';
import {learnSeverities, nextSevere} from '../../source/store/log/severities.js';
import {withSection} from '../docs/sections.js';
import {budget} from './helpers/budget.js';
import {chartOf} from './system/chart.js';

const sizes = [1000, 100_000, 1_000_000];
const options: PaneOptions = {
	width: 120, height: 48, scrollColumn: 0, isWrapped: true, isCollapsed: true, severity: 'all', filter: undefined,
};

const textsOf = (count: number): readonly string[] => Array.from({length: count}, (_, index) =>
	index % 1000 === 999 ? `ERROR: [Disk.Full]: write part ${index}: no space left on device` : `copy part ${index} to /data/backup/part-${index}.tar`);

const entriesOf = (texts: readonly string[]) => texts.map((text, id) => ({
	id, text, executeTimes: 1, time: id,
}));

/** All of a log, at one go; the program does it in slices. */
const searchAll = (buffer: LogBuffer, source: string): number => {
	const compiled = compileMatcher(source);
	return compiled.ok ? advanceScan(newScan(compiled.matcher, 0), buffer, Infinity).matches : 0;
};

/** Means by row of the table in docs/performance.md, then by size. */
const rows = ['open', 'scroll a page', 'jump to the end', 'jump to the start', 'search all of it for a text, in slices', 'search all of it for a hard expression, in slices', 'take in 1,000 new lines'] as const;
type Row = (typeof rows)[number];
const means = new Map<string, number>();

const cell = (row: Row, size: number): string => {
	const mean = means.get(`${row} ${size}`);
	return mean === undefined ? '' : `${mean.toLocaleString('en', {maximumSignificantDigits: 2})} ms`;
};

describe.each(sizes)('a log of %i entries', size => {
	const texts = textsOf(size);
	const first = linesOf(entriesOf(texts));
	const more = linesOf(entriesOf(textsOf(1000)));
	const before = logFromLines(undefined, first);
	const buffer = logFromTask(undefined, {logs: texts});
	const middle = {entry: Math.floor(size / 2), row: 0};
	const hard = {...budget, iterations: 3, warmupIterations: 1};

	const work: ReadonlyArray<readonly [row: Row, run: () => void]> = [
		['open', () => {
			const opened = logFromTask(undefined, {logs: texts});
			rowsFrom(opened, endPosition(opened, options), options);
		}],
		['scroll a page', () => {
			rowsFrom(buffer, movedBy(buffer, middle, options.height, options), options);
		}],
		['jump to the end', () => {
			rowsFrom(buffer, endPosition(buffer, options), options);
		}],
		['jump to the start', () => {
			rowsFrom(buffer, startPosition(buffer), options);
		}],
		['search all of it for a text, in slices', () => {
			searchAll(buffer, 'no space left');
		}],
		['search all of it for a hard expression, in slices', () => {
			searchAll(buffer, String.raw`(\w+[ /.]?)+!`);
		}],
		// An agent gives all lines again; the thread that reads them hands over what is new.
		['take in 1,000 new lines', () => {
			logFromLines(before, decodeLines({kept: size, more, written: []}, more.texts, first));
		}],
	];

	test.for(work)('%s', async ([row, run], {bench}) => {
		const result = await bench(row, run).run(row.includes('hard') ? hard : budget);
		means.set(`${row} ${size}`, result.latency.mean);
	});
});

// Opening all logs of a stage on many agents makes one of them at once, with all that its agents have said so far.
describe('50 logs of 10,000 entries each as one', () => {
	const parts: readonly LogPart[] = Array.from({length: 50}, (_, part) => ({
		key: String(part), agent: `10.0.0.${part}:2886`, stage: 1, name: 'Start observer', start: 0, ahead: 0, operator: 'RUN', executeTimes: 1,
		buffer: logFromLines(undefined, linesOf(textsOf(10_000).map((text, id) => ({
			id, text, executeTimes: 1, time: (id * 50) + (part * 7 % 50),
		})))),
	}));
	const whole = mergeLogs(undefined, parts);
	const longer = linesOf(textsOf(10_100).map((text, id) => ({
		id, text, executeTimes: 1, time: id * 50,
	})));
	const grown = parts.map((part, number) => number === 0 ? {...part, buffer: logFromLines(part.buffer, longer)} : part);

	test('open', async ({bench}) => {
		await bench('open', () => {
			mergeLogs(undefined, parts);
		}).run({...budget, iterations: 3, warmupIterations: 1});
	});

	test('take in 100 new lines of one', async ({bench}) => {
		await bench('take in 100 new lines of one', () => {
			mergeLogs(whole, grown);
		}).run(budget);
	});

	test('find out that no line is an error, all at one go', async ({bench}) => {
		await bench('find out that no line is an error, all at one go', () => {
			nextSevere([...whole.texts], 0, {step: 1, least: 'error', most: Infinity});
		}).run(budget);
	});

	test('find out how severe 25,000 lines are, as between two keys', async ({bench}) => {
		await bench('find out how severe 25,000 lines are, as between two keys', () => {
			learnSeverities(whole.texts.slice(0, 25_000), 25_000);
		}).run(budget);
	});
});

afterAll(() => {
	const heads = ['A log of', ...sizes.map(size => `${size.toLocaleString('en')} entries`)];
	const table = [heads, heads.map(() => '---'), ...rows.map(row => [row, ...sizes.map(size => cell(row, size))])].map(cells => `| ${cells.join(' | ')} |`).join('\n');
	process.stdout.write(`${table}\n`);
	if (process.env['OBWATCH_RENEW'] === undefined || means.size < rows.length * sizes.length) {
		return;
	}

	const file = path.join(top, 'docs', 'performance.md');
	writeFileSync(file, withSection(readFileSync(file, 'utf8'), 'log figures', table, 'npm run bench:logs'));
	const drawn = rows.filter(row => row.startsWith('search') || row.startsWith('take in')).map(row => ({name: row.replace(/^search all of it for (.*), in slices$/, '$1'), points: sizes.map(size => [size, means.get(`${row} ${size}`) ?? 0] as const)}));
	writeFileSync(path.join(top, 'docs', 'growth-lines.svg'), chartOf({title: 'A log: searched for all of it, and grown', across: 'entries', unit: 'ms', series: drawn}));
});
