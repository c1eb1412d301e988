import {describe, expect, test} from 'vitest';
import {type ClusterInfo} from '../../source/protocol/agent.js';
import {type Dag} from '../../source/protocol/task.js';
import {makeDag, makeInfo, makeNodes, makeStatus, ten} from '../helpers/tasks.js';
import {backup, cluster, lastList, list, member, names, delegatesSince} from './cluster-fleet.js';
import {createFleet} from './fleet.js';
import {countsSince, unreachable, type Script} from './scripted-agent.js';

const minute = 60_000;
const head = (dag: Dag): Dag => ({...dag, nodes: undefined, isBrief: true});

test('of a cluster exactly one agent asks for the cluster\'s tasks, the first in order', async () => {
	const clusterTask = makeDag({id: '15', state: 'SUCCEED', nodes: makeNodes('SUCCEED/RUN')});
	const fleet = createFleet(names.map(name => member(name, {clusterTask})));
	await fleet.clock.advance(minute);
	const from = fleet.clock.now();
	await fleet.clock.advance(2 * minute);
	expect(delegatesSince(fleet, from)).toEqual([names[0]]);
	expect(countsSince(fleet.agent, from)).toMatchObject({'cluster-probe': 4, unfinished: 4});
	expect(fleet.events.filter(({type}) => type === 'cluster-task-received')).toMatchObject([{agent: names[0], task: clusterTask}]);
	fleet.poller.stop();
});

test('the agent of a seekdb is its own delegate, and is never queried for a cluster', async () => {
	const own = makeDag({id: '22130706433028861', nodes: makeNodes('SUCCEED/RUN'), state: 'SUCCEED'});
	const other = makeDag({id: '22130706433028862', name: 'Backup', nodes: makeNodes('RUNNING/RUN')});
	const fleet = createFleet([member(names[0]!, {info: makeInfo({identity: 'CLUSTER AGENT', isSeekdb: true}), task: own, clusterTask: own, unfinished: [head(other)], tasks: new Map([[other.id, other]])})]);
	await fleet.clock.advance(3 * minute);
	const asked = countsSince(fleet.agent, ten);
	expect(Object.keys(asked).filter(name => name.startsWith('cluster'))).toEqual([]);
	// Every status confirms what it is.
	expect(asked['info']).toBeLessThan(3);
	expect(lastList(fleet.events)).toMatchObject({tasks: [{id: other.id}]});
	expect(fleet.events.filter(({type}) => type === 'cluster-task-received' || type === 'cluster-info-received')).toEqual([]);
	fleet.poller.stop();
});

test('when it fails, the next takes over, says what it finds, and hands back', async () => {
	const fleet = createFleet(names.map(name => member(name, {clusterTask: makeDag({id: '15', state: 'SUCCEED'})})));
	await fleet.clock.advance(minute);
	fleet.events.length = 0;
	fleet.agent.script.problem = () => unreachable;
	let from = fleet.clock.now();
	await fleet.clock.advance(10_000);
	// The one before may have left the cluster: who is in it now?
	expect(countsSince(fleet.neighbour, from)).toMatchObject({'cluster-info': 1});
	from = fleet.clock.now();
	await fleet.clock.advance(minute);
	expect(delegatesSince(fleet, from)).toEqual([names[1]]);
	expect(fleet.events.find(({type}) => type === 'cluster-task-received')).toMatchObject({agent: names[1]});
	expect(countsSince(fleet.neighbour, ten)).toMatchObject({'cluster-task': 1});
	fleet.agent.script.problem = () => undefined;
	await fleet.clock.advance(minute);
	from = fleet.clock.now();
	await fleet.clock.advance(minute);
	expect(delegatesSince(fleet, from)).toEqual([names[0]]);
	fleet.poller.stop();
});

