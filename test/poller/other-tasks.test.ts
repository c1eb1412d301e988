// Unfinished tasks outside maintenance: which are fetched, when, and how their ends are seen.

import {expect, test} from 'vitest';
import {type Dag} from '../../source/protocol/task.js';
import {type PollEvent} from '../../source/store/actions.js';
import {makeDag, makeInfo, makeNode, makeNodes, makeSubTask, ten} from '../helpers/tasks.js';
import {backup, lastList, list, member, names, delegatesSince} from './cluster-fleet.js';
import {createFleet} from './fleet.js';
import {countsSince, unreachable} from './scripted-agent.js';

const minute = 60_000;

const idOf = (ip: number, id: number): string => `2213070643${ip}02886${id}`;
const [stop, start] = [3, 4].map(id => makeDag({id: idOf(3, id), dagId: id, name: `task ${id}`, startTime: ten + id, nodes: makeNodes('RUNNING/RUN')})) as [Dag, Dag];
const [mainStop, mainStart] = [5, 6].map(id => makeDag({id: idOf(3, id), dagId: id, name: `main task ${id}`, startTime: ten + id, nodes: makeNodes('RUNNING/RUN')})) as [Dag, Dag];
const over = (dag: Dag): Dag => ({...dag, state: 'SUCCEED', nodes: makeNodes('SUCCEED/RUN')});

test('an unfinished task is fetched whole when it is new or changed, and listed every 5 s while it runs', async () => {
	const fleet = createFleet([member(names[0]!)]);
	list(fleet, [backup]);
	await fleet.clock.advance(5000);
	expect(lastList(fleet.events)).toMatchObject({tasks: [backup], ended: []});
	const from = fleet.clock.now();
	await fleet.clock.advance(minute);
	expect(countsSince(fleet.agent, from)).toMatchObject({unfinished: 12});
	expect(countsSince(fleet.agent, from)['task 112']).toBeUndefined();
	list(fleet, [{...backup, stage: 2}]);
	await fleet.clock.advance(6000);
	expect(countsSince(fleet.agent, from)['task 112']).toBe(1);
	fleet.poller.stop();
});

test('while it is open it is fetched each second', async () => {
	const fleet = createFleet([member(names[0]!)]);
	list(fleet, [backup]);
	await fleet.clock.advance(5000);
	fleet.poller.setFocus({visible: [], open: {owner: 'cluster demo', id: '112'}});
	const from = fleet.clock.now();
	await fleet.clock.advance(minute);
	expect(countsSince(fleet.agent, from)['task 112']).toBeGreaterThan(45);
	fleet.poller.stop();
});

test('a task that leaves the list is fetched once more, and its end stays', async () => {
	const fleet = createFleet([member(names[0]!)]);
	list(fleet, [backup]);
	await fleet.clock.advance(10_000);
	const end = {...backup, state: 'FAILED', nodes: makeNodes('FAILED/RUN')};
	list(fleet, [], [end]);
	await fleet.clock.advance(6000);
	expect(lastList(fleet.events)).toMatchObject({tasks: [], ended: [end]});
	const from = fleet.clock.now();
	fleet.events.length = 0;
	await fleet.clock.advance(5 * minute);
	expect(countsSince(fleet.agent, from)['task 112']).toBeUndefined();
	expect(fleet.events).toEqual([]);
	// Someone retries it.
	list(fleet, [backup]);
	await fleet.clock.advance(31_000);
	expect(lastList(fleet.events)).toMatchObject({tasks: [backup], ended: []});
	fleet.poller.stop();
});

test('a task that had failed when it left the list is seen to its end as well', async () => {
	const fleet = createFleet([member(names[0]!)]);
	const failed = {...backup, state: 'FAILED'};
	list(fleet, [failed]);
	await fleet.clock.advance(10_000);
	list(fleet, [], [{...failed, operator: 'CANCEL'}]);
	await fleet.clock.advance(31_000);
	expect(lastList(fleet.events)).toMatchObject({tasks: [], ended: [{operator: 'CANCEL'}]});
	fleet.poller.stop();
});

