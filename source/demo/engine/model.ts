// The engine's state. Values are immutable; times are milliseconds since the world's zero, with a fraction.

import {type NodeDefinition, type SubTaskDefinition, type TaskDefinition} from './definition.js';

export type State = 'PENDING' | 'READY' | 'RUNNING' | 'FAILED' | 'SUCCEED';
export type Operator = 'RUN' | 'RETRY' | 'ROLLBACK' | 'CANCEL' | 'PASS';

/** The epoch, to which operations reset times. */
export const unset = -Infinity;

export type LogLine = {readonly at: number; readonly text: string};

/** One run or undo. Lines may lie in the future; whoever shows them leaves those out. */
export type Execution = {
	readonly operator: 'RUN' | 'ROLLBACK';
	readonly startAt: number;
	/** Infinity while only a watched task can tell. */
	readonly endAt: number;
	readonly isSuccess: boolean;
	readonly lines: readonly LogLine[];
	/** The task on another agent that is watched, by key. */
	readonly watches?: string;
};

export type SubTask = {
	readonly id: string;
	readonly localId: number;
	readonly createdAt: number;
	readonly definition: SubTaskDefinition;
	readonly executions: readonly Execution[];
	/** When it was passed, without having succeeded. */
	readonly passedAt: number | undefined;
};

export type Node = {
	readonly id: string;
	readonly localId: number;
	readonly createdAt: number;
	readonly definition: NodeDefinition;
	readonly state: State;
	readonly operator: Operator;
	readonly startAt: number;
	readonly endAt: number;
	readonly subTasks: readonly SubTask[];
};

export type Dag = {
	/** Unique in a world, where cluster ids are not. */
	readonly key: string;
	readonly id: string;
	readonly localId: number;
	readonly owner: string;
	readonly createdAt: number;
	readonly definition: TaskDefinition;
	readonly state: State;
	readonly operator: Operator;
	/** 1-based. */
	readonly stage: number;
	readonly startAt: number;
	readonly endAt: number;
	readonly nodes: readonly Node[];
	/** Keys of the sub-DAGs that it started, by agent. */
	readonly subDags: Readonly<Record<string, string>>;
	/** Generic id of the DAG that started this one as a sub-DAG. */
	readonly mainDagId: string | undefined;
};

export const isActive = (dag: Dag): boolean => dag.state === 'READY' || dag.state === 'RUNNING';

/** Whether it holds the lock that keeps other maintenance off the agent. */
export const holdsLock = ({definition, state}: Dag): boolean => !definition.isOutsideMaintenance && !definition.isMain && state !== 'SUCCEED';

/** All lines that were written up to `now`, of every execution. */
export const linesOf = (subTask: SubTask, now: number): readonly LogLine[] =>
	subTask.executions.flatMap(execution => execution.lines.filter(line => line.at <= Math.min(now, execution.endAt)));

/** What the engine writes where a sub-DAG pauses for its main DAG (docs/protocol.md#outcomes). */
export const waitLine = 'wait operator to advance';

/** The stage at which a failed DAG only waits for its main DAG. */
export const waitingNode = (dag: Dag, now: number): Node | undefined => {
	const node = dag.nodes[dag.stage - 1];
	return dag.state === 'FAILED' && node?.state === 'FAILED' && node.subTasks.some(subTask => linesOf(subTask, now).at(-1)?.text === waitLine)
		? node
		: undefined;
};