test('a refresh while its members are being read reads them once more: the response may be older', async () => {
	const fleet = createFleet([member(names[0]!)]);
	const {agent, clock, poller} = fleet;
	await clock.advance(minute);
	agent.script.latency = 500;
	poller.refresh();
	for (let waited = 0; waited < 20_000 && agent.asked.at(-1)?.name !== 'cluster-info'; waited += 100) {
		await clock.advance(100);
	}

	await clock.advance(100);
	expect([agent.asked.at(-1)?.name, agent.open()]).toEqual(['cluster-info', 1]);
	const from = clock.now();
	poller.refresh();
	await clock.advance(30_000);
	expect(countsSince(agent, from)).toMatchObject({'cluster-info': 1});
	poller.stop();
});

test('one that leaves speaks for itself from then on, not for the cluster that it was in', async () => {
	const fleet = createFleet(names.map(name => member(name)));
	await fleet.clock.advance(minute);
	fleet.events.length = 0;
	const {script} = fleet.neighbour;
	const itself: ClusterInfo = {name: '', id: 0, members: [{agent: names[1]!, zone: '', identity: 'SINGLE', version: ''}]};
	Object.assign(script, {info: {...script.info, identity: 'SINGLE'}, status: {...script.status, identity: 'SINGLE'}, cluster: itself});
	await fleet.clock.advance(minute);
	expect(fleet.events.filter(event => event.type === 'cluster-info-received' && event.agent === names[1])).toMatchObject([{cluster: itself}]);
	fleet.poller.stop();
});

test('an agent that fails only for the cluster\'s task passes it on silently', async () => {
	const fleet = createFleet(names.map(name => member(name)));
	await fleet.clock.advance(minute);
	fleet.events.length = 0;
	fleet.agent.script.problem = name => name.startsWith('cluster-') ? {type: 'refused', status: 500, code: 'Common.Unexpected', message: 'no', traceId: ''} : undefined;
	await fleet.clock.advance(minute);
	const from = fleet.clock.now();
	await fleet.clock.advance(minute);
	expect(delegatesSince(fleet, from)).toEqual([names[1]]);
	expect(fleet.events.filter(({type}) => type.startsWith('agent-'))).toEqual([]);
	fleet.poller.stop();
});

test('if no agent can be queried for it, one says so', async () => {
	const fleet = createFleet(names.slice(0, 1).map(name => member(name)));
	await fleet.clock.advance(minute);
	fleet.agent.script.problem = name => name === 'unfinished' ? {type: 'refused', status: 500, code: 'Common.Unexpected', message: 'no', traceId: ''} : undefined;
	await fleet.clock.advance(minute);
	expect(fleet.events.filter(({type}) => type === 'agent-failed')).toMatchObject([{isAlive: true, error: {code: 'Common.Unexpected'}}]);
	fleet.agent.script.problem = () => undefined;
	await fleet.clock.advance(minute);
	expect(fleet.heard(fleet.agent).at(-1)).toBe('agent-recovered');
	fleet.poller.stop();
});

test('a trouble is reported once more after a task, which counts as recovery', async () => {
	const task = makeDag({id: '22130706433028869', nodes: makeNodes('RUNNING/RUN', 'PENDING/RUN')});
	const fleet = createFleet(names.slice(0, 1).map(name => member(name, {task})));
	await fleet.clock.advance(minute);
	fleet.agent.script.problem = name => name === 'unfinished' ? {type: 'refused', status: 500, code: 'Common.Unexpected', message: 'no', traceId: ''} : undefined;
	await fleet.clock.advance(minute);
	fleet.events.length = 0;
	fleet.agent.script.task = {...task, stage: 2};
	await fleet.clock.advance(6000);
	expect(fleet.events.map(({type}) => type)).toEqual(['task-received', 'agent-failed']);
	fleet.poller.stop();
});

