import {severityOf} from '../../protocol/severity.js';
import {type SubTaskRow, type TaskView} from '../../store/views.js';
import {wrapWithin} from '../../text/wrap-words.js';
import {formatDuration} from '../../format/duration.js';
import {cell, widest} from '../../format/cell.js';
import {type Line} from '../parts/frame-lines.js';
import {fitLine, piece, spreadLine} from '../piece.js';
import {outcomeText, toneOf, toneOfSeverity, type Theme} from '../theme.js';

const subTaskLine = ({agent, mark, outcome, duration}: SubTaskRow, width: number, theme: Theme): Line => {
	const name = [agent === '' ? 'cluster' : agent, mark].filter(text => text !== '').join(' ');
	const label = cell(name, widest([name], 15, mark === '' ? 21 : 30), {mark: theme.glyphs.ellipsis});
	return spreadLine(
		[piece(label), piece(`  ${outcomeText(outcome, theme)}`, toneOf(outcome))],
		duration === undefined ? [] : [piece(formatDuration(duration))],
		width,
		theme.glyphs.ellipsis,
	);
};

const errorRows = 4;

/** A line in one row, an error in as many as it takes to see its end. */
const logLines = (line: string, width: number, {glyphs}: Theme): readonly Line[] => {
	const severity = severityOf(line);
	return severity === 'error'
		? wrapWithin([line], {width, rows: errorRows, mark: glyphs.ellipsis}).map(row => [piece(row, 'bad')])
		: [fitLine([piece(line, severity === 'plain' ? 'quiet' : toneOfSeverity(severity))], width, glyphs.ellipsis)];
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
	const lines = room > 0 ? side.lastLines.flatMap(line => logLines(line, width, theme)).slice(-room) : [];
	return [...head, ...(lines.length > 0 ? [[]] : []), ...lines].slice(0, height);
};
