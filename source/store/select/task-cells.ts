import {outcomeOfDag, outcomeOfNode, outcomeOfSubTask, type Outcome} from '../../protocol/outcome.js';
import {type Dag, type SubTask, type TaskNode} from '../../protocol/task.js';
import {type Timestamp} from '../../protocol/timestamp.js';
import {type TaskCells} from '../views.js';
import {durationOf} from './duration.js';
import {progressOf} from './progress.js';

export const taskOutcome = (dag: Dag): Outcome => outcomeOfDag(dag);

export const nodeOutcome = (node: TaskNode): Outcome => outcomeOfNode(node);

export const subTaskOutcome = (subTask: SubTask): Outcome => outcomeOfSubTask(subTask);

/** A task in one row. `agentNow` is the present by its agent's clock. */
export const taskCells = (dag: Dag, agentNow: Timestamp): TaskCells => ({
	name: dag.name === '' ? `task ${dag.id}` : dag.name,
	outcome: taskOutcome(dag),
	progress: progressOf(dag),
	duration: durationOf(dag, agentNow),
});
