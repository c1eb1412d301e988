import {type Messages} from '../../lib/messages/en/english.js';
import {messages} from '../../lib/messages/messages.js';
import {type LineStyle} from '../../lib/terminal-text.js';
import {type Timestamp} from '../../lib/time.js';
import {type Severity} from '../../protocol/logs.js';
import {type Outcome} from '../../protocol/outcome.js';
import {type Dag, type SubTask, type TaskNode} from '../../protocol/task.js';
import {executionOf, type LogBuffer, type RowPart} from '../log/buffer.js';
import {cursorOf, rangeOf, topPosition} from '../log/cursor.js';
import {logOf, namesOf, numberWidth, paneOptions} from '../log/open-logs.js';
import {agentOfEntry, isShown, type PaneRow, rowKey, rowOfPlace, rowsFrom} from '../log/pane.js';
import {heads} from '../log/merge.js';
import {isBehind, type Matcher, type PlaceBudget, placeBudget, placesIn, rankOf, type Scan} from '../log/scan.js';
import {logKey} from '../log/sources.js';
import {type LogScreen, type State} from '../state.js';
import {partOutcome, stageOutcome, taskOutcome} from './basics.js';
import {failedPartPlaces} from './cause.js';
import {shownText} from './connection.js';
import {breadcrumbOf, stalenessOf} from './task-head.js';
import {type Staleness} from './view-types.js';

/** The separator above an execution's first line (`execution` is 1-based): "attempt 2", "rollback of attempt 1". */
export const executionText = (execution: number, buffer: Pick<LogBuffer, 'executions' | 'texts'>, subTask: Pick<SubTask, 'operator' | 'executeTimes'>, language: Messages = messages()): string => {
	const {attempt: attemptText, rollbackAttempt, continued} = language.tasks.log;
	const {kind, attempt} = executionOf(execution, buffer, subTask);
	return {run: attemptText(attempt), undo: rollbackAttempt(attempt), continued}[kind];
};

/** Above an entry of a merged log: which stage begins, or which attempt of whom, by the agent's short name, which narrow lines have room for; empty if nothing does. */
export const mergedSeparator = ({merged, executions}: LogBuffer, index: number, language: Messages = messages()): string => {
	const part = merged?.parts[merged.part[index] ?? 0];
	const head = merged?.head[index] ?? 0;
	if (!part) {
		return '';
	}

	const name = language.tasks.engineName(part.name);
	const stage = (head & heads.stage) > 0 ? [`${part.stage} ${name}`] : [];
	const whose = merged?.names[merged.agentOf[merged.part[index] ?? 0] ?? 0] ?? part.agent;
	const attempt = (head & heads.attempt) > 0 ? [executionText(executions?.[index] ?? 1, part.buffer, part, language), whose, ...(stage.length > 0 ? [] : [name])] : [];
	return [...stage, ...attempt].join(' · ');
};

const separatorText = ({execution, position, mark}: PaneRow, buffer: LogBuffer, subTask: SubTask | undefined): string => {
	if (mark !== undefined) {
		return messages().tasks.log.mark;
	}

	if (!subTask) {
		return mergedSeparator(buffer, position.entry - buffer.dropped);
	}

	return execution === undefined ? '' : executionText(execution, buffer, subTask);
};

// A match's first or last characters may be out of sight.
const around = 1000;

/** The matches in the rows of one entry, by row, as indexes of the row's text. */
const placesOfEntry = (rows: readonly PaneRow[], text: string, matcher: Matcher, budget: PlaceBudget): ReadonlyArray<LogRow['matches']> => {
	const parts = rows.filter(row => row.type === 'text').map(({part}) => part);
	const lengthOf = ({text: shown, lead}: RowPart): number => shown.length - lead;
	const first = parts[0]?.start ?? 0;
	const last = parts.at(-1);
	const places = placesIn(text.slice(0, last ? last.start + lengthOf(last) + around : 0), matcher, Math.max(0, first - around), budget);
	return rows.map(({part}) => places.flatMap(([start, end]) => {
		const [from, to] = [Math.max(start, part.start), Math.min(end, part.start + lengthOf(part))];
		return from < to ? [[from - part.start + part.lead, to - part.start + part.lead] as const] : [];
	}));
};

/** The matches of the search in the visible rows. */
const placesOf = (rows: readonly PaneRow[], {texts, dropped}: LogBuffer, matcher: Matcher | undefined): ReadonlyArray<LogRow['matches']> => {
	if (!matcher) {
		return [];
	}

	const budget = placeBudget();
	const entries = Map.groupBy(rows, ({position}) => position.entry);
	return entries.entries().flatMap(([entry, own]) => placesOfEntry(own, texts[entry - dropped] ?? '', matcher, budget)).toArray();
};

// More is not counted where lines are hidden, since that takes long.
const countLimit = 5000;

