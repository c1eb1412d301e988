// A key that does not fit, and clocks that differ (docs/protocol.md#authentication-errors).

import {describe, expect, it} from 'vitest';
import {createPins} from '../../source/client/keys/pinning.js';
import {createMemoryPins, type Reply} from '../../source/client/types.js';
import {generateDemoKey} from '../../source/demo/crypto.js';
import {type Clock} from '../../source/lib/clock.js';
import {inTurn, type Script, success} from '../helpers/scripted-server.js';
import {until} from '../helpers/until.js';
import {createVirtualClock} from '../helpers/virtual-clock.js';
import {ask, dataOf, errorOf, whole} from './helpers/client.js';
import {authentication, decryptFailed, expired, fine, oldRefusal, paths, taskId, wireInfo, agentsForTests} from './helpers/scripted-agent.js';

const start = agentsForTests();

describe('a key that does not fit', () => {
	it('but is still the same one: sealed again, once, with another header', async () => {
		const {agent, client} = await start({[paths.task]: inTurn(decryptFailed, fine)});
		expect(dataOf(await client.fetchMaintenanceTask(whole)).id).toBe(taskId);
		expect(agent.count(paths.secret)).toBe(2);
		expect(new Set(agent.sealed().map(({headers}) => headers['x-ocs-header'])).size).toBe(2);
	});

	it('and stays refused: reported after one retry', async () => {
		const {agent, client} = await start({[paths.task]: decryptFailed});
		expect(errorOf(await client.fetchMaintenanceTask(whole))).toMatchObject({type: 'refused', code: `${authentication}Header.DecryptFailed`});
		expect(agent.sealed().length).toBe(2);
	});

	it('because it is another one: nothing is sealed until someone accepts it, and the rest goes on', async () => {
		const {agent, client} = await start();
		dataOf(await client.fetchMaintenanceTask(whole));
		const known = client.fingerprint();
		const other = await generateDemoKey(1024);
		agent.script(paths.secret, success({public_key: other.publicKey}));
		agent.script(paths.task, decryptFailed);
		const error = errorOf(await client.fetchMaintenanceTask(whole));
		expect(error).toEqual({
			type: 'key-changed', known, knownBits: 512, offered: expect.stringMatching(/^SHA256:[\w+/]{43}$/) as string, offeredBits: 1024,
		});
		expect(error).not.toMatchObject({offered: known});
		const sealed = agent.sealed().length;
		for (const reply of [await client.fetchMaintenanceTask(whole), await client.fetchUnfinishedTasks(whole), await client.fetchClusterInfo(ask)]) {
			expect(errorOf(reply)).toEqual(error);
		}

		expect(agent.sealed().length).toBe(sealed);
		dataOf(await client.fetchInfo(ask));
		dataOf(await client.fetchStatus(ask));
		dataOf(await client.measureSkew(ask));
		expect(client.fingerprint()).toBe(known);
		expect(client.acceptKey(known ?? '')).toBe(false);
		expect(errorOf(await client.fetchMaintenanceTask(whole))).toEqual(error);
		expect(client.acceptKey((error as {readonly offered: string}).offered)).toBe(true);
		expect(client.fingerprint()).toBe((error as {readonly offered: string}).offered);
		agent.script(paths.task, fine);
		dataOf(await client.fetchMaintenanceTask(whole));
		expect(agent.sealed().length).toBe(sealed + 1);
	});

	it('that was known from before is not given up for the first one that comes', async () => {
		const before = await generateDemoKey(512);
		const pins = createMemoryPins();
		const {agent, client, key} = await start({}, {passwords: {root: 'marker'}, pins});
		pins.accept(key, {...before, isV2: true});
		const error = errorOf(await client.fetchMaintenanceTask(whole));
		expect(error).toMatchObject({type: 'key-changed', knownBits: 512});
		expect(agent.sealed()).toEqual([]);
		client.acceptKey((error as {readonly offered: string}).offered);
		dataOf(await client.fetchMaintenanceTask(whole));
	});

	it('accepting nothing changes nothing', async () => {
		const {client} = await start();
		expect(client.acceptKey('SHA256:any')).toBe(false);
		expect(client.fingerprint()).toBeUndefined();
	});

	it('and the old one again stay stopped: an agent that alternates between two keys gets nothing until one is accepted', async () => {
		const other = await generateDemoKey(512);
		const {agent, client} = await start();
		dataOf(await client.fetchMaintenanceTask(whole));
		agent.script(paths.task, decryptFailed);
		agent.script(paths.secret, inTurn(success({public_key: other.publicKey}), success({public_key: agent.key.publicKey})));
		const replies = await Promise.all([client.fetchMaintenanceTask(whole), client.fetchMaintenanceTask(whole)]);
		expect(agent.count(paths.secret)).toBe(3);
		const [error] = replies.map(reply => errorOf(reply));
		expect(replies.map(reply => errorOf(reply))).toEqual([error, error]);
		expect(error?.type).toBe('key-changed');
		const sealed = agent.sealed().length;
		expect(errorOf(await client.fetchMaintenanceTask(whole))).toEqual(error);
		expect(agent.sealed().length).toBe(sealed);
	});

	it('and another one after that: only the one on offer now can be accepted', async () => {
		const [second, third] = [await generateDemoKey(512), await generateDemoKey(512)];
		const {agent, client} = await start();
		dataOf(await client.fetchMaintenanceTask(whole));
		agent.script(paths.task, decryptFailed);
		agent.script(paths.secret, inTurn(success({public_key: second.publicKey}), success({public_key: third.publicKey})));
		const offeredIn = (reply: Reply<unknown>): string => (errorOf(reply) as {readonly offered: string}).offered;
		const replies = await Promise.all([client.fetchMaintenanceTask(whole), client.fetchMaintenanceTask(whole)]);
		const last = offeredIn(await client.fetchMaintenanceTask(whole));
		const first = replies.map(reply => offeredIn(reply)).find(offer => offer !== last);
		expect([client.acceptKey(first ?? ''), client.acceptKey(last)]).toEqual([false, true]);
		expect(client.fingerprint()).toBe(last);
	});

	it.each([
		['none', success({public_key: ''}), {problem: 'unreadable-key'}],
		['nonsense', success({public_key: 'AAAA'}), {problem: 'unreadable-key'}],
		['nothing at all', success(null), {problem: 'unknown-shape', detail: ''}],
	])('that is %s', async (_, script, problem) => {
		const {agent, client} = await start({[paths.secret]: script});
		expect(errorOf(await client.fetchMaintenanceTask(whole))).toEqual({type: 'protocol', ...problem});
		expect(agent.sealed()).toEqual([]);
	});
});

