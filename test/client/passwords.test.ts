// Which password goes to whom, in which header, and what a refusal means (docs/protocol.md#which-password).

import {describe, expect, it} from 'vitest';
import {errorText} from '../../source/store/selectors/error-text.js';
import {failure, inTurn, success, type Script} from '../helpers/scripted-server.js';
import {until} from '../helpers/until.js';
import {ask, createShiftedClock, dataOf, errorOf, head, type makeClient, whole} from './helpers/client.js';
import {authentication, decryptFailed, expired, fine, oldRefusal, paths, wireInfo, wireTask, agentsForTests} from './helpers/scripted-agent.js';

const start = agentsForTests();

describe('a wrong password', () => {
	it.each([
		['root\'s', 'IncorrectOceanbasePassword', 'root', {}],
		['the agent\'s', 'IncorrectAgentPassword', 'agent', {[paths.info]: success(wireInfo({security: true}))}],
	] as const)('%s is sent once, and never again until another one is entered', async (_, name, kind, scripts) => {
		const {agent, client, vault} = await start({...scripts, [paths.task]: failure(401, authentication + name, {code: 10_008, message: 'wrong'})}, {passwords: {[kind]: 'marker'}});
		expect(errorOf(await client.fetchMaintenanceTask(whole))).toEqual({
			type: 'unauthorized', wants: kind, reason: 'refused', message: 'wrong',
		});
		for (const reply of [await client.fetchMaintenanceTask(head), await client.fetchUnfinishedTasks(whole), await client.fetchMaintenanceTask(whole)]) {
			expect(errorOf(reply)).toMatchObject({type: 'unauthorized', wants: kind, reason: 'refused'});
		}

		expect(agent.sealed().length).toBe(1);
		agent.script(paths.task, fine);
		vault.enter('all', kind, 'right');
		dataOf(await client.fetchMaintenanceTask(whole));
		expect(agent.credentials().map(({password}) => password)).toEqual(['marker', 'right']);
	});

	it('of the wrong kind: info is read again, and the right kind is reported', async () => {
		const {agent, client, vault, key} = await start({[paths.task]: failure(401, `${authentication}WithAgentPassword`, {code: 10_008})});
		expect(errorOf(await client.fetchMaintenanceTask(whole))).toMatchObject({type: 'unauthorized', wants: 'agent', reason: 'missing'});
		expect(agent.count(paths.info)).toBe(2);
		expect(vault.request(key, 'root').type).toBe('use');
	});

	it('of the wrong kind, because the agent\'s role changed: sent again with the other kind', async () => {
		const {agent, client} = await start({
			[paths.info]: inTurn(success(wireInfo({identity: 'SINGLE'})), success(wireInfo({security: true}))),
			[paths.task]: inTurn(failure(401, `${authentication}WithAgentPassword`, {code: 10_008}), fine),
		}, {passwords: {agent: 'of the agent', root: 'of root'}});
		dataOf(await client.fetchMaintenanceTask(whole));
		expect(agent.credentials().map(({header, password}) => [header, password])).toEqual([['x-ocs-header', ''], ['x-ocs-agent-header', 'of the agent']]);
	});

	it('of the wrong kind, though the agent\'s info is unchanged: sent once with the kind that it demands, and from then on at once', async () => {
		const {agent, client, vault, key} = await start({
			[paths.task]: inTurn(failure(401, `${authentication}WithAgentPassword`, {code: 10_008}), fine), [paths.unfinished]: success({contents: []}),
		}, {passwords: {root: 'of root', agent: 'of the agent'}});
		dataOf(await client.fetchMaintenanceTask(whole));
		dataOf(await client.fetchUnfinishedTasks(whole));
		expect(agent.credentials().map(({password}) => password)).toEqual(['of root', 'of the agent', 'of the agent']);
		const offer = vault.request(key, 'root');
		vault.settle(offer.type === 'use' ? offer.ticket : 0, 'none');
		expect(offer.type).toBe('use');
		agent.script(paths.info, success(wireInfo({identity: 'FOLLOWER'})));
		dataOf(await client.fetchInfo(ask));
		dataOf(await client.fetchUnfinishedTasks(whole));
		expect(agent.credentials().at(-1)?.password).toBe('of root');
	});

	it('of the wrong kind: the wrong one is not sent again, and the right one at once when it is entered', async () => {
		const {agent, client, vault} = await start({[paths.task]: inTurn(failure(401, `${authentication}WithAgentPassword`, {code: 10_008}), fine)});
		for (let index = 0; index < 3; index++) {
			expect(errorOf(await client.fetchMaintenanceTask(whole))).toMatchObject({type: 'unauthorized', wants: 'agent', reason: 'missing'});
		}

		expect(agent.sealed().length).toBe(1);
		vault.enter('all', 'agent', 'of the agent');
		dataOf(await client.fetchMaintenanceTask(whole));
		expect(agent.credentials().map(({password}) => password)).toEqual(['marker', 'of the agent']);
	});

	it.each([
		['a single agent never gets root\'s, whatever it demands', 'WithOceanBasePassword', {identity: 'SINGLE', security: true}, {sent: ['of the agent'], wants: 'root'}],
		['a follower could not forward the agent\'s', 'WithAgentPassword', {identity: 'FOLLOWER'}, {sent: ['of root'], wants: 'agent'}],
		['an agent that demands them by turns gets each once', 'both', {identity: 'CLUSTER AGENT'}, {sent: ['of root', 'of the agent'], wants: 'root'}],
	])('%s', async (_, demand, info, {sent, wants}) => {
		const demands = demand === 'both' ? ['WithAgentPassword', 'WithOceanBasePassword'] as const : [demand, demand] as const;
		const {agent, client} = await start({
			[paths.info]: success(wireInfo(info)), [paths.task]: inTurn(...demands.map(name => failure(401, authentication + name, {code: 10_008})) as [Script, Script]),
		}, {passwords: {root: 'of root', agent: 'of the agent'}});
		expect(errorOf(await client.fetchMaintenanceTask(whole))).toMatchObject({type: 'unauthorized', wants});
		expect(agent.credentials().map(({password}) => password)).toEqual(sent);
	});

	it.each(['IncorrectToken', 'Unauthorized'])('%s is not the password\'s fault', async name => {
		const {agent, client, vault, key} = await start({[paths.task]: failure(401, authentication + name, {code: 10_008})});
		const error = errorOf(await client.fetchMaintenanceTask(whole));
		expect(error).toMatchObject({type: 'refused', status: 401, code: authentication + name, traceId: 'trace'});
		expect(errorText(error)).toBe('it cannot forward requests (not a password problem)');
		expect(vault.request(key, 'root').type).toBe('use');
		expect(agent.sealed().length).toBe(1);
	});

	it('is not called right by a proxy that answers something else', async () => {
		const html: Script = response => {
			response.writeHead(200, {'content-type': 'text/html'});
			response.end('<html>');
		};

		const {client, vault, key} = await start({[paths.task]: html});
		expect(errorOf(await client.fetchMaintenanceTask(whole)).type).toBe('protocol');
		expect(vault.request('another agent', 'root').type).toBe('use');
		expect(vault.request(key, 'root').type).toBe('held-back');
	});

	it('held back names the agent that tries it', async () => {
		const {client, vault, agent} = await start();
		vault.request('10.0.0.9:2886', 'root');
		expect(errorOf(await client.fetchMaintenanceTask(whole))).toMatchObject({type: 'unauthorized', reason: 'held-back', by: '10.0.0.9:2886'});
		expect(agent.sealed()).toEqual([]);
	});
});