/** How many lines are selected; undefined if only the cursor's is. */
const countSelected = (state: State, screen: LogScreen): LogStatus['selected'] => {
	const range = rangeOf(screen);
	const options = paneOptions(state, screen);
	if (!range) {
		return undefined;
	}

	const count = range.last - range.first + 1;
	const {severity, filter, isCollapsed} = options;
	if (severity === 'all' && !filter && !isCollapsed) {
		return count;
	}

	const buffer = logOf(state, screen);
	return count > countLimit ? 'many' : Array.from({length: count}, (_, index) => range.first - buffer.dropped + index).filter(index => isShown(buffer, index, options)).length;
};

/** `rows`: the visible ones, whose entries no longer count as new. */
const statusOf = (state: State, screen: LogScreen, rows: readonly PaneRow[]): LogStatus => {
	const buffer = logOf(state, screen);
	const lastInSight = rows.at(-1)?.position.entry ?? -1;
	const {filter, search, isFollowing, seen} = screen;
	const cursor = cursorOf(state, screen)?.entry;
	const {severity, hasTimes} = state.view.logOptions;
	const log = state.logs.get(logKey(screen));
	const problem = log?.problem;
	return {
		isFollowing,
		newEntries: isFollowing ? 0 : Math.max(0, buffer.dropped + buffer.texts.length - Math.max(seen, lastInSight + 1)),
		filter: filter && {source: filter.matcher.source, hidden: filter.high - filter.low - filter.matches, isCounting: isBehind(filter, buffer)},
		search: search && {
			source: search.matcher.source,
			matches: search.matches,
			rank: cursor === undefined ? undefined : rankOf(search, cursor - buffer.dropped),
			isCounting: isBehind(search, buffer) || search.seeking !== undefined,
		},
		severity,
		selected: countSelected(state, screen),
		dropped: buffer.dropped,
		// Only the times are missing.
		problem: hasTimes && problem ? shownText(state, problem) : undefined,
		agents: buffer.merged && buffer.merged.agents.length > 1 ? buffer.merged.agents.length : undefined,
		agent: screen.agent,
		waiting: log?.waiting ?? 0,
	};
};

type Hiding = {readonly buffer: LogBuffer; readonly filter: Scan | undefined; readonly severity: LogStatus['severity']};

/** Why none of the lines is shown, and what shows them again. */
const hiddenNote = ({buffer, filter, severity}: Hiding): string => {
	const {log} = messages().tasks;
	if (filter && isBehind(filter, buffer)) {
		return log.filtering;
	}

	return (filter ? log.noMatch : log.none)[severity];
};

const noteOf = (rows: readonly PaneRow[], {buffer, filter, severity, waiting}: Hiding & {readonly waiting: number}, subTask: SubTask | undefined): string | undefined => {
	if (rows.length > 0) {
		return undefined;
	}

	if (buffer.texts.length > 0) {
		return hiddenNote({buffer, filter, severity});
	}

	const {betweenAttempts, noLines, fetching} = messages().tasks.log;
	if (waiting > 0) {
		return fetching;
	}

	return subTask && subTask.executeTimes > 1 ? betweenAttempts : noLines;
};

/** The number of a line in its own log, from 1. */
const numberOf = ({merged, dropped}: LogBuffer, index: number): number => {
	const part = merged?.parts[merged.part[index] ?? 0];
	return merged && part ? part.buffer.dropped + (merged.index[index] ?? 0) + 1 : dropped + index + 1;
};

/** The log screen: the visible rows of one sub-task's log, or of several as one. */
export const selectLog = ({state, screen, dag, node, subTask}: {
	readonly state: State; readonly screen: LogScreen; readonly dag: Dag; readonly node: TaskNode | undefined; readonly subTask: SubTask | undefined;
}): LogView => {
	const buffer = logOf(state, screen);
	const options = paneOptions(state, screen);
	const rows = rowsFrom(buffer, topPosition(state, screen), options);
	const places = placesOf(rows, buffer, screen.search?.matcher);
	const cursor = cursorOf(state, screen);
	const cursorRow = cursor && rowOfPlace(buffer, cursor.entry, cursor.place, options);
	const names = namesOf(buffer);
	const {hasNumbers} = state.view.logOptions;
	const range = rangeOf(screen);
	const isInRange = ({position: {entry}}: PaneRow): boolean => range !== undefined && entry >= range.first && entry <= range.last;
	return {
		type: 'log',
		breadcrumb: breadcrumbOf(state, screen),
		outcome: subTask ? partOutcome(dag, subTask) : (node ? stageOutcome(dag, node) : taskOutcome(dag)),
		hasFailedPart: subTask !== undefined && failedPartPlaces(state, dag).some(failed => failed.subTask === subTask),
		staleness: stalenessOf(state, screen.task),
		rows: rows.map((row, index): LogRow => ({
			key: rowKey(row.position),
			type: row.type,
			text: row.type === 'separator' ? separatorText(row, buffer, subTask) : row.part.text,
			isCutLeft: row.part.isCutLeft,
			isCutRight: row.part.isCutRight,
			severity: row.severity,
			repeats: row.repeats,
			time: row.mark ?? row.time,
			...(hasNumbers && row.position.row === 0 && {number: numberOf(buffer, row.position.entry - buffer.dropped)}),
			matches: places[index] ?? [],
			styles: row.styles,
			isRewritten: row.isRewritten,
			isFirst: row.position.row <= 0,
			isSelected: row.type === 'text' && (row.position.entry === cursor?.entry || isInRange(row)),
			isInRange: isInRange(row),
			...(names && row.type === 'text' && {agent: {name: row.position.row === 0 ? names.names[agentOfEntry(buffer, row.position.entry - buffer.dropped) ?? 0] ?? '' : '', number: agentOfEntry(buffer, row.position.entry - buffer.dropped) ?? 0}}),
			hasCursor: row.position.entry === cursor?.entry && row.position.row === cursorRow,
		})),
		hasTimes: state.view.logOptions.hasTimes && buffer.times !== undefined,
		nameWidth: names?.width ?? 0,
		numberWidth: hasNumbers ? numberWidth(buffer) : 0,
		scrollColumn: state.view.logOptions.isWrapped ? 0 : screen.scrollColumn,
		status: statusOf(state, screen, rows),
		utcOffset: dag.utcOffset,
		note: noteOf(rows, {buffer, filter: screen.filter, severity: state.view.logOptions.severity, waiting: state.logs.get(logKey(screen))?.waiting ?? 0}, subTask),
	};
};

