// Operations: sent once, to whom the id names, and what the answer says of them (docs/protocol.md#operations).

import {afterEach, describe, expect, it} from 'vitest';
import {type AgentClient, type AgentOperator} from '../../source/client/types.js';
import {type DemoAgent, startDemoAgent, type StartDemoAgent, startDemoAgents} from '../../source/demo/demo-agent.js';
import {upgradeOceanBase as failingTask} from '../../source/demo/tasks.js';
import {systemClock} from '../../source/lib/clock.js';
import {speak} from '../../source/lib/messages/messages.js';
import {type Fault, faults} from '../helpers/faults.js';
import {type FaultyProxy, startFaultyProxy} from '../helpers/faulty-proxy.js';
import {failure, reply, success} from '../helpers/scripted-server.js';
import {ask, createShiftedClock, dataOf, head, makeClient, type Tested, whole} from './helpers/client.js';
import {agentsForTests, paths, taskId, wireInfo, wireStatus, wireTask} from './helpers/scripted-agent.js';

const closing: Array<() => unknown> = [];
afterEach(async () => {
	for (const close of closing.splice(0)) {
		await close();
	}
});

type Setup = Omit<StartDemoAgent, 'clock'>;

const start = async (spec: Setup = {}, settings: Parameters<typeof makeClient>[1] = {}): Promise<Tested & {readonly agent: DemoAgent; readonly id: string}> => {
	const agent = await startDemoAgent({scenario: 'failing', keyBits: 512, ...spec, clock: systemClock});
	const tested = makeClient(agent.address, settings);
	closing.push(tested.client.dispose, agent.stop);
	return {...tested, agent, id: dataOf(await tested.client.fetchMaintenanceTask(whole)).id};
};

describe('an operation', () => {
	it.each<readonly [string, Setup, Parameters<typeof makeClient>[1]]>([
		['an agent that takes anything', {}, {}],
		['an agent with a root password', {identity: 'MASTER', rootPassword: 'r'}, {passwords: {root: 'r'}}],
		['an agent with a password of its own', {agentPassword: 'a'}, {passwords: {agent: 'a'}}],
		['an old agent, which takes bodies as they are', {auth: 'v1', identity: 'MASTER', rootPassword: 'r'}, {passwords: {root: 'r'}}],
		['an agent with a large key', {keyBits: 2048, agentPassword: 'x'.repeat(300)}, {passwords: {agent: 'x'.repeat(300)}}],
	])('is accepted by %s, and sent once', async (_, spec, settings) => {
		const {client, agent, id} = await start(spec, settings);
		expect(await client.operateTask({...ask, id, operation: 'retry'})).toEqual({type: 'accepted'});
		expect(agent.requests().posts).toBe(1);
		expect(dataOf(await client.fetchMaintenanceTask(head))).toMatchObject({operator: 'RUN', state: expect.stringMatching(/READY|RUNNING/) as string});
	});

	it('goes from a follower to its master and back', async () => {
		const agents = await startDemoAgents([{identity: 'MASTER', cluster: 'c', rootPassword: 'r'}, {identity: 'FOLLOWER', cluster: 'c', rootPassword: 'r'}], ([, follower]) => ({
			begin: -60_000,
			story: (from, to) => from < -50_000 && to >= -50_000 ? [{type: 'create', at: -50_000, owner: follower ?? '', task: failingTask(follower ?? '')}] : [],
		}), {clock: systemClock});
		const {client} = makeClient(agents[1]!.address, {passwords: {root: 'r'}});
		closing.push(client.dispose, ...agents.map(agent => agent.stop));
		const {id} = dataOf(await client.fetchMaintenanceTask(head));
		expect(await client.operateTask({...ask, id, operation: 'rollback'})).toEqual({type: 'accepted'});
	});

	it('on a stage passes it, where the task has failed there', async () => {
		const {client, agent} = await start({scenario: 'waiting'});
		const {nodes} = dataOf(await client.fetchMaintenanceTask(whole));
		const failed = nodes!.find(({state}) => state === 'FAILED')!;
		expect(await client.passNode({...ask, id: nodes![1]!.id})).toMatchObject({type: 'refused', error: {code: 'Task.Node.Operator.PassNotFailedNode'}});
		expect(await client.passNode({...ask, id: failed.id})).toEqual({type: 'accepted'});
		expect(agent.requests().posts).toBe(2);
	});

	it.each([
		['en', 'Failed to pass DAG: node Unpack packages cannot pass'],
		['zh', '跳过 DAG 失败：节点 Unpack packages 不能跳过'],
	] as const)('is refused in the agent\'s own words (%s)', async (language, message) => {
		closing.push(async () => speak('en'));
		await speak(language);
		const {client, agent, id} = await start();
		expect(await client.operateTask({...ask, id, operation: 'pass'})).toEqual({type: 'refused', error: {
			type: 'refused', status: 400, code: 'Task.Dag.Operator.PassNotAllowed', message, traceId: expect.any(String) as string,
		}});
		expect(agent.requests().posts).toBe(1);
	});
});

