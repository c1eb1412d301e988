import {isWithin, widest} from '../../lib/columns.js';
import {type Column, fitColumns} from '../../lib/fit-columns.js';
import {formatDuration} from '../../lib/time.js';
import {wrapWithin} from '../../lib/wrap.js';
import {type NodeView} from '../../store/selectors/node.js';
import {type SubTaskRow} from '../../store/selectors/task.js';
import {breadcrumbLine} from '../components/breadcrumb.js';
import {footerLine} from '../components/footer.js';
import {stalenessLines} from '../components/stale.js';
import {cellPiece, margin, markerOf, markerWidth, positionPieces, tableHead} from '../components/table.js';
import {type Detail, detailLines} from '../components/text.js';
import {fitLine, frameLines, type Line, type Span, span} from '../span.js';
import {outcomeText, type Theme, toneOf, toneOfSeverity} from '../theme.js';
import {type ScreenProps} from './empty.js';

type NodeColumn = 'agent' | 'mark' | 'outcome' | 'runs' | 'line' | 'time';

const titles: Readonly<Record<NodeColumn, string>> = {
	agent: 'AGENT', mark: 'SUB-TASK', outcome: 'OUTCOME', runs: 'RUNS', line: 'LAST LINE', time: 'TIME',
};

const agentOf = ({agent}: SubTaskRow): string => agent === '' ? 'cluster' : agent;

const nameOf = (row: SubTaskRow): string => [agentOf(row), row.mark].filter(text => text !== '').join(' ');

/** The columns of a stage's sub-tasks; the last log line takes what is left. */
export const nodeColumns = (rows: readonly SubTaskRow[], width: number, theme: Theme): ReadonlyArray<Column<NodeColumn>> => fitColumns<NodeColumn>([
	{name: 'agent', width: widest(rows.map(row => agentOf(row)), 13, 30), min: 13, rank: 0},
	...(rows.some(({mark}) => mark !== '') ? [{name: 'mark' as const, width: widest(rows.map(({mark}) => mark), 8, 30), min: 8, rank: 2}] : []),
	{name: 'outcome', width: widest(rows.map(({outcome}) => outcomeText(outcome, theme)), 11, 24), rank: 1},
	{name: 'runs', width: 4, rank: 5},
	{name: 'line', width: 20, min: 10, max: 400, rank: 4},
	{name: 'time', width: 6, rank: 3},
], width - markerWidth - margin);

const cellOf = (row: SubTaskRow, column: Column<NodeColumn>, theme: Theme): Span => {
	const {isSelected, outcome, lastSeverity} = row;
	switch (column.name) {
		case 'agent': {
			return cellPiece(agentOf(row), column, theme, {isSelected});
		}

		case 'mark': {
			return cellPiece(row.mark, column, theme, {isSelected, tone: 'quiet'});
		}

		case 'outcome': {
			return cellPiece(outcomeText(outcome, theme), column, theme, {isSelected, tone: toneOf(outcome)});
		}

		case 'runs': {
			return cellPiece(row.executions === 0 ? '' : String(row.executions), column, theme, {isSelected, align: 'right', tone: 'quiet'});
		}

		case 'line': {
			const tone = lastSeverity === 'plain' ? 'quiet' : toneOfSeverity(lastSeverity);
			// The end of a reason says as much as its beginning.
			const [line = ''] = lastSeverity === 'error' ? wrapWithin([row.lastLine, row.lastShortest], {width: column.width, rows: 1, mark: theme.glyphs.ellipsis}) : [row.lastLine];
			return cellPiece(line, column, theme, {isSelected, tone});
		}

		case 'time': {
			return cellPiece(row.duration === undefined ? '' : formatDuration(row.duration), column, theme, {isSelected, align: 'right'});
		}
	}
};

const rowLine = (row: SubTaskRow, columns: ReadonlyArray<Column<NodeColumn>>, width: number, theme: Theme): Line =>
	fitLine([markerOf(row.isSelected, theme), ...columns.map(column => cellOf(row, column, theme))], width, theme.glyphs.ellipsis);

const outcomeLine = ({outcome, list: {total}}: NodeView, width: number, theme: Theme): Line => fitLine([
	span(` ${outcomeText(outcome, theme)}`, toneOf(outcome), true),
	span(`   ${total} ${total === 1 ? 'sub-task' : 'sub-tasks'}`, 'quiet'),
], width, theme.glyphs.ellipsis);

/** The last lines that their column cuts off: that of the selected row, and errors. */
const cutLines = (rows: readonly SubTaskRow[], columns: ReadonlyArray<Column<NodeColumn>>): readonly Detail[] => {
	const room = columns.find(({name}) => name === 'line')?.width ?? 0;
	return rows
		.filter(({lastLine, lastSeverity, isSelected}) => (isSelected || lastSeverity !== 'plain') && !isWithin(lastLine, room))
		.map(row => ({
			label: 'last', texts: [...new Set([`${nameOf(row)}: ${row.lastLine}`, row.lastLine, row.lastShortest])], tone: row.lastSeverity === 'plain' ? 'quiet' : toneOfSeverity(row.lastSeverity), isSelected: row.isSelected,
		}));
};

/** One stage: its sub-tasks, usually one per agent. */
export const nodeScreen = (view: NodeView, {size: {columns: width, rows}, theme, footer, hour}: ScreenProps): readonly Line[] => {
	const {list} = view;
	const columns = nodeColumns(list.rows, width, theme);
	const head: readonly Line[] = [
		breadcrumbLine(view.breadcrumb, width, theme, positionPieces(list, theme)),
		...stalenessLines(view.staleness, {width, hour}, theme),
		outcomeLine(view, width, theme),
		tableHead(columns, titles, theme, {right: ['runs', 'time']}),
	];
	return frameLines({
		head,
		body: [
			...list.rows.map(row => rowLine(row, columns, width, theme)),
			...detailLines(cutLines(list.rows, columns), {width, height: rows - 1 - head.length - list.rows.length - 1}, theme),
		],
		foot: footerLine(footer, width, theme),
	}, rows - 1);
};
