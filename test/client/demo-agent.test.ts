// The client against the demo agent, which opens what it is sent with an implementation of its own, as strictly as a real agent.

import {afterEach, describe, expect, it} from 'vitest';
import {createPasswordVault} from '../../source/client/passwords/vault.js';
import {createKnownIds} from '../../source/client/task-rules.js';
import {type KeyBits} from '../../source/demo/crypto.js';
import {type DemoAgent, startDemoAgent, type StartDemoAgent, startDemoAgents} from '../../source/demo/demo-agent.js';
import {systemClock} from '../../source/lib/clock.js';
import {ask, dataOf, errorOf, head, makeClient, type Tested, whole} from './helpers/client.js';

const closing: Array<() => unknown> = [];
afterEach(async () => {
	for (const close of closing.splice(0)) {
		await close();
	}
});

const start = async (spec: Omit<StartDemoAgent, 'clock'>, settings: Parameters<typeof makeClient>[1] = {}): Promise<Tested & {readonly agent: DemoAgent}> => {
	const agent = await startDemoAgent({scenario: 'failing', keyBits: 512, ...spec, clock: systemClock});
	const tested = makeClient(agent.address, settings);
	closing.push(tested.client.dispose, agent.stop);
	return {...tested, agent};
};

const sealedOf = (agent: DemoAgent): number => agent.requests().by.filter(({auth}) => auth !== undefined).reduce((sum, {count}) => sum + count, 0);

describe('asked with a password', () => {
	it.each<readonly [KeyBits, string]>([
		[512, 'short'], [1024, 'short'], [2048, 'short'], [512, 'пароль密码🔑"\\'.repeat(8)], [1024, 'x'.repeat(500)], [2048, 'x'.repeat(2000)],
	])('a key of %i bits, "%.12s…"', async (keyBits, rootPassword) => {
		const {client, agent} = await start({identity: 'CLUSTER AGENT', cluster: 'c', keyBits, rootPassword}, {passwords: {root: rootPassword}});
		expect(dataOf(await client.fetchMaintenanceTask(whole)).nodes?.length).toBeGreaterThan(1);
		expect(dataOf(await client.fetchMaintenanceTask(head)).nodes).toBeUndefined();
		expect(agent.requests().wrongPasswords).toBe(0);
	});

	it('an old agent (v1)', async () => {
		const {client, agent} = await start({auth: 'v1', identity: 'MASTER', rootPassword: 'old'}, {passwords: {root: 'old'}});
		expect(dataOf(await client.fetchMaintenanceTask(whole)).id).toMatch(/^2/);
		expect(agent.requests().by.some(({auth}) => auth === 'v1')).toBe(true);
	});

	it('an old agent whose clock is wrong, and then its password', async () => {
		const {client, agent, vault} = await start({auth: 'v1', identity: 'MASTER', rootPassword: 'old', clockOffset: 3_600_000}, {passwords: {root: 'old'}});
		dataOf(await client.fetchMaintenanceTask(whole));
		expect(Math.round((client.skew() ?? 0) / 60_000)).toBe(60);
		vault.enter('all', 'root', 'wrong');
		expect(errorOf(await client.fetchMaintenanceTask(whole))).toMatchObject({type: 'unauthorized', reason: 'refused'});
		expect(agent.requests().wrongPasswords).toBe(2);
		await client.fetchMaintenanceTask(whole);
		expect(agent.requests().wrongPasswords).toBe(2);
	});

	it('everything by ids that it handed out', async () => {
		const {client} = await start({});
		const task = dataOf(await client.fetchMaintenanceTask(whole));
		const node = task.nodes!.find(({subTasks}) => subTasks.length > 0)!;
		expect(dataOf(await client.fetchTask({...whole, id: task.id})).id).toBe(task.id);
		expect(dataOf(await client.fetchNode({...ask, id: node.id})).name).toBe(node.name);
		expect(dataOf(await client.fetchLogs({...ask, id: node.subTasks[0]!.id})).texts.length).toBeGreaterThan(0);
		expect(dataOf(await client.fetchUnfinishedTasks(head)).length).toBeGreaterThan(0);
		expect(dataOf(await client.fetchClusterInfo(ask)).members.length).toBe(1);
		expect(await client.fetchClusterTask(head)).toEqual({type: 'none'});
	});

	it('no task yet is none', async () => {
		const {client} = await start({scenario: 'none'});
		expect(await client.fetchMaintenanceTask(head)).toEqual({type: 'none'});
	});
});

