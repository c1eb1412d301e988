import {isActive, isUnread, outcomeOfDag, outcomeOfNode, outcomeOfSubTask, type Outcome} from '../../protocol/outcome.js';
import {type Dag, type SubTask, type TaskNode} from '../../protocol/task.js';
import {type Timestamp} from '../../protocol/timestamp.js';
import {mainTaskOf} from '../locate.js';
import {type State} from '../state.js';
import {type TaskCells} from '../views.js';
import {durationOf} from './duration.js';
import {progressOf} from './progress.js';

export const taskOutcome = (dag: Dag): Outcome => unknowable(dag) ?? outcomeOfDag(dag);

/** Of a task whose details or end cannot be read, its last response is no outcome. */
const unknowable = ({state, needs, unlisted}: Dag): Outcome | undefined => {
	if (unlisted?.end === 'gone') {
		return {word: 'unknown', reason: 'gone', text: 'gone'};
	}

	if (needs && (state === 'FAILED' || unlisted?.end === 'unreadable')) {
		return {word: 'unknown', reason: 'closed', text: 'unknown'};
	}

	return unlisted?.end === 'unreadable' ? {word: 'unknown', reason: 'details', text: 'unknown'} : undefined;
};

/** Whether nothing more happens to it by itself. */
const isFinal = (outcome: Outcome): boolean => !isActive(outcome) && !isUnread(outcome) && outcome.word !== 'pending' && outcome.word !== 'waiting';

export const nodeOutcome = (node: TaskNode): Outcome => outcomeOfNode(node);

export const subTaskOutcome = (subTask: SubTask): Outcome => outcomeOfSubTask(subTask);

/** Whether a task's main task decides how it ended, and nobody knows how that is: it was not read yet, cannot be read, or went away before its end was seen. One that was gone from the beginning says nothing more. */
export const isMainUnknown = (state: State, dag: Dag): boolean => {
	const main = mainTaskOf(state, dag);
	if (!main) {
		return false;
	}

	return main.task ? (main.isGone === true || main.isUnread === true) && !isFinal(taskOutcome(main.task)) : main.isGone !== true;
};

/** A task in one row. `agentNow` is the present by its agent's clock. */
export const taskCells = (dag: Dag, agentNow: Timestamp): TaskCells => ({
	name: dag.name === '' ? `task ${dag.id}` : dag.name,
	outcome: taskOutcome(dag),
	progress: progressOf(dag),
	duration: durationOf(dag, agentNow),
});
