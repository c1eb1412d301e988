import {Buffer} from 'node:buffer';
import {type Clock, type Turns} from '../lib/clock.js';
import {share} from '../lib/structural-share.js';
import {type AgentAddress} from '../protocol/address.js';
import {type AgentInfo, type ClusterInfo, clusterInfoSchema} from '../protocol/agent.js';
import {type AgentError, isMissingEndpoint} from '../protocol/errors.js';
import {isDatabaseConnected} from '../protocol/identity.js';
import {earlierId} from '../protocol/ids.js';
import {type LogLines} from '../protocol/logs.js';
import {type Operation, type OperationTarget} from '../protocol/operation.js';
import {routes} from '../protocol/routes.js';
import {type RandomBytes} from '../protocol/seal.js';
import {type Dag, type TaskNode} from '../protocol/task.js';
import {mustExist, operationReply, parseResponse, type ReceivedResponse, type ResponseReader, type ResponseType, responseTypes} from './parse-response.js';
import {createPublicEndpoints} from './public-endpoints.js';
import {ResponseCache, type WorkerResponse} from './response-cache.js';
import {createSealer} from './sealed/header.js';
import {createAuthenticatedSender} from './sealed/send.js';
import {failed} from './sealed/types.js';
import {absentOutsideCluster, isForeign, type KnownIds, notConnected, ownTasksIn, problemOfId, problemOfOwner} from './task-rules.js';
import {createTransport, type TransportDeps} from './transport.js';
import {
	type AgentClient,
	type AgentOperator,
	type HttpResponse,
	type KeyPins,
	type OnExchange,
	type OperationReply,
	type PasswordVault,
	pinName,
	type Reply,
	type RequestOptions,
	type TlsSettings,
	type Transport,
	withExchangeListener,
} from './types.js';
import {decodeLines, decodeNode, decodeTask, type LinesDelta, type TaskDelta} from './worker/delta.js';
import {type ReadInWorker, type ResponseWorker} from './worker/pool.js';

export type AgentClientDeps = {
	readonly address: AgentAddress;
	readonly vault: PasswordVault;
	readonly knownIds: KnownIds;
	readonly clock: Clock;
	readonly random: RandomBytes;
	/** Bytes; default 32 MB. */
	readonly bodyLimit?: number | undefined;
	/** Parses large responses in a thread, so that keys are not held up. */
	readonly worker?: ResponseWorker | undefined;
	/** See `TransportDeps`. */
	readonly turns?: Turns | undefined;
	/** Default: HTTP. */
	readonly connect?: ((deps: TransportDeps) => Transport) | undefined;
	/** How certificates of https:// agents are checked. */
	readonly tls: TlsSettings;
	/** The keys that agents are known by. */
	readonly pins: KeyPins;
	/** Whether a key that was never seen before is trusted; default true. */
	readonly trustsNew?: boolean | undefined;
	/** Called with every query and its response, but not with operations. */
	readonly onExchange?: OnExchange | undefined;
};

const mebibyte = 1024 * 1024;

const defaultBodyLimit = 32 * mebibyte;

// What every agent is polled for all the time is small (docs/protocol.md#endpoints); reading more would only cost time and memory.
const headLimit = mebibyte;

const listLimit = 4 * mebibyte;

// About twenty thousand tasks.
const historyLimit = 8 * mebibyte;

/** `id`: the generic id in the uri, if any. `isOptional`: not every version of obshell has this endpoint. `idsOf`: the ids that the response names. `limit` in bytes. */
type ClientRequest<T> = ResponseReader<T> & {readonly id?: string; readonly isOptional?: true; readonly elsewhere?: ReadElsewhere<T>; readonly idsOf: (data: T) => ReadonlySet<string>; readonly limit?: number | undefined};

/** Reads a response in the worker, which sends only what is not known here yet. */
type ReadElsewhere<T> = (worker: ResponseWorker, response: ReceivedResponse, last: WorkerResponse<T> | undefined) => Promise<ReadInWorker<T> | undefined>;

type Interpreted<T> = {readonly reply: Reply<T>; readonly ids: ReadonlySet<string>};

/** `P` is the encoded form of `T` in which the worker sends it. */
const readElsewhere = <T, P>(kind: ResponseType, decode: (delta: P, strings: readonly string[], known: T | undefined) => T): ReadElsewhere<T> => async (worker, response, last) => {
	const done = await worker.read<P>(kind, response, last);
	return done?.type === 'read'
		? {...done, found: done.found.type === 'data' ? {type: 'data', data: decode(done.found.data, done.strings, last?.data)} : done.found}
		: done;
};

const elsewhere = {
	task: readElsewhere<Dag, TaskDelta<Dag>>('task', decodeTask),
	tasks: readElsewhere<readonly Dag[], readonly Dag[]>('tasks', tasks => tasks),
	node: readElsewhere<TaskNode, TaskDelta<TaskNode>>('node', decodeNode),
	logs: readElsewhere<LogLines, LinesDelta>('logs', decodeLines),
} as const;

