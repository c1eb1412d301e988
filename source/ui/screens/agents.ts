import {type AgentsRow, type AgentsView, type TaskCells} from '../../store/views.js';
import {progressBar} from '../../format/bars.js';
import {widest} from '../../format/cell.js';
import {formatDuration} from '../../format/duration.js';
import {fitColumns, type Column, type ColumnSpec} from '../../format/fit-columns.js';
import {footerLine} from '../parts/footer.js';
import {frameLines, type Line} from '../parts/frame-lines.js';
import {cellPiece, tableHead, margin, markerOf, markerWidth} from '../parts/table.js';
import {fitLine, piece, spaces, spreadLine, type Piece} from '../piece.js';
import {outcomeText, outcomeWords, toneOf, type Theme} from '../theme.js';
import {type ScreenProps} from './screen-props.js';

export type AgentsColumn = 'agent' | 'role' | 'task' | 'outcome' | 'bar' | 'stage' | 'why' | 'time';

type Cell = (row: AgentsRow, column: Column<AgentsColumn>, theme: Theme) => Piece;

type AgentsColumns = ReadonlyArray<Column<AgentsColumn>>;

const titles: Readonly<Record<AgentsColumn, string>> = {
	agent: 'AGENT', role: 'ROLE', task: 'TASK', outcome: 'OUTCOME', bar: '', stage: 'STAGE', why: 'WHY', time: 'TIME',
};

const indentation = 2;

/** As wide as the column is everywhere. */
const databaseDown = 'db down';

/** From so many columns on, the table has room to say why. */
const whyFrom = 120;

const labelOf = ({depth, label, type}: AgentsRow, {glyphs}: Theme): string =>
	type === 'task' && label === '' ? `${' '.repeat(indentation * (depth - 1))}${glyphs.branch}` : ' '.repeat(indentation * depth) + label;

const stageText = ({progress: {stage, total}}: TaskCells): string => total === 0 ? '' : `${stage}/${total}`;

/** The cluster's card says which versions are mixed. */
const roleText = ({role, isMixed, isDatabaseDown}: AgentsRow): string => {
	if (isDatabaseDown) {
		return databaseDown;
	}

	return isMixed ? `${role} mixed` : role;
};

/** The table's columns for these rows: as wide as what they hold, within what a terminal of that width can spare. */
export const agentsColumns = (rows: readonly AgentsRow[], width: number, theme: Theme): AgentsColumns => {
	const isWide = width >= 100;
	const tasks = rows.flatMap(({task}) => task ?? []);
	const name = widest(tasks.map(task => task.name), 18, isWide ? 44 : 23);
	const agent = widest(rows.map(row => labelOf(row, theme)), 13, isWide ? 44 : 21);
	const outcome = widest(tasks.map(task => outcomeText(task.outcome, theme)), 11, isWide ? 24 : 14);
	const room = width - markerWidth - margin;
	const specs: ReadonlyArray<ColumnSpec<AgentsColumn>> = [
		{name: 'agent', width: agent, min: width < 60 ? 13 : agent, rank: 0},
		{name: 'role', width: widest(rows.map(row => roleText(row)), 8, isWide ? 20 : 9), rank: 5},
		// A bar is worth less than a name or an address that can be read whole.
		{name: 'task', width: name, min: Math.min(name, 18), rank: 3},
		{name: 'outcome', width: outcome, min: width < 60 ? 11 : outcome, rank: 1},
		{name: 'bar', width: 8, min: 4, max: 16, rank: 6},
		{name: 'stage', width: widest(tasks.map(task => stageText(task)), 5, 7), rank: 4, gap: 1},
		...(width >= whyFrom && rows.some(({why}) => why !== undefined) ? [{name: 'why' as const, width: 20, max: 200, rank: 7}] : []),
		{name: 'time', width: 6, rank: 2, gap: 1},
	];
	const columns = fitColumns(specs, room);
	// Without its bar a stage stands apart from the outcome like any other column.
	return columns.some(({name: column}) => column === 'bar')
		? columns
		: fitColumns(specs.filter(spec => spec.name !== 'bar').map(spec => spec.name === 'stage' ? {...spec, gap: 2} : spec), room);
};

/** Bar and stage have one head, at the left end of both. */
const headOf = (columns: AgentsColumns, sort: AgentsView['arrangement']['sort'], theme: Theme): Line => {
	const marked = sort ? {...titles, [sort.column]: `${titles[sort.column]}${sort.isReversed ? theme.glyphs.descending : theme.glyphs.ascending}`} : titles;
	const bar = columns.find(({name}) => name === 'bar');
	const merged = columns.flatMap(column => {
		if (column.name === 'bar') {
			return [];
		}

		return bar && column.name === 'stage' ? [{...column, gap: bar.gap, width: bar.width + column.gap + column.width}] : [column];
	});
	return tableHead(merged, marked, theme, {right: ['time']});
};

