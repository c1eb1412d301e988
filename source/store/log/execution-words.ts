import {type SubTask} from '../../protocol/task.js';
import {type LogBuffer} from './log-buffer.js';

/**
Whether an execution ran or undid. Nobody says: a retry first undoes and then runs, so they alternate, and the operator tells what the last one was.
*/
const executionKind = (execution: number, latest: number, {operator}: Pick<SubTask, 'operator'>): 'run' | 'undo' => {
	const last = operator === 'ROLLBACK' ? 'undo' : 'run';
	const isLikeLast = (latest - execution) % 2 === 0;
	return isLikeLast === (last === 'run') ? 'run' : 'undo';
};

/** What stands above an execution's first line (`execution` is 1-based): "execution 2, undo (inferred)". */
export const executionWords = (execution: number, {executions}: Pick<LogBuffer, 'executions'>, subTask: Pick<SubTask, 'operator' | 'executeTimes'>): string =>
	`execution ${execution}, ${executionKind(execution, Math.max(subTask.executeTimes, executions?.at(-1) ?? 0), subTask)} (inferred)`;