describe('two questions to one agent at once, with a password that was never tried', () => {
	const unfinished = success({contents: []});

	it('the second waits for the first, and both are answered', async () => {
		const {agent, client} = await start({[paths.unfinished]: unfinished});
		const replies = await Promise.all([client.fetchMaintenanceTask(whole), client.fetchUnfinishedTasks(whole), client.fetchMaintenanceTask(whole)]);
		expect(replies.map(({type}) => type)).toEqual(['data', 'data', 'data']);
		expect(agent.sealed().length).toBe(3);
	});

	it('a wrong one is sent once', async () => {
		const wrong = failure(401, `${authentication}IncorrectOceanbasePassword`, {code: 10_008});
		const {agent, client} = await start({[paths.task]: wrong, [paths.unfinished]: wrong});
		const replies = await Promise.all([client.fetchMaintenanceTask(whole), client.fetchUnfinishedTasks(whole)]);
		expect(replies.map(reply => errorOf(reply))).toMatchObject([{reason: 'refused'}, {reason: 'refused'}]);
		expect(agent.sealed().length).toBe(1);
	});

	it('a waiting request stops at its own deadline, or when aborted', async () => {
		const {agent, client} = await start({[paths.task]: () => undefined, [paths.unfinished]: unfinished});
		const controller = new AbortController();
		const first = client.fetchMaintenanceTask({...whole, signal: controller.signal});
		await until(() => agent.sealed().length === 1, 'the first request');
		expect(errorOf(await client.fetchUnfinishedTasks({...whole, timeout: 60}))).toEqual({type: 'timeout', after: 60});
		const impatient = new AbortController();
		const second = client.fetchUnfinishedTasks({...whole, signal: impatient.signal});
		const third = client.fetchUnfinishedTasks(whole);
		impatient.abort();
		expect(errorOf(await second)).toEqual({type: 'aborted'});
		controller.abort();
		expect(errorOf(await first)).toEqual({type: 'aborted'});
		expect(dataOf(await third)).toEqual([]);
	});

	it('the agent\'s own password is sent by both', async () => {
		const held: Array<() => void> = [];
		const {agent, client} = await start({
			[paths.info]: success(wireInfo({security: true})), [paths.unfinished]: unfinished,
			[paths.task](response, request) {
				held.push(() => {
					fine(response, request);
				});
			},
		}, {passwords: {agent: 'marker'}});
		const first = client.fetchMaintenanceTask(whole);
		await until(() => agent.sealed().length === 1, 'the first request');
		expect(dataOf(await client.fetchUnfinishedTasks(whole))).toEqual([]);
		held[0]?.();
		dataOf(await first);
	});
});