describe('an operation whose answer is lost', () => {
	const behindProxy = async (): Promise<{readonly agent: DemoAgent; readonly proxy: FaultyProxy; readonly client: AgentClient & AgentOperator; readonly id: string}> => {
		const {agent} = await start();
		const proxy = await startFaultyProxy(agent.label, systemClock);
		const {client} = makeClient(proxy.label);
		closing.push(client.dispose, proxy.stop);
		return {agent, proxy, client, id: dataOf(await client.fetchMaintenanceTask(head)).id};
	};

	it.each<readonly [string, Fault]>([
		['the connection breaks behind it', faults.lost],
		['the connection breaks before it arrives', ({response}) => {
			response.destroy();
		}],
		['half an answer comes', faults.resetMidBody],
		['a cut answer comes', faults.truncated],
		['another program responds', faults.html],
		['it is redirected', ({response}) => {
			response.writeHead(307, {location: 'http://127.0.0.1:1/'}).end();
		}],
	])('is unknown, and not sent again: %s', async (_, fault) => {
		const {agent, proxy, client, id} = await behindProxy();
		await proxy.fail(fault, /^POST/);
		expect(await client.operateTask({...ask, id, operation: 'retry'})).toMatchObject({type: 'unknown'});
		expect(proxy.posts()).toBe(1);
		expect(agent.requests().posts).toBeLessThanOrEqual(1);
	});

	it('is unknown when no response comes in time, or it was aborted', async () => {
		const {proxy, client, id} = await behindProxy();
		await proxy.fail(faults.blackHole, /^POST/);
		expect(await client.operateTask({...ask, timeout: 300, id, operation: 'retry'})).toEqual({type: 'unknown', error: {type: 'timeout', after: expect.any(Number) as number}});
		const controller = new AbortController();
		const pending = client.operateTask({signal: controller.signal, timeout: 10_000, id, operation: 'retry'});
		await expect.poll(() => proxy.posts()).toBe(2);
		controller.abort();
		expect(await pending).toEqual({type: 'unknown', error: {type: 'aborted'}});
	});

	it('goes over a connection of its own, so that a kept one that broke cannot swallow it', async () => {
		const {proxy, client, id} = await behindProxy();
		await proxy.fail(faults.closedUnderRequest, /^POST/);
		expect(await client.operateTask({...ask, id, operation: 'retry'})).toEqual({type: 'accepted'});
	});

	it('was not sent if no program listens', async () => {
		const {proxy, client, id} = await behindProxy();
		await proxy.fail('refuse');
		expect(await client.operateTask({...ask, id, operation: 'retry'})).toEqual({type: 'not-sent', error: {type: 'unreachable', code: 'ECONNREFUSED'}});
		expect(proxy.posts()).toBe(0);
	});
});

const startScripted = agentsForTests();
const operation = `/api/v1/task/dag/${taskId}`;

describe('what an agent answers', () => {
	it.each<readonly [string, Parameters<typeof failure>, string]>([
		['a refusal', [400, 'Task.Dag.Operator.RetryNotFailedDag'], 'refused'],
		['that it has no master', [500, 'Agent.NoMaster'], 'refused'],
		['an expired header, which a query would send again', [401, 'Security.Authentication.Expired', {code: 10_008}], 'refused'],
		['that it cannot decrypt', [401, 'Security.Authentication.Header.DecryptFailed', {code: 1}], 'refused'],
		['a wrong password', [401, 'Security.Authentication.IncorrectOceanbasePassword', {code: 10_008}], 'refused'],
		['that something went wrong behind it', [500, 'Common.Unexpected'], 'unknown'],
		['a number only, as old agents do', [500, undefined, {code: 1}], 'unknown'],
	])('%s', async (_, answer, type) => {
		const {client, agent} = await startScripted({[operation]: failure(...answer)});
		await client.fetchMaintenanceTask(whole);
		expect(await client.operateTask({...ask, id: taskId, operation: 'retry'})).toMatchObject({type});
		expect(agent.count(operation)).toBe(1);
	});

	it.each([[404, 'unknown'], [502, 'unknown']])('nothing, with status %i', async (status, type) => {
		const {client} = await startScripted({[operation]: reply(status)});
		await client.fetchMaintenanceTask(whole);
		expect(await client.operateTask({...ask, id: taskId, operation: 'retry'})).toMatchObject({type});
	});

	it('a wrong password is not sent once more with the next request', async () => {
		const {client, agent} = await startScripted({[operation]: failure(401, 'Security.Authentication.IncorrectOceanbasePassword', {code: 10_008})});
		await client.fetchMaintenanceTask(whole);
		await client.operateTask({...ask, id: taskId, operation: 'retry'});
		const before = agent.sealed().length;
		expect(await client.operateTask({...ask, id: taskId, operation: 'retry'})).toMatchObject({type: 'not-sent', error: {type: 'unauthorized', reason: 'refused'}});
		expect(agent.sealed().length).toBe(before);
	});
});

