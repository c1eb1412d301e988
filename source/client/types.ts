import {type Buffer} from 'node:buffer';
import {formatHostPort} from '../lib/host-port.js';
import {type AgentAddress} from '../protocol/address.js';
import {type AgentInfo, type AgentStatus, type ClusterInfo} from '../protocol/agent.js';
import {type AgentError, type PasswordKind} from '../protocol/errors.js';
import {type LogLines} from '../protocol/logs.js';
import {type Operation} from '../protocol/operation.js';
import {type Dag, type TaskNode} from '../protocol/task.js';
import {fingerprintOf} from './keys/fingerprint.js';

/**
What came of one question. Nothing throws.

- data: the answer; `isUnchanged` when its bytes from `"data":` on equal the last answer to the same question, in which case nothing was parsed and `data` is the very same object as last time; `bytes` is the body's size
- none: the agent has no such task (`Task.NotFound` and nothing else: an empty 404, or a proxy's, says nothing of tasks), which is no fault; only questions about tasks are answered so
- error: see `AgentError`
*/
export type Reply<T> =
	| {readonly type: 'data'; readonly data: T; readonly isUnchanged: boolean; readonly bytes: number}
	| {readonly type: 'none'}
	| {readonly type: 'error'; readonly error: AgentError};

/** `timeout` in ms bounds the whole question, with its retry after a new key or a corrected clock. */
export type RequestOptions = {readonly signal: AbortSignal; readonly timeout: number};

/**
One agent, asked over HTTP. It chooses the header kind from the agent's last info, seals, checks ids, tells errors apart, and retries only where the protocol says so (once with a refetched equal key, once after correcting the clock, once with the other kind of password that the agent demands). It keeps no timers.
*/
export type AgentClient = {
	readonly address: AgentAddress;
	readonly fetchInfo: (options: RequestOptions) => Promise<Reply<AgentInfo>>;
	readonly fetchStatus: (options: RequestOptions) => Promise<Reply<AgentStatus>>;
	/** The agent's clock minus ours, in ms, corrected for half the round trip. */
	readonly measureSkew: (options: RequestOptions) => Promise<Reply<number>>;
	/** The agent's last maintenance task. A task that decodes to another agent is discarded with a `protocol` error (a follower's forward that did not come back). */
	readonly fetchMaintenanceTask: (options: RequestOptions & {readonly details: boolean}) => Promise<Reply<Dag>>;
	/** The last maintenance tasks of all agents that this one could ask; some of them come with their nodes. Those that failed to answer it are left out. */
	readonly fetchMaintenanceTasks: (options: RequestOptions) => Promise<Reply<readonly Dag[]>>;
	/** The cluster's last maintenance task; `none` also where the agent is not in a cluster. */
	readonly fetchClusterTask: (options: RequestOptions & {readonly details: boolean}) => Promise<Reply<Dag>>;
	readonly fetchUnfinishedTasks: (options: RequestOptions & {readonly details: boolean}) => Promise<Reply<readonly Dag[]>>;
	/** Every task that the agent, or its cluster, ever had, without their nodes, in any order. A large answer: only when somebody wants to see it. `none` where the agent is in no cluster. A list of another agent's tasks, as a follower has it from its master, is discarded with a `protocol` error; a cluster's is not asked for without its database. */
	readonly fetchHistory: (options: RequestOptions & {readonly scope: 'agent' | 'cluster'}) => Promise<Reply<readonly Dag[]>>;
	/** The task so many places (1 and more) before an agent's own one that was handed out, without its nodes: ids of an agent's tasks have no gaps, and only those above its last are unknown to it. */
	readonly fetchEarlierTask: (options: RequestOptions & {readonly than: string; readonly by: number}) => Promise<Reply<Dag>>;
	/** By ids that an agent handed out, else `unknown-id`; the id of a cluster task only while this agent's last status said that OceanBase is connected. */
	readonly fetchTask: (options: RequestOptions & {readonly id: string; readonly details: boolean}) => Promise<Reply<Dag>>;
	readonly fetchNode: (options: RequestOptions & {readonly id: string}) => Promise<Reply<TaskNode>>;
	readonly fetchLogs: (options: RequestOptions & {readonly id: string}) => Promise<Reply<LogLines>>;
	readonly fetchClusterInfo: (options: RequestOptions) => Promise<Reply<ClusterInfo>>;
	/** Takes the offered key as the known one, if its fingerprint is that one: what somebody saw and accepted. False, and nothing changes, where another key or none is offered by now. Nothing else ever ends a `key-changed`. */
	readonly acceptKey: (fingerprint: string) => boolean;
	/** Looks whether the offered key was accepted elsewhere meanwhile; true where it was, and so is the known one now. */
	readonly reviewKey: () => Promise<boolean>;
	/** SHA-256 of the known key, as ssh writes it; undefined before the first sealed question. */
	readonly fingerprint: () => string | undefined;
	/** Our clock plus this is the agent's, as far as measured. */
	readonly skew: () => number | undefined;
	/** Ends everything under way and closes kept connections. */
	readonly dispose: () => void;
};