test('a task that left the list but still runs is queried until it ends', async () => {
	const fleet = createFleet([member(names[0]!)]);
	list(fleet, [backup]);
	await fleet.clock.advance(10_000);
	list(fleet, [], [backup]);
	await fleet.clock.advance(minute);
	expect(lastList(fleet.events)).toMatchObject({tasks: [backup], ended: []});
	list(fleet, [], [{...backup, state: 'SUCCEED'}]);
	await fleet.clock.advance(6000);
	expect(lastList(fleet.events)).toMatchObject({tasks: [], ended: [{state: 'SUCCEED'}]});
	fleet.poller.stop();
});

test('a task that ends while the delegate changes is seen to its end by the next', async () => {
	const fleet = createFleet(names.map(name => member(name)));
	list(fleet, [backup]);
	await fleet.clock.advance(10_000);
	fleet.agent.script.problem = () => unreachable;
	list(fleet, [], [{...backup, state: 'SUCCEED'}]);
	await fleet.clock.advance(20_000);
	expect(lastList(fleet.events)).toMatchObject({agent: names[1], tasks: [], ended: [{id: '112', state: 'SUCCEED'}]});
	fleet.poller.stop();
});

test('a task whose end no agent returns is dropped', async () => {
	const fleet = createFleet([member(names[0]!)]);
	list(fleet, [backup]);
	await fleet.clock.advance(10_000);
	list(fleet, [], []);
	await fleet.clock.advance(10_000);
	expect(lastList(fleet.events)).toMatchObject({tasks: [], ended: []});

	list(fleet, [backup]);
	await fleet.clock.advance(31_000);
	list(fleet, [], [backup]);
	fleet.agent.script.problem = name => name === 'task 112' ? {type: 'unknown-id', id: '112'} : undefined;
	await fleet.clock.advance(minute);
	expect(lastList(fleet.events)).toMatchObject({tasks: [], ended: []});
	expect(fleet.heard(fleet.agent)).not.toContain('agent-failed');
	fleet.poller.stop();
});

test('a refusal of an OBProxy task is that task\'s alone, until another password is entered', async () => {
	const proxy = makeDag({id: '42130706433028863', name: 'Add OBProxy', state: 'RUNNING', nodes: makeNodes('RUNNING/RUN')});
	const fleet = createFleet(names.map(name => member(name, {clusterTask: makeDag({id: '15', state: 'SUCCEED'})})));
	list(fleet, [proxy, backup]);
	fleet.agent.script.problem = name => name === `task ${proxy.id}` ? {type: 'unauthorized', wants: 'agent', reason: 'missing', message: ''} : undefined;
	await fleet.clock.advance(minute);
	expect(fleet.heard(fleet.agent)).not.toContain('agent-failed');
	expect(lastList(fleet.events)).toMatchObject({tasks: [{id: proxy.id, nodes: undefined, needs: {agent: names[0], isRefused: false}}, {id: backup.id, nodes: [{}]}]});
	expect(countsSince(fleet.agent, ten)[`task ${proxy.id}`]).toBe(1);
	expect(delegatesSince(fleet, ten)).toEqual([names[0]]);

	fleet.agent.script.problem = () => undefined;
	fleet.poller.wake();
	await fleet.clock.advance(1000);
	expect(lastList(fleet.events)).toMatchObject({tasks: [{id: proxy.id, nodes: [{}]}, {}]});
	fleet.poller.stop();
});

test('a task that is listed although it is not to be had stays listed', async () => {
	const fleet = createFleet([member(names[0]!)]);
	list(fleet, [backup], []);
	await fleet.clock.advance(minute);
	expect(fleet.events.flatMap(event => event.type === 'unfinished-received' ? [event.tasks.length] : [])).toEqual([1]);
	fleet.poller.stop();
});

