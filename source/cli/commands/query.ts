import {type Result} from '../../lib/result.js';
import {type Values} from '../demo-options.js';
import {type Argument} from '../parse.js';
import {readWatched, type Surroundings, type Watched} from '../targets.js';
import {readNumber} from '../values.js';

/** The subcommands that ask agents something once. */
export type AskCommand = 'logs' | 'cause' | 'history' | 'bundle';

export type AskOptions = Watched & {
	readonly type: 'ask';
	readonly command: AskCommand;
	/** Which logs are printed, from which execution on, and whether what comes is, too. */
	readonly logs: {readonly task: string | undefined; readonly node: string | undefined; readonly isFollowing: boolean; readonly since: number | undefined};
};

const executions = {from: 1, to: 65_535, isWhole: true};

/** Whom to ask what. Reads the files that the options name. */
export const readAsk = (command: AskCommand) => (list: readonly Argument[], values: Values, surroundings: Surroundings): Result<AskOptions> => {
	const text = values.get('since-execution');
	const since: Result<number | undefined> = text === undefined ? {ok: true, value: undefined} : readNumber('since-execution', text, executions);
	if (!since.ok) {
		return since;
	}

	const read = readWatched(command, list, values, surroundings);
	if (!read.ok) {
		return read;
	}

	const {plan: _, ...watched} = read.value;
	return {ok: true, value: {
		...watched, type: 'ask', command, logs: {task: values.get('task'), node: values.get('node'), isFollowing: values.has('follow'), since: since.value},
	}};
};