/** What changes something at an agent: apart from what only asks, so that nothing that polls can do it. */
export type AgentOperator = {
	/** Tells the agent to do that with a task: sent at most once, never again by itself, with a header of its own. Only ids that an agent handed out, and only to the agent that the id names; a cluster's task only where OceanBase is connected. */
	readonly operateTask: (options: RequestOptions & {readonly id: string; readonly operation: Operation}) => Promise<OperationReply>;
	/** The same for a stage of a task, which can only be passed. */
	readonly passNode: (options: RequestOptions & {readonly id: string}) => Promise<OperationReply>;
};

/** What an agent is known by: its encryption key (base64), and whether it was seen to take v2 authentication. One that did and no longer does is not trusted as the same. */
export type KnownKey = {readonly publicKey: string; readonly isV2: boolean};

/** The same as an agent offers it, with the key's size. */
export type OfferedKey = KnownKey & {readonly bits: number};

/** The keys by which agents are known from before. Agents are called "host:port" here, however they are reached. */
export type KeyPins = {
	/**
	An agent offers a key. Resolves with what counts for it: what is known, or that very offer where it is trusted unseen (`trustsNew`: such that were never seen may be). Undefined: none is known, and none is trusted unseen. Never rejects.
	*/
	readonly meet: (agent: string, offered: OfferedKey, trustsNew: boolean) => Promise<KnownKey | undefined>;
	/** Somebody looked at that offer and accepted it; from now on it is the known one. */
	readonly accept: (agent: string, key: OfferedKey) => void;
};

/** What an agent is called among the keys. Its key is the same whether it is asked with or without TLS; behind a socket none is needed. */
export const pinName = (address: AgentAddress): string => address.type === 'tcp' ? formatHostPort(address.host, address.port) : address.key;

export const isSameKey = (one: string, other: string): boolean => fingerprintOf(one) === fingerprintOf(other);

/** Whether an agent that offers that may be the one that is known. */
export const fits = (known: KnownKey, offered: KnownKey): boolean => isSameKey(known.publicKey, offered.publicKey) && (offered.isV2 || !known.isV2);

/** Pins that last as long as the program, the first key of each agent taken on trust: for agents that end with it too. */
export const createMemoryPins = (known: ReadonlyMap<string, KnownKey> = new Map()): KeyPins => {
	const pins = new Map(known);
	return {
		async meet(agent, offered) {
			const before = pins.get(agent) ?? offered;
			const pinned = fits(before, offered) ? offered : before;
			pins.set(agent, pinned);
			return pinned;
		},
		accept(agent, key) {
			pins.set(agent, key);
		},
	};
};

/**
What came of an operation, which is sent at most once.

- accepted: the agent will do it; its effect is to be watched for (docs/protocol.md#operations)
- refused: nothing was done; `error` holds the agent's own words
- unknown: it was sent, and no answer says what became of it
- not-sent: nothing has left
*/
export type OperationReply =
	| {readonly type: 'accepted'}
	| {readonly type: 'refused' | 'unknown' | 'not-sent'; readonly error: AgentError};

/** What an agent may send now. A `use` must be answered by exactly one `settle` with its ticket. */
export type PasswordOffer =
	| {readonly type: 'use'; readonly password: string; readonly ticket: number}
	| {readonly type: 'missing'}
	| {readonly type: 'refused'}
	/** Another question, of this agent (`by`, a key) or of another one, is trying it, or (`isRefused`) that agent refused it. */
	| {readonly type: 'held-back'; readonly by: string; readonly isRefused: boolean};

