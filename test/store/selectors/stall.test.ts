import {describe, expect, it} from 'vitest';
import {type Dag} from '../../../source/protocol/task.js';
import {initialState} from '../../../source/store/initial-state.js';
import {selectAgents} from '../../../source/store/selectors/agents.js';
import {movedAt, stallInfoOf, stallsAt} from '../../../source/store/selectors/stall.js';
import {reduce} from '../../../source/store/store.js';
import {addressOf, after, makeDag, makeNode, makeSubTask} from '../../helpers/tasks.js';

const running = {state: 'RUNNING', operator: 'RUN', endTime: undefined};
const share = (agent: string, start: number, logs: readonly string[] = ['a']) => makeSubTask({...running, key: agent, agent, startTime: after(start), logs});
const task = (...subTasks: Array<ReturnType<typeof makeSubTask>>): Dag => makeDag({...running, nodes: [makeNode({...running, startTime: after(0), subTasks})]});
const fiveMinutes = 300_000;
const when = (seconds: number) => ({agentNow: after(seconds), now: after(seconds), patience: fiveMinutes});
const known = (dag: Dag, seenAt?: number) => ({type: 'known' as const, dag, movedAt: seenAt});

describe('how a running task moves', () => {
	it('names the slowest of several agents, and how near the engine\'s limit of an hour is', () => {
		expect(stallInfoOf(known(task(share('10.0.0.1:2886', 10), share('10.0.0.2:2886', 5))), when(100))).toMatchObject({
			slowest: {agent: '10.0.0.2:2886', duration: 95_000}, limitIn: 3_505_000,
		});
		expect(stallInfoOf(known(task(share('10.0.0.1:2886', 10))), when(100))).toMatchObject({slowest: undefined});
	});

	it('names no slowest one of agents that began together', () => {
		expect(stallInfoOf(known(task(share('10.0.0.1:2886', 10), share('10.0.0.2:2886', 10.4))), when(100))).toMatchObject({slowest: undefined});
	});

	it('says nothing of an end behind that limit: the task may have one of its own', () => {
		expect(stallInfoOf(known(task(share('10.0.0.1:2886', 0))), when(3599))?.limitIn).toBe(1000);
		expect(stallInfoOf(known(task(share('10.0.0.1:2886', 0))), when(3600))?.limitIn).toBeUndefined();
		expect(stallInfoOf(known(task(share('10.0.0.1:2886', 0))), when(9000))?.limitIn).toBeUndefined();
	});

	it('names the one that is still at work where another failed already', () => {
		const broken = makeSubTask({state: 'FAILED', key: '10.0.0.2:2886', agent: '10.0.0.2:2886', startTime: after(10), endTime: after(20), logs: ['ERROR: no']});
		expect(stallInfoOf(known(task(share('10.0.0.1:2886', 10), broken)), when(100))).toMatchObject({slowest: {agent: '10.0.0.1:2886', duration: 90_000}});
	});

	it('is idle since a change was seen; before that, since the last start that the task has', () => {
		expect(stallInfoOf(known(task(share('a', 10)), after(40)), when(100))?.idleFor).toBe(60_000);
		expect(stallInfoOf(known(task(share('a', 10))), when(100))?.idleFor).toBe(90_000);
	});

	it('does not claim to know when lines came that existed before the first poll', () => {
		expect(stallInfoOf(known(task(share('a', 10))), when(100))?.areLinesKnown).toBe(false);
		expect(stallInfoOf(known(task(share('a', 10, []))), when(100))?.areLinesKnown).toBe(true);
		expect(stallInfoOf(known(task(share('a', 10)), after(40)), when(100))?.areLinesKnown).toBe(true);
	});

	it('is stalled after five minutes without a line or a stage', () => {
		expect(stallInfoOf(known(task(share('a', 0)), after(0)), when(299))?.isStalled).toBe(false);
		expect(stallInfoOf(known(task(share('a', 0)), after(0)), when(300))?.isStalled).toBe(true);
	});

	it('stalls from the predicted moment on, by the agent\'s clock where only its own times are known', () => {
		for (const seenAt of [undefined, after(0)]) {
			const one = known(task(share('a', 0)), seenAt);
			const skew = 20_000;
			const at = stallsAt(one, skew, fiveMinutes);
			expect([at - 1, at].map(now => stallInfoOf(one, {agentNow: now + skew, now, patience: fiveMinutes})?.isStalled)).toEqual([false, true]);
		}

		expect(stallsAt(known(makeDag({state: 'FAILED'}), after(0)), 0, fiveMinutes)).toBe(Infinity);
	});

	it('is looked into once for all frames until something changes', () => {
		let looks = 0;
		/** A task that counts how often its stages are read. */
		const counted = (): Dag => {
			const {nodes = [], ...head} = task(share('a', 0));
			return {...head, get nodes() {
				looks += 1;
				return nodes;
			}};
		};

		const agents = Array.from({length: 20}, (_, index) => addressOf(`10.0.0.${index + 1}:2886`));
		let state = initialState(agents, {columns: 80, rows: 10});
		for (const {key: agent} of agents) {
			const measured = reduce(state, {agent, at: after(0), type: 'skew-measured', skew: 0});
			state = reduce(measured, {agent, at: after(0), type: 'task-received', task: counted()});
		}

		selectAgents(state, after(100), 0);
		looks = 0;
		for (const seconds of [101, 102, 103]) {
			selectAgents(state, after(seconds), 0);
		}

		expect(looks).toBe(0);
	});

	it('is counted as stalled when its time has come, though nothing else changes, and no longer where the clock is set back', () => {
		const address = addressOf('10.0.0.1:2886');
		const at = {agent: address.key, at: after(0)};
		const measured = reduce(initialState([address], {columns: 80, rows: 24}), {...at, type: 'skew-measured', skew: 0});
		const state = reduce(measured, {...at, type: 'task-received', task: task(share('a', 0))});
		const counted = (seconds: number) => selectAgents(state, after(seconds), 20).summary.parts.map(({word}) => word);
		expect([100, 299, 300, 400, 200].map(seconds => counted(seconds))).toEqual([['running'], ['running'], ['stalled'], ['stalled'], ['running']]);
	});

	it('says nothing of a task that does not run', () => {
		expect(stallInfoOf(known(makeDag({state: 'FAILED'}), after(0)), when(900))).toBeUndefined();
	});
});