describe('when something changes under way', () => {
	it('the key: nothing sealed goes out until it is accepted', async () => {
		const {client, agent} = await start({identity: 'MASTER', rootPassword: 'r'}, {passwords: {root: 'r'}});
		dataOf(await client.fetchMaintenanceTask(head));
		await agent.rotateKey();
		const error = errorOf(await client.fetchMaintenanceTask(head));
		expect(error.type).toBe('key-changed');
		const before = sealedOf(agent);
		for (let index = 0; index < 5; index++) {
			expect(errorOf(await client.fetchMaintenanceTask(whole))).toEqual(error);
		}

		dataOf(await client.fetchStatus(ask));
		expect(sealedOf(agent)).toBe(before);
		expect(client.acceptKey((error as {readonly offered: string}).offered)).toBe(true);
		dataOf(await client.fetchMaintenanceTask(head));
	});

	it('the key, while several questions are under way', async () => {
		const {client, agent} = await start({identity: 'MASTER', rootPassword: 'r'}, {passwords: {root: 'r'}});
		dataOf(await client.fetchMaintenanceTask(head));
		await agent.rotateKey();
		const replies = await Promise.all([client.fetchMaintenanceTask(head), client.fetchMaintenanceTask(whole), client.fetchUnfinishedTasks(head), client.fetchClusterInfo(ask)]);
		expect(replies.map(reply => errorOf(reply).type)).toEqual(['key-changed', 'key-changed', 'key-changed', 'key-changed']);
		const before = sealedOf(agent);
		await client.fetchMaintenanceTask(head);
		expect(sealedOf(agent)).toBe(before);
	});

	it.each([3_600_000, -3_600_000])('the clock, by %i ms', async offset => {
		const {client, agent} = await start({identity: 'MASTER', rootPassword: 'r'}, {passwords: {root: 'r'}});
		dataOf(await client.fetchMaintenanceTask(head));
		agent.setClockOffset(offset);
		dataOf(await client.fetchMaintenanceTask(head));
		expect(agent.requests().wrongPasswords).toBe(0);
	});

	it('an agent password is set, taken away, and wrong', async () => {
		const {client, agent, vault} = await start({}, {passwords: {agent: 'a', root: 'r'}});
		dataOf(await client.fetchMaintenanceTask(head));
		agent.setAgentPassword('a');
		dataOf(await client.fetchMaintenanceTask(head));
		agent.setAgentPassword(undefined);
		dataOf(await client.fetchMaintenanceTask(head));
		agent.setAgentPassword('b');
		expect(errorOf(await client.fetchMaintenanceTask(head))).toMatchObject({type: 'unauthorized', wants: 'agent', reason: 'refused'});
		expect(agent.requests().wrongPasswords).toBe(1);
		await client.fetchMaintenanceTask(head);
		expect(agent.requests().wrongPasswords).toBe(1);
		vault.enter('all', 'agent', 'b');
		dataOf(await client.fetchMaintenanceTask(head));
	});

	it('it goes away and comes back', async () => {
		const {client, agent} = await start({});
		const before = dataOf(await client.fetchMaintenanceTask(head));
		await agent.stop();
		// The kept connection may only now be found broken.
		expect(errorOf(await client.fetchMaintenanceTask(head)).type).toBe('unreachable');
		expect(errorOf(await client.fetchMaintenanceTask(head))).toMatchObject({type: 'unreachable', code: 'ECONNREFUSED'});
		await agent.restart();
		expect(await client.fetchMaintenanceTask(head)).toMatchObject({type: 'data', isUnchanged: true, data: before});
	});

	it('it becomes slow', async () => {
		const {client, agent} = await start({});
		dataOf(await client.fetchMaintenanceTask(head));
		agent.setDelay(60_000);
		expect(errorOf(await client.fetchMaintenanceTask({...head, timeout: 60}))).toEqual({type: 'timeout', after: 60});
		agent.setDelay(0);
		dataOf(await client.fetchMaintenanceTask(head));
	});
});

describe('a fleet with one wrong root password', () => {
	it('gets it once, however many agents it has', async () => {
		const agents = await startDemoAgents(Array.from({length: 5}, () => ({identity: 'CLUSTER AGENT', cluster: 'c', rootPassword: 'right', keyBits: 512 as const})), 'none', {clock: systemClock});
		const vault = createPasswordVault({root: 'wrong'});
		const handedOut = createKnownIds();
		const clients = agents.map(({address}) => makeClient(address, {vault, knownIds: handedOut}).client);
		closing.push(...clients.map(({dispose}) => dispose), ...agents.map(({stop}) => stop));
		const asked = async () => Promise.all(clients.map(async client => client.fetchMaintenanceTask(head)));
		const wrong = (): number => agents.reduce((sum, agent) => sum + agent.requests().wrongPasswords, 0);
		await asked();
		await asked();
		expect(wrong()).toBe(1);
		vault.enter('all', 'root', 'right');
		// One, then one more, then two, then the last.
		for (const answered of [1, 2, 4, 5]) {
			const replies = await asked();
			expect(replies.filter(({type}) => type !== 'error').length).toBe(answered);
		}

		expect(wrong()).toBe(1);
	});
});
