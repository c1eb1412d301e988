// How many rows of the terminal each part of a screen gets.

import {columnsOf} from '../lib/columns.js';
import {messages} from '../lib/messages/messages.js';
import {formatInstant, localOffset, type Timestamp} from '../lib/time.js';
import {wrapWithin} from '../lib/wrap.js';
import {logKey} from '../store/log/sources.js';
import {findTask, isTaskScreen, readColumns, topScreen} from '../store/lookup.js';
import {isFault} from '../protocol/outcome.js';
import {taskOutcome} from '../store/selectors/basics.js';
import {isFailing} from '../store/selectors/cause.js';
import {whyTexts} from '../store/selectors/reason.js';
import {type TaskView} from '../store/selectors/task.js';
import {reasonOf, stalenessOf} from '../store/selectors/task-head.js';
import {type Staleness, type TaskHeader} from '../store/selectors/view-types.js';
import {usualDuration} from '../store/selectors/usual.js';
import {type LogScreen, type Size, type State, type TaskScreen} from '../store/state.js';

/** Everything that is drawn: the store's screens, overlays, and the screen of a missing task. */
type ScreenType = 'agents' | 'task' | 'node' | 'links' | 'log' | 'hits' | 'card' | 'cluster' | 'history' | 'compare' | 'journal' | 'nothing' | 'help' | 'found-keys';

/** Smaller terminals show only a line that says so. */
export const minimumSize = {columns: 40, rows: 10} as const;

/** What a terminal leaves for a screen: the first row of a replay says how it stands. */
export const screenSize = ({view: {size}, replay}: Pick<State, 'view' | 'replay'>): Size => replay ? {...size, rows: size.rows - 1} : size;

// Rows around the list. The last one is always the footer, which notices replace.
const chrome: Readonly<Record<ScreenType, number>> = {
	// Summary, column heads, footer.
	agents: 3,
	// Breadcrumb, outcome, why (kept free without a reason, so that nothing moves), column heads, footer.
	task: 5,
	// Breadcrumb, outcome, column heads, footer.
	node: 4,
	// Breadcrumb, column heads, footer.
	links: 3,
	// Breadcrumb, footer.
	log: 2,
	// Breadcrumb, what was found, column heads, footer.
	hits: 4,
	// Breadcrumb, footer.
	card: 2,
	// Breadcrumb, three lines on the cluster, column heads, footer.
	cluster: 6,
	// Breadcrumb, how much there is, column heads, footer.
	history: 4,
	// Breadcrumb, both runs, column heads, footer.
	compare: 4,
	// Breadcrumb, how much there is, column heads, footer.
	journal: 4,
	nothing: 2,
	// Title, footer.
	help: 2,
	// Title, question, footer.
	'found-keys': 3,
};

// On fewer rows, extra lines above or below the list would leave too little of it.
const roomyFrom = 16;

// Below the agents a line is reserved for the reason of the selected row, so that the list keeps its height.
const reasonRow = 1;

/**
Rows of a screen's list. A frame is `rows - 1` high: Ink's incremental mode can corrupt one that fills the terminal when the size changes,
and it clears and rewrites a higher one each time.
`extra`: additional lines above the list.
*/
export const bodyHeight = ({type, rows, extra = 0}: {readonly type: ScreenType; readonly rows: number; readonly extra?: number}): number =>
	Math.max(1, rows - 1 - chrome[type] - extra - (type === 'agents' && rows >= roomyFrom ? reasonRow : 0));

/** Columns before a text below a screen's first line, and the free column after it. */
export const textMargin = {left: 1, right: 1} as const;

/** Columns before a reason: " why  ". */
export const whyIndent = 6;

/** A line about an agent that cannot be queried: the `problem`, then its details. */
type StalenessText = {readonly problem: string; readonly detail: string};

/** What separates two details; one column wide, as is every mark that may replace it. */
const separator = ' · ';

const detailsOf = ({asOf, logFolder}: Staleness, hour: Timestamp): readonly string[] => [
	...(asOf === undefined ? [] : [messages().screens.stale.asOf(formatInstant(asOf, localOffset(asOf), hour))]),
	...(logFolder === undefined ? [] : [messages().screens.stale.logFolder(logFolder)]),
];

