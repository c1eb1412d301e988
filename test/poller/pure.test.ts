import fc from 'fast-check';
import {expect, test} from 'vitest';
import {mergeNode} from '../../source/poller/agent/task-state.js';
import {backoff} from '../../source/poller/intervals.js';
import {type AgentError, isSameError} from '../../source/protocol/errors.js';
import {makeDag, makeNodes} from '../helpers/tasks.js';

test.each([
	[1, 0, 1000],
	[2, 0, 2000],
	[5, 0, 16_000],
	[6, 0, 30_000],
	[5000, 0, 30_000],
	[1, 1, 500],
	[6, 1, 15_000],
])('after %i failures and with random %f it waits %i ms', (failures, random, delay) => {
	expect(backoff(failures, random)).toBe(delay);
});

test('a backoff is never longer than 30 s, never shorter than half a second, and whole', () => {
	fc.assert(fc.property(fc.nat(100_000), fc.double({min: 0, max: 1, noNaN: true}), (failures, random) => {
		const delay = backoff(failures, random);
		return Number.isSafeInteger(delay) && delay >= 500 && delay <= 30_000;
	}));
});

test('a node that was queried alone takes its place, and all others stay the same objects', () => {
	const dag = makeDag({nodes: makeNodes('SUCCEED/RUN', 'RUNNING/RUN', 'PENDING/RUN')});
	const node = {...dag.nodes![1]!, state: 'FAILED', key: 'of its own'};
	const merged = mergeNode(dag, node);
	expect(merged.nodes!.map(({state, key}) => [state, key])).toEqual([
		['SUCCEED', dag.nodes![0]!.key],
		['FAILED', dag.nodes![1]!.key],
		['PENDING', dag.nodes![2]!.key],
	]);
	expect(merged.nodes![0]).toBe(dag.nodes![0]);
	expect(merged.nodes![2]).toBe(dag.nodes![2]);
});

test('a node that says nothing new, or is another task\'s, changes nothing', () => {
	const dag = makeDag({nodes: makeNodes('RUNNING/RUN')});
	expect(mergeNode(dag, structuredClone(dag.nodes![0]!))).toBe(dag);
	expect(mergeNode(dag, {...dag.nodes![0]!, id: '22130706433028899', state: 'FAILED'})).toBe(dag);
	const bare = makeDag({nodes: undefined});
	expect(mergeNode(bare, dag.nodes![0]!)).toBe(bare);
});

const refusal = {type: 'refused', status: 500, code: 'Agent.NoMaster', message: 'no master', traceId: 'a'} as const;

test.each<readonly [string, AgentError, AgentError, boolean]>([
	['trace ids differ each time', refusal, {...refusal, traceId: 'b'}, true],
	['other words', refusal, {...refusal, message: 'no leader'}, false],
	['measured skews differ', {type: 'clock', skew: 1}, {type: 'clock', skew: 2}, true],
	['deadlines differ', {type: 'timeout', after: 5000}, {type: 'timeout', after: 10_000}, true],
	['other types', {type: 'aborted'}, {type: 'timeout', after: 1}, false],
	['other codes', {type: 'unreachable', code: 'ECONNREFUSED'}, {type: 'unreachable', code: 'ECONNRESET'}, false],
])('errors are compared by what they say: %s', (_, one, other, expected) => {
	expect(isSameError(one, other)).toBe(expected);
	expect(isSameError(other, one)).toBe(expected);
});
