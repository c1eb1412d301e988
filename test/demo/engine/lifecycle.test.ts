import {describe, expect, it} from 'vitest';
import {type Dag, holdsLock, type Input, unset} from '../../../source/demo/engine/model.js';
import {operateDag, operateNode} from '../../../source/demo/engine/operate.js';
import {failing, local, stage, work} from '../../../source/demo/tasks.js';
import {
	dagAt,
	first,
	history,
	logOf,
	operate,
	play,
	start,
	subTaskSummary,
	summary,
	threeStages,
} from '../helpers/play.js';

const fine = threeStages(0, 1);
const long = threeStages(0, 60);
const broken = threeStages(9);

describe('a task goes its way', () => {
	it('stage by stage, each ended by one tick and the next begun by another', () => {
		expect(history(play(start(fine)), 20_000)).toEqual([
			'READY/RUN 1: PENDING/RUN PENDING/RUN PENDING/RUN',
			'RUNNING/RUN 1: RUNNING/RUN PENDING/RUN PENDING/RUN',
			'RUNNING/RUN 2: SUCCEED/RUN PENDING/RUN PENDING/RUN',
			'RUNNING/RUN 2: SUCCEED/RUN RUNNING/RUN PENDING/RUN',
			'RUNNING/RUN 3: SUCCEED/RUN SUCCEED/RUN PENDING/RUN',
			'RUNNING/RUN 3: SUCCEED/RUN SUCCEED/RUN RUNNING/RUN',
			'SUCCEED/RUN 3: SUCCEED/RUN SUCCEED/RUN SUCCEED/RUN',
		]);
	});

	it('and fails as a whole where a stage fails', () => {
		expect(history(play(start(broken)), 20_000).at(-1)).toBe('FAILED/RUN 2: SUCCEED/RUN FAILED/RUN PENDING/RUN');
	});

	it('sees a retry undo first and then run, both counted, with a log that is gone while the sub-task waits for its worker', () => {
		const engine = play(start(broken), operate(8000, broken, 'retry'), operate(14_000, broken, 'rollback'));
		expect(history(engine, 30_000, (dag, now) => subTaskSummary(dag, 1, now))).toEqual([
			'PENDING/RUN x0',
			'READY/RUN x0',
			'RUNNING/RUN x1',
			'FAILED/RUN x1',
			'READY/ROLLBACK x1',
			'RUNNING/ROLLBACK x2',
			'SUCCEED/ROLLBACK x2',
			'READY/RUN x2',
			'RUNNING/RUN x3',
			'FAILED/RUN x3',
			'READY/ROLLBACK x3',
			'RUNNING/ROLLBACK x4',
			'SUCCEED/ROLLBACK x4',
		]);
		expect(logOf(dagAt(engine, 30_000), 1, 30_000)).toEqual([
			'two runs', 'ERROR: [Two.Failed]: no', 'two undone', 'two runs', 'ERROR: [Two.Failed]: no', 'two undone',
		]);
	});

	it.each([
		['retried', [operate(8000, threeStages(1), 'retry')], 1, [
			'READY/RUN 2: SUCCEED/RUN PENDING/RETRY PENDING/RUN',
			'RUNNING/RUN 2: SUCCEED/RUN RUNNING/RETRY PENDING/RUN',
			'RUNNING/RUN 3: SUCCEED/RUN SUCCEED/RETRY PENDING/RUN',
			'RUNNING/RUN 3: SUCCEED/RUN SUCCEED/RETRY RUNNING/RUN',
			'SUCCEED/RUN 3: SUCCEED/RUN SUCCEED/RETRY SUCCEED/RUN',
		]],
		['rolled back, counting down, its last stage never reached', [operate(8000, broken, 'rollback')], 9, [
			'READY/ROLLBACK 2: PENDING/ROLLBACK PENDING/ROLLBACK PENDING/RUN',
			'RUNNING/ROLLBACK 2: PENDING/ROLLBACK RUNNING/ROLLBACK PENDING/RUN',
			'RUNNING/ROLLBACK 1: PENDING/ROLLBACK SUCCEED/ROLLBACK PENDING/RUN',
			'RUNNING/ROLLBACK 1: RUNNING/ROLLBACK SUCCEED/ROLLBACK PENDING/RUN',
			'SUCCEED/ROLLBACK 1: SUCCEED/ROLLBACK SUCCEED/ROLLBACK PENDING/RUN',
		]],
		['passed, its stage where it was', [operate(8000, broken, 'pass')], 9, [
			'SUCCEED/PASS 2: SUCCEED/RUN SUCCEED/PASS SUCCEED/PASS',
		]],
		['passed in its failed node alone, and goes on', [operate(8000, broken, 'pass', {isForNode: true})], 9, [
			'READY/RUN 2: SUCCEED/RUN SUCCEED/PASS PENDING/RUN',
			'RUNNING/RUN 3: SUCCEED/RUN SUCCEED/PASS PENDING/RUN',
			'RUNNING/RUN 3: SUCCEED/RUN SUCCEED/PASS RUNNING/RUN',
			'SUCCEED/RUN 3: SUCCEED/RUN SUCCEED/PASS SUCCEED/RUN',
		]],
	] as const)('a failed one is %s', (_, operations, times, expected) => {
		const all = history(play(start(threeStages(times)), ...operations), 30_000);
		expect(all.slice(all.findIndex(text => text.startsWith('FAILED')) + 1)).toEqual(expected);
	});

	it('is cancelled in two ticks, while the sub-task still runs in the first moment', () => {
		const engine = play(start(long), operate(6000, long, 'cancel'));
		const dag = dagAt(engine, 6010);
		expect(summary(dag)).toBe('READY/CANCEL 2: SUCCEED/RUN PENDING/CANCEL PENDING/RUN');
		expect(subTaskSummary(dag, 1, 6010)).toBe('RUNNING/RUN x1');
		const all = history(play(start(long), operate(6000, long, 'cancel')), 20_000);
		expect(all.slice(-2)).toEqual(['RUNNING/CANCEL 2: SUCCEED/RUN FAILED/CANCEL PENDING/RUN', 'FAILED/CANCEL 2: SUCCEED/RUN FAILED/CANCEL PENDING/RUN']);
		expect(logOf(dagAt(engine, 20_000), 1, 20_000)).toEqual(['two runs', 'sub task cancelled']);
		expect(subTaskSummary(dagAt(engine, 20_000), 1, 20_000)).toBe('FAILED/RUN x1');
	});

	it('drops a rollback that is cancelled; a retry then goes forward', () => {
		const slow = {...broken, nodes: broken.nodes.map(node => ({...node, subTasks: node.subTasks.map(subTask => ({...subTask, undo: work(20, 'slowly')}))}))};
		const engine = play(start(slow), operate(8000, slow, 'rollback'), operate(11_000, slow, 'cancel'), operate(15_000, slow, 'pass', {isForNode: true}));
		const all = history(engine, 60_000);
		expect(all).toContain('FAILED/CANCEL 2: PENDING/ROLLBACK FAILED/CANCEL PENDING/RUN');
		expect(all.at(-1)).toBe('SUCCEED/RUN 3: PENDING/ROLLBACK SUCCEED/PASS SUCCEED/RUN');
	});

	it('fails to roll back where an undo fails, and a retry after that skips what is undone', () => {
		const stuck = {name: 'Stuck', nodes: [
			stage('one', local(first, work(0.5, 'one'), failing(work(1), {type: 'error', after: 100, times: 1}))),
			stage('two', local(first, failing(work(1), {type: 'error', after: 100}))),
		]};
		const all = history(play(start(stuck), operate(8000, stuck, 'rollback'), operate(16_000, stuck, 'retry')), 40_000);
		expect(all).toContain('FAILED/ROLLBACK 1: FAILED/ROLLBACK SUCCEED/ROLLBACK');
		expect(all.at(-1)).toBe('SUCCEED/RUN 2: SUCCEED/RETRY SUCCEED/ROLLBACK');
	});

	it('ends with the engine\'s own words where the time limit strikes, without an ERROR', () => {
		const late = {name: 'Late', nodes: [stage('one', local(first, failing(work(30, 'waiting'), {type: 'times out', after: 1500})))]};
		const engine = play(start(late));
		expect(logOf(dagAt(engine, 9000), 0, 9000)).toEqual(['waiting', 'sub task timeout']);
		expect(summary(dagAt(engine, 9000))).toBe('FAILED/RUN 1: FAILED/RUN');
	});

	it('resets its times to the epoch when operated on, and starts a new attempt', () => {
		const engine = play(start(broken), operate(8000, broken, 'retry'));
		expect(dagAt(engine, 8001)).toMatchObject({startAt: unset, endAt: unset});
		const again = dagAt(engine, 9500);
		expect(again.startAt).toBeGreaterThan(8000);
		expect(again.nodes[0]!.startAt).toBeLessThan(8000);
	});
});