const taskCells = {
	task: ({task, note, isSelected}, column, theme) => cellPiece(task?.name ?? note ?? '', column, theme, {isSelected, tone: task ? 'plain' : 'quiet'}),
	outcome: ({task, note, isSelected, isStalled}, column, theme) => task
		? cellPiece(outcomeText(task.outcome, theme) + (isStalled ? ' stalled' : ''), column, theme, {isSelected, tone: toneOf(task.outcome)})
		: cellPiece(note === undefined ? '' : theme.glyphs.outcome.pending, column, theme, {isSelected, tone: 'quiet'}),
	bar: ({task}, column, theme) => task && task.progress.total > 0
		? cellPiece(progressBar(task.progress, column.width, theme.glyphs.bar), column, theme, {tone: toneOf(task.outcome)})
		: cellPiece('', column, theme),
	stage: ({task, isSelected}, column, theme) => cellPiece(task ? stageText(task) : '', column, theme, {isSelected}),
	why: ({why, task, isSelected}, column, theme) => cellPiece(why ?? '', column, theme, {isSelected, tone: task ? toneOf(task.outcome) : 'plain'}),
	time: ({task, isSelected}, column, theme) =>
		cellPiece(task?.duration === undefined ? '' : formatDuration(task.duration), column, theme, {isSelected, align: 'right'}),
} as const satisfies Partial<Record<AgentsColumn, Cell>>;

const cells: Readonly<Record<AgentsColumn, Cell>> = {
	agent: (row, column, theme) =>
		cellPiece(labelOf(row, theme), column, theme, {isSelected: row.isSelected || row.type === 'cluster', tone: row.type === 'task' ? 'quiet' : 'plain'}),
	// Whether its database answers matters more than what it is; an agent in trouble says so in its own words.
	role: (row, column, theme) => cellPiece(roleText(row), column, theme, {isSelected: row.isSelected, tone: row.isDatabaseDown || row.isMixed ? 'attention' : 'quiet'}),
	...taskCells,
};

const cellOf = (row: AgentsRow, column: Column<AgentsColumn>, theme: Theme): Piece => cells[column.name](row, column, theme);

/** An agent that cannot be asked: why, and what was known last, across the columns of its task. */
const problemPieces = (row: AgentsRow, problem: string, {glyphs}: Theme): Line => {
	const {task, isSelected} = row;
	const last = task ? ` ${glyphs.dot} last seen: ${task.name}, ${outcomeWords(task.outcome)}` : '';
	return [spaces(2), piece(problem, row.isFault ? 'bad' : 'quiet', isSelected), piece(last, 'quiet')];
};

/** One row, at most `width` columns wide. */
export const agentsLine = (row: AgentsRow, columns: AgentsColumns, width: number, theme: Theme): Line => {
	const parts = row.problem === undefined
		? columns.map(column => cellOf(row, column, theme))
		: [...columns.slice(0, 1).map(column => cellOf(row, column, theme)), ...problemPieces(row, row.problem, theme)];
	return fitLine([markerOf(row.isSelected, theme), ...parts], width - margin, theme.glyphs.ellipsis);
};

/** What is chosen beside the usual: "faults only  /10.0  12 hidden". */
const arrangementPieces = ({filter, faultsOnly, hidden}: AgentsView['arrangement']): readonly Piece[] => [
	...(faultsOnly ? [piece('  faults only', 'attention')] : []),
	...(filter === undefined ? [] : [piece(`  /${filter}`, 'attention')]),
	...(hidden > 0 ? [piece(`  ${hidden} hidden`, 'quiet')] : []),
];

const summaryLine = ({summary: {agents, parts}, arrangement}: AgentsView, width: number, theme: Theme): Line => spreadLine([

	piece(' '),
	piece('obwatch', 'accent', true),
	piece(`  ${agents} ${agents === 1 ? 'agent' : 'agents'}`),
	...parts.flatMap(({count, word, tone}) => [piece(` ${theme.glyphs.dot} `, 'quiet'), piece(`${count} ${word}`, tone)]),
], [...arrangementPieces(arrangement), piece(' ')], width, theme.glyphs.ellipsis);

/** The agents and their last tasks: the program's root. */
export const agentsScreen = (view: AgentsView, {size, footer, theme}: ScreenProps): readonly Line[] => {
	const {list} = view;
	const columns = agentsColumns(list.rows, size.columns, theme);
	return frameLines({
		head: [summaryLine(view, size.columns, theme), headOf(columns, view.arrangement.sort, theme)],
		body: list.rows.length > 0
			? list.rows.map(row => agentsLine(row, columns, size.columns, theme))
			: [[], fitLine([piece('   no row passes: Esc shows all', 'quiet')], size.columns, theme.glyphs.ellipsis)],
		foot: footerLine(footer, size.columns, theme),
	}, size.rows - 1);
};
