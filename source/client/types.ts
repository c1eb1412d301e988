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
The result of one request. Nothing throws.

- data: if `isUnchanged`, the bytes from `"data":` on equal those of the last response to the same request, so nothing was parsed
and `data` is the same object as last time; `bytes` is the body's size
- none: the agent has no such task (only `Task.NotFound`; an empty or a proxy's 404 is an error), which is no fault
- error: see `AgentError`
*/
export type Reply<T> =
	| {readonly type: 'data'; readonly data: T; readonly isUnchanged: boolean; readonly bytes: number}
	| {readonly type: 'none'}
	| {readonly type: 'error'; readonly error: AgentError};

/** `timeout` in ms bounds the whole request, with its retry after a new key or a corrected clock. */
export type RequestOptions = {readonly signal: AbortSignal; readonly timeout: number};

/**
One agent over HTTP. It chooses the header from the agent's last info, seals, checks ids, classifies errors, and retries only as
the protocol says: once each with a refetched equal key, after correcting the clock, and with the other kind of password. It keeps
no timers.
*/
export type AgentClient = {
	readonly address: AgentAddress;
	readonly fetchInfo: (options: RequestOptions) => Promise<Reply<AgentInfo>>;
	readonly fetchStatus: (options: RequestOptions) => Promise<Reply<AgentStatus>>;
	/** The agent's clock minus ours, in ms, corrected for half the round trip. */
	readonly measureSkew: (options: RequestOptions) => Promise<Reply<number>>;
	/** The agent's last maintenance task. A task whose id names another agent is a `protocol` error: a follower's forwarded query went wrong. */
	readonly fetchMaintenanceTask: (options: RequestOptions & {readonly details: boolean}) => Promise<Reply<Dag>>;
	/** The last maintenance tasks of all agents that this one could reach, some with their nodes. Agents that did not respond to it are left out. */
	readonly fetchMaintenanceTasks: (options: RequestOptions) => Promise<Reply<readonly Dag[]>>;
	/** The cluster's last maintenance task; `none` also if the agent is not in a cluster. */
	readonly fetchClusterTask: (options: RequestOptions & {readonly details: boolean}) => Promise<Reply<Dag>>;
	readonly fetchUnfinishedTasks: (options: RequestOptions & {readonly details: boolean}) => Promise<Reply<readonly Dag[]>>;
	/**
	Every task that the agent, or its cluster, ever had, without nodes, in any order; large, so only on demand. `none` if the agent is
	in no cluster. Another agent's list (a follower may return its master's) is a `protocol` error; a cluster's history is not queried
	without its database.
	*/
	readonly fetchHistory: (options: RequestOptions & {readonly scope: 'agent' | 'cluster'}) => Promise<Reply<readonly Dag[]>>;
	/** The task `by` places (1 or more) before a known task of an agent, without its nodes. Ids of an agent's tasks have no gaps, and the agent does not know only those above its last. */
	readonly fetchEarlierTask: (options: RequestOptions & {readonly than: string; readonly by: number}) => Promise<Reply<Dag>>;
	/** By an id that an agent named, otherwise `unknown-id`; a cluster task's id only while this agent's last status said that OceanBase is connected. */
	readonly fetchTask: (options: RequestOptions & {readonly id: string; readonly details: boolean}) => Promise<Reply<Dag>>;
	readonly fetchNode: (options: RequestOptions & {readonly id: string}) => Promise<Reply<TaskNode>>;
	readonly fetchLogs: (options: RequestOptions & {readonly id: string}) => Promise<Reply<LogLines>>;
	readonly fetchClusterInfo: (options: RequestOptions) => Promise<Reply<ClusterInfo>>;
	/** Accepts the offered key if it has that fingerprint, which a person reviewed. False, and nothing changes, if another key or none is offered by now. Nothing else ends a `key-changed`. */
	readonly acceptKey: (fingerprint: string) => boolean;
	/** Checks whether the offered key was accepted elsewhere; true if it was, and it is now the known one. */
	readonly reviewKey: () => Promise<boolean>;
	/** SHA-256 of the known key, as ssh writes it; undefined before the first sealed request. */
	readonly fingerprint: () => string | undefined;
	/** Our clock plus this is the agent's; undefined if not measured. */
	readonly skew: () => number | undefined;
	/** Ends all requests and closes kept connections. */
	readonly dispose: () => void;
};

/** What changes something at an agent: kept apart from queries, so that polling can never do it. */
export type AgentOperator = {
	/**
	Sends an operation on a task, at most once and never retried, with a header of its own. Only for ids that an agent named, and only
	to the agent that the id names; a cluster's task only if OceanBase is connected.
	*/
	readonly operateTask: (options: RequestOptions & {readonly id: string; readonly operation: Operation}) => Promise<OperationReply>;
	/** The same for a stage of a task, which can only be marked as passed. */
	readonly passNode: (options: RequestOptions & {readonly id: string}) => Promise<OperationReply>;
};

/** What an agent is known by: its encryption key (base64), and whether it ever accepted v2 authentication. If it no longer does, it is not trusted as the same agent. */
export type KnownKey = {readonly publicKey: string; readonly isV2: boolean};

/** The same as an agent offers it, with the key's size. */
export type OfferedKey = KnownKey & {readonly bits: number};

/** The keys that agents are known by. Agents are named "host:port" here, however they are reached. */
export type KeyPins = {
	/**
	An agent offers a key. Resolves with the key that counts: the known one, or the offered one if it is trusted unseen (`trustsNew`
	allows that for agents never seen before). Undefined: none is known or trusted. Never rejects.
	*/
	readonly meet: (agent: string, offered: OfferedKey, trustsNew: boolean) => Promise<KnownKey | undefined>;
	/** A person reviewed and accepted that offer; from now on it is the known key. */
	readonly accept: (agent: string, key: OfferedKey) => void;
	/** Resolves once all keys accepted so far are stored, or cannot be. Never rejects. */
	readonly stored: () => Promise<void>;
};

/** An agent's name among the pins: the same with or without TLS. A socket needs none. */
export const pinName = (address: AgentAddress): string => address.type === 'tcp' ? formatHostPort(address.host, address.port) : address.key;

/** Most comparisons are of a key with itself, which needs no digest. */
export const isSameKey = (one: string, other: string): boolean => one === other || fingerprintOf(one) === fingerprintOf(other);

/** Whether an agent with that offer may be the known one. */
export const fits = (known: KnownKey, offered: KnownKey): boolean => isSameKey(known.publicKey, offered.publicKey) && (offered.isV2 || !known.isV2);

/** Pins that last as long as the program; the first key of each agent is trusted. For agents that end with the program too. */
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
		stored: async () => undefined,
	};
};