describe('which header, with which password', () => {
	const both = {root: 'of root', agent: 'of the agent'};
	it.each<readonly [string, object, Parameters<typeof makeClient>[1], readonly [header: string, password: string] | undefined]>([
		['a single agent without password gets nothing', {identity: 'SINGLE'}, {passwords: both}, ['x-ocs-header', '']],
		['a single agent with one gets its own', {identity: 'SINGLE', security: true}, {passwords: both}, ['x-ocs-agent-header', 'of the agent']],
		['never root\'s, also where only that is known', {identity: 'SINGLE', security: true}, {passwords: {root: 'of root'}}, undefined],
		['a master without one gets root\'s', {identity: 'MASTER'}, {passwords: both}, ['x-ocs-header', 'of root']],
		['or the usual empty one', {identity: 'MASTER'}, {}, ['x-ocs-header', '']],
		['a master with one gets its own', {identity: 'MASTER', security: true}, {passwords: both}, ['x-ocs-agent-header', 'of the agent']],
		['a follower always gets root\'s', {identity: 'FOLLOWER', security: true}, {passwords: both}, ['x-ocs-header', 'of root']],
		['or the usual empty one', {identity: 'FOLLOWER', security: true}, {}, ['x-ocs-header', '']],
		['in a cluster root\'s', {identity: 'CLUSTER AGENT'}, {passwords: both}, ['x-ocs-header', 'of root']],
		['in a cluster never an empty one unasked', {identity: 'CLUSTER AGENT'}, {}, undefined],
		['but an empty one that was given', {identity: 'CLUSTER AGENT'}, {passwords: {root: ''}}, ['x-ocs-header', '']],
		['in a cluster with an agent password that one', {identity: 'CLUSTER AGENT', security: true}, {passwords: both}, ['x-ocs-agent-header', 'of the agent']],
		['or root\'s, where only that is known', {identity: 'CLUSTER AGENT', security: true}, {passwords: {root: 'of root'}}, ['x-ocs-header', 'of root']],
		['one that is being taken over has a database: never an empty one unasked', {identity: 'TAKE OVER FOLLOWER'}, {}, undefined],
		['nor its master', {identity: 'TAKE OVER MASTER'}, {}, undefined],
		['nor one that joins', {identity: 'SCALING OUT'}, {}, undefined],
		['nor an unidentified one', {identity: 'UNIDENTIFIED'}, {}, undefined],
		['an old agent', {identity: 'CLUSTER AGENT', version: '4.2.2.0-0', supportedAuth: undefined}, {passwords: both}, ['x-ocs-auth', 'of root']],
		['an agent with both', {identity: 'CLUSTER AGENT', supportedAuth: ['v1', 'v2']}, {passwords: both}, ['x-ocs-header', 'of root']],
	])('%s (%j)', async (_, info, settings, expected) => {
		const {agent, client} = await start({[paths.info]: success(wireInfo(info))}, settings);
		const reply = await client.fetchMaintenanceTask(whole);
		expect(reply.type).toBe(expected ? 'data' : 'error');
		expect(agent.credentials().map(({header, password}) => [header, password])).toEqual(expected ? [expected] : []);
	});

	it('the task of an obproxy needs the agent\'s', async () => {
		const id = '42130706433028864';
		const {agent, client, handedOut} = await start({[`/api/v1/task/dag/${id}`]: success(wireTask({id}))}, {passwords: both});
		handedOut.record('test', new Set([id]));
		dataOf(await client.fetchTask({...whole, id}));
		expect(agent.credentials()).toMatchObject([{header: 'x-ocs-agent-header', password: 'of the agent'}]);
	});

	it('an agent that became a follower during the request: info is read again, and the other header is sent', async () => {
		const {agent, client} = await start({
			[paths.info]: inTurn(success(wireInfo({identity: 'MASTER', security: true})), success(wireInfo({identity: 'FOLLOWER'}))),
			[paths.task]: inTurn(failure(500, 'Request.Forward.Header.NotExist'), fine),
		}, {passwords: both});
		dataOf(await client.fetchMaintenanceTask(whole));
		expect(agent.credentials().map(({header}) => header)).toEqual(['x-ocs-agent-header', 'x-ocs-header']);
		expect(agent.count(paths.info)).toBe(2);
	});

	it('and reported if nothing else can be done', async () => {
		const {agent, client} = await start({[paths.task]: failure(500, 'Request.Forward.Header.NotExist')});
		expect(errorOf(await client.fetchMaintenanceTask(whole))).toMatchObject({type: 'refused', status: 500, code: 'Request.Forward.Header.NotExist', traceId: 'trace'});
		expect(agent.sealed().length).toBe(1);
	});

	it('an agent that does not say its identity gets nothing', async () => {
		const {agent, client} = await start({[paths.info]: failure(500, 'Common.Unexpected')});
		expect(errorOf(await client.fetchMaintenanceTask(whole))).toMatchObject({type: 'refused', status: 500});
		expect(agent.sealed()).toEqual([]);
	});
});

