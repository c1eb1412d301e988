import {type ExemptAgent} from '../../fleet/guard.js';
import {printable} from '../../lib/printable.js';
import {failure, type Result} from '../../lib/result.js';
import {parseGenericId} from '../../protocol/ids.js';
import {type Operation} from '../../protocol/operation.js';
import {leftAloneOf} from '../config/config.js';
import {type Values} from '../demo-options.js';
import {callOf} from '../options.js';
import {type Argument} from '../parse.js';
import {readWatched, type Surroundings, type Watched, withoutSecrets} from '../targets.js';
import {readDuration} from '../values.js';

export type OperationOptions = Watched & {
	readonly type: 'operation';
	readonly operation: Operation;
	readonly taskId: string;
	/** The stage to pass, instead of the task. */
	readonly nodeId: string | undefined;
	readonly isConfirmed: boolean;
	readonly isWaiting: boolean;
	/** In ms, for all of it; without it, as long as it takes. */
	readonly timeout: number | undefined;
	/** Agents that the config file forbids it for. */
	readonly leftAlone: readonly ExemptAgent[];
};

const places = {task: 'in the history (H on the task\'s screen), or with --once --json', stage: 'with --once --json --stages'} as const;

const problemOfId = (what: 'task' | 'stage', id: string | undefined): string | undefined =>
	id === undefined || parseGenericId(id) ? undefined : `"${printable(id)}" is no id of a ${what}: those are long numbers, such as 22130706433028869; obwatch shows them ${places[what]}`;

/** What to do with which task of which agent. Reads the files that the options name. */
export const readOperation = (operation: Operation) => (list: readonly Argument[], values: Values, surroundings: Surroundings): Result<OperationOptions> => {
	const positional = list.filter(argument => argument.type === 'positional');
	const [agent, task] = positional;
	if (!agent || !task || positional.length > 2) {
		return failure(`expected ${callOf(operation)} AGENT TASK_ID; see ${callOf(operation)} --help`);
	}

	const taskId = task.value;
	const nodeId = values.get('node');
	const problem = problemOfId('task', taskId) ?? problemOfId('stage', nodeId);
	if (problem !== undefined) {
		return failure(problem);
	}

	if (agent.value.startsWith('@') || /^(?!unix:).*[,;]/.test(agent.value)) {
		return failure(`${callOf(operation)} is about one agent: name it by its address instead of ${printable(withoutSecrets(agent.value))}`);
	}

	const wanted = values.get('timeout');
	const timeout: Result<number | undefined> = wanted === undefined ? {ok: true, value: undefined} : readDuration('timeout', wanted);
	if (!timeout.ok) {
		return timeout;
	}

	if (wanted !== undefined && !values.has('wait')) {
		return failure('--timeout goes with --wait');
	}

	const watched = readWatched(operation, [agent], values, surroundings);
	return watched.ok
		? {ok: true, value: {
			...watched.value,
			type: 'operation', operation, taskId, nodeId, timeout: timeout.value, isConfirmed: values.has('yes'), isWaiting: values.has('wait'),
			leftAlone: leftAloneOf(surroundings.config),
		}}
		: watched;
};
