import {type ExemptAgent} from '../../fleet/guard.js';
import {type Result} from '../../lib/result.js';
import {type Operable} from '../../store/state.js';
import {type KeyRecord} from '../../ui/keys/table.js';
import {leftAloneOf, type Notifications, whyNamed} from '../config/config.js';
import {type Values} from '../demo-options.js';
import {type Argument} from '../parse.js';
import {readRecording, type RecordingOptions} from '../recording-options.js';
import {readPrinted, readWatched, type Surroundings, type Watched} from '../targets.js';
import {type HeadlessOptions, isHeadless, readHeadless} from './headless.js';

export type MonitorCommand = Watched & {
	readonly type: 'monitor';
	/** Which agents may be told to operate on tasks. */
	readonly operable: Operable;
	/** Which are not, whatever they are called. */
	readonly leftAlone: readonly ExemptAgent[];
	/** The key table, with the keys that the config file wants. */
	readonly keys: readonly KeyRecord[];
	readonly notifications: Notifications;
	readonly recording: RecordingOptions | undefined;
};

/** What the command line allows, but for the groups of the config file that say otherwise; an agent in several of them takes the strictest. Who is to be left alone is so in any case, also when he was named by his address alone. */
const operableOf = ({groups, addresses}: Pick<Watched, 'groups' | 'addresses'>, leftAlone: readonly ExemptAgent[], byDefault: boolean): Operable => {
	const agents = new Map<string, boolean>();
	for (const {agents: members, isOperable} of groups) {
		for (const agent of isOperable === undefined ? [] : members) {
			agents.set(agent, isOperable === true && agents.get(agent) !== false);
		}
	}

	const why = new Map<string, string>();
	for (const address of addresses) {
		const words = whyNamed(leftAlone, address);
		if (words === undefined) {
			continue;
		}

		agents.set(address.key, false);
		why.set(address.key, words);
	}

	return {byDefault, agents, why};
};

type Read = MonitorCommand | HeadlessOptions | {readonly type: 'text'; readonly text: string} | {readonly type: 'json-schema'};

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

	const recording = readRecording(values);
	if (!recording.ok) {
		return recording;
	}

	const read = readWatched('monitor', list, values, surroundings);
	if (!read.ok) {
		return read;
	}

	const {plan: {settings, keys}, ...watched} = read.value;
	// The demo's agents are nobody's.
	const leftAlone = values.has('demo') ? [] : leftAloneOf(surroundings.config);
	const {bell, title, onChange} = settings.notifications;
	return {ok: true, value: {
		...watched,
		type: 'monitor',
		recording: recording.value,
		operable: operableOf(watched, leftAlone, values.has('operate')),
		leftAlone,
		keys,
		notifications: {bell: bell.value, title: title.value, onChange: onChange.value},
	}};
};
