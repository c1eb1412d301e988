import {parseGenericId} from '../protocol/generic-id.js';
import {type Operation} from '../protocol/operation.js';
import {printable} from '../protocol/printable.js';
import {callOf} from './commands.js';
import {type Argument} from './parse-arguments.js';
import {type Values} from './read-demo.js';
import {readWatched, type Surroundings, type Watched} from './read-watched.js';
import {failure, type Result} from './result.js';

export type OperationOptions = Watched & {
	readonly type: 'operation';
	readonly operation: Operation;
	readonly taskId: string;
	/** The stage to pass, instead of the task. */
	readonly nodeId: string | undefined;
	readonly isConfirmed: boolean;
	readonly isWaiting: boolean;
};

const problemOfId = (what: string, id: string | undefined): string | undefined =>
	id === undefined || parseGenericId(id) ? undefined : `${what} "${printable(id)}" is none: obwatch shows it on the task's screen`;

/** What to do with which task of which agent. Reads the files that the options name. */
export const readOperation = (operation: Operation) => (list: readonly Argument[], values: Values, surroundings: Surroundings): Result<OperationOptions> => {
	const positional = list.filter(argument => argument.type === 'positional');
	const [agent, task] = positional;
	if (!agent || !task || positional.length > 2) {
		return failure(`expected ${callOf(operation)} AGENT TASK_ID; see ${callOf(operation)} --help`);
	}

	const taskId = task.value;
	const nodeId = values.get('node');
	const problem = problemOfId('the task id', taskId) ?? problemOfId('the stage id', nodeId);
	if (problem !== undefined) {
		return failure(problem);
	}

	const watched = readWatched(operation, [agent], values, surroundings);
	return watched.ok
		? {ok: true, value: {...watched.value, type: 'operation', operation, taskId, nodeId, isConfirmed: values.has('yes'), isWaiting: values.has('wait')}}
		: watched;
};
