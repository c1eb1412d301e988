import {expect, test} from 'vitest';
import {type AgentError} from '../../source/protocol/errors.js';
import {makeDag, makeInfo, makeNodes, ten} from '../helpers/tasks.js';
import {createFleet} from './fleet.js';
import {
	countsSince,
	unreachable,
	type Script,
} from './scripted-agent.js';

const minute = 60_000;
const follower: Partial<Script> = {info: makeInfo({identity: 'FOLLOWER'})};
const done = makeDag({state: 'SUCCEED', nodes: makeNodes('SUCCEED/RUN')});
const running = makeDag({nodes: makeNodes('RUNNING/RUN', 'PENDING/RUN')});

test('a wall clock that is set back stops no agent', async () => {
	const {agent, clock, poller} = createFleet([{...follower, task: running}]);
	await clock.advance(minute);
	clock.set(clock.now() - (60 * minute));
	const from = clock.now();
	await clock.advance(minute);
	expect(countsSince({...agent, asked: agent.asked.filter(({at}) => at < from + minute)}, from)).toMatchObject({task: 20, status: 12});
	poller.stop();
});

test('a wall clock that is set back stops no offline agent either', async () => {
	const {agent, clock, poller, heard} = createFleet([{...follower, problem: () => unreachable}]);
	await clock.advance(5 * minute);
	clock.set(clock.now() - (60 * minute));
	agent.script.problem = () => undefined;
	await clock.advance(31_000);
	expect(heard(agent)).toContain('agent-recovered');
	poller.stop();
});

test('a bug in one client is shown on its own row, and the loop goes on', async () => {
	const {agent, neighbour, clock, events, poller, heard} = createFleet([{...follower, task: done}, {...follower, task: done}]);
	await clock.advance(10_000);
	events.length = 0;
	agent.script.bug = name => name === 'probe' ? new TypeError('x is undefined') : undefined;
	await clock.advance(5 * minute);
	expect(events).toMatchObject([{type: 'agent-failed', isAlive: true, error: {type: 'protocol', problem: 'internal', detail: 'TypeError: x is undefined'}}]);
	agent.script.bug = undefined;
	await clock.advance(31_000);
	expect(heard(agent)).toEqual(['agent-failed', 'task-received', 'agent-recovered']);
	expect(heard(neighbour)).toEqual([]);
	poller.stop();
});

test('a listener that throws hears of it, and the loop goes on', async () => {
	let isBroken = true;
	const types: string[] = [];
	const {agent, clock, poller} = createFleet([{...follower, task: done}], {
		emit({type}) {
			if (isBroken && type === 'task-received') {
				throw new Error('the store fell over');
			}

			types.push(type);
		},
	});
	await clock.advance(5000);
	expect(types).toContain('agent-failed');
	isBroken = false;
	await clock.advance(minute);
	expect(types).toContain('agent-recovered');
	expect(countsSince(agent, ten + 35_000)['status']).toBeGreaterThan(4);
	poller.stop();
});

test('when every listener throws, the loop still goes on, calmly, and reports later', async () => {
	let isBroken = true;
	const types: string[] = [];
	const {agent, clock, poller} = createFleet([{...follower, task: done}], {
		emit({type}) {
			if (isBroken) {
				throw new Error('the store fell over');
			}

			types.push(type);
		},
	});
	await clock.advance(5 * minute);
	expect(agent.asked.length).toBeLessThan(15);
	isBroken = false;
	await clock.advance(2 * minute);
	expect(types).toEqual(expect.arrayContaining(['info-received', 'status-received', 'task-received']));
	poller.stop();
});

test('a client that hangs and heeds no abort is given up at the deadline, and its late answer is dropped', async () => {
	const {agent, clock, events, poller, heard} = createFleet([{...follower, task: done, latency: 20_000, isDeaf: true}]);
	await clock.advance(6500);
	expect(events).toMatchObject([{type: 'agent-failed', isAlive: false, error: {type: 'timeout'}}]);
	agent.script.latency = 1;
	await clock.advance(2000);
	expect(heard(agent)).toContain('agent-recovered');
	const {length} = events;
	await clock.advance(20_000);
	expect(events.slice(length).filter(({type}) => type !== 'status-received')).toEqual([]);
	poller.stop();
});

test('stop leaves no timer and no request, and nothing is reported afterwards', async () => {
	const {agents, clock, events, poller} = createFleet([{latency: 3000}, {task: running}, {problem: () => unreachable}, {latency: Infinity}], {concurrency: 2});
	await clock.advance(1700);
	poller.stop();
	await clock.advance(0);
	expect(clock.pending()).toBe(0);
	expect(agents.map(({open}) => open())).toEqual([0, 0, 0, 0]);
	const {length} = events;
	await clock.advance(minute);
	expect(events).toHaveLength(length);
});

test('a listener that stops the poller hears nothing more', async () => {
	const types: string[] = [];
	const fleet = createFleet([{task: done}], {
		emit({type}) {
			types.push(type);
			fleet.poller.stop();
		},
	});
	await fleet.clock.advance(minute);
	expect(types).toEqual(['info-received']);
	expect(fleet.clock.pending()).toBe(0);
});

