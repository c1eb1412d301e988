import {expect, test} from 'vitest';
import {type AgentError} from '../../source/protocol/errors.js';
import {ten} from '../helpers/tasks.js';
import {createFleet} from './fleet.js';
import {
	countOf,
	createScript,
	leave,
	log,
	look,
	otherSubTask,
	question,
	subTask,
	told,
	watch,
} from './log-fleet.js';
import {countsSince, gapsOf, refusedPassword, unreachable, type Script} from './scripted-agent.js';

const minute = 60_000;
const unknownRoute: AgentError = {type: 'refused', status: 404, code: 'Common.NotFound', message: 'Element not found', traceId: ''};

test('a log is queried at once when it is opened, and not again while nothing happens', async () => {
	const fleet = await watch();
	look(fleet);
	await fleet.clock.advance(5);
	expect(fleet.events.at(-1)).toMatchObject({type: 'logs-received', agent: fleet.agent.key, subTask, lines: log('start')});
	await fleet.clock.advance(10 * minute);
	expect(told(fleet)).toEqual(['start']);
	expect(countOf(fleet, ten)).toBe(1);
	expect(countsSince(fleet.neighbour, ten)[question]).toBeUndefined();
	fleet.poller.stop();
});

test('several logs of an agent are queried one at a time, and again only where lines may come', async () => {
	const fleet = await watch({logLatency: 20});
	const from = fleet.clock.now();
	const focus = {agent: fleet.agent.key, mark: 'a'};
	fleet.poller.setFocus({visible: [fleet.agent.key], open: undefined, logs: [{...focus, subTask, isActive: false}, {...focus, subTask: otherSubTask, isActive: true}]});
	await fleet.clock.advance(10);
	expect(countsSince(fleet.agent, from)[`logs ${otherSubTask}`]).toBeUndefined();
	await fleet.clock.advance(50);
	expect(told(fleet)).toEqual(['start', 'stop']);
	await fleet.clock.advance(10_000);
	expect(countOf(fleet, from)).toBe(1);
	expect(countsSince(fleet.agent, from)[`logs ${otherSubTask}`]).toBe(11);
	fleet.poller.setFocus({visible: [fleet.agent.key], open: undefined, logs: [{...focus, subTask: otherSubTask, isActive: false}]});
	await fleet.clock.advance(10_000);
	expect(countsSince(fleet.agent, from)[`logs ${otherSubTask}`]).toBe(11);
	fleet.poller.stop();
});

test('together they get the pause of one large log', async () => {
	const fleet = await watch({logLatency: 300});
	const from = fleet.clock.now();
	const focus = {agent: fleet.agent.key, mark: 'a', isActive: true};
	fleet.poller.setFocus({visible: [fleet.agent.key], open: undefined, logs: [{...focus, subTask}, {...focus, subTask: otherSubTask}]});
	await fleet.clock.advance(minute);
	// 600 ms of work, then ten times as long without.
	expect(countOf(fleet, from)).toBeLessThanOrEqual(10);
	expect(countOf(fleet, from)).toBeGreaterThanOrEqual(8);
	fleet.poller.stop();
});

test('one that is open from the start is queried like any other', async () => {
	const fleet = createFleet([createScript()]);
	look(fleet);
	await fleet.clock.advance(minute);
	expect(told(fleet)).toEqual(['start']);
	fleet.poller.stop();
});

test('while its sub-task is active it is queried each second, and reports only what is new', async () => {
	const fleet = await watch();
	look(fleet, {isActive: true});
	const from = fleet.clock.now();
	await fleet.clock.advance(minute - 500);
	expect(countOf(fleet, from)).toBe(60);
	fleet.agent.script.logs.set(subTask, log('start', 'end'));
	await fleet.clock.advance(minute);
	expect(told(fleet)).toEqual(['start', 'start, end']);
	fleet.poller.stop();
});

test('it is queried again when its task says that it changed, once', async () => {
	const fleet = await watch();
	look(fleet);
	await fleet.clock.advance(minute);
	fleet.agent.script.logs.set(subTask, log('start', 'end'));
	look(fleet, {mark: 'b'});
	await fleet.clock.advance(5);
	expect(told(fleet)).toEqual(['start', 'start, end']);
	await fleet.clock.advance(minute);
	expect(countOf(fleet, ten)).toBe(2);
	fleet.poller.stop();
});

test('a change that is known while a response is on its way is queried after it', async () => {
	const fleet = await watch({logLatency: 100});
	look(fleet);
	await fleet.clock.advance(50);
	look(fleet, {mark: 'b'});
	await fleet.clock.advance(minute);
	expect(gapsOf(fleet.agent, question)).toEqual([1100]);
	fleet.poller.stop();
});

test('a log that takes 3 s is queried at most every 30 s, while its task goes on each second', async () => {
	const fleet = await watch({logLatency: 3000});
	look(fleet, {isActive: true});
	const from = fleet.clock.now();
	for (const mark of ['b', 'c', 'd', 'e', 'f', 'g']) {
		await fleet.clock.advance(minute);
		look(fleet, {isActive: true, mark});
		fleet.poller.refresh(fleet.agent.key);
	}

	expect(Math.min(...gapsOf(fleet.agent, question))).toBe(33_000);
	expect(countOf(fleet, from)).toBe(11);
	const gaps = gapsOf({...fleet.agent, asked: fleet.agent.asked.filter(({at}) => at >= from)}, 'task');
	expect(Math.max(...gaps)).toBeLessThan(1100);
	fleet.poller.stop();
});

