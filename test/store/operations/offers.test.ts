import {describe, expect, it, test} from 'vitest';
import {type ActionName, actionNames, offersOf, orderOf} from '../../../source/store/operations/offers.js';
import {makeDag, makeNodes, makeSubTask} from '../../helpers/tasks.js';

const states = ['PENDING', 'READY', 'RUNNING', 'FAILED', 'SUCCEED', 'EXPLODED', ''];
const operators = ['RUN', 'RETRY', 'ROLLBACK', 'CANCEL', 'PASS', 'EXPLODE', ''];

const offered = (state: string, operator: string): readonly ActionName[] => {
	const nodes = makeNodes('SUCCEED/RUN', `${state}/${operator}`, 'PENDING/RUN');
	return offersOf(makeDag({state, operator, stage: 2, nodes})).filter(({why}) => why === undefined).map(({action}) => action);
};

const afterFailure: readonly ActionName[] = ['retry', 'rollback', 'pass-stage', 'pass'];
const atWork: readonly ActionName[] = ['cancel'];

// Written by hand from docs/protocol.md#operations; what is not here offers nothing.
const allowed: Readonly<Record<string, readonly ActionName[]>> = {
	'FAILED/RUN': afterFailure,
	'FAILED/RETRY': afterFailure,
	'FAILED/ROLLBACK': afterFailure,
	'FAILED/CANCEL': afterFailure,
	'READY/RUN': atWork,
	'READY/RETRY': atWork,
	'READY/ROLLBACK': atWork,
	'RUNNING/RUN': atWork,
	'RUNNING/RETRY': atWork,
	'RUNNING/ROLLBACK': atWork,
	'PENDING/RUN': atWork,
	'PENDING/RETRY': atWork,
	'PENDING/ROLLBACK': atWork,
};

test.each(states.flatMap(state => operators.map(operator => [state, operator] as const)))('a task that is "%s" / "%s" offers what the API allows, and says why not for the rest', (state, operator) => {
	expect(offered(state, operator)).toEqual(allowed[`${state}/${operator}`] ?? []);
	const offers = offersOf(makeDag({state, operator, nodes: undefined}));
	expect(offers.map(({action}) => action)).toEqual(actionNames);
});

describe('passing a stage', () => {
	it('is not offered while the stages are not known', () => {
		const dag = makeDag({state: 'FAILED', operator: 'RUN', stage: 2, nodes: undefined});
		expect(offersOf(dag).find(({action}) => action === 'pass-stage')?.why).toBe('stagesUnknown');
		expect(orderOf('pass-stage', dag)).toBeUndefined();
	});

	it('is not offered where the stage itself has not failed', () => {
		const dag = makeDag({state: 'FAILED', operator: 'RUN', stage: 2, nodes: makeNodes('SUCCEED/RUN', 'RUNNING/RUN')});
		expect(offersOf(dag).find(({action}) => action === 'pass-stage')?.why).toBe('noFailedStage');
	});

	it('names the stage, all other operations the task', () => {
		const nodes = makeNodes('SUCCEED/RUN', 'FAILED/RUN');
		const dag = makeDag({state: 'FAILED', operator: 'RUN', stage: 2, nodes});
		expect(orderOf('pass-stage', dag)).toEqual({operation: 'pass', target: {kind: 'node', id: nodes[1]!.id}});
		for (const action of ['retry', 'rollback', 'cancel', 'pass'] as const) {
			expect(orderOf(action, dag)).toEqual({operation: action, target: {kind: 'task', id: dag.id}});
		}
	});
});

test('a task that waits for its main task can be operated on like a failed one', () => {
	const nodes = makeNodes('FAILED/RUN').map(node => ({...node, subTasks: [makeSubTask({state: 'FAILED', logs: ['wait operator to advance']})]}));
	expect(offersOf(makeDag({state: 'FAILED', operator: 'RUN', stage: 1, nodes})).filter(({why}) => why === undefined)).toHaveLength(4);
});