describe('operations are refused', () => {
	const at = (now: number, ...inputs: readonly Input[]): Dag => dagAt(play(...inputs), now);
	const failed = at(9000, start(broken));
	const running = at(5000, start(long));
	const done = at(20_000, start(fine));
	const picky = {name: 'Picky', nodes: [{...stage('one', local(first, failing(work(1), {type: 'error', after: 100}))), refuses: ['pass', 'rollback', 'retry']} as const]};
	const refusing = at(9000, start(picky));
	const stubborn = {name: 'Stubborn', nodes: [{...stage('one', local(first, work(60))), refuses: ['cancel']} as const]};

	it.each([
		['retry of a running one', running, 'retry', 'Task.Dag.Operator.RetryNotFailedDag'],
		['retry of a succeeded one', done, 'retry', 'Task.Dag.Operator.RetryNotFailedDag'],
		['rollback of a running one', running, 'rollback', 'Task.Dag.Operator.RollbackNotFailedDag'],
		['pass of a running one', running, 'pass', 'Task.Dag.Operator.PassNotFailedDag'],
		['cancel of a failed one', failed, 'cancel', 'Task.Dag.Operator.CancelFinishedDag'],
		['cancel of a succeeded one', done, 'cancel', 'Task.Dag.Operator.CancelFinishedDag'],
		['what does not exist', failed, 'explode', 'Task.Dag.Operator.NotSupport'],
		['pass where a stage does not allow it', refusing, 'pass', 'Task.Dag.Operator.PassNotAllowed'],
		['retry where the stage does not allow it', refusing, 'retry', 'Task.Dag.Operator.RetryNotAllowed'],
		['rollback where a stage does not allow it', refusing, 'rollback', 'Task.Dag.Operator.RollbackNotAllowed'],
		['cancel where the stage does not allow it', at(3000, start(stubborn)), 'cancel', 'Task.Dag.Operator.CancelNotAllowed'],
	])('%s', (_, dag, operator, code) => {
		expect(operateDag(dag, operator, 0)).toMatchObject({ok: false, refusal: {code}});
	});

	it.each([
		['anything but pass', failed, {node: 1, operator: 'retry'}, 'Task.Node.Operator.NotSupport'],
		['of a running task', running, {node: 1, operator: 'pass'}, 'Task.Node.Operator.PassNotFailedDag'],
		['of a node that has not failed', failed, {node: 0, operator: 'pass'}, 'Task.Node.Operator.PassNotFailedNode'],
		['of a node that does not allow it', refusing, {node: 0, operator: 'pass'}, 'Task.Node.Operator.PassNotAllowed'],
	])('on nodes: %s', (_, dag, {node, operator}, code) => {
		expect(operateNode(dag, dag.nodes[node]!.id, operator, 0)).toMatchObject({ok: false, refusal: {code}});
	});
});

describe('the maintenance lock', () => {
	it('is held until a task succeeds, is passed or rolled back, and keeps others off meanwhile', () => {
		const engine = play(start(broken), start(fine, first, 9000), operate(12_000, broken, 'pass'), start(fine, first, 13_000));
		expect(holdsLock(dagAt(engine, 10_000))).toBe(true);
		expect(engine.dagsOf(first)).toHaveLength(1);
		expect(dagAt(engine, 30_000).definition.name).toBe('Three');
		expect(engine.dagsOf(first)).toHaveLength(2);
	});

	it('is not for tasks outside maintenance', () => {
		const engine = play(start({...long, isOutsideMaintenance: true}), start(fine, first, 1000));
		engine.advance(2000);
		expect(engine.dagsOf(first)).toHaveLength(2);
	});
});
