import {type SubTaskRow, type TaskView} from '../../store/views.js';
import {columnsOf} from '../../text/columns.js';
import {formatDuration} from '../format/duration.js';
import {cell} from '../format/cell.js';
import {type Line} from '../parts/frame-lines.js';
import {fitLine, piece, spreadLine} from '../piece.js';
import {outcomeText, toneOf, type Theme} from '../theme.js';

const subTaskLine = ({agent, outcome, duration}: SubTaskRow, width: number, theme: Theme): Line => {
	const name = agent === '' ? 'cluster' : agent;
	return spreadLine(
		[piece(cell(name, Math.min(21, Math.max(15, columnsOf(name))), {mark: theme.glyphs.ellipsis})), piece(`  ${outcomeText(outcome, theme)}`, toneOf(outcome))],
		duration === undefined ? [] : [piece(formatDuration(duration))],
		width,
		theme.glyphs.ellipsis,
	);
};

/** What stands beside the stages of a task: the selected stage's sub-tasks, and below them its last log lines, as many as fit. */
export const sidePaneLines = (side: TaskView['side'], {width, height}: {readonly width: number; readonly height: number}, theme: Theme): readonly Line[] => {
	if (!side) {
		return [];
	}

	const {glyphs} = theme;
	// Half of the pane for the sub-tasks of a fleet, the rest for the log.
	const most = Math.max(1, Math.ceil((height - 2) / 2));
	const shown = side.subTasks.length > most ? side.subTasks.slice(0, most - 1) : side.subTasks;
	const left = side.subTasks.length - shown.length;
	const head: readonly Line[] = [
		fitLine([piece(side.title, 'plain', true)], width, glyphs.ellipsis),
		...shown.map(row => subTaskLine(row, width, theme)),
		...(left > 0 ? [[piece(`and ${left} more`, 'quiet')]] : []),
	];
	const room = height - head.length - 1;
	const lines = room > 0 ? side.lastLines.slice(-room) : [];
	return [...head, ...(lines.length > 0 ? [[]] : []), ...lines.map(line => fitLine([piece(line, 'quiet')], width, glyphs.ellipsis))].slice(0, height);
};
