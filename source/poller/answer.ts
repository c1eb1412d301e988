import {type AgentError} from '../protocol/agent-error.js';
import {type AgentInfo, type AgentStatus, type ClusterInfo} from '../protocol/agent.js';
import {type Dag, type TaskNode} from '../protocol/task.js';
import {type AgentClient, type Ask, type Reply} from '../client/agent-client.js';
import {type Question, type TaskSource} from './question.js';

/** What came of a question. `none`: there is nothing of the kind, which is no fault. */
export type Answer =
	| {readonly type: 'info'; readonly info: AgentInfo}
	| {readonly type: 'status'; readonly status: AgentStatus}
	| {readonly type: 'skew'; readonly skew: number}
	| {readonly type: 'cluster-info'; readonly cluster: ClusterInfo}
	| {readonly type: 'unfinished'; readonly list: readonly Dag[]}
	| {readonly type: 'probe' | 'task'; readonly of: TaskSource; readonly dag: Dag; readonly bytes: number}
	| {readonly type: 'node'; readonly of: TaskSource; readonly id: string; readonly node: TaskNode}
	| {readonly type: 'none'}
	| {readonly type: 'error'; readonly error: AgentError};

type Data<T> = Extract<Reply<T>, {readonly type: 'data'}>;

const from = async <T>(reply: Promise<Reply<T>>, toAnswer: (reply: Data<T>) => Answer): Promise<Answer> => {
	const settled = await reply;
	return settled.type === 'data' ? toAnswer(settled) : settled;
};

const fetchDag = async (client: AgentClient, of: TaskSource, ask: Ask & {readonly details: boolean}): Promise<Reply<Dag>> => {
	switch (of.type) {
		case 'agent': {
			return client.fetchMaintenanceTask(ask);
		}

		case 'cluster': {
			return client.fetchClusterTask(ask);
		}

		case 'other': {
			return client.fetchTask({...ask, id: of.id});
		}
	}
};

/** Puts a question to a client. */
export const fetchAnswer = async (client: AgentClient, question: Question, ask: Ask): Promise<Answer> => {
	switch (question.type) {
		case 'info': {
			return from(client.fetchInfo(ask), ({data}) => ({type: 'info', info: data}));
		}

		case 'status': {
			return from(client.fetchStatus(ask), ({data}) => ({type: 'status', status: data}));
		}

		case 'skew': {
			return from(client.measureSkew(ask), ({data}) => ({type: 'skew', skew: data}));
		}

		case 'cluster-info': {
			return from(client.fetchClusterInfo(ask), ({data}) => ({type: 'cluster-info', cluster: data}));
		}

		case 'unfinished': {
			return from(client.fetchUnfinishedTasks({...ask, details: false}), ({data}) => ({type: 'unfinished', list: data}));
		}

		case 'probe':
		case 'task': {
			const {type, of} = question;
			return from(fetchDag(client, of, {...ask, details: type === 'task'}), ({data, bytes}) => ({type, of, dag: data, bytes}));
		}

		case 'node': {
			const {of, id} = question;
			return from(client.fetchNode({...ask, id}), ({data}) => ({type: 'node', of, id, node: data}));
		}

		case 'link': {
			const of: TaskSource = {type: 'other', id: question.id};
			return from(fetchDag(client, of, {...ask, details: true}), ({data, bytes}) => ({type: 'task', of, dag: data, bytes}));
		}
	}
};
