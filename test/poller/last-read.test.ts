// When each task was last read: by its own agent, or by another one that lists it.

import {expect, test} from 'vitest';
import {applyOtherTaskDetails, applyTaskList, newDelegateState, withSeen} from '../../source/poller/agent/cluster-state.js';
import {type AgentError} from '../../source/protocol/errors.js';
import {type Dag} from '../../source/protocol/task.js';
import {initialState} from '../../source/store/initial-state.js';
import {type AgentsRow, selectAgents} from '../../source/store/selectors/agents.js';
import {selectTask} from '../../source/store/selectors/task.js';
import {findTask} from '../../source/store/lookup.js';
import {type State} from '../../source/store/state.js';
import {reduce} from '../../source/store/store.js';
import {addressOf, makeDag, makeNodes, makeStatus, ten} from '../helpers/tasks.js';
import {list, member, names} from './cluster-fleet.js';
import {createFleet, type Fleet} from './fleet.js';
import {type ScriptedAgent, unreachable} from './scripted-agent.js';

const refused: AgentError = {type: 'refused', status: 500, code: 'Common.Unexpected', message: 'cannot read it now', traceId: ''};

// The first agent keeps the main task, and each agent's last task is a part of it.
const mainId = '22130706433028868';
const parts = ['22130706433028869', '22130706434028869'];
const running: Pick<Dag, 'startTime' | 'nodes'> = {startTime: ten, nodes: makeNodes('RUNNING/RUN')};
const main = makeDag({id: mainId, name: 'Start OB', ...running, links: {subDags: Object.fromEntries(parts.map((id, index) => [names[index]!, id] as const)), mainDagId: undefined}});
const partOf = (index: number): Dag => makeDag({id: parts[index]!, name: 'Start observer', ...running, links: {subDags: {}, mainDagId: mainId}});

const clusterOf = (count: 1 | 2): Fleet => {
	const fleet = createFleet(names.slice(0, count).map((name, index) => member(name, {task: partOf(index)})));
	list(fleet, [main, ...parts.slice(0, count).map((_, index) => partOf(index))]);
	return fleet;
};

/** What the screen knows now. */
const stateOf = ({agents, events}: Fleet): State => {
	let state = initialState(agents.map(({key}) => addressOf(key)), {columns: 100, rows: 30});
	for (const event of events) {
		state = reduce(state, event, event.at);
	}

	return state;
};

const rowOf = (fleet: Fleet, name: string): AgentsRow | undefined =>
	selectAgents(stateOf(fleet), fleet.clock.now(), 20).list.rows.find(({label, task}) => label === name || task?.name === name);

const countsOf = (fleet: Fleet): Readonly<Record<string, number>> =>
	Object.fromEntries(selectAgents(stateOf(fleet), fleet.clock.now(), 20).summary.parts.map(({word, count}) => [word, count]));

/** When the agent last answered that. */
const answeredAt = ({asked}: ScriptedAgent, name: string): number => (asked.findLast(question => question.name === name)?.at ?? 0) + 1;

const kill = (agent: ScriptedAgent): void => {
	agent.script.problem = () => unreachable;
};

test('a task is read on by another agent while its own cannot be reached, and not for a moment said to be unchecked', async () => {
	const fleet = clusterOf(2);
	await fleet.clock.advance(20_000);
	kill(fleet.agent);
	for (let step = 0; step < 40; step += 1) {
		await fleet.clock.advance(250);
		expect(rowOf(fleet, 'Start OB')).toMatchObject({problem: undefined, asOf: undefined, task: {duration: fleet.clock.now() - ten}});
		expect(countsOf(fleet)['running']).toBeGreaterThan(1);
	}

	expect(countsOf(fleet)).toEqual({unreachable: 1, running: 3});
	const screen = {type: 'task', task: {owner: names[0]!, id: mainId}, selected: undefined, top: 0} as const;
	const state = stateOf(fleet);
	const view = selectTask({state, screen, dag: findTask(state, screen.task)!, now: fleet.clock.now(), height: 10});
	expect(view).toMatchObject({header: {duration: 30_000}, staleness: {asOf: undefined}});
	fleet.poller.stop();
});

