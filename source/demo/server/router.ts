// From a request to a response: routes, authentication, and a follower's forwarding to its master.

import {openBody} from '../crypto.js';
import {writeTime} from '../engine/wire.js';
import {type AuthHeaders, type AuthKind, authorize, faults} from './auth.js';
import {type ListenerResult} from './listener.js';
import {
	fail,
	history,
	mainDags,
	maintenanceOfAgent,
	maintenanceOfAll,
	maintenanceOfCluster,
	nodeById,
	operateById,
	subTaskById,
	taskById,
	type TaskRequest,
	unfinished,
} from './task-routes.js';
import {type AgentState, clusterInfoOf, infoOf, statusOf, statusOfAll} from './world.js';

export type AgentRequest = {readonly method: string; /** Path and query as requested. */ readonly uri: string; readonly headers: AuthHeaders; readonly body: string};

/** A response with the data for the counters. */
export type HandledRequest = {readonly result: ListenerResult; readonly auth: AuthKind | undefined; readonly isWrongPassword: boolean};

const prefix = '/api/v1/';

const handlePublicRequest = async (agent: AgentState, path: string): Promise<ListenerResult | undefined> => {
	switch (path) {
		case 'info': {
			return {type: 'data', data: infoOf(agent)};
		}

		case 'time': {
			return {type: 'data', data: writeTime(Math.floor(agent.now), (agent.now % 1) + 0.2317)};
		}

		case 'status': {
			return {type: 'data', data: statusOf(agent), isUntraced: true};
		}

		case 'secret': {
			const {publicKey} = await agent.key();
			return {type: 'data', data: {ip: agent.member.ip, port: agent.member.port, public_key: publicKey}};
		}

		case 'git-info': {
			return {type: 'data', data: {branch: '', commitId: '', shortCommitId: '', commitTime: ''}};
		}

		default: {
			return undefined;
		}
	}
};

const fixedRoutes: Readonly<Record<string, (taskRequest: TaskRequest) => ListenerResult>> = {
	'agents/status': ({agent}) => ({type: 'data', data: statusOfAll(agent)}),
	'ob/info': ({agent}) => ({type: 'data', data: clusterInfoOf(agent)}),
	'task/dag/maintain/agent': maintenanceOfAgent,
	'task/dag/maintain/ob': maintenanceOfCluster,
	'task/dag/maintain/agents': maintenanceOfAll,
	'task/dag/unfinish': taskRequest => unfinished(taskRequest, 'all'),
	'task/dag/ob/unfinish': taskRequest => unfinished(taskRequest, 'ob'),
	'task/dag/agent/unfinish': taskRequest => unfinished(taskRequest, 'agent'),
	'task/dags/agent': taskRequest => history(taskRequest, 'agent'),
	'task/dags/ob': taskRequest => history(taskRequest, 'ob'),
	'task/dag/agent/main_dags': mainDags,
};

const idRoute = /^task\/(dag|node|sub_task)\/([^/]+)(\/logs)?$/;

type Route = (taskRequest: TaskRequest, operator: string) => ListenerResult;

const routeOf = (method: string, path: string): Route | undefined => {
	if (method === 'GET' && Object.hasOwn(fixedRoutes, path)) {
		return fixedRoutes[path];
	}

	const [, kind, id = '', logs] = idRoute.exec(path) ?? [];
	if (method === 'POST') {
		return (kind === 'dag' || kind === 'node') && !logs ? (taskRequest, operator) => operateById(taskRequest, kind, id, operator) : undefined;
	}

	if (method !== 'GET' || (logs && kind !== 'sub_task')) {
		return undefined;
	}

	if (kind === 'dag') {
		return taskRequest => taskById(taskRequest, id);
	}

	if (kind === 'node') {
		return taskRequest => nodeById(taskRequest, id);
	}

	return kind === 'sub_task' ? taskRequest => subTaskById(taskRequest, id, logs ? 'logs' : 'row') : undefined;
};

const operatorIn = (body: string | undefined): string | undefined => {
	try {
		const json: unknown = JSON.parse(body ?? '');
		const operator: unknown = typeof json === 'object' && json !== null && 'operator' in json ? json.operator : undefined;
		return typeof operator === 'string' ? operator : undefined;
	} catch {
		return undefined;
	}
};

/** The agent that really responds: a follower's master, which looks up the task; the follower's own last task comes back to it (docs/protocol.md#followers). */
const resolve = (agent: AgentState, path: string, details: boolean): {readonly taskRequest: TaskRequest} | {readonly result: ListenerResult} => {
	const {world, member} = agent;
	if (world.identityOf(member.key) !== 'FOLLOWER') {
		return {taskRequest: {agent, own: member, details}};
	}

	const master = world.groupOf(member).find(({key}) => world.identityOf(key) === 'MASTER');
	if (!master) {
		return {result: fail(faults.noMaster)};
	}

	if (!master.isUp()) {
		return {result: fail(faults.forwardFailed(master.key))};
	}

	return {taskRequest: {agent, own: path === 'task/dag/maintain/agent' ? member : master, details}};
};

export const handleRequest = async (agent: AgentState, request: AgentRequest): Promise<HandledRequest> => {
	const [pathname = '', query = ''] = request.uri.split('?', 2);
	const path = pathname.startsWith(prefix) ? pathname.slice(prefix.length) : '';
	// The world advances before anything is read.
	agent.world.now();
	const open = request.method === 'GET' ? await handlePublicRequest(agent, path) : undefined;
	if (open) {
		return {result: open, auth: undefined, isWrongPassword: false};
	}

	const route = routeOf(request.method, path);
	if (!route) {
		return {result: fail(faults.routeUnknown), auth: undefined, isWrongPassword: false};
	}

	const authorized = authorize(request.headers, request.uri, {
		key: await agent.key(), auth: agent.auth, identity: agent.world.identityOf(agent.member.key), agentPassword: agent.agentPassword, rootPassword: agent.rootPassword, now: agent.now,
		takesAnyPassword: agent.takesAnyPassword,
	});
	if (!authorized.ok) {
		return {result: fail(authorized.fault), auth: authorized.kind, isWrongPassword: authorized.isWrongPassword};
	}

	const done = (result: ListenerResult): HandledRequest => ({result, auth: authorized.kind, isWrongPassword: false});
	const resolved = resolve(agent, path, new URLSearchParams(query).get('show_details') !== 'false');
	if ('result' in resolved) {
		return done(resolved.result);
	}

	if (request.method !== 'POST') {
		return done(route(resolved.taskRequest, ''));
	}

	const operator = operatorIn(authorized.kind === 'v1' ? request.body : openBody(authorized.keys, request.body));
	return done(operator === undefined ? fail(faults.bodyUnreadable) : route(resolved.taskRequest, operator));
};
