// The demo agents' answers have the same shape as those of real agents, recorded in the folder OBWATCH_RECORDINGS.

import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import process from 'node:process';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {type DemoAgent} from '../../source/demo/server/demo-agent.js';
import {startDemoAgents} from '../../source/demo/start-demo-agent.js';
import {ask, askSealed, fetchData, type SealOptions, type WireAnswer, type WireData} from './helpers/ask.js';
import {createManualClock} from './helpers/manual-clock.js';

const folder = process.env['OBWATCH_RECORDINGS'];

type Recording = {readonly note: string; readonly request: {readonly path?: string}; readonly status: number; readonly contentType: string; readonly body: WireAnswer};

const recordings = (): readonly Recording[] =>
	readFileSync(join(folder ?? '', 'endpoints-and-errors.jsonl'), 'utf8').trim().split('\n').map(line => JSON.parse(line) as Recording);

/** Every path into the value with the kinds of what stands there; elements of a list, and agents by their name, count as one. */
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

describe.skipIf(folder === undefined)('compared with a recorded agent', () => {
	const clock = createManualClock();
	let master: DemoAgent;
	let follower: DemoAgent;
	let task: WireData;
	const byNote = (note: string, path?: string): Recording => recordings().find(recording => recording.note === note && (path === undefined || recording.request.path === `/api/v1/${path}`))!;
	const root: SealOptions = {password: 'r'};

	beforeAll(async () => {
		const {initializeCluster, outOfMemory} = await import('../../source/demo/scenarios/initialize.js');
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
