import {type Drawing} from '../../lib/terminal-text.js';
import {type AgentError} from '../../protocol/errors.js';
import {linesFrom, type LogLines} from '../../protocol/logs.js';
import {executionKind, isWaitLine, runsUpTo} from '../../protocol/outcome.js';
import {rawsFrom, type RawTexts, type ReadTexts} from '../../protocol/raw-texts.js';
import {type SubTask} from '../../protocol/task.js';
import {keepSeverities} from './severities.js';

/** The result of fetching all lines of a log. */
export type FetchedLog = {readonly type: 'lines'; readonly lines: LogLines} | {readonly type: 'error'; readonly error: AgentError};

/** Fetches all lines of a sub-task (by id) from an agent (by key) once, within a deadline. Never rejects. */
export type FetchLog = (agent: string, subTask: string, signal: AbortSignal) => Promise<FetchedLog>;

/**
The part of an entry on a row: `text`, after `lead` spaces. It begins at index `start` of the entry. If something is scrolled out of sight
on a side, a column there is left for a mark.
*/
export type RowPart = {readonly text: string; readonly start: number; readonly lead: number; readonly isCutLeft: boolean; readonly isCutRight: boolean};

/** How an entry is laid out over display rows. */
export type EntryLayout = {
	readonly rows: number;
	/** A row, 0-based; `left` columns are scrolled out of sight unless lines are wrapped. */
	readonly at: (row: number, left: number) => RowPart;
	/** The row of an index of the text. */
	readonly rowOf: (index: number) => number;
	/** The column of an index in its line, without wrapping. */
	readonly columnOf: (index: number) => number;
};

/**
A log that goes into a merged one.

- key: tells it from the others
- agent: "ip:port", empty if unknown
- stage: of the task itself, from 1; 0 for a part of a linked task
- name: of its stage. A task that started another one copies the lines from there behind "NAME: " or "task NAME: "
- start: where lines without any time belong
- ahead: how far the clock of its times is ahead of the task's own, in ms
- operator, executeTimes: of its sub-task
*/
export type LogPart = {
	readonly key: string;
	readonly agent: string;
	readonly stage: number;
	readonly name: string;
	readonly start: number | undefined;
	readonly ahead: number;
	readonly operator: string;
	readonly executeTimes: number;
	readonly buffer: LogBuffer;
};

/**
What a merged log knows of its entries beside their texts.

- parts: in the order in which they came; part: of each entry, as an index of them; index: where it is in its own log
- at: the time by which it is sorted; head: see `heads`
- agents: different ones of the parts; agentOf: of each part, as an index of them; names: of the agents, as short as they can be
- kept: so many entries at the beginning are those of the log before
*/
export type Merged = {
	readonly parts: readonly LogPart[];
	readonly part: Uint16Array;
	readonly index: Uint32Array;
	readonly at: Float64Array;
	readonly head: Uint8Array;
	readonly agents: readonly string[];
	readonly agentOf: readonly number[];
	readonly names: readonly string[];
	readonly kept: number;
};

/**
The entries of one sub-task's log, oldest first, in columns: an entry costs little beside its text. At most `limit` are kept; older ones are
discarded and counted in `dropped`. An entry's number is `dropped` + its index, and never changes while lines are only added.
*/
export type LogBuffer = ReadTexts & {
	/** Milliseconds since 1970, NaN if unknown; undefined if the agent gave none at all. */
	readonly times: Float64Array | undefined;
	/** Number of the execution, 1-based; undefined if the agent did not say. */
	readonly executions: Uint16Array | undefined;
	readonly dropped: number;
	/** If it consists of several logs. */
	readonly merged?: Merged | undefined;
	/** Caches the layouts of long entries. */
	readonly layouts: Map<string, {readonly text: string; readonly layout: EntryLayout}>;
	/** Caches the drawings of entries. */
	readonly drawings: Map<number, {readonly raw: string; readonly drawing: Drawing}>;
};

export const emptyLog: LogBuffer = {
	texts: [], times: undefined, executions: undefined, dropped: 0, layouts: new Map(), drawings: new Map(),
};

/** The caches of a buffer, for the one that takes its place. */
export const memoryOf = (previous: LogBuffer | undefined): Pick<LogBuffer, 'layouts' | 'drawings'> =>
	({layouts: previous?.layouts ?? new Map<never, never>(), drawings: previous?.drawings ?? new Map<never, never>()});

/** More would not be read; saving a log fetches it whole. */
const entryLimit = 1_000_000;