test('a closed log is no longer queried, and its late response is dropped', async () => {
	const fleet = await watch({logLatency: 3000, isDeaf: true});
	look(fleet, {isActive: true});
	await fleet.clock.advance(1000);
	expect(countOf(fleet, ten)).toBe(1);
	leave(fleet);
	await fleet.clock.advance(minute);
	expect(countOf(fleet, ten)).toBe(1);
	expect(told(fleet)).toEqual([]);
	fleet.poller.stop();
});

test('when another log is opened, the current request is dropped, and the other log queried at once', async () => {
	const fleet = await watch({logLatency: 100});
	look(fleet);
	await fleet.clock.advance(50);
	look(fleet, {subTask: otherSubTask});
	await fleet.clock.advance(105);
	expect(fleet.events.filter(({type}) => type === 'logs-received')).toMatchObject([{subTask: otherSubTask, lines: log('stop')}]);
	fleet.poller.stop();
});

test('a log that is opened again is reported again, even if nothing changed', async () => {
	const fleet = await watch();
	for (const _ of ['first', 'second']) {
		look(fleet);
		await fleet.clock.advance(5);
		leave(fleet);
		await fleet.clock.advance(5);
	}

	expect(told(fleet)).toEqual(['start', 'start']);
	fleet.poller.stop();
});

test.each<readonly [string, Partial<Script>]>([
	['does not know the call', {problem: name => name === question ? unknownRoute : undefined}],
	['does not know the sub-task', {logs: new Map()}],
	['is asked for an id that no agent named', {problem: name => name === question ? {type: 'unknown-id', id: subTask} : undefined}],
])('an agent that %s is queried once for each opening, and is well', async (_, change) => {
	const fleet = await watch(change);
	look(fleet, {isActive: true});
	await fleet.clock.advance(minute);
	look(fleet, {isActive: true, mark: 'b'});
	await fleet.clock.advance(5 * minute);
	expect(countOf(fleet, ten)).toBe(1);
	expect(told(fleet)).toHaveLength(1);
	expect(fleet.heard(fleet.agent)).not.toContain('agent-failed');

	leave(fleet);
	look(fleet, {isActive: true});
	await fleet.clock.advance(minute);
	expect(countOf(fleet, ten)).toBe(2);
	expect(told(fleet)).toHaveLength(2);
	fleet.poller.stop();
});

test('a log that cannot be reached is tried ever more seldom, says so once, and comes back by itself', async () => {
	const fleet = await watch();
	look(fleet, {isActive: true});
	await fleet.clock.advance(1000);
	fleet.agent.script.problem = name => name === question ? unreachable : undefined;
	await fleet.clock.advance(5 * minute);
	expect(gapsOf(fleet.agent, question).slice(-3)).toEqual([30_001, 30_001, 30_001]);
	fleet.agent.script.problem = name => name === question ? {type: 'too-large', limit: 1} : undefined;
	await fleet.clock.advance(minute);
	fleet.agent.script.problem = () => undefined;
	await fleet.clock.advance(31_000);
	expect(told(fleet)).toEqual(['start', 'unreachable', 'too-large', 'start']);
	expect(fleet.heard(fleet.agent)).not.toContain('agent-failed');
	fleet.poller.stop();
});

test('a refresh asks again, also where it had been given up', async () => {
	const fleet = await watch();
	look(fleet);
	await fleet.clock.advance(minute);
	fleet.poller.refresh();
	await fleet.clock.advance(5);
	expect(countOf(fleet, ten)).toBe(2);
	fleet.poller.refresh(fleet.neighbour.key);
	await fleet.clock.advance(5);
	expect(countOf(fleet, ten)).toBe(2);

	fleet.agent.script.problem = name => name === question ? unknownRoute : undefined;
	fleet.poller.refresh();
	await fleet.clock.advance(minute);
	fleet.agent.script.problem = () => undefined;
	fleet.poller.refresh(fleet.agent.key);
	await fleet.clock.advance(5);
	expect(told(fleet)).toEqual(['start', 'refused', 'start']);
	fleet.poller.stop();
});

test('with a refused password nothing is tried until a new one comes, and then the small questions go first', async () => {
	const fleet = await watch({problem: name => ['info', 'status', 'skew'].includes(name) ? undefined : refusedPassword});
	look(fleet, {isActive: true});
	await fleet.clock.advance(5 * minute);
	expect(countOf(fleet, ten)).toBe(1);
	fleet.agent.script.problem = () => undefined;
	fleet.poller.wake();
	await fleet.clock.advance(1100);
	expect(told(fleet)).toEqual(['unauthorized', 'start']);
	const names = fleet.agent.asked.map(({name}) => name);
	expect(names.lastIndexOf(question)).toBeGreaterThan(names.indexOf('task', names.indexOf(question)));
	fleet.poller.stop();
});

test('a look that is the same costs nothing', async () => {
	const fleet = await watch();
	look(fleet, {isActive: true});
	const from = fleet.clock.now();
	for (let step = 0; step < 99; step++) {
		look(fleet, {isActive: true});
		await fleet.clock.advance(100);
	}

	expect(countOf(fleet, from)).toBe(10);
	fleet.poller.stop();
});

test('the log of an agent that is not watched is not queried', async () => {
	const fleet = await watch();
	look(fleet, {agent: '127.0.0.9:2886'});
	await fleet.clock.advance(minute);
	expect(fleet.agents.map(agent => countsSince(agent, ten)[question])).toEqual([undefined, undefined]);
	fleet.poller.stop();
});
