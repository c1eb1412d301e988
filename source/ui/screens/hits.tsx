import {type ReactNode} from 'react';
import {cut, widest} from '../../lib/columns.js';
import {type Column, fitColumns} from '../../lib/fit-columns.js';
import {messages} from '../../lib/messages/messages.js';
import {formatTime, localOffset} from '../../lib/time.js';
import {type HitRow, type HitsView} from '../../store/selectors/hits.js';
import {Breadcrumb} from '../components/breadcrumb.js';
import {Lines, LineText} from '../components/line.js';
import {Note, roomBelow, Screen, type ScreenProps} from '../components/screen.js';
import {type ColumnDefinitions, margin, markerWidth, positionSpans, type TableContext, TableHead, TableRows} from '../components/table.js';
import {stalenessLines} from '../components/text.js';
import {fitLine, type Line, span} from '../span.js';
import {type Theme, toneOfSeverity} from '../theme.js';

type HitColumn = 'agent' | 'stage' | 'line' | 'time' | 'text';

type HitContext = TableContext & {readonly utcOffset: number | undefined; readonly timeZone: ScreenProps['timeZone']};

const timeText = (time: number | undefined, {utcOffset, timeZone}: HitContext): string =>
	time === undefined ? '' : formatTime(time, timeZone === 'local' ? localOffset(time) : utcOffset ?? 0);

const definitions: ColumnDefinitions<HitRow, HitContext, HitColumn> = {
	agent: {title: 'agent', cell: ({agent, isFirst}) => ({text: isFirst ? agent : ''})},
	stage: {title: 'stage', cell: ({stage, isFirst}) => ({text: isFirst ? stage : '', tone: 'quiet'})},
	line: {title: 'number', align: 'right', cell: ({line}) => ({text: String(line), tone: 'quiet'})},
	time: {title: 'time', cell: ({time}, zone) => ({text: timeText(time, zone), tone: 'quiet'})},
	text: {title: 'line', cell: ({text, severity}) => ({text, tone: toneOfSeverity(severity)})},
};

const hitColumns = (rows: readonly HitRow[], width: number): ReadonlyArray<Column<HitColumn>> => fitColumns<HitColumn>([
	{name: 'agent', width: widest(rows.map(({agent}) => agent), 5, 24), min: 5, rank: 1},
	{name: 'stage', width: widest(rows.map(({stage}) => stage), 5, 24), min: 5, rank: 3},
	{name: 'line', width: widest(rows.map(({line}) => String(line)), 3, 8), rank: 4},
	{name: 'time', width: 8, rank: 5},
	{name: 'text', width: 24, max: 600, rank: 0},
], width - markerWidth - margin);

/** What is searched, what was found in how many logs, and what is still to come. */
const foundLine = ({source, list, logs, waiting, isSearching}: HitsView, width: number, {glyphs}: Theme): Line => {
	const {hits: words, log} = messages().screens;
	const dot = span(` ${glyphs.dot} `, 'quiet');
	const shown = cut(source, Math.max(6, Math.floor(width / 3)), glyphs.ellipsis);
	return fitLine([
		span(` /${shown}`, 'attention'),
		span('  '),
		span(words.found(list.total, logs)),
		...(waiting > 0 ? [dot, span(log.waiting(waiting), 'attention')] : []),
		...(waiting === 0 && isSearching ? [dot, span(words.searching, 'attention')] : []),
	], width - 1, glyphs.ellipsis);
};

/** The lines that a search of all logs of a task found. */
export const HitsScreen = ({view, size, theme, footer, part, hour, timeZone}: ScreenProps & {readonly view: HitsView}): ReactNode => {
	const {list, utcOffset} = view;
	const {columns: width} = size;
	const columns = hitColumns(list.rows, width);
	const stale = stalenessLines(view.staleness, {size, hour}, theme);
	return (
		<Screen
			size={size}
			footer={footer}
			theme={theme}
			hasFreeLine={list.rows.length < roomBelow(3 + stale.length, size)}
			head={<>
				<Breadcrumb crumbs={view.breadcrumb} width={width} theme={theme} part={part} right={positionSpans(list, theme)}/>
				<Lines lines={stale} theme={theme}/>
				<LineText line={foundLine(view, width, theme)} theme={theme}/>
				<TableHead columns={columns} definitions={definitions} width={width} theme={theme}/>
			</>}
		>
			{list.rows.length > 0
				? <TableRows rows={list.rows} columns={columns} definitions={definitions} context={{theme, utcOffset, timeZone}} width={width}/>
				: <Note text={messages().screens.hits[view.waiting > 0 || view.isSearching ? 'searching' : 'none']} width={width} theme={theme}/>}
		</Screen>
	);
};
