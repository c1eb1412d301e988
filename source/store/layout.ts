import {agentBehind, findTask, isTaskScreen, topScreen} from './locate.js';
import {logKey} from './log/open-logs.js';
import {problemOf} from './select/problem-words.js';
import {type AgentEntry, type LogScreen, type Size, type State, type TaskReference} from './state.js';

/** What is drawn: the store's screens, what lies over them, and the screen of a task that is not there. */
export type ScreenType = 'agents' | 'task' | 'node' | 'links' | 'log' | 'card' | 'cluster' | 'history' | 'journal' | 'nothing' | 'help';

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
};

/** Rows that a screen needs around its list; one more while its data are old, and `keyRows` more while its agent's key changed. */
export const chromeRows = (type: ScreenType, isStale: boolean, keyRows = 0): number => chrome[type] + (isStale ? 1 + keyRows : 0);

// Two fingerprints, each in one line with its name and size, where that leaves most of the screen to the rest. Elsewhere the question about the key shows them.
const keysFrom = {columns: 74, rows: 16} as const;

/** Rows that a screen gives to the fingerprints of an agent's old and new key. */
export const keyRowsOf = ({connection}: AgentEntry, {columns, rows}: Size): number =>
	connection.type === 'failing' && connection.error.type === 'key-changed' && columns >= keysFrom.columns && rows >= keysFrom.rows ? 2 : 0;

/**
Rows of a screen's list. A frame is `rows - 1` high: one that fills the terminal can be left corrupt by Ink's incremental mode when the size changes, and a higher one is cleared and written anew each time.
*/
export const bodyHeight = ({type, rows, isStale, keyRows = 0}: {readonly type: ScreenType; readonly rows: number; readonly isStale: boolean; readonly keyRows?: number}): number =>
	Math.max(1, rows - 1 - chromeRows(type, isStale, keyRows));

/** Rows of the list in sight on the current screen. */
export const pageHeight = (state: State): number => {
	const {size, overlay} = state.view;
	const {rows} = size;
	if (overlay?.type === 'help') {
		return bodyHeight({type: 'help', rows, isStale: false});
	}

	const screen = topScreen(state);
	const entry = isTaskScreen(screen) ? agentBehind(state, screen.task.owner) : undefined;
	const height = bodyHeight({type: screen.type, rows, isStale: entry !== undefined && problemOf(entry) !== undefined, keyRows: entry ? keyRowsOf(entry, size) : 0});
	if (screen.type === 'task' && isOperatedOn(state, screen.task)) {
		return Math.max(1, height - 1);
	}

	// One line says what is missing from the lines below.
	return screen.type === 'log' && isIncomplete(state, screen) ? Math.max(1, height - 1) : height;
};

/** One line says what was done with the task. */
const isOperatedOn = (state: State, task: TaskReference): boolean => state.operations.has(findTask(state, task)?.id ?? '');

const isIncomplete = (state: State, screen: LogScreen): boolean => {
	const log = state.logs.get(logKey(screen));
	return log !== undefined && (log.problem !== undefined || log.buffer.dropped > 0);
};
