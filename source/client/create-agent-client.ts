import {type z} from 'zod';
import {type AgentAddress} from '../protocol/agent-address.js';
import {type AgentError} from '../protocol/agent-error.js';
import {type AgentInfo, type AgentStatus, type ClusterInfo} from '../protocol/agent.js';
import {type Clock} from '../protocol/clock.js';
import {parseGenericId} from '../protocol/generic-id.js';
import {printable} from '../protocol/printable.js';
import {routes} from '../protocol/routes.js';
import {type RandomBytes} from '../protocol/seal.js';
import {type Dag, type LogEntry, type TaskNode} from '../protocol/task.js';
import {type Timestamp} from '../protocol/timestamp.js';
import {type AgentClient, type Ask, type Reply} from './agent-client.js';
import {askSealed} from './ask-sealed.js';
import {type HandedOutIds, idsOfLogs, idsOfNode, idsOfTask} from './handed-out-ids.js';
import {type PasswordVault} from './password-vault.js';
import {readBody} from './read-body.js';
import {createReplyCache, payloadOf, type ReplyCache} from './reply-cache.js';
import {createSealer} from './sealer.js';
import {createTransport, type HttpAnswer} from './transport.js';

export type AgentClientOptions = {
	readonly address: AgentAddress;
	readonly vault: PasswordVault;
	readonly handedOut: HandedOutIds;
	/** `Accept-Language`: "zh-CN" or "en-US". */
	readonly language: string;
	readonly clock: Clock;
	readonly random: RandomBytes;
	/** Bytes; 32 MB unless told otherwise. */
	readonly bodyLimit?: number;
	/** The encryption key as it is known from before, base64. */
	readonly knownKey?: string;
};

const mebibyte = 1024 * 1024;
const defaultBodyLimit = 32 * mebibyte;
const firstFailure = 400;
/** OceanBase is up and the agent has its connection. */
const connectedToDatabase = 3;

const failed = (error: AgentError): {readonly type: 'error'; readonly error: AgentError} => ({type: 'error', error});

const issueWords = (error: z.ZodError): string => {
	const [issue] = error.issues;
	return `answered in an unknown shape${issue ? ` (at ${printable(issue.path.join('.')) || 'its root'})` : ''}`;
};

type Sealed<T> = {
	readonly cache: ReplyCache<T>;
	readonly schema: z.ZodType<T>;
	readonly uri: string;
	/** The generic id in the uri, if there is one. */
	readonly id: string | undefined;
	readonly idsOf: (data: T) => ReadonlySet<string>;
};

