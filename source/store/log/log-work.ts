// What is still to be found out in a long log, slice by slice.

import {type LogScreen, type State} from '../state.js';
import {topScreen} from '../locate.js';
import {type LogBuffer} from './log-buffer.js';
import {logOf} from './open-logs.js';
import {advanceScan, isBehind} from './scan.js';

/** Whether a slice is to be done for the log on screen. */
export const hasLogWork = (state: State): boolean => {
	const screen = topScreen(state);
	if (screen.type !== 'log') {
		return false;
	}

	const buffer = logOf(state, screen);
	const {filter, search} = screen;
	return search?.seeking !== undefined || (filter !== undefined && isBehind(filter, buffer)) || (search !== undefined && isBehind(search, buffer));
};

/** Does one slice of trying entries: what is hidden is found out before what matches. */
export const countSlice = (screen: LogScreen, buffer: LogBuffer, steps: number): LogScreen => {
	const {filter, search} = screen;
	if (filter && isBehind(filter, buffer)) {
		return {...screen, filter: advanceScan(filter, buffer, steps, screen.isFollowing ? -1 : 1)};
	}

	return search && isBehind(search, buffer) ? {...screen, search: {...search, ...advanceScan(search, buffer, steps)}} : screen;
};
