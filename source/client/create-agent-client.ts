import {type AgentAddress} from '../protocol/agent-address.js';
import {type AgentError} from '../protocol/agent-error.js';
import {type ClusterInfo} from '../protocol/agent.js';
import {type Clock} from '../protocol/clock.js';
import {type Operation, type OperationTarget} from '../protocol/operation.js';
import {routes} from '../protocol/routes.js';
import {type RandomBytes} from '../protocol/seal.js';
import {type Dag, type LogEntry, type TaskNode} from '../protocol/task.js';
import {type AgentClient, type AgentOperator, type Ask, type Reply} from './agent-client.js';
import {createAskWithPassword} from './ask-with-password.js';
import {type HandedOutIds, idsOfLogs, idsOfNode, idsOfTask} from './handed-out-ids.js';
import {interpret, mustExist, type Reading} from './interpret.js';
import {createOpenQuestions} from './open-questions.js';
import {operationReply, type OperationReply} from './operation-reply.js';
import {type PasswordVault} from './password-vault.js';
import {createReplyCache} from './reply-cache.js';
import {createSealer} from './sealer.js';
import {failed} from './sealed-question.js';
import {absentOutsideCluster, isForeign, problemOfId, problemOfOwner} from './task-rules.js';
import {createTransport} from './transport.js';

export type AgentClientOptions = {
	readonly address: AgentAddress;
	readonly vault: PasswordVault;
	readonly handedOut: HandedOutIds;
	/** `Accept-Language`: "zh-CN" or "en-US". */
	readonly language: string;
	readonly clock: Clock;
	readonly random: RandomBytes;
	/** Bytes; 32 MB unless told otherwise. */
	readonly bodyLimit?: number | undefined;
	/** The encryption key as it is known from before, base64. */
	readonly knownKey?: string;
};

const mebibyte = 1024 * 1024;
const defaultBodyLimit = 32 * mebibyte;

// What is asked of every agent all the time is small (API reference, section 2); one that sends more of it only costs time and memory.
const headLimit = mebibyte;
const listLimit = 4 * mebibyte;

/** `id` is the generic one in the uri, if there is one; `idsOf` are those that the answer hands out; `limit` in bytes. */
type Question<T> = Reading<T> & {readonly id?: string; readonly idsOf: (data: T) => ReadonlySet<string>; readonly limit?: number | undefined};

const idsOfTasks = (tasks: readonly Dag[]): ReadonlySet<string> => new Set(tasks.flatMap(task => [...idsOfTask(task)]));

// The schemas cost time to import: with the first request, beside the first frame.
const loadAgentSchemas = async () => import('../protocol/agent.js');
const loadTaskSchemas = async () => import('../protocol/task.js');

/** One agent over HTTP. See `AgentClient`. */
export const createAgentClient = (options: AgentClientOptions): AgentClient & AgentOperator => {
	const {address, handedOut, clock} = options;
	const transport = createTransport({...options, bodyLimit: options.bodyLimit ?? defaultBodyLimit});
	const sealer = createSealer(options);
	const open = createOpenQuestions({transport, sealer, clock});
	const send = createAskWithPassword({...options, transport, sealer, open});
	const caches = {
		cluster: createReplyCache<ClusterInfo>(),
		task: createReplyCache<Dag>(),
		tasks: createReplyCache<readonly Dag[]>(),
		node: createReplyCache<TaskNode>(),
		logs: createReplyCache<readonly LogEntry[]>(),
	} as const;

	const get = async <T>({idsOf, id, limit, ...reading}: Question<T>, ask: Ask): Promise<Reply<T>> => {
		const reply = interpret(reading, await send({uri: reading.uri, id, limit}, ask));
		if (reply.type === 'data') {
			const question = `${address.key} ${reading.uri}`;
			if (reply.isUnchanged) {
				handedOut.keep(question);
			} else {
				handedOut.record(question, idsOf(reply.data));
			}
		}

		return reply;
	};

	const getById = async <T>(question: Question<T> & {readonly id: string}, ask: Ask): Promise<Reply<T>> => {
		const problem = problemOfId(question.id, handedOut, open.status());
		return problem ? failed(problem) : get(question, ask);
	};

	const taskAt = async (uri: string, details: boolean): Promise<Question<Dag>> => {
		const {dagSchema} = await loadTaskSchemas();
		return {
			uri, cache: caches.task, schema: dagSchema, idsOf: idsOfTask, limit: details ? undefined : headLimit,
		};
	};

	const operate = async (target: OperationTarget, operation: Operation, ask: Ask): Promise<OperationReply> => {
		const notSent = (error: AgentError): OperationReply => ({type: 'not-sent', error});
		const {id} = target;
		const problem = problemOfId(id, handedOut, open.status());
		if (problem) {
			return notSent(problem);
		}

		const info = await open.knowInfo(ask);
		if (info.type !== 'data') {
			return notSent(info.type === 'error' ? info.error : {type: 'protocol', message: 'answered without saying who it is'});
		}

		const foreign = problemOfOwner(id, info.data);
		return foreign ? notSent(foreign) : operationReply(await send({uri: routes.operation(target), id, limit: headLimit, body: JSON.stringify({operator: operation})}, ask));
	};

	return {
		address,
		fetchInfo: open.fetchInfo,
		fetchStatus: open.fetchStatus,
		measureSkew: open.measureSkew,
		async fetchMaintenanceTask({details, ...ask}) {
			const reply = await get(await taskAt(routes.maintenanceTask(details), details), ask);
			return reply.type === 'data' && isForeign(reply.data, open.info())
				? failed({type: 'protocol', message: 'answered with a task of another agent: its master could not ask it back'})
				: reply;
		},
		async fetchClusterTask({details, ...ask}) {
			const question = await taskAt(routes.clusterTask(details), details);
			return absentOutsideCluster(await get(question, ask));
		},
		async fetchUnfinishedTasks({details, ...ask}) {
			const {dagListSchema} = await loadTaskSchemas();
			const reply = absentOutsideCluster(await get({
				uri: routes.unfinishedTasks(details), cache: caches.tasks, schema: dagListSchema, idsOf: idsOfTasks, limit: details ? undefined : listLimit,
			}, ask));
			return reply.type === 'none'
				? {
					type: 'data', data: [], isUnchanged: false, bytes: 0,
				}
				: reply;
		},
		fetchTask: async ({id, details, ...ask}) => getById({...await taskAt(routes.task(id, details), details), id}, ask),
		async fetchNode({id, ...ask}) {
			const {nodeSchema} = await loadTaskSchemas();
			return getById({
				uri: routes.node(id), id, cache: caches.node, schema: nodeSchema, idsOf: idsOfNode,
			}, ask);
		},
		async fetchLogs({id, ...ask}) {
			const {logEntriesSchema} = await loadTaskSchemas();
			return getById({
				uri: routes.subTaskLogs(id), id, cache: caches.logs, schema: logEntriesSchema, idsOf: idsOfLogs,
			}, ask);
		},
		operateTask: async ({id, operation, ...ask}) => operate({kind: 'task', id}, operation, ask),
		passNode: async ({id, ...ask}) => operate({kind: 'node', id}, 'pass', ask),
		async fetchClusterInfo(ask) {
			const {clusterInfoSchema} = await loadAgentSchemas();
			return mustExist(await get({
				uri: routes.clusterInfo, cache: caches.cluster, schema: clusterInfoSchema, idsOf: () => new Set(), limit: headLimit,
			}, ask));
		},
		acceptKey: sealer.acceptKey,
		fingerprint: sealer.fingerprint,
		skew: sealer.skew,
		dispose: transport.dispose,
	};
};
