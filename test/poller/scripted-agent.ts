import {isDeepStrictEqual} from 'node:util';
import {type AgentClient, type RequestOptions, type Reply} from '../../source/client/types.js';
import {type Clock} from '../../source/lib/clock.js';
import {type AgentInfo, type AgentStatus, type ClusterInfo} from '../../source/protocol/agent.js';
import {type AgentError} from '../../source/protocol/errors.js';
import {earlierId} from '../../source/protocol/ids.js';
import {type LogLines} from '../../source/protocol/logs.js';
import {type Dag} from '../../source/protocol/task.js';
import {addressOf, makeInfo, makeStatus} from '../helpers/tasks.js';

/** What the agent would answer now; tests change it as the story goes. `problem` says for a question ("task", "status", …) how it fails, if so. */
export type Script = {
	info: AgentInfo;
	status: AgentStatus;
	cluster: ClusterInfo;
	task: Dag | undefined;
	clusterTask: Dag | undefined;
	unfinished: readonly Dag[];
	/** By id: also those that have left `unfinished`. */
	tasks: Map<string, Dag>;
	/** By the id of the sub-task. */
	logs: Map<string, LogLines>;
	/** All that it lists as its tasks, and as those of its cluster; undefined where there is no cluster. */
	history: readonly Dag[] | undefined;
	bytes: number;
	/** What the client knows of the agent's clock, ms, besides what is measured (0). */
	skew: number | undefined;
	/** Of the key that the client holds. */
	fingerprint: string | undefined;
	/** ms until an answer; infinite for none ever, until it is aborted. */
	latency: number;
	/** The same for logs alone. */
	logLatency: number | undefined;
	historyLatency: number | undefined;
	/** A client that does not even heed the abort. */
	isDeaf: boolean;
	problem: (name: string) => AgentError | undefined;
	/** A bug in the client. */
	bug: ((name: string) => Error | undefined) | undefined;
};

export type Asked = {readonly at: number; readonly name: string};

export type ScriptedAgent = {
	readonly key: string;
	readonly client: AgentClient;
	readonly script: Script;
	/** Names: info, skew, status, cluster-info, probe, task, node ID, cluster-probe, cluster-task, unfinished, task ID, probe ID, logs ID. */
	readonly asked: Asked[];
	/** How many are under way. */
	readonly open: () => number;
};

export const unreachable: AgentError = {type: 'unreachable', code: 'ECONNREFUSED'};
export const refusedPassword: AgentError = {type: 'unauthorized', wants: 'root', reason: 'refused', message: 'wrong password'};