type TextOptions = {readonly size: Size; readonly hour: Timestamp; readonly mark?: string};

/**
The whole problem, over several lines if needed, and the details after it. If there is no room for all of them, the last ones are left out
first. At least one line.
*/
export const stalenessTexts = (staleness: Staleness, {size, hour, mark}: TextOptions): readonly StalenessText[] => {
	const {problem} = staleness;
	const width = size.columns - textMargin.left - textMargin.right;
	const most = size.rows < roomyFrom ? 2 : 4;
	const details = detailsOf(staleness, hour);
	const wraps = (texts: readonly string[], rows: number): readonly string[] => wrapWithin(texts, {width, rows, ...(mark !== undefined && {mark})});
	const all = details.map(detail => separator + detail).join('');
	if (all === '' || columnsOf(problem) + columnsOf(all) <= width) {
		const [first = '', ...rest] = wraps([problem], most);
		const isRoom = rest.length === 0 && columnsOf(first) + columnsOf(all) <= width;
		return [{problem: first, detail: isRoom ? all : ''}, ...rest.map(line => ({problem: line, detail: ''}))];
	}

	const problems = wraps([problem], most - 1);
	const fewer = details.map((_, index) => details.slice(0, details.length - index).join(separator));
	return [
		...problems.map(line => ({problem: line, detail: ''})),
		...wraps(fewer, most - problems.length).map(line => ({problem: '', detail: line})),
	];
};

// Two fingerprints, each in one line with its name and size, if most of the screen is left for the rest. Otherwise only the question about the key shows
// them.
const keysFrom = {columns: 74, rows: 16} as const;

/** Lines that a screen gives to the fingerprints of an agent's old and new key. */
export const keyRows = 2;

/** Whether there is room for both fingerprints. */
export const hasRoomForKeys = ({columns, rows}: Size): boolean => columns >= keysFrom.columns && rows >= keysFrom.rows;

const stalenessRows = (staleness: Staleness | undefined, size: Size, hour: Timestamp): number => staleness
	? stalenessTexts(staleness, {size, hour}).length + (staleness.keys && hasRoomForKeys(size) ? keyRows : 0)
	: 0;

/** The lines above the stages of a task, and how many stages there are. */
type TaskHead = Pick<TaskHeader, 'why' | 'logFolder' | 'isFailing'> & {readonly staleness: Staleness | undefined; readonly hasOperation: boolean; readonly stages: number};

/** Stages that stay in sight even if the reason is long. */
const fewestStages = 3;

/** Lines above a task's stages that are only sometimes there. While a part of it failed and the rest goes on, one says how the rest moves. */
const moreTaskRows = (head: TaskHead, size: Size, hour: Timestamp): number =>
	stalenessRows(head.staleness, size, hour) + (head.hasOperation ? 1 : 0) + (head.isFailing ? 1 : 0);

/**
How many lines the reason gets, at least one, so that the list below keeps its height, and whether the log folder is below it. The list
gives up lines that it does not need, and up to half of the others.
*/
export const reasonLayout = (head: TaskHead, size: Size, hour: Timestamp): {readonly whyRows: number; readonly hasFolder: boolean} => {
	const {why, logFolder, stages} = head;
	if (!why) {
		return {whyRows: 1, hasFolder: false};
	}

	// One line for the reason is already counted.
	const room = bodyHeight({type: 'task', rows: size.rows, extra: moreTaskRows(head, size, hour) - 1});
	const kept = Math.max(fewestStages, Math.ceil(room / 2));
	const most = Math.max(1, room - Math.min(stages, kept));
	const whyRows = wrapWithin(whyTexts(why), {width: size.columns - whyIndent - textMargin.right, rows: most}).length;
	return {whyRows, hasFolder: logFolder !== undefined && whyRows < room - stages};
};

/** Whether these columns and rows have room for the whole reason above a task's stages. */
export const isReasonWhole = ({header, list, staleness, operation}: TaskView, size: Size, hour: Timestamp): boolean => {
	const {why} = header;
	const [whole] = why ? whyTexts(why) : [];
	const {whyRows} = reasonLayout({...header, staleness, hasOperation: operation !== undefined, stages: list.total}, size, hour);
	return whole === undefined || wrapWithin([whole, ''], {width: size.columns - whyIndent - textMargin.right, rows: whyRows}).join('') !== '';
};

