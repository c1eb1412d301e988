import {type RecordedMode} from '../../headless/replay.js';
import {failure, type Result} from '../../lib/result.js';
import {type KeyRecord} from '../../ui/keys/table.js';
import {mergeSettings} from '../config/settings.js';
import {speeds, valueOf, type Values} from '../demo-options.js';
import {type Argument} from '../parse.js';
import {readKeys, type Surroundings} from '../targets.js';
import {readNumber} from '../values.js';

export type ReplayOptions = {
	readonly type: 'replay';
	/** A recording, or a folder of them, as given. */
	readonly place: string;
	readonly mode: {readonly type: 'screen'} | RecordedMode;
	/** Times as fast as it was. */
	readonly speed: number;
	readonly isAscii: boolean;
	readonly isColored: boolean;
	/** The key table, with the keys that the config file wants. */
	readonly keys: readonly KeyRecord[];
};

// An option that would silently do nothing is a mistake somebody should hear of.
const readMode = (values: Values): Result<ReplayOptions['mode']> => {
	const isJson = values.has('json');
	const detail = (['logs', 'stages'] as const).find(name => values.has(name));
	if (values.has('once') && values.has('watch')) {
		return failure('--once and --watch do not go together');
	}

	if (detail && !values.has('once') && !isJson) {
		return failure(values.has('watch') ? `--${detail} does not go with --watch` : `--${detail} goes with --once or --json`);
	}

	if (!values.has('once') && !values.has('watch') && !isJson) {
		return {ok: true, value: {type: 'screen'}};
	}

	const lonely = (['ascii', 'unicode', 'speed'] as const).find(name => values.has(name));
	if (lonely) {
		return failure(`--${lonely} is for the screen`);
	}

	if (values.has('watch')) {
		return detail ? failure(`--${detail} does not go with --watch`) : {ok: true, value: {type: 'watch', isJson}};
	}

	return {ok: true, value: {type: 'once', isJson, detail: detail ?? 'tasks'}};
};

/** What to replay, and how. The recording itself is not looked at. */
export const readReplay = (list: readonly Argument[], values: Values, {env, config}: Surroundings): Result<ReplayOptions> => {
	const [place, ...more] = list.flatMap(argument => argument.type === 'positional' ? [argument.value] : []);
	if (place === undefined || place === '') {
		return failure('replay needs the file of a recording: obwatch replay FILE');
	}

	if (more.length > 0) {
		return failure('replay takes one file, or a folder of them');
	}

	const mode = readMode(values);
	const speed = readNumber('speed', valueOf('replay', 'speed', values), speeds);
	const settings = mergeSettings(values, env, config);
	const keys = readKeys(config);
	if (!mode.ok || !speed.ok || !settings.ok || !keys.ok) {
		return [mode, speed, settings, keys].find(result => !result.ok) ?? failure('');
	}

	const {ascii, color} = settings.value.theme;
	return {ok: true, value: {type: 'replay', place, mode: mode.value, speed: speed.value, isAscii: ascii.value, isColored: color.value, keys: keys.value}};
};
