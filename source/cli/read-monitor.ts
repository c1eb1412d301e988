import {type Argument} from './parse-arguments.js';
import {type Values} from './read-demo.js';
import {readWatched, type Surroundings, type Watched} from './read-watched.js';
import {type Result} from './result.js';

export type MonitorOptions = Watched & {
	readonly type: 'monitor';
	readonly isAscii: boolean;
	readonly isColored: boolean;
};

/** What to watch and how to show it. Reads the files that the options name. */
export const readMonitor = (list: readonly Argument[], values: Values, surroundings: Surroundings): Result<MonitorOptions> => {
	const watched = readWatched('monitor', list, values, surroundings);
	const {NO_COLOR: noColor} = surroundings.env;
	return watched.ok
		? {ok: true, value: {...watched.value, type: 'monitor', isAscii: values.has('ascii'), isColored: !values.has('no-color') && !noColor}}
		: watched;
};
