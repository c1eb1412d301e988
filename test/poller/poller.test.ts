import {expect, test} from 'vitest';
import {makeDag, makeInfo, makeNodes, makeStatus, after, ten} from '../helpers/tasks.js';
import {createFleet} from './fleet.js';
import {
	countsSince,
	gapsOf,
	refusedPassword,
	unreachable,
	type Script,
} from './scripted-agent.js';

const minute = 60_000;
const follower: Partial<Script> = {info: makeInfo({identity: 'FOLLOWER'})};
const done = makeDag({state: 'SUCCEED', nodes: makeNodes('SUCCEED/RUN')});
const running = makeDag({nodes: makeNodes('RUNNING/RUN', 'PENDING/RUN')});

test('a first contact shows the task after two answers', async () => {
	const {agent, clock, events, poller} = createFleet([{task: running}]);
	await clock.advance(5);
	expect(agent.asked.slice(0, 2).map(({name}) => name)).toEqual(['info', 'task']);
	expect(events.map(({type}) => type)).toContain('task-received');
	await clock.advance(200);
	expect(agent.asked.slice(2, 6).map(({name}) => name)).toEqual(['skew', 'status', 'cluster-info', 'unfinished']);
	poller.stop();
});

test('the fingerprint of its key is reported once it is known, and again only when it changes', async () => {
	const {agent, clock, events, poller} = createFleet([{task: done}]);
	const told = (): readonly string[] => events.flatMap(event => event.type === 'key-learned' ? [event.fingerprint] : []);
	await clock.advance(minute);
	expect(told()).toEqual([]);
	agent.script.fingerprint = 'SHA256:one';
	await clock.advance(minute);
	agent.script.fingerprint = 'SHA256:two';
	await clock.advance(minute);
	expect(told()).toEqual(['SHA256:one', 'SHA256:two']);
	poller.stop();
});

test('an agent that is another process with the same id, as in a container, is read again', async () => {
	const {agent, clock, poller} = createFleet([{task: done}]);
	await clock.advance(minute);
	const from = clock.now();
	agent.script.status = makeStatus({agent: agent.key, startedAt: after(30)});
	await clock.advance(6000);
	expect(countsSince(agent, from)).toMatchObject({info: 1});
	poller.stop();
});

test('an idle agent is queried for its status every 5 s, is probed every 30 s, and nothing else', async () => {
	const {agent, clock, events, poller} = createFleet([{...follower, task: done}]);
	await clock.advance(10_000);
	events.length = 0;
	const from = clock.now();
	await clock.advance(4 * minute);
	expect(countsSince(agent, from)).toEqual({status: 48, probe: 8});
	expect(events).toEqual([]);
	poller.stop();
});

test('requests to many agents go out together, no less often, though each agent began at another time', async () => {
	const {agents, clock, poller} = createFleet(Array.from({length: 20}, () => ({...follower, task: done})));
	await clock.advance(minute);
	const from = clock.now();
	await clock.advance(4 * minute);
	expect(agents.map(agent => countsSince(agent, from))).toEqual(agents.map(() => ({status: 48, probe: 8})));
	const times = agents.flatMap(({asked}) => asked.map(({at}) => at)).filter(at => at >= from);
	expect(times.filter(at => at % 50 !== 0)).toEqual([]);
	poller.stop();
});

test('an agent alone is also queried for its unfinished tasks, every 30 s', async () => {
	const {agent, clock, poller} = createFleet([{info: makeInfo({identity: 'SINGLE'})}]);
	await clock.advance(10_000);
	const from = clock.now();
	await clock.advance(2 * minute);
	expect(countsSince(agent, from)).toEqual({status: 24, probe: 4, unfinished: 4});
	poller.stop();
});

test('info and the clock are read again now and then', async () => {
	const {agent, clock, poller} = createFleet([follower]);
	await clock.advance(61 * minute);
	expect(countsSince(agent, ten)).toMatchObject({info: 7, skew: 13});
	poller.stop();
});

