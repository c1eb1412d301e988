import {type AgentAddress} from '../protocol/agent-address.js';
import {type AgentError} from '../protocol/agent-error.js';
import {type AgentInfo, type AgentStatus} from '../protocol/agent.js';
import {type Dag} from '../protocol/task.js';
import {type Timestamp} from '../protocol/timestamp.js';

/** How the connection is, apart from how the task is: "unreachable" is never "no task". */
export type Connection =
	| {readonly type: 'connecting'}
	| {readonly type: 'connected'}
	/** `isAlive`: the agent itself answers, but cannot be asked for its task. `since`: the first failure in a row. */
	| {readonly type: 'failing'; readonly error: AgentError; readonly since: Timestamp; readonly lastSeenAt: Timestamp | undefined; readonly isAlive: boolean};

/** The last task of an agent or cluster: not asked yet, none ever, or known. */
export type LastTask = {readonly type: 'unknown'} | {readonly type: 'none'} | {readonly type: 'known'; readonly dag: Dag};

export type AgentEntry = {
	readonly address: AgentAddress;
	readonly connection: Connection;
	readonly info: AgentInfo | undefined;
	readonly status: AgentStatus | undefined;
	/** Our clock plus this is the agent's, in ms. */
	readonly skew: number | undefined;
	readonly task: LastTask;
	/** Unfinished tasks outside maintenance (observer start and stop, backup), and such that ended while watched. */
	readonly otherTasks: readonly Dag[];
	/** The agent's own name for itself, "ip:port", once known: what other agents call it. */
	readonly name: string | undefined;
	readonly cluster: string | undefined;
};

export type ClusterEntry = {
	readonly key: string;
	readonly name: string;
	/** "ip:port" of every member, watched or not. */
	readonly members: readonly string[];
	readonly task: LastTask;
	readonly otherTasks: readonly Dag[];
	/** The agent through which the cluster was asked last; its clock and connection stand for the cluster. */
	readonly spokenForBy: string | undefined;
};

/** Whose task: an agent's key or a cluster's key, and the DAG's id. */
export type TaskReference = {readonly owner: string; readonly id: string};

/** Where the user is. `selected` is a row's key, kept when rows move; `top` the first row in sight. */
export type Screen =
	LogScreen | {readonly type: 'agents'; readonly selected: string | undefined; readonly top: number} | {readonly type: 'task'; readonly task: TaskReference; readonly selected: string | undefined; readonly top: number} | {readonly type: 'node'; readonly task: TaskReference; readonly node: string; readonly selected: string | undefined; readonly top: number};

/** `top` counts display rows; `left` columns. While following, the end stays in sight. */
export type LogScreen = {
	readonly type: 'log';
	readonly task: TaskReference;
	readonly node: string;
	readonly subTask: string;
	readonly top: number;
	readonly left: number;
	readonly isFollowing: boolean;
};

/** Something laid over the screen. */
export type Overlay =
	| {readonly type: 'help'; readonly top: number}
	/** The hidden prompt for a password; what is typed never gets here. */
	| {readonly type: 'password'; readonly agent: string; readonly kind: 'agent' | 'root'; readonly scope: 'agent' | 'all'}
	/** Both fingerprints of a changed key, and the question whether to accept. */
	| {readonly type: 'key'; readonly agent: string};

export type Size = {readonly columns: number; readonly rows: number};

export type View = {
	readonly size: Size;
	/** From the root to where the user is; never empty. */
	readonly stack: readonly [Screen, ...Screen[]];
	readonly overlay: Overlay | undefined;
	/** One line for the user, until the next key. */
	readonly notice: string | undefined;
	readonly timeZone: 'agent' | 'local';
	/** The focus of the terminal window, as far as the terminal tells. */
	readonly isFocused: boolean;
};

export type State = {
	/** In the order given by the user. */
	readonly agents: ReadonlyMap<string, AgentEntry>;
	readonly clusters: ReadonlyMap<string, ClusterEntry>;
	/** Tasks that were replaced by a newer one while somebody looks at them, by id. */
	readonly kept: ReadonlyMap<string, Dag>;
	readonly view: View;
};
