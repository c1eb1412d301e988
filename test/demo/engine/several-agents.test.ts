import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {createEngine, type Engine} from '../../../source/demo/engine/engine.js';
import {type Dag, holdsLock, storyOf, waitLine} from '../../../source/demo/engine/model.js';
import {initializeStory} from '../../../source/demo/fleet-scenarios.js';
import {
	errorAfter,
	failing,
	local,
	noMemory,
	remote,
	stage,
	startCluster,
	stopCluster,
	work,
} from '../../../source/demo/tasks.js';
import {
	dagAt,
	first,
	history,
	logOf,
	operate,
	play,
	second,
	start,
	subTaskSummary,
	summary,
} from '../helpers/play.js';

const startThere = (failsAfter?: number) =>
	failsAfter === undefined ? work(3, 'there') : failing(work(9, 'there'), errorAfter(failsAfter, 'ERROR: [Cause]: no memory'));

const shared = (failsAfter?: number) => ({name: 'Shared', nodes: [
	stage('Prepare', local(first, work(0.5, 'here')), remote(second, work(2, 'there'), work(0.5, 'undone there'))),
	stage('Start', local(first, work(1, 'here')), remote(second, startThere(failsAfter), work(0.5, 'undone there'))),
]});

describe('a remote sub-task', () => {
	it('is a task of its own on the other agent, watched once a second, whose lines are copied at the end', () => {
		const engine = play(start(shared()));
		const dag = dagAt(engine, 20_000);
		const [there] = engine.dagsOf(second);
		expect(there).toMatchObject({id: '22130706434028871', state: 'SUCCEED', operator: 'RUN', owner: second});
		expect(logOf(dag, 0, 20_000, 1)).toEqual([
			`handing "Prepare" to ${second}, attempt 1`,
			'remote task 22130706434028871 Prepare running [1/1]',
			'remote task 22130706434028871 Prepare running [1/1]',
			'remote task 22130706434028871 Prepare running [1/1]',
			'task Prepare: there',
		]);
	});

	it('fails with the other agent\'s lines, and then its own error that names where it ran', () => {
		const engine = play(start(shared(2)));
		expect(summary(dagAt(engine, 20_000))).toBe('FAILED/RUN 2: SUCCEED/RUN FAILED/RUN');
		expect(logOf(dagAt(engine, 20_000), 1, 20_000, 1).slice(-3)).toEqual([
			'task Start: there',
			'task Start: ERROR: [Cause]: no memory',
			'ERROR: [Task.RemoteTask.Failed]: Remote task 22130706434028872 Start failed',
		]);
		expect(dagAt(engine, 20_000, second)).toMatchObject({state: 'FAILED', id: '22130706434028872'});
	});

	it('is rolled back where it failed, and undone by a new task where it had succeeded', () => {
		const task = shared(2);
		const engine = play(start(task), operate(20_000, task, 'rollback'));
		expect(summary(dagAt(engine, 40_000))).toBe('SUCCEED/ROLLBACK 1: SUCCEED/ROLLBACK SUCCEED/ROLLBACK');
		expect(engine.dagsOf(second).map(dag => `${dag.definition.name} ${dag.state}/${dag.operator}`)).toEqual([
			'Prepare SUCCEED/RUN', 'Start SUCCEED/ROLLBACK', 'Undo Prepare SUCCEED/RUN',
		]);
	});

	it('is cancelled together with its main task', () => {
		const task = shared();
		const engine = play(start(task), operate(2500, task, 'cancel'));
		expect(summary(dagAt(engine, 12_000))).toContain('FAILED/CANCEL 1');
		expect(dagAt(engine, 12_000, second)).toMatchObject({state: 'FAILED', operator: 'CANCEL'});
	});

	it('fails at once on an agent under maintenance', () => {
		const engine = play(start({name: 'Busy', nodes: [stage('busy', local(second, work(60)))]}, second), start(shared(), first, 1000));
		expect(logOf(dagAt(engine, 10_000), 0, 10_000, 1)).toEqual([`ERROR: [Agent.UnderMaintenance]: agent ${second} is under maintenance`]);
	});
});

