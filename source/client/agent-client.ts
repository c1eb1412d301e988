import {type AgentAddress} from '../protocol/agent-address.js';
import {type AgentError} from '../protocol/agent-error.js';
import {type AgentInfo, type AgentStatus, type ClusterInfo} from '../protocol/agent.js';
import {type Operation} from '../protocol/operation.js';
import {type LogLines} from '../protocol/log-lines.js';
import {type Dag, type TaskNode} from '../protocol/task.js';
import {type OperationReply} from './operation-reply.js';

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
export type Ask = {readonly signal: AbortSignal; readonly timeout: number};

/**
One agent, asked over HTTP. It chooses the header kind from the agent's last info, seals, checks ids, tells errors apart, and retries only where the protocol says so (once with a refetched equal key, once after correcting the clock, once with the other kind of password that the agent demands). It keeps no timers.
*/
export type AgentClient = {
	readonly address: AgentAddress;
	readonly fetchInfo: (ask: Ask) => Promise<Reply<AgentInfo>>;
	readonly fetchStatus: (ask: Ask) => Promise<Reply<AgentStatus>>;
	/** The agent's clock minus ours, in ms, corrected for half the round trip. */
	readonly measureSkew: (ask: Ask) => Promise<Reply<number>>;
	/** The agent's last maintenance task. A task that decodes to another agent is discarded with a `protocol` error (a follower's forward that did not come back). */
	readonly fetchMaintenanceTask: (ask: Ask & {readonly details: boolean}) => Promise<Reply<Dag>>;
	/** The last maintenance tasks of all agents that this one could ask; some of them come with their nodes. Those that failed to answer it are left out. */
	readonly fetchMaintenanceTasks: (ask: Ask) => Promise<Reply<readonly Dag[]>>;
	/** The cluster's last maintenance task; `none` also where the agent is not in a cluster. */
	readonly fetchClusterTask: (ask: Ask & {readonly details: boolean}) => Promise<Reply<Dag>>;
	readonly fetchUnfinishedTasks: (ask: Ask & {readonly details: boolean}) => Promise<Reply<readonly Dag[]>>;
	/** Every task that the agent, or its cluster, ever had, without their nodes, in any order. A large answer: only when somebody wants to see it. `none` where the agent is in no cluster. A list of another agent's tasks, as a follower has it from its master, is discarded with a `protocol` error; a cluster's is not asked for without its database. */
	readonly fetchHistory: (ask: Ask & {readonly scope: 'agent' | 'cluster'}) => Promise<Reply<readonly Dag[]>>;
	/** The task so many places (1 and more) before an agent's own one that was handed out, without its nodes: ids of an agent's tasks have no gaps, and only those above its last are unknown to it. */
	readonly fetchEarlierTask: (ask: Ask & {readonly than: string; readonly by: number}) => Promise<Reply<Dag>>;
	/** By ids that an agent handed out, else `unknown-id`; the id of a cluster task only while this agent's last status said that OceanBase is connected. */
	readonly fetchTask: (ask: Ask & {readonly id: string; readonly details: boolean}) => Promise<Reply<Dag>>;
	readonly fetchNode: (ask: Ask & {readonly id: string}) => Promise<Reply<TaskNode>>;
	readonly fetchLogs: (ask: Ask & {readonly id: string}) => Promise<Reply<LogLines>>;
	readonly fetchClusterInfo: (ask: Ask) => Promise<Reply<ClusterInfo>>;
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
	readonly operateTask: (ask: Ask & {readonly id: string; readonly operation: Operation}) => Promise<OperationReply>;
	/** The same for a stage of a task, which can only be passed. */
	readonly passNode: (ask: Ask & {readonly id: string}) => Promise<OperationReply>;
};
