import {pageHeight} from '../layout.js';
import {type LogScreen, type State} from '../state.js';
import {logOf} from './open-logs.js';
import {clampPosition, endPosition, type PaneOptions, type Position} from './pane.js';

/** Columns that times take: "10:41:59.123 ". */
export const timeColumns = 13;

/** How the pane lays out a log screen now. */
export const paneOptions = (state: State, screen: LogScreen): PaneOptions => {
	const {size, logOptions} = state.view;
	const {isWrapped, isCollapsed, severity, hasTimes} = logOptions;
	const times = hasTimes && logOf(state, screen).times !== undefined ? timeColumns : 0;
	return {
		// One column at the left is for the mark.
		width: Math.max(10, size.columns - 1 - times),
		height: pageHeight(state),
		left: screen.left,
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
