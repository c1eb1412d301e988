// The demo agents' answers have the same shape as those of real agents, recorded in the folder OBWATCH_RECORDINGS.

import {type KeyObject} from 'node:crypto';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import process from 'node:process';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {type DemoAgent, startDemoAgents} from '../../source/demo/demo-agent.js';
import {storyOf} from '../../source/demo/engine/model.js';
import {ask, askSealed, fetchData, keyOf, seal, type SealOptions, type WireAnswer, type WireData} from './helpers/ask.js';
import {createManualClock} from './helpers/manual-clock.js';

const folder = process.env['OBWATCH_RECORDINGS'];

type Recording = {readonly note: string; readonly request: {readonly path?: string}; readonly status: number; readonly contentType: string; readonly body: WireAnswer};

const recordings = (): readonly Recording[] =>
	readFileSync(join(folder ?? '', 'endpoints-and-errors.jsonl'), 'utf8').trim().split('\n').map(line => JSON.parse(line) as Recording);

/** Every path into the value with the kinds of its values; elements of a list, and agents by their name, count as one. */
const shapeOf = (value: unknown, path = ''): ReadonlyMap<string, ReadonlySet<string>> => {
	const shape = new Map<string, Set<string>>();
	const add = (at: string, kind: string): void => {
		shape.set(at, (shape.get(at) ?? new Set()).add(kind));
	};

	const walk = (part: unknown, at: string): void => {
		if (Array.isArray(part)) {
			add(at, 'array');
			for (const element of part) {
				walk(element, `${at}[]`);
			}
		} else if (typeof part === 'object' && part !== null) {
			add(at, 'object');
			for (const [key, element] of Object.entries(part)) {
				walk(element, `${at}.${/^[\d.]+:\d+$/.test(key) ? '*' : key}`);
			}
		} else {
			add(at, part === null ? 'null' : typeof part);
		}
	};

	walk(value, path);
	return shape;
};

const keysOf = (value: unknown): readonly string[] => [...shapeOf(value).keys()].toSorted();

