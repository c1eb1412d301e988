// Which ids are asked for, whose tasks are believed, and which errors are none (docs/protocol.md#which-ids-may-be-queried).

import {describe, expect, it} from 'vitest';
import {failure, inTurn, reply, success} from '../helpers/scripted-server.js';
import {ask, dataOf, errorOf, whole} from './helpers/client.js';
import {paths, taskId, wireInfo, wireStatus, wireTask, agentsForTests} from './helpers/scripted-agent.js';

const start = agentsForTests();
const single = {[paths.info]: success(wireInfo({identity: 'SINGLE'}))};

describe('errors that are none', () => {
	it.each([
		['no task yet', failure(404, 'Task.NotFound')],
		['no task yet, as an agent 4.3.0 says it', failure(404, undefined, {code: 2300, message: 'Task not found: Agent is not under maintenance'})],
	])('%s', async (_, script) => {
		const {client} = await start({...single, [paths.task]: script});
		expect(await client.fetchMaintenanceTask(whole)).toEqual({type: 'none'});
	});

	it.each([
		['an empty 404', reply(404), {type: 'protocol', problem: 'empty', detail: '404'}],
		['a proxy\'s 404', reply(404, '<html>404 Not Found</html>'), {type: 'protocol', problem: 'html', detail: '404'}],
		['a route that it does not know', failure(404, 'Common.NotFound'), {type: 'refused', status: 404, code: 'Common.NotFound'}],
		['the number of another refusal', failure(404, undefined, {code: 1000}), {type: 'refused', status: 404, code: ''}],
	])('but %s never says that there is no task', async (_, script, error) => {
		const {client} = await start({...single, [paths.task]: script});
		expect(errorOf(await client.fetchMaintenanceTask(whole))).toMatchObject(error);
	});

	it.each([
		['Agent.OceanBase.NotHold', 'not holding'],
		['Common.Unexpected', 'Unexpected error: ocsagent cannot build response body'],
	])('outside a cluster (%s)', async (name, message) => {
		const script = failure(500, name, {message});
		const {client} = await start({...single, [paths.clusterTask]: script, [paths.unfinished]: script});
		expect(await client.fetchClusterTask(whole)).toEqual({type: 'none'});
		expect(dataOf(await client.fetchUnfinishedTasks(whole))).toEqual([]);
	});

	it('another unexpected error is one', async () => {
		const {client} = await start({...single, [paths.clusterTask]: failure(500, 'Common.Unexpected', {message: 'disk full'}), [paths.unfinished]: failure(500, 'Agent.NoMaster')});
		expect(errorOf(await client.fetchClusterTask(whole))).toMatchObject({type: 'refused', message: 'disk full'});
		expect(errorOf(await client.fetchUnfinishedTasks(whole))).toMatchObject({type: 'refused', code: 'Agent.NoMaster'});
	});
});

