import {type Drawing} from '../../lib/terminal-text.js';
import {type AgentError} from '../../protocol/errors.js';
import {linesFrom, type LogLines} from '../../protocol/logs.js';
import {rawsFrom, type RawTexts, type ReadTexts} from '../../protocol/raw-texts.js';
import {type SubTask} from '../../protocol/task.js';

/** What came of asking for all lines of a log. */
export type FetchedLog = {readonly type: 'lines'; readonly lines: LogLines} | {readonly type: 'error'; readonly error: AgentError};

/** Asks an agent (by key) once for all lines of a sub-task (by id), within a deadline. Never rejects. */
export type FetchLog = (agent: string, subTask: string, signal: AbortSignal) => Promise<FetchedLog>;

/** What of an entry stands on a row: `text`, after `lead` spaces of which comes what begins at the index `start` of the entry. What is scrolled away on either side is marked, for which a column is left. */
export type RowPart = {readonly text: string; readonly start: number; readonly lead: number; readonly isCutLeft: boolean; readonly isCutRight: boolean};

/** How an entry is laid over display rows. */
export type EntryLayout = {
	readonly rows: number;
	/** A row, 0-based; `left` columns are scrolled away where nothing is wrapped. */
	readonly at: (row: number, left: number) => RowPart;
	/** On which row an index of the text stands. */
	readonly rowOf: (index: number) => number;
	/** In which column of its line it stands, where nothing is wrapped. */
	readonly columnOf: (index: number) => number;
};

/**
The entries of one sub-task's log, oldest first, in columns: an entry costs little beside its text. At most `limit` are kept; older ones are let go and counted in `dropped`. An entry's number is `dropped` + its index, and never changes while lines are only added.
*/
export type LogBuffer = ReadTexts & {
	/** Milliseconds since 1970, NaN where unknown; undefined where the agent gave none at all. */
	readonly times: Float64Array | undefined;
	/** Number of the execution, 1-based; undefined where the agent did not say. */
	readonly executions: Uint16Array | undefined;
	readonly dropped: number;
	/** A memory of how long entries were laid out; only ever read by who wrote it. */
	readonly layouts: Map<string, {readonly text: string; readonly layout: EntryLayout}>;
	/** The same for what entries are drawn with. */
	readonly drawings: Map<number, {readonly raw: string; readonly drawing: Drawing}>;
};

export const emptyLog: LogBuffer = {
	texts: [], times: undefined, executions: undefined, dropped: 0, layouts: new Map(), drawings: new Map(),
};

/** What is remembered with a log's lines. */
const memoryOf = (previous: LogBuffer | undefined): Pick<LogBuffer, 'layouts' | 'drawings'> =>
	({layouts: previous?.layouts ?? new Map<never, never>(), drawings: previous?.drawings ?? new Map<never, never>()});

/** More could not be read by anyone; saving a log fetches it whole. */
const entryLimit = 1_000_000;

const sameItems = <Item extends string | number>(previous: readonly Item[] = [], next: readonly Item[] = []): boolean =>
	previous.length === next.length && previous.every((item, index) => item === next[index]);

const sameNumbers = (previous: Uint16Array | undefined, next: Uint16Array | undefined): boolean =>
	previous?.length === next?.length && (previous?.every((value, index) => value === next?.[index]) ?? true);

const sameRaws = (previous: RawTexts | undefined, next: RawTexts | undefined): boolean => sameItems(previous?.indexes, next?.indexes) && sameItems(previous?.texts, next?.texts);

/** The previous buffer where nothing changed, so that nothing is drawn or searched again. */
const kept = (previous: LogBuffer | undefined, next: LogBuffer): LogBuffer =>
	previous?.dropped === next.dropped && sameItems(previous.texts, next.texts) && sameRaws(previous.raws, next.raws) && sameNumbers(previous.executions, next.executions) ? previous : next;

/** The lines as the log endpoint gives them: sorted, with time and execution. */
export const logFromLines = (previous: LogBuffer | undefined, lines: LogLines, limit = entryLimit): LogBuffer => {
	const dropped = Math.max(0, lines.texts.length - limit);
	return kept(previous, {
		...(dropped === 0 ? lines : linesFrom(lines, dropped)),
		dropped,
		...memoryOf(previous),
	});
};

/** The lines that a task carries itself, without times. They vanish between attempts: then the ones known before stay. */
export const logFromTask = (previous: LogBuffer | undefined, {logs, rawLogs}: Pick<SubTask, 'logs' | 'rawLogs'>, limit = entryLimit): LogBuffer => {
	if (logs === undefined) {
		return previous ?? emptyLog;
	}

	const dropped = Math.max(0, logs.length - limit);
	return kept(previous, {
		texts: dropped === 0 ? logs : logs.slice(dropped), ...rawsFrom(rawLogs, dropped), times: undefined, executions: undefined, dropped, ...memoryOf(previous),
	});
};
