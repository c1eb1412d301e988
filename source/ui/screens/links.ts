import {widest} from '../../lib/columns.js';
import {type Column, fitColumns} from '../../lib/fit-columns.js';
import {type LinkRow, type LinksView} from '../../store/selectors/links.js';
import {breadcrumbLine} from '../components/breadcrumb.js';
import {footerLine} from '../components/footer.js';
import {stalenessLines} from '../components/stale.js';
import {cellPiece, margin, markerOf, markerWidth, positionPieces, tableHead} from '../components/table.js';
import {fitLine, frameLines, type Line, type Span} from '../span.js';
import {outcomeText, type Theme, toneOf} from '../theme.js';
import {type ScreenProps} from './empty.js';

type LinkColumn = 'kind' | 'place' | 'task' | 'outcome' | 'id';

const titles: Readonly<Record<LinkColumn, string>> = {
	kind: 'LINK', place: 'WHERE', task: 'TASK', outcome: 'OUTCOME', id: 'ID',
};

const linkColumns = (rows: readonly LinkRow[], width: number, theme: Theme): ReadonlyArray<Column<LinkColumn>> => fitColumns<LinkColumn>([
	{name: 'kind', width: 11, rank: 1},
	{name: 'place', width: widest(rows.map(({place}) => place), 13, 30), min: 13, rank: 0},
	{name: 'task', width: 20, min: 10, max: 60, rank: 3},
	{name: 'outcome', width: widest(rows.map(({task}) => task ? outcomeText(task.outcome, theme) : ''), 11, 24), rank: 2},
	{name: 'id', width: widest(rows.map(({id}) => id), 4, 60), rank: 4},
], width - markerWidth - margin);

const cellOf = ({isSelected, kind, place, id, task}: LinkRow, column: Column<LinkColumn>, theme: Theme): Span => {
	switch (column.name) {
		case 'kind': {
			return cellPiece(kind, column, theme, {isSelected, tone: 'quiet'});
		}

		case 'place': {
			return cellPiece(place, column, theme, {isSelected});
		}

		case 'task': {
			return cellPiece(task?.name ?? 'not asked for yet', column, theme, {isSelected, tone: task ? 'plain' : 'quiet'});
		}

		case 'outcome': {
			return cellPiece(task ? outcomeText(task.outcome, theme) : '', column, theme, {isSelected, tone: task ? toneOf(task.outcome) : 'quiet'});
		}

		case 'id': {
			return cellPiece(id, column, theme, {isSelected, tone: 'quiet'});
		}
	}
};

/** The tasks that a task is linked with, on whichever agent. */
export const linksScreen = (view: LinksView, {size: {columns: width, rows}, theme, footer, hour}: ScreenProps): readonly Line[] => {
	const {list} = view;
	const columns = linkColumns(list.rows, width, theme);
	return frameLines({
		head: [
			breadcrumbLine(view.breadcrumb, width, theme, positionPieces(list, theme)),
			...stalenessLines(view.staleness, {width, hour}, theme),
			tableHead(columns, titles, theme),
		],
		body: list.rows.map(row => fitLine([markerOf(row.isSelected, theme), ...columns.map(column => cellOf(row, column, theme))], width, theme.glyphs.ellipsis)),
		foot: footerLine(footer, width, theme),
	}, rows - 1);
};