describe('ids', () => {
	const remote = '21677721620288673';
	const cluster = '1123';

	it('that no agent sent are never queried', async () => {
		const {agent, client} = await start(single);
		for (const id of [taskId, '../../secret', '', '99']) {
			expect(errorOf(await client.fetchTask({...whole, id}))).toEqual({type: 'unknown-id', id});
			expect(errorOf(await client.fetchNode({...ask, id}))).toEqual({type: 'unknown-id', id});
			expect(errorOf(await client.fetchLogs({...ask, id}))).toEqual({type: 'unknown-id', id});
		}

		expect(agent.requests).toEqual([]);
	});

	it('of a task that another one replaced may still be queried', async () => {
		const other = '22130706433028865';
		const {agent, client} = await start({...single, [paths.task]: inTurn(success(wireTask()), success(wireTask({id: other})))});
		dataOf(await client.fetchMaintenanceTask(whole));
		dataOf(await client.fetchMaintenanceTask(whole));
		agent.script(`/api/v1/task/dag/${taskId}`, success(wireTask({state: 'FAILED'})));
		expect(dataOf(await client.fetchTask({...whole, id: taskId}))).toMatchObject({id: taskId, state: 'FAILED'});
	});

	it('of a task that left the list may still be queried', async () => {
		const {agent, client} = await start({...single, [paths.unfinished]: inTurn(success({contents: [wireTask()]}), success({contents: []}))});
		expect(dataOf(await client.fetchUnfinishedTasks(whole))).toHaveLength(1);
		expect(dataOf(await client.fetchUnfinishedTasks(whole))).toEqual([]);
		agent.script(`/api/v1/task/dag/${taskId}`, success(wireTask({state: 'SUCCEED'})));
		expect(dataOf(await client.fetchTask({...whole, id: taskId}))).toMatchObject({id: taskId, state: 'SUCCEED'});
	});

	it('in any answer are handed out: of tasks, stages, sub-tasks, links, and log lines about remote tasks', async () => {
		const [nodeId, subTaskId, linked, main] = ['22130706433028811', '22130706433028812', '22130706433028813', '22130706433028814'] as const;
		const row = {name: 'x', state: 'FAILED', operator: 'RUN', start_time: null, end_time: null};
		const {client, handedOut} = await start({...single, [paths.task]: success(wireTask({
			additional_data: {sub_dags: {'10.0.0.1:2886': linked}, main_dag_id: main},
			nodes: [{...row, id: nodeId, sub_tasks: [{...row, id: subTaskId, execute_times: 1, task_logs: [`remote task ${remote} x running [1/1]`]}]}],
		}))});
		dataOf(await client.fetchMaintenanceTask(whole));
		for (const id of [taskId, nodeId, subTaskId, linked, main, remote]) {
			expect(handedOut.has(id)).toBe(true);
		}

		expect(handedOut.has('22130706433028899')).toBe(false);
	});

	it('in the lines of a sub-task too', async () => {
		const id = '22130706433028812';
		const {client, handedOut} = await start({...single, [`/api/v1/task/sub_task/${id}/logs`]: success({contents: [{id: 1, execute_times: 1, log_content: `remote task ${remote} x running [1/1]`, create_time: null}]})});
		handedOut.record('test', new Set([id]));
		expect(dataOf(await client.fetchLogs({...ask, id})).texts.length).toBe(1);
		expect(handedOut.has(remote)).toBe(true);
	});

	it('that an answer no longer names are forgotten', async () => {
		const main = '22130706433028814';
		const {client, handedOut} = await start({...single, [paths.task]: inTurn(success(wireTask({additional_data: {main_dag_id: main}})), success(wireTask({id: remote})))});
		await client.fetchMaintenanceTask(whole);
		expect(handedOut.has(main)).toBe(true);
		await client.fetchMaintenanceTask(whole);
		expect([handedOut.has(main), handedOut.has(remote)]).toEqual([false, true]);
	});

	it('of a cluster are queried only while OceanBase is connected', async () => {
		const {agent, client, handedOut} = await start({[`/api/v1/task/dag/${cluster}`]: success(wireTask({id: cluster}))});
		handedOut.record('test', new Set([cluster]));
		const asked = async () => client.fetchTask({...whole, id: cluster});
		expect(errorOf(await asked())).toMatchObject({type: 'refused', status: 0});
		for (const obState of [0, 1, 2]) {
			agent.script(paths.status, success(wireStatus({obState})));
			await client.fetchStatus(ask);
			expect(errorOf(await asked()).type).toBe('refused');
		}

		expect(agent.sealed()).toEqual([]);
		agent.script(paths.status, success(wireStatus({obState: 3})));
		await client.fetchStatus(ask);
		expect(dataOf(await asked()).id).toBe(cluster);
	});
});

describe('a task of another agent', () => {
	const foreign = '22130706434028874';

	it('instead of the agent\'s own last one is discarded, also the second time', async () => {
		const {client} = await start({[paths.info]: success(wireInfo({identity: 'FOLLOWER'})), [paths.task]: success(wireTask({id: foreign}))});
		for (let index = 0; index < 2; index++) {
			expect(errorOf(await client.fetchMaintenanceTask(whole))).toEqual({type: 'protocol', problem: 'other-task'});
		}
	});

	it('is distinguished by the address, not by its spelling', async () => {
		const ip = 'fd00:0:0:0:0:0:0:1';
		const own = '3336294682933583715844663186250927177729028867';
		const {client} = await start({[paths.info]: success(wireInfo({ip})), [paths.task]: success(wireTask({id: own}))});
		expect(dataOf(await client.fetchMaintenanceTask(whole)).id).toBe(own);
	});

	it('among the unfinished ones is fine', async () => {
		const {client} = await start({[paths.unfinished]: success({contents: [wireTask({id: foreign})]})});
		expect(dataOf(await client.fetchUnfinishedTasks(whole)).map(({id}) => id)).toEqual([foreign]);
	});
});
