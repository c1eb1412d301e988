import {describe, expect, it} from 'vitest';
import {type Dag, type TaskNode} from '../../../source/protocol/task.js';
import {initialState} from '../../../source/store/initial-state.js';
import {selectAgents} from '../../../source/store/selectors/agents.js';
import {estimate, isSlowStage, patienceFor, usualStages, usualTimes} from '../../../source/store/selectors/usual.js';
import {type State} from '../../../source/store/state.js';
import {reduce} from '../../../source/store/store.js';
import {addressOf, after, makeDag, makeInfo, makeNode, makeSubTask} from '../../helpers/tasks.js';

const agent = '127.0.0.1:2886';

const other = '127.0.0.2:2886';

const idOf = (number: number, at = agent): string => `2${at === agent ? '2130706433' : '2130706434'}02886${number}`;

/** A task that began so many seconds after ten, of two stages that took as many seconds as given. */
const succeeded = (number: number, stages: readonly number[], change: Partial<Dag> = {}): Dag => {
	const start = number * 1000;
	let at = start;
	const nodes = stages.map((duration, index): TaskNode => {
		const times = {startTime: after(at), endTime: after(at + duration)};
		at += duration;
		const key = `${number} ${index}`;
		return makeNode({key, name: `stage ${index + 1}`, ...times, subTasks: [makeSubTask({key, ...times})]});
	});
	return makeDag({id: idOf(number), dagId: number, state: 'SUCCEED', startTime: after(start), endTime: after(at), stage: stages.length, nodes, ...change});
};

const running = (number: number, change: Partial<Dag> = {}): Dag => makeDag({
	id: idOf(number), dagId: number, startTime: after(number * 1000), stage: 1, nodes: [
		makeNode({key: '1', name: 'stage 1', state: 'RUNNING', startTime: after(number * 1000), subTasks: [makeSubTask({state: 'RUNNING', startTime: after(number * 1000)})]}),
		makeNode({key: '2', name: 'stage 2', state: 'PENDING', subTasks: [makeSubTask({state: 'PENDING', executeTimes: 0})]}),
	], ...change,
});

const begin = (keepsRuns = true): State => reduce(
	reduce(initialState([addressOf(agent), addressOf(other)], {columns: 80, rows: 24}, {keepsRuns}), {type: 'info-received', agent, at: after(0), info: makeInfo({agent})}),
	{type: 'info-received', agent: other, at: after(0), info: makeInfo({agent: other, identity: 'FOLLOWER'})},
);

/** What is known after those tasks, which an agent told of. */
const past = (state: State, tasks: readonly Dag[], by = agent): State => {
	let next = state;
	for (const task of tasks) {
		next = reduce(next, {type: 'past-task-received', agent: by, at: after(0), task});
	}

	return next;
};

const learned = (...tasks: readonly Dag[]): State => past(begin(), tasks);

const three = [succeeded(1, [10, 100]), succeeded(2, [12, 110]), succeeded(3, [14, 120])];