/** Lines below the stages of two runs: where their logs differ. On a high terminal with the lines before, and more of long ones. */
export const differenceRows = ({rows}: Size): number => rows < roomyFrom ? 3 : Math.min(12, Math.max(7, Math.floor(rows / 4)));

const rowsAbove = (state: State, screen: TaskScreen): number => {
	const {hour} = state.view;
	const size = screenSize(state);
	if (screen.type === 'compare') {
		return differenceRows(size);
	}

	const staleness = stalenessOf(state, screen.task);
	const dag = findTask(state, screen.task);
	if (screen.type !== 'task' || !dag) {
		return stalenessRows(staleness, size, hour);
	}

	const head = {
		...reasonOf(state, dag, screen.task.owner, staleness), isFailing: isFailing(state, dag), staleness, hasOperation: state.operations.has(dag.id), stages: dag.nodes?.length ?? 0,
	};
	const {whyRows, hasFolder} = reasonLayout(head, size, hour);
	return moreTaskRows(head, size, hour) + whyRows - 1 + (hasFolder ? 1 : 0);
};

const isIncomplete = (state: State, screen: LogScreen): boolean => {
	const log = state.logs.get(logKey(screen));
	return log !== undefined && (log.problem !== undefined || log.buffer.dropped > 0);
};

/** Rows of an overlay's text in sight; undefined if none covers the screen. */
export const overlayPage = (state: State): number | undefined => {
	const {overlay} = state.view;
	return overlay?.type === 'help' || overlay?.type === 'found-keys' ? bodyHeight({type: overlay.type, rows: screenSize(state).rows}) : undefined;
};

/** Rows of the list in sight on the current screen, if it has the whole terminal. */
export const screenPage = (state: State): number => {
	const screen = topScreen(state);
	const height = bodyHeight({type: screen.type, rows: screenSize(state).rows, extra: isTaskScreen(screen) ? rowsAbove(state, screen) : 0});
	// One line says what the lines below lack.
	return screen.type === 'log' && isIncomplete(state, screen) ? Math.max(1, height - 1) : height;
};

// Below the agents, for the reasons of some.
const reasonRows = 4;

/** How high a terminal must be for the whole current screen, with so many rows in its list. */
const linesNeeded = (state: State, count: number): number => {
	const screen = topScreen(state);
	return 1 + chrome[screen.type] + (isTaskScreen(screen) ? rowsAbove(state, screen) : 0) + count + (screen.type === 'agents' ? reasonRows : 0);
};

// Of a stage, for the last lines that its list cuts; instead of a list, for an empty line and a note.
const restRows = 4;

/** How many lines of a part of the terminal the current screen leaves free at its end, with so many rows in its list. */
export const freeLines = (state: State, {rows}: Size, count: number): number => {
	const screen = topScreen(state);
	const rest = screen.type === 'node' || count === 0 ? restRows : (screen.type === 'log' && isIncomplete(state, screen) ? 1 : 0);
	// The footer's line, and the one that stays free below it, count for all parts.
	return Math.max(0, rows - linesNeeded(state, count) - rest);
};

/** With fewer lines of `rows`, a task's whole reason is not in sight, or too few of its stages. Of a failure, all stages say more than a few lines of one's log. */
const fewestLines = (state: State, count: number, rows: number): number => {
	const screen = topScreen(state);
	if (screen.type !== 'task') {
		return 0;
	}

	const dag = findTask(state, screen.task);
	const all = linesNeeded(state, count);
	const hasFailed = dag !== undefined && (isFault(taskOutcome(dag)) || isFailing(state, dag));
	return hasFailed && all <= rows ? all : linesNeeded(state, Math.min(count, fewestStages));
};

// What Enter would open is shown right of a list if the terminal is wide, else below it if the terminal is high. The list keeps all that a terminal of
// 80 columns and 24 rows shows of it.

const wideFrom = 100;

const highFrom = 36;

const usualRows = 24;

