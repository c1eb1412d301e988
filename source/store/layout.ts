import {columnsOf} from '../lib/columns.js';
import {formatInstant, localOffset} from '../lib/time.js';
import {wrapWithin} from '../lib/wrap.js';
import {type Dag} from '../protocol/task.js';
import {logKey} from './log/open-logs.js';
import {agentBehind, agentNamed, findTask, isTaskScreen, logFolderOf, topScreen} from './lookup.js';
import {causesIn, isFailing, whyIn, whyTexts} from './selectors/cause.js';
import {shownProblem, unlistedWords} from './selectors/connection.js';
import {type KeyChange, type Staleness, type TaskHeader} from './selectors/view-types.js';
import {type AgentEntry, type LogScreen, type Screen, type Size, type State, type TaskReference, type TaskScreen} from './state.js';

/** A line about an agent that cannot be asked: the `problem` itself, then what is to be known beside it. */
type StalenessLine = {readonly problem: string; readonly detail: string};

/** What separates two details; one column, as every mark that may stand in its place. */
const separator = ' · ';

const detailsOf = ({asOf, logFolder}: Omit<Staleness, 'rows'>, hour: number): readonly string[] => [
	...(asOf === undefined ? [] : [`below: as of ${formatInstant(asOf, localOffset(asOf), hour)} local`]),
	...(logFolder === undefined ? [] : [`its log: ${logFolder}`]),
];

/** The problem whole, over several lines where it takes that, and behind or below it the details; the last ones are left out first where `most` lines do not hold them. At most `most` lines, at least one. */
export const stalenessLines = (staleness: Omit<Staleness, 'rows'>, {width, most, hour, mark}: {
	readonly width: number; readonly most: number; readonly hour: number; readonly mark?: string;
}): readonly StalenessLine[] => {
	const {problem} = staleness;
	const details = detailsOf(staleness, hour);
	const wraps = (texts: readonly string[], rows: number): readonly string[] => wrapWithin(texts, {width, rows, ...(mark !== undefined && {mark})});
	const all = details.map(detail => separator + detail).join('');
	if (all === '' || most < 2 || columnsOf(problem) + columnsOf(all) <= width) {
		const [first = '', ...rest] = wraps([problem], most);
		const isRoom = rest.length === 0 && columnsOf(first) + columnsOf(all) <= width;
		return [{problem: first, detail: isRoom ? all : ''}, ...rest.map(line => ({problem: line, detail: ''}))];
	}

	const problems = wraps([problem], most - 1);
	// From all of them down to the first alone.
	const fewer = details.map((_, index) => details.slice(0, details.length - index).join(separator));
	return [
		...problems.map(line => ({problem: line, detail: ''})),
		...wraps(fewer, most - problems.length).map(line => ({problem: '', detail: line})),
	];
};

/** What is drawn: the store's screens, what lies over them, and the screen of a task that is not there. */
type ScreenType = 'agents' | 'task' | 'node' | 'links' | 'log' | 'card' | 'cluster' | 'history' | 'journal' | 'nothing' | 'help' | 'found-keys';

/** Smaller terminals show only a line that says so. */
export const minimumSize = {columns: 40, rows: 10} as const;

/** From so many columns on, the task screen shows the selected stage beside its list. */
export const sidePaneFrom = 100;

// Rows around the list. The last one is the footer everywhere, where a notice takes its place.
const chrome: Readonly<Record<ScreenType, number>> = {
	// Summary, column heads, footer.
	agents: 3,
	// Breadcrumb, outcome, why (kept free where there is no reason, so that nothing moves), column heads, footer.
	task: 5,
	// Breadcrumb, outcome, column heads, footer.
	node: 4,
	// Breadcrumb, column heads, footer.
	links: 3,
	// Breadcrumb, footer.
	log: 2,
	// Breadcrumb, footer.
	card: 2,
	// Breadcrumb, three lines on the cluster, column heads, footer.
	cluster: 6,
	// Breadcrumb, how much there is, column heads, footer.
	history: 4,
	// Breadcrumb, how much there is, column heads, footer.
	journal: 4,
	nothing: 2,
	// Title, footer.
	help: 2,
	// Title, question, footer.
	'found-keys': 3,
};

// Two fingerprints, each in one line with its name and size, where that leaves most of the screen to the rest. Elsewhere the question about the key shows them.
const keysFrom = {columns: 74, rows: 16} as const;

/** Lines that a screen gives to the fingerprints of an agent's old and new key. */
export const keyRows = 2;

/** The fingerprints to show, where the key changed and there is room for them. */
const keysOf = ({connection}: AgentEntry, {columns, rows}: Size): KeyChange | undefined =>
	connection.type === 'failing' && connection.error.type === 'key-changed' && columns >= keysFrom.columns && rows >= keysFrom.rows ? connection.error : undefined;

// On fewer rows every line that is said above or below the list is one of the list's.
const roomyFrom = 16;

// Below the agents a line is kept for the reason of the selected row, however many there are.
const reasonRow = 1;

