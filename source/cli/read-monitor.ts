import {type Argument} from './parse-arguments.js';
import {type Values} from './read-demo.js';
import {isHeadless, readHeadless, type HeadlessOptions} from './read-headless.js';
import {readWatched, type Surroundings, type Watched} from './read-watched.js';
import {type Result} from './result.js';

export type MonitorOptions = Watched & {
	readonly type: 'monitor';
	readonly isAscii: boolean;
	readonly isColored: boolean;
};

/** What to watch and how to show it, on a screen or without. Reads the files that the options name. */
export const readMonitor = (list: readonly Argument[], values: Values, surroundings: Surroundings): Result<MonitorOptions | HeadlessOptions | {readonly type: 'json-schema'}> => {
	if (values.has('json-schema')) {
		return {ok: true, value: {type: 'json-schema'}};
	}

	if (isHeadless(values)) {
		return readHeadless(list, values, surroundings);
	}

	const watched = readWatched('monitor', list, values, surroundings);
	const {NO_COLOR: noColor} = surroundings.env;
	return watched.ok
		? {ok: true, value: {...watched.value, type: 'monitor', isAscii: values.has('ascii'), isColored: !values.has('no-color') && !noColor}}
		: watched;
};