export const createScriptedAgent = (text: string, clock: Clock, change: Partial<Script> = {}): ScriptedAgent => {
	const address = addressOf(text);
	const script: Script = {
		info: makeInfo({agent: address.key}),
		status: makeStatus({agent: address.key, identity: change.info?.identity ?? 'MASTER'}),
		cluster: {name: '', id: 0, members: []},
		task: undefined,
		clusterTask: undefined,
		unfinished: [],
		tasks: new Map(),
		logs: new Map(),
		history: [],
		bytes: 12_000,
		skew: undefined,
		fingerprint: undefined,
		latency: 1,
		logLatency: undefined,
		historyLatency: undefined,
		isDeaf: false,
		problem: () => undefined,
		bug: undefined,
		...change,
	};
	const asked: Asked[] = [];
	const lastLogs = new Map<string, LogLines>();
	let open = 0;

	const wait = async (signal: AbortSignal, latency: number): Promise<boolean> => new Promise(resolve => {
		const cancel = latency === Infinity
			? () => undefined
			: clock.schedule(() => {
				resolve(true);
			}, latency);
		signal.addEventListener('abort', () => {
			if (script.isDeaf) {
				return;
			}

			cancel();
			resolve(false);
		});
	});

	const answer = async <T>(name: string, {signal}: RequestOptions, dataOf: () => T | undefined): Promise<Reply<T>> => {
		asked.push({at: clock.now(), name});
		const bug = script.bug?.(name);
		if (bug) {
			throw bug;
		}

		open += 1;
		const special = name.startsWith('logs ') ? script.logLatency : (name.startsWith('history ') ? script.historyLatency : undefined);
		const isAnswered = await wait(signal, special ?? script.latency);
		open -= 1;
		if (!isAnswered) {
			return {type: 'error', error: {type: 'aborted'}};
		}

		const error = script.problem(name);
		if (error) {
			return {type: 'error', error};
		}

		const data = dataOf();
		return data === undefined ? {type: 'none'} : {type: 'data', data, isUnchanged: false, bytes: script.bytes};
	};

	// As from the wire: every answer is a new object, and a brief one holds neither nodes nor links.
	const dagOf = (dag: Dag | undefined, details: boolean): Dag | undefined => dag && structuredClone(details ? dag : {...dag, nodes: undefined, links: {subDags: {}, mainDagId: undefined}, isBrief: true});

	const client: AgentClient = {
		address,
		fetchInfo: async ask => answer('info', ask, () => structuredClone(script.info)),
		fetchStatus: async ask => answer('status', ask, () => structuredClone(script.status)),
		measureSkew: async ask => answer('skew', ask, () => 0),
		fetchMaintenanceTask: async ask => answer(ask.details ? 'task' : 'probe', ask, () => dagOf(script.task, ask.details)),
		fetchMaintenanceTasks: async ask => answer('all tasks', ask, () => script.task ? [structuredClone(script.task)] : []),
		fetchClusterTask: async ask => answer(ask.details ? 'cluster-task' : 'cluster-probe', ask, () => dagOf(script.clusterTask, ask.details)),
		fetchUnfinishedTasks: async ask => answer('unfinished', ask, () => script.unfinished.flatMap(dag => dagOf(dag, ask.details) ?? [])),
		async fetchHistory(ask) {
			const reply = await answer(`history ${ask.scope}`, ask, () => script.history?.filter(({id}) => id.startsWith('1') === (ask.scope === 'cluster')).flatMap(dag => dagOf(dag, false) ?? []));
			return reply;
		},
		fetchEarlierTask: async ask => answer(`earlier ${ask.than} ${ask.by}`, ask, () => dagOf(script.tasks.get(earlierId(ask.than, ask.by) ?? ''), false)),
		fetchTask: async ask => answer(`${ask.details ? 'task' : 'probe'} ${ask.id}`, ask, () => dagOf(script.tasks.get(ask.id), ask.details)),
		fetchNode: async ask => answer(`node ${ask.id}`, ask, () => structuredClone(script.task?.nodes?.find(({id}) => id === ask.id))),
		async fetchLogs(ask) {
			const reply = await answer(`logs ${ask.id}`, ask, () => structuredClone(script.logs.get(ask.id)));
			if (reply.type !== 'data') {
				return reply;
			}

			const isUnchanged = isDeepStrictEqual(reply.data, lastLogs.get(ask.id));
			lastLogs.set(ask.id, reply.data);
			return {...reply, isUnchanged};
		},
		fetchClusterInfo: async ask => answer('cluster-info', ask, () => structuredClone(script.cluster)),
		acceptKey: () => false,
		reviewKey: async () => false,
		fingerprint: () => script.fingerprint,
		skew: () => script.skew,
		dispose: () => undefined,
	};

	return {key: address.key, client, script, asked, open: () => open};
};

/** How often each question was asked since `from` (ms since 1970). */
export const countsSince = ({asked}: ScriptedAgent, from: number): Readonly<Record<string, number>> =>
	Object.fromEntries([...Map.groupBy(asked.filter(({at}) => at >= from), ({name}) => name)].map(([name, all]) => [name, all.length]));

/** The times between one asking of a question and the next, in ms. */
export const gapsOf = ({asked}: ScriptedAgent, name?: string): readonly number[] => {
	const times = asked.filter(question => name === undefined || question.name === name).map(({at}) => at);
	return times.slice(1).map((time, index) => time - (times[index] ?? time));
};
