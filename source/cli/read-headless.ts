import {type CommandName} from './commands.js';
import {type OptionName} from './options.js';
import {type Argument} from './parse-arguments.js';
import {type Values} from './read-demo.js';
import {readWatched, type Surroundings, type Watched} from './read-watched.js';
import {failure, type Result} from './result.js';

/** What is printed when everything was asked once. */
export type OnceOptions = {readonly type: 'once'; readonly isJson: boolean; readonly detail: 'tasks' | 'stages' | 'logs'};

export type HeadlessOptions = Watched & {
	readonly type: 'headless';
	readonly mode: OnceOptions;
};

const command: CommandName = 'monitor';

/** Options of the modes without a screen: any of them means that no screen is wanted. */
const modeOptions = ['once', 'json', 'stages', 'logs'] as const satisfies readonly OptionName[];

export const isHeadless = (values: Values): boolean => modeOptions.some(name => values.has(name));

const readMode = (values: Values): Result<HeadlessOptions['mode']> => {
	const isJson = values.has('json');
	const lonely = (['stages', 'logs'] as const).find(name => values.has(name));
	return !isJson && !values.has('once') && lonely
		? failure(`--${lonely} goes with --once or --json`)
		: {ok: true, value: {type: 'once', isJson, detail: values.has('logs') ? 'logs' : (values.has('stages') ? 'stages' : 'tasks')}};
};

/** What to watch, and what to print of it. Reads the files that the options name. */
export const readHeadless = (list: readonly Argument[], values: Values, surroundings: Surroundings): Result<HeadlessOptions> => {
	const told = (['no-bell', 'no-title', 'on-change'] as const).find(name => values.has(name));
	if (told) {
		return failure(`--${told} is for the screen, which tells of changes`);
	}

	if (values.has('ascii')) {
		return failure('--ascii is for the screen; what is printed without one needs no special characters');
	}

	const mode = readMode(values);
	if (!mode.ok) {
		return mode;
	}

	const read = readWatched(command, list, values, surroundings);
	if (!read.ok) {
		return read;
	}

	const {plan: _, ...watched} = read.value;
	return {ok: true, value: {...watched, type: 'headless', mode: mode.value}};
};
