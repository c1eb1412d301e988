// The cursor of an open log: on which line it is, where keys and jumps put it, and how the view follows it.

import {remoteTaskId} from '../../protocol/logs.js';
import {type Movement, rowsOf, withTop} from '../reducer/view.js';
import {topScreen} from '../lookup.js';
import {type LogScreen, type State} from '../state.js';
import {logOf, namesOf, paneOptions} from './open-logs.js';
import {
	agentOfEntry,
	clampPosition,
	columnAround,
	endOfEntry,
	endPosition,
	isSamePosition,
	isShown,
	movedBy,
	nearestShown,
	type Position,
	placeOfRow,
	positionAround,
	rowBeyond,
	rowKey,
	rowOfPlace,
	rowsFrom,
	shownBeyond,
	startPosition,
	topShowing,
} from './pane.js';
import {logKey} from './sources.js';

/** An entry by its number, and the place in its text that is in sight. */
type Cursor = {readonly entry: number; readonly place: number};

/** Where the cursor is: at the last line while following, else at its own line or the shown one nearest to it. Undefined if no line is shown. */
export const cursorOf = (state: State, screen: LogScreen): Cursor | undefined => {
	const buffer = logOf(state, screen);
	const options = paneOptions(state, screen);
	const wanted = screen.isFollowing ? buffer.texts.length - 1 : screen.cursor - buffer.dropped;
	const index = nearestShown(buffer, wanted, options);
	if (index === undefined) {
		return undefined;
	}

	const entry = buffer.dropped + index;
	if (screen.isFollowing) {
		return {entry, place: placeOfRow(buffer, endOfEntry(buffer, entry, options), options)};
	}

	return {entry, place: entry === screen.cursor ? screen.place : 0};
};

/** The entry with the cursor, by its number, if the user or a jump put it there: while following, it only stays at the end. */
export const chosenEntry = (state: State, screen: LogScreen): number | undefined => screen.isFollowing ? undefined : cursorOf(state, screen)?.entry;

/** The display row of a cursor. */
const rowOf = (state: State, screen: LogScreen, {entry, place}: Cursor): Position =>
	({entry, row: rowOfPlace(logOf(state, screen), entry, place, paneOptions(state, screen))});

/** The first row in sight: the cursor's line is always in sight too. */
export const topPosition = (state: State, screen: LogScreen): Position => {
	const buffer = logOf(state, screen);
	const options = paneOptions(state, screen);
	if (screen.isFollowing) {
		return endPosition(buffer, options);
	}

	const cursor = cursorOf(state, screen);
	const top = clampPosition(buffer, screen.position, options);
	return cursor === undefined ? top : topShowing(buffer, top, rowOf(state, screen, cursor), options);
};

const total = (state: State, screen: LogScreen): number => {
	const {dropped, texts} = logOf(state, screen);
	return dropped + texts.length;
};

/** The log without following, at a position. Without a new one, the cursor stays where it is. */
export const frozenAt = (state: State, screen: LogScreen, position: Position, cursor = cursorOf(state, screen)): LogScreen => ({
	...screen,
	position,
	cursor: cursor?.entry ?? screen.cursor,
	place: cursor?.place ?? screen.place,
	isFollowing: false,
	seen: screen.isFollowing ? total(state, screen) : screen.seen,
});

/** Puts the cursor on a place (an index of the text) of an entry (by its number), a third from the top. */
export const jumpToEntry = (state: State, screen: LogScreen, entry: number, place = 0): LogScreen => {
	const buffer = logOf(state, screen);
	const options = paneOptions(state, screen);
	return {
		...frozenAt(state, screen, positionAround(buffer, entry, place, options), {entry, place}),
		scrollColumn: columnAround(buffer, entry, place, options),
	};
};

/** Puts the cursor on a row, and moves the view only as far as needed. */
const moveTo = (state: State, screen: LogScreen, at: Position, top = topPosition(state, screen)): LogScreen => {
	const buffer = logOf(state, screen);
	const options = paneOptions(state, screen);
	return frozenAt(state, screen, topShowing(buffer, top, at, options), {entry: at.entry, place: placeOfRow(buffer, at, options)});
};

/** One row further in an entry that does not fit into the window; undefined if its end on that side is in sight. */
const scrolledWithin = (state: State, screen: LogScreen, cursor: Cursor, by: number): LogScreen | undefined => {
	const buffer = logOf(state, screen);
	const options = paneOptions(state, screen);
	const top = topPosition(state, screen);
	const rows = rowsFrom(buffer, top, options);
	const edge = (by > 0 ? rows.at(-1) : rows[0])?.position;
	const last = endOfEntry(buffer, cursor.entry, options).row;
	if (edge?.entry !== cursor.entry || (by > 0 ? edge.row >= last : edge.row <= 0)) {
		return undefined;
	}

	const moved = movedBy(buffer, top, by, options);
	const {row} = rowOf(state, screen, cursor);
	const first = moved.entry === cursor.entry ? moved.row : 0;
	return moveTo(state, screen, {entry: cursor.entry, row: Math.max(first, Math.min(row, edge.row + by))}, moved);
};