test('a task that no agent can be asked for stops at the time of its own last reading', async () => {
	const fleet = clusterOf(2);
	await fleet.clock.advance(20_000);
	kill(fleet.agent);
	await fleet.clock.advance(12_300);
	const readAt = answeredAt(fleet.neighbour, 'unfinished');
	const ownReadAt = answeredAt(fleet.neighbour, 'task');
	kill(fleet.neighbour);
	await fleet.clock.advance(10_000);
	expect(rowOf(fleet, 'Start OB')).toMatchObject({problem: 'not checked now', asOf: readAt, task: {duration: readAt - ten}});
	// The last task of the first agent was in the list of the second one.
	expect(rowOf(fleet, names[0]!)).toMatchObject({asOf: readAt, task: {duration: readAt - ten}});
	expect(rowOf(fleet, names[1]!)).toMatchObject({asOf: ownReadAt, task: {duration: ownReadAt - ten}});
	expect(readAt).not.toBe(ownReadAt);
	expect(countsOf(fleet)).toEqual({unreachable: 2});
	fleet.neighbour.script.problem = () => undefined;
	await fleet.clock.advance(31_000);
	expect(rowOf(fleet, 'Start OB')).toMatchObject({problem: undefined, task: {duration: fleet.clock.now() - ten}});
	fleet.poller.stop();
});

test('an agent that answers for its own task, but not for its list, has an own task that goes on and others that stop', async () => {
	const fleet = clusterOf(1);
	await fleet.clock.advance(20_000);
	const readAt = answeredAt(fleet.agent, 'unfinished');
	fleet.agent.script.problem = name => name === 'unfinished' ? refused : undefined;
	await fleet.clock.advance(40_000);
	expect(rowOf(fleet, 'Start OB')).toMatchObject({problem: 'not checked now', asOf: readAt, task: {duration: readAt - ten}});
	expect(rowOf(fleet, names[0]!)).toMatchObject({asOf: undefined, task: {duration: 60_000}});
	expect(countsOf(fleet)).toEqual({'no response': 1, running: 1});
	fleet.agent.script.problem = () => undefined;
	await fleet.clock.advance(31_000);
	expect(rowOf(fleet, 'Start OB')).toMatchObject({problem: undefined, asOf: undefined, task: {duration: 91_000}});
	fleet.poller.stop();
});

test('a task that is open is read by its id while the list cannot be read, which says nothing of the others', async () => {
	const fleet = clusterOf(1);
	const backup = makeDag({id: '22130706433028860', name: 'Backup', ...running});
	list(fleet, [main, backup]);
	fleet.poller.setFocus({visible: [], open: {owner: names[0]!, id: mainId}});
	await fleet.clock.advance(20_000);
	const readAt = answeredAt(fleet.agent, 'unfinished');
	fleet.agent.script.problem = name => name === 'unfinished' ? refused : undefined;
	await fleet.clock.advance(10_000);
	fleet.agent.script.tasks.set(mainId, {...main, stage: 2, maxStage: 3});
	await fleet.clock.advance(10_000);
	expect(rowOf(fleet, 'Start OB')).toMatchObject({problem: undefined, asOf: undefined, task: {duration: 40_000, progress: {stage: 2}}});
	expect(rowOf(fleet, 'Backup')).toMatchObject({problem: 'not checked now', asOf: readAt, task: {duration: readAt - ten}});
	fleet.poller.stop();
});

test('what a list said of a task before its own agent read it does not count once that cannot be asked any more', () => {
	let isRead = false;
	const standing = {isShown: () => isRead, isElsewhere: () => false, isAwaited: () => false, isLost: () => !isRead};
	const size = {sentAt: ten, at: ten, bytes: 100};
	const listed = applyOtherTaskDetails(applyTaskList(newDelegateState, [partOf(1)], size, standing), partOf(1), size, standing);
	expect(listed.seen?.tasks).toMatchObject([{id: parts[1]}]);
	isRead = true;
	const left = withSeen(listed, standing);
	isRead = false;
	expect(withSeen(left, standing).seen?.tasks).toEqual([]);
	expect(applyOtherTaskDetails(applyTaskList(left, [partOf(1)], size, standing), partOf(1), size, standing).seen?.tasks).toMatchObject([{id: parts[1]}]);
});

