// From a recorded answer to what the poller makes of one: the same schemas and the same rules as in the client.

import {type z} from 'zod';
import {type HttpAnswer} from '../client/transport.js';
import {read} from '../client/interpret.js';
import {kinds} from '../client/kinds.js';
import {absentOutsideCluster, isForeign} from '../client/task-rules.js';
import {type Reply} from '../client/agent-client.js';
import {type AgentMemory} from '../poller/agent-memory.js';
import {type Answer} from '../poller/answer.js';
import {type Question} from '../poller/question.js';
import {clusterInfoSchema, infoSchema, statusSchema, timeSchema} from '../protocol/agent.js';
import {type AgentError} from '../protocol/agent-error.js';
import {type Dag} from '../protocol/task.js';
import {type Timestamp} from '../protocol/timestamp.js';

/** The data in an answer, and nothing remembered of it. */
export const replyOf = <T>(schema: z.ZodType<T>, answer: HttpAnswer): Reply<T> => {
	if (answer.type === 'error') {
		return answer;
	}

	const found = read(schema, answer);
	return found.type === 'data' ? {...found, isUnchanged: false, bytes: answer.body.length} : found;
};

const failed = (error: AgentError): Answer => ({type: 'error', error});

const from = <T>(reply: Reply<T>, toAnswer: (data: T, bytes: number) => Answer): Answer => reply.type === 'data' ? toAnswer(reply.data, reply.bytes) : reply;

/** For what every agent has. */
const must = <T>(reply: Reply<T>, toAnswer: (data: T) => Answer): Answer =>
	reply.type === 'none' ? failed({type: 'protocol', message: 'answered "not found" to what every agent knows: is it one?'}) : from(reply, toAnswer);

const taskReply = (question: Extract<Question, {readonly of: unknown}>, answer: HttpAnswer, {info}: AgentMemory): Reply<Dag> => {
	const reply = replyOf(kinds.task.schema, answer);
	switch (question.of.type) {
		case 'agent': {
			return reply.type === 'data' && isForeign(reply.data, info)
				? {type: 'error', error: {type: 'protocol', message: 'answered with a task of another agent: its master could not ask it back'}}
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

/** What came of a question at that time, our clock. */
export const readAnswer = (question: Question, answer: HttpAnswer, {memory, at}: {readonly memory: AgentMemory; readonly at: Timestamp}): Answer => {
	switch (question.type) {
		case 'info': {
			return must(replyOf(infoSchema, answer), info => ({type: 'info', info}));
		}

		case 'status': {
			return must(replyOf(statusSchema, answer), status => ({type: 'status', status}));
		}

		case 'skew': {
			return must(replyOf(timeSchema, answer), time => ({type: 'skew', skew: time - at}));
		}

		case 'cluster-info': {
			return must(replyOf(clusterInfoSchema, answer), cluster => ({type: 'cluster-info', cluster}));
		}

		case 'unfinished': {
			const reply = absentOutsideCluster(replyOf(kinds.tasks.schema, answer));
			return reply.type === 'none' ? {type: 'unfinished', list: []} : from(reply, list => ({type: 'unfinished', list}));
		}

		case 'probe':
		case 'task': {
			const {type, of} = question;
			return from(taskReply(question, answer, memory), (dag, bytes) => ({type, of, dag, bytes}));
		}

		case 'node': {
			const {of, id} = question;
			return from(replyOf(kinds.node.schema, answer), node => ({type: 'node', of, id, node}));
		}

		case 'link': {
			return from(replyOf(kinds.task.schema, answer), (dag, bytes) => ({type: 'task', of: {type: 'other', id: question.id}, dag, bytes}));
		}
	}
};
