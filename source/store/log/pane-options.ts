import {topScreen} from '../lookup.js';
import {type LogScreen, type State} from '../state.js';
import {logOf} from './open-logs.js';
import {clampPosition, endPosition, type PaneOptions, type Position, rowsFrom} from './pane.js';

/** Columns that times take: "10:41:59.123 ". */
const timeColumns = 13;

/** How the pane lays out a log screen now. */
export const paneOptions = (state: State, screen: LogScreen): PaneOptions => {
	const {size, logOptions} = state.view;
	const {isWrapped, isCollapsed, severity, hasTimes} = logOptions;
	const times = hasTimes && logOf(state, screen).times !== undefined ? timeColumns : 0;
	return {
		// The first column is for the mark.
		width: Math.max(10, size.columns - 1 - times),
		height: state.view.page,
		scrollColumn: screen.scrollColumn,
		isWrapped,
		isCollapsed,
		severity,
		filter: screen.filter,
	};
};

/** The first row in sight. */
export const topPosition = (state: State, screen: LogScreen): Position => {
	const buffer = logOf(state, screen);
	const options = paneOptions(state, screen);
	return screen.isFollowing ? endPosition(buffer, options) : clampPosition(buffer, screen.position, options);
};

/**
What to copy from the open log, without times: `line` is the marked entry if it is in sight, else the first in sight; `screen` is all
entries in sight. Entries are copied whole, even if only a part is in sight. Undefined if no log is open or no entry is in sight.
*/
export const copyText = (state: State, what: 'line' | 'screen'): string | undefined => {
	const screen = topScreen(state);
	if (screen.type !== 'log') {
		return undefined;
	}

	const buffer = logOf(state, screen);
	const rows = rowsFrom(buffer, topPosition(state, screen), paneOptions(state, screen));
	const inSight = [...new Set(rows.filter(({type}) => type === 'text').map(({position}) => position.entry))];
	const marked = inSight.filter(entry => entry === screen.marked);
	const chosen = what === 'screen' ? inSight : [...marked, ...inSight].slice(0, 1);
	return chosen.length === 0 ? undefined : chosen.map(entry => buffer.texts[entry - buffer.dropped] ?? '').join('\n');
};
