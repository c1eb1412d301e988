import {describe, expect, test} from 'vitest';
import {createMainWatch} from '../../source/poller/main-watch.js';
import {createRequestQueue} from '../../source/poller/request-queue.js';
import {type ClusterInfo} from '../../source/protocol/agent.js';
import {type AgentError} from '../../source/protocol/errors.js';
import {type Dag} from '../../source/protocol/task.js';
import {type PollEvent} from '../../source/store/actions.js';
import {makeDag, makeInfo, makeNode, makeNodes, makeStatus, makeSubTask, ten} from '../helpers/tasks.js';
import {createVirtualClock} from '../helpers/virtual-clock.js';
import {createFleet, type Fleet} from './fleet.js';
import {createScriptedAgent, type Script} from './scripted-agent.js';

const names = [1, 2].map(number => `127.0.0.${number}:2886`);
const cluster: ClusterInfo = {name: 'demo', id: 1, members: names.map(agent => ({agent, zone: 'zone1', identity: 'CLUSTER AGENT', version: '4.5.0.0-0'}))};
const member = (agent: string, change: Partial<Script> = {}): Partial<Script> => ({
	info: makeInfo({agent, identity: 'CLUSTER AGENT'}), status: makeStatus({agent, identity: 'CLUSTER AGENT', obState: 0}), cluster, ...change,
});

// The first agent keeps the main task; the second one's last task is a part of it.
const mainId = '22130706433028868';
const partId = '22130706434028869';
const main = makeDag({id: mainId, name: 'Start OB', links: {subDags: {[names[1] ?? '']: partId}, mainDagId: undefined}, nodes: makeNodes('RUNNING/RUN')});
const waitingStage = makeNode({
	state: 'FAILED', hasMainTask: true, subTasks: [makeSubTask({state: 'FAILED', hasMainTask: true, logs: ['wait for notification to start task', 'wait operator to advance']})],
});
const part = makeDag({id: partId, name: 'Start observer', links: {subDags: {}, mainDagId: mainId}, nodes: makeNodes('RUNNING/RUN')});
const waiting: Dag = {...part, state: 'FAILED', nodes: [waitingStage]};

const refused: AgentError = {type: 'refused', status: 500, code: 'Common.Unexpected', message: 'cannot read it now', traceId: ''};

const mains = (events: readonly PollEvent[]) => events.filter(event => event.type === 'main-task-received');
const askedFor = ({agents}: Fleet, id: string): number => agents.flatMap(({asked}) => asked).filter(({name}) => name === `task ${id}`).length;

describe('a task that its head calls failed', () => {
	test('is reported once its details say that it only waits', async () => {
		const fleet = createFleet([member(names[0] ?? '', {task: part})]);
		await fleet.clock.advance(5000);
		fleet.events.length = 0;
		fleet.agent.script.task = waiting;
		await fleet.clock.advance(35_000);
		const told = fleet.events.filter(event => event.type === 'task-received').map(({task}) => task);
		expect(told).not.toEqual([]);
		expect(told.filter(task => task.state === 'FAILED' && task.isBrief)).toEqual([]);
		expect(told.at(-1)).toMatchObject({state: 'FAILED', isBrief: false, links: {mainDagId: mainId}});
		fleet.poller.stop();
	});

	test('is reported as unread while its details cannot be read, and read as soon as they can', async () => {
		const big = {...part, nodes: makeNodes('RUNNING/RUN')};
		// Large tasks are followed by their head.
		const fleet = createFleet([member(names[0] ?? '', {task: big, bytes: 1_000_000})]);
		await fleet.clock.advance(5000);
		fleet.events.length = 0;
		fleet.agent.script.task = waiting;
		fleet.agent.script.problem = name => name === 'task' ? refused : undefined;
		await fleet.clock.advance(10_000);
		const told = () => fleet.events.findLast(event => event.type === 'task-received')?.task;
		expect(told()).toMatchObject({state: 'FAILED', isBrief: true});
		fleet.agent.script.problem = () => undefined;
		await fleet.clock.advance(40_000);
		expect(told()).toMatchObject({state: 'FAILED', isBrief: false, nodes: [{subTasks: [{logs: waitingStage.subTasks[0]?.logs}]}]});
		fleet.poller.stop();
	});

	test('keeps its link to the main task through brief responses', async () => {
		const ended: Dag = {...part, state: 'SUCCEED', operator: 'RUN'};
		const fleet = createFleet([member(names[0] ?? '', {task: ended})]);
		await fleet.clock.advance(120_000);
		expect(fleet.agent.asked.filter(({name}) => name === 'probe').length).toBeGreaterThan(1);
		for (const event of fleet.events) {
			if (event.type === 'task-received') {
				expect(event.task.links.mainDagId).toBe(mainId);
			}
		}

		fleet.poller.stop();
	});
});