/**
The result of an operation, which is sent at most once.

- accepted: the agent will do it; watch the task for its effect (docs/protocol.md#operations)
- refused: nothing was done; `error` holds the agent's own words
- unknown: it was sent, but no response says what happened
- not-sent: nothing was sent
*/
export type OperationReply =
	| {readonly type: 'accepted'}
	| {readonly type: 'refused' | 'unknown' | 'not-sent'; readonly error: AgentError};

/** What an agent may send now. Every `use` must be settled exactly once with its ticket. */
export type PasswordOffer =
	| {readonly type: 'use'; readonly password: string; readonly ticket: number}
	| {readonly type: 'missing'}
	| {readonly type: 'refused'}
	/** Another request of this or another agent (`by`, a key) is trying it, or (`isRefused`) that agent refused it. */
	| {readonly type: 'held-back'; readonly by: string; readonly isRefused: boolean};

/** `none`: no verdict, since the request failed for another reason. */
export type PasswordVerdict = 'accepted' | 'refused' | 'none';

/** What an agent said about a password: each refusal, and the first acceptance. */
export type PasswordNews = {readonly agent: string; readonly kind: PasswordKind; readonly verdict: 'accepted' | 'refused'};

/**
All passwords of a run, in memory only and never shown. A refused password is not sent again until it is changed. A new root
password goes to one agent of a cluster first, to the others only once accepted, and then to a few at a time: wrong logins lock
root@sys out. Agent passwords are tried by each agent for itself, since a wrong one locks nothing.
*/
export type PasswordVault = {
	/** Requests the password of that kind for an agent, which only forwards it to its master or not. Before a cluster is known, all agents count as one. */
	readonly request: (agent: string, kind: PasswordKind, isForwarded?: boolean) => PasswordOffer;
	/** Whether the password with that ticket may be sent once more: it was neither replaced nor refused meanwhile. */
	readonly isStillGood: (ticket: number) => boolean;
	/** Whether a password of that kind is known for the agent; takes no ticket. */
	readonly has: (agent: string, kind: PasswordKind) => boolean;
	readonly settle: (ticket: number, verdict: PasswordVerdict) => void;
	/** The agent's verdict on the empty root password, which no person entered: an agent outside a cluster usually expects it. */
	readonly judgeEmpty: (agent: string, verdict: 'accepted' | 'refused') => void;
	/** Whether the agent accepted it, and neither it nor another agent of its cluster has refused it since. */
	readonly isEmptyGood: (agent: string) => boolean;
	/** A person entered a password for one agent or for all. The empty string is a password. One for all does not replace what a single agent was given and accepted. */
	readonly enter: (scope: 'all' | {readonly agent: string}, kind: PasswordKind, password: string) => void;
	/** A found agent gets the passwords of the agent that named it, and counts as one of its cluster from the start. */
	readonly adopt: (agent: string, like: string) => void;
	/** The agent's cluster, once known: root passwords are tried cluster by cluster. */
	readonly assignCluster: (agent: string, cluster: string) => void;
	/** Called after an entry, and after anything else that may release a password that was held back. Returns a function that unsubscribes. */
	readonly subscribe: (listener: () => void) => () => void;
	/** Called with every verdict worth reporting. Returns a function that unsubscribes. */
	readonly listen: (listener: (news: PasswordNews) => void) => () => void;
};

