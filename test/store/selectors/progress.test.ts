import {expect, it} from 'vitest';
import {progressOf} from '../../../source/store/selectors/basics.js';
import {timelineOf} from '../../../source/store/selectors/task.js';
import {after, makeDag, makeNode, makeNodes, makeSubTask} from '../../helpers/tasks.js';

it.each([
	['a running task has done its succeeded stages', makeDag({stage: 3, nodes: makeNodes('SUCCEED/RUN', 'SUCCEED/RUN', 'RUNNING/RUN', 'PENDING/RUN')}), {stage: 3, done: 2, total: 4}],
	// As recorded: all stages that had their turn are PENDING / ROLLBACK at first.
	['a rollback that begins has undone nothing yet', makeDag({state: 'READY', operator: 'ROLLBACK', stage: 3, nodes: makeNodes('PENDING/ROLLBACK', 'PENDING/ROLLBACK', 'PENDING/ROLLBACK', 'PENDING/RUN')}), {stage: 3, done: 2, total: 4}],
	['rolling back empties the bar stage by stage', makeDag({operator: 'ROLLBACK', stage: 2, nodes: makeNodes('PENDING/ROLLBACK', 'RUNNING/ROLLBACK', 'SUCCEED/ROLLBACK', 'PENDING/RUN')}), {stage: 2, done: 1, total: 4}],
	['undoing the first stage leaves nothing', makeDag({operator: 'ROLLBACK', stage: 1, nodes: makeNodes('RUNNING/ROLLBACK', 'SUCCEED/ROLLBACK', 'SUCCEED/ROLLBACK', 'PENDING/RUN')}), {stage: 1, done: 0, total: 4}],
	['a rollback that failed leaves what is below the stage that it failed at', makeDag({state: 'FAILED', operator: 'ROLLBACK', stage: 2, nodes: makeNodes('PENDING/ROLLBACK', 'FAILED/ROLLBACK', 'SUCCEED/ROLLBACK', 'PENDING/RUN')}), {stage: 2, done: 1, total: 4}],
	['rolled back is empty', makeDag({state: 'SUCCEED', operator: 'ROLLBACK', stage: 1, nodes: makeNodes('SUCCEED/ROLLBACK', 'SUCCEED/ROLLBACK')}), {stage: 1, done: 0, total: 2}],
	['passed by hand stays where it was', makeDag({state: 'SUCCEED', operator: 'PASS', stage: 2, nodes: makeNodes('SUCCEED/RUN', 'SUCCEED/PASS', 'SUCCEED/PASS')}), {stage: 2, done: 1, total: 3}],
	['a sub-task that its main task ended has done all', makeDag({state: 'SUCCEED', operator: 'PASS', stage: 2, nodes: [...makeNodes('SUCCEED/RETRY'), makeNode({
		key: 'last', state: 'SUCCEED', operator: 'PASS', hasMainTask: true, subTasks: [makeSubTask({state: 'SUCCEED', operator: 'PASS', hasMainTask: true, executeTimes: 1, logs: ['done', 'wait operator to advance']})],
	})]}), {stage: 2, done: 2, total: 2}],
	['without details a running task has done what is before its stage', makeDag({stage: 4, maxStage: 11, nodes: undefined}), {stage: 4, done: 3, total: 11}],
	['without details a succeeded task has done all', makeDag({state: 'SUCCEED', stage: 11, maxStage: 11, nodes: undefined}), {stage: 11, done: 11, total: 11}],
	['without details a rolled back task has done nothing', makeDag({state: 'SUCCEED', operator: 'ROLLBACK', stage: 1, maxStage: 11, nodes: undefined}), {stage: 1, done: 0, total: 11}],
])('%s', (_, dag, expected) => {
	expect(progressOf(dag)).toEqual(expected);
});

it('lays stages on a line from the first start to the last end', () => {
	expect(timelineOf(makeNodes('SUCCEED/RUN', 'FAILED/RUN', 'PENDING/RUN'), after(100))).toEqual({
		length: 4000,
		spans: [{start: 0, end: 0.5}, {start: 0.5, end: 1}, undefined],
	});
});

it('lets the running stage reach to now, and begins with the earliest stage even where the task says it started later', () => {
	expect(timelineOf(makeNodes('SUCCEED/RUN', 'RUNNING/RUN'), after(8))).toEqual({length: 8000, spans: [{start: 0, end: 0.25}, {start: 0.25, end: 1}]});
});

it('goes on to now while the task is between two stages, and ends with the last stage once it is over', () => {
	const nodes = makeNodes('SUCCEED/RUN', 'PENDING/RUN');
	expect(timelineOf(nodes, after(8), true)).toEqual({length: 8000, spans: [{start: 0, end: 0.25}, undefined]});
	expect(timelineOf(nodes, after(8))).toMatchObject({length: 2000});
});

it('has no line before anything has begun', () => {
	expect(timelineOf(makeNodes('PENDING/RUN'), after(8))).toEqual({length: 0, spans: [undefined]});
});