describe('the main task of a last task', () => {
	const ended: Dag = {...part, state: 'SUCCEED', operator: 'PASS'};

	test('is queried from the agent that owns it until it is final, then never again', async () => {
		const fleet = createFleet([member(names[0] ?? '', {tasks: new Map([[mainId, main]])}), member(names[1] ?? '', {task: ended})]);
		await fleet.clock.advance(12_000);
		expect(mains(fleet.events).at(-1)).toMatchObject({agent: fleet.agent.key, id: mainId, task: {state: 'RUNNING'}});
		fleet.agent.script.tasks.set(mainId, {...main, state: 'FAILED', nodes: makeNodes('FAILED/RUN')});
		await fleet.clock.advance(12_000);
		expect(mains(fleet.events).at(-1)).toMatchObject({task: {state: 'FAILED'}});
		const before = askedFor(fleet, mainId);
		await fleet.clock.advance(600_000);
		expect(askedFor(fleet, mainId)).toBe(before);
		fleet.poller.stop();
	});

	test('is queried from the other agent while its owner does not respond', async () => {
		const fleet = createFleet([
			member(names[0] ?? '', {problem: name => name.startsWith('task ') ? refused : undefined}),
			member(names[1] ?? '', {task: ended, tasks: new Map([[mainId, {...main, state: 'SUCCEED', nodes: makeNodes('SUCCEED/RUN')}]])}),
		]);
		await fleet.clock.advance(10_000);
		expect(fleet.events.filter(event => event.type === 'main-task-failed')).toEqual([]);
		expect(mains(fleet.events).at(-1)).toMatchObject({agent: fleet.neighbour.key, task: {state: 'SUCCEED'}});
		fleet.poller.stop();
	});

	test('that no agent knows any more is reported as gone, once', async () => {
		const fleet = createFleet([member(names[1] ?? '', {task: ended})]);
		await fleet.clock.advance(300_000);
		expect(mains(fleet.events)).toMatchObject([{id: mainId, task: undefined}]);
		fleet.poller.stop();
	});

	test('is not queried separately while an agent lists it', async () => {
		const fleet = createFleet([
			member(names[0] ?? '', {unfinished: [main], tasks: new Map([[mainId, main]])}),
			member(names[1] ?? '', {task: {...part, nodes: makeNodes('RUNNING/RUN')}}),
		]);
		await fleet.clock.advance(60_000);
		expect(mains(fleet.events).length).toBeLessThan(2);
		fleet.agent.script.unfinished = [];
		fleet.agent.script.tasks.set(mainId, {...main, state: 'SUCCEED', nodes: makeNodes('SUCCEED/RUN')});
		await fleet.clock.advance(60_000);
		expect(fleet.events.findLast(event => event.type === 'unfinished-received')).toMatchObject({ended: [{id: mainId, state: 'SUCCEED'}]});
		fleet.poller.stop();
	});

	test('is read again when it is retried, also where no list shows it in between', async () => {
		const failed: Dag = {...main, state: 'FAILED', nodes: makeNodes('FAILED/RUN')};
		const fleet = createFleet([member(names[0] ?? '', {tasks: new Map([[mainId, failed]])}), member(names[1] ?? '', {task: ended})]);
		await fleet.clock.advance(12_000);
		expect(mains(fleet.events).at(-1)).toMatchObject({task: {state: 'FAILED'}});
		fleet.neighbour.script.task = {...part, operator: 'RETRY', nodes: makeNodes('RUNNING/RETRY')};
		fleet.agent.script.tasks.set(mainId, {...main, operator: 'RETRY', nodes: makeNodes('RUNNING/RETRY')});
		await fleet.clock.advance(40_000);
		fleet.neighbour.script.task = ended;
		fleet.agent.script.tasks.set(mainId, {...main, state: 'SUCCEED', nodes: makeNodes('SUCCEED/RUN')});
		await fleet.clock.advance(40_000);
		expect(mains(fleet.events).at(-1)).toMatchObject({task: {state: 'SUCCEED'}});
		fleet.poller.stop();
	});

	describe('watched by itself', () => {
		const at = (agent: string) => ({agent, at: ten});
		const list = (agent: string, tasks: readonly Dag[]): PollEvent => ({...at(agent), type: 'unfinished-received', tasks, ended: []});
		const open = () => {
			const clock = createVirtualClock(ten);
			const agents = names.map(name => createScriptedAgent(name.slice(0, -5), clock, {tasks: new Map([[mainId, main]])}));
			const gone = new Set<string>();
			const watch = createMainWatch({
				clientOf: key => gone.has(key) ? undefined : agents.find(agent => agent.key === key)?.client, clock, random: () => 0, emit: () => undefined, requestQueue: createRequestQueue(4, clock),
			});
			return {
				watch, clock, asked: () => agents.flatMap(({asked}) => asked).length, remove(key: string) {
					gone.add(key);
					watch.remove(key);
				},
			};
		};

		test('is queried again after another agent became the delegate and it left that agent\'s list', async () => {
			const [one = '', two = ''] = names;
			const {watch, clock, asked} = open();
			watch.hear({...at(two), type: 'task-received', task: part});
			watch.hear(list(one, [main]));
			await clock.advance(10_000);
			const before = asked();
			// The first agent does not list for its cluster any more: what it knew goes to the second one.
			watch.hear(list(two, [main]));
			await clock.advance(10_000);
			expect(asked()).toBe(before);
			watch.hear(list(two, []));
			await clock.advance(10_000);
			expect(asked()).toBeGreaterThan(before);
			watch.stop();
		});

		test('holds up no round once the agent that names it is no longer watched', async () => {
			const [one = ''] = names;
			const {watch, clock, asked, remove} = open();
			watch.hear({...at(one), type: 'task-received', task: part});
			expect(watch.isSettled()).toBe(false);
			remove(one);
			await clock.advance(100);
			expect([asked(), watch.isSettled()]).toEqual([0, true]);
			watch.stop();
		});
	});
});

describe('clusters with tasks of the same id', () => {
	test('list theirs, whatever the last task of another one is', async () => {
		const clusterOf = (agent: string, name: string, id: number): Partial<Script> => ({
			info: makeInfo({agent, identity: 'CLUSTER AGENT'}),
			status: makeStatus({agent, identity: 'CLUSTER AGENT', obState: 3}),
			cluster: {name, id, members: [{agent, zone: 'zone1', identity: 'CLUSTER AGENT', version: '4.5.0.0-0'}]},
		});
		const check = makeDag({id: '11', name: 'Upgrade check', nodes: makeNodes('RUNNING/RUN')});
		const fleet = createFleet([
			{...clusterOf(names[0] ?? '', 'east', 1), clusterTask: makeDag({id: '11', state: 'SUCCEED', nodes: makeNodes('SUCCEED/RUN')})},
			{...clusterOf(names[1] ?? '', 'west', 2), unfinished: [check], tasks: new Map([['11', check]])},
		]);
		await fleet.clock.advance(60_000);
		expect(fleet.events.findLast(event => event.type === 'unfinished-received' && event.agent === fleet.neighbour.key)).toMatchObject({tasks: [{id: '11', name: 'Upgrade check'}]});
		fleet.poller.stop();
	});
});
