// The lines of the open logs, kept in step with tasks and responses.

import {widest} from '../../lib/columns.js';
import {share} from '../../lib/structural-share.js';
import {type LogLines} from '../../protocol/logs.js';
import {type Problem} from '../changes.js';
import {topScreen} from '../lookup.js';
import {type HitsScreen, type LogScreen, type OpenLog, type Screen, type State} from '../state.js';
import {emptyLog, type LogBuffer, logFromLines, type LogPart, logFromTask, type Merged} from './buffer.js';
import {isMergedLog, mergeLogs, placeIn} from './merge.js';
import {type PaneOptions} from './pane.js';
import {newScan, rewound} from './scan.js';
import {logKey, type LogPlace, type LogSource, partOf, sourcesOf} from './sources.js';

export const logOf = (state: State, screen: LogPlace): LogBuffer => state.logs.get(logKey(screen))?.buffer ?? emptyLog;

/** A log that opens for the first time: at its end, following. */
export const newLogScreen = ({task, node, subTask}: LogPlace): LogScreen => ({
	type: 'log', task, node, subTask, agent: undefined, position: {entry: 0, row: -1}, scrollColumn: 0, isFollowing: true, seen: 0, cursor: 0, place: 0, anchor: undefined, filter: undefined, search: undefined, marks: new Map(),
});

const isLog = (screen: Screen): screen is LogScreen => screen.type === 'log';

/** Whose lines a screen needs; undefined if none. */
export const placeOf = (screen: Screen): LogPlace | undefined => isLog(screen) ? screen : (screen.type === 'hits' ? {task: screen.task, node: screen.node, subTask: undefined} : undefined);

/** The logs of the open screens, and of the preview that the cursor rests beside. */
const placesOf = ({view: {stack, rested}}: State): readonly LogPlace[] => [...stack, ...(rested ? [rested] : [])].flatMap(screen => placeOf(screen) ?? []);

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

/** Changes the open screens of a log. */
const withScreens = (state: State, key: string, change: (screen: LogScreen) => LogScreen, changeHits: (screen: HitsScreen) => HitsScreen = screen => screen): State => {
	const [root, ...above] = state.view.stack;
	return {...state, view: {...state.view, stack: [root, ...above.map(open => {
		const place = placeOf(open);
		if (!place || logKey(place) !== key) {
			return open;
		}

		return open.type === 'hits' ? changeHits(open) : (isLog(open) ? change(open) : open);
	})]}};
};

const isSameLog = (previous: OpenLog | undefined, {buffer, origin, problem, waiting, isBehind}: OpenLog): boolean =>
	previous?.buffer === buffer && previous.origin === origin && previous.waiting === waiting && previous.isBehind === isBehind && share(previous.problem, problem) === previous.problem;

const withLog = (state: State, key: string, log: OpenLog): State => {
	const previous = state.logs.get(key);
	if (isSameLog(previous, log)) {
		return state;
	}

	const next = {...state, logs: new Map(state.logs).set(key, log)};
	return !previous || isExtension(previous.buffer, log.buffer) ? next : withScreens(next, key, restarted);
};

/** A log whose lines got others between them: everything stays on its line, and searches go on from the first of them. */
const moved = (screen: LogScreen, previous: LogBuffer, next: LogBuffer): LogScreen => {
	if (!isMergedLog(previous) || !isMergedLog(next) || next.merged.kept >= previous.texts.length) {
		return screen;
	}

	const {kept} = next.merged;
	const movedTo = (entry: number): number => placeIn(next, previous, entry);
	return {
		...screen,
		cursor: movedTo(screen.cursor),
		anchor: screen.anchor === undefined ? undefined : movedTo(screen.anchor),
		position: {...screen.position, entry: movedTo(screen.position.entry)},
		marks: new Map([...screen.marks].map(([entry, at]) => [movedTo(entry), at])),
		filter: screen.filter && rewound(screen.filter, kept),
		search: screen.search && {...rewound(screen.search, kept), seeking: undefined},
	};
};

/** Whether the lines of a log are all that can be had now. Those of the task itself have no times, so that they wait for the others. */
const isReady = (state: State, {key, from}: LogSource): boolean => {
	const log = state.logs.get(key);
	return log?.origin === 'lines' || log?.problem !== undefined || from === undefined || state.replay !== undefined;
};

/** So many new lines are put among the others at once, because a key waits for them. */
const mostMerged = 60_000;

/** These logs, as far as they bring no more new lines than there is room for: of another one what is known of it already, if anything. `isWork`: one of any length. */
const forNow = (known: Merged | undefined, parts: readonly LogPart[], {room, isWork}: {readonly room: number; readonly isWork: boolean}): readonly LogPart[] => {
	const before = new Map(known?.parts.map(part => [part.key, part]));
	let lines = 0;
	return parts.flatMap(part => {
		const old = before.get(part.key);
		const added = Math.max(0, part.buffer.texts.length - (old?.buffer.texts.length ?? 0));
		if (added > 0 && lines + added > room && !(isWork && lines === 0)) {
			return old ?? [];
		}

		lines += added;
		return part;
	});
};

