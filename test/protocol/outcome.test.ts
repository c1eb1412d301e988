import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {
	allOutcomeWords,
	isActive,
	isFault,
	isFinal,
	isLive,
	isOver,
	isUnread,
	isWaiting,
	isWaitingNode,
	isWaitingSubTask,
	needsDetails,
	type Outcome,
	outcomeOf,
	outcomeOfDag,
	outcomeOfNode,
	outcomeOfSubTask,
	outcomeTraits,
} from '../../source/protocol/outcome.js';
import {type Dag, type SubTask, type TaskNode} from '../../source/protocol/task.js';
import {makeDag, makeNode, makeSubTask} from '../helpers/tasks.js';

const wait = 'wait operator to advance';

describe('what a state and an operator mean together', () => {
	it.each([
		['READY', 'RUN', 'running'],
		['RUNNING', 'RUN', 'running'],
		['READY', 'RETRY', 'running'],
		['RUNNING', 'RETRY', 'running'],
		['READY', 'ROLLBACK', 'rolling back'],
		['RUNNING', 'ROLLBACK', 'rolling back'],
		['SUCCEED', 'RUN', 'succeeded'],
		['SUCCEED', 'RETRY', 'succeeded'],
		['SUCCEED', 'ROLLBACK', 'rolled back'],
		['READY', 'CANCEL', 'cancelling'],
		['RUNNING', 'CANCEL', 'cancelling'],
		['FAILED', 'CANCEL', 'cancelled'],
		['SUCCEED', 'PASS', 'passed'],
		['FAILED', 'RUN', 'failed'],
		['FAILED', 'RETRY', 'failed'],
		['FAILED', 'ROLLBACK', 'failed to roll back'],
		['PENDING', 'RUN', 'pending'],
		['PENDING', 'CANCEL', 'cancelling'],
	])('%s / %s is %s', (state, operator, word) => {
		expect(outcomeOf({state, operator})).toEqual({word});
	});

	it.each([
		['PAUSED', 'RUN', 'PAUSED / RUN'],
		['SUCCEED', 'CANCEL', 'SUCCEED / CANCEL'],
		['FAILED', 'PASS', 'FAILED / PASS'],
		['RUNNING', 'UPGRADE', 'RUNNING / UPGRADE'],
		['', '', '? / ?'],
		['constructor', 'name', 'constructor / name'],
		['SUCCEED', '__proto__', 'SUCCEED / __proto__'],
		['__proto__', 'toString', '__proto__ / toString'],
	])('the unknown pair %s / %s is shown as it came', (state, operator, text) => {
		expect(outcomeOf({state, operator})).toEqual({word: 'unknown', reason: 'pair', text});
		expect(isFault(outcomeOf({state, operator}))).toBe(true);
	});

	it('has a word for every pair, and success only for those seen to succeed', () => {
		fc.assert(fc.property(fc.oneof(fc.string(), fc.constant('SUCCEED')), fc.string(), (state, operator) => {
			const outcome = outcomeOf({state, operator});
			expect(outcome.word === 'succeeded').toBe(state === 'SUCCEED' && (operator === 'RUN' || operator === 'RETRY'));
		}));
	});

	it.each([
		['running', true, false],
		['rolling back', true, false],
		['cancelling', true, false],
		['pending', false, false],
		['succeeded', false, false],
		['rolled back', false, false],
		['passed', false, false],
		['waiting', false, false],
		['failed', false, true],
		['failed to roll back', false, true],
		['cancelled', false, true],
	] as const)('%s is active: %s, a fault: %s', (word, active, fault) => {
		expect([isActive({word}), isFault({word})]).toEqual([active, fault]);
	});
});