test('only the last few ended tasks are kept', async () => {
	const fleet = createFleet([member(names[0]!)]);
	const many = Array.from({length: 8}, (_, index) => ({...backup, id: `12${index}`}));
	list(fleet, many);
	await fleet.clock.advance(10_000);
	list(fleet, [], many.map(dag => ({...dag, state: 'SUCCEED'})));
	await fleet.clock.advance(10_000);
	const last = lastList(fleet.events);
	expect(last?.type === 'unfinished-received' && last.ended.map(({id}) => id)).toEqual(['123', '124', '125', '126', '127']);
	fleet.poller.stop();
});

test('an owner\'s last maintenance task is not listed a second time', async () => {
	const task = makeDag({id: '22130706433028869', nodes: makeNodes('RUNNING/RUN')});
	const fleet = createFleet([{info: makeInfo({identity: 'MASTER'}), task, unfinished: [task]}]);
	await fleet.clock.advance(10_000);
	expect(lastList(fleet.events)).toMatchObject({tasks: [], ended: []});
	expect(Object.keys(countsSince(fleet.agent, ten))).not.toContain(`task ${task.id}`);
	fleet.poller.stop();
});

/** Of an agent that is not watched: the sub-task of a main task, which only its details say. */
const elsewhere = makeDag({id: '22130706434028865', name: 'Start observer', nodes: makeNodes('RUNNING/RUN'), links: {subDags: {}, mainDagId: '22130706433028864'}});

const tasksTold = (events: readonly PollEvent[]): ReadonlyArray<readonly Dag[]> => events.flatMap(event => event.type === 'unfinished-received' ? [event.tasks] : []);

test('a task of an agent that is not watched is reported only once its details are read', async () => {
	const fleet = createFleet([member(names[0]!)]);
	list(fleet, [backup]);
	await fleet.clock.advance(10_000);
	list(fleet, [backup, elsewhere]);
	await fleet.clock.advance(10_000);
	const told = tasksTold(fleet.events).flat().filter(({id}) => id === elsewhere.id);
	expect([...new Set(told.map(({links: {mainDagId}}) => mainDagId))]).toEqual([elsewhere.links.mainDagId]);
	fleet.poller.stop();
});

test('where they are refused, it is told as it is listed', async () => {
	const fleet = createFleet([member(names[0]!)]);
	list(fleet, [backup, elsewhere]);
	fleet.agent.script.problem = name => name.startsWith('task ') ? {type: 'refused', status: 500, code: 'Common.Unexpected', message: 'no', traceId: ''} : undefined;
	await fleet.clock.advance(10_000);
	const refusal = {message: 'no'};
	expect(tasksTold(fleet.events)).toMatchObject([[{id: backup.id, refusal}, {id: elsewhere.id, nodes: undefined, refusal}]]);
	fleet.poller.stop();
});

test('one whose details are refused leaves the list without waiting for others, and is queried for them again when it changes or after 30 s', async () => {
	const fleet = createFleet([member(names[0]!)]);
	list(fleet, [backup, elsewhere]);
	fleet.agent.script.problem = name => name.startsWith('task ') ? {type: 'refused', status: 500, code: 'Common.Unexpected', message: 'no', traceId: ''} : undefined;
	await fleet.clock.advance(5000);
	list(fleet, [elsewhere]);
	await fleet.clock.advance(10_000);
	expect(lastList(fleet.events)).toMatchObject({tasks: [{id: elsewhere.id}], ended: []});
	expect(countsSince(fleet.agent, ten)).toMatchObject({[`task ${backup.id}`]: 1, [`task ${elsewhere.id}`]: 1});
	list(fleet, [{...elsewhere, stage: 2}]);
	await fleet.clock.advance(10_000);
	expect(countsSince(fleet.agent, ten)).toMatchObject({[`task ${elsewhere.id}`]: 2});
	await fleet.clock.advance(30_000);
	expect(countsSince(fleet.agent, ten)).toMatchObject({[`task ${elsewhere.id}`]: 3});
	fleet.poller.stop();
});

