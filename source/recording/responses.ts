// What a recorded exchange was: the poller's request, and the response as the client would have read it.

import {readPayload, responseTypes} from '../client/parse-response.js';
import {absentOutsideCluster, isForeign} from '../client/task-rules.js';
import {type HttpResponse, type Reply} from '../client/types.js';
import {type Timestamp} from '../lib/time.js';
import {type PollResponse} from '../poller/agent/on-response.js';
import {type AgentPollState, type PollRequest, type TaskSource} from '../poller/agent/state.js';
import {clusterInfoSchema, infoSchema, statusSchema, timeSchema} from '../protocol/agent.js';
import {type Schema} from '../protocol/envelope.js';
import {type AgentError} from '../protocol/errors.js';
import {routes} from '../protocol/routes.js';
import {type Dag} from '../protocol/task.js';

/** A recorded request: one of the poller's, or one for a log or a history. */
type RecordedRequest =
	| PollRequest
	| {readonly type: 'logs'; readonly subTask: string}
	| {readonly type: 'history'; readonly of: 'agent' | 'cluster'};

export const withoutQuery = (path: string): string => path.split('?', 1)[0] ?? '';

const fixed: Readonly<Record<string, RecordedRequest>> = {
	[routes.info]: {type: 'info'},
	[routes.status]: {type: 'status'},
	[routes.time]: {type: 'skew'},
	[routes.clusterInfo]: {type: 'cluster-info'},
	[routes.maintenanceTask(true)]: {type: 'task', of: {type: 'agent'}},
	[routes.maintenanceTask(false)]: {type: 'probe', of: {type: 'agent'}},
	[routes.clusterTask(true)]: {type: 'task', of: {type: 'cluster'}},
	[routes.clusterTask(false)]: {type: 'probe', of: {type: 'cluster'}},
	[routes.unfinishedTasks(true)]: {type: 'unfinished'},
	[routes.unfinishedTasks(false)]: {type: 'unfinished'},
	[routes.agentHistory]: {type: 'history', of: 'agent'},
	[withoutQuery(routes.agentHistory)]: {type: 'history', of: 'agent'},
	[routes.clusterHistory]: {type: 'history', of: 'cluster'},
	[withoutQuery(routes.clusterHistory)]: {type: 'history', of: 'cluster'},
};

export const hasNode = (dag: Dag | undefined, id: string): boolean => dag?.nodes?.some(node => node.id === id) ?? false;

/** Whose stage has that id, as far as is known. */
const sourceOf = ({task, delegate}: AgentPollState, id: string): TaskSource | undefined => {
	if (hasNode(task.dag, id)) {
		return {type: 'agent'};
	}

	const other = delegate?.others.find(known => hasNode(known.task.dag, id));
	return hasNode(delegate?.task.dag, id) ? {type: 'cluster'} : other && {type: 'other', id: other.id};
};

/** The request of a GET's path and query, given what is known about the agent. Undefined for what is never shown. */
export const requestOf = (path: string, state: AgentPollState): RecordedRequest | undefined => {
	const known = Object.hasOwn(fixed, path) ? fixed[path] : undefined;
	if (known) {
		return known;
	}

	const [, kind, id = '', logs, query] = /^\/api\/v1\/task\/(dag|node|sub_task)\/(\d{1,80})(\/logs)?(\?show_details=false)?$/.exec(path) ?? [];
	if (kind === 'dag' && logs === undefined && [state.task, state.delegate?.task].some(task => task?.successor && task.dag?.id === id)) {
		return {type: 'end', id};
	}

	if (kind === 'dag' && logs === undefined) {
		return state.delegate?.others.some(other => other.id === id)
			? {type: query === undefined ? 'task' : 'probe', of: {type: 'other', id}}
			: {type: 'link', id};
	}

	if (kind === 'node' && logs === undefined) {
		const of = sourceOf(state, id);
		return of && {type: 'node', of, id};
	}

	return kind === 'sub_task' && logs !== undefined ? {type: 'logs', subTask: id} : undefined;
};

// Turns a recorded response into a poll response, with the schemas and rules of the client.

/** The data of a recorded response. */
export const replyOf = <T>(schema: Schema<T>, response: HttpResponse): Reply<T> => {
	if (response.type === 'error') {
		return response;
	}

	const found = readPayload(schema, response);
	return found.type === 'data' ? {...found, isUnchanged: false, bytes: response.body.length} : found;
};

const failed = (error: AgentError): PollResponse => ({type: 'error', error});

const from = <T>(reply: Reply<T>, toResponse: (data: T, bytes: number) => PollResponse): PollResponse => reply.type === 'data' ? toResponse(reply.data, reply.bytes) : reply;

/** For what every agent has. */
const must = <T>(reply: Reply<T>, toResponse: (data: T) => PollResponse): PollResponse =>
	reply.type === 'none' ? failed({type: 'protocol', problem: 'not-found'}) : from(reply, toResponse);

const taskReply = (request: Extract<PollRequest, {readonly of: unknown}>, response: HttpResponse, {info}: AgentPollState): Reply<Dag> => {
	const reply = replyOf(responseTypes.task.schema, response);
	switch (request.of.type) {
		case 'agent': {
			return reply.type === 'data' && isForeign(reply.data, info)
				? {type: 'error', error: {type: 'protocol', problem: 'other-task'}}
				: reply;
		}

		case 'cluster': {
			return absentOutsideCluster(reply);
		}

		case 'other': {
			return reply;
		}
	}
};

/** The poll response at that time, our clock. */
export const readResponse = (request: PollRequest, response: HttpResponse, {state, at}: {readonly state: AgentPollState; readonly at: Timestamp}): PollResponse => {
	switch (request.type) {
		case 'info': {
			return must(replyOf(infoSchema, response), info => ({type: 'info', info}));
		}

		case 'status': {
			return must(replyOf(statusSchema, response), status => ({type: 'status', status}));
		}

		case 'skew': {
			return must(replyOf(timeSchema, response), time => ({type: 'skew', skew: time - at}));
		}

		case 'cluster-info': {
			return must(replyOf(clusterInfoSchema, response), cluster => ({type: 'cluster-info', cluster}));
		}

		case 'unfinished': {
			const reply = absentOutsideCluster(replyOf(responseTypes.tasks.schema, response));
			return reply.type === 'none' ? {type: 'unfinished', list: []} : from(reply, list => ({type: 'unfinished', list}));
		}

		case 'probe':
		case 'task': {
			const {type, of} = request;
			return from(taskReply(request, response, state), (dag, bytes) => ({type, of, dag, bytes}));
		}

		case 'node': {
			const {of, id} = request;
			return from(replyOf(responseTypes.node.schema, response), node => ({type: 'node', of, id, node}));
		}

		case 'link':
		case 'end': {
			return from(replyOf(responseTypes.task.schema, response), (dag, bytes) => ({type: 'task', of: {type: 'other', id: request.id}, dag, bytes}));
		}
	}
};