const sameItems = <Item extends string | number>(previous: readonly Item[] = [], next: readonly Item[] = []): boolean =>
	previous.length === next.length && previous.every((item, index) => item === next[index]);

const sameNumbers = (previous: Uint16Array | undefined, next: Uint16Array | undefined): boolean =>
	previous?.length === next?.length && (previous?.every((value, index) => value === next?.[index]) ?? true);

const sameRaws = (previous: RawTexts | undefined, next: RawTexts | undefined): boolean => sameItems(previous?.indexes, next?.indexes) && sameItems(previous?.texts, next?.texts);

/** The previous buffer if nothing changed, so that nothing is drawn or searched again. What is known of its lines stays known. */
const kept = (previous: LogBuffer | undefined, next: LogBuffer): LogBuffer => {
	if (previous?.dropped !== next.dropped) {
		return next;
	}

	const changed = previous.texts.findIndex((text, index) => text !== next.texts[index]);
	const isSame = changed === -1 && previous.texts.length === next.texts.length && sameRaws(previous.raws, next.raws) && sameNumbers(previous.executions, next.executions);
	if (!isSame) {
		keepSeverities(previous.texts, next.texts, changed === -1 ? previous.texts.length : changed);
	}

	return isSame ? previous : next;
};

/** The lines from the log endpoint: sorted, with time and execution. */
export const logFromLines = (previous: LogBuffer | undefined, lines: LogLines, limit = entryLimit): LogBuffer => {
	const dropped = Math.max(0, lines.texts.length - limit);
	return kept(previous, {
		...(dropped === 0 ? lines : linesFrom(lines, dropped)),
		dropped,
		...memoryOf(previous),
	});
};

/**
The executions of lines that join all attempts without a mark: each begins with the very first line, if that is there once for each attempt.
Undefined if they cannot be told apart.
*/
const executionsByText = (texts: readonly string[], {executeTimes = 0, operator = ''}: Partial<Pick<SubTask, 'executeTimes' | 'operator'>>): Uint16Array | undefined => {
	const runs = executeTimes < 2 ? 0 : runsUpTo(executeTimes, {executeTimes, operator});
	if (runs < 2 || texts.filter(text => text === texts[0]).length !== runs) {
		return undefined;
	}

	const numbers = Array.from({length: executeTimes}, (_, index) => index + 1).filter(number => executionKind(number, {executeTimes, operator}) === 'run');
	let run = -1;
	return Uint16Array.from(texts, text => {
		run += text === texts[0] ? 1 : 0;
		return numbers[run] ?? executeTimes;
	});
};

/** The lines in the task itself, without times. They vanish between attempts; then the known ones stay. */
export const logFromTask = (previous: LogBuffer | undefined, {logs, rawLogs, ...executed}: Pick<SubTask, 'logs' | 'rawLogs'> & Partial<Pick<SubTask, 'executeTimes' | 'operator'>>, limit = entryLimit): LogBuffer => {
	if (logs === undefined) {
		return previous ?? emptyLog;
	}

	// Asked with each action: what is the same object needs no look at its lines.
	if (previous?.texts === logs && previous.dropped === 0 && previous.times === undefined && sameRaws(previous.raws, rawLogs)) {
		return previous;
	}

	const dropped = Math.max(0, logs.length - limit);
	return kept(previous, {
		texts: dropped === 0 ? logs : logs.slice(dropped), ...rawsFrom(rawLogs, dropped), times: undefined, executions: executionsByText(logs, executed)?.subarray(dropped), dropped, ...memoryOf(previous),
	});
};

/**
What an execution of a log is: `attempt` counts what really was tried.

- undo: it undid that attempt
- continued: the attempt before only paused for its main task, and went on here
*/
type Execution = {readonly kind: 'run' | 'undo' | 'continued'; readonly attempt: number};

export const executionOf = (execution: number, {executions, texts}: Pick<LogBuffer, 'executions' | 'texts'>, subTask: Pick<SubTask, 'operator' | 'executeTimes'>): Execution => {
	const executed = {...subTask, executeTimes: Math.max(subTask.executeTimes, executions?.at(-1) ?? 0)};
	const second = executions?.findIndex(other => other > 1) ?? -1;
	const hasPaused = executions?.[0] === 1 && second > 0 && isWaitLine(texts[second - 1]);
	const attempt = Math.max(1, runsUpTo(execution, executed) - (hasPaused ? 1 : 0));
	const isContinued = hasPaused && execution > 1 && runsUpTo(execution, executed) < 3;
	return {kind: isContinued ? 'continued' : executionKind(execution, executed), attempt};
};
