// Agents that go, come back, change their tasks, or are alive without being able to answer.

import dns from 'node:dns';
import {expect, onTestFinished, test, vi} from 'vitest';
import {startDemoAgents} from '../../source/demo/demo-agent.js';
import {storyOf} from '../../source/demo/engine/model.js';
import {alone, work} from '../../source/demo/tasks.js';
import {faults} from '../helpers/faults.js';
import {startFaultyProxy} from '../helpers/faulty-proxy.js';
import {longTask, password, startWithLongTask, watchPair} from './helpers/pair.js';
import {createWorld} from './helpers/watch.js';

const minute = 60;
const backoffStep = 30;

test('an agent that is restarted in the middle of its task is unreachable meanwhile, and its task goes on where it is', async () => {
	const world = createWorld();
	const agents = [await startWithLongTask(world), await startWithLongTask(world)] as const;
	const [agent, neighbour] = agents;
	const watch = world.watchAll(agents, {agent: password});
	await watch.pass(minute / 6);
	const inHealth = await watch.minuteOf(neighbour.label);
	const pid = watch.store.getState().agents.get(agent.label)?.status?.pid;
	await agent.stop();
	expect(await watch.minuteOf(neighbour.label)).toBe(inHealth);
	expect(watch.words(agent.label)).toBe('unreachable since HH:MM local: connection refused');
	expect(watch.row(agent.label)).toMatchObject({asOf: expect.any(Number) as number, task: {outcome: {word: 'running'}}});
	await agent.restart();
	const stageOf = (label: string) => watch.row(label).task?.progress.stage;
	await watch.passUntil(() => watch.words(agent.label) === undefined && stageOf(agent.label) === stageOf(neighbour.label), 'the row to be well and fresh', backoffStep);
	expect(watch.store.getState().agents.get(agent.label)?.status?.pid).not.toBe(pid);
	expect(watch.tellings(neighbour.label)).toBe(0);
});

test('an agent that is restarted between two questions is not even missed', async () => {
	const pair = await watchPair();
	const {watch, agent, neighbour} = pair;
	await watch.pass(minute / 6);
	const inHealth = await watch.minuteOf(neighbour.label);
	await agent.stop();
	await agent.restart();
	expect(await watch.minuteOf(neighbour.label)).toBe(inHealth);
	expect(watch.events.filter(({type}) => type === 'agent-failed')).toEqual([]);
	expect(watch.events.filter(event => event.agent === pair.proxy.label && event.type === 'info-received')).toHaveLength(2);
});

