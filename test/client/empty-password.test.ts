// The empty root password, where no person gave one: to whom it is sent (API reference, section 3).

import {describe, expect, it} from 'vitest';
import {failure, success} from '../helpers/scripted-server.js';
import {ask, dataOf, errorOf, whole} from './helpers/client.js';
import {agentsForTests, authentication, fine, paths, wireInfo} from './helpers/scripted-agent.js';

const start = agentsForTests();

describe('the empty password', () => {
	it('is tried once where it is usual, and then asked for', async () => {
		const {agent, client, vault} = await start({
			[paths.info]: success(wireInfo({identity: 'MASTER'})), [paths.task]: failure(401, `${authentication}IncorrectOceanbasePassword`, {code: 10_008}),
		}, {});
		for (let index = 0; index < 3; index++) {
			expect(errorOf(await client.fetchMaintenanceTask(whole))).toMatchObject({type: 'unauthorized', wants: 'root', reason: 'missing'});
		}

		expect(agent.credentials().map(({password}) => password)).toEqual(['']);
		agent.script(paths.task, fine);
		vault.enter('all', 'root', 'right');
		dataOf(await client.fetchMaintenanceTask(whole));
	});

	it('that an agent has accepted is sent on when it becomes a cluster agent, until it refuses it', async () => {
		const {agent, client} = await start({[paths.info]: success(wireInfo({identity: 'MASTER'})), [paths.task]: fine}, {});
		dataOf(await client.fetchMaintenanceTask(whole));
		agent.script(paths.info, success(wireInfo({identity: 'CLUSTER AGENT'})));
		dataOf(await client.fetchInfo(ask));
		dataOf(await client.fetchMaintenanceTask(whole));
		agent.script(paths.task, failure(401, `${authentication}IncorrectOceanbasePassword`, {code: 10_008}));
		for (let index = 0; index < 3; index++) {
			expect(errorOf(await client.fetchMaintenanceTask(whole))).toMatchObject({type: 'unauthorized', wants: 'root', reason: 'missing'});
		}

		expect(agent.credentials().map(({password}) => password)).toEqual(['', '', '']);
	});

	it('that a single agent has let pass is not sent to it as a cluster agent, nor one that a master has refused', async () => {
		const {agent, client} = await start({[paths.info]: success(wireInfo({identity: 'SINGLE'})), [paths.task]: fine}, {});
		dataOf(await client.fetchMaintenanceTask(whole));
		for (const identity of ['CLUSTER AGENT', 'MASTER', 'CLUSTER AGENT']) {
			agent.script(paths.task, failure(401, `${authentication}IncorrectOceanbasePassword`, {code: 10_008}));
			agent.script(paths.info, success(wireInfo({identity})));
			dataOf(await client.fetchInfo(ask));
			expect(errorOf(await client.fetchMaintenanceTask(whole))).toMatchObject({type: 'unauthorized', wants: 'root', reason: 'missing'});
		}

		expect(agent.credentials().map(({password}) => password)).toEqual(['', '']);
	});
});
