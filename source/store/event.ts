// Facts that the poller reports. Past tense, complete, and without secrets.

import {type AgentAddress} from '../protocol/agent-address.js';
import {type AgentError} from '../protocol/agent-error.js';
import {type AgentInfo, type AgentStatus, type ClusterInfo} from '../protocol/agent.js';
import {type LogLines} from '../protocol/log-lines.js';
import {type Dag} from '../protocol/task.js';
import {type Timestamp} from '../protocol/timestamp.js';

export type AtAgent = {
	/** The agent's key (`AgentAddress.key`). */
	readonly agent: string;
	/** When, by our clock. */
	readonly at: Timestamp;
};

/**
What polling brought. Unchanged answers make no event at all.

- `key-learned` tells the fingerprint of the encryption key with which the agent is asked from now on
- `agent-recovered` follows failures, when any answer came that shows that the agent works again
- `agent-failed`: `since` is the first failure in a row, `lastSeenAt` the last good answer about its task; while it lasts it is repeated only when the error changes
- in `agent-failed`, `isAlive` says that the agent itself still answers `status`, so that only its task cannot be asked for: its master or its database does not answer, a password is missing
- `unfinished-received` holds the unfinished tasks without those that are shown as somebody's maintenance task; tasks that left it were fetched once more and appear with their end in `ended`
- `logs-received` holds all lines of the sub-task whose log is open; `logs-failed` tells that its lines cannot be had by themselves (older agents do not know the call): those in the task stand in for them
- `cluster-info-received`: `isSpeaker` where the agent is the one that is asked for its cluster, so that it knows best who belongs to it
- `history-received` holds the last tasks of an owner (an agent's or a cluster's key), newest first and without nodes, as far as they were asked for; `left` counts the older ones (undefined: some, nobody knows how many), `isLoading` that more of them, or how some of them ended, are still being read. `history-failed` ends that until somebody wants it anew
- `main-task-received` tells the main task of which somebody's last task is a share, until it is final; `task` is undefined where it is not known any more. `main-task-failed` tells that it cannot be read now; it is tried again
- `linked-task-received` answers a link that somebody opened, or tells how a task is that went out of sight before it had ended; `task` is undefined where the agent knows it no more
*/
export type PollEvent =
	| (AtAgent & {readonly type: 'info-received'; readonly info: AgentInfo})
	| (AtAgent & {readonly type: 'status-received'; readonly status: AgentStatus})
	| (AtAgent & {readonly type: 'skew-measured'; readonly skew: number})
	| (AtAgent & {readonly type: 'key-learned'; readonly fingerprint: string})
	| (AtAgent & {readonly type: 'task-received'; readonly task: Dag})
	| (AtAgent & {readonly type: 'task-absent'})
	| (AtAgent & {readonly type: 'agent-failed'; readonly error: AgentError; readonly since: Timestamp; readonly lastSeenAt: Timestamp | undefined; readonly isAlive: boolean})
	| (AtAgent & {readonly type: 'agent-recovered'})
	| (AtAgent & {readonly type: 'cluster-info-received'; readonly cluster: ClusterInfo; readonly isSpeaker?: boolean})
	| (AtAgent & {readonly type: 'cluster-task-received'; readonly task: Dag | undefined})
	| (AtAgent & {readonly type: 'unfinished-received'; readonly tasks: readonly Dag[]; readonly ended: readonly Dag[]})
	| (AtAgent & {readonly type: 'logs-received'; readonly subTask: string; readonly lines: LogLines})
	| (AtAgent & {readonly type: 'logs-failed'; readonly subTask: string; readonly error: AgentError})
	| (AtAgent & {readonly type: 'history-received'; readonly owner: string; readonly tasks: readonly Dag[]; readonly left: number | undefined; readonly isLoading: boolean})
	| (AtAgent & {readonly type: 'history-failed'; readonly owner: string; readonly error: AgentError})
	| (AtAgent & {readonly type: 'main-task-received'; readonly id: string; readonly task: Dag | undefined})
	| (AtAgent & {readonly type: 'main-task-failed'; readonly id: string; readonly error: AgentError})
	| (AtAgent & {readonly type: 'linked-task-received'; readonly id: string; readonly task: Dag | undefined})
	| (AtAgent & {readonly type: 'linked-task-failed'; readonly id: string; readonly error: AgentError});

/** An agent that a cluster counts as its own: where it is asked, its own name ("ip:port"), and who named it (a key). */
/** `hasJoined`: it is new in a cluster that was known without it; else it was there before anybody looked. */
export type FoundAgent = {readonly address: AgentAddress; readonly name: string; readonly foundBy: string; readonly hasJoined: boolean};

/**
What became of the agents that are watched because others named them.

- `agent-left`: its cluster (that of the agent `mate`, which stays) no longer counts it as a member; `agent-returned`: it does again
- `agent-dropped`: it is not watched any more, since `stands` (a key) is the same agent, or, without, since too many were found
*/
export type DiscoveryEvent =
	| {readonly type: 'agents-found'; readonly at: Timestamp; readonly found: readonly FoundAgent[]}
	| (AtAgent & {readonly type: 'agent-left'; readonly mate: string})
	| (AtAgent & {readonly type: 'agent-returned'})
	| (AtAgent & {readonly type: 'agent-dropped'; readonly stands: string | undefined});
