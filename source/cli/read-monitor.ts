import {type KeyRecord} from '../keymap/key-record.js';
import {type Notifications} from './config/config.js';
import {type Argument} from './parse-arguments.js';
import {type Values} from './read-demo.js';
import {isHeadless, readHeadless, type HeadlessOptions} from './read-headless.js';
import {readPrinted, readWatched, type Surroundings, type Watched} from './read-watched.js';
import {type Result} from './result.js';

export type MonitorOptions = Watched & {
	readonly type: 'monitor';
	readonly isAscii: boolean;
	/** The key table, with the keys that the config file wants. */
	readonly keys: readonly KeyRecord[];
	readonly notifications: Notifications;
};

type Read = MonitorOptions | HeadlessOptions | {readonly type: 'text'; readonly text: string} | {readonly type: 'json-schema'};

/** What to watch and how to show it, on a screen or without, or what of that counts, as text. Reads the files that the options name. */
export const readMonitor = (list: readonly Argument[], values: Values, surroundings: Surroundings): Result<Read> => {
	if (values.has('print-config')) {
		const printed = readPrinted(list, values, surroundings);
		return printed.ok ? {ok: true, value: {type: 'text', text: printed.value}} : printed;
	}

	if (values.has('json-schema')) {
		return {ok: true, value: {type: 'json-schema'}};
	}

	if (isHeadless(values)) {
		return readHeadless(list, values, surroundings);
	}

	const read = readWatched('monitor', list, values, surroundings);
	if (!read.ok) {
		return read;
	}

	const {plan: {settings, keys}, ...watched} = read.value;
	const {bell, title, onChange} = settings.notifications;
	return {ok: true, value: {
		...watched,
		type: 'monitor',
		isAscii: settings.theme.ascii.value,
		keys,
		notifications: {bell: bell.value, title: title.value, onChange: onChange.value},
	}};
};