/** Whether a terminal can have room for a preview. */
export const isRoomy = ({columns, rows}: Size): boolean => columns < readColumns && (columns >= wideFrom || rows >= highFrom);

/** Where a preview is. */
export type Place = 'right' | 'below';

/** What a list needs to show all that it shows in 80 columns. Of stages, the timeline takes what there is; of sub-tasks, the last line does. */
const listColumns: Readonly<Partial<Record<ScreenType, number>>> = {task: 60, node: 62};

// A preview that is smaller says too little.
const leastPreview = {columns: 36, lines: 6, innerLines: 5} as const;

const mostListColumns = 150;

type Parts = {readonly place: Place; readonly list: Size; readonly preview: Size};

// With the usual times of the stages. On a terminal with fewer columns, too few would be left.
const usualColumns = 80;

const leastColumns = (state: State, columns: number): number => {
	const screen = topScreen(state);
	const usual = screen.type === 'task' && columns - usualColumns > leastPreview.columns ? usualDuration(state, screen.task.owner, findTask(state, screen.task)) : undefined;
	return usual === undefined ? listColumns[screen.type] ?? 80 : usualColumns;
};

const besides = (state: State, {columns, rows}: Size): Parts | undefined => {
	const {type} = topScreen(state);
	const least = leastColumns(state, columns);
	const list = Math.min(mostListColumns, Math.max(least, Math.floor(columns * (columns < 160 ? 0.6 : 0.5))));
	// One column is the rule.
	const preview = columns - list - 1;
	// The counts of a fleet need the whole first line.
	const above = type === 'agents' ? 1 : 0;
	return columns < wideFrom || preview < leastPreview.columns ? undefined : {place: 'right', list: {columns: list, rows}, preview: {columns: preview, rows: rows - above}};
};

const above = ({columns, rows}: Size, list: number, least: number): Parts | undefined => {
	const lines = rows - list;
	// The footer's line, and the one that stays free below it, count for both parts.
	return lines < least ? undefined : {place: 'below', list: {columns, rows: list}, preview: {columns, rows: lines + 2}};
};

// With fewer lines, the end of another log says too little.
const leastEnds = 3;

// Instead of the lines of a log, below an empty one.
const noteRows = 2;

/**
The lines that a list or a log does not need, for the ends of other logs: `rows` of it there are to see, and `wanted` says how many lines
the others would fill, up to a limit. A log keeps at least half of the lines.
*/
export const endsParts = (state: State, size: Size, {rows, wanted}: {readonly rows: number; readonly wanted: (most: number) => number}): {readonly own: Size; readonly ends: Size} | undefined => {
	const screen = topScreen(state);
	const isLog = screen.type === 'log';
	const free = size.rows - linesNeeded(state, isLog ? Math.max(rows, noteRows) : rows) - (isLog && isIncomplete(state, screen) ? 1 : 0);
	const most = isLog ? Math.max(free, Math.floor((size.rows - 2) / 2)) : free;
	const others = most < leastEnds ? 0 : wanted(most);
	const lines = Math.max(free, others);
	return others > 1 && lines >= leastEnds ? {own: {...size, rows: size.rows - lines}, ends: {...size, rows: lines}} : undefined;
};

// A preview in a preview takes no more from a list that could use the lines.
const innerWanted = 7;

/** The parts of a terminal with this state, or of a preview in one (`depth` above 0); undefined if there is no room for both. `count`: rows of the list. */
export const splitPane = (state: State, size: Size, count: number, depth: number): Parts | undefined => {
	const {rows} = size;
	const {type} = topScreen(state);
	const needed = linesNeeded(state, count);
	// A comparison has two sides already.
	if (type === 'compare') {
		return undefined;
	}

	if (depth > 0) {
		const usual = Math.min(needed, Math.max(Math.ceil(rows * 0.6), rows - innerWanted));
		return above(size, Math.max(fewestLines(state, count, rows), usual), leastPreview.innerLines);
	}

	if (!isRoomy(size)) {
		return undefined;
	}

	const wanted = Math.max(12, Math.floor(rows / 2));
	return besides(state, size) ?? above(size, Math.max(Math.min(needed, usualRows), Math.min(needed, rows - wanted)), leastPreview.lines);
};
