import {describe, expect, it, test} from 'vitest';
import {hazardsOf, lockText, touchedBy} from '../../../source/store/operations/consequences.js';
import {actionNames} from '../../../source/store/operations/offers.js';
import {makeDag, makeNodes, makeSubTask} from '../../helpers/tasks.js';

const failed = makeDag({state: 'FAILED', operator: 'RUN', stage: 3, nodes: makeNodes('SUCCEED/RUN', 'SUCCEED/RUN', 'FAILED/RUN', 'PENDING/RUN', 'PENDING/RUN')});
const first = makeDag({state: 'FAILED', operator: 'RUN', stage: 1, nodes: makeNodes('FAILED/RUN')});
const rollingBack = makeDag({state: 'RUNNING', operator: 'ROLLBACK', stage: 2, nodes: makeNodes('PENDING/ROLLBACK', 'RUNNING/ROLLBACK', 'SUCCEED/ROLLBACK', 'PENDING/RUN')});
const failedRollback = makeDag({state: 'FAILED', operator: 'ROLLBACK', stage: 2, nodes: makeNodes('PENDING/ROLLBACK', 'FAILED/ROLLBACK', 'SUCCEED/ROLLBACK', 'SUCCEED/ROLLBACK', 'PENDING/RUN')});

describe('the stages that an action touches', () => {
	it.each([
		['retry', failed, 'Undoes what stage 3 (stage 3) had begun and runs it again; then the task goes on with stages 4 to 5.'],
		['retry', first, 'Undoes what stage 1 (stage 1) had begun and runs it again; then the task ends.'],
		['retry', {...failed, operator: 'CANCEL', nodes: makeNodes('SUCCEED/RUN', 'SUCCEED/RUN', 'PENDING/CANCEL', 'PENDING/RUN').map((node, index) => index === 2 ? {...node, subTasks: [makeSubTask({executeTimes: 0})]} : node)}, 'Runs stage 3 (stage 3), which had not begun; then the task goes on with stages 4 to 5.'],
		['rollback', failed, 'Undoes stage 3 (stage 3), then stages 2 to 1, one after the other.'],
		['rollback', first, 'Undoes stage 1 (stage 1).'],
		['cancel', {...failed, state: 'RUNNING'}, 'Stops stage 3 (stage 3); stages 4 to 5 will not run.'],
		['cancel', {...first, state: 'RUNNING'}, 'Stops stage 1 (stage 1).'],
		['cancel', rollingBack, 'Stops undoing stage 2 (stage 2); stage 1 will not be undone.'],
		['pass', failed, 'Declares done, without running: stages 3 to 5 of 5.'],
		['pass', failedRollback, 'Declares done, without running: stages 1 to 2 and 5 of 5.'],
		['pass', {...failed, nodes: undefined}, 'Declares done whatever is left of it, without running it.'],
		['pass-stage', failed, 'Declares stage 3 (stage 3) done; then the task goes on with stages 4 to 5.'],
		['pass-stage', first, 'Declares stage 1 (stage 1) done; then the task ends.'],
		['retry', {...failed, nodes: undefined, maxStage: 4}, 'Undoes what stage 3 had begun and runs it again; then the task goes on with stage 4.'],
	] as const)('%s', (action, dag, words) => {
		expect(touchedBy(action, dag)).toBe(words);
	});
});

describe('the hazards of an action', () => {
	const skips = 'A rollback did not get to its end: stages 3 to 4 are undone but count as done, and will be skipped. Roll back first.';

	it.each([
		['retry', failed, []],
		['rollback', failed, []],
		['retry', failedRollback, [skips]],
		['retry', {...failedRollback, operator: 'CANCEL'}, [skips]],
		['rollback', failedRollback, []],
		['cancel', failed, ['What the stage has begun is not undone.']],
		['cancel', rollingBack, ['The rollback is dropped: what it has undone stays undone, and the task can then only go forward without it.']],
		['pass', failed, ['Nothing is repaired: what failed stays as it is, also for what comes after.']],
		['pass-stage', failedRollback, ['Nothing is repaired: what failed stays as it is, also for what comes after.', skips]],
	] as const)('%s of a task in such a state', (action, dag, hazards) => {
		expect(hazardsOf(action, dag)).toEqual(hazards);
	});

	it('of a part of another task', () => {
		expect(hazardsOf('retry', {...failed, links: {subDags: {}, mainDagId: '1123'}})).toEqual(['It is a part of task 1123, which goes by what becomes of it.']);
	});

	it('of a task that only waits', () => {
		const waiting = {...first, nodes: first.nodes!.map(node => ({...node, subTasks: [makeSubTask({state: 'FAILED', logs: ['wait operator to advance']})]}))};
		expect(hazardsOf('rollback', waiting)).toEqual(['It has not failed: it waits for its main task, which does not expect this.']);
	});
});

test('the maintenance lock is spoken of for every action, as far as it is known', () => {
	expect(lockText('pass', {type: 'agent', isHeld: true})).toBe('Held, it is released.');
	expect(lockText('cancel', {type: 'agent', isHeld: undefined})).toBe('If held, it is kept: nothing else can begin there until the task is retried, rolled back or passed.');
	expect(lockText('retry', {type: 'agent', isHeld: false})).toBe('The agent is not locked now: the task let go of it.');
	expect(lockText('rollback', {type: 'cluster'})).toBe('The cluster\'s is released once everything is undone.');
	expect(new Set(actionNames.map(action => lockText(action, {type: 'none'})))).toEqual(new Set(['The task holds none.']));
});
