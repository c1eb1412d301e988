import {Box} from 'ink';
import {type ReactNode} from 'react';
import {widest} from '../../lib/columns.js';
import {type Column, fitColumns} from '../../lib/fit-columns.js';
import {messages} from '../../lib/messages/messages.js';
import {formatDuration} from '../../lib/time.js';
import {type HistoryRow, type HistoryView} from '../../store/selectors/history.js';
import {Breadcrumb} from '../components/breadcrumb.js';
import {LineText, Lines} from '../components/line.js';
import {Note, roomBelow, Screen, type ScreenProps} from '../components/screen.js';
import {type ColumnDefinitions, margin, markerWidth, positionSpans, TableHead, TableRows, type TableContext} from '../components/table.js';
import {bareInstant, detailLines, type Zone, zoneText} from '../components/text.js';
import {progressBar, stageText} from '../format.js';
import {fitLine, type Line, span, spinner} from '../span.js';
import {outcomeText, type Theme, toneOf} from '../theme.js';

type HistoryColumn = 'began' | 'task' | 'outcome' | 'bar' | 'stage' | 'id' | 'time';

// One zone for all rows: that of the first one.
const zoneOf = (rows: readonly HistoryRow[], {timeZone, hour}: Pick<ScreenProps, 'timeZone' | 'hour'>): Zone => ({timeZone, hour, utcOffset: rows.find(({utcOffset}) => utcOffset !== undefined)?.utcOffset});

const beganText = ({startTime}: HistoryRow, zone: Zone): string => startTime === undefined ? '' : bareInstant(startTime, zone);

const headOf = (zone: Zone): string => messages().screens.history.started(zoneText(zone));

const historyColumns = (rows: readonly HistoryRow[], zone: Zone, width: number, theme: Theme): ReadonlyArray<Column<HistoryColumn>> => fitColumns<HistoryColumn>([
	{name: 'began', width: widest([...rows.map(row => beganText(row, zone)), headOf(zone)], 8, 26), rank: 2},
	{name: 'task', width: widest(rows.map(({task}) => task.name), 18, 44), min: 14, rank: 0},
	{name: 'outcome', width: widest(rows.map(({task, isFailing}) => outcomeText(task.outcome, theme, isFailing)), 11, 24), rank: 1},
	{name: 'bar', width: 8, rank: 6},
	{name: 'stage', width: widest(rows.map(row => stageText(row.task)), 5, 7), rank: 4},
	{name: 'id', width: widest(rows.map(({key}) => key), 2, 60), rank: 5},
	{name: 'time', width: 6, rank: 3, gap: 1},
], width - markerWidth - margin);

type HistoryContext = TableContext & Zone;

const definitions: ColumnDefinitions<HistoryRow, HistoryContext, HistoryColumn> = {
	began: {title: 'started', cell: (row, zone) => ({text: beganText(row, zone), tone: 'quiet'})},
	task: {title: 'task', cell: ({task}) => ({text: task.name})},
	outcome: {title: 'outcome', cell: ({task, isFailing}, {theme}) => ({text: outcomeText(task.outcome, theme, isFailing), tone: isFailing ? 'bad' : toneOf(task.outcome)})},
	bar: {
		title: 'none',
		cell: ({task}, {theme}, width) => ({text: task.progress.total > 0 ? progressBar(task.progress, width, theme.glyphs.bar) : '', tone: toneOf(task.outcome), isBold: false}),
	},
	stage: {title: 'stage', cell: ({task}) => ({text: stageText(task)})},
	id: {title: 'id', cell: ({key}) => ({text: key, tone: 'quiet'})},
	time: {title: 'time', align: 'right', cell: ({task}) => ({text: task.duration === undefined ? '' : formatDuration(task.duration)})},
};

const remainingText = (remaining: number | undefined, isLoading: boolean): string => {
	const {history: words} = messages().screens;
	if (isLoading) {
		return remaining === 0 ? words.loadingEnds : words.loading;
	}

	return remaining === undefined ? words.notLoaded : (remaining === 0 ? words.complete : words.remaining(remaining));
};

/** How many tasks there are, and what is missing; "loading" is at the end, so that it moves nothing. */
const countLine = ({list: {total}, filter, faults, remaining, isLoading, problem}: HistoryView, unread: string | undefined, width: number, theme: Theme): Line => {
	const dot = span(` ${theme.glyphs.dot} `, 'quiet');
	const {history: words} = messages().screens;
	return fitLine([
		span(` ${words.count(total)}`),
		...(filter ? [span(`  /${filter.source}`, 'attention'), span(`  ${messages().screens.agents.hidden(filter.hidden)}`, 'quiet')] : []),
		...(faults > 0 ? [dot, span(words.faults(faults), 'bad')] : []),
		dot,
		...(unread === undefined ? [] : [span(unread, 'attention'), dot]),
		...(problem === undefined ? [span(remainingText(remaining, isLoading), 'quiet')] : [span(problem, 'bad')]),
	], width - 1, theme.glyphs.ellipsis);
};

/** Why there is no list, with a spinner while it is read. */
const noteLine = ({isLoading, problem}: HistoryView, note: string, width: number, theme: Theme): Line => fitLine([
	span(' '), isLoading ? spinner('accent') : span(' '), span(` ${problem ?? note}`, problem === undefined ? 'quiet' : 'bad'),
], width, theme.glyphs.ellipsis);

// Breadcrumb, count and column heads.
const headLines = 3;

/** The tasks that an agent or a cluster ever had, newest first. */
export const HistoryScreen = ({view, size, theme, footer, timeZone, hour}: ScreenProps & {readonly view: HistoryView}): ReactNode => {
	const {list, note} = view;
	const {columns: width} = size;
	const zone = zoneOf(list.rows, {timeZone, hour});
	const columns = historyColumns(list.rows, zone, width, theme);
	const room = roomBelow(headLines, size) - list.rows.length;
	const unread = view.unread && messages().screens.history.unread(view.unread.count, view.unread.words);
	const details = unread === undefined ? [] : detailLines([{label: messages().screens.labels.why, texts: [unread], tone: 'quiet', isSelected: true}], {width, height: room}, theme);
	const breadcrumb = <Breadcrumb crumbs={view.breadcrumb} width={width} theme={theme} right={positionSpans(list, theme)}/>;
	return note === undefined
		? (
			<Screen
				size={size}
				footer={footer}
				theme={theme}
				hasFreeLine={room > details.length}
				head={<>
					{breadcrumb}
					<LineText line={countLine(view, details.length === 0 ? unread : undefined, width, theme)} theme={theme}/>
					<TableHead columns={columns} definitions={definitions} titles={{began: headOf(zone)}} width={width} theme={theme}/>
				</>}
				end={<Lines lines={details} theme={theme}/>}
			>
				{list.rows.length > 0
					? <TableRows rows={list.rows} columns={columns} definitions={definitions} context={{theme, ...zone}} width={width}/>
					: <Note text={messages().screens.agents.noRows} width={width} theme={theme}/>}
			</Screen>
		)
		: (
			<Screen hasFreeLine size={size} footer={footer} theme={theme} head={breadcrumb}>
				<Box marginTop={1}><LineText line={noteLine(view, note, width, theme)} theme={theme}/></Box>
			</Screen>
		);
};