describe.skipIf(folder === undefined)('compared with the recording of a running cluster', () => {
	type Line = {readonly ip: string; readonly path: string; readonly status: number; readonly body: WireAnswer};
	const lines = folder === undefined ? [] : readFileSync(join(folder, 'cluster-stop-start-failed-start.jsonl'), 'utf8').trim().split('\n').map(line => JSON.parse(line) as Line);
	const root: SealOptions = {password: 'r'};
	const clock = createManualClock();
	let keeper: DemoAgent;
	let other: DemoAgent;
	/** What the demo's agents answered to each request, all through a stop, a start that failed and one that did not. */
	const answers = new Map<string, WireAnswer[]>();

	const keys = new Map<string, KeyObject>();
	const headers = new Map<string, string>();
	const seenLogs = new Set<string>();
	let unfinished = new Set<string>();

	/** The request without ids: what a task is belongs to it, since a main task's answers have other fields than a share's. */
	const requestOf = (path: string, {data}: Partial<WireAnswer>): string => {
		const request = path.replace('/api/v1/', '').replaceAll(/\/\d+/g, '/ID');
		return request.startsWith('task/dag/ID') ? `${request} ${/^\d{8,}/.test(data?.id ?? '') ? '' : 'of the cluster '}${data?.name ?? ''}` : request;
	};

	const hear = async (agent: DemoAgent, path: string): Promise<WireAnswer> => {
		const key = keys.get(agent.label) ?? await keyOf(agent.address);
		keys.set(agent.label, key);
		const header = headers.get(`${agent.label} ${path}`) ?? seal(key, JSON.stringify({auth: 'r', ts: '4000000000', uri: `/api/v1/${path}`, keys: ''}));
		headers.set(`${agent.label} ${path}`, header);
		const {json} = await ask(agent.address, path, {headers: {'X-OCS-Header': header}});
		const request = requestOf(path, json);
		answers.set(request, [...answers.get(request) ?? [], json]);
		return json;
	};

	const hearLogs = async (agent: DemoAgent, {nodes}: WireData): Promise<void> => {
		const fresh = nodes.flatMap(node => node.sub_tasks).filter(({id, task_logs: logs}) => logs && logs.length > 0 && !seenLogs.has(id));
		for (const {id} of fresh) {
			seenLogs.add(id);
			await hear(agent, `task/sub_task/${id}/logs`);
		}
	};

	/** What is unfinished, each task of it, and once more each that is not any more. */
	const hearTasks = async (agent: DemoAgent): Promise<void> => {
		const {data: {contents}} = await hear(agent, 'task/dag/unfinish?show_details=false');
		const before = unfinished;
		unfinished = new Set((contents as WireData['contents'] | null)?.map(({id}) => id));
		for (const id of unfinished.union(before)) {
			const {data} = await hear(agent, `task/dag/${id}`);
			await hearLogs(agent, data);
		}
	};

	beforeAll(async () => {
		const {dropTenant, noMemory, startCluster, stopCluster} = await import('../../source/demo/tasks.js');
		const agents = await startDemoAgents([
			{identity: 'CLUSTER AGENT', cluster: 'c', rootPassword: 'r'}, {identity: 'CLUSTER AGENT', cluster: 'c', zone: 'zone2', rootPassword: 'r'},
		], pair => ({begin: 0, story: storyOf([
			{type: 'create', at: 10, owner: pair[0], task: stopCluster(pair)},
			{type: 'create', at: 30_000, owner: pair[0], task: startCluster(pair, noMemory)},
			{type: 'create', at: 62_000, owner: pair[0], task: startCluster(pair)},
			{type: 'create', at: 128_000, owner: 'c', task: dropTenant(pair[0], 't1')},
		])}), {clock, seed: 3});
		[keeper, other] = agents as [DemoAgent, DemoAgent];
		// The recorded agents had had tasks before.
		clock.advance(1500);
		for (const path of ['info', 'time', 'ob/info']) {
			await hear(keeper, path);
			await hear(other, path);
		}

		for (let second = 0; second < 136; second += 0.5) {
			clock.advance(500);
			await hearTasks(keeper);
			if (Number.isSafeInteger(second)) {
				for (const path of ['status', 'agents/status', 'task/dag/maintain/ob', 'task/dag/maintain/agent?show_details=false', 'task/dag/maintain/agent']) {
					await hear(second % 2 === 0 ? keeper : other, path);
				}
			}
		}
	});
	afterAll(async () => Promise.all([keeper.stop(), other.stop()]));

	const recorded = Map.groupBy(lines, ({path, body}) => requestOf(path, body));
	const requests = [...recorded.keys()].filter(request => !request.includes('Upgrade check'));

	it.each(requests)('%s has the same fields, of the same kinds', request => {
		const kindsAt = (bodies: readonly unknown[]): Readonly<Record<string, readonly string[]>> => {
			const shapes = bodies.map(body => shapeOf(body));
			const paths = new Set(shapes.flatMap(shape => [...shape.keys()]));
			return Object.fromEntries([...paths].toSorted().map(path => [path, [...new Set(shapes.flatMap(shape => [...shape.get(path) ?? []]))].toSorted()]));
		};

		expect(answers.has(request), request).toBe(true);
		expect(kindsAt(answers.get(request) ?? [])).toEqual(kindsAt(recorded.get(request)?.map(({body}) => body) ?? []));
	});

	const pairsIn = (bodies: Iterable<WireAnswer>, name: RegExp): readonly string[] => [...new Set([...bodies].flatMap(({data}) => [data, ...(data?.contents ?? [])])
		.flatMap(dag => name.test(dag?.name ?? '') ? [`${dag.state}/${dag.operator}`] : []))].toSorted();

	it.each([/^(Start|Stop) OB$/, /^(Start|Stop) observer$/])('tasks called %s are in no other state than recorded ones', name => {
		const real = pairsIn(lines.map(({body}) => body), name);
		expect(real.length).toBeGreaterThan(3);
		expect(pairsIn([...answers.values()].flat(), name)).toEqual(real);
	});

	const lastWords = (bodies: Iterable<WireAnswer>): readonly string[] => [...new Set([...bodies].flatMap(({data}) => data?.nodes ?? []).flatMap(node => node.sub_tasks)
		.flatMap(({name, state, task_logs: logs}) => logs && logs.length > 0 && state !== 'RUNNING' ? [`${name}: ${logs.at(-1)}`] : []))]
		.map(text => text.replaceAll(/\d{9,}/g, 'ID').replaceAll(/127\.\d+\.\d+\.\d+:\d+/g, 'AGENT')).toSorted();

	it('sub-tasks end with the same last lines', () => {
		const tasks = /^(?:Start|Stop) (?:OB|observer)$/;
		const ofTasks = (bodies: readonly WireAnswer[]): readonly string[] => [...new Set(lastWords(bodies.filter(({data}) => tasks.test(data?.name ?? ''))))];
		expect(ofTasks([...answers.values()].flat())).toEqual(ofTasks(lines.map(({body}) => body)));
	});

	it('a failed start ends as recorded: nothing of it is unfinished, and its shares are passed a moment before', async () => {
		const mains = new Map([...answers.values()].flat().flatMap(({data}) => data?.name === 'Start OB' ? [[data.id, data] as const] : []));
		expect([...mains.values()].map(({state, stage, max_stage: stages}) => `${state} ${stage}/${stages}`)).toHaveLength(2);
		const ended = await Promise.all(mains.keys().map(async id => fetchData(keeper.address, `task/dag/${id}`, root)));
		expect(ended.map(({state, operator, stage, max_stage: stages}) => `${state}/${operator} ${stage}/${stages}`)).toEqual(['FAILED/RUN 6/6', 'SUCCEED/RUN 6/6']);
		const shares = await Promise.all(Object.values(ended[0]!.additional_data.sub_dags).map(async id => fetchData(keeper.address, `task/dag/${id}`, root)));
		expect(shares.map(({state, operator, stage, max_stage: stages}) => `${state}/${operator} ${stage}/${stages}`)).toEqual(['SUCCEED/PASS 5/5', 'SUCCEED/PASS 3/5']);
		expect(shares.every(share => Date.parse(ended[0]!.end_time) - Date.parse(share.end_time) < 1500)).toBe(true);
	});
});