test('a running task is queried each second in sight, else every 3 s; its status every 5 s meanwhile', async () => {
	const {agent: seen, neighbour: unseen, clock, poller} = createFleet([{...follower, task: running}, {...follower, task: running}]);
	poller.setFocus({visible: ['127.0.0.1:2886'], open: undefined});
	await clock.advance(10_000);
	const from = clock.now();
	await clock.advance(minute);
	expect(countsSince(seen, from)).toEqual({task: 60, status: 12});
	expect(countsSince(unseen, from)).toEqual({task: 20, status: 12});
	poller.stop();
});

test('opening a task plans the requests to its agent anew, and to no other', async () => {
	const fleet = createFleet(Array.from({length: 20}, (_, index) => ({info: makeInfo({identity: 'SINGLE'}), task: {...running, id: `${running.id}${index}`}})));
	const [first, second] = fleet.agents;
	const list = {visible: [first!.key, second!.key], activeRows: 2, open: undefined};
	fleet.poller.setFocus(list);
	await fleet.clock.advance(10_000);
	let planned = 0;
	const {schedule} = fleet.clock;
	Object.assign(fleet.clock, {schedule(...timer: Parameters<typeof schedule>) {
		planned += 1;
		return schedule(...timer);
	}});
	fleet.poller.setFocus({visible: [], open: {owner: second!.key, id: `${running.id}1`}});
	fleet.poller.setFocus({visible: [second!.key], open: undefined});
	fleet.poller.setFocus({...list, visible: [first!.key]});
	// Both were in sight, then one or the other.
	expect(planned).toBeLessThanOrEqual(6);
	const from = fleet.clock.now();
	await fleet.clock.advance(minute);
	expect(fleet.agents.slice(0, 3).map(agent => countsSince(agent, from)['task'])).toEqual([60, 20, 20]);
	fleet.poller.stop();
});

test('a task that takes the lock over from one that just ended, unseen by status, is on screen within 5 s', async () => {
	const status = makeStatus({identity: 'FOLLOWER', underMaintenance: true});
	const {agent, clock, events, poller} = createFleet([{...follower, task: running, status}]);
	await clock.advance(10_000);
	agent.script.task = {...running, state: 'SUCCEED', nodes: makeNodes('SUCCEED/RUN')};
	await clock.advance(4000);
	agent.script.task = {...running, id: '221307064330288610', startTime: after(14)};
	await clock.advance(5200);
	expect(events.findLast(({type}) => type === 'task-received')).toMatchObject({task: {id: '221307064330288610'}});
	poller.stop();
});

test('a task that failed is at rest', async () => {
	const failed = makeDag({state: 'FAILED', nodes: makeNodes('FAILED/RUN')});
	const status = makeStatus({identity: 'FOLLOWER', underMaintenance: true});
	const {agent, clock, poller} = createFleet([{...follower, task: failed, status}]);
	await clock.advance(10_000);
	const from = clock.now();
	await clock.advance(minute);
	expect(countsSince(agent, from)).toEqual({status: 12, probe: 2});
	poller.stop();
});

test('when the maintenance lock is taken, the new task is on screen with the next status', async () => {
	const {agent, clock, events, poller} = createFleet([{...follower, task: done}]);
	await clock.advance(12_000);
	agent.script.status = {...agent.script.status, underMaintenance: true};
	agent.script.task = {...running, id: '221307064330288610', startTime: after(12)};
	const from = clock.now();
	await clock.advance(5200);
	expect(agent.asked.filter(({at}) => at >= from).slice(0, 3).map(({name}) => name)).toEqual(['status', 'probe', 'task']);
	expect(events.findLast(({type}) => type === 'task-received')).toMatchObject({task: {id: '221307064330288610', nodes: running.nodes}});
	poller.stop();
});

