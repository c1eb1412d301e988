import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {createEngine} from '../../../source/demo/engine/engine.js';
import {storyOf} from '../../../source/demo/engine/input.js';
import {waitingNode, waitLine} from '../../../source/demo/engine/model.js';
import {initializeStory} from '../../../source/demo/fleet/stories.js';
import {rollingRestart} from '../../../source/demo/scenarios/upkeep.js';
import {errorAfter, failing, local, remote, stage, work} from '../../../source/demo/scenarios/write.js';
import {dagAt, first, history, logOf, operate, play, second, start, summary} from '../helpers/play.js';

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

describe('sub-DAGs', () => {
	it('wait for their main DAG, one after the other, and link to it and back', () => {
		const engine = play(start(rollingRestart([first, second]), 'c'));
		const main = dagAt(engine, 30_000, 'c');
		const waiting = dagAt(engine, 30_000, second);
		expect(main).toMatchObject({id: '11', state: 'RUNNING', stage: 3, subDags: {[first]: `${first}/1`, [second]: `${second}/1`}});
		expect(waiting).toMatchObject({state: 'FAILED', operator: 'RUN', stage: 2, mainDagId: '11'});
		expect(logOf(waiting, 1, 30_000).at(-1)).toBe(waitLine);
		expect(waitingNode(waiting, 30_000)).toBeDefined();
		expect(dagAt(engine, 30_000, first)).toMatchObject({state: 'RUNNING', stage: 3});
		expect(history(engine, 220_000, dag => dag.state, 'c').at(-1)).toBe('SUCCEED');
		expect(dagAt(engine, 220_000, second)).toMatchObject({state: 'SUCCEED', stage: 4});
	});
});

describe('a world', () => {
	const agents = [first, second] as const;
	const create = (seed = 3) => createEngine({
		owners: [{key: first, address: {ip: '127.0.0.1', port: 2886}}, {key: second, address: {ip: '::1', port: 2887}}],
		identities: {}, story: initializeStory(agents, seed), seed, begin: -400_000,
	});
	const everything = (engine: ReturnType<typeof create>) => agents.map(agent => engine.dagsOf(agent));

	it('is the same however often it is asked on the way', () => {
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