/** To another line, or on in one that does not fit into the window. */
const stepBy = (state: State, screen: LogScreen, cursor: Cursor, by: number): LogScreen => {
	const within = Math.abs(by) === 1 ? scrolledWithin(state, screen, cursor, by) : undefined;
	if (within) {
		return within;
	}

	const buffer = logOf(state, screen);
	const options = paneOptions(state, screen);
	const entry = buffer.dropped + shownBeyond(buffer, cursor.entry - buffer.dropped, by, options);
	return entry === cursor.entry ? screen : moveTo(state, screen, by < 0 ? endOfEntry(buffer, entry, options) : {entry, row: 0});
};

/** By rows, and the view with it. */
const pageBy = (state: State, screen: LogScreen, cursor: Cursor, by: number): LogScreen => {
	const buffer = logOf(state, screen);
	const options = paneOptions(state, screen);
	const at = rowBeyond(buffer, rowOf(state, screen, cursor), by, options);
	return moveTo(state, screen, at, movedBy(buffer, topPosition(state, screen), by, options));
};

const follow = (screen: LogScreen): LogScreen => ({...screen, isFollowing: true, anchor: undefined});

/** Stops following at the current position, or follows the end again. */
export const toggleFollowing = (state: State, screen: LogScreen): LogScreen =>
	screen.isFollowing ? frozenAt(state, screen, topPosition(state, screen)) : follow(screen);

/** Moves the cursor. As in `less +F`, moving up stops following, and moving to the end follows again; with several lines selected, it selects up to the end. */
export const moveCursor = (state: State, screen: LogScreen, by: Movement): LogScreen => {
	if (by === 'end' && screen.anchor === undefined) {
		return follow(screen);
	}

	const cursor = cursorOf(state, screen);
	if (!cursor) {
		return screen;
	}

	const buffer = logOf(state, screen);
	const options = paneOptions(state, screen);
	const {height} = options;
	if (by === 'start' || by === 'end') {
		const index = nearestShown(buffer, by === 'start' ? 0 : buffer.texts.length - 1, options) ?? 0;
		return frozenAt(state, screen, by === 'start' ? startPosition(buffer) : endPosition(buffer, options), {entry: buffer.dropped + index, place: 0});
	}

	const rows = rowsOf(by, height);
	if (screen.isFollowing && rows > 0) {
		return screen;
	}

	return typeof by === 'number' ? stepBy(state, screen, cursor, rows) : pageBy(state, screen, cursor, rows);
};

/** Puts the cursor on a row in sight, by its key. A separator has no line. */
export const pickLine = (state: State, screen: LogScreen, key: string): LogScreen => {
	const rows = rowsFrom(logOf(state, screen), topPosition(state, screen), paneOptions(state, screen));
	const row = rows.find(({type, position}) => type === 'text' && rowKey(position) === key);
	return row ? moveTo(state, screen, row.position) : screen;
};

/** Scrolls by rows; moving up stops following. The cursor stays on its line while that is in sight, and else goes to the nearest one that is. */
export const scrollLines = (state: State, screen: LogScreen, by: number): LogScreen => {
	const buffer = logOf(state, screen);
	const options = paneOptions(state, screen);
	const cursor = cursorOf(state, screen);
	if (!cursor || (screen.isFollowing && by > 0)) {
		return screen;
	}

	const before = topPosition(state, screen);
	const top = movedBy(buffer, before, by, options);
	if (isSamePosition(top, before)) {
		return screen;
	}

	const isInSight = (at: Position): boolean => isSamePosition(topShowing(buffer, top, at, options), top);
	if (isInSight(rowOf(state, screen, cursor))) {
		return frozenAt(state, screen, top, cursor);
	}

	const rows = rowsFrom(buffer, top, options).filter(({type, position}) => type === 'text' && position.row >= 0);
	const nearest = (by > 0 ? rows : rows.toReversed()).find(({position}) => isInSight(position));
	return nearest ? frozenAt(state, screen, top, {entry: nearest.position.entry, place: placeOfRow(buffer, nearest.position, options)}) : screen;
};

/** Begins to select lines at the cursor, or ends it. */
export const toggleRange = (state: State, screen: LogScreen): LogScreen => {
	const cursor = cursorOf(state, screen);
	return screen.anchor === undefined && cursor
		? {...frozenAt(state, screen, topPosition(state, screen)), anchor: cursor.entry}
		: {...screen, anchor: undefined};
};

/** The numbers of the first and the last selected entry; undefined if only the cursor's is. */
export const rangeOf = ({cursor, anchor}: LogScreen): {readonly first: number; readonly last: number} | undefined =>
	anchor === undefined ? undefined : {first: Math.min(cursor, anchor), last: Math.max(cursor, anchor)};

