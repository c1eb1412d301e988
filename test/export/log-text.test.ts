import {expect, test} from 'vitest';
import {fileStem} from '../../source/export/context.js';
import {inChunks, logLines} from '../../source/export/log-text.js';
import {pathText} from '../../source/lib/wrap.js';
import {linesOf} from '../../source/protocol/logs.js';
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
		'-- attempt 2 · rollback --',
		'                        undo',
		'-- attempt 3 --',
		'2026-03-02 14:00:00.000 ',
	]);
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
