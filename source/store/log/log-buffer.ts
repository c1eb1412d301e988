import {linesFrom, type LogLines} from '../../protocol/log-lines.js';
import {type EntryLayout} from './layout-entry.js';

/**
The entries of one sub-task's log, oldest first, in columns: an entry costs little beside its text. At most `limit` are kept; older ones are let go and counted in `dropped`. An entry's number is `dropped` + its index, and never changes while lines are only added.
*/
export type LogBuffer = {
	readonly texts: readonly string[];
	/** Milliseconds since 1970, NaN where unknown; undefined where the agent gave none at all. */
	readonly times: Float64Array | undefined;
	/** Number of the execution, 1-based; undefined where the agent did not say. */
	readonly executions: Uint16Array | undefined;
	readonly dropped: number;
	/** A memory of how long entries were laid out; only ever read by who wrote it. */
	readonly layouts: Map<string, {readonly text: string; readonly layout: EntryLayout}>;
};

export const emptyLog: LogBuffer = {
	texts: [], times: undefined, executions: undefined, dropped: 0, layouts: new Map(),
};

const noLayouts = (): LogBuffer['layouts'] => new Map();

/** More could not be read by anyone; saving a log fetches it whole. */
export const entryLimit = 1_000_000;

const sameTexts = (previous: readonly string[], next: readonly string[]): boolean =>
	previous.length === next.length && previous.every((text, index) => text === next[index]);

const sameNumbers = (previous: Uint16Array | undefined, next: Uint16Array | undefined): boolean =>
	previous?.length === next?.length && (previous?.every((value, index) => value === next?.[index]) ?? true);

/** The previous buffer where nothing changed, so that nothing is drawn or searched again. */
const kept = (previous: LogBuffer | undefined, next: LogBuffer): LogBuffer =>
	previous?.dropped === next.dropped && sameTexts(previous.texts, next.texts) && sameNumbers(previous.executions, next.executions) ? previous : next;

/** The lines as the log endpoint gives them: sorted, with time and execution. */
export const logFromLines = (previous: LogBuffer | undefined, lines: LogLines, limit = entryLimit): LogBuffer => {
	const dropped = Math.max(0, lines.texts.length - limit);
	return kept(previous, {
		...(dropped === 0 ? lines : linesFrom(lines, dropped)),
		dropped,
		layouts: previous?.layouts ?? noLayouts(),
	});
};

/** The lines that a task carries itself, without times. They vanish between attempts: then the ones known before stay. */
export const logFromTask = (previous: LogBuffer | undefined, logs: readonly string[] | undefined, limit = entryLimit): LogBuffer => {
	if (logs === undefined) {
		return previous ?? emptyLog;
	}

	const dropped = Math.max(0, logs.length - limit);
	return kept(previous, {
		texts: dropped === 0 ? logs : logs.slice(dropped), times: undefined, executions: undefined, dropped, layouts: previous?.layouts ?? noLayouts(),
	});
};