test('a task that is replaced by a newer one while its stage is open stays open, and the newer one is announced', async () => {
	const world = createWorld();
	const {clock, keep} = world;
	const quick = (agent: string) => ({name: 'First task', nodes: [alone('Only step', agent, work(20, 'begins', 'ends'))]});
	const agents = await startDemoAgents([{}, {}], ([first, second]) => ({begin: -1000, story: storyOf([
		{type: 'create', at: 0, owner: first, task: quick(first)},
		{type: 'create', at: 60_000, owner: first, task: {...longTask(first), name: 'Second task'}},
		{type: 'create', at: 0, owner: second!, task: longTask(second!)},
	])}), {clock});
	const [agent, neighbour] = agents.map(started => keep(started));
	const watch = world.watchAll(agents);
	await watch.pass(10);
	watch.store.dispatch({type: 'entered'});
	expect(watch.screen()).toMatchObject({type: 'task', header: {name: 'First task'}});
	watch.store.dispatch({type: 'entered'});
	const whileRunning = await watch.minuteOf(neighbour!.label);
	expect(await watch.minuteOf(neighbour!.label)).toBe(whileRunning);
	expect(watch.screen()).toMatchObject({type: 'log', outcome: {word: 'succeeded'}});
	expect(watch.screen()).toHaveProperty('breadcrumb', [agent!.label, 'First task', 'Only step', agent!.label]);
	expect(watch.store.getState().view.notice?.text).toBe('A newer task has started: Second task');
	watch.store.dispatch({type: 'went-back'});
	expect(watch.screen()).toMatchObject({type: 'task', header: {name: 'First task', replacedBy: expect.stringMatching(/^Second task #\d+$/) as string}});
	watch.store.dispatch({type: 'went-back'});
	expect(watch.row(agent!.label)).toMatchObject({problem: undefined, task: {name: 'Second task', outcome: {word: 'running'}}});
});

test('a follower whose master is down is alive: it is the master that is unreachable', async () => {
	const world = createWorld();
	const agents = await startDemoAgents([{cluster: 'obtest', identity: 'MASTER'}, {cluster: 'obtest', identity: 'FOLLOWER', zone: 'zone2'}, {}], ([master, follower, apart]) => ({begin: -1000, story: storyOf([
		{type: 'create', at: 0, owner: master, task: longTask(master)},
		{type: 'create', at: 0, owner: follower!, task: longTask(follower!)},
		{type: 'create', at: 0, owner: apart!, task: longTask(apart!)},
	])}), world);
	for (const agent of agents) {
		world.keep(agent);
	}

	const [master, follower, neighbour] = agents.map(({label}) => label) as [string, string, string];
	const watch = world.watchAll(agents);
	await watch.pass(minute / 6);
	const inHealth = await watch.minuteOf(neighbour);
	await agents[0]!.stop();
	expect(await watch.minuteOf(neighbour)).toBe(inHealth);
	expect(watch.words(master)).toBe('unreachable since HH:MM local: connection refused');
	expect(watch.words(follower)).toMatch(/^alive, but its master does not respond since HH:MM local: Unexpected error: dial tcp 127\.0\.0\.1:\d+: connect: connection refused \(trace \w+\)$/);
	expect(watch.words(neighbour)).toBeUndefined();
	await agents[0]!.restart();
	await watch.passUntil(() => watch.words(master) === undefined && watch.words(follower) === undefined, 'both to be well', backoffStep);
	expect(watch.row(follower)).toMatchObject({task: {outcome: {word: 'running'}}});
});

const withoutDatabase = (body: string): string => body.replace('"obState":3', '"obState":0');
const noConnection = JSON.stringify({successful: false, timestamp: '2026-03-01T10:00:00Z', duration: 3, status: 500, traceId: 'e1f0', error: {code: 1000, errCode: 'Common.Unexpected', message: 'Unexpected error: cannot connect to OceanBase'}});

test('an agent whose database is down is alive, and says so', async () => {
	const world = createWorld();
	const {clock, keep} = world;
	const agents = await startDemoAgents([{cluster: 'obtest', identity: 'CLUSTER AGENT', rootPassword: 'r'}, {cluster: 'obtest', identity: 'CLUSTER AGENT', rootPassword: 'r', zone: 'zone2'}], ([first, second]) => ({begin: -1000, story: storyOf([
		{type: 'create', at: 0, owner: first, task: longTask(first)},
		{type: 'create', at: 0, owner: second!, task: longTask(second!)},
	])}), world);
	const [proxy, neighbour] = await Promise.all(agents.map(async agent => keep(await startFaultyProxy(keep(agent).label, clock))));
	const watch = world.watchAll([proxy!, neighbour!], {root: 'r'});
	await watch.pass(minute / 6);
	const inHealth = await watch.minuteOf(neighbour!.label);
	await proxy!.fail(faults.rewrite((body, uri) => uri.endsWith('/status') ? withoutDatabase(body) : noConnection), /status$|task|ob\/info/);
	await watch.pass(minute);
	// It was the one that spoke for the cluster; from now on its neighbour does, and is asked as often as it was.
	expect(await watch.minuteOf(neighbour!.label)).toBeGreaterThanOrEqual(inHealth);
	expect(watch.words(proxy!.label)).toBe('alive, database down since HH:MM local: Unexpected error: cannot connect to OceanBase (trace e1f0)');
	expect(watch.words(neighbour!.label)).toBeUndefined();
	await proxy!.heal();
	await watch.passUntil(() => watch.words(proxy!.label) === undefined, 'the row to be well', backoffStep);
	await watch.pass(5);
	expect(watch.row(proxy!.label)).toMatchObject({isDatabaseDown: false, task: {name: 'Long task', outcome: {word: 'running'}}});
	expect(watch.tellings(neighbour!.label)).toBe(0);
});

test('a database that is down is shown as soon as the status says so, without alarm: the agent may still respond for its task', async () => {
	const world = createWorld();
	const {clock, keep} = world;
	const [agent, other] = await startDemoAgents([{cluster: 'obtest', identity: 'CLUSTER AGENT', rootPassword: 'r'}, {}], ([label]) => ({begin: -1000, story: storyOf([
		{type: 'create', at: 0, owner: label, task: longTask(label)},
	])}), world);
	const proxy = keep(await startFaultyProxy(keep(agent!).label, clock));
	const watch = world.watchAll([proxy, keep(other!)], {root: 'r'});
	await watch.pass(minute / 6);
	expect(watch.row(proxy.label)).toMatchObject({isDatabaseDown: false});
	await proxy.fail(faults.rewrite(withoutDatabase), /status$/);
	await watch.pass(5);
	expect(watch.row(proxy.label)).toMatchObject({isDatabaseDown: true, isFault: false, problem: undefined, task: {name: 'Long task', outcome: {word: 'running'}}});
	expect(watch.screen()).toMatchObject({summary: {parts: [{count: 1, word: 'running'}, {count: 1, word: 'database down', tone: 'attention'}]}});
	await proxy.heal();
	await watch.pass(5);
	expect(watch.row(proxy.label)).toMatchObject({isDatabaseDown: false});
	expect(watch.screen()).toMatchObject({summary: {parts: [{count: 1, word: 'running'}]}});
	expect(watch.tellings(proxy.label)).toBe(0);
});

test('an agent whose name no resolver knows says so, and its neighbour is well', async () => {
	const world = createWorld();
	const neighbour = await startWithLongTask(world);
	// Longer than a label of a name may be: it fails before any name server is asked.
	const lost = {label: `${'a'.repeat(64)}.invalid:2886`};
	const watch = world.watchAll([lost, neighbour], {agent: password});
	await watch.pass(minute);
	const inMisery = await watch.minuteOf(neighbour.label);
	expect(watch.words(lost.label)).toBe('unreachable since HH:MM local: host not found');
	expect(watch.row(lost.label)).toMatchObject({task: undefined, note: undefined, isFault: true});
	expect(watch.row(neighbour.label)).toMatchObject({problem: undefined, task: {outcome: {word: 'running'}}});
	// Its task every second, its status every five, and every thirty what else is unfinished.
	expect(inMisery).toBe(minute + (minute / 5) + (minute / 30));
});

type Lookup = (name: string, options: {readonly all?: boolean}, call: (error: Error | null, ...found: readonly unknown[]) => void) => void;

/** Takes the place of the system's resolver until the test is over: fails with that code, or knows every name as this machine's. */
const useResolver = (code: string): {readonly heal: () => void} => {
	let isBroken = true;
	const address = '127.0.0.1';
	const family = 4;
	const answer: Lookup = (_name, {all}, call) => {
		queueMicrotask(() => {
			if (isBroken) {
				call(Object.assign(new Error(code), {code}));
			} else if (all) {
				call(null, [{address, family}]);
			} else {
				call(null, address, family);
			}
		});
	};

	const spy = vi.spyOn(dns, 'lookup').mockImplementation(answer as never);
	onTestFinished(() => {
		spy.mockRestore();
	});
	return {
		heal() {
			isBroken = false;
		},
	};
};

test.for([
	['ENOTFOUND', 'host not found'],
	['EAI_AGAIN', 'host not found (the name server does not respond)'],
] as const)('an agent whose name is not found for a while (%s) is well once it is', async ([code, why]) => {
	const world = createWorld();
	const [agent, neighbour] = [await startWithLongTask(world), await startWithLongTask(world)];
	const label = `agent.invalid:${new URL(agent.address).port}`;
	const resolver = useResolver(code);
	const watch = world.watchAll([{label}, neighbour], {agent: password});
	await watch.pass(minute);
	const inMisery = await watch.minuteOf(neighbour.label);
	expect(watch.words(label)).toBe(`unreachable since HH:MM local: ${why}`);
	resolver.heal();
	await watch.passUntil(() => watch.words(label) === undefined && watch.row(label).task?.progress.stage === watch.row(neighbour.label).task?.progress.stage, 'the row to be well and fresh', backoffStep);
	expect(await watch.minuteOf(neighbour.label)).toBe(inMisery);
	expect(watch.tellings(neighbour.label)).toBe(0);
});