describe('when a task moved', () => {
	const before = task(share('a', 0, ['one']));

	it('is when a line, a state or a stage came, or another task', () => {
		expect(movedAt(known(before, after(1)), task(share('a', 0, ['one', 'two'])), after(9))).toBe(after(9));
		expect(movedAt(known(before, after(1)), {...before, stage: 2}, after(9))).toBe(after(9));
		expect(movedAt(known(before, after(1)), {...before, id: '22130706433028870'}, after(9))).toBe(after(9));
	});

	it('stays when the same comes again, and is unknown at first', () => {
		expect(movedAt(known(before, after(1)), structuredClone(before), after(9))).toBe(after(1));
		expect(movedAt(undefined, before, after(9))).toBeUndefined();
	});
});

describe('a large task', () => {
	let looks = 0;
	/** A stage that counts how often it is read. */
	const stage = (number: number, state: string) => {
		const node = makeNode({id: String(number), key: String(number), state, operator: 'RUN', startTime: after(number), endTime: after(number + 1)});
		const subTasks = Array.from({length: 50}, (_, index) => makeSubTask({key: `${number}.${index}`, state, operator: 'RUN', startTime: after(number), endTime: after(number + 1)}));
		return Object.defineProperty({...node}, 'subTasks', {
			enumerable: true, get() {
				looks += 1;
				return subTasks;
			},
		});
	};

	const nodes = Array.from({length: 200}, (_, index) => stage(index, index < 20 ? 'SUCCEED' : (index === 20 ? 'RUNNING' : 'PENDING')));
	const dag = makeDag({state: 'RUNNING', operator: 'RUN', stage: 21, nodes});

	it('is looked into where it works, not as a whole', () => {
		looks = 0;
		expect(stallInfoOf(known(dag), when(60))).toMatchObject({idleFor: 40_000});
		expect(looks).toBeLessThan(6);
	});

	it('is compared where it changed', () => {
		const next = {...dag, nodes: nodes.with(20, stage(20, 'SUCCEED'))};
		looks = 0;
		expect(movedAt(known(dag, after(1)), next, after(9))).toBe(after(9));
		expect(looks).toBeLessThan(8);
	});
});