/**
Rows of a screen's list. A frame is `rows - 1` high: one that fills the terminal can be left corrupt by Ink's incremental mode when the size changes, and a higher one is cleared and written anew each time.

`extra`: lines above the list beyond the usual ones.
*/
export const bodyHeight = ({type, rows, extra = 0}: {readonly type: ScreenType; readonly rows: number; readonly extra?: number}): number =>
	Math.max(1, rows - 1 - chrome[type] - extra - (type === 'agents' && rows >= roomyFrom ? reasonRow : 0));

/** Columns before a text that stands below a screen's first line, and the free one behind it. */
export const textMargin = {left: 1, right: 1} as const;

/** Columns before a reason: " why  ". */
export const whyIndent = 6;

/** What is wrong with the agent behind a task that is shown, or why the task itself gets no newer, and how many lines it takes to say so. */
export const stalenessOf = (state: State, task: TaskReference): Staleness | undefined => {
	const entry = agentBehind(state, task.owner);
	const {size: {columns, rows}, hour} = state.view;
	const unlisted = findTask(state, task)?.unlisted;
	const problem = entry && (shownProblem(state, entry, hour) ?? unlistedWords(unlisted));
	if (!entry || problem === undefined) {
		return undefined;
	}

	const asOf = unlisted?.seenAt ?? (entry.connection.type === 'failing' ? entry.connection.lastSeenAt : undefined);
	const staleness = {problem, asOf, logFolder: logFolderOf(entry)};
	return {...staleness, keys: keysOf(entry, state.view.size), rows: stalenessLines(staleness, {width: columns - textMargin.left - textMargin.right, most: rows < roomyFrom ? 2 : 4, hour}).length};
};

const stalenessRows = (state: State, task: TaskReference): number => {
	const staleness = stalenessOf(state, task);
	return staleness ? staleness.rows + (staleness.keys ? keyRows : 0) : 0;
};

/** Stages that stay in sight however long the reason is. */
const fewestStages = 3;

/** The reason above a task's stages: how many lines it has, and whose log folder stands below it. The list gives up lines that it does not need, and up to half of the others. */
export const reasonLayout = (state: State, {task}: Extract<Screen, {type: 'task'}>): Pick<TaskHeader, 'why' | 'whyRows' | 'logFolder'> => {
	const dag = findTask(state, task);
	const why = dag && whyIn(state, dag, task.owner);
	if (!dag || !why) {
		return {why, whyRows: 1, logFolder: undefined};
	}

	const {columns, rows} = state.view.size;
	const room = bodyHeight({type: 'task', rows, extra: stalenessRows(state, task) + operationRows(state, task) + movementRows(state, task) - 1});
	const stages = dag.nodes?.length ?? 0;
	const kept = Math.max(fewestStages, Math.ceil(room / 2));
	const most = Math.max(1, room - Math.min(stages, kept));
	const whyRows = wrapWithin(whyTexts(why), {width: columns - whyIndent - textMargin.right, rows: most}).length;
	return {why, whyRows, logFolder: whyRows < room - stages ? causeFolder(state, dag, task.owner) : undefined};
};

/** The log folder of the agent where the reason stands. Its own log is no help where the task only waits. */
const causeFolder = (state: State, dag: Dag, owner: string): TaskHeader['logFolder'] => {
	const [cause] = causesIn(state, dag, owner);
	if (!cause || cause.kind === 'waiting') {
		return undefined;
	}

	const [place] = cause.places;
	const entry = place?.agent === undefined ? agentBehind(state, owner) : state.agents.get(agentNamed(state, place.agent) ?? '');
	const path = logFolderOf(entry);
	return entry && path !== undefined ? {agent: entry.name ?? entry.address.label, path} : undefined;
};

const headRows = (state: State, screen: TaskScreen): number => {
	const staleness = stalenessRows(state, screen.task);
	if (screen.type !== 'task') {
		return staleness;
	}

	const {whyRows, logFolder} = reasonLayout(state, screen);
	// One line for the reason is among the usual ones.
	return staleness + operationRows(state, screen.task) + whyRows - 1 + (logFolder ? 1 : 0) + movementRows(state, screen.task);
};

/** Rows of the list in sight on the current screen. */
export const pageHeight = (state: State): number => {
	const {size, overlay} = state.view;
	const {rows} = size;
	if (overlay?.type === 'help' || overlay?.type === 'found-keys') {
		return bodyHeight({type: overlay.type, rows});
	}

	const screen = topScreen(state);
	const height = bodyHeight({type: screen.type, rows, extra: isTaskScreen(screen) ? headRows(state, screen) : 0});
	// One line says what is missing from the lines below.
	return screen.type === 'log' && isIncomplete(state, screen) ? Math.max(1, height - 1) : height;
};

/** While a part of a task failed and the rest goes on, one line more says how that moves. */
const movementRows = (state: State, task: TaskReference): 0 | 1 => {
	const dag = findTask(state, task);
	return dag && isFailing(dag) ? 1 : 0;
};

/** One line says what was done with the task. */
const operationRows = (state: State, task: TaskReference): 0 | 1 => state.operations.has(findTask(state, task)?.id ?? '') ? 1 : 0;

const isIncomplete = (state: State, screen: LogScreen): boolean => {
	const log = state.logs.get(logKey(screen));
	return log !== undefined && (log.problem !== undefined || log.buffer.dropped > 0);
};