describe('the usual time of a task', () => {
	it('is that of its earlier runs, as a whole and by stages', () => {
		const times = usualTimes(learned(...three), agent, running(4));
		expect(times.whole).toMatchObject({runs: 3, median: 122_000});
		expect(usualStages(times, running(4).nodes ?? []).map(usual => usual?.median)).toEqual([12_000, 110_000]);
	});

	it('is that of runs whose names differ only in a version', () => {
		const state = learned(...three.map((dag, index) => ({...dag, name: `Upgrade check obshell 4.3.0.${index}`})));
		expect(usualTimes(state, agent, running(4, {name: 'Upgrade check obshell 4.3.1.0-120240812'})).whole?.runs).toBe(3);
		expect(usualTimes(state, agent, running(4, {name: 'Upgrade check OceanBase 4.3.1.0'})).whole).toBeUndefined();
	});

	it('is not that of its own run', () => {
		const state = learned(...three, succeeded(4, [500, 500]));
		expect(usualTimes(state, agent, succeeded(4, [500, 500])).whole).toMatchObject({runs: 3, median: 122_000});
	});

	it.each([
		['failed', {state: 'FAILED'}],
		['was rolled back', {operator: 'ROLLBACK'}],
		['was cancelled', {state: 'FAILED', operator: 'CANCEL'}],
		['was passed by hand', {operator: 'PASS'}],
		['came without its details', {isBrief: true}],
	])('does not count a run that %s', (_, change) => {
		expect(usualTimes(learned(...three.slice(1), succeeded(1, [10, 100], change)), agent, running(4)).whole).toBeUndefined();
	});

	it('does not count a run of which a stage was retried or passed by hand, which is not read again nevertheless', () => {
		const [first] = three;
		for (const change of [{subTasks: [makeSubTask({executeTimes: 3})]}, {operator: 'PASS'}]) {
			const odd = makeDag({...first, nodes: (first?.nodes ?? []).map((node, index) => index === 0 ? {...node, ...change} : node)});
			const state = learned(odd, ...three.slice(1));
			expect(usualTimes(state, agent, running(4))).toMatchObject({whole: undefined, stages: new Map()});
			expect(state.runs?.get('Initialize cluster')).toHaveLength(3);
		}
	});

	it('counts a sub-task that its main task passed, but not its stages that paused for that and ran again', () => {
		const links = {subDags: {}, mainDagId: idOf(99)};
		const tasks = three.map(dag => ({...dag, links, operator: 'PASS', nodes: dag.nodes?.map((node, index) => ({
			...node, hasMainTask: true, ...(index === 1 && {operator: 'PASS'}),
			subTasks: node.subTasks.map(subTask => ({...subTask, hasMainTask: true, ...(index === 1 && {operator: 'PASS', executeTimes: 3, logs: ['wait operator to advance']})})),
		}))}));
		const times = usualTimes(learned(...tasks), agent, running(4));
		expect(times.whole?.runs).toBe(3);
		expect([...times.stages.keys()]).toEqual(['stage 1']);
	});

	it('comes from all agents of its cluster, but not from other agents', () => {
		const apart = past(begin(), [1, 2, 3].map(number => succeeded(number, [10, 10], {id: idOf(number, other)})), other);
		expect(usualTimes(apart, agent, running(4)).whole).toBeUndefined();
		const members = [agent, other].map(name => ({agent: name, zone: 'zone1', identity: 'CLUSTER AGENT', version: '4'}));
		const together = reduce(reduce(apart, {type: 'cluster-info-received', agent, at: after(0), cluster: {id: 7, name: 'ob', members}}), {type: 'cluster-info-received', agent: other, at: after(0), cluster: {id: 7, name: 'ob', members}});
		expect(usualTimes(together, agent, running(4)).whole?.runs).toBe(3);
		// What the agents do as parts of a main task differs.
		const links = {subDags: {}, mainDagId: idOf(9)};
		expect(usualTimes(together, agent, running(4, {links})).whole).toBeUndefined();
		expect(usualTimes(together, other, running(4, {id: idOf(4, other), links})).whole?.runs).toBe(3);
	});

	it('of a cluster\'s task is that of the cluster\'s own runs', () => {
		const members = [{agent, zone: 'zone1', identity: 'CLUSTER AGENT', version: '4'}];
		const clusterTask = (number: number) => succeeded(number, [5, 5], {id: `1${number}`});
		const ready = reduce(begin(), {type: 'cluster-info-received', agent, at: after(0), cluster: {id: 7, name: 'ob', members}});
		const state = past(ready, [1, 2, 3].map(number => clusterTask(number)));
		const key = state.agents.get(agent)?.cluster ?? '';
		expect(usualTimes(state, key, running(4, {id: '14'})).whole?.runs).toBe(3);
		expect(usualTimes(state, agent, running(4)).whole).toBeUndefined();
	});

	it('is learned from tasks that were watched, and stands in the column for it', () => {
		let state = begin();
		for (const task of three) {
			state = reduce(state, {type: 'task-received', agent, at: task.endTime ?? 0, task});
		}

		const now = reduce(state, {type: 'task-received', agent, at: after(4000), task: running(4)});
		const inColumn = {...now, view: {...now.view, arrangement: {...now.view.arrangement, columns: ['agent', 'usual'] as const}}};
		expect(selectAgents(inColumn, after(4030), 10).list.rows.map(({more}) => more?.usual)).toEqual([122_000, undefined]);
	});

	it('is never learned if that was turned off', () => {
		const state = past(begin(false), three);
		expect(state.runs).toBeUndefined();
		expect(usualTimes(state, agent, running(4)).whole).toBeUndefined();
		expect(reduce(state, {type: 'runs-loaded', runs: []})).toBe(state);
	});
});

