// Contract with old agents and with that of a seekdb: what they were recorded to answer, in the folder OBWATCH_RECORDINGS, is served again and read through the client.

import {readFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {afterEach, describe, expect, it} from 'vitest';
import {errorText} from '../../source/store/selectors/error-text.js';
import {reply, success} from '../helpers/scripted-server.js';
import {ask, dataOf, errorOf, head, makeClient, whole} from './helpers/client.js';
import {paths, startScriptedAgent} from './helpers/scripted-agent.js';

const folder = process.env['OBWATCH_RECORDINGS'];

type Exchange = {readonly note: string; readonly request: string; readonly status: number; readonly contentType: string; readonly body: unknown};

const closing: Array<() => unknown> = [];
afterEach(async () => {
	for (const close of closing.splice(0)) {
		await close();
	}
});

/** An agent that answers what the one with that note was recorded to answer, sealed with a key of 512 bit. */
const startRecorded = async (note: string) => {
	const exchanges = readFileSync(path.join(folder ?? '', 'old-and-seekdb-endpoints.jsonl'), 'utf8').trim().split('\n')
		.map(line => JSON.parse(line) as Exchange)
		.filter(exchange => exchange.note.startsWith(note));
	const recorded = exchanges.map(({request, status, contentType, body}) => [request.split(' ', 2)[1] ?? '', reply(status, JSON.stringify(body), {'content-type': contentType})] as const)
		// Its key and its time are those of today.
		.filter(([uri]) => uri !== paths.secret && uri !== paths.time);
	const heads = recorded.map(([uri, script]) => [`${uri}?show_details=false`, script] as const);
	const agent = await startScriptedAgent(Object.fromEntries([...heads, ...recorded]));
	const tested = makeClient(agent.address, {passwords: {root: 'marker'}});
	closing.push(tested.client.dispose, agent.stop);
	await tested.client.fetchInfo(ask);
	await tested.client.fetchStatus(ask);
	return {...tested, agent};
};

const headersOf = (agent: {readonly credentials: () => ReadonlyArray<{readonly header: string}>}) => new Set(agent.credentials().map(({header}) => header));

describe.skipIf(folder === undefined)('the recorded', () => {
	it('agent of 4.2.3 is asked with the headers of today, though it lists none and tells no version', async () => {
		const {agent, client} = await startRecorded('obshell 4.2.3.0');
		expect(dataOf(await client.fetchInfo(ask))).toMatchObject({version: '-', supportedAuth: [], identity: 'MASTER', isSeekdb: false});
		expect(dataOf(await client.fetchMaintenanceTask(whole))).toMatchObject({name: 'Join self', state: 'SUCCEED'});
		expect(dataOf(await client.fetchMaintenanceTask(head)).nodes).toBeUndefined();
		expect(dataOf(await client.fetchUnfinishedTasks(head))).toEqual([]);
		expect(dataOf(await client.fetchClusterInfo(ask)).members).toHaveLength(1);
		expect(headersOf(agent)).toEqual(new Set(['x-ocs-header']));
	});

	it('agent of 4.2.3 has no cluster\'s task, and no history: which is asked for once, and said in words', async () => {
		const {agent, client} = await startRecorded('obshell 4.2.3.0');
		expect(await client.fetchClusterTask(whole)).toEqual({type: 'none'});
		const refused = errorOf(await client.fetchHistory({...ask, scope: 'agent'}));
		expect(errorText(refused)).toBe('not supported by this version of obshell');
		expect(errorOf(await client.fetchHistory({...ask, scope: 'agent'}))).toEqual(refused);
		expect(agent.count(paths.history)).toBe(1);
	});

	it('agent of 4.2.3 has no log lines with times: one answer counts for all sub-tasks, until the agent is another one', async () => {
		const {agent, client} = await startRecorded('obshell 4.2.3.0');
		const {nodes} = dataOf(await client.fetchMaintenanceTask(whole));
		const id = nodes?.[0]?.subTasks[0]?.id ?? '';
		const logs = (): number => agent.requests.filter(({uri}) => uri.endsWith('/logs')).length;
		expect(errorText(errorOf(await client.fetchLogs({...ask, id})))).toContain('not supported');
		expect(errorText(errorOf(await client.fetchLogs({...ask, id})))).toContain('not supported');
		expect(logs()).toBe(1);
		agent.script(paths.info, success({ip: '127.0.0.21', port: 2896, identity: 'MASTER', version: '4.5.0.0-0', supportedAuth: ['v2']}));
		agent.script(`/api/v1/task/sub_task/${id}/logs`, success({contents: [{id: 1, sub_task_id: 1, execute_times: 1, log_content: 'done', create_time: '2026-03-01T10:00:00Z'}]}));
		await client.fetchInfo(ask);
		expect(dataOf(await client.fetchLogs({...ask, id})).texts).toEqual(['done']);
	});

	it('agent of 4.3.0 never had a task, and says so by number', async () => {
		const {client} = await startRecorded('obshell 4.3.0.0');
		expect(await client.fetchMaintenanceTask(whole)).toEqual({type: 'none'});
		expect(await client.fetchMaintenanceTask(head)).toEqual({type: 'none'});
		expect(await client.fetchClusterTask(whole)).toEqual({type: 'none'});
		expect(dataOf(await client.fetchHistory({...ask, scope: 'agent'}))).toEqual([]);
	});

	it('agent of a seekdb says what it is, and is asked with the root password', async () => {
		const {agent, client} = await startRecorded('obshell 4.5.0.0 for seekdb');
		expect(dataOf(await client.fetchInfo(ask))).toMatchObject({isSeekdb: true, zone: ''});
		expect(await client.fetchMaintenanceTask(whole)).toEqual({type: 'none'});
		expect(dataOf(await client.fetchUnfinishedTasks(head))).toEqual([]);
		expect(dataOf(await client.fetchHistory({...ask, scope: 'agent'}))).toEqual([]);
		expect(errorText(errorOf(await client.fetchClusterInfo(ask)))).toContain('not supported');
		expect(headersOf(agent)).toEqual(new Set(['x-ocs-header']));
	});
});
