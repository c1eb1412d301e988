// The agent's socket, which root and the owner may ask without a password (docs/protocol.md#socket).

import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterEach, expect, it} from 'vitest';
import {type AgentClient} from '../../source/client/types.js';
import {reply, startScriptedServer, success, type Script, type ScriptedServer} from '../helpers/scripted-server.js';
import {ask, dataOf, errorOf, head, makeClient, whole} from './helpers/client.js';
import {paths, wireInfo, wireStatus, wireTask} from './helpers/scripted-agent.js';

const closing: Array<() => unknown> = [];
afterEach(async () => {
	for (const close of closing.splice(0)) {
		await close();
	}
});

/** A server on a socket in a folder of that name, and a client that knows passwords. */
const serve = async (script: Script, folderName = 'obwatch-'): Promise<{readonly server: ScriptedServer; readonly client: AgentClient}> => {
	const folder = await mkdtemp(path.join(tmpdir(), folderName));
	const server = await startScriptedServer(script, path.join(folder, 's'));
	const {client} = makeClient(`unix:${server.address}`, {passwords: {root: 'marker', agent: 'marker'}});
	closing.push(client.dispose, server.stop, async () => rm(folder, {recursive: true}));
	return {server, client};
};

it('needs no password, whatever its path is called', async () => {
	const {server, client} = await serve((response, request) => {
		success(request.uri === paths.info ? wireInfo() : (request.uri === paths.status ? wireStatus() : {contents: []}))(response, request);
	}, 'ob:w?a #t%20 ');
	expect(dataOf(await client.fetchInfo(ask)).identity).toBe('CLUSTER AGENT');
	expect(dataOf(await client.fetchUnfinishedTasks(whole))).toEqual([]);
	expect(server.requests.map(({uri}) => uri)).toEqual([paths.info, paths.unfinished]);
	expect(JSON.stringify(server.requests)).not.toMatch(/x-ocs|marker/i);
});

it('tells a task of another agent from its own, even before its info was read', async () => {
	const {client} = await serve((response, request) => {
		success(request.uri === paths.info ? wireInfo() : wireTask({id: '22130706434028874'}))(response, request);
	});
	expect(errorOf(await client.fetchMaintenanceTask(whole))).toMatchObject({type: 'protocol', problem: 'other-task'});
});

it('that does not say its identity is queried for nothing else', async () => {
	const {server, client} = await serve(reply(500, 'oops'));
	expect(errorOf(await client.fetchMaintenanceTask(whole)).type).toBe('protocol');
	expect(server.requests.map(({uri}) => uri)).toEqual([paths.info]);
});

it('that is not there', async () => {
	const {client} = makeClient('unix:/nowhere/obshell.sock');
	expect(errorOf(await client.fetchInfo(ask))).toEqual({type: 'unreachable', code: 'ENOENT'});
});

it('has a small limit for small responses', async () => {
	const {client} = await serve((response, request) => {
		const script = request.uri === paths.info ? success(wireInfo()) : reply(200, ' '.repeat(request.uri === paths.status ? 300_000 : 5_000_000));
		script(response, request);
	});
	const limits = [
		[await client.fetchStatus(ask), 256 * 1024],
		[await client.fetchMaintenanceTask(head), 1024 * 1024],
		[await client.fetchClusterInfo(ask), 1024 * 1024],
		[await client.fetchUnfinishedTasks(head), 4 * 1024 * 1024],
	] as const;
	for (const [answer, limit] of limits) {
		expect(errorOf(answer)).toEqual({type: 'too-large', limit});
	}

	expect(errorOf(await client.fetchMaintenanceTask(whole)).type).toBe('protocol');
});
