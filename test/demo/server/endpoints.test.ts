import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {type DemoAgent, startDemoAgent, startDemoAgents} from '../../../source/demo/demo-agent.js';
import {ask, askSealed, fetchData, fetchOpenData, outcomeIn, type WireData} from '../helpers/ask.js';
import {until} from '../../helpers/until.js';
import {createManualClock, ten} from '../helpers/manual-clock.js';

describe('a single agent whose upgrade failed', () => {
	const clock = createManualClock();
	let agent: DemoAgent;
	let dag: WireData;
	beforeAll(async () => {
		agent = await startDemoAgent({clock, scenario: 'failing'});
		dag = await fetchData(agent.address, 'task/dag/maintain/agent');
	});
	afterAll(async () => agent.stop());

	it('says so in its last task', () => {
		expect(dag).toMatchObject({name: 'Upgrade OceanBase', state: 'FAILED', operator: 'RUN', stage: 3, max_stage: 7, maintenance_type: 2, dag_id: 1});
		expect(dag.id).toBe(dag.nodes[0]!.id);
		expect(dag.nodes[0]!.id).toBe(dag.nodes[0]!.sub_tasks[0]!.id);
		expect(dag.start_time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7,9}Z$/);
		expect(dag.nodes[2]!.sub_tasks[0]!).toMatchObject({execute_times: 1, execute_agent: {ip: '127.0.0.1', port: Number(agent.label.split(':', 2)[1])}});
		expect(dag.nodes[2]!.sub_tasks[0]!.task_logs?.at(-1)).toMatch(/^ERROR: .*no space left on device$/);
		const pending = dag.nodes[3]!;
		expect(pending).toMatchObject({state: 'PENDING', start_time: pending.end_time});
		expect(pending.sub_tasks[0]!.task_logs).toBeNull();
	});

	it.each([
		['a DAG', (id: string) => `task/dag/${id}`, () => dag.id, () => dag],
		['a node', (id: string) => `task/node/${id}`, () => dag.nodes[2]!.id, () => dag.nodes[2]!],
		['a sub-task', (id: string) => `task/sub_task/${id}`, () => dag.nodes[2]!.sub_tasks[0]!.id, () => dag.nodes[2]!.sub_tasks[0]!],
	])('gives %s by its id', async (_, path, id, expected) => {
		expect(await fetchData(agent.address, path(id()))).toEqual(expected());
	});

	it('leaves the nodes out without details', async () => {
		const {json} = await askSealed(agent.address, 'task/dag/maintain/agent?show_details=false');
		expect(json.data).toEqual({...dag, nodes: null, additional_data: null});
		const list = await askSealed(agent.address, 'task/dag/unfinish?show_details=false');
		expect(list.json.data.contents).toEqual([{...dag, nodes: null, additional_data: null}]);
	});

	it('gives every line with its time and execution', async () => {
		const subTask = dag.nodes[2]!.sub_tasks[0]!;
		const {json} = await askSealed(agent.address, `task/sub_task/${subTask.id}/logs`);
		const entries = json.data.contents.toSorted((one, other) => one.id - other.id);
		expect(entries.map(entry => entry.log_content)).toEqual(subTask.task_logs);
		expect(entries[0]).toMatchObject({sub_task_id: subTask.task_id, execute_times: 1, is_sync: true, create_time: entries[0]!.update_time});
		const times = entries.map(entry => Date.parse(entry.create_time));
		expect(times).toEqual(times.toSorted((one, other) => one - other));
	});

	it('holds the maintenance lock', async () => {
		expect(await ask(agent.address, 'status')).toMatchObject({json: {traceId: '', data: {obState: 0, underMaintenance: true, agent: {identity: 'SINGLE'}}}});
	});

	it.each([
		['an unknown route', 'nope', 404, 'Common.NotFound'],
		['a bad id', 'task/dag/abc', 400, 'Task.GenericID.Invalid'],
		['a node without details', 'task/node/1?show_details=false', 500, 'Common.Unexpected'],
		['the cluster\'s task', 'task/dag/maintain/ob', 500, 'Agent.OceanBase.NotHold'],
		['the cluster\'s unfinished tasks', 'task/dag/ob/unfinish', 500, 'Common.Unexpected'],
		['the cluster\'s history', 'task/dags/ob', 500, 'Common.Unexpected'],
		['a cluster\'s task by id', 'task/dag/15', 500, 'Agent.OceanBase.NotHold'],
	])('answers an error for %s', async (_, path, status, errCode) => {
		expect(await askSealed(agent.address, path)).toMatchObject({status, json: {successful: false, status, error: {errCode}}});
	});

	it('has no such task for an unknown id, and not even a body for an id of an unknown agent', async () => {
		expect(await askSealed(agent.address, `task/dag/${dag.id}99`)).toMatchObject({status: 404, json: {error: {errCode: 'Task.NotFound'}}});
		expect(await askSealed(agent.address, 'task/dag/21677721610288612')).toMatchObject({status: 404, text: ''});
	});

	it('operates as requested, and refuses with its own message', async () => {
		const post = async (operator: string, path = `task/dag/${dag.id}`) => askSealed(agent.address, path, {body: {operator}});
		expect(await post('explode')).toMatchObject({status: 400, json: {error: {errCode: 'Task.Dag.Operator.NotSupport', message: 'Operator explode is not supported'}}});
		expect(await post('cancel')).toMatchObject({status: 400, json: {error: {errCode: 'Task.Dag.Operator.CancelFinishedDag', message: 'Failed to cancel DAG: DAG is finished'}}});
		expect(await post('pass')).toMatchObject({status: 400, json: {error: {errCode: 'Task.Dag.Operator.PassNotAllowed', message: 'Failed to pass DAG: node Unpack packages cannot pass'}}});
		expect(await post('retry', `task/node/${dag.nodes[2]!.id}`)).toMatchObject({status: 400, json: {error: {errCode: 'Task.Node.Operator.NotSupport'}}});
		const accepted = await post('retry');
		expect(accepted.status).toBe(200);
		expect(accepted.json).not.toHaveProperty('data');
		const {json} = await askSealed(agent.address, `task/dag/${dag.id}`);
		expect(json.data).toMatchObject({state: 'READY', operator: 'RUN', start_time: '1970-01-01T00:00:00Z', end_time: '1970-01-01T00:00:00Z'});
		clock.advance(120_000);
		expect(await fetchData(agent.address, `task/dag/${dag.id}`)).toMatchObject({state: 'SUCCEED', operator: 'RUN', stage: 7});
		expect(agent.requests()).toMatchObject({posts: 5});
		expect(agent.requests().by).toContainEqual({method: 'POST', path: `/api/v1/task/dag/${dag.id}`, auth: 'root', count: 4});
	});
});

