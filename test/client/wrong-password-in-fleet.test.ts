// Wrong logins lock root@sys out, so a whole fleet, polled as the program does, may send a wrong root password only as often as one agent needs to be sure.

import {afterEach, describe, expect, it} from 'vitest';
import {createPasswordVault} from '../../source/client/passwords/vault.js';
import {createKnownIds} from '../../source/client/task-rules.js';
import {type PasswordVault} from '../../source/client/types.js';
import {type DemoAgent, startDemoAgents} from '../../source/demo/demo-agent.js';
import {type Clock, systemClock} from '../../source/lib/clock.js';
import {createPoller} from '../../source/poller/poller.js';
import {type PollEvent} from '../../source/store/actions.js';
import {until} from '../helpers/until.js';
import {makeClient} from './helpers/client.js';

const closing: Array<() => unknown> = [];
afterEach(async () => {
	for (const close of closing.splice(0)) {
		await close();
	}
});

// So that the deadlines of requests, which it shortens too, are still seconds.
const speed = 5;

/** Many times as fast as the machine's, so that what a poller does within ten seconds is seen in two. */
const createFastClock = (): Clock => {
	const begin = systemClock.now();
	return {
		now: () => begin + ((systemClock.now() - begin) * speed),
		schedule: (run, delay) => systemClock.schedule(run, delay / speed),
	};
};

const countOf = (agent: DemoAgent, path: string): number => agent.requests().by.filter(request => request.path === path).reduce((sum, {count}) => sum + count, 0);
const sealedTo = (agent: DemoAgent): number => agent.requests().by.filter(({auth}) => auth !== undefined).reduce((sum, {count}) => sum + count, 0);

type Watched = {readonly agents: readonly DemoAgent[]; readonly vault: PasswordVault; readonly events: readonly PollEvent[]; readonly reasons: () => readonly unknown[]};

const watch = async (count: number, auth: 'v1' | 'v2'): Promise<Watched> => {
	const clock = createFastClock();
	const agents = await startDemoAgents(Array.from({length: count}, () => ({
		identity: 'CLUSTER AGENT', cluster: 'c', rootPassword: 'right', keyBits: 1024 as const, auth,
	})), 'none', {clock});
	const vault = createPasswordVault({root: 'wrong'});
	const handedOut = createKnownIds();
	const clients = agents.map(({address}) => makeClient(address, {vault, knownIds: handedOut, clock}).client);
	const events: PollEvent[] = [];
	const poller = createPoller({
		clients, clock, random: Math.random, assignCluster: vault.assignCluster,
		emit(event) {
			events.push(event);
		},
	});
	vault.subscribe(() => {
		poller.wake();
	});
	for (const agent of agents) {
		agent.setDelay(150);
	}

	poller.start();
	closing.push(poller.stop, ...clients.map(({dispose}) => dispose), ...agents.map(({stop}) => stop));
	const reasons = () => clients.map(({address}) => {
		const failure = events.findLast(event => event.type === 'agent-failed' && event.agent === address.key);
		return failure?.type === 'agent-failed' && failure.error.type === 'unauthorized' ? (failure.error.isRefused ? 'refused there' : failure.error.reason) : undefined;
	});
	return {agents, vault, events, reasons};
};

/** Ten seconds by the pollers' clock: a status every five seconds. */
const letThemPoll = async (agents: readonly DemoAgent[]): Promise<void> => {
	const before = agents.map(agent => countOf(agent, '/api/v1/status'));
	await until(() => agents.every((agent, index) => countOf(agent, '/api/v1/status') >= (before[index] ?? 0) + 3), 'three more looks at every agent');
};

describe('agents that are slow to answer, all with a wrong root password', () => {
	it.each([[2, 'v1', 2], [3, 'v1', 2], [3, 'v2', 1]] as const)('%i of them that know %s: one is sent it, %i times at most, the others not at all', async (count, auth, times) => {
		const {agents, vault, reasons} = await watch(count, auth);
		await until(() => reasons().includes('refused'), 'the refusal');
		await letThemPoll(agents);
		const tried = reasons().indexOf('refused');
		expect(agents.map(agent => sealedTo(agent))).toEqual(agents.map((_, index) => index === tried ? times : 0));
		expect(reasons()).toEqual(agents.map((_, index) => index === tried ? 'refused' : 'refused there'));
		vault.enter('all', 'root', 'right');
		await until(() => agents.every(agent => sealedTo(agent) > 2), 'the right one to be sent to all');
		expect(agents.reduce((sum, agent) => sum + agent.requests().wrongPasswords, 0)).toBe(times);
	});
});
