// What a scenario says of a task. Durations and offsets are milliseconds; agents are named by their key ("ip:port").

import {type Operation} from '../../protocol/operation.js';

/** One log entry, so many ms after the work began. */
export type TimedLine = readonly [offset: number, text: string];

/** How a run ends badly: with error lines of its own, by waiting for its main task, or by the engine's time limit. */
export type Failure = {
	readonly type: 'error' | 'waits' | 'times out';
	/** When it fails, after the work began. */
	readonly after: number;
	readonly lines?: readonly TimedLine[];
	/** How many runs fail before one succeeds; all of them when left out. */
	readonly times?: number;
};

/** Work that an agent does by itself. */
export type Run = {
	readonly duration: number;
	readonly lines: readonly TimedLine[];
	readonly failure?: Failure;
};

/**
- local: the owner of the task does it, or the agent named by the sub-task, without a task of its own
- remote: the agent named by the sub-task does it in a task of its own, which is watched once a second
- spawn: starts a sub-DAG on the agent, and does not wait for it
- check: waits until all sub-DAGs wait for their main task
- advance: lets all sub-DAGs go on
- follow: watches the agent's sub-DAG until it waits again, or failed
- end: passes all sub-DAGs, and fails where one of them did
*/
export type Work =
	| {readonly type: 'local'; readonly run: Run}
	| {readonly type: 'remote'; readonly run: Run}
	| {readonly type: 'spawn'; readonly task: TaskDefinition}
	| {readonly type: 'check' | 'advance' | 'follow' | 'end'};

export type SubTaskDefinition = {
	readonly on: string;
	readonly work: Work;
	/** What a rollback, or a retry before it runs again, does. */
	readonly undo?: Run;
};

export type NodeDefinition = {
	readonly name: string;
	readonly subTasks: readonly SubTaskDefinition[];
	/** Operations that the stage does not allow; known to the agent alone. */
	readonly refuses?: readonly Operation[];
	/** What agents are once the stage has succeeded. */
	readonly becomes?: Readonly<Record<string, string>>;
	/** Whether the observer runs on the agent that owns the task once the stage has succeeded. */
	readonly observer?: 'started' | 'stopped';
	/** The name of the task that undoes a remote share of this stage. */
	readonly undoName?: string;
};

export type TaskDefinition = {
	readonly name: string;
	readonly nodes: readonly NodeDefinition[];
	/** Neither takes the maintenance lock nor appears in `maintain/*`. */
	readonly isOutsideMaintenance?: boolean;
	/** The main task of sub-DAGs on several agents: an agent keeps it, but it is nobody's maintenance task and holds no lock. */
	readonly isMain?: boolean;
	/** The tenant that a task of the cluster is about. */
	readonly tenant?: string;
};