describe('waiting for a main task', () => {
	const subTask = (change: object = {}) => ({state: 'FAILED', operator: 'RUN', logs: ['start', wait], executeTimes: 1, hasMainTask: false, ...change});
	const node = (change: object = {}) => ({state: 'FAILED', operator: 'RUN', subTasks: [subTask()], hasMainTask: false, ...change});
	const done = {state: 'SUCCEED', operator: 'RUN'};

	it.each([
		['the last line says so', subTask(), true],
		['with space around it', subTask({logs: [` ${wait}\n`]}), true],
		['after a retry', subTask({operator: 'RETRY'}), true],
		['a line came after it', subTask({logs: [wait, 'ERROR: no']}), false],
		['it only begins so', subTask({logs: [`${wait}d`]}), false],
		['its lines are not known', subTask({logs: undefined}), false],
		['it has no lines', subTask({logs: []}), false],
		['it runs', subTask({state: 'RUNNING'}), false],
		['it was cancelled', subTask({operator: 'CANCEL'}), false],
		['it failed to roll back', subTask({operator: 'ROLLBACK'}), false],
	])('a sub-task, where %s', (_, value, expected) => {
		expect(isWaitingSubTask(value)).toBe(expected);
	});

	it.each([
		['its one failed sub-task waits', node(), true],
		['the others succeeded', node({subTasks: [subTask(), subTask({...done, logs: []})]}), true],
		['one really failed', node({subTasks: [subTask(), subTask({logs: ['ERROR: no']})]}), false],
		['it has no sub-tasks', node({subTasks: []}), false],
		['it runs', node({state: 'RUNNING'}), false],
	])('a stage, where %s', (_, value, expected) => {
		expect(isWaitingNode(value)).toBe(expected);
	});

	it.each([
		['its failed stage waits', {state: 'FAILED', operator: 'RUN', nodes: [node({...done, subTasks: []}), node()]}, true],
		['another stage really failed', {state: 'FAILED', operator: 'RUN', nodes: [node({subTasks: []}), node()]}, false],
		['its stages are not known', {state: 'FAILED', operator: 'RUN', nodes: undefined}, false],
		['no stage failed', {state: 'FAILED', operator: 'RUN', nodes: [node({...done, subTasks: []})]}, false],
		['it was cancelled', {state: 'FAILED', operator: 'CANCEL', nodes: [node()]}, false],
	])('a task, where %s', (_, dag, expected) => {
		expect(isWaiting(dag)).toBe(expected);
		expect(outcomeOf(dag, isWaiting(dag)).word === 'waiting').toBe(expected);
	});

	it('never hides another outcome', () => {
		expect(outcomeOf({state: 'SUCCEED', operator: 'RUN'}, true)).toEqual({word: 'succeeded'});
		expect(outcomeOf({state: 'FAILED', operator: 'CANCEL'}, true)).toEqual({word: 'cancelled'});
	});
});

describe('a sub-DAG that its main DAG passed', () => {
	const links = {subDags: {}, mainDagId: '22130706433028868'};
	const part = {hasMainTask: true};
	const ran = makeSubTask({...part, state: 'SUCCEED', operator: 'RUN', logs: ['start observer'], executeTimes: 1});
	const waited = makeSubTask({...part, state: 'SUCCEED', operator: 'PASS', logs: [wait], executeTimes: 1});
	const broke = makeSubTask({...part, state: 'SUCCEED', operator: 'PASS', logs: ['ERROR: observer: cannot allocate memory'], executeTimes: 1});
	const idle = makeSubTask({...part, state: 'SUCCEED', operator: 'PASS', logs: [], executeTimes: 0});
	const stage = (...subTasks: readonly SubTask[]): TaskNode => makeNode({...part, state: 'SUCCEED', operator: subTasks.includes(ran) ? 'RUN' : 'PASS', subTasks});
	const passed = (...nodes: readonly TaskNode[]): Dag => makeDag({state: 'SUCCEED', operator: 'PASS', links, nodes});

	it.each([
		['ended, where its last stage paused for its main DAG', passed(stage(ran), stage(waited)), 'ended'],
		['failed, where the last stage that ran holds an error, whatever the stages after it say', passed(stage(ran), stage(broke), stage(idle), stage(idle)), 'failed'],
		['failed, where one of several sub-tasks did', passed(stage(waited, broke)), 'failed'],
		['not run, where nothing of it had its turn', passed(stage(idle), stage(idle)), 'not run'],
		['passed by hand, where it has no main DAG', makeDag({state: 'SUCCEED', operator: 'PASS', nodes: [makeNode({state: 'SUCCEED', operator: 'PASS', subTasks: [makeSubTask({state: 'SUCCEED', operator: 'PASS', logs: ['ERROR: no']})]})]}), 'passed'],
	])('is %s', (_, dag, expected) => {
		expect(outcomeOfDag(dag).word).toBe(expected);
	});

	it('says the same of each stage and sub-task', () => {
		expect([stage(ran), stage(broke), stage(idle), stage(waited)].map(node => outcomeOfNode(node).word)).toEqual(['succeeded', 'failed', 'not run', 'ended']);
		expect([ran, broke, idle, waited].map(subTask => outcomeOfSubTask(subTask).word)).toEqual(['succeeded', 'failed', 'not run', 'ended']);
	});
});