test('the last task of an agent that cannot be reached is shown as another one lists it, until it can be asked itself', async () => {
	const fleet = clusterOf(2);
	await fleet.clock.advance(20_000);
	kill(fleet.neighbour);
	const failed = {...partOf(1), state: 'FAILED', nodes: makeNodes('FAILED/RUN')};
	list(fleet, [main, partOf(0), failed]);
	await fleet.clock.advance(12_000);
	expect(rowOf(fleet, names[1]!)).toMatchObject({asOf: undefined, isFault: true, task: {outcome: {word: 'failed'}}});
	expect(countsOf(fleet)).toEqual({unreachable: 1, running: 1, failing: 1});
	// Its end is read once.
	list(fleet, [main, partOf(0)], [main, {...partOf(1), state: 'SUCCEED', nodes: makeNodes('SUCCEED/RUN')}]);
	await fleet.clock.advance(8000);
	const readAt = answeredAt(fleet.agent, `task ${parts[1]}`);
	list(fleet, [{...main, stage: 2}, partOf(0)]);
	await fleet.clock.advance(8000);
	expect(rowOf(fleet, names[1]!)).toMatchObject({asOf: readAt, task: {outcome: {word: 'succeeded'}}});
	// It was retried before it could be asked again.
	fleet.neighbour.script.problem = () => undefined;
	await fleet.clock.advance(31_000);
	expect(rowOf(fleet, names[1]!)).toMatchObject({problem: undefined, asOf: undefined, task: {outcome: {word: 'running'}}});
	fleet.poller.stop();
});

test('the last task of a cluster is not read while no agent has its database, whether or not they answer', async () => {
	const fleet = clusterOf(1);
	fleet.agent.script.clusterTask = makeDag({id: '112', name: 'Backup', ...running});
	await fleet.clock.advance(20_000);
	expect(rowOf(fleet, 'demo')).toMatchObject({problem: undefined, task: {duration: 20_000}});
	fleet.agent.script.status = makeStatus({agent: names[0]!, identity: 'CLUSTER AGENT', obState: 0});
	await fleet.clock.advance(20_000);
	const readAt = answeredAt(fleet.agent, 'cluster-task');
	expect(rowOf(fleet, 'demo')).toMatchObject({problem: 'not checked now', asOf: readAt, task: {duration: readAt - ten}});
	fleet.agent.script.status = makeStatus({agent: names[0]!, identity: 'CLUSTER AGENT', obState: 3});
	await fleet.clock.advance(20_000);
	expect(rowOf(fleet, 'demo')).toMatchObject({problem: undefined, asOf: undefined, task: {duration: 60_000}});
	fleet.poller.stop();
});

test('a main task that is in no list stops when it could last be read by its id', async () => {
	const fleet = createFleet([member(names[0]!, {task: partOf(0), tasks: new Map([[mainId, main]])})]);
	await fleet.clock.advance(20_000);
	const readAt = answeredAt(fleet.agent, `task ${mainId}`);
	fleet.agent.script.problem = name => name.endsWith(` ${mainId}`) ? refused : undefined;
	await fleet.clock.advance(20_000);
	expect(rowOf(fleet, 'Start OB')).toMatchObject({problem: 'not checked now', asOf: readAt, task: {duration: readAt - ten}});
	expect(rowOf(fleet, names[0]!)).toMatchObject({problem: undefined, task: {duration: 40_000}});
	fleet.poller.stop();
});

test('a task that another one replaced was last read before that', async () => {
	const fleet = createFleet([member(names[0]!, {task: partOf(0)})]);
	await fleet.clock.advance(20_500);
	const readAt = answeredAt(fleet.agent, 'task');
	fleet.agent.script.task = makeDag({id: '22130706433028870', name: 'Stop observer', ...running});
	await fleet.clock.advance(5000);
	expect(stateOf(fleet).agents.get(names[0]!)?.otherTasks).toMatchObject([{id: parts[0], unlisted: {seenAt: readAt}}]);
	fleet.poller.stop();
});
