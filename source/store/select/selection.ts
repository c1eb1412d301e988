import {isActive, isFault} from '../../protocol/outcome.js';
import {type Dag, type TaskNode} from '../../protocol/task.js';
import {subTaskOutcome} from './task-cells.js';

/** Where the selected row is now; `fallback` while nothing was selected or the row is gone. -1 in an empty list. */
export const selectedIndexOf = (rows: ReadonlyArray<{readonly key: string}>, selected: string | undefined, fallback: number): number => {
	const index = selected === undefined ? -1 : rows.findIndex(({key}) => key === selected);
	return index === -1 ? Math.min(fallback, rows.length - 1) : index;
};

/** The stage that a task screen selects by itself, moving with the work until the user chooses: the one being worked on. */
export const currentStageIndex = (dag: Dag): number => Math.max(0, Math.min(dag.stage, dag.nodes?.length ?? 0) - 1);

/** The sub-task that a node screen selects by itself: the first failed, else the first active, else the first. */
export const currentSubTaskIndex = (node: TaskNode): number => {
	const outcomes = node.subTasks.map(subTask => subTaskOutcome(subTask));
	const failed = outcomes.findIndex(outcome => isFault(outcome));
	const active = outcomes.findIndex(outcome => isActive(outcome));
	return Math.max(0, failed === -1 ? active : failed);
};