describe('a main task', () => {
	const both = [first, second] as const;
	const conducted = () => play(start(startCluster(both)));
	const mainOf = (engine: Engine): Dag => engine.dagsOf(first).findLast(({definition}) => definition.isMain)!;
	const shareOf = (engine: Engine, agent: string): Dag => engine.dagsOf(agent).findLast(({definition}) => !definition.isMain)!;
	const stages = ({definition}: Dag): readonly string[] => definition.nodes.map(({name}) => name);

	it('is kept by the agent that took the order, and links to a share on every agent and back', () => {
		const engine = conducted();
		engine.advance(30_000);
		const main = mainOf(engine);
		expect(main).toMatchObject({owner: first, state: 'RUNNING', stage: 4, subDags: {[first]: `${first}/2`, [second]: `${second}/1`}});
		expect(both.map(agent => shareOf(engine, agent).mainDagId)).toEqual([main.id, main.id]);
		expect(stages(main)).toEqual([
			'Inform all agents to start observer',
			'Make sure all agents are ready',
			'Advance agents to execute the task',
			'Wait for all agents to execute tasks successfully',
			'Start Zone',
			'Inform all agents to end the task',
		]);
		expect(holdsLock(main)).toBe(false);
	});

	it('lets its shares go on from where they wait, once all are ready, and passes them a moment before its own end', () => {
		const engine = conducted();
		const seen = history(engine, 75_000, dag => summary(dag), second);
		expect(seen[1]).toBe('READY/RUN 1: PENDING/RUN PENDING/RUN PENDING/RUN PENDING/RUN PENDING/RUN');
		expect(seen).toContain('FAILED/RUN 1: FAILED/RUN PENDING/RUN PENDING/RUN PENDING/RUN PENDING/RUN');
		expect(seen).toContain('READY/RUN 1: PENDING/RETRY PENDING/RUN PENDING/RUN PENDING/RUN PENDING/RUN');
		expect(seen).toContain('FAILED/RUN 5: SUCCEED/RETRY SUCCEED/RUN SUCCEED/RUN SUCCEED/RUN FAILED/RUN');
		expect(seen.at(-1)).toBe('SUCCEED/PASS 5: SUCCEED/RETRY SUCCEED/RUN SUCCEED/RUN SUCCEED/RUN SUCCEED/PASS');
		const [main, share] = [mainOf(engine), shareOf(engine, second)];
		expect(summary(main)).toMatch(/^SUCCEED\/RUN 6: /);
		expect(main.endAt - share.endAt).toBeGreaterThan(500);
		expect(main.endAt - share.endAt).toBeLessThan(2000);
		expect(subTaskSummary(share, 0, 75_000)).toBe('SUCCEED/RUN x3');
		expect(logOf(share, 0, 75_000)).toEqual(['wait for notification to start task', waitLine, 'start to execute the task']);
		expect(logOf(share, 4, 75_000)).toEqual([waitLine]);
		expect(logOf(main, 3, 75_000, 1).at(-1)).toBe(`${share.id} succeed`);
		expect(logOf(main, 5, 75_000)).toEqual(['Check the final result: SUCCEED!', 'End all tasks', `${first} end the task`, `${second} end the task`]);
	});

	it('fails at its last stage where a share failed, which ends passed at the stage that failed', () => {
		const engine = play(start(startCluster(both, noMemory)));
		engine.advance(60_000);
		const [main, share] = [mainOf(engine), shareOf(engine, second)];
		expect(summary(main)).toBe('FAILED/RUN 6: SUCCEED/RUN SUCCEED/RUN SUCCEED/RUN SUCCEED/RUN SUCCEED/RUN FAILED/RUN');
		expect(summary(share)).toBe('SUCCEED/PASS 3: SUCCEED/RETRY SUCCEED/RUN SUCCEED/PASS SUCCEED/PASS SUCCEED/PASS');
		expect([2, 3, 4].map(node => subTaskSummary(share, node, 60_000))).toEqual(['SUCCEED/PASS x1', 'SUCCEED/PASS x0', 'SUCCEED/PASS x0']);
		expect(logOf(share, 2, 60_000).at(-1)).toMatch(/^ERROR: .*cannot allocate memory/);
		expect(logOf(main, 3, 60_000, 1).at(-1)).toMatch(/^Start observer: ERROR: .*cannot allocate memory/);
		expect(logOf(main, 5, 60_000)).toEqual([
			`ERROR: [Common.Unexpected]: Unexpected error: agent ${second} not succeed`,
			`${first} end the task`,
			`${second} end the task`,
			`ERROR: [Task.SubDag.NotAllSucceed]: check sub dag succeed failed: Sub DAG of agents: [${second}] failed, main DAG failed`,
		]);
		expect(holdsLock(share)).toBe(false);
	});

	it('stops observers and starts them again', () => {
		const engine = play(start(stopCluster(both)), start(startCluster(both), first, 60_000));
		const isStopped = (time: number): readonly boolean[] => {
			engine.advance(time);
			return both.map(agent => engine.isObserverStopped(agent));
		};

		expect([isStopped(5000), isStopped(40_000), isStopped(140_000)]).toEqual([[false, false], [false, true], [false, false]]);
	});
});

describe('a world', () => {
	const agents = [first, second] as const;
	const create = (seed = 3) => createEngine({
		owners: [{key: first, address: {ip: '127.0.0.1', port: 2886}}, {key: second, address: {ip: '::1', port: 2887}}],
		identities: {}, story: initializeStory(agents, seed), seed, begin: -400_000,
	});
	const everything = (engine: ReturnType<typeof create>) => agents.map(agent => engine.dagsOf(agent));

	it('is the same however often it is queried on the way', () => {
		const whole = create();
		whole.advance(900_000);
		fc.assert(fc.property(fc.array(fc.integer({min: -400_000, max: 900_000}), {maxLength: 60}), stops => {
			const engine = create();
			for (const stop of stops.toSorted((one, other) => one - other)) {
				engine.advance(stop);
			}

			engine.advance(900_000);
			expect(everything(engine)).toEqual(everything(whole));
		}), {numRuns: 15});
	});

	it('goes on for days without growing, and makes successes, failures and rollbacks on the way', () => {
		const engine = create();
		const outcomes = new Set<string>();
		for (let hour = 1; hour <= 24; hour += 1) {
			engine.advance(hour * 3_600_000);
			for (const dag of engine.dagsOf(first)) {
				outcomes.add(`${dag.state}/${dag.operator}`);
			}
		}

		expect(engine.dagsOf(first).length).toBeLessThanOrEqual(40);
		expect(engine.dagsOf(second).length).toBeLessThanOrEqual(40);
		expect(outcomes).toContain('SUCCEED/RUN');
		expect(outcomes).toContain('SUCCEED/ROLLBACK');
	});

	it('never goes back', () => {
		const engine = create();
		engine.advance(50_000);
		const before = everything(engine);
		engine.advance(10_000);
		expect(everything(engine)).toEqual(before);
	});

	it('plays a story from its beginning only', () => {
		expect(storyOf([start(shared(), first, 5)])(5, 10)).toEqual([]);
		expect(storyOf([start(shared(), first, 5)])(4, 5)).toHaveLength(1);
	});
});