test('it can be started again', async () => {
	const {clock, poller, events} = createFleet([{task: done}]);
	await clock.advance(1000);
	poller.stop();
	events.length = 0;
	poller.start();
	await clock.advance(1000);
	expect(events.map(({type}) => type)).toContain('task-received');
	poller.stop();
});

test('two hundred silent agents, more than there are places, delay no other', async () => {
	const silent = Array.from({length: 200}, () => ({latency: Infinity}));
	const {agents, clock, poller} = createFleet([...silent, {...follower, task: running}]);
	await clock.advance(30_000);
	const last = agents.at(-1)!;
	const from = clock.now();
	await clock.advance(3 * minute);
	expect(countsSince(last, from)).toEqual({task: 60, status: 36});
	// No agent is forgotten: each of the silent ones is tried in its turn.
	expect(agents.filter(({asked}) => asked.length < 3)).toEqual([]);
	poller.stop();
});

test('an agent that falls silent in the middle of its task is reported once, when its status is silent too', async () => {
	const {agent, clock, events, poller} = createFleet([{...follower, task: running}]);
	await clock.advance(10_200);
	events.length = 0;
	agent.script.problem = () => ({type: 'timeout', after: 10_000});
	await clock.advance(2 * minute);
	expect(agent.asked.filter(({at}) => at > ten + 10_200).slice(0, 2).map(({name}) => name)).toEqual(['task', 'status']);
	expect(events).toMatchObject([{type: 'agent-failed', isAlive: false}]);
	poller.stop();
});

test('a listener that stops the poller does not hear the rest of the same answer', async () => {
	const types: string[] = [];
	const fleet = createFleet([{...follower, task: done}], {
		emit({type}) {
			types.push(type);
			if (type === 'status-received' && types.includes('agent-failed')) {
				fleet.poller.stop();
			}
		},
	});
	await fleet.clock.advance(10_000);
	fleet.agent.script.problem = () => unreachable;
	await fleet.clock.advance(minute);
	fleet.agent.script.problem = () => undefined;
	fleet.agent.script.status = {...fleet.agent.script.status, pid: 2};
	await fleet.clock.advance(minute);
	expect(types.slice(-2)).toEqual(['agent-failed', 'status-received']);
});

test('a request that was due when it queued, but no longer is, is not sent', async () => {
	const {agent, neighbour, clock, poller} = createFleet([{...follower, task: running}, {...follower, task: done}], {concurrency: 1});
	poller.setFocus({visible: [agent.key], open: undefined});
	await clock.advance(22_500);
	const lastTask = () => agent.asked.findLast(({name}) => name === 'task')!.at;
	neighbour.script.latency = 1700;
	poller.refresh(neighbour.key);
	await clock.advance(1200);
	const last = lastTask();
	expect(clock.now() - last).toBeGreaterThan(1000);
	poller.setFocus({visible: [], open: undefined});
	await clock.advance(800);
	expect(lastTask()).toBe(last);
	await clock.advance(1200);
	expect(lastTask()).toBeGreaterThan(last);
	poller.stop();
});

const reset: AgentError = {type: 'unreachable', code: 'ECONNRESET'};

test('a kept connection that was closed during a request is no trouble: the request is sent once more, at once', async () => {
	const {agent, clock, events, poller} = createFleet([{...follower, task: running}]);
	await clock.advance(10_000);
	events.length = 0;
	const {length} = agent.asked;
	let count = 0;
	agent.script.problem = () => {
		count += 1;
		return count % 2 === 1 ? reset : undefined;
	};

	await clock.advance(minute);
	const asked = agent.asked.slice(length);
	expect(events).toEqual([]);
	expect(asked.filter(({name}) => name === 'status')).toHaveLength(24);
	expect(asked.every(({name}, index) => index % 2 === 0 || asked[index - 1]?.name === name)).toBe(true);
	poller.stop();
});

test('a connection that breaks again is trouble, and once that is reported a request is sent once at a time', async () => {
	const {agent, clock, poller, heard} = createFleet([{...follower, task: running}]);
	await clock.advance(10_200);
	const {length} = agent.asked;
	agent.script.problem = () => reset;
	await clock.advance(5000);
	expect(heard(agent).at(-1)).toBe('agent-failed');
	expect(agent.asked.slice(length).map(({name}) => name)).toEqual(['task', 'task', 'status', 'status', 'status', 'status']);
	poller.stop();
});

test('a request that fails for another reason is not sent once more', async () => {
	const {agent, clock, poller} = createFleet([{...follower, task: running}]);
	await clock.advance(10_200);
	const {length} = agent.asked;
	agent.script.problem = () => unreachable;
	await clock.advance(2000);
	expect(agent.asked.slice(length).map(({name}) => name)).toEqual(['task', 'status']);
	poller.stop();
});

test('a clock that the client measured on its way is reported at once', async () => {
	const {agent, clock, events, poller} = createFleet([{...follower, task: running}]);
	await clock.advance(10_000);
	agent.script.skew = 3_600_000;
	await clock.advance(5000);
	expect(events.filter(({type}) => type === 'skew-measured')).toMatchObject([{skew: 0}, {skew: 3_600_000}]);
	poller.stop();
});
