import {expect, test} from 'vitest';
import {makeDag, makeInfo, makeNodes, ten} from '../helpers/tasks.js';
import {createFleet, type Fleet} from './fleet.js';
import {countsSince, refusedPassword, unreachable, type Script} from './scripted-agent.js';

const minute = 60_000;
const id = '22130706434028873';
const linked = makeDag({id, state: 'FAILED', nodes: makeNodes('FAILED/RUN')});
const running = makeDag({nodes: makeNodes('RUNNING/RUN')});

const createScript = (change: Partial<Script> = {}): Partial<Script> => ({
	info: makeInfo({identity: 'FOLLOWER'}), task: running, tasks: new Map([[id, linked]]), ...change,
});

const linkEvents = ({events}: Fleet) => events.filter(({type}) => type.startsWith('linked-'));

test('a link is queried once, next, with its stages, and never again', async () => {
	const fleet = createFleet([createScript(), createScript()]);
	await fleet.clock.advance(10_500);
	const from = fleet.clock.now();
	fleet.poller.openLink(fleet.agent.key, id);
	await fleet.clock.advance(5);
	expect(linkEvents(fleet)).toMatchObject([{type: 'linked-task-received', agent: fleet.agent.key, at: from + 1, id, task: linked}]);
	await fleet.clock.advance(10 * minute);
	expect(countsSince(fleet.agent, from)[`task ${id}`]).toBe(1);
	expect(countsSince(fleet.neighbour, from)[`task ${id}`]).toBeUndefined();
	fleet.poller.stop();
});

test('opened twice while it is pending, it is queried once; later, again', async () => {
	const fleet = createFleet([createScript({latency: 100})]);
	await fleet.clock.advance(10_000);
	fleet.poller.openLink(fleet.agent.key, id);
	fleet.poller.openLink(fleet.agent.key, id);
	await fleet.clock.advance(50);
	fleet.poller.openLink(fleet.agent.key, id);
	await fleet.clock.advance(minute);
	expect(linkEvents(fleet)).toHaveLength(1);
	fleet.poller.openLink(fleet.agent.key, id);
	await fleet.clock.advance(minute);
	expect(linkEvents(fleet)).toHaveLength(2);
	expect(countsSince(fleet.agent, ten)[`task ${id}`]).toBe(2);
	fleet.poller.stop();
});

test('a link that nobody wants any more is not queried, or its query is aborted, and the agent is no worse for it', async () => {
	const fleet = createFleet([createScript({latency: 2000})]);
	await fleet.clock.advance(minute);
	fleet.events.length = 0;
	const from = fleet.clock.now();
	fleet.poller.openLink(fleet.agent.key, id);
	fleet.poller.closeLink(fleet.agent.key, id);
	await fleet.clock.advance(5000);
	expect(countsSince(fleet.agent, from)[`task ${id}`]).toBeUndefined();
	fleet.poller.openLink(fleet.agent.key, id);
	await fleet.clock.advance(10);
	await fleet.clock.advance(2500);
	const sent = countsSince(fleet.agent, from)[`task ${id}`];
	fleet.poller.closeLink(fleet.agent.key, id);
	fleet.poller.openLink(fleet.agent.key, '22130706434028899');
	await fleet.clock.advance(10_000);
	expect(sent ?? 0).toBeLessThanOrEqual(1);
	expect(linkEvents(fleet).at(-1)).toMatchObject({type: 'linked-task-received', id: '22130706434028899'});
	expect(fleet.events.filter(({type}) => type === 'agent-failed' || type === 'linked-task-failed')).toEqual([]);
	fleet.poller.stop();
});

