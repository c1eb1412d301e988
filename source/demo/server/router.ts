// From a request to a response: routes, authentication, and a follower's forwarding to its master.

import {openBody} from '../crypto.js';
import {writeTime} from '../engine/wire.js';
import {type AuthHeaders, type AuthKind, authorize, faults} from './auth.js';
import {clusterInfoOf, infoOf, statusOf, statusOfAll} from './facts.js';
import {type ListenerAnswer} from './listener.js';
import {
	type Asked,
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
	unfinished,
} from './task-routes.js';
import {type AgentState} from './world.js';

export type AgentRequest = {readonly method: string; /** Path and query as requested. */ readonly uri: string; readonly headers: AuthHeaders; readonly body: string};

/** A response with the data for the counters. */
export type RoutedAnswer = {readonly answer: ListenerAnswer; readonly auth: AuthKind | undefined; readonly isWrongPassword: boolean};

const prefix = '/api/v1/';

const answerOpenly = async (agent: AgentState, path: string): Promise<ListenerAnswer | undefined> => {
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

const fixedRoutes: Readonly<Record<string, (asked: Asked) => ListenerAnswer>> = {
	'agents/status': ({agent}) => ({type: 'data', data: statusOfAll(agent)}),
	'ob/info': ({agent}) => ({type: 'data', data: clusterInfoOf(agent)}),
	'task/dag/maintain/agent': maintenanceOfAgent,
	'task/dag/maintain/ob': maintenanceOfCluster,
	'task/dag/maintain/agents': maintenanceOfAll,
	'task/dag/unfinish': asked => unfinished(asked, 'all'),
	'task/dag/ob/unfinish': asked => unfinished(asked, 'ob'),
	'task/dag/agent/unfinish': asked => unfinished(asked, 'agent'),
	'task/dags/agent': asked => history(asked, 'agent'),
	'task/dags/ob': asked => history(asked, 'ob'),
	'task/dag/agent/main_dags': mainDags,
};

const idRoute = /^task\/(dag|node|sub_task)\/([^/]+)(\/logs)?$/;

type Route = (asked: Asked, operator: string) => ListenerAnswer;

const routeOf = (method: string, path: string): Route | undefined => {
	if (method === 'GET' && Object.hasOwn(fixedRoutes, path)) {
		return fixedRoutes[path];
	}

	const [, kind, id = '', logs] = idRoute.exec(path) ?? [];
	if (method === 'POST') {
		return (kind === 'dag' || kind === 'node') && !logs ? (asked, operator) => operateById(asked, kind, id, operator) : undefined;
	}

	if (method !== 'GET' || (logs && kind !== 'sub_task')) {
		return undefined;
	}

	if (kind === 'dag') {
		return asked => taskById(asked, id);
	}

	if (kind === 'node') {
		return asked => nodeById(asked, id);
	}

	return kind === 'sub_task' ? asked => subTaskById(asked, id, logs ? 'logs' : 'row') : undefined;
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
const resolve = (agent: AgentState, path: string, details: boolean): {readonly asked: Asked} | {readonly answer: ListenerAnswer} => {
	const {world, member} = agent;
	if (world.identityOf(member.key) !== 'FOLLOWER') {
		return {asked: {agent, own: member, details}};
	}

	const master = world.groupOf(member).find(({key}) => world.identityOf(key) === 'MASTER');
	if (!master) {
		return {answer: fail(faults.noMaster)};
	}

	if (!master.isUp()) {
		return {answer: fail(faults.forwardFailed(master.key))};
	}

	return {asked: {agent, own: path === 'task/dag/maintain/agent' ? member : master, details}};
};

export const answer = async (agent: AgentState, request: AgentRequest): Promise<RoutedAnswer> => {
	const [pathname = '', query = ''] = request.uri.split('?', 2);
	const path = pathname.startsWith(prefix) ? pathname.slice(prefix.length) : '';
	// The world advances before anything is read.
	agent.world.now();
	const open = request.method === 'GET' ? await answerOpenly(agent, path) : undefined;
	if (open) {
		return {answer: open, auth: undefined, isWrongPassword: false};
	}

	const route = routeOf(request.method, path);
	if (!route) {
		return {answer: fail(faults.routeUnknown), auth: undefined, isWrongPassword: false};
	}

	const authorized = authorize(request.headers, request.uri, {
		key: await agent.key(), auth: agent.auth, identity: agent.world.identityOf(agent.member.key), agentPassword: agent.agentPassword, rootPassword: agent.rootPassword, now: agent.now,
		takesAnyPassword: agent.takesAnyPassword,
	});
	if (!authorized.ok) {
		return {answer: fail(authorized.fault), auth: authorized.kind, isWrongPassword: authorized.isWrongPassword};
	}

	const done = (result: ListenerAnswer): RoutedAnswer => ({answer: result, auth: authorized.kind, isWrongPassword: false});
	const resolved = resolve(agent, path, new URLSearchParams(query).get('show_details') !== 'false');
	if ('answer' in resolved) {
		return done(resolved.answer);
	}

	if (request.method !== 'POST') {
		return done(route(resolved.asked, ''));
	}

	const operator = operatorIn(authorized.kind === 'v1' ? request.body : openBody(authorized.keys, request.body));
	return done(operator === undefined ? fail(faults.bodyUnreadable) : route(resolved.asked, operator));
};