// The requests that an agent gets again and again are fewer.
const namesLimit = 16;

const noBytes = Buffer.alloc(0);

const noIds: ReadonlySet<string> = new Set();

/** One agent over HTTP. See `AgentClient`. */
export const createAgentClient = (deps: AgentClientDeps): AgentClient & AgentOperator => {
	const {address, knownIds, clock, worker, connect = createTransport, onExchange} = deps;
	const transport = connect({...deps, bodyLimit: deps.bodyLimit ?? defaultBodyLimit});
	const sealer = createSealer({...deps, name: pinName(address), trustsNew: deps.trustsNew ?? true});
	const open = createPublicEndpoints({transport: withExchangeListener(transport, onExchange), sealer, clock});
	const send = createAuthenticatedSender({...deps, transport, sealer, open});
	const caches = {
		cluster: new ResponseCache<ClusterInfo>(share),
		task: new ResponseCache<Dag>(share),
		tasks: new ResponseCache<readonly Dag[]>(share),
		node: new ResponseCache<TaskNode>(share),
		logs: new ResponseCache<LogLines>(),
	} as const;

	const interpretHere = <T>(request: ClientRequest<T>, response: HttpResponse): Interpreted<T> => {
		const reply = parseResponse(request, response);
		return {reply, ids: reply.type === 'data' && !reply.isUnchanged ? request.idsOf(reply.data) : noIds};
	};

	const interpretInWorker = async <T>({uri, cache}: ClientRequest<T>, response: ReceivedResponse, readInWorker: (last: WorkerResponse<T> | undefined) => Promise<ReadInWorker<T> | undefined>): Promise<Interpreted<T>> => {
		const bytes = response.body.length;
		const last = cache?.elsewhere(uri);
		const done = await readInWorker(last);
		if (last && done?.type === 'same') {
			cache?.storeElsewhere(uri, last, bytes);
			return {reply: {
				type: 'data', data: last.data, isUnchanged: true, bytes,
			}, ids: noIds};
		}

		if (done?.type !== 'read') {
			return {reply: failed({type: 'protocol', problem: 'too-large'}), ids: noIds};
		}

		const {found, ids, digest, digests: marks} = done;
		if (found.type !== 'data') {
			return {reply: found, ids: noIds};
		}

		const {data} = found;
		cache?.storeElsewhere(uri, {data, digest, digests: marks}, bytes);
		return {reply: {
			type: 'data', data, isUnchanged: false, bytes,
		}, ids: new Set(ids)};
	};

	// Made once: putting such a name together, and finding it by a text that is new each time, takes longer than comparing a response.
	const names = new Map<string, string>();
	/** The name of what the agent says to a request, or of its last task of an id, among the known ids. */
	const nameOf = (what: string): string => {
		const known = names.get(what);
		if (known !== undefined) {
			return known;
		}

		if (names.size >= namesLimit) {
			names.clear();
		}

		const name = `${address.key} ${what}`;
		names.set(what, name);
		return name;
	};

	const getNow = async <T>(request: ClientRequest<T>, options: RequestOptions): Promise<Reply<T>> => {
		const {uri, id, limit, elsewhere: readThere} = request;
		const response = await send({uri, id, limit}, options);
		onExchange?.({path: uri, response});
		const {reply, ids} = readThere && worker && response.type === 'response' && worker.isFor(response)
			? await interpretInWorker(request, response, async last => readThere(worker, response, last))
			: interpretHere(request, response);
		if (response.type === 'response') {
			// Promises that waited for long are old objects, which V8 clears seldom even if they are dead: what they have brought would stay as long.
			response.body = noBytes;
		}

		if (reply.type === 'data') {
			const name = nameOf(uri);
			if (reply.isUnchanged) {
				knownIds.keep(name);
			} else {
				knownIds.record(name, ids);
			}
		}

		return reply;
	};

	// An endpoint that this version of obshell lacks is not queried again until the agent's info changes: every refusal is a line in the agent's log.
	const missing = new Map<string, {readonly info: AgentInfo | undefined; readonly error: AgentError}>();
	const endpointOf = (uri: string): string => (uri.split('?', 1)[0] ?? '').replaceAll(/\/\d+(?=\/|$)/g, '/:id');

	const get = async <T>(request: ClientRequest<T>, options: RequestOptions): Promise<Reply<T>> => {
		const {uri, isOptional} = request;
		const known = missing.size > 0 ? missing.get(endpointOf(uri)) : undefined;
		if (known && known.info === open.info()) {
			return failed(known.error);
		}

		const reply = await getNow(request, options);
		if (isOptional && reply.type === 'error' && isMissingEndpoint(reply.error)) {
			missing.set(endpointOf(uri), {info: open.info(), error: reply.error});
		}

		return reply;
	};

	/** The id of a task stays known when another one takes its place or it leaves a list, so that its end can still be queried by id. */
	const remember = ({id}: Dag): void => {
		const name = nameOf(id);
		if (!knownIds.keep(name)) {
			knownIds.record(name, new Set([id]));
		}
	};

	const getLast = async (request: ClientRequest<Dag>, options: RequestOptions): Promise<Reply<Dag>> => {
		const reply = await get(request, options);
		if (reply.type === 'data') {
			remember(reply.data);
		}

		return reply;
	};

	const getById = async <T>(request: ClientRequest<T> & {readonly id: string}, options: RequestOptions): Promise<Reply<T>> => {
		const problem = problemOfId(request.id, knownIds, open.status());
		return problem ? failed(problem) : get(request, options);
	};

	const taskAt = (uri: string, details: boolean): ClientRequest<Dag> => ({
		...responseTypes.task, uri, cache: caches.task, elsewhere: elsewhere.task, limit: details ? undefined : headLimit,
	});

	const operate = async (target: OperationTarget, operation: Operation, options: RequestOptions): Promise<OperationReply> => {
		const notSent = (error: AgentError): OperationReply => ({type: 'not-sent', error});
		const {id} = target;
		const problem = problemOfId(id, knownIds, open.status());
		if (problem) {
			return notSent(problem);
		}

		const info = await open.knowInfo(options);
		if (info.type !== 'data') {
			return notSent(info.type === 'error' ? info.error : {type: 'protocol', problem: 'nameless'});
		}

		const foreign = problemOfOwner(id, info.data);
		return foreign ? notSent(foreign) : operationReply(await send({uri: routes.operation(target), id, limit: headLimit, body: JSON.stringify({operator: operation})}, options));
	};

	return {
		address,
		fetchInfo: open.fetchInfo,
		fetchStatus: open.fetchStatus,
		measureSkew: open.measureSkew,
		async fetchMaintenanceTask({details, ...options}) {
			const reply = await getLast(taskAt(routes.maintenanceTask(details), details), options);
			return reply.type === 'data' && isForeign(reply.data, open.info())
				? failed({type: 'protocol', problem: 'other-task'})
				: reply;
		},
		async fetchMaintenanceTasks(options) {
			return get({
				...responseTypes.tasks, uri: routes.maintenanceTasks, cache: caches.tasks, elsewhere: elsewhere.tasks,
			}, options);
		},
		async fetchClusterTask({details, ...options}) {
			const request = taskAt(routes.clusterTask(details), details);
			return absentOutsideCluster(await getLast(request, options));
		},
		async fetchUnfinishedTasks({details, ...options}) {
			const reply = absentOutsideCluster(await get({
				...responseTypes.tasks,
				uri: routes.unfinishedTasks(details),
				cache: caches.tasks,
				elsewhere: elsewhere.tasks,
				limit: details ? undefined : listLimit,
			}, options));
			for (const dag of reply.type === 'data' ? reply.data : []) {
				remember(dag);
			}

			return reply.type === 'none'
				? {
					type: 'data', data: [], isUnchanged: false, bytes: 0,
				}
				: reply;
		},
		async fetchHistory({scope, ...options}) {
			if (scope === 'cluster' && !open.status()) {
				await open.fetchStatus(options);
			}

			if (scope === 'cluster' && !isDatabaseConnected(open.status())) {
				return failed(notConnected);
			}

			// Rarely needed and large, so it has no cache.
			const reply = absentOutsideCluster(await get({
				...responseTypes.tasks,
				uri: scope === 'agent' ? routes.agentHistory : routes.clusterHistory,
				elsewhere: elsewhere.tasks,
				limit: historyLimit,
				isOptional: true,
			}, options));
			return scope === 'agent' ? ownTasksIn(reply, open.info()) : reply;
		},
		async fetchEarlierTask({than, by, ...options}) {
			const id = earlierId(than, by);
			return id !== undefined && knownIds.has(than)
				? get({...taskAt(routes.task(id, false), false), id}, options)
				: failed({type: 'unknown-id', id: than});
		},
		fetchTask: async ({id, details, ...options}) => getById({...taskAt(routes.task(id, details), details), id}, options),
		async fetchNode({id, ...options}) {
			return getById({
				...responseTypes.node, uri: routes.node(id), id, cache: caches.node, elsewhere: elsewhere.node,
			}, options);
		},
		async fetchLogs({id, ...options}) {
			return getById({
				...responseTypes.logs, uri: routes.subTaskLogs(id), id, cache: caches.logs, elsewhere: elsewhere.logs, isOptional: true,
			}, options);
		},
		operateTask: async ({id, operation, ...options}) => operate({kind: 'task', id}, operation, options),
		passNode: async ({id, ...options}) => operate({kind: 'node', id}, 'pass', options),
		async fetchClusterInfo(options) {
			return mustExist(await get({
				uri: routes.clusterInfo, cache: caches.cluster, schema: clusterInfoSchema, idsOf: () => new Set(), limit: headLimit, isOptional: true,
			}, options));
		},
		acceptKey: sealer.acceptKey,
		reviewKey: sealer.reviewKey,
		fingerprint: sealer.fingerprint,
		skew: sealer.skew,
		dispose: transport.dispose,
	};
};