test('without a database, neither the cluster\'s last task nor a cluster task by id is queried', async () => {
	const fleet = createFleet([member(names[0]!, {status: makeStatus({identity: 'CLUSTER AGENT', obState: 1})})]);
	list(fleet, [backup]);
	await fleet.clock.advance(2 * minute);
	expect(Object.keys(countsSince(fleet.agent, ten)).filter(name => name.startsWith('cluster-') || name.endsWith('112'))).toEqual(['cluster-info']);
	expect(lastList(fleet.events)).toMatchObject({tasks: [head(backup)]});
	fleet.agent.script.status = {...fleet.agent.script.status, obState: 3};
	await fleet.clock.advance(6000);
	expect(lastList(fleet.events)).toMatchObject({tasks: [backup]});
	expect(countsSince(fleet.agent, ten)).toMatchObject({'cluster-task': 1});
	fleet.poller.stop();
});

test('when the database is back, the cluster\'s task is looked at once', async () => {
	const fleet = createFleet([member(names[0]!, {clusterTask: makeDag({id: '15', state: 'SUCCEED'})})]);
	await fleet.clock.advance(10_000);
	fleet.agent.script.status = {...fleet.agent.script.status, obState: 0};
	await fleet.clock.advance(6000);
	const from = fleet.clock.now();
	fleet.agent.script.status = {...fleet.agent.script.status, obState: 3};
	await fleet.clock.advance(6000);
	expect(countsSince(fleet.agent, from)).toMatchObject({'cluster-probe': 1});
	fleet.poller.stop();
});

test('the one with a database speaks before the one without', async () => {
	const fleet = createFleet([member(names[0]!, {status: makeStatus({identity: 'CLUSTER AGENT', obState: 0})}), member(names[1]!)]);
	await fleet.clock.advance(minute);
	const from = fleet.clock.now();
	await fleet.clock.advance(minute);
	expect(delegatesSince(fleet, from)).toEqual([names[1]]);
	fleet.poller.stop();
});

test('a follower is not queried for its master\'s tasks, a master is for its own', async () => {
	const fleet = createFleet([{info: makeInfo({identity: 'FOLLOWER'})}, {info: makeInfo({identity: 'MASTER'})}]);
	await fleet.clock.advance(2 * minute);
	expect(Object.keys(countsSince(fleet.agent, ten)).toSorted()).toEqual(['cluster-info', 'info', 'probe', 'skew', 'status', 'task']);
	expect(countsSince(fleet.neighbour, ten)['unfinished']).toBeGreaterThan(0);
	expect(countsSince(fleet.neighbour, ten)['cluster-task']).toBeUndefined();
	fleet.poller.stop();
});

test('outside a cluster a refusal to list unfinished tasks is no fault', async () => {
	const fleet = createFleet([{info: makeInfo({identity: 'SINGLE'})}]);
	fleet.agent.script.problem = name => name === 'unfinished' ? {type: 'refused', status: 500, code: 'Common.Unexpected', message: 'cannot build response body', traceId: ''} : undefined;
	await fleet.clock.advance(2 * minute);
	expect(fleet.heard(fleet.agent)).not.toContain('agent-failed');
	expect(countsSince(fleet.agent, ten)['unfinished']).toBe(4);
	fleet.poller.stop();
});

test('agents are assigned to their cluster once each, also those that were not queried for it themselves', async () => {
	const assigned: string[] = [];
	const fleet = createFleet(names.map(name => member(name)), {
		assignCluster(agent, mark) {
			assigned.push(`${agent} ${mark}`);
		},
	});
	fleet.neighbour.script.problem = name => name === 'cluster-info' ? {type: 'refused', status: 500, code: 'Agent.NoMaster', message: 'no', traceId: ''} : undefined;
	await fleet.clock.advance(10 * minute);
	expect(assigned.toSorted()).toEqual(names.map(name => `${name} cluster demo#1@${names[0]}`));
	fleet.poller.stop();
});