test('several links are queried in turn, before everything that waits behind a slow response', async () => {
	const fleet = createFleet([createScript({latency: 2000})]);
	fleet.poller.setFocus({visible: [fleet.agent.key], open: undefined});
	await fleet.clock.advance(minute);
	const {length} = fleet.agent.asked;
	fleet.poller.openLink(fleet.agent.key, id);
	fleet.poller.openLink(fleet.agent.key, '22130706434028899');
	await fleet.clock.advance(4500);
	const names = fleet.agent.asked.slice(length).map(({name}) => name);
	expect(names.slice(-2)).toEqual([`task ${id}`, 'task 22130706434028899']);
	expect(linkEvents(fleet)).toMatchObject([{id, task: linked}, {type: 'linked-task-received', id: '22130706434028899', task: undefined}]);
	fleet.poller.stop();
});

test('a link that fails says how, is not retried, and is no fault of the agent, whose status is queried', async () => {
	const fleet = createFleet([createScript()]);
	await fleet.clock.advance(10_500);
	fleet.events.length = 0;
	fleet.agent.script.problem = name => name === `task ${id}` ? {type: 'timeout', after: 10_000} : undefined;
	fleet.poller.openLink(fleet.agent.key, id);
	await fleet.clock.advance(100);
	expect(fleet.agent.asked.slice(-2).map(({name}) => name)).toEqual([`task ${id}`, 'status']);
	await fleet.clock.advance(minute);
	expect(fleet.events).toMatchObject([{type: 'linked-task-failed', id, error: {type: 'timeout'}}]);
	expect(countsSince(fleet.agent, ten)[`task ${id}`]).toBe(1);
	fleet.poller.stop();
});

test('a link does not use up the turn of what the user looks at', async () => {
	const fleet = createFleet([createScript({latency: 2000})]);
	await fleet.clock.advance(2 * minute);
	await fleet.clock.advance(8000);
	const {length} = fleet.agent.asked;
	fleet.poller.refresh();
	fleet.poller.openLink(fleet.agent.key, id);
	await fleet.clock.advance(4500);
	expect(fleet.agent.asked.slice(length).map(({name}) => name)).toHaveLength(2);
	fleet.poller.stop();
});

test.each<readonly [string, Partial<Script>]>([
	['is lost', {problem: () => unreachable}],
	['takes no password', {problem: name => ['info', 'status', 'skew'].includes(name) ? undefined : refusedPassword}],
])('an agent that %s is tried at once all the same, once', async (_, change) => {
	const fleet = createFleet([createScript(change)]);
	await fleet.clock.advance(5 * minute);
	await fleet.clock.advance(4000);
	fleet.events.length = 0;
	const from = fleet.clock.now();
	fleet.poller.openLink(fleet.agent.key, id);
	await fleet.clock.advance(5);
	expect(countsSince(fleet.agent, from)[`task ${id}`]).toBe(1);
	expect(fleet.events).toMatchObject([{type: 'linked-task-failed', id}]);
	await fleet.clock.advance(10 * minute);
	expect(countsSince(fleet.agent, from)[`task ${id}`]).toBe(1);
	expect(fleet.events).toHaveLength(1);
	fleet.poller.stop();
});

test('at a lost agent a link does not wait in the line of the lost', async () => {
	const silent = Array.from({length: 30}, () => ({latency: Infinity}));
	const fleet = createFleet([...silent, createScript({problem: () => unreachable})], {concurrency: 4});
	await fleet.clock.advance(5 * minute);
	const last = fleet.agents.at(-1)!;
	const from = fleet.clock.now();
	fleet.poller.openLink(last.key, id);
	await fleet.clock.advance(5);
	expect(countsSince(last, from)).toMatchObject({[`task ${id}`]: 1});
	fleet.poller.stop();
});

test('a link that is under way when all is stopped is dropped', async () => {
	const fleet = createFleet([createScript({latency: 100})]);
	await fleet.clock.advance(10_000);
	fleet.poller.openLink(fleet.agent.key, id);
	await fleet.clock.advance(50);
	fleet.poller.stop();
	fleet.poller.openLink(fleet.agent.key, id);
	await fleet.clock.advance(minute);
	expect(linkEvents(fleet)).toEqual([]);
	expect(fleet.clock.pending()).toBe(0);
	expect(fleet.agent.open()).toBe(0);
});