describe.skipIf(folder === undefined)('compared with a recorded agent', () => {
	const clock = createManualClock();
	let master: DemoAgent;
	let follower: DemoAgent;
	let task: WireData;
	const byNote = (note: string, path?: string): Recording => recordings().find(recording => recording.note === note && (path === undefined || recording.request.path === `/api/v1/${path}`))!;
	const root: SealOptions = {password: 'r'};

	beforeAll(async () => {
		const {initializeCluster, outOfMemory} = await import('../../source/demo/tasks.js');
		const agents = await startDemoAgents([
			{identity: 'MASTER', cluster: 'c', agentPassword: 'a', rootPassword: 'r'}, {identity: 'FOLLOWER', cluster: 'c', zone: 'zone2', rootPassword: 'r'},
		], keys => ({begin: 0, story: (from, to) => from < 10 && to >= 10 ? [{type: 'create', at: 10, owner: keys[0], task: initializeCluster(keys, outOfMemory)}] : []}), {clock});
		[master, follower] = agents as [DemoAgent, DemoAgent];
		clock.advance(120_000);
		task = await fetchData(master.address, 'task/dag/maintain/agent', root);
	});
	afterAll(async () => Promise.all([master.stop(), follower.stop()]));

	it.each(['info', 'time', 'status', 'secret', 'git-info'])('%s has the same keys and kinds', async path => {
		const real = byNote('open endpoint', path);
		const own = await ask(master.address, path);
		expect(shapeOf(own.json)).toEqual(shapeOf(real.body));
		expect(own.contentType).toBe(real.contentType);
	});

	it.each([
		'task/dag/maintain/agent',
		'task/dag/unfinish',
		'task/dag/agent/unfinish',
		'task/dag/maintain/agents',
		'task/dag/agent/main_dags',
		'task/dag/maintain/agent?show_details=false',
		'agents/status',
		'ob/info',
		'task/dags/agent',
	])('%s has the same keys at every level', async path => {
		const real = byNote('get', path);
		expect(real.status).toBe(200);
		const own = await askSealed(master.address, path, root);
		expect(own.status).toBe(200);
		expect(keysOf(own.json)).toEqual(keysOf(real.body));
	});

	it.each([
		['a task', 'get', () => `task/dag/${task.id}`],
		['a node', 'node', () => `task/node/${task.nodes[2]!.id}`],
		['a sub-task', 'sub_task', () => `task/sub_task/${task.nodes[2]!.sub_tasks[1]!.id}`],
		['the lines of a sub-task', 'sub_task logs', () => `task/sub_task/${task.nodes[2]!.sub_tasks[1]!.id}/logs`],
	])('%s by id has the same keys at every level', async (_, note, path) => {
		const real = recordings().find(({note: other, request}) => other === note && (note !== 'get' || /\/dag\/\d+$/.test(request.path ?? '')))!;
		const own = await askSealed(master.address, path(), root);
		expect(own.status).toBe(200);
		expect(keysOf(own.json)).toEqual(keysOf(real.body));
	});

	it.each<readonly [string, () => Promise<{readonly status: number; readonly contentType: string; readonly json: WireAnswer}>]>([
		['no auth header', async () => ask(master.address, 'task/dag/unfinish')],
		['garbage header', async () => ask(master.address, 'task/dag/unfinish', {headers: {'X-OCS-Agent-Header': 'A'.repeat(172)}})],
		['header not base64', async () => ask(master.address, 'task/dag/unfinish', {headers: {'X-OCS-Agent-Header': '***'}})],
		['wrong agent password', async () => askSealed(master.address, 'task/dag/unfinish', {header: 'X-OCS-Agent-Header', password: 'x'})],
		['expired', async () => askSealed(master.address, 'task/dag/unfinish', {...root, ts: 1})],
		['ts not a number', async () => askSealed(master.address, 'task/dag/unfinish', {...root, ts: 'soon'})],
		['uri mismatch', async () => askSealed(master.address, 'task/dag/unfinish', {...root, uri: '/else'})],
		['unknown route', async () => ask(master.address, 'nope')],
		['bad id', async () => askSealed(master.address, 'task/dag/abc', root)],
		['unknown dag', async () => askSealed(master.address, `task/dag/${task.id}99`, root)],
		['follower (agent header)', async () => askSealed(follower.address, 'task/dag/unfinish', {header: 'X-OCS-Agent-Header', password: 'a'})],
		['operator: unknown', async () => askSealed(master.address, `task/dag/${task.id}`, {...root, body: {operator: 'explode'}})],
		['operator: cancel on failed', async () => askSealed(master.address, `task/dag/${task.id}`, {...root, body: {operator: 'cancel'}})],
		['operator: body not encrypted', async () => ask(master.address, `task/dag/${task.id}`, {method: 'POST', body: '{"operator":"retry"}'})],
	])('the error for "%s" is the same', async (note, own) => {
		const real = byNote(note);
		const {status, contentType, json} = await own();
		expect({status, contentType}).toEqual({status: real.status, contentType: real.contentType});
		expect(keysOf(json)).toEqual(keysOf(real.body));
		expect(json.error).toEqual(real.body.error);
		expect(json.traceId.length).toBe(real.body.traceId.length);
	});

	it.each(['task/dag/maintain/ob', 'task/dag/ob/unfinish', 'task/dags/ob'])('%s fails the same way outside a cluster', async path => {
		const real = byNote('get', path);
		const own = await askSealed(master.address, path, root);
		expect({status: own.status, error: own.json.error}).toEqual({status: real.status, error: real.body.error});
	});

	it('refuses to pass where a stage does not allow it in the same words', async () => {
		const real = byNote('operator: pass on dag');
		const {status, json} = await askSealed(master.address, `task/dag/${task.id}`, {...root, body: {operator: 'pass'}});
		expect({status, errCode: json.error.errCode}).toEqual({status: real.status, errCode: real.body.error.errCode});
		expect(json.error.message).toMatch(/^Failed to pass DAG: node .* cannot pass$/);
	});
});
