import {type SubTask} from '../../protocol/task.js';
import {executionWords} from '../log/execution-words.js';
import {type LogBuffer} from '../log/log-buffer.js';
import {type Matcher} from '../log/matcher.js';
import {logOf, logKey} from '../log/open-logs.js';
import {rowsFrom, type PaneRow} from '../log/pane.js';
import {paneOptions, topPosition} from '../log/pane-options.js';
import {type LogScreen, type State} from '../state.js';
import {type LogRow, type LogStatus, type LogView} from '../views.js';
import {breadcrumbOf, stalenessOf} from './select-parts.js';
import {subTaskOutcome} from './task-cells.js';

const separatorText = ({execution}: PaneRow, buffer: LogBuffer, subTask: SubTask): string => execution === undefined ? '' : executionWords(execution, buffer, subTask);

const placesIn = (row: PaneRow, matcher: Matcher | undefined): LogRow['matches'] => row.type === 'text' && matcher ? matcher.ranges(row.text) : [];

const statusOf = (state: State, screen: LogScreen): LogStatus => {
	const buffer = logOf(state, screen);
	const total = buffer.texts.length;
	const {filter, search, isFollowing, seen} = screen;
	const {severity} = state.view.logOptions;
	return {
		isFollowing,
		newEntries: isFollowing ? 0 : Math.max(0, buffer.dropped + total - seen),
		filter: filter && {source: filter.matcher.source, hidden: filter.next - filter.matches, isCounting: filter.next < total},
		search: search && {source: search.matcher.source, matches: search.matches, isCounting: search.next < total || search.seeking !== undefined},
		severity,
		dropped: buffer.dropped,
		problem: state.logs.get(logKey(screen))?.problem,
	};
};

const noteOf = (rows: readonly PaneRow[], total: number, subTask: SubTask): string | undefined => {
	if (rows.length > 0) {
		return undefined;
	}

	if (total > 0) {
		return 'no line here passes the filter';
	}

	return subTask.executeTimes > 1 ? 'no lines between attempts' : 'no lines yet';
};

/** The log screen: the rows of one sub-task's log that are in sight. */
export const selectLog = ({state, screen, subTask, utcOffset}: {
	readonly state: State; readonly screen: LogScreen; readonly subTask: SubTask; readonly utcOffset: number | undefined;
}): LogView => {
	const buffer = logOf(state, screen);
	const options = paneOptions(state, screen);
	const rows = rowsFrom(buffer, topPosition(state, screen), options);
	return {
		type: 'log',
		breadcrumb: breadcrumbOf(state, screen),
		outcome: subTaskOutcome(subTask),
		staleness: stalenessOf(state, screen.task.owner),
		rows: rows.map((row): LogRow => ({
			key: `${row.position.entry}.${row.position.row}`,
			type: row.type,
			text: row.type === 'separator' ? separatorText(row, buffer, subTask) : row.text,
			severity: row.severity,
			repeats: row.repeats,
			time: row.time,
			matches: placesIn(row, screen.search?.matcher),
			isFirst: row.position.row <= 0,
			isMarked: row.position.entry === screen.marked,
		})),
		hasTimes: state.view.logOptions.hasTimes && buffer.times !== undefined,
		left: state.view.logOptions.isWrapped ? 0 : screen.left,
		status: statusOf(state, screen),
		utcOffset,
		note: noteOf(rows, buffer.texts.length, subTask),
	};
};
