// The lines of the open logs, kept in step with tasks and responses.

import {share} from '../../lib/structural-share.js';
import {type LogLines} from '../../protocol/logs.js';
import {type Problem} from '../changes.js';
import {findNode, findSubTask, findTask, topScreen} from '../lookup.js';
import {type LogScreen, type OpenLog, type Screen, type State} from '../state.js';
import {emptyLog, type LogBuffer, logFromLines, logFromTask} from './buffer.js';
import {type PaneOptions} from './pane.js';
import {newScan} from './scan.js';

/** The key of a log screen's lines. */
export const logKey = ({task, node, subTask}: Pick<LogScreen, 'task' | 'node' | 'subTask'>): string => [task.owner, task.id, node, subTask].join(' ');

export const logOf = (state: State, screen: LogScreen): LogBuffer => state.logs.get(logKey(screen))?.buffer ?? emptyLog;

const isLog = (screen: Screen): screen is LogScreen => screen.type === 'log';

/** Whether entries were only added at the end, so that results for the earlier ones stay valid. */
const isExtension = (previous: LogBuffer, next: LogBuffer): boolean => {
	const last = previous.texts.length - 1;
	return previous.dropped === next.dropped && previous.texts[0] === next.texts[0] && (last < 0 || previous.texts[last] === next.texts[last]);
};

/** Searches start again if lines were replaced. */
const restarted = (screen: LogScreen): LogScreen => ({
	...screen,
	filter: screen.filter && newScan(screen.filter.matcher, 0),
	search: screen.search && {...newScan(screen.search.matcher, 0), seeking: undefined},
});

const withLog = (state: State, screen: LogScreen, log: OpenLog): State => {
	const key = logKey(screen);
	const previous = state.logs.get(key);
	if (previous?.buffer === log.buffer && previous.origin === log.origin && share(previous.problem, log.problem) === previous.problem) {
		return state;
	}

	const next = {...state, logs: new Map(state.logs).set(key, log)};
	if (!previous || isExtension(previous.buffer, log.buffer)) {
		return next;
	}

	const [root, ...above] = state.view.stack;
	return {...next, view: {...state.view, stack: [root, ...above.map(open => open === screen ? restarted(screen) : open)]}};
};

/** Updates the open logs from the tasks, and discards closed ones. */
export const syncLogs = (state: State): State => {
	const screens = state.view.stack.filter(screen => isLog(screen));
	const keys = new Set(screens.map(screen => logKey(screen)));
	let next = state;
	for (const screen of screens) {
		const known = next.logs.get(logKey(screen));
		const subTask = findSubTask(findNode(findTask(next, screen.task), screen.node), screen.subTask);
		if (known?.origin !== 'lines') {
			next = withLog(next, screen, {buffer: logFromTask(known?.buffer, subTask ?? {logs: undefined}), origin: 'task', problem: known?.problem});
		}
	}

	return next.logs.keys().every(key => keys.has(key)) ? next : {...next, logs: new Map(next.logs.entries().filter(([key]) => keys.has(key)))};
};

const screensOf = (state: State, subTask: string): readonly LogScreen[] => state.view.stack.filter(screen => isLog(screen))
	.filter(screen => findSubTask(findNode(findTask(state, screen.task), screen.node), screen.subTask)?.id === subTask);

/** Stores the fetched lines of a sub-task (by its id). */
export const receiveLog = (state: State, subTask: string, lines: LogLines): State => {
	let next = state;
	for (const screen of screensOf(state, subTask)) {
		const known = next.logs.get(logKey(screen));
		next = withLog(next, screen, {buffer: logFromLines(known?.buffer, lines), origin: 'lines', problem: undefined});
	}

	return next;
};

/** Notes why a sub-task's lines cannot be fetched. The known ones stay. */
export const failLog = (state: State, subTask: string, problem: Problem): State => {
	let next = state;
	for (const screen of screensOf(state, subTask)) {
		next = withLog(next, screen, {...(next.logs.get(logKey(screen)) ?? {buffer: emptyLog, origin: 'task'}), problem});
	}

	return next;
};

// A log that is opened again keeps its place, search and filter.

// More places than these are not worth keeping.
const limit = 20;

/** The screen to keep. Searches start again later, because the log may have changed by then. */
const kept = (screen: LogScreen): LogScreen => ({
	...screen,
	anchor: undefined,
	filter: screen.filter && newScan(screen.filter.matcher, 0),
	search: screen.search && {...newScan(screen.search.matcher, 0), seeking: undefined},
});

/** Remembers a log screen that was just closed. */
export const rememberLog = (before: State, after: State): State => {
	const screen = topScreen(before);
	if (screen.type !== 'log' || before.view.stack === after.view.stack) {
		return after;
	}

	const key = logKey(screen);
	if (after.view.stack.some(open => open.type === 'log' && logKey(open) === key)) {
		return after;
	}

	const others = after.view.recentLogs.entries().filter(([other]) => other !== key).toArray();
	return {...after, view: {...after.view, recentLogs: new Map([...others.slice(1 - limit), [key, kept(screen)]])}};
};

/** The remembered screen of a log that is opened again. */
export const recentLog = (state: State, place: Pick<LogScreen, 'task' | 'node' | 'subTask'>): LogScreen | undefined => state.view.recentLogs.get(logKey(place));

/** Columns that times take: "10:41:59.123 ". */
const timeColumns = 13;

/** How the pane lays out a log screen now. */
export const paneOptions = (state: State, screen: LogScreen): PaneOptions => {
	const {size, logOptions} = state.view;
	const {isWrapped, isCollapsed, severity, hasTimes} = logOptions;
	const times = hasTimes && logOf(state, screen).times !== undefined ? timeColumns : 0;
	return {
		// The first column is for the cursor.
		width: Math.max(10, size.columns - 1 - times),
		height: state.view.page,
		scrollColumn: screen.scrollColumn,
		isWrapped,
		isCollapsed,
		severity,
		filter: screen.filter,
	};
};