/**
How `https://` agents are checked, and which certificate they are shown. Texts are PEM. `authorities` replace those of Node.js;
`certificate` and `key` are for agents that require a client certificate; `isUnchecked` accepts any certificate, so TLS protects
only from eavesdropping.
*/
export type TlsSettings = {
	readonly authorities?: string;
	readonly certificate?: string;
	readonly key?: string;
	readonly isUnchecked: boolean;
};

/** `own`: agents (keys) with their own settings, which also apply to agents that they name as members of their cluster. */
export type FleetTls = TlsSettings & {readonly own?: ReadonlyMap<string, TlsSettings>};

export const plainTls: TlsSettings = {isUnchecked: false};

export type HttpResponse =
	/** `body` is empty again once it was read. */
	| {readonly type: 'response'; readonly status: number; readonly contentType: string; body: Buffer}
	/** `isSent`, of a POST: it may have reached the agent, whatever the response. */
	| {readonly type: 'error'; readonly error: AgentError; readonly isSent?: boolean};

/** `limit`: bytes of the response, after decompression, if less than the general limit. */
export type HttpRequest = {readonly uri: string; readonly headers: Readonly<Record<string, string>>; readonly limit?: number | undefined};

export type Transport = {
	/** Sends one GET. Never throws, follows no redirect, and reads no more than the limit. */
	readonly get: (request: HttpRequest, options: RequestOptions) => Promise<HttpResponse>;
	/** Sends one POST, exactly once, over a new connection: on a kept one that broke it would be uncertain whether it arrived. Otherwise like `get`. */
	readonly post: (request: HttpRequest & {readonly body: string}, options: RequestOptions) => Promise<HttpResponse>;
	/** Closes kept connections. */
	readonly dispose: () => void;
};

/** A request (a GET's path and query) and its final response: after retries, or the error that kept it from being sent. Contains no header and no password. */
export type Exchange = {readonly path: string; readonly response: HttpResponse};

export type OnExchange = (exchange: Exchange) => void;

/** The same transport, which also reports each exchange to a listener. */
export const withExchangeListener = (transport: Transport, hear: OnExchange | undefined): Transport => hear
	? {
		...transport,
		async get(request, options) {
			const response = await transport.get(request, options);
			hear({path: request.uri, response});
			return response;
		},
	}
	: transport;