describe('the header of an operation', () => {
	it('lives for ten seconds by the agent\'s clock, and is never used again', async () => {
		const clock = createShiftedClock();
		const {client, agent} = await startScripted({[operation]: success(undefined), [paths.time]: success(new Date(clock.now() + 3_600_000).toISOString())}, {passwords: {root: 'r'}, clock});
		await client.fetchMaintenanceTask(whole);
		await client.measureSkew(ask);
		const seconds = Math.floor(clock.now() / 1000) + 3600;
		await client.operateTask({...ask, id: taskId, operation: 'retry'});
		await client.operateTask({...ask, id: taskId, operation: 'retry'});
		const sent = agent.requests.filter(({method}) => method === 'POST').map(({headers}) => headers['x-ocs-header']);
		expect(new Set(sent).size).toBe(2);
		const expiries = agent.credentials().slice(-2).map(({ts}) => Number(ts) - seconds);
		// The clock was measured over a round trip, and the machine may be slow; what asks is sealed for 60.
		expect(Math.min(...expiries)).toBeGreaterThan(7);
		expect(Math.max(...expiries)).toBeLessThan(30);
	});
});

describe('an operation that must not be sent', () => {
	const remote = '21677721620288673';
	const cluster = '1123';
	const linked = {[paths.task]: success(wireTask({additional_data: {sub_dags: {a: remote}, main_dag_id: cluster}}))};

	it('with an id that no agent sent', async () => {
		const {client, agent} = await startScripted();
		expect(await client.operateTask({...ask, id: taskId, operation: 'cancel'})).toEqual({type: 'not-sent', error: {type: 'unknown-id', id: taskId}});
		expect(agent.requests).toEqual([]);
	});

	it.each([['a task of another agent', remote], ['a cluster\'s task without its database', cluster]])('%s', async (_, id) => {
		const {client, agent} = await startScripted({...linked, [paths.status]: success(wireStatus({obState: 1}))});
		await client.fetchMaintenanceTask(whole);
		await client.fetchStatus(ask);
		expect(await client.operateTask({...ask, id, operation: 'cancel'})).toMatchObject({type: 'not-sent'});
		expect(await client.passNode({...ask, id})).toMatchObject({type: 'not-sent'});
		expect(agent.requests.filter(({method}) => method === 'POST')).toEqual([]);
	});

	it('a cluster\'s task to an agent that is in none', async () => {
		const {client} = await startScripted({...linked, [paths.info]: success(wireInfo({identity: 'MASTER'}))});
		await client.fetchMaintenanceTask(whole);
		await client.fetchStatus(ask);
		expect(await client.operateTask({...ask, id: cluster, operation: 'cancel'})).toMatchObject({type: 'not-sent', error: {type: 'protocol'}});
	});

	it('but a cluster\'s task goes to a member that has its database', async () => {
		const {client} = await startScripted({...linked, [`/api/v1/task/dag/${cluster}`]: success(undefined)});
		await client.fetchMaintenanceTask(whole);
		await client.fetchStatus(ask);
		expect(await client.operateTask({...ask, id: cluster, operation: 'cancel'})).toEqual({type: 'accepted'});
	});

	it('while its key is not accepted', async () => {
		const {client, agent, id} = await start({identity: 'MASTER', rootPassword: 'r'}, {passwords: {root: 'r'}});
		await agent.rotateKey();
		await client.fetchMaintenanceTask(head);
		expect(await client.operateTask({...ask, id, operation: 'retry'})).toMatchObject({type: 'not-sent', error: {type: 'key-changed'}});
		expect(agent.requests().posts).toBe(0);
	});
});