it('an agent without a task says so, and belongs to no cluster', async () => {
	const agent = await startDemoAgent({clock: createManualClock()});
	expect(await askSealed(agent.address, 'task/dag/maintain/agent')).toMatchObject({
		status: 404, json: {error: {errCode: 'Task.NotFound', message: 'Task not found: Agent is not under maintenance'}},
	});
	expect(await ask(agent.address, 'info')).toMatchObject({json: {data: {identity: 'SINGLE', version: '4.5.0.0-0', security: false, supportedAuth: ['v2']}}});
	const {startAt} = await fetchOpenData(agent.address, 'info');
	expect(startAt).toBeGreaterThan(Number.MAX_SAFE_INTEGER);
	await agent.stop();
});

describe('a cluster in the making', () => {
	const clock = createManualClock();
	let master: DemoAgent;
	let follower: DemoAgent;
	beforeAll(async () => {
		const agents = await startDemoAgents([
			{identity: 'MASTER', cluster: 'c', rootPassword: 'r', agentPassword: 'a'},
			{identity: 'FOLLOWER', cluster: 'c', rootPassword: 'r', zone: 'zone2'},
		], 'initialize', {clock});
		[master, follower] = agents as [DemoAgent, DemoAgent];
		clock.advance(15_000);
	});
	afterAll(async () => Promise.all([master.stop(), follower.stop()]));

	const maintenance = 'task/dag/maintain/agent';
	const asRoot = {password: 'r'};

	it('has the follower\'s questions answered by the master, but its last task by itself', async () => {
		const own = await fetchData(follower.address, maintenance, asRoot);
		expect(own).toMatchObject({name: 'Start observer', max_stage: 1});
		const unfinished = await fetchData(follower.address, 'task/dag/unfinish', asRoot);
		expect(unfinished.contents.map(dag => dag.name)).toEqual(['Initialize cluster']);
		const main = await fetchData(master.address, maintenance, {header: 'X-OCS-Agent-Header', password: 'a'});
		expect(main.nodes[2]!.sub_tasks[1]!.task_logs?.includes(`remote task ${own.id} Start observer running [1/1]`)).toBe(true);
		expect(await fetchData(master.address, `task/dag/${own.id}`, asRoot)).toMatchObject({id: own.id});
		const all = await fetchData(master.address, 'task/dag/maintain/agents', asRoot);
		expect(all.contents).toHaveLength(2);
	});

	it('does not pass a stage of another agent\'s task', async () => {
		const {nodes} = await fetchData(follower.address, maintenance, asRoot);
		const path = `task/node/${nodes[0]!.id}`;
		expect(await askSealed(master.address, path, {...asRoot, body: {operator: 'pass'}})).toMatchObject({status: 404, json: {error: {errCode: 'Task.NotFound'}}});
		expect(await askSealed(follower.address, path, {...asRoot, body: {operator: 'pass'}})).toMatchObject({status: 400, json: {error: {errCode: 'Task.Node.Operator.PassNotFailedDag'}}});
	});

	it('knows its agents', async () => {
		const {json} = await askSealed(follower.address, 'agents/status', asRoot);
		expect(Object.keys(json.data)).toEqual([master.label, follower.label]);
		const info = await askSealed(follower.address, 'ob/info', asRoot);
		expect(info.json.data).toMatchObject({agent_info: [{identity: 'MASTER'}, {identity: 'FOLLOWER', zone: 'zone2'}], obcluster_info: {name: 'c'}});
	});

	it('cannot forward an agent header', async () => {
		expect(await askSealed(follower.address, maintenance, {header: 'X-OCS-Agent-Header', password: 'a'})).toMatchObject({
			status: 500, json: {error: {errCode: 'Request.Forward.Header.NotExist', message: 'Header not found when auto-forwarding request to master'}},
		});
	});

	it('leaves the follower without answers while the master is down, though alive', async () => {
		await master.stop();
		expect(await askSealed(follower.address, maintenance, asRoot)).toMatchObject({status: 500, json: {error: {errCode: 'Common.Unexpected'}}});
		expect(await ask(follower.address, 'status')).toMatchObject({status: 200});
		await expect(ask(master.address, 'status')).rejects.toThrow('fetch failed');
		await master.restart();
		expect(await askSealed(follower.address, maintenance, asRoot)).toMatchObject({status: 200});
	});

	it('becomes a cluster at the end, with tasks of the cluster instead of a master', async () => {
		clock.advance(180_000);
		expect(await fetchData(master.address, maintenance, asRoot)).toMatchObject({state: 'SUCCEED', stage: 11});
		expect(await fetchOpenData(follower.address, 'status')).toMatchObject({obState: 3, agent: {identity: 'CLUSTER AGENT'}});
		expect(await askSealed(follower.address, 'task/dag/maintain/ob', asRoot)).toMatchObject({status: 404});
		expect(await askSealed(follower.address, 'task/dag/ob/unfinish', asRoot)).toMatchObject({status: 200});
	});
});