describe('a sealed header', () => {
	it('is used again for the same request until shortly before it expires, and names its path', async () => {
		const clock = createShiftedClock();
		const {agent, client} = await start({[paths.taskHead]: fine}, {passwords: {root: 'marker'}, clock});
		const headers = (): readonly unknown[] => [...new Set(agent.sealed().map(request => request.headers['x-ocs-header']))];
		await client.fetchMaintenanceTask(head);
		clock.shift(40_000);
		await client.fetchMaintenanceTask(head);
		expect(headers().length).toBe(1);
		clock.shift(12_000);
		await client.fetchMaintenanceTask(head);
		expect(headers().length).toBe(2);
		clock.shift(-3_600_000);
		await client.fetchMaintenanceTask(head);
		expect(headers().length).toBe(3);
		await client.fetchMaintenanceTask(whole);
		expect(agent.credentials().map(({uri}) => uri)).toEqual([paths.taskHead, paths.taskHead, paths.taskHead, paths.taskHead, paths.task]);
		for (const {ts} of agent.credentials().slice(0, 1)) {
			expect(Math.abs(Number(ts) - (Date.now() / 1000) - 60)).toBeLessThan(5);
		}
	});

	it('is not used again for another password', async () => {
		const {agent, client, vault} = await start();
		await client.fetchMaintenanceTask(whole);
		vault.enter('all', 'root', 'new');
		await client.fetchMaintenanceTask(whole);
		await client.fetchMaintenanceTask(whole);
		expect(agent.credentials().map(({password}) => password)).toEqual(['marker', 'new', 'new']);
		expect(new Set(agent.sealed().map(({headers}) => headers['x-ocs-header'])).size).toBe(2);
	});

	it('is not used again in another form, after an upgrade', async () => {
		const {agent, client} = await start({[paths.info]: inTurn(success(wireInfo({version: '4.2.2.0-0', supportedAuth: undefined})), success(wireInfo()))});
		await client.fetchMaintenanceTask(whole);
		await client.fetchInfo(ask);
		await client.fetchMaintenanceTask(whole);
		expect(agent.credentials().map(({header}) => header)).toEqual(['x-ocs-auth', 'x-ocs-header']);
	});

	it('survives a clock that is measured again and found the same', async () => {
		const {agent, client} = await start();
		await client.measureSkew(ask);
		await client.fetchMaintenanceTask(whole);
		await client.measureSkew(ask);
		await client.fetchMaintenanceTask(whole);
		expect(new Set(agent.sealed().map(({headers}) => headers['x-ocs-header'])).size).toBeLessThanOrEqual(1);
	});
});

it('no password is in anything that comes back', async () => {
	const scripts: readonly Script[] = [
		decryptFailed,
		expired,
		oldRefusal,
		failure(401, `${authentication}IncorrectOceanbasePassword`),
		failure(500, 'Common.Unexpected'),
		fine,
		response => {
			response.destroy();
		},
		response => {
			response.writeHead(200);
			response.end('<html>');
		},
	];
	for (const script of scripts) {
		const {client} = await start({[paths.task]: script}, {passwords: {root: 'marker-9f3', agent: 'marker-9f3'}});
		const reply = await client.fetchMaintenanceTask(whole);
		expect(JSON.stringify([reply, client, client.fingerprint()])).not.toContain('marker-9f3');
	}
});