test('a failed task of the list that a user sees is retried elsewhere, and the table says so within 5 s', async () => {
	const fleet = createFleet([member(names[0]!)]);
	fleet.poller.setFocus({visible: ['cluster'], open: undefined});
	const failed = {...backup, state: 'FAILED', nodes: makeNodes('FAILED/RUN')};
	list(fleet, [failed]);
	await fleet.clock.advance(20_000);
	list(fleet, [backup]);
	await fleet.clock.advance(5200);
	expect(lastList(fleet.events)).toMatchObject({tasks: [{id: backup.id, state: 'RUNNING'}]});
	fleet.poller.setFocus({visible: ['cluster'], open: undefined, isAttended: false});
	list(fleet, [failed]);
	await fleet.clock.advance(40_000);
	const from = fleet.clock.now();
	await fleet.clock.advance(60_000);
	expect(countsSince(fleet.agent, from)['unfinished']).toBe(2);
	fleet.poller.stop();
});

test('the details of a last task that are refused leave its head, with the agent\'s words, and are tried again after a while', async () => {
	const dag = {...stop, state: 'FAILED'};
	const fleet = createFleet([member(names[0]!, {task: dag})]);
	fleet.agent.script.problem = name => name === 'task' ? {type: 'refused', status: 500, code: 'Common.Unexpected', message: 'no', traceId: ''} : undefined;
	await fleet.clock.advance(60_000);
	const last = () => fleet.events.findLast(event => event.type === 'task-received')?.task;
	expect(last()).toMatchObject({state: 'FAILED', isBrief: true, nodes: undefined, refusal: {message: 'no'}});
	expect(fleet.events.filter(({type}) => type === 'agent-failed')).toEqual([]);
	expect(fleet.agent.asked.filter(({name}) => name === 'task').length).toBeLessThan(5);
	fleet.agent.script.problem = () => undefined;
	await fleet.clock.advance(61_000);
	expect(last()).toMatchObject({state: 'FAILED', isBrief: false});
	expect(last()?.refusal).toBeUndefined();
	fleet.poller.stop();
});

test('a task that runs although the agent refuses its details is followed by its head, and the agent is spared', async () => {
	const dag = {...stop, stage: 1};
	const fleet = createFleet([member(names[0]!, {task: dag})]);
	fleet.agent.script.problem = name => name === 'task' ? {type: 'refused', status: 500, code: 'Common.Unexpected', message: 'no', traceId: ''} : undefined;
	await fleet.clock.advance(10_000);
	list(fleet, [dag]);
	await fleet.clock.advance(60_000);
	fleet.agent.script.task = {...dag, stage: 2};
	await fleet.clock.advance(5000);
	expect(fleet.events.findLast(event => event.type === 'task-received')?.task).toMatchObject({state: 'RUNNING', stage: 2});
	expect(fleet.agent.asked.filter(({name}) => name === 'task').length).toBeLessThan(7);
	expect(fleet.agent.asked.filter(({name}) => name === 'probe').length).toBeLessThan(40);
	fleet.poller.stop();
});

test('a newer task of a member that does not know it yet is reported as soon as that member has responded', async () => {
	const pause = makeSubTask({state: 'FAILED', logs: ['wait operator to advance']});
	const waiting = {...stop, state: 'FAILED', id: idOf(4, 3), nodes: [makeNode({state: 'FAILED', subTasks: [pause]})]};
	const next = {...start, id: idOf(4, 4)};
	const queried: string[] = [];
	const fleet = createFleet([member(names[0]!), member(names[1]!, {task: waiting})], {
		onQueried(agent) {
			queried.push(agent);
		},
	});
	list(fleet, [mainStop, waiting]);
	await fleet.clock.advance(10_000);
	list(fleet, [mainStop, next], [mainStop, next]);
	fleet.neighbour.script.latency = 300;
	await fleet.clock.advance(6000);
	const listed = fleet.events.find(event => event.type === 'unfinished-received' && event.tasks.some(({id}) => id === next.id));
	const asked = fleet.neighbour.asked.findLast(({name, at}) => ['task', 'probe'].includes(name) && at <= (listed?.at ?? 0));
	expect(listed?.at).toBe((asked?.at ?? 0) + 300);
	expect(queried).toContain(fleet.neighbour.key);
	fleet.poller.stop();
});

