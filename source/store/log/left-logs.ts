// A log that is opened again stands where it stood when it was left, searched and filtered as it was.

import {topScreen} from '../locate.js';
import {type LogScreen, type State} from '../state.js';
import {logKey} from './open-logs.js';
import {newScan} from './scan.js';

// Nobody remembers more of them either.
const limit = 20;

/** As it is kept: what was tried is tried again, since the log may be another by then. */
const kept = (screen: LogScreen): LogScreen => ({
	...screen,
	filter: screen.filter && newScan(screen.filter.matcher, 0),
	search: screen.search && {...newScan(screen.search.matcher, 0), seeking: undefined},
});

/** Remembers the log that was on screen before and is open no more. */
export const rememberLeft = (before: State, after: State): State => {
	const screen = topScreen(before);
	if (screen.type !== 'log' || before.view.stack === after.view.stack) {
		return after;
	}

	const key = logKey(screen);
	if (after.view.stack.some(open => open.type === 'log' && logKey(open) === key)) {
		return after;
	}

	const others = after.view.leftLogs.entries().filter(([other]) => other !== key).toArray();
	return {...after, view: {...after.view, leftLogs: new Map([...others.slice(1 - limit), [key, kept(screen)]])}};
};

/** How such a log stood when it was left. */
export const leftLog = (state: State, place: Pick<LogScreen, 'task' | 'node' | 'subTask'>): LogScreen | undefined => state.view.leftLogs.get(logKey(place));