describe('v2 authentication that is suddenly missing', () => {
	const v1 = success(wireInfo({supportedAuth: ['v1']}));

	it('is a change like that of a key: nothing is sent, also once it is back, until someone accepts', async () => {
		const {agent, client} = await start();
		dataOf(await client.fetchMaintenanceTask(whole));
		const known = client.fingerprint() ?? '';
		const sealed = agent.sealed().length;
		agent.script(paths.info, v1);
		dataOf(await client.fetchInfo(ask));
		const error = errorOf(await client.fetchMaintenanceTask(whole));
		expect(error).toEqual({type: 'key-changed', known, knownBits: 512, offered: known, offeredBits: 512});
		expect(errorOf(await client.fetchUnfinishedTasks(whole))).toEqual(error);
		agent.script(paths.info, success(wireInfo()));
		dataOf(await client.fetchInfo(ask));
		expect(errorOf(await client.fetchMaintenanceTask(whole))).toEqual(error);
		expect(agent.sealed().length).toBe(sealed);

		agent.script(paths.info, v1);
		dataOf(await client.fetchInfo(ask));
		expect(client.acceptKey(known)).toBe(true);
		dataOf(await client.fetchMaintenanceTask(whole));
		expect(agent.credentials().at(-1)).toMatchObject({header: 'x-ocs-auth', password: 'marker'});
	});

	it('counts where an earlier run saw it', async () => {
		const pins = createMemoryPins();
		const {agent, client, key} = await start({[paths.info]: v1}, {passwords: {root: 'marker'}, pins});
		pins.accept(key, {publicKey: agent.key.publicKey, bits: 512, isV2: true});
		expect(errorOf(await client.fetchMaintenanceTask(whole))).toMatchObject({type: 'key-changed'});
		expect(agent.sealed()).toEqual([]);
	});

	it('is no news of an agent that never had it, and which may learn it', async () => {
		const {agent, client} = await start({[paths.info]: v1});
		dataOf(await client.fetchMaintenanceTask(whole));
		agent.script(paths.info, success(wireInfo()));
		dataOf(await client.fetchInfo(ask));
		dataOf(await client.fetchMaintenanceTask(whole));
		expect(agent.credentials().map(({header}) => header)).toEqual(['x-ocs-auth', 'x-ocs-header']);
	});
});