test('where the lock is taken before the task exists, it is looked for a little longer', async () => {
	const {agent, clock, poller} = createFleet([{...follower, task: done}]);
	await clock.advance(12_000);
	agent.script.status = {...agent.script.status, underMaintenance: true};
	await clock.advance(3500);
	const from = clock.now();
	await clock.advance(6000);
	expect(countsSince(agent, from)).toMatchObject({probe: 1});
	poller.stop();
});

test('an agent that restarted or changed its role is queried for its info again', async () => {
	const {agent, clock, poller} = createFleet([follower]);
	await clock.advance(12_000);
	agent.script.status = {...agent.script.status, pid: 2};
	agent.script.info = {...agent.script.info, pid: 2};
	await clock.advance(6000);
	expect(countsSince(agent, ten)).toMatchObject({info: 2, probe: 1});
	agent.script.status = {...agent.script.status, identity: 'CLUSTER AGENT'};
	await clock.advance(6000);
	expect(countsSince(agent, ten)).toMatchObject({info: 3, 'cluster-info': 2});
	poller.stop();
});

test('an unreachable agent is back once its task was read again, not once it responds at all', async () => {
	const {agent, clock, heard, events} = createFleet([{...follower, task: done}]);
	await clock.advance(10_000);
	agent.script.problem = () => unreachable;
	await clock.advance(2 * minute);
	events.length = 0;
	let isTaskAsked = false;
	agent.script.problem = name => {
		if (name !== 'task' && name !== 'probe') {
			return undefined;
		}

		isTaskAsked = true;
		expect(heard(agent)).not.toContain('agent-recovered');
		return undefined;
	};

	await clock.advance(31_000);
	expect(isTaskAsked).toBe(true);
	expect(heard(agent)).toContain('agent-recovered');
});

test('an agent that dies is reported once, is retried forever with at most 30 s between, and recovers by itself; its neighbour never notices', async () => {
	const {agent: mortal, neighbour, clock, events, poller, heard} = createFleet([{...follower, task: done}, {...follower, task: done}]);
	await clock.advance(10_000);
	events.length = 0;
	mortal.script.problem = () => unreachable;
	await clock.advance(20 * minute);
	const [failure, ...others] = events;
	expect(failure).toMatchObject({type: 'agent-failed', agent: mortal.key, error: unreachable, isAlive: false});
	expect(others).toEqual([]);
	const gaps = gapsOf(mortal, 'status').slice(-30);
	expect(Math.max(...gaps)).toBe(30_001);
	expect(Math.min(...gaps)).toBe(30_001);

	mortal.script.problem = () => undefined;
	await clock.advance(30_200);
	expect(heard(mortal)).toEqual(['agent-failed', 'task-received', 'agent-recovered']);
	expect(heard(neighbour)).toEqual([]);
	expect(gapsOf(neighbour, 'status').filter(gap => gap > 5100)).toEqual([]);
	poller.stop();
});

test('other words are reported, the same words are not', async () => {
	const {agent, clock, events, poller, heard} = createFleet([follower]);
	await clock.advance(10_000);
	events.length = 0;
	agent.script.problem = () => unreachable;
	await clock.advance(minute);
	agent.script.problem = () => ({type: 'timeout', after: 10_000});
	await clock.advance(minute);
	expect(heard(agent)).toEqual(['agent-failed', 'agent-failed']);
	expect(new Set(events.map(event => event.type === 'agent-failed' ? event.since : 0)).size).toBe(1);
	poller.stop();
});

test('an agent whose every response takes 2 s is queried at most every 20 s, and still for everything', async () => {
	const {agent: slow, neighbour, clock, poller} = createFleet([{...follower, task: running, latency: 2000}, {...follower, task: running}]);
	await clock.advance(minute);
	const from = clock.now();
	const early = slow.asked.length;
	await clock.advance(30 * minute);
	const gaps = gapsOf({...slow, asked: slow.asked.slice(early)});
	expect(Math.min(...gaps)).toBeGreaterThanOrEqual(20_000);
	expect(Object.keys(countsSince(slow, from)).toSorted()).toEqual(['cluster-info', 'info', 'skew', 'status', 'task']);
	expect(countsSince(neighbour, from)).toMatchObject({task: 600});
	poller.stop();
});

