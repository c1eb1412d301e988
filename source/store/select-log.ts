import {severityOf} from '../protocol/severity.js';
import {type SubTask} from '../protocol/task.js';
import {breadcrumbOf, stalenessOf} from './select-parts.js';
import {type LogScreen, type State} from './state.js';
import {subTaskOutcome} from './task-cells.js';
import {type LogRow, type LogView} from './views.js';
import {windowOf} from './window.js';

type Line = {readonly entry: number; readonly part: number; readonly text: string};

/** The display rows of a log: an entry of several lines gives several. */
export const logLines = (logs: readonly string[]): readonly Line[] =>
	logs.flatMap((text, entry) => text.split('\n').map((line, part) => ({entry, part, text: line})));

/** The first row in sight of a log of `total` rows. */
export const logTop = (screen: LogScreen, total: number, height: number): number => {
	const last = Math.max(0, total - height);
	return screen.isFollowing ? last : Math.min(screen.top, last);
};

/** The log screen: the rows of one sub-task's log that `height` lines show. */
export const selectLog = ({state, screen, subTask, height}: {
	readonly state: State; readonly screen: LogScreen; readonly subTask: SubTask; readonly height: number;
}): LogView => {
	const {logs = []} = subTask;
	const lines = logLines(logs);
	return {
		type: 'log',
		breadcrumb: breadcrumbOf(state, screen),
		outcome: subTaskOutcome(subTask),
		staleness: stalenessOf(state, screen.task.owner),
		list: windowOf(lines, {top: logTop(screen, lines.length, height), height}, ({entry, part, text}): LogRow => ({
			key: `${entry}.${part}`, text, severity: severityOf(logs[entry] ?? ''), isContinuation: part > 0,
		})),
		left: screen.left,
		isFollowing: screen.isFollowing,
		note: lines.length > 0 ? undefined : (subTask.executeTimes > 1 ? 'no lines between attempts' : 'no lines yet'),
	};
};