describe('what tests need of an agent', () => {
	it('can be slow, wrong in the head, fast in its time, and gone', async () => {
		const clock = createManualClock();
		const agent = await startDemoAgent({clock, scenario: 'initialize', speed: 60});
		agent.setDelay(5000);
		let isAnswered = false;
		const slow = ask(agent.address, 'status').then(answer => {
			isAnswered = true;
			return answer;
		});
		await until(() => {
			clock.advance(1000);
			return isAnswered;
		}, 'the late response');
		const {json: late} = await slow;
		expect(late.duration).toBeGreaterThanOrEqual(5000);
		agent.setDelay(0);
		agent.setReply({status: 200, contentType: 'text/html', body: '"<html>"'});
		expect(await ask(agent.address, 'info')).toMatchObject({contentType: 'text/html'});
		agent.setReply(undefined);
		const dag = await fetchData(agent.address, 'task/dag/maintain/agent');
		expect(dag.state).toBe('SUCCEED');
		expect(Date.parse(dag.end_time) - ten).toBeLessThan(4000);
		await agent.stop();
		await agent.stop();
	});

	it('can play every scenario to anyone', async () => {
		const {scenarioNames, findScenario} = await import('../../../source/demo/scenarios.js');
		const outcomes: Record<string, string> = {};
		for (const name of scenarioNames) {
			const agent = await startDemoAgent({clock: createManualClock(), scenario: findScenario(name)!});
			const {json} = await askSealed(agent.address, 'task/dag/maintain/agent');
			outcomes[name] = outcomeIn(json).split(' ', 1)[0]!;
			await agent.stop();
		}

		expect(outcomes).toEqual({
			initialize: 'READY/RUN', failing: 'FAILED/RUN', waiting: 'FAILED/RUN', start: 'RUNNING/RUN', 'failed-start': 'SUCCEED/PASS', 'rolled-back': 'SUCCEED/ROLLBACK', 'rolling-back': 'RUNNING/ROLLBACK',
			cancelled: 'FAILED/CANCEL', passed: 'SUCCEED/PASS', succeeded: 'SUCCEED/RUN', idle: 'SUCCEED/RUN', none: 'Task.NotFound', hostile: 'FAILED/RUN', big: 'READY/RUN',
		});
	});
});