test('two seekdb are never taken for one cluster, whose agents try a password one after the other', async () => {
	const assigned: string[] = [];
	const fleet = createFleet(names.slice(0, 2).map(agent => ({info: makeInfo({agent, identity: 'CLUSTER AGENT', isSeekdb: true}), status: makeStatus({agent, identity: 'CLUSTER AGENT', obState: 3})})), {
		assignCluster(agent, mark) {
			assigned.push(`${agent} ${mark}`);
		},
	});
	await fleet.clock.advance(minute);
	expect(assigned.toSorted()).toEqual(fleet.agents.map(({key}) => `${key} seekdb ${key}`));
	fleet.poller.stop();
});

test('a master that becomes a cluster agent keeps following what it followed', async () => {
	const fleet = createFleet([{info: makeInfo({agent: names[0]!, identity: 'MASTER'}), cluster, unfinished: [backup], tasks: new Map([['112', backup]])}]);
	fleet.agent.script.status = makeStatus({identity: 'MASTER', obState: 3});
	await fleet.clock.advance(10_000);
	fleet.agent.script.info = makeInfo({agent: names[0]!, identity: 'CLUSTER AGENT'});
	fleet.agent.script.status = makeStatus({identity: 'CLUSTER AGENT', obState: 3});
	list(fleet, [], [{...backup, state: 'SUCCEED'}]);
	await fleet.clock.advance(10_000);
	expect(lastList(fleet.events)).toMatchObject({tasks: [], ended: [{id: '112', state: 'SUCCEED'}]});
	fleet.poller.stop();
});

describe.each([['the master', 0], ['the follower', 1]] as const)('while a cluster is initialised, with %s watched first,', (_, first) => {
	const own = (agent: string): Dag => makeDag({id: agent === names[0] ? '22130706433028861' : '22130706433028871', name: 'Backup'});
	const unnamed: ClusterInfo = {name: '', id: 0, members: cluster.members.slice(0, 2)};
	const named: ClusterInfo = {...unnamed, name: 'demo', id: 7};
	const as = (agent: string, identity: string): Partial<Script> => ({info: makeInfo({agent, identity}), status: makeStatus({agent, identity, obState: 3})});

	test('it stays the same cluster, and what its agents followed before is followed to its end', async () => {
		const assigned: string[] = [];
		const [master = '', follower = ''] = names;
		const scripts = [
			{...as(master, 'MASTER'), cluster: unnamed, unfinished: [own(master)], tasks: new Map([[own(master).id, own(master)]])},
			{...as(follower, 'FOLLOWER'), cluster: unnamed},
		];
		const fleet = createFleet(first === 0 ? scripts : scripts.toReversed(), {
			assignCluster(agent, mark) {
				assigned.push(`${agent} ${mark}`);
			},
		});
		const [masters, followers] = first === 0 ? [fleet.agent, fleet.neighbour] : [fleet.neighbour, fleet.agent];
		await fleet.clock.advance(10_000);
		// Followers are promoted first; for a while the cluster has a delegate while its master speaks for itself.
		Object.assign(followers.script, as(follower, 'CLUSTER AGENT'), {cluster: named});
		await fleet.clock.advance(10_000);
		Object.assign(masters.script, as(master, 'CLUSTER AGENT'), {cluster: named, unfinished: []});
		masters.script.tasks.set(own(master).id, {...own(master), state: 'SUCCEED'});
		followers.script.tasks.set(own(master).id, {...own(master), state: 'SUCCEED'});
		await fleet.clock.advance(minute);
		expect(lastList(fleet.events)).toMatchObject({tasks: [], ended: [{id: own(master).id, state: 'SUCCEED'}]});
		expect(new Set(assigned).size).toBe(2);
		expect(assigned).toHaveLength(2);
		fleet.poller.stop();
	});
});

test('nothing is said of unfinished tasks before they were listed: what was there already would seem to have begun', async () => {
	const fleet = createFleet([member(names[0] ?? '')]);
	list(fleet, [backup]);
	await fleet.clock.advance(minute);
	const lists = fleet.events.flatMap(event => event.type === 'unfinished-received' ? [event.tasks.map(({name}) => name)] : []);
	expect(lists[0]).toEqual(['Backup']);
	fleet.poller.stop();
});
