import {isActive} from '../../protocol/outcome.js';
import {type StageRow, type TaskView} from '../../store/views.js';
import {axis, placeSpan} from '../../format/bars.js';
import {cell, widest} from '../../format/cell.js';
import {formatDuration} from '../../format/duration.js';
import {fitColumns, type Column} from '../../format/fit-columns.js';
import {type Line} from '../parts/frame-lines.js';
import {cellPiece, tableHead, margin, markerOf, markerWidth} from '../parts/table.js';
import {fitLine, piece, type Piece} from '../piece.js';
import {outcomeText, toneOf, type Theme} from '../theme.js';

export type StagesColumn = 'number' | 'node' | 'subTasks' | 'outcome' | 'time' | 'timeline';

type StagesColumns = ReadonlyArray<Column<StagesColumn>>;

const subTasksText = ({subTasks}: StageRow): string => subTasks ? `${subTasks.done}/${subTasks.total}` : '';

/** The columns of the stages for `width` columns: the timeline takes what the names leave. */
export const stagesColumns = (rows: readonly StageRow[], total: number, width: number, theme: Theme): StagesColumns => {
	const outcome = widest(rows.map(row => outcomeText(row.outcome, theme)), 11, 24);
	const name = widest(rows.map(row => row.name), 16, 40);
	const subTasks = widest(rows.map(row => subTasksText(row)), 0, 9);
	return fitColumns<StagesColumn>([
		{name: 'number', width: Math.max(2, String(total).length), rank: 5},
		{name: 'node', width: name, min: Math.min(name, 14), rank: 0, gap: 1},
		...(subTasks === 0 ? [] : [{name: 'subTasks', width: subTasks, rank: 4} as const]),
		{name: 'outcome', width: outcome, rank: 1},
		{name: 'time', width: 6, rank: 2, gap: 1},
		{name: 'timeline', width: 16, min: 10, max: 80, rank: 3, gap: 3},
	], width - markerWidth - margin);
};

const axisOf = (length: number, width: number): string => length <= 0
	? ''
	: axis({start: '0s', middle: formatDuration(length / 2), end: formatDuration(length)}, width);

export const stagesHead = (columns: StagesColumns, timelineLength: number, theme: Theme): Line => tableHead(columns, {
	number: '#', node: 'NODE', subTasks: '', outcome: 'OUTCOME', time: 'TIME', timeline: axisOf(timelineLength, columns.find(({name}) => name === 'timeline')?.width ?? 0),
}, theme, {right: ['number', 'time']});

const spanPiece = ({span, outcome}: StageRow, {width, gap}: Column<StagesColumn>, {glyphs}: Theme): Piece => {
	if (!span) {
		return piece(' '.repeat(gap + width));
	}

	const {before, length} = placeSpan(span, width);
	const bar = (isActive(outcome) ? glyphs.span.active : glyphs.span.ended).repeat(length);
	return piece(' '.repeat(gap + before) + bar, toneOf(outcome));
};

const cellOf = (row: StageRow, column: Column<StagesColumn>, theme: Theme): Piece => {
	const {isSelected, outcome, duration} = row;
	switch (column.name) {
		case 'number': {
			return cellPiece(String(row.number), column, theme, {isSelected, tone: 'quiet', align: 'right'});
		}

		case 'node': {
			return cellPiece(row.name, column, theme, {isSelected, tone: outcome.word === 'pending' ? 'quiet' : 'plain'});
		}

		case 'subTasks': {
			return piece(' '.repeat(column.gap) + cell(subTasksText(row), column.width, {align: 'right'}), isSelected ? 'plain' : 'quiet', isSelected);
		}

		case 'outcome': {
			return cellPiece(outcomeText(outcome, theme), column, theme, {isSelected, tone: toneOf(outcome)});
		}

		case 'time': {
			return cellPiece(duration === undefined ? '' : formatDuration(duration), column, theme, {isSelected, align: 'right'});
		}

		case 'timeline': {
			return spanPiece(row, column, theme);
		}
	}
};

/** The rows of a task's stages. */
export const stageLines = ({list}: TaskView, columns: StagesColumns, width: number, theme: Theme): readonly Line[] => list.rows.map(row => fitLine(
	[markerOf(row.isSelected, theme), ...columns.map(column => cellOf(row, column, theme))],
	width,
	theme.glyphs.ellipsis,
));