test('an agent that comes into sight, or is refreshed, does not wait for that once', async () => {
	const {agent: slow, clock, poller} = createFleet([{...follower, task: running, latency: 2000}]);
	await clock.advance(2 * minute);
	const {length} = slow.asked;
	await clock.advance(21_000);
	poller.refresh(slow.key);
	poller.refresh(slow.key);
	await clock.advance(3000);
	expect(slow.asked.length).toBeGreaterThan(length);
	const beforeRest = slow.asked.length;
	await clock.advance(15_000);
	expect(slow.asked).toHaveLength(beforeRest);
	poller.stop();
});

test('a refresh looks at everything at once, also while an agent is lost', async () => {
	const {agent: healthy, neighbour: lost, clock, poller} = createFleet([{task: done, info: makeInfo({identity: 'SINGLE'})}, {problem: () => unreachable}]);
	await clock.advance(5 * minute);
	await clock.advance(2000);
	const from = clock.now();
	poller.refresh();
	await clock.advance(200);
	expect(countsSince(healthy, from)).toEqual({probe: 1, status: 1, unfinished: 1});
	expect(countsSince(lost, from)).toEqual({info: 1});
	poller.stop();
});

test('answers that say nothing new make no events', async () => {
	const {clock, events, poller} = createFleet([{task: running, unfinished: [running]}]);
	await clock.advance(10_000);
	events.length = 0;
	await clock.advance(5 * minute);
	expect(events).toEqual([]);
	poller.stop();
});

test('with a refused password sealed questions stop and status goes on; a new one is tried at once', async () => {
	const {agent, clock, events, poller, heard} = createFleet([{task: done}]);
	agent.script.problem = name => ['info', 'status', 'skew'].includes(name) ? undefined : refusedPassword;
	await clock.advance(10_000);
	expect(events.findLast(({type}) => type === 'agent-failed')).toMatchObject({isAlive: true, error: refusedPassword});
	const from = clock.now();
	await clock.advance(5 * minute);
	expect(countsSince(agent, from)).toEqual({status: 60, skew: 1});

	poller.wake();
	await clock.advance(100);
	expect(countsSince(agent, from)).toMatchObject({task: 1});
	agent.script.problem = () => undefined;
	await clock.advance(minute);
	expect(countsSince(agent, from)).toMatchObject({task: 1});
	poller.wake(agent.key);
	await clock.advance(100);
	expect(heard(agent).filter(type => type.startsWith('agent-'))).toEqual(['agent-failed', 'agent-recovered']);
	expect(heard(agent)).toContain('task-received');
	poller.stop();
});

test('a password that came while the question was under way is not missed', async () => {
	const {agent, clock, poller, heard} = createFleet([{task: done}]);
	agent.script.problem = name => name === 'task' ? refusedPassword : undefined;
	await clock.advance(1);
	await clock.advance(0.5);
	expect(agent.asked.at(-1)).toMatchObject({name: 'task'});
	poller.wake();
	await clock.advance(1);
	agent.script.problem = () => undefined;
	await clock.advance(100);
	expect(heard(agent)).toContain('task-received');
	poller.stop();
});

test('a sealed request that ends as if the agent were gone, while status responds: alive, its master does not respond', async () => {
	const {agent, clock, events, poller} = createFleet([{...follower, task: done}]);
	await clock.advance(10_000);
	events.length = 0;
	agent.script.problem = name => name === 'probe' ? {type: 'timeout', after: 10_000} : undefined;
	await clock.advance(5 * minute);
	expect(events).toMatchObject([{type: 'agent-failed', isAlive: true, error: {type: 'timeout'}}]);
	agent.script.problem = () => undefined;
	await clock.advance(31_000);
	expect(events.slice(1)).toMatchObject([{type: 'task-received'}, {type: 'agent-recovered'}]);
	poller.stop();
});

