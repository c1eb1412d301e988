import {type ReactNode} from 'react';
import {widest} from '../../lib/columns.js';
import {type Column, fitColumns} from '../../lib/fit-columns.js';
import {messages} from '../../lib/messages/messages.js';
import {type LinkRow, type LinksView} from '../../store/selectors/links.js';
import {Breadcrumb} from '../components/breadcrumb.js';
import {Lines} from '../components/line.js';
import {Note, roomBelow, Screen, type ScreenProps} from '../components/screen.js';
import {type ColumnDefinitions, filterSpans, margin, markerWidth, positionSpans, type TableContext, TableHead, TableRows} from '../components/table.js';
import {stalenessLines} from '../components/text.js';
import {outcomeText, type Theme, toneOf} from '../theme.js';

type LinkColumn = 'kind' | 'place' | 'task' | 'outcome' | 'id';

const definitions: ColumnDefinitions<LinkRow, TableContext, LinkColumn> = {
	kind: {title: 'link', cell: ({kind}) => ({text: messages().screens.links.kinds[kind], tone: 'quiet'})},
	place: {title: 'where', cell: ({place}) => ({text: place})},
	task: {title: 'task', cell: ({task}) => task ? {text: task.name} : {text: messages().screens.links.notLoaded, tone: 'quiet'}},
	outcome: {title: 'outcome', cell: ({task, isFailing}, {theme}) => task ? {text: outcomeText(task.outcome, theme, isFailing), tone: isFailing ? 'bad' : toneOf(task.outcome)} : {text: ''}},
	id: {title: 'id', cell: ({id}) => ({text: id, tone: 'quiet'})},
};

const linkColumns = (rows: readonly LinkRow[], width: number, theme: Theme): ReadonlyArray<Column<LinkColumn>> => fitColumns<LinkColumn>([
	{name: 'kind', width: 11, rank: 1},
	{name: 'place', width: widest(rows.map(({place}) => place), 13, 30), min: widest(rows.map(({place}) => place), 13, 20), rank: 0},
	// A name is more important than the id.
	{name: 'task', width: 20, min: width < 70 ? 10 : widest(rows.map(({task}) => task?.name ?? messages().screens.links.notLoaded), 10, 24), max: 60, rank: 3},
	// As long as no task is loaded, only its id says which it is.
	...(rows.every(({task}) => task === undefined) ? [] : [{name: 'outcome', width: widest(rows.map(({task, isFailing}) => task ? outcomeText(task.outcome, theme, isFailing) : ''), 11, 24), rank: 2} as const]),
	{name: 'id', width: widest(rows.map(({id}) => id), 4, 60), rank: 4},
], width - markerWidth - margin);

/** The tasks that a task is linked with, on whichever agent. */
export const LinksScreen = ({view, size, theme, footer, part, hour}: ScreenProps & {readonly view: LinksView}): ReactNode => {
	const {list} = view;
	const {columns: width} = size;
	const columns = linkColumns(list.rows, width, theme);
	const stale = stalenessLines(view.staleness, {size, hour}, theme);
	return (
		<Screen
			size={size}
			footer={footer}
			theme={theme}
			hasFreeLine={list.rows.length < roomBelow(2 + stale.length, size)}
			head={<>
				<Breadcrumb crumbs={view.breadcrumb} width={width} theme={theme} part={part} right={[...filterSpans(view.filter, theme), ...positionSpans(list, theme)]}/>
				<Lines lines={stale} theme={theme}/>
				<TableHead columns={columns} definitions={definitions} width={width} theme={theme}/>
			</>}
		>
			{list.rows.length > 0
				? <TableRows rows={list.rows} columns={columns} definitions={definitions} context={{theme}} width={width}/>
				: <Note text={messages().screens.agents.noRows} width={width} theme={theme}/>}
		</Screen>
	);
};