describe('a task of which only the head is known', () => {
	it.each(['FAILED/RUN', 'FAILED/RETRY', 'SUCCEED/PASS'])('that says %s is neither failed nor passed, but unknown, and no fault yet', pair => {
		const [state = '', operator = ''] = pair.split('/', 2);
		const outcome = outcomeOfDag(makeDag({state, operator, nodes: undefined}));
		expect(outcome).toEqual({word: 'unknown', reason: 'details', text: 'unknown'});
		expect([isFault(outcome), isUnread(outcome), needsDetails({state, operator})]).toEqual([false, true, true]);
	});

	it('keeps what its head says for certain', () => {
		expect(['RUNNING/RUN', 'SUCCEED/RUN', 'FAILED/CANCEL', 'FAILED/ROLLBACK', 'SUCCEED/ROLLBACK'].map(pair => {
			const [state = '', operator = ''] = pair.split('/', 2);
			return outcomeOfDag(makeDag({state, operator, nodes: undefined})).word;
		})).toEqual(['running', 'succeeded', 'cancelled', 'failed to roll back', 'rolled back']);
	});
});

describe('what is true of an outcome', () => {
	const all = [...allOutcomeWords.map((word): Outcome => ({word})), ...(['pair', 'details', 'closed', 'gone'] as const).map((reason): Outcome => ({word: 'unknown', reason, text: reason}))];
	const nameOf = (outcome: Outcome): string => outcome.word === 'unknown' ? outcome.reason : outcome.word;
	const those = (holds: (outcome: Outcome) => boolean): readonly string[] => all.filter(outcome => holds(outcome)).map(outcome => nameOf(outcome));

	it('goes on by itself, or is over, or is final where nothing more will be known', () => {
		expect(those(isActive)).toEqual(['running', 'rolling back', 'cancelling']);
		expect(those(isLive)).toEqual(['running', 'rolling back', 'cancelling', 'to be undone', 'pending']);
		expect(those(isOver)).toEqual(['succeeded', 'failed', 'rolled back', 'failed to roll back', 'cancelled', 'passed', 'ended', 'not run']);
		expect(those(isFinal)).toEqual([...those(isOver), 'pair', 'gone']);
	});

	it('is a fault where a person should look', () => {
		expect(those(isFault)).toEqual(['failed', 'failed to roll back', 'cancelled', 'pair']);
		expect(those(isUnread)).toEqual(['details', 'closed']);
	});

	it('has its own place where outcomes are sorted: failures first, and what is still ahead behind all that happened', () => {
		const sorted = Object.entries(outcomeTraits).toSorted(([, one], [, other]) => one.order - other.order).map(([word]) => word);
		expect(new Set(Object.values(outcomeTraits).map(({order}) => order)).size).toBe(allOutcomeWords.length + 1);
		expect(sorted.slice(0, 4)).toEqual(['failed', 'failed to roll back', 'cancelled', 'unknown']);
		expect(sorted.indexOf('to be undone')).toBeGreaterThan(sorted.indexOf('rolling back'));
		expect(sorted.at(-1)).toBe('pending');
	});
});