/**
One display row of a log, cut to the visible columns; if something is scrolled out of sight on a side, a column there is left for a mark.
A separator is above the first entry of an execution, or is a mark with its `time`. `time` and `repeats` (above 1) are only on an entry's first row; `matches` are [start,
end) in `text`; `styles` are what the agent styled, as [from, to).
*/
export type LogRow = {
	readonly key: string;
	readonly type: 'text' | 'separator';
	readonly text: string;
	readonly isCutLeft: boolean;
	readonly isCutRight: boolean;
	readonly severity: Severity;
	readonly repeats: number;
	readonly time: Timestamp | undefined;
	readonly matches: ReadonlyArray<readonly [start: number, end: number]>;
	readonly styles: ReadonlyArray<LineStyle & {readonly from: number; readonly to: number}>;
	/** Its line overwrote itself, and this is its last state. */
	readonly isRewritten: boolean;
	/** The first row of its entry. */
	readonly isFirst: boolean;
	/** Of the line with the cursor, or of a selected one. */
	readonly isSelected: boolean;
	/** Between the ends of the selection. */
	readonly isInRange: boolean;
	/** The number of the line, from 1, on its first row. */
	readonly number?: number;
	/** Of a merged log, the agent's name, on the first row of its entry, and its number among them. */
	readonly agent?: {readonly name: string; readonly number: number} | undefined;
	/** The row with the cursor: the first one of its line, or the one with the place that a jump led to. */
	readonly hasCursor: boolean;
};

/**
The status of a log beside its lines. `newEntries` came since it stopped following; `dropped` older ones were discarded; `problem`: why
lines come without times.
*/
export type LogStatus = {
	readonly isFollowing: boolean;
	readonly newEntries: number;
	readonly filter: {readonly source: string; readonly hidden: number; readonly isCounting: boolean} | undefined;
	/** `matches` lines match; `rank` is the position of the cursor's line among them, from 1. */
	readonly search: {readonly source: string; readonly matches: number; readonly rank: number | undefined; readonly isCounting: boolean} | undefined;
	readonly severity: 'all' | 'warnings' | 'errors';
	/** How many lines are selected, if several can be. */
	readonly selected: number | 'many' | undefined;
	readonly dropped: number;
	readonly problem: string | undefined;
	/** Of a merged log: how many agents there are if several, the only one shown ("ip:port"), and how many logs are still being fetched. */
	readonly agents?: number | undefined;
	readonly agent?: string | undefined;
	readonly waiting?: number;
};

export type LogView = {
	readonly type: 'log';
	readonly breadcrumb: readonly string[];
	readonly outcome: Outcome;
	/** What the sub-task waited for failed at its agent. */
	readonly hasFailedPart?: boolean;
	readonly staleness: Staleness | undefined;
	readonly rows: readonly LogRow[];
	/** Times come before the lines, in the agent's time zone. */
	readonly hasTimes: boolean;
	/** Columns of the lines' numbers; 0 if they are not shown. */
	readonly numberWidth: number;
	/** Columns of the agents' names before the lines; 0 if there are none. */
	readonly nameWidth: number;
	readonly scrollColumn: number;
	readonly status: LogStatus;
	/** Minutes east of UTC of the agent's clock. */
	readonly utcOffset: number | undefined;
	/** Instead of lines: "no lines yet", "no lines between attempts". */
	readonly note: string | undefined;
};
