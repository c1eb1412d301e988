// What an agent or a cluster did before: asked for as a list, or id by id downwards, and never an id above what was handed out (docs/protocol.md#which-ids-may-be-queried).

import {readFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {describe, expect, it} from 'vitest';
import {failure, reply, success} from '../helpers/scripted-server.js';
import {ask, dataOf, errorOf, head, whole} from './helpers/client.js';
import {agentsForTests, paths, taskId, wireInfo, wireStatus, wireTask} from './helpers/scripted-agent.js';

const start = agentsForTests();
const single = {[paths.info]: success(wireInfo({identity: 'SINGLE'}))};
const ids = ['22130706433028861', '22130706433028862', '22130706433028863'] as const;
const list = success({contents: ids.map((id, index) => wireTask({id, dag_id: index + 1, nodes: null}))});

describe('a history', () => {
	it('is queried without details, and its ids may be queried afterwards', async () => {
		const {agent, client} = await start({...single, [paths.history]: list, [paths.head(ids[1])]: success(wireTask({id: ids[1]}))});
		expect(dataOf(await client.fetchHistory({...ask, scope: 'agent'})).map(({id}) => id)).toEqual(ids);
		expect(dataOf(await client.fetchTask({...head, id: ids[1]})).id).toBe(ids[1]);
		expect(agent.requests.filter(({uri}) => uri.includes('/task/')).map(({uri}) => uri)).toEqual([paths.history, paths.head(ids[1])]);
	});

	it('of another agent, as a follower has it from its master, is discarded', async () => {
		const {client} = await start({[paths.info]: success(wireInfo({identity: 'FOLLOWER', ip: '127.0.0.2'})), [paths.history]: list});
		expect(errorOf(await client.fetchHistory({...ask, scope: 'agent'}))).toMatchObject({type: 'protocol', problem: 'other-tasks'});
	});

	it('in which tasks of other agents are is that of the own ones', async () => {
		const foreign = wireTask({id: '22130706434028864', dag_id: 4, nodes: null});
		const {client} = await start({...single, [paths.history]: success({contents: [foreign, ...ids.map((id, index) => wireTask({id, dag_id: index + 1, nodes: null}))]})});
		expect(dataOf(await client.fetchHistory({...ask, scope: 'agent'})).map(({id}) => id)).toEqual(ids);
	});

	it('of a cluster is queried only while its database is connected', async () => {
		const {agent, client} = await start({[paths.status]: success(wireStatus({obState: 2})), [paths.clusterHistory]: list});
		expect(errorOf(await client.fetchHistory({...ask, scope: 'cluster'}))).toMatchObject({type: 'refused', status: 0});
		await client.fetchStatus(ask);
		expect(errorOf(await client.fetchHistory({...ask, scope: 'cluster'}))).toMatchObject({type: 'refused', status: 0});
		expect(agent.requests.some(({uri}) => uri === paths.clusterHistory)).toBe(false);
	});

	it('of no cluster is none', async () => {
		const {client} = await start({[paths.clusterHistory]: failure(500, 'Common.Unexpected', {message: 'Unexpected error: ocsagent cannot build response body'})});
		await client.fetchStatus(ask);
		expect(await client.fetchHistory({...ask, scope: 'cluster'})).toEqual({type: 'none'});
	});

	it('of thousands of tasks is taken; one of more than 8 MB is cut off', async () => {
		const many = (count: number) => success({contents: Array.from({length: count}, (_, index) => wireTask({id: `2213070643302886${index + 1}`, dag_id: index + 1, nodes: null, maintenance_key: 'x'.repeat(200)}))});
		const {client} = await start({...single, [paths.history]: many(12_000)});
		expect(dataOf(await client.fetchHistory({...ask, scope: 'agent'}))).toHaveLength(12_000);
		const {client: other} = await start({...single, [paths.history]: many(30_000)});
		expect(errorOf(await other.fetchHistory({...ask, scope: 'agent'}))).toMatchObject({type: 'too-large'});
	});
});

describe('an earlier task', () => {
	it('is queried by the id below a known one, again and again', async () => {
		const {agent, client} = await start({...single, [paths.task]: success(wireTask()), ...Object.fromEntries(ids.map(id => [paths.head(id), success(wireTask({id}))]))});
		dataOf(await client.fetchMaintenanceTask(whole));
		expect(dataOf(await client.fetchEarlierTask({...ask, than: taskId, by: 1})).id).toBe(ids[2]);
		expect(dataOf(await client.fetchEarlierTask({...ask, than: ids[2], by: 2})).id).toBe(ids[0]);
		expect(errorOf(await client.fetchEarlierTask({...ask, than: ids[0], by: 1}))).toMatchObject({type: 'unknown-id'});
		expect(agent.requests.filter(({uri}) => uri.startsWith('/api/v1/task/dag/2')).map(({uri}) => uri)).toEqual([paths.head(ids[2]), paths.head(ids[0])]);
	});

	it.each([
		['before one that no agent handed out', '22130706433028869', 1],
		['above it', taskId, -1],
		['at its own place', taskId, 0],
		['of the cluster', '1123', 1],
	])('%s is never queried', async (_, than, by) => {
		const {agent, client} = await start({...single, [paths.task]: success(wireTask({additional_data: {main_dag_id: '1123'}}))});
		dataOf(await client.fetchMaintenanceTask(whole));
		const before = agent.requests.length;
		expect(errorOf(await client.fetchEarlierTask({...ask, than, by}))).toEqual({type: 'unknown-id', id: than});
		expect(agent.requests).toHaveLength(before);
	});

	it('that is gone is none', async () => {
		const {client} = await start({...single, [paths.task]: success(wireTask()), [paths.head(ids[2])]: failure(404, 'Task.NotFound')});
		dataOf(await client.fetchMaintenanceTask(whole));
		expect(await client.fetchEarlierTask({...ask, than: taskId, by: 1})).toEqual({type: 'none'});
	});
});

const folder = process.env['OBWATCH_RECORDINGS'];

type Line = {readonly path: string; readonly ip: string; readonly status: number; readonly body: unknown};

describe.skipIf(folder === undefined)('the recorded histories', () => {
	const lines = (): readonly Line[] => readFileSync(path.join(folder ?? '', 'two-agents-init-failed-rollback.jsonl'), 'utf8').trim().split('\n')
		.map(line => JSON.parse(line) as Line).filter(line => line.path === '/api/v1/task/dags/agent');

	it('are read: a master\'s whole, a follower\'s as the master\'s', async () => {
		const [master, follower] = [lines().find(({ip}) => ip === '127.0.0.1'), lines().find(({ip}) => ip === '127.0.0.2')];
		const {client} = await start({...single, [paths.history]: reply(200, JSON.stringify(master?.body))});
		expect(dataOf(await client.fetchHistory({...ask, scope: 'agent'})).map(({name}) => name)).toContain('Initialize cluster');
		const {client: other} = await start({[paths.info]: success(wireInfo({identity: 'FOLLOWER', ip: '127.0.0.2', port: 2887})), [paths.history]: reply(200, JSON.stringify(follower?.body))});
		expect(errorOf(await other.fetchHistory({...ask, scope: 'agent'}))).toMatchObject({type: 'protocol'});
	});
});
