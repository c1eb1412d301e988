import {describe, expect, it} from 'vitest';
import {type ExitCode, exitCodeOf, worstOf} from '../../source/headless/exit-code.js';
import {tableOf} from '../../source/lib/ordered-map.js';
import {type AgentEntry, type ClusterEntry} from '../../source/store/state.js';
import {makeDag, makeInfo} from '../helpers/tasks.js';
import {failing, lost, partlyFailed, refused, stateOf, waitingTask, withTask} from './helpers/states.js';

describe('the exit code of one look', () => {
	it.each<[what: string, code: ExitCode, agents: ReadonlyArray<Partial<AgentEntry>>]>([
		['no task', 0, [{task: {type: 'none'}}]],
		['running', 0, [withTask('RUNNING/RUN')]],
		['running, though a part of it failed', 0, [partlyFailed]],
		['rolling back', 0, [withTask('RUNNING/ROLLBACK')]],
		['succeeded', 0, [withTask('SUCCEED/RUN')]],
		['passed by hand', 0, [withTask('SUCCEED/PASS')]],
		['pending', 0, [withTask('PENDING/RUN')]],
		['waiting for its main task', 0, [waitingTask]],
		['failed', 1, [withTask('FAILED/RUN')]],
		['failed to roll back', 1, [withTask('FAILED/ROLLBACK')]],
		['cancelled', 1, [withTask('FAILED/CANCEL')]],
		['an unknown pair is not fine', 1, [withTask('LOST/RUN')]],
		['a task outside maintenance failed', 1, [{task: {type: 'none'}, otherTasks: [makeDag({state: 'FAILED', nodes: []})]}]],
		['rolled back', 6, [withTask('SUCCEED/ROLLBACK')]],
		['unreachable', 3, [failing(lost)]],
		['alive, but it cannot say how its task is', 3, [failing({type: 'refused', status: 500, code: 'x', message: 'x', traceId: ''}, true)]],
		['no answer until the end', 3, [{connection: {type: 'connecting'}}]],
		['its last task succeeded, the tasks of its cluster were not read', 3, [{...withTask('SUCCEED/RUN'), info: makeInfo({identity: 'CLUSTER AGENT'}), isListed: false}]],
		['its last task succeeded, its other tasks were not read', 3, [{...withTask('SUCCEED/RUN'), info: makeInfo({identity: 'SINGLE'}), isListed: false}]],
		['a follower, whose master lists the tasks', 0, [{...withTask('SUCCEED/RUN'), info: makeInfo({identity: 'FOLLOWER'}), isListed: false}]],
		['its last task was not read', 3, [{task: {type: 'unknown'}}]],
		['a wrong password', 4, [failing(refused, true)]],
		['an unknown key', 4, [failing({type: 'key-changed', known: undefined, offered: 'b', offeredBits: 1024, knownBits: 0}, true)]],
		['a changed key', 4, [failing({type: 'key-changed', known: 'a', offered: 'b', offeredBits: 1024, knownBits: 1024}, true)]],
		['unreachable beside one that failed', 1, [failing(lost), withTask('FAILED/RUN')]],
		['unreachable beside one that was rolled back', 6, [failing(lost), withTask('SUCCEED/ROLLBACK')]],
		['failed beside a wrong password', 4, [withTask('FAILED/RUN'), failing(refused)]],
		['fine beside unreachable', 3, [withTask('SUCCEED/RUN'), failing(lost)]],
		['failed when it was seen last, unreachable now', 1, [{...withTask('FAILED/RUN'), ...failing(lost)}]],
	])('%s: %i', (_, code, agents) => {
		expect(exitCodeOf(stateOf(...agents))).toBe(code);
	});

	it('heeds a cluster\'s own task', () => {
		const state = stateOf({task: {type: 'none'}, cluster: 'c', name: 'a:1'});
		const cluster = {key: 'c', id: 1, name: 'c', members: ['a:1'], directory: [], isListed: true, task: {type: 'known' as const, dag: makeDag({state: 'FAILED', nodes: []}), movedAt: undefined}, otherTasks: [], parts: [], delegate: undefined};
		expect(exitCodeOf({...state, clusters: tableOf<ClusterEntry>([['c', cluster]])})).toBe(1);
	});
});

describe('of several codes', () => {
	it('the one that must not be missed counts', () => {
		const order: readonly ExitCode[] = [130, 143, 129, 70, 74, 2, 4, 1, 6, 7, 3, 5, 0];
		for (const [index, code] of order.entries()) {
			expect(worstOf(order.slice(index).toReversed())).toBe(code);
		}

		expect(worstOf([])).toBe(0);
	});
});