it('a key that was never seen is trusted only where that was said', async () => {
	const pins = createPins({file: undefined, takesAny: false, now: Date.now, onNotice: () => undefined});
	const {agent, client} = await start({}, {passwords: {root: 'marker'}, pins, trustsNew: false});
	expect(errorOf(await client.fetchMaintenanceTask(whole))).toMatchObject({type: 'key-changed', known: undefined});
	expect(agent.sealed()).toEqual([]);
});

describe('clocks that differ', () => {
	it('are measured once, and the request is encrypted again', async () => {
		const {agent, client} = await start({[paths.task]: inTurn(expired, fine), [paths.time]: success(new Date(Date.now() + 3_600_000).toISOString())});
		dataOf(await client.fetchMaintenanceTask(whole));
		expect(agent.count(paths.time)).toBe(1);
		expect(client.skew()).toBeGreaterThan(3_590_000);
		const [first, second] = agent.credentials();
		expect(Number(second?.ts) - Number(first?.ts)).toBeGreaterThan(3590);
	});

	it('still: reported as such, and the password is not at fault', async () => {
		const {agent, client, vault, key} = await start({[paths.task]: expired});
		expect(errorOf(await client.fetchMaintenanceTask(whole))).toEqual({type: 'clock', skew: client.skew()});
		expect([agent.count(paths.time), agent.sealed().length]).toEqual([1, 2]);
		// What was refused is not sent again, also where the clock was right all along.
		expect(new Set(agent.sealed().map(({headers}) => headers['x-ocs-header'])).size).toBe(2);
		expect(vault.request(key, 'root').type).toBe('use');
	});

	it('and the agent does not say the time: the reason is reported', async () => {
		const {client} = await start({[paths.task]: expired, [paths.time]: success('soon')});
		expect(errorOf(await client.fetchMaintenanceTask(whole))).toMatchObject({type: 'protocol'});
	});

	it('an old agent says the same for a wrong password: after the clock, it is that', async () => {
		const {agent, client, vault, key} = await start({[paths.task]: oldRefusal, [paths.info]: success(wireInfo({version: '4.2.2.0-0', supportedAuth: undefined}))});
		expect(errorOf(await client.fetchMaintenanceTask(whole))).toMatchObject({type: 'unauthorized', wants: 'root', reason: 'refused'});
		expect(agent.sealed().length).toBe(2);
		expect(agent.credentials()[0]).toMatchObject({header: 'x-ocs-auth', password: 'marker'});
		expect(vault.request(key, 'root').type).toBe('refused');
		await client.fetchMaintenanceTask(whole);
		expect(agent.sealed().length).toBe(2);
	});

	it('an old agent whose clock was off is fine after that', async () => {
		const {agent, client} = await start({[paths.task]: inTurn(oldRefusal, fine)});
		dataOf(await client.fetchMaintenanceTask(whole));
		expect(agent.count(paths.time)).toBe(1);
	});
});

it('a deadline is for the whole request, and reported as it was given', async () => {
	const clock = createVirtualClock(Date.now());
	const {agent, client} = await start({[paths.task]: () => undefined}, {passwords: {root: 'marker'}, clock});
	const reply = client.fetchMaintenanceTask({...whole, timeout: 100});
	// The agent was asked for its info and its key before.
	await clock.advance(60);
	await until(() => agent.sealed().length === 1, 'the request with the password');
	await clock.advance(40);
	expect(errorOf(await reply)).toEqual({type: 'timeout', after: 100});
	expect(agent.sealed().length).toBe(1);
});

it('a deadline does not run out while this program is stopped', async () => {
	const timers = new Set<{readonly at: number; readonly run: () => void}>();
	let now = Date.now();
	const clock: Clock = {
		now: () => now,
		schedule(run, delay) {
			const timer = {at: now + delay, run};
			timers.add(timer);
			return () => {
				timers.delete(timer);
			};
		},
	};
	const stop = (): void => {
		now += 60_000;
		// After a stop, first what is due now, then what has arrived.
		const due = [...timers].filter(({at}) => at <= now);
		for (const timer of due) {
			timers.delete(timer);
			timer.run();
		}
	};

	const stopped = (next: Script): Script => (response, request) => {
		stop();
		stop();
		next(response, request);
	};

	const {agent, client} = await start({[paths.info]: stopped(success(wireInfo())), [paths.task]: stopped(fine)}, {passwords: {root: 'marker'}, clock});
	expect(dataOf(await client.fetchMaintenanceTask(whole)).id).toBe(taskId);
	expect(agent.sealed().length).toBe(1);
	expect([...timers]).toEqual([]);
});
