import {describe, expect, test} from 'vitest';
import {type TaskNode} from '../../source/protocol/task.js';
import {differingSubTask, firstDifference, normalLine, pairStages} from '../../source/store/compare.js';
import {cpuTime} from '../helpers/cpu-time.js';
import {makeNode, makeSubTask} from '../helpers/tasks.js';

const stages = (...names: readonly string[]): readonly TaskNode[] => names.map((name, index) => makeNode({name, key: `${name} ${index}`, id: String(index)}));

describe('the stages of two runs', () => {
	test.each([
		[['a', 'b', 'c'], ['a', 'b', 'c'], ['a a', 'b b', 'c c']],
		[['a', 'new', 'c'], ['a', 'c'], ['a a', 'new -', 'c c']],
		[['a', 'c'], ['a', 'gone', 'c'], ['a a', '- gone', 'c c']],
		[['check', 'start', 'check'], ['check', 'check'], ['check check', 'start -', 'check check']],
		[[], ['a'], ['- a']],
	])('%j and %j are side by side by their names', (one, other, pairs) => {
		expect(pairStages(stages(...one), stages(...other)).map(pair => `${pair.one?.name ?? '-'} ${pair.other?.name ?? '-'}`)).toEqual(pairs);
	});

	test('have a key each, which is that of this run if it has the stage', () => {
		expect(pairStages(stages('a', 'b'), stages('b', 'c')).map(({key}) => key)).toEqual(['a 0', 'b 1', '+c 1']);
	});
});

describe('a log line', () => {
	test.each([
		['2026-11-30T12:00:00.123+08:00 start observer, pid=4711', '2026-11-29 08:11:12 start observer, pid=815'],
		['remote task 22130706444028866 Start observer running [1/1]', 'remote task 22130706444028811 Start observer running [1/1]'],
		['connect to 10.0.0.3:2886 and [fd00::3]:3886', 'connect to 10.0.0.4:2887 and [fd00::4]:3887'],
		['took 1m20s at 12.5MB/s, 40%', 'took 59s at 9MB/s, 12%'],
		['1,912 files and 12345 rows of 0xFFEE', '1,912 files and 99999 rows of 0x1F'],
		['session 550e8400-e29b-41d4-a716-446655440000 of deadbeef12', 'session 123e4567-e89b-12d3-a456-426614174000 of cafe001122'],
	])('%j says the same as %j', (one, other) => {
		expect(normalLine(one)).toBe(normalLine(other));
	});

	test.each([
		['exit status 1', 'exit status 0'],
		['ob_alloc failed(ret=-4013)', 'ob_alloc failed(ret=-4012)'],
		['code: 2300', 'code: 2301'],
		['stage 3 of 7', 'stage 4 of 7'],
		['running version 4.3.5.0-100000202024123117', 'running version 4.3.5.1-101000042025031818'],
		['WARN: /home is 99% full, 96M left', 'WARN: /home is 45% full, 12G left'],
		['unpacking lib', 'unpacking bin'],
	])('%j says something else than %j', (one, other) => {
		expect(normalLine(one)).not.toBe(normalLine(other));
	});
});

describe('the first line that differs', () => {
	test('is that at which one run goes another way, after the line before it', () => {
		expect(firstDifference(['begin 10:00:01', 'unpacking lib', 'ERROR: no space left'], ['begin 11:30:59', 'unpacking lib', '1,912 files written'])).toEqual({
			one: {line: 'ERROR: no space left', earlier: ['begin 10:00:01', 'unpacking lib'], later: []}, other: {line: '1,912 files written', earlier: ['begin 11:30:59', 'unpacking lib'], later: []}, isSameBefore: true,
		});
	});

	test('can be one that this run lacks, or the end of a log', () => {
		expect(firstDifference(['a', 'c'], ['a', 'b', 'c'])).toMatchObject({one: {line: 'c'}, other: {line: 'b'}});
		expect(firstDifference(['a'], ['a', 'b'])).toMatchObject({one: {line: undefined, earlier: ['a']}, other: {line: 'b'}});
		expect(firstDifference(['a', 'b'], ['a'])).toMatchObject({one: {line: 'b'}, other: {line: undefined, earlier: ['a']}});
	});

	test('is none where lines only repeat themselves, or come in another order', () => {
		expect(firstDifference(['a', 'waiting 1s', 'waiting 2s', 'b', 'c'], ['a', 'waiting 3s', 'c', 'b'])).toBeUndefined();
		expect(firstDifference([], [])).toBeUndefined();
	});

	test('is found within entries of several lines', () => {
		expect(firstDifference(['script\n  step one\n  step two'], ['script\n  step one\n  step three'])).toMatchObject({one: {line: '  step two'}, other: {line: '  step three'}});
	});

	test('of long logs is found in time', () => {
		const lines = Array.from({length: 19_000}, (_, index) => `line ${'abcdefghij'[index % 10]} ${index % 997}`);
		const time = cpuTime(() => {
			expect(firstDifference([...lines, 'x'.repeat(1_000_000)], [...lines, 'end'])).toBeDefined();
		});
		expect(time).toBeLessThan(2000);
	});
});

describe('the sub-task of a stage', () => {
	const part = (agent: string, state: string, ...logs: readonly string[]) => makeSubTask({key: agent, id: agent, agent, state, logs});
	const pairOf = (one: ReadonlyArray<ReturnType<typeof part>>, other: ReadonlyArray<ReturnType<typeof part>>) => ({key: 'x', one: makeNode({subTasks: one}), other: makeNode({subTasks: other})});

	test('that failed comes first, and is compared with that of the same agent', () => {
		const pair = pairOf([part('a', 'SUCCEED', 'x'), part('b', 'FAILED', 'start', 'ERROR: broken')], [part('b', 'SUCCEED', 'start', 'started'), part('a', 'SUCCEED', 'y')]);
		expect(differingSubTask(pair)).toMatchObject({one: {agent: 'b'}, other: {agent: 'b'}, difference: {one: {line: 'ERROR: broken'}, other: {line: 'started'}}});
	});

	test('has no difference while lines may follow', () => {
		expect(differingSubTask(pairOf([part('a', 'RUNNING', 'start')], [part('a', 'SUCCEED', 'start', 'started')]))).toMatchObject({difference: undefined, isAtWork: true});
		expect(differingSubTask(pairOf([part('a', 'RUNNING', 'other')], [part('a', 'SUCCEED', 'start', 'started')]))).toMatchObject({difference: {one: {line: 'other'}}});
	});

	test('is none where a run has no log or no such stage', () => {
		expect(differingSubTask(pairOf([makeSubTask({logs: undefined})], [part('a', 'SUCCEED', 'x')]))).toBeUndefined();
		expect(differingSubTask({key: 'x', one: undefined, other: makeNode()})).toBeUndefined();
	});
});
