import {expect, test} from 'vitest';
import {fileStem} from '../../source/export/context.js';
import {inChunks, logLines} from '../../source/export/log-text.js';
import {pathText} from '../../source/lib/wrap.js';
import {linesOf} from '../../source/protocol/logs.js';
import {attemptsOf} from '../../source/protocol/outcome.js';
import {logFromLines, logFromTask} from '../../source/store/log/buffer.js';
import {after} from '../helpers/tasks.js';

const retried = {operator: 'RUN', executeTimes: 3};

test('a saved log has its times in the agent\'s zone, its executions apart, and entries of several lines aligned', () => {
	const buffer = logFromLines(undefined, linesOf([
		{id: 1, executeTimes: 1, text: 'start', time: after(0)},
		{id: 2, executeTimes: 1, text: 'ERROR: no\n: because', time: after(1.5)},
		{id: 3, executeTimes: 2, text: 'undo', time: undefined},
		{id: 4, executeTimes: 3, text: '', time: after(20 * 3600)},
	]));
	expect([...logLines(buffer, retried, 8 * 60)]).toEqual([
		'-- attempt 1 --',
		'2026-03-01 18:00:00.000 start',
		'2026-03-01 18:00:01.500 ERROR: no\n                        : because',
		'-- rollback of attempt 1 --',
		'                        undo',
		'-- attempt 2 --',
		'2026-03-02 14:00:00.000 ',
	]);
});

test('a pause for the main task is no attempt, and neither is an undo', () => {
	const paused = logFromLines(undefined, linesOf([
		{id: 1, executeTimes: 1, text: 'wait operator to advance', time: undefined}, {id: 2, executeTimes: 3, text: 'start', time: undefined}, {id: 3, executeTimes: 5, text: 'again', time: undefined},
	]));
	const rules = (lines: Iterable<string>): readonly string[] => [...lines].filter(line => line.startsWith('--'));
	expect(rules(logLines(paused, {operator: 'RUN', executeTimes: 5}, 0))).toEqual(['-- attempt 1 --', '-- continued by its main task --', '-- attempt 2 --']);
	const logs = ['wait operator to advance', 'start'];
	expect([1, 3, 5].map(executeTimes => attemptsOf({operator: 'RUN', executeTimes, logs: executeTimes === 1 ? logs.slice(0, 1) : logs}))).toEqual([1, 1, 2]);
	expect(attemptsOf({operator: 'ROLLBACK', executeTimes: 2, logs: []})).toBe(1);
});

test('where the agent does not say where attempts begin, the repeated first line does, if it is there once for each', () => {
	const logs = ['drop tenant', 'ERROR: no', 'drop tenant', 'ERROR: still no'];
	expect([...logLines(logFromTask(undefined, {logs, ...retried}), retried, 0)]).toEqual(['-- attempt 1 --', 'drop tenant', 'ERROR: no', '-- attempt 2 --', 'drop tenant', 'ERROR: still no']);
	expect([...logLines(logFromTask(undefined, {logs: [...logs, 'drop tenant'], ...retried}), retried, 0)]).toEqual([...logs, 'drop tenant']);
});

test('a single execution needs no rule, and lines without times begin at the left', () => {
	const once = logFromLines(undefined, linesOf([{id: 1, executeTimes: 2, text: 'start', time: after(0)}]));
	expect([...logLines(once, retried, 0)]).toEqual(['2026-03-01 10:00:00.000 start']);
	expect([...logLines(logFromTask(undefined, {logs: ['one', 'two\nmore']}), retried, 0)]).toEqual(['one', 'two\nmore']);
});

test('lines that were discarded are counted', () => {
	expect([...logLines(logFromTask(undefined, {logs: ['one', 'two', 'three']}, 1), retried, 0)]).toEqual(['-- 2 older lines missing --', 'three']);
});

test('a file is written in pieces that are neither tiny nor huge', () => {
	const pieces = [...inChunks(Array.from({length: 100_000}, (_, index) => `line ${index}`))];
	expect(pieces.join('')).toMatch(/^line 0\nline 1\n[\s\S]*\nline 99999\n$/);
	expect(pieces.length).toBeLessThan(30);
	expect(Math.max(...pieces.map(piece => piece.length))).toBeLessThan(70_000);
	expect([...inChunks(['a', 'b'], '')].join('')).toBe('ab');
});

test('a file is called after the time at which it was made', () => {
	expect(fileStem('log', after(0), 8 * 60)).toBe('obwatch-log-20260301-180000');
});

test.each([
	['/home/admin/x.log', 40, '/home/admin/x.log'],
	['/x.log', 40, '/x.log'],
	['/home/admin/obwatch/some/where/x.log', 20, '…ch/some/where/x.log'],
	['/home/admin/obwatch-log-20260301-180000.log', 10, '…/obwatch-log-20260301-180000.log'],
	['/a\u001B[2J/x.log', 40, '/a␛[2J/x.log'],
])('the path %s in %i columns is %s', (file, columns, words) => {
	expect(pathText(file, columns)).toBe(words);
});
