// A scripted server that by default is an agent in good health; a test scripts what should be otherwise.

import {afterEach} from 'vitest';
import {type Credentials, type DemoKeyPair, generateDemoKey, openHeader, openV1Header} from '../../../source/demo/crypto.js';
import {failure, startScriptedServer, success, type Script, type ScriptedServer, type SeenRequest} from '../../helpers/scripted-server.js';
import {makeClient, type Tested} from './client.js';

export const paths = {
	info: '/api/v1/info',
	time: '/api/v1/time',
	status: '/api/v1/status',
	secret: '/api/v1/secret',
	task: '/api/v1/task/dag/maintain/agent',
	taskHead: '/api/v1/task/dag/maintain/agent?show_details=false',
	clusterTask: '/api/v1/task/dag/maintain/ob',
	unfinished: '/api/v1/task/dag/unfinish',
	history: '/api/v1/task/dags/agent?show_details=false',
	clusterHistory: '/api/v1/task/dags/ob?show_details=false',
	head: (id: string): string => `/api/v1/task/dag/${id}?show_details=false`,
} as const;

/** A local task of 127.0.0.1:2886. */
export const taskId = '22130706433028864';

export const wireTask = (change: object = {}) => ({
	id: taskId, dag_id: 4, name: 'Initialize cluster', stage: 1, max_stage: 1, state: 'RUNNING', operator: 'RUN',
	start_time: '2026-03-01T10:00:00Z', end_time: '2026-03-01T10:00:00Z', additional_data: null, nodes: [], ...change,
});

export const wireInfo = (change: object = {}) => ({
	pid: 1, version: '4.5.0.0-0', ip: '127.0.0.1', port: 2886, zone: 'zone1', identity: 'CLUSTER AGENT', homePath: '/home/admin', obVersion: '4.3', architecture: 'x86_64',
	isObproxyAgent: false, security: false, supportedAuth: ['v2'], ...change,
});

export const wireStatus = (change: object = {}) => ({
	agent: {ip: '127.0.0.1', port: 2886, identity: 'CLUSTER AGENT'}, state: 2, version: '4.5.0.0-0', pid: 1, obState: 3, underMaintenance: false, ...change,
});

export type ScriptedAgent = ScriptedServer & {
	readonly key: DemoKeyPair;
	/** From now on answers that to that path. */
	readonly script: (path: string, script: Script) => void;
	/** The requests that carried a password. */
	readonly sealed: () => readonly SeenRequest[];
	/** What they said, opened with the agent's key. */
	readonly credentials: () => ReadonlyArray<Credentials & {readonly header: string}>;
};

const headerNames = ['x-ocs-header', 'x-ocs-agent-header', 'x-ocs-auth'] as const;
const sealedHeader = ({headers}: SeenRequest) => headerNames.find(name => headers[name] !== undefined);

// The smallest key is the fastest one.
const sharedKey = generateDemoKey(512);

export const startScriptedAgent = async (scripts: Readonly<Record<string, Script>> = {}): Promise<ScriptedAgent> => {
	const key = await sharedKey;
	const all = new Map<string, Script>(Object.entries({
		[paths.info]: success(wireInfo()),
		[paths.status]: success(wireStatus()),
		[paths.secret]: success({ip: '127.0.0.1', port: 2886, public_key: key.publicKey}),
		[paths.time](response, request) {
			success(new Date().toISOString())(response, request);
		},
		[paths.task]: success(wireTask()),
		...scripts,
	} satisfies Record<string, Script>));
	const server = await startScriptedServer((response, request) => {
		(all.get(request.uri) ?? failure(404, 'Common.NotFound'))(response, request);
	});
	const sealed = () => server.requests.filter(request => sealedHeader(request) !== undefined);
	return {
		...server,
		key,
		script(path, script) {
			all.set(path, script);
		},
		sealed,
		credentials: () => sealed().map(request => {
			const header = sealedHeader(request)!;
			const value = request.headers[header] as string;
			const opened = header === 'x-ocs-auth' ? openV1Header(key, value) : openHeader(key, value);
			if (!opened.ok) {
				throw new Error(opened.reason);
			}

			return {...opened.credentials, header};
		}),
	};
};

export type Started = Tested & {readonly agent: ScriptedAgent};

/** Starts an agent and a client for it; after each test both are ended. */
export const agentsForTests = () => {
	const closing: Array<() => unknown> = [];
	afterEach(async () => {
		for (const close of closing.splice(0)) {
			await close();
		}
	});
	return async (scripts: Readonly<Record<string, Script>> = {}, settings?: Parameters<typeof makeClient>[1]): Promise<Started> => {
		const agent = await startScriptedAgent(scripts);
		const tested = makeClient(agent.address, settings ?? {passwords: {root: 'marker'}});
		closing.push(tested.client.dispose, agent.stop);
		return {...tested, agent};
	};
};

/** What agents answer to an authenticated request. */
export const authentication = 'Security.Authentication.';
export const decryptFailed = failure(401, `${authentication}Header.DecryptFailed`, {code: 1});
export const expired = failure(401, `${authentication}Expired`, {code: 10_008});
export const oldRefusal = failure(401, undefined, {code: 10_008});
export const fine = success(wireTask());
