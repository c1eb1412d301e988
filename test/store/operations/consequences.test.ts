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
		['retry', failed, 'Undoes stage 3 (stage 3) and runs it again; then the task continues with stages 4 to 5.'],
		['retry', first, 'Undoes stage 1 (stage 1) and runs it again; then the task ends.'],
		['retry', {...failed, operator: 'CANCEL', nodes: makeNodes('SUCCEED/RUN', 'SUCCEED/RUN', 'PENDING/CANCEL', 'PENDING/RUN').map((node, index) => index === 2 ? {...node, subTasks: [makeSubTask({executeTimes: 0})]} : node)}, 'Runs stage 3 (stage 3), which has not begun; then the task continues with stages 4 to 5.'],
		['rollback', failed, 'Undoes stage 3 (stage 3), then stages 2 to 1, one after the other.'],
		['rollback', first, 'Undoes stage 1 (stage 1).'],
		['cancel', {...failed, state: 'RUNNING'}, 'Stops stage 3 (stage 3); stages 4 to 5 will not run.'],
		['cancel', {...first, state: 'RUNNING'}, 'Stops stage 1 (stage 1).'],
		['cancel', rollingBack, 'Stops undoing stage 2 (stage 2); stage 1 will not be undone.'],
		['pass', failed, 'Marks as passed, without running: stages 3 to 5 of 5.'],
		['pass', failedRollback, 'Marks as passed, without running: stages 1 to 2 and 5 of 5.'],
		['pass', {...failed, nodes: undefined}, 'Marks what is left as passed, without running it.'],
		['pass-stage', failed, 'Marks stage 3 (stage 3) as passed; then the task continues with stages 4 to 5.'],
		['pass-stage', first, 'Marks stage 1 (stage 1) as passed; then the task ends.'],
		['retry', {...failed, nodes: undefined, maxStage: 4}, 'Undoes stage 3 and runs it again; then the task continues with stage 4.'],
	] as const)('%s', (action, dag, words) => {
		expect(touchedBy(action, dag)).toBe(words);
	});
});

describe('the hazards of an action', () => {
	const skips = 'A rollback is incomplete: stages 3 to 4 are undone but count as done, and will be skipped. Roll back first.';

	it.each([
		['retry', failed, []],
		['rollback', failed, []],
		['retry', failedRollback, [skips]],
		['retry', {...failedRollback, operator: 'CANCEL'}, [skips]],
		['rollback', failedRollback, []],
		['cancel', failed, ['What the stage has begun is not undone.']],
		['cancel', rollingBack, ['The rollback stops: what it has undone stays undone, and the task can then only continue without it.']],
		['pass', failed, ['Nothing is repaired: what failed stays as it is. Later stages may fail because of it.']],
		['pass-stage', failedRollback, ['Nothing is repaired: what failed stays as it is. Later stages may fail because of it.', skips]],
	] as const)('%s of a task in such a state', (action, dag, hazards) => {
		expect(hazardsOf(action, dag)).toEqual(hazards);
	});

	it('of a part of another task', () => {
		expect(hazardsOf('retry', {...failed, links: {subDags: {}, mainDagId: '1123'}})).toEqual(['Part of task 1123, which depends on its outcome.']);
	});

	it('of a task that only waits', () => {
		const waiting = {...first, nodes: first.nodes!.map(node => ({...node, subTasks: [makeSubTask({state: 'FAILED', logs: ['wait operator to advance']})]}))};
		expect(hazardsOf('rollback', waiting)).toEqual(['Not failed: it is waiting for its main task, which does not expect this.']);
	});
});

test('the maintenance lock is spoken of for every action, as far as it is known', () => {
	expect(lockText('pass', {type: 'agent', isHeld: true})).toBe('Unlocked.');
	expect(lockText('cancel', {type: 'agent', isHeld: undefined})).toBe('If locked, stays locked: no new maintenance until you retry, roll back or pass the task.');
	expect(lockText('retry', {type: 'agent', isHeld: false})).toBe('The agent is not locked now: the task has released it.');
	expect(lockText('rollback', {type: 'cluster'})).toBe('The cluster is unlocked when everything is undone.');
	expect(new Set(actionNames.map(action => lockText(action, {type: 'none'})))).toEqual(new Set(['This task holds no lock.']));
});
