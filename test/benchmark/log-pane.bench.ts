// The log pane on logs of 1 thousand, 100 thousand and 1 million entries: what a key costs must not grow with the log.

import {describe, test} from 'vitest';
import {unpackLines} from '../../source/client/aside/parcel.js';
import {linesOf} from '../../source/protocol/log-lines.js';
import {logFromLines, logFromTask, type LogBuffer} from '../../source/store/log/log-buffer.js';
import {compileMatcher} from '../../source/store/log/matcher.js';
import {
	endPosition,
	movedBy,
	rowsFrom,
	startPosition,
	type PaneOptions,
} from '../../source/store/log/pane.js';
import {advanceScan, newScan} from '../../source/store/log/scan.js';
import {budget} from './helpers/budget.js';

const sizes = [1000, 100_000, 1_000_000];
const options: PaneOptions = {
	width: 120, height: 48, left: 0, isWrapped: true, isCollapsed: true, severity: 'all', filter: undefined,
};

const textsOf = (count: number): readonly string[] => Array.from({length: count}, (_, index) =>
	index % 1000 === 999 ? `ERROR: [Disk.Full]: write part ${index}: no space left on device` : `copy part ${index} to /data/backup/part-${index}.tar`);

const entriesOf = (texts: readonly string[]) => texts.map((text, id) => ({
	id, text, executeTimes: 1, time: id,
}));

/** All of a log, at one go; the program does it in slices. */
const searchAll = (buffer: LogBuffer, source: string): number => {
	const compiled = compileMatcher(source);
	return compiled.ok ? advanceScan(newScan(compiled.matcher, 0), buffer, {left: Infinity}).matches : 0;
};

describe.each(sizes)('a log of %i entries', size => {
	const texts = textsOf(size);
	const first = linesOf(entriesOf(texts));
	const more = linesOf(entriesOf(textsOf(1000)));
	const before = logFromLines(undefined, first);
	const buffer = logFromTask(undefined, texts);
	const middle = {entry: Math.floor(size / 2), row: 0};

	test('keys', async ({bench}) => {
		await bench('open', () => {
			const opened = logFromTask(undefined, texts);
			rowsFrom(opened, endPosition(opened, options), options);
		}).run(budget);
		await bench('scroll a page', () => {
			rowsFrom(buffer, movedBy(buffer, middle, options.height, options), options);
		}).run(budget);
		await bench('jump to the end', () => {
			rowsFrom(buffer, endPosition(buffer, options), options);
		}).run(budget);
		await bench('jump to the start', () => {
			rowsFrom(buffer, startPosition(buffer), options);
		}).run(budget);
	});

	test('the whole log', async ({bench}) => {
		await bench('search all', () => {
			searchAll(buffer, 'no space left');
		}).run(budget);
		await bench('search all for an expression', () => {
			searchAll(buffer, String.raw`(\w+[ /.]?)+!`);
		}).run({...budget, iterations: 3, warmupIterations: 1});
		// An agent gives all lines again; the thread that reads them hands over what is new.
		await bench('take in 1,000 new lines', () => {
			logFromLines(before, unpackLines({kept: size, more}, first));
		}).run(budget);
	});
});
