import {type ClusterView, type MemberRow} from '../../store/views.js';
import {widest} from '../../format/cell.js';
import {fitColumns, type Column} from '../../format/fit-columns.js';
import {breadcrumbLine} from '../parts/breadcrumb.js';
import {footerLine} from '../parts/footer.js';
import {frameLines, type Line} from '../parts/frame-lines.js';
import {positionPieces} from '../parts/position.js';
import {mixWords} from '../parts/mix.js';
import {cellPiece, margin, markerOf, markerWidth, tableHead} from '../parts/table.js';
import {fitLine, piece, type Piece} from '../piece.js';
import {outcomeText, toneOf, type Theme} from '../theme.js';
import {type ScreenProps} from './screen-props.js';

type MemberColumn = 'agent' | 'zone' | 'role' | 'connection' | 'observer' | 'version' | 'obVersion';

const titles: Readonly<Record<MemberColumn, string>> = {
	agent: 'AGENT', zone: 'ZONE', role: 'ROLE', connection: 'CONNECTION', observer: 'OBSERVER', version: 'OBSHELL', obVersion: 'OCEANBASE',
};

const memberColumns = (rows: readonly MemberRow[], width: number): ReadonlyArray<Column<MemberColumn>> => fitColumns<MemberColumn>([
	{name: 'agent', width: widest(rows.map(({agent}) => agent), 13, 44), min: 13, rank: 0},
	{name: 'zone', width: widest(rows.map(({zone}) => zone), 5, 16), rank: 3},
	{name: 'role', width: widest(rows.map(({role}) => role), 7, 16), rank: 5},
	{name: 'connection', width: 12, rank: 1},
	{name: 'observer', width: widest(rows.map(({observer}) => observer), 9, 22), rank: 4},
	{name: 'version', width: widest(rows.map(({version}) => version), 9, 20), rank: 2},
	{name: 'obVersion', width: widest(rows.map(({obVersion}) => obVersion), 9, 40), min: 9, rank: 6},
], width - markerWidth - margin);

const cellOf = (row: MemberRow, column: Column<MemberColumn>, theme: Theme): Piece => {
	const {isSelected, isFault} = row;
	const isQuiet = column.name === 'zone' || column.name === 'role' || row.connection === 'not watched';
	return cellPiece(row[column.name], column, theme, {isSelected, tone: column.name === 'connection' && isFault ? 'bad' : (isQuiet ? 'quiet' : 'plain')});
};

const separated = (parts: ReadonlyArray<readonly Piece[]>, {glyphs}: Theme): Line => parts.flatMap((part, index) => [piece(index === 0 ? ' ' : ` ${glyphs.dot} `, 'quiet'), ...part]);

const headLines = ({members, watched, mixes, task, speaker}: ClusterView, width: number, theme: Theme): readonly Line[] => [
	separated([
		[piece(`${members} ${members === 1 ? 'agent' : 'agents'}`)],
		[piece(`${watched} watched`, watched < members ? 'plain' : 'quiet')],
		...(speaker === undefined ? [] : [[piece(`its own tasks are asked of ${speaker}`, 'quiet')]]),
	], theme),
	separated([task
		? [piece('last task of its own: ', 'quiet'), piece(task.name), piece(` ${outcomeText(task.outcome, theme)}`, toneOf(task.outcome))]
		: [piece('no task of its own', 'quiet')]], theme),
	separated(mixes.length === 0 ? [[piece('one version on all, as far as known', 'quiet')]] : mixes.map(mix => [piece(mixWords(mix), 'attention')]), theme),
].map(line => fitLine(line, width, theme.glyphs.ellipsis));

/** What is known of a cluster, and its members in a table. */
export const clusterScreen = (view: ClusterView, {size: {columns: width, rows}, theme, footer}: ScreenProps): readonly Line[] => {
	const {list} = view;
	const columns = memberColumns(list.rows, width);
	return frameLines({
		head: [breadcrumbLine(view.breadcrumb, width, theme, positionPieces(list, theme)), ...headLines(view, width, theme), tableHead(columns, titles, theme)],
		body: list.rows.map(row => fitLine([markerOf(row.isSelected, theme), ...columns.map(column => cellOf(row, column, theme))], width, theme.glyphs.ellipsis)),
		foot: footerLine(footer, width, theme),
	}, rows - 1);
};