/** accepted, refused by the agent, or no verdict (the question failed for another reason). */
export type PasswordVerdict = 'accepted' | 'refused' | 'none';

/** What an agent said to a password: each refusal, and the first time that it accepted one. */
export type PasswordNews = {readonly agent: string; readonly kind: PasswordKind; readonly verdict: 'accepted' | 'refused'};

/**
All passwords of a run, in memory only. Keeps three promises: a refused password is not sent again until it is changed; a new root password goes to one agent of a cluster, to the others only once accepted, and then to a few at first (wrong logins lock root@sys out); nothing here is ever shown.

Agent passwords are tried by each agent for itself, and by all its questions at once: a wrong one locks nobody out.
*/
export type PasswordVault = {
	/** Asks for the password of that kind for an agent. Before a cluster is known, all agents count as one. */
	readonly request: (agent: string, kind: PasswordKind) => PasswordOffer;
	/** Whether what was handed out with that ticket may be sent once more: nobody replaced or refused it meanwhile. */
	readonly isStillGood: (ticket: number) => boolean;
	/** Whether a password of that kind is known for the agent, without asking for it. */
	readonly has: (agent: string, kind: PasswordKind) => boolean;
	readonly settle: (ticket: number, verdict: PasswordVerdict) => void;
	/** What an agent answered to the empty root password that no person gave: one that is no cluster agent yet usually expects it. */
	readonly judgeEmpty: (agent: string, verdict: 'accepted' | 'refused') => void;
	/** Whether the agent accepted it, and neither it nor another one of its cluster has refused it since. */
	readonly isEmptyGood: (agent: string) => boolean;
	/** A person entered one, for one agent or for all. The empty string is a password. One for all leaves alone what a single agent was given and accepted. */
	readonly enter: (scope: 'all' | {readonly agent: string}, kind: PasswordKind, password: string) => void;
	/** An agent that was found by way of another one is given what that one was, and counts as one of its cluster from the start. */
	readonly adopt: (agent: string, like: string) => void;
	/** Which cluster an agent belongs to, once known: the unit in which root passwords are tried. */
	readonly assignCluster: (agent: string, cluster: string) => void;
	/** Called after an entry, and after whatever else may let an agent send what was held back from it. Returns what ends the subscription. */
	readonly subscribe: (listener: () => void) => () => void;
	/** Called with every news. Returns what ends it. */
	readonly listen: (listener: (news: PasswordNews) => void) => () => void;
};

/**
How agents behind `https://` are checked, and what they are shown. Texts are PEM.

- authorities: who may vouch for an agent, instead of those that Node.js comes with
- certificate, key: what the agent is shown, where it wants to know who asks
- isUnchecked: whatever certificate is shown is taken, so that TLS protects from who only listens
*/
export type TlsSettings = {
	readonly authorities?: string;
	readonly certificate?: string;
	readonly key?: string;
	readonly isUnchecked: boolean;
};

/** `own`: agents (keys) for which something else counts; also for whom one of them names as of its cluster. */
export type FleetTls = TlsSettings & {readonly own?: ReadonlyMap<string, TlsSettings>};

export const plainTls: TlsSettings = {isUnchecked: false};

export type HttpResponse =
	| {readonly type: 'response'; readonly status: number; readonly contentType: string; readonly body: Buffer}
	/** `isSent`, of a POST: it may have reached the agent, whatever became of the answer. */
	| {readonly type: 'error'; readonly error: AgentError; readonly isSent?: boolean};

/** `limit`: bytes of its answer, after decompression, where that is less than what is taken in general. */
export type HttpRequest = {readonly uri: string; readonly headers: Readonly<Record<string, string>>; readonly limit?: number | undefined};

export type Transport = {
	/** Sends one GET. Never throws, never follows a redirect, never takes more than the limit. */
	readonly get: (request: HttpRequest, options: RequestOptions) => Promise<HttpResponse>;
	/** Sends one POST, exactly once, over a connection of its own: a kept one that broke would leave it open whether it arrived. The same promises as `get`. */
	readonly post: (request: HttpRequest & {readonly body: string}, options: RequestOptions) => Promise<HttpResponse>;
	/** Closes kept connections. */
	readonly dispose: () => void;
};