/** The shown entries of the selection, by their numbers. */
const entriesOfRange = (state: State, screen: LogScreen): readonly number[] => {
	const buffer = logOf(state, screen);
	const options = paneOptions(state, screen);
	const {first, last} = rangeOf(screen) ?? {first: 0, last: -1};
	return Array.from({length: last - first + 1}, (_, index) => first + index).filter(entry => isShown(buffer, entry - buffer.dropped, options));
};

/**
What to copy from the open log, without times: `line` is the line with the cursor, or the selected ones; `screen` is all in sight. Lines
are copied whole, even if only a part is in sight. Undefined if no log is open or no line is in sight.
*/
export const copyText = (state: State, what: 'line' | 'screen'): string | undefined => {
	const screen = topScreen(state);
	if (screen.type !== 'log') {
		return undefined;
	}

	const buffer = logOf(state, screen);
	const inSight = (): readonly number[] => {
		const rows = rowsFrom(buffer, topPosition(state, screen), paneOptions(state, screen)).filter(({type}) => type === 'text');
		return [...new Set(rows.map(({position}) => position.entry))];
	};

	const selected = (): readonly number[] => {
		const cursor = cursorOf(state, screen);
		return screen.anchor === undefined ? (cursor ? [cursor.entry] : []) : entriesOfRange(state, screen);
	};

	const chosen = what === 'screen' ? inSight() : selected();
	// Of several lines of several agents, each says whose it is.
	const names = chosen.length > 1 ? namesOf(buffer)?.names : undefined;
	const nameOf = (index: number): string => names ? `${names[agentOfEntry(buffer, index) ?? 0] ?? ''} ` : '';
	return chosen.length === 0 ? undefined : chosen.map(entry => nameOf(entry - buffer.dropped) + (buffer.texts[entry - buffer.dropped] ?? '')).join('\n');
};

/** The log with the cursor as many rows below the top as it was before. */
const keptAt = (before: {readonly state: State; readonly screen: LogScreen}, after: State, screen: LogScreen): LogScreen => {
	const rows = rowsFrom(logOf(before.state, before.screen), topPosition(before.state, before.screen), paneOptions(before.state, before.screen));
	const below = Math.max(0, rows.findIndex(({position}) => position.entry === before.screen.cursor && position.row >= 0));
	const cursor = {entry: screen.cursor, place: screen.place};
	return frozenAt(after, screen, rowBeyond(logOf(after, screen), rowOf(after, screen, cursor), -below, paneOptions(after, screen)), cursor);
};

/** Keeps the cursor on its line when lines from the task are replaced by those with times, of which there may be more; and its place in sight when lines get another width. */
export const keepCursor = (before: State, after: State): State => {
	const [screen, known] = [topScreen(after), topScreen(before)];
	if (screen.type !== 'log' || known.type !== 'log' || logKey(known) !== logKey(screen) || screen.isFollowing || !before.logs.has(logKey(screen))) {
		return after;
	}

	const [old, now] = [logOf(before, screen), logOf(after, screen)];
	if (before.logs.get(logKey(screen))?.origin !== after.logs.get(logKey(screen))?.origin) {
		const text = old.texts[screen.cursor - old.dropped];
		const found = text === undefined || now.texts[screen.cursor - now.dropped] === text ? -1 : now.texts.lastIndexOf(text);
		return withTop(after, keptAt({state: before, screen: known}, after, {...screen, anchor: undefined, cursor: found === -1 ? screen.cursor : now.dropped + found}));
	}

	const [one, other] = [paneOptions(before, screen), paneOptions(after, screen)];
	const isRelaid = one.width !== other.width || one.isWrapped !== other.isWrapped;
	if (!isRelaid && one.height === other.height && one.isCollapsed === other.isCollapsed && one.severity === other.severity) {
		return after;
	}

	return withTop(after, {
		...screen,
		// In a larger window, and where more lines are shown, the rows begin further up, and stay there when lines arrive. A filter may not know yet which lines it shows.
		position: screen.filter ? screen.position : clampPosition(now, screen.position, other),
		scrollColumn: isRelaid && screen.place > 0 ? columnAround(now, screen.cursor, screen.place, other) : screen.scrollColumn,
	});
};

/** The remote task in the log on screen: of the line with the cursor, else of the last line that names one. */
export const remoteLinkOfLog = (state: State, screen: LogScreen): string | undefined => {
	const {texts, dropped} = logOf(state, screen);
	const chosen = chosenEntry(state, screen);
	const own = chosen === undefined ? undefined : texts[chosen - dropped];
	const line = own !== undefined && remoteTaskId(own) !== undefined ? own : (screen.subTask === undefined ? undefined : texts.findLast(text => remoteTaskId(text) !== undefined));
	return line === undefined ? undefined : remoteTaskId(line);
};