const withMerged = (state: State, key: string, sources: readonly LogSource[], isWork: boolean): State => {
	const previous = state.logs.get(key);
	const known = previous && isMergedLog(previous.buffer) ? previous.buffer : undefined;
	const ready = sources.filter(source => isReady(state, source)).map(source => partOf(source, state.logs.get(source.key)?.buffer ?? emptyLog));
	const parts = forNow(known?.merged, ready, {room: previous?.isBehind && !isWork ? 0 : mostMerged, isWork});
	const buffer = mergeLogs(known, parts);
	const log: OpenLog = {buffer, origin: 'lines', problem: undefined, waiting: sources.length - parts.length, isBehind: parts.length < ready.length || parts.some((part, index) => part !== ready[index])};
	if (isSameLog(previous, log)) {
		return state;
	}

	const next = {...state, logs: new Map(state.logs).set(key, log)};
	return previous
		? withScreens(next, key, screen => moved(screen, previous.buffer, buffer), screen => ({...screen, search: rewound(screen.search, buffer.merged.kept)}))
		: next;
};

/** Updates the open logs from the tasks, and discards closed ones. `isWork`: between two keys, when there is time for a long one. */
export const syncLogs = (state: State, isWork = false): State => {
	const places = placesOf(state);
	const keys = new Set(places.map(place => logKey(place)));
	let next = state;
	for (const screen of places) {
		const sources = sourcesOf(next, screen);
		for (const {key, subTask} of sources) {
			keys.add(key);
			const known = next.logs.get(key);
			if (known?.origin !== 'lines') {
				next = withLog(next, key, {buffer: logFromTask(known?.buffer, subTask), origin: 'task', problem: known?.problem});
			}
		}

		if (screen.subTask === undefined) {
			next = withMerged(next, logKey(screen), sources, isWork);
		} else if (!next.logs.has(logKey(screen))) {
			next = withLog(next, logKey(screen), {buffer: emptyLog, origin: 'task', problem: undefined});
		}
	}

	return next.logs.keys().every(key => keys.has(key)) ? next : {...next, logs: new Map(next.logs.entries().filter(([key]) => keys.has(key)))};
};

/** The keys of the open logs of a sub-task (by its id). */
const keysOf = (state: State, subTask: string): ReadonlySet<string> => new Set(placesOf(state)
	.flatMap(place => sourcesOf(state, place).flatMap(source => source.subTask.id === subTask ? [source.key] : [])));

/** Stores the fetched lines of a sub-task (by its id). */
export const receiveLog = (state: State, subTask: string, lines: LogLines): State => {
	let next = state;
	for (const key of keysOf(state, subTask)) {
		next = withLog(next, key, {buffer: logFromLines(next.logs.get(key)?.buffer, lines), origin: 'lines', problem: undefined});
	}

	return next;
};

/** Notes why a sub-task's lines cannot be fetched. The known ones stay. */
export const failLog = (state: State, subTask: string, problem: Problem): State => {
	let next = state;
	for (const key of keysOf(state, subTask)) {
		next = withLog(next, key, {...(next.logs.get(key) ?? {buffer: emptyLog, origin: 'task'}), problem});
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
export const recentLog = (state: State, place: LogPlace): LogScreen | undefined => state.view.recentLogs.get(logKey(place));

// A longer name would leave too little of the lines.
const longestName = 15;

/** Columns that times take: "10:41:59.123 ". */
const timeColumns = 13;

/** Columns of the numbers of a log's lines: in a merged log, those in their own logs. */
export const numberWidth = ({merged, dropped, texts}: LogBuffer): number =>
	String(merged ? Math.max(1, ...merged.parts.map(({buffer}) => buffer.dropped + buffer.texts.length)) : dropped + texts.length).length;

/** The names of a merged log's agents, and their columns; undefined if its lines need none, since they are all of one. */
export const namesOf = ({merged}: LogBuffer): {readonly names: readonly string[]; readonly width: number} | undefined => {
	if (!merged || merged.agents.length < 2) {
		return undefined;
	}

	return {names: merged.names, width: widest(merged.names, 0, longestName)};
};

/** How the pane lays out a log screen now. */
export const paneOptions = (state: State, screen: LogScreen): PaneOptions => {
	const {size, pane = size, logOptions} = state.view;
	const {isWrapped, isCollapsed, severity, hasTimes, hasNumbers} = logOptions;
	const buffer = logOf(state, screen);
	const times = hasTimes && buffer.times !== undefined ? timeColumns : 0;
	const names = namesOf(buffer);
	const numbers = hasNumbers ? numberWidth(buffer) + 1 : 0;
	return {
		// The first column is for the cursor.
		width: Math.max(10, pane.columns - 1 - numbers - times - (names ? names.width + 1 : 0)),
		height: state.view.page,
		scrollColumn: screen.scrollColumn,
		isWrapped,
		isCollapsed,
		severity,
		filter: screen.filter,
		marks: screen.marks.size === 0 ? undefined : screen.marks,
		agent: screen.agent === undefined ? undefined : buffer.merged?.agents.indexOf(screen.agent),
	};
};