test('clocks that differ are measured again', async () => {
	const {agent, clock, poller} = createFleet([{...follower, task: running}]);
	await clock.advance(10_000);
	const from = clock.now();
	agent.script.problem = name => name === 'task' ? {type: 'clock', skew: 90_000} : undefined;
	await clock.advance(3500);
	expect(countsSince(agent, from)).toMatchObject({skew: 2});
	poller.stop();
});

test('a large task is followed by its head and the nodes at work', async () => {
	const states = ['SUCCEED/RUN', 'RUNNING/RUN', 'PENDING/RUN', 'PENDING/RUN', 'PENDING/RUN', 'PENDING/RUN'];
	const large = makeDag({stage: 2, nodes: makeNodes(...states)});
	const {agent, clock, events, poller} = createFleet([{...follower, task: large, bytes: 100_000}]);
	poller.setFocus({visible: [agent.key], open: undefined});
	await clock.advance(5000);
	let from = clock.now();
	await clock.advance(5000);
	expect(countsSince(agent, from)).toEqual({probe: 5, [`node ${large.nodes![1]!.id}`]: 5, status: 1});

	const next = makeDag({...large, stage: 3, nodes: makeNodes('SUCCEED/RUN', 'SUCCEED/RUN', 'RUNNING/RUN', 'PENDING/RUN', 'PENDING/RUN', 'PENDING/RUN')});
	agent.script.task = next;
	from = clock.now();
	await clock.advance(1100);
	expect(countsSince(agent, from)).toMatchObject({[`node ${large.nodes![1]!.id}`]: 1});
	expect(countsSince(agent, from)).not.toHaveProperty('task');
	expect(events.findLast(({type}) => type === 'task-received')).toMatchObject({task: {stage: 3, nodes: next.nodes}});

	agent.script.task = makeDag({...next, state: 'FAILED', nodes: makeNodes('SUCCEED/RUN', 'SUCCEED/RUN', 'FAILED/RUN', 'PENDING/RUN', 'PENDING/RUN', 'PENDING/RUN')});
	from = clock.now();
	await clock.advance(1100);
	expect(countsSince(agent, from)).toMatchObject({probe: 1, task: 1});
	poller.stop();
});

test('a task too large to fetch is still followed by its head, and says so', async () => {
	const {agent, clock, events, poller} = createFleet([{...follower, task: running}]);
	agent.script.problem = name => name === 'task' ? {type: 'too-large', limit: 32_000_000} : undefined;
	await clock.advance(20_000);
	expect(countsSince(agent, ten)['task']).toBe(1);
	expect(events.findLast(({type}) => type === 'task-received')).toMatchObject({task: {state: 'RUNNING', nodes: undefined}});
	expect(events.findLast(({type}) => type.startsWith('agent-'))).toMatchObject({type: 'agent-failed', isAlive: true, error: {type: 'too-large'}});
	poller.stop();
});

test('a task too large to fetch is tried whole ever more seldom, at once when its agent was restarted, and is well when it fits again', async () => {
	const {agent, clock, events, poller, heard} = createFleet([{...follower, task: running}]);
	let isLarge = true;
	agent.script.problem = name => name === 'task' && isLarge ? {type: 'too-large', limit: 32_000_000} : undefined;
	await clock.advance(60 * minute);
	expect(gapsOf(agent, 'task').map(gap => Math.round(gap / 1000))).toEqual([30, 60, 120, 240, 480, 600, 600, 600, 600]);
	isLarge = false;
	agent.script.status = {...agent.script.status, pid: 2};
	await clock.advance(6000);
	expect(heard(agent).at(-1)).toBe('agent-recovered');
	expect(events.findLast(({type}) => type === 'task-received')).toMatchObject({task: {nodes: [{}, {}]}});
	poller.stop();
});