/** One agent over HTTP. See `AgentClient`. */
export const createAgentClient = (options: AgentClientOptions): AgentClient => {
	const {address, vault, handedOut, clock} = options;
	const transport = createTransport({...options, bodyLimit: options.bodyLimit ?? defaultBodyLimit});
	const sealer = createSealer(options);
	const caches = {
		info: createReplyCache<AgentInfo>(),
		status: createReplyCache<AgentStatus>(),
		time: createReplyCache<Timestamp>(),
		secret: createReplyCache<{readonly publicKey: string}>(),
		cluster: createReplyCache<ClusterInfo>(),
		task: createReplyCache<Dag>(),
		tasks: createReplyCache<readonly Dag[]>(),
		node: createReplyCache<TaskNode>(),
		logs: createReplyCache<readonly LogEntry[]>(),
	} as const;
	let info: AgentInfo | undefined;
	let status: AgentStatus | undefined;
	// What an agent is decides whether the empty password is fine, so one that became something else is asked anew.
	let emptyRefusedAs: string | undefined;

	/** Turns an answer into its data, by way of the cache: equal bytes are not parsed again. */
	const interpret = <T>(cache: ReplyCache<T>, uri: string, answer: HttpAnswer, schema: z.ZodType<T>): Reply<T> => {
		if (answer.type === 'error') {
			return answer;
		}

		const payload = payloadOf(answer.body);
		const bytes = answer.body.length;
		// A failure that happens to end like the last success is none.
		const same = answer.status < firstFailure ? cache.match(uri, payload) : undefined;
		if (same) {
			return {
				type: 'data', data: same.data, isUnchanged: true, bytes,
			};
		}

		const read = readBody(answer);
		if (read.type !== 'envelope') {
			return read;
		}

		const {envelope} = read;
		if (!envelope.successful) {
			return envelope.code === 'Task.NotFound'
				? {type: 'none'}
				: failed({
					type: 'refused', status: answer.status, code: envelope.code, message: envelope.message, traceId: envelope.traceId,
				});
		}

		const parsed = schema.safeParse(envelope.data);
		if (!parsed.success) {
			return failed({type: 'protocol', message: issueWords(parsed.error)});
		}

		cache.store(uri, payload, parsed.data);
		return {
			type: 'data', data: parsed.data, isUnchanged: false, bytes,
		};
	};

	// The schemas cost time to import: with the first request, beside the first frame.
	const loadAgentSchemas = async () => import('../protocol/agent.js');
	const loadTaskSchemas = async () => import('../protocol/task.js');

	const fetchInfo = async (ask: Ask): Promise<Reply<AgentInfo>> => {
		const {infoSchema} = await loadAgentSchemas();
		const reply = interpret(caches.info, routes.info, await transport.get({uri: routes.info, headers: {}}, ask), infoSchema);
		info = reply.type === 'data' ? reply.data : info;
		return reply;
	};

	const measureSkew = async (ask: Ask): Promise<Reply<number>> => {
		const {timeSchema} = await loadAgentSchemas();
		const sentAt = clock.now();
		const answer = await transport.get({uri: routes.time, headers: {}}, ask);
		const reply = interpret(caches.time, routes.time, answer, timeSchema);
		if (reply.type !== 'data') {
			return reply;
		}

		const skew = Math.round(reply.data - ((sentAt + clock.now()) / 2));
		sealer.setSkew(skew);
		return {...reply, data: skew};
	};

	const fetchKey = async (ask: Ask): Promise<Reply<true>> => {
		const {secretSchema} = await loadAgentSchemas();
		const reply = interpret(caches.secret, routes.secret, await transport.get({uri: routes.secret, headers: {}}, ask), secretSchema);
		if (reply.type !== 'data') {
			return reply;
		}

		const offered = await sealer.offerKey(reply.data.publicKey);
		return offered.type === 'known' ? {...reply, data: true} : offered;
	};

	const emptyPassword = {
		isRefused: () => emptyRefusedAs !== undefined && emptyRefusedAs === info?.identity,
		refuse() {
			emptyRefusedAs = info?.identity;
		},
	};

	const askOnce = async (uri: string, id: string | undefined, ask: Ask): Promise<HttpAnswer> => address.type === 'unix'
		// Root and the owner need no password on the socket (API reference, section 2).
		? transport.get({uri, headers: {}}, ask)
		: askSealed({
			agent: address.key, uri, id, ask, vault, emptyPassword, sealer, transport, clock, fetchInfo, fetchKey, measureSkew, info: () => info,
		});

	/** A sealed question. `idsOf` are those that its answer hands out. */
	const get = async <T>({cache, schema, uri, id, idsOf}: Sealed<T>, ask: Ask): Promise<Reply<T>> => {
		const reply = interpret(cache, uri, await askOnce(uri, id, ask), schema);
		if (reply.type === 'data') {
			const question = `${address.key} ${uri}`;
			if (reply.isUnchanged) {
				handedOut.keep(question);
			} else {
				handedOut.record(question, idsOf(reply.data));
			}
		}

		return reply;
	};

	const getTask = async (uri: string, ask: Ask, id?: string): Promise<Reply<Dag>> => {
		const {dagSchema} = await loadTaskSchemas();
		return get({
			cache: caches.task, schema: dagSchema, uri, id, idsOf: idsOfTask,
		}, ask);
	};

	/** Why an id must not be asked for; undefined where it may. */
	const problemOfId = (id: string): AgentError | undefined => {
		const generic = parseGenericId(id);
		if (!generic || !handedOut.has(id)) {
			return {type: 'unknown-id', id};
		}

		return generic.scope === 'cluster' && status?.obState !== connectedToDatabase
			? {
				type: 'refused', status: 0, code: '', message: 'not asked: OceanBase is not connected', traceId: '',
			}
			: undefined;
	};

	/** In a cluster that does not exist there is no task either: not a fault. */
	const absentOutsideCluster = <T>(reply: Reply<T>): Reply<T> => {
		if (reply.type !== 'error' || reply.error.type !== 'refused') {
			return reply;
		}

		const {code, message} = reply.error;
		const isOutside = code === 'Agent.OceanBase.NotHold' || (code === 'Common.Unexpected' && message.includes('cannot build response body'));
		return isOutside ? {type: 'none'} : reply;
	};

	const isForeign = (dag: Dag): boolean => {
		const owner = parseGenericId(dag.id);
		return owner !== undefined && owner.scope !== 'cluster' && info !== undefined && owner.agent !== info.agent;
	};

	return {
		address,
		fetchInfo,
		async fetchStatus(ask) {
			const {statusSchema} = await loadAgentSchemas();
			const reply = interpret(caches.status, routes.status, await transport.get({uri: routes.status, headers: {}}, ask), statusSchema);
			status = reply.type === 'data' ? reply.data : status;
			return reply;
		},
		measureSkew,
		async fetchMaintenanceTask({details, ...ask}) {
			const reply = await getTask(routes.maintenanceTask(details), ask);
			return reply.type === 'data' && isForeign(reply.data)
				? failed({type: 'protocol', message: 'answered with a task of another agent: its master could not ask it back'})
				: reply;
		},
		fetchClusterTask: async ({details, ...ask}) => absentOutsideCluster(await getTask(routes.clusterTask(details), ask)),
		async fetchUnfinishedTasks({details, ...ask}) {
			const {dagListSchema} = await loadTaskSchemas();
			const reply = absentOutsideCluster(await get({
				cache: caches.tasks, schema: dagListSchema, uri: routes.unfinishedTasks(details), id: undefined, idsOf: tasks => new Set(tasks.flatMap(task => [...idsOfTask(task)])),
			}, ask));
			return reply.type === 'none'
				? {
					type: 'data', data: [], isUnchanged: false, bytes: 0,
				}
				: reply;
		},
		async fetchTask({id, details, ...ask}) {
			const problem = problemOfId(id);
			return problem ? failed(problem) : getTask(routes.task(id, details), ask, id);
		},
		async fetchNode({id, ...ask}) {
			const problem = problemOfId(id);
			if (problem) {
				return failed(problem);
			}

			const {nodeSchema} = await loadTaskSchemas();
			return get({
				cache: caches.node, schema: nodeSchema, uri: routes.node(id), id, idsOf: idsOfNode,
			}, ask);
		},
		async fetchLogs({id, ...ask}) {
			const problem = problemOfId(id);
			if (problem) {
				return failed(problem);
			}

			const {logEntriesSchema} = await loadTaskSchemas();
			return get({
				cache: caches.logs, schema: logEntriesSchema, uri: routes.subTaskLogs(id), id, idsOf: idsOfLogs,
			}, ask);
		},
		async fetchClusterInfo(ask) {
			const {clusterInfoSchema} = await loadAgentSchemas();
			return get({
				cache: caches.cluster, schema: clusterInfoSchema, uri: routes.clusterInfo, id: undefined, idsOf: () => new Set(),
			}, ask);
		},
		acceptKey: sealer.acceptKey,
		fingerprint: sealer.fingerprint,
		skew: sealer.skew,
		dispose: transport.dispose,
	};
};