describe('a running task', () => {
	const state = learned(...three);

	it('ends when the rest of its stages has taken as long as usual', () => {
		expect(estimate(state, agent, running(4), after(4005))).toEqual({type: 'left', time: 117_000, runs: 3});
	});

	it('says nothing of its end while it is undone or cancelled', () => {
		for (const operator of ['ROLLBACK', 'CANCEL']) {
			expect(estimate(state, agent, running(4, {operator}), after(4005))).toBeUndefined();
		}
	});

	it('that was retried is not longer than usual, since its time is that of the last attempt or of all', () => {
		const [first, second] = running(4).nodes ?? [];
		const retried = running(4, {nodes: [{...first, subTasks: [makeSubTask({state: 'RUNNING', executeTimes: 3})]}, second] as readonly TaskNode[]});
		expect(estimate(state, agent, retried, after(4900))).toEqual({type: 'left', time: 122_000, runs: 3});
	});

	it('may be silent twice as long as the longest run of its stage took, at least a minute; five minutes if that is unknown', () => {
		expect(patienceFor(state, agent, running(4))).toBe(60_000);
		const [first, second] = running(4).nodes ?? [];
		const later = running(4, {stage: 2, nodes: [{...first, state: 'SUCCEED'}, {...second, state: 'RUNNING'}] as readonly TaskNode[]});
		expect(patienceFor(state, agent, later)).toBe(240_000);
		expect(patienceFor(state, agent, {...later, operator: 'ROLLBACK'})).toBe(300_000);
		expect(patienceFor(begin(), agent, later)).toBe(300_000);
	});

	it('is stalled in its row once its stage says nothing for longer than that, and not after five minutes where it usually takes longer', () => {
		const stalledAfter = (seconds: number, ...runs: readonly Dag[]) => {
			const known = reduce(learned(...runs), {type: 'task-received', agent, at: after(4000), task: running(4)});
			const seen = reduce(known, {type: 'skew-measured', agent, at: after(4000), skew: 0});
			const [row] = selectAgents(seen, after(4000 + seconds), 10).list.rows;
			return [row?.isStalled, row?.why?.text];
		};

		expect(stalledAfter(61, ...three)).toEqual([true, 'no new stage for over 1 minute, and no new line seen']);
		expect(stalledAfter(59, ...three)).toEqual([false, undefined]);
		const long = [1, 2, 3].map(number => succeeded(number, [1200, 10]));
		expect(stalledAfter(1100, ...long)).toEqual([false, undefined]);
		expect(stalledAfter(1201, ...long)).toEqual([true, 'no new stage for over 20 minutes, and no new line seen']);
		expect(stalledAfter(299)).toEqual([false, undefined]);
		expect(stalledAfter(301)).toEqual([true, 'no new stage for over 5 minutes, and no new line seen']);
	});

	it('is counted as stalled no longer once earlier runs are known that said nothing for longer', () => {
		const told = reduce(begin(), {type: 'task-received', agent, at: after(4000), task: running(4)});
		const seen = reduce(told, {type: 'skew-measured', agent, at: after(4000), skew: 0});
		const countedIn = (known: State) => selectAgents(known, after(4400), 0).summary.parts.map(({word}) => word);
		expect(countedIn(seen)).toContain('stalled');
		expect(countedIn(past(seen, [1, 2, 3].map(number => succeeded(number, [1200, 10]))))).not.toContain('stalled');
	});

	it('has a slow stage where nine of ten took no longer, unless that ran again', () => {
		const [usual] = usualStages(usualTimes(state, agent, running(4)), running(4).nodes ?? []);
		expect([16_000, 17_000].map(duration => isSlowStage(makeNode(), duration, usual))).toEqual([false, true]);
		expect(isSlowStage(makeNode({subTasks: [makeSubTask({executeTimes: 2})]}), 99_000, usual)).toBe(false);
	});
});