/** What was said of the tasks of these names, in order, each state once. */
const told = (events: readonly PollEvent[], word: string): readonly string[] => {
	const all = events.flatMap(event => event.type === 'unfinished-received' ? [...event.ended, ...event.tasks] : ('task' in event && event.task ? [event.task] : []));
	const lines = all.filter(({name}) => name.startsWith(word)).map(({name, state}) => `${name} ${state}`);
	return lines.filter((line, index) => lines.indexOf(line) === index);
};

test('the end of an agent\'s last task is queried and reported before the task that replaces it', async () => {
	const fleet = createFleet([member(names[0]!, {task: stop})]);
	await fleet.clock.advance(5000);
	fleet.agent.script.task = start;
	fleet.agent.script.tasks = new Map([[stop.id, over(stop)]]);
	await fleet.clock.advance(5000);
	expect(told(fleet.events, 'task')).toEqual(['task 3 RUNNING', 'task 3 SUCCEED', 'task 4 RUNNING']);
	fleet.poller.stop();
});

test('a task that replaces one whose end cannot be read is reported all the same', async () => {
	const fleet = createFleet([member(names[0]!, {task: stop})]);
	await fleet.clock.advance(5000);
	fleet.agent.script.task = start;
	fleet.agent.script.problem = name => name === `task ${stop.id}` ? {type: 'refused', status: 500, code: 'X', message: 'not now', traceId: ''} : undefined;
	await fleet.clock.advance(5000);
	expect(told(fleet.events, 'task')).toEqual(['task 3 RUNNING', 'task 4 RUNNING']);
	fleet.poller.stop();
});

test('a task that comes into the list as an earlier one of its owner leaves it is reported after that one\'s end', async () => {
	const fleet = createFleet([member(names[0]!)]);
	list(fleet, [mainStop]);
	await fleet.clock.advance(10_000);
	list(fleet, [mainStart], [mainStart, over(mainStop)]);
	await fleet.clock.advance(10_000);
	expect(told(fleet.events, 'main task')).toEqual(['main task 5 RUNNING', 'main task 5 SUCCEED', 'main task 6 RUNNING']);
	fleet.poller.stop();
});

test('if the earlier one\'s end cannot be read, it is reported all the same', async () => {
	const fleet = createFleet([member(names[0]!)]);
	list(fleet, [mainStop]);
	await fleet.clock.advance(10_000);
	list(fleet, [mainStart], [mainStart]);
	fleet.agent.script.problem = name => name === `task ${mainStop.id}` ? unreachable : undefined;
	await fleet.clock.advance(10_000);
	expect(told(fleet.events, 'main task')).toEqual(['main task 5 RUNNING', 'main task 6 RUNNING']);
	fleet.poller.stop();
});

test('a list that names a newer task of a member has that member queried at once, which reports the end of the one before', async () => {
	const pause = makeSubTask({state: 'FAILED', logs: ['wait operator to advance']});
	const waiting = {...stop, state: 'FAILED', id: idOf(4, 3), nodes: [makeNode({state: 'FAILED', subTasks: [pause]})]};
	const next = {...start, id: idOf(4, 4)};
	const fleet = createFleet([member(names[0]!), member(names[1]!, {task: waiting})]);
	list(fleet, [mainStop, waiting]);
	await fleet.clock.advance(10_000);
	fleet.neighbour.script.task = next;
	list(fleet, [mainStop, next], [mainStop, next, over(waiting)]);
	const from = fleet.clock.now();
	await fleet.clock.advance(6000);
	expect(told(fleet.events, 'task').slice(1)).toEqual(['task 3 SUCCEED', 'task 4 RUNNING']);
	expect(countsSince(fleet.neighbour, from)[`task ${waiting.id}`]).toBe(1);
	fleet.poller.stop();
});
