// Where a jump leads in an open log: it stops following there, marks the entry, and has the place itself in sight.

import {topScreen} from '../locate.js';
import {type LogScreen, type State} from '../state.js';
import {withTop} from '../reduce/view.js';
import {logKey, logOf} from './open-logs.js';
import {
	leftAround,
	positionAround,
	rowsFrom,
	type Position,
} from './pane.js';
import {paneOptions, topPosition} from './pane-options.js';

/** A changed log screen, and a line for the user. */
export type LogChange = {readonly screen: LogScreen; readonly notice?: string};

const total = (state: State, screen: LogScreen): number => {
	const {dropped, texts} = logOf(state, screen);
	return dropped + texts.length;
};

/** The log standing still, with a position at the top of the window. */
export const frozenAt = (state: State, screen: LogScreen, position: Position): LogScreen => ({
	...screen, position, isFollowing: false, seen: screen.isFollowing ? total(state, screen) : screen.seen,
});

/** Puts a place (an index of the text) of an entry (by its number) into sight, a third from the top, and marks the entry. */
export const jumpToEntry = (state: State, screen: LogScreen, entry: number, place = 0): LogScreen => {
	const buffer = logOf(state, screen);
	const options = paneOptions(state, screen);
	const position = positionAround(buffer, entry, place, options);
	return {
		...frozenAt(state, screen, position), marked: entry, place, left: leftAround(buffer, entry, place, options),
	};
};

/** The numbers of the first and the last entry in sight; undefined where none is. */
export const entriesInSight = (state: State, screen: LogScreen): {readonly first: number; readonly last: number} | undefined => {
	const rows = rowsFrom(logOf(state, screen), topPosition(state, screen), paneOptions(state, screen));
	const [first, last] = [rows[0], rows.at(-1)];
	return first && last && {first: first.position.entry, last: last.position.entry};
};

/** The marked entry, as long as it is in sight: who scrolled away goes on from where he is. */
export const markInSight = (state: State, screen: LogScreen): number | undefined => {
	const {marked} = screen;
	const sight = entriesInSight(state, screen);
	return marked !== undefined && sight && marked >= sight.first && marked <= sight.last ? marked : undefined;
};

const isLaidOutAlike = (before: State, after: State, screen: LogScreen): boolean => {
	const [one, other] = [paneOptions(before, screen), paneOptions(after, screen)];
	return one.width === other.width && one.height === other.height && one.isWrapped === other.isWrapped && one.isCollapsed === other.isCollapsed && one.severity === other.severity
		&& before.logs.get(logKey(screen))?.origin === after.logs.get(logKey(screen))?.origin;
};

/** Keeps what is marked in sight where another layout moved it: its lines came with their times and attempts, or the width changed. */
export const keepMark = (before: State, after: State): State => {
	const screen = topScreen(after);
	const marked = screen.type === 'log' && topScreen(before).type === 'log' && !screen.isFollowing ? markInSight(before, screen) : undefined;
	if (screen.type !== 'log' || marked === undefined || !before.logs.has(logKey(screen)) || isLaidOutAlike(before, after, screen)) {
		return after;
	}

	const [known, now] = [logOf(before, screen), logOf(after, screen)];
	const text = known.texts[marked - known.dropped];
	// The lines by themselves are those of the task, of which fewer can be left.
	const found = text === undefined || now.texts[marked - now.dropped] === text ? -1 : now.texts.lastIndexOf(text);
	return withTop(after, jumpToEntry(after, screen, found === -1 ? marked : now.dropped + found, screen.place));
};
