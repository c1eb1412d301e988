import {Box} from 'ink';
import {type ReactNode} from 'react';
import {widest} from '../../lib/columns.js';
import {type Column, type ColumnSpec, fitColumns} from '../../lib/fit-columns.js';
import {messages} from '../../lib/messages/messages.js';
import {formatDuration} from '../../lib/time.js';
import {type HistoryRow, type HistoryView} from '../../store/selectors/history.js';
import {type Tone} from '../../store/selectors/view-types.js';
import {Breadcrumb} from '../components/breadcrumb.js';
import {LineText, Lines} from '../components/line.js';
import {Note, roomBelow, Screen, type ScreenProps} from '../components/screen.js';
import {type ColumnDefinitions, margin, markerWidth, positionSpans, rowSpans, TableHead, TableRows, type TableContext} from '../components/table.js';
import {bareInstant, detailLines, type Zone, zoneText} from '../components/text.js';
import {stagesBar, stageText} from '../format.js';
import {fitLine, joinByPriority, type Line, type RankedSpans, span, spinner, widthOf} from '../span.js';
import {outcomeText, type Theme, toneOf} from '../theme.js';

type HistoryColumn = 'began' | 'owner' | 'task' | 'outcome' | 'bar' | 'stage' | 'id' | 'time';

const beganText = ({startTime}: HistoryRow, zone: Zone): string => startTime === undefined ? '' : bareInstant(startTime, zone);

const headOf = (zone: Zone): string => messages().screens.history.started(zoneText(zone));

const outcomeOf = ({task, isOutcomeLoading, isFailing}: HistoryRow, theme: Theme): string =>
	isOutcomeLoading ? `${theme.glyphs.dot} ${messages().screens.history.loadingOutcome}` : (task ? outcomeText(task.outcome, theme, isFailing) : '');

/** The mark alone, where there is no room for words. */
const markOf = ({task, isOutcomeLoading, isFailing}: HistoryRow, {glyphs}: Theme): string =>
	isOutcomeLoading ? glyphs.dot : (task ? glyphs.outcome[isFailing ? 'failed' : task.outcome.word] : '');

const toneOfRow = ({task, isOutcomeLoading, isFailing}: HistoryRow): Tone => {
	if (isFailing) {
		return 'bad';
	}

	return isOutcomeLoading ? 'quiet' : (task ? toneOf(task.outcome) : 'plain');
};

// "192.168.100.100:2886": two agents of a host differ only in the end.
const wholeAddress = 20;

const leastAddress = 17;

const leastName = 14;

type HistorySpecs = ReadonlyArray<ColumnSpec<HistoryColumn>>;

/** Whose a task is has a column if the rows are of several. Names come before bars and ids, and on a narrow terminal the mark of an outcome before its words. */
const historyColumns = ({isOfAll, list: {rows}}: HistoryView, zone: Zone, width: number, theme: Theme): ReadonlyArray<Column<HistoryColumn>> => {
	const ownerWidth = widest(rows.map(({owner}) => owner), 5, 44);
	const taskWidth = widest(rows.map(({task}) => task?.name ?? ''), 18, 44);
	const specsWith = (least: number, outcomeWidth: number): HistorySpecs => [
		{name: 'began', width: widest([...rows.map(row => beganText(row, zone)), headOf(zone)], 8, 26), rank: isOfAll ? 3 : 2},
		...(isOfAll ? [{name: 'owner', width: ownerWidth, min: Math.min(ownerWidth, wholeAddress), rank: 1} as const] : []),
		{name: 'task', width: taskWidth, min: least, rank: 0},
		{name: 'outcome', width: outcomeWidth, rank: 2},
		{name: 'bar', width: 8, rank: 7},
		{name: 'stage', width: widest(rows.map(({task}) => task ? stageText(task) : ''), 5, 7), rank: 5},
		{name: 'id', width: widest(rows.map(({id}) => id), 2, 60), rank: 6},
		{name: 'time', width: 6, rank: 4, gap: 1},
	];
	const fit = (specs: HistorySpecs): ReadonlyArray<Column<HistoryColumn>> => fitColumns(specs, width - markerWidth - margin);
	const words = widest(rows.map(row => outcomeOf(row, theme)), 11, 24);
	const named = fit(specsWith(widest(rows.map(({task}) => task?.name ?? ''), leastName, 44), words));
	if (named.some(({name}) => name === 'stage')) {
		return named;
	}

	const shortened = fit(specsWith(leastName, words).filter(({name}) => name !== 'bar' && name !== 'id'));
	if (shortened.some(({name}) => name === 'outcome')) {
		return shortened;
	}

	const first = (specs: HistorySpecs): HistorySpecs => specs.map(spec => spec.name === 'outcome' ? {...spec, rank: 0} : (spec.name === 'owner' ? {...spec, min: Math.min(spec.width, leastAddress)} : spec));
	const marked = fit(first(specsWith(leastName, 1)));
	return marked.some(({name}) => name === 'began' || name === 'owner') ? marked : fit(first(specsWith(leastName, words)).filter(({name}) => name !== 'began'));
};

type HistoryContext = TableContext & Zone;

type HistoryColumns = ReturnType<typeof historyColumns>;

const definitions: ColumnDefinitions<HistoryRow, HistoryContext, HistoryColumn> = {
	began: {title: 'started', cell: (row, zone) => ({text: beganText(row, zone), tone: 'quiet'})},
	owner: {title: 'agent', cell: ({owner}) => ({text: owner})},
	task: {title: 'task', cell: ({task}) => ({text: task?.name ?? ''})},
	outcome: {title: 'outcome', cell: (row, {theme}, width) => ({text: width === 1 ? markOf(row, theme) : outcomeOf(row, theme), tone: toneOfRow(row)})},
	bar: {
		title: 'none',
		cell: ({task}, {theme}, width) => task ? {text: stagesBar(task.progress, width, theme.glyphs.bar), tone: toneOf(task.outcome), isBold: false} : {text: ''},
	},
	stage: {title: 'stage', cell: ({task}) => ({text: task ? stageText(task) : ''})},
	id: {title: 'id', cell: ({id}) => ({text: id, tone: 'quiet'})},
	time: {title: 'time', align: 'right', cell: ({task}) => ({text: task?.duration === undefined ? '' : formatDuration(task.duration)})},
};

/** The problem of a history that cannot be read, across the columns of a task. */
const historyLine = (row: HistoryRow, columns: HistoryColumns, context: HistoryContext): Line => row.problem === undefined
	? rowSpans(row, columns, definitions, context)
	: [...rowSpans(row, columns.slice(0, columns.findIndex(({name}) => name === 'task')), definitions, context), span(`  ${row.problem}`, 'bad', row.isSelected)];

const remainingText = ({remaining, isLoading, isOfAll, histories: {all, loading}}: HistoryView): string => {
	const {history: words} = messages().screens;
	if (isLoading && isOfAll) {
		return words.loadingSome(loading, all);
	}

	if (isLoading) {
		return remaining === 0 ? words.loadingEnds : words.loading;
	}

	return remaining === undefined ? words.notLoaded : (remaining === 0 ? words.complete : words.remaining(remaining));
};

/** How many tasks there are, and what is missing; "loading" is at the end, so that it moves nothing. */
const countLine = (view: HistoryView, unread: string | undefined, width: number, theme: Theme): Line => {
	const {count, filter, faultsOnly, faults, faultyParts, problem, histories, isOfCluster = false} = view;
	const dot = span(` ${theme.glyphs.dot} `, 'quiet');
	const {agents, history: words} = messages().screens;
	// What cannot be read is not complete.
	const isTold = histories.unread > 0 && !view.isLoading && view.remaining === 0;
	// What matters least is left out, never the end of a word.
	const partsWith = (parts: number): RankedSpans => [
		{rank: 0, spans: [span(` ${isOfCluster ? words.clusterCount(count) : words.count(count)}`)]},
		{rank: 1, spans: faultsOnly ? [span(`  ${agents.faultsOnly}`, 'attention')] : []},
		{rank: 1, spans: filter && filter.source !== '' ? [span(`  /${filter.source}`, 'attention')] : []},
		{rank: 6, spans: filter ? [span(`  ${agents.hidden(filter.hidden)}`, 'quiet')] : []},
		{rank: 3, spans: faults > 0 ? [dot, span(words.faults(faults, parts), 'bad')] : []},
		{rank: 4, spans: problem === undefined && histories.unread > 0 ? [dot, span(words.unreadHistories(histories.unread, histories.all), 'bad')] : []},
		{rank: 5, spans: unread === undefined ? [] : [dot, span(unread, 'attention')]},
		problem === undefined ? {rank: 7, spans: isTold ? [] : [dot, span(remainingText(view), 'quiet')]} : {rank: 2, spans: [dot, span(problem, 'bad')]},
	];
	const [most, mark] = [width - 1, span(` ${theme.glyphs.ellipsis}`, 'quiet')];
	const whole = partsWith(faultyParts).flatMap(({spans}) => spans);
	const line = widthOf(whole) <= most ? whole : [...joinByPriority(partsWith(0), span(''), most - widthOf([mark])), mark];
	return fitLine(line, most, theme.glyphs.ellipsis);
};

/** Why there is no list, with a spinner while it is read. */
const noteLine = ({isLoading, problem}: HistoryView, note: string, width: number, theme: Theme): Line => fitLine([
	span(' '), isLoading ? spinner('accent') : span(' '), span(` ${problem ?? note}`, problem === undefined ? 'quiet' : 'bad'),
], width, theme.glyphs.ellipsis);

// Breadcrumb, count and column heads.
const headLines = 3;

/** The tasks that an agent or a cluster ever had, newest first. */
export const HistoryScreen = ({view, size, theme, footer, part, timeZone, hour}: ScreenProps & {readonly view: HistoryView}): ReactNode => {
	const {list, note} = view;
	const {columns: width} = size;
	const zone = {timeZone, hour, utcOffset: view.utcOffset};
	const columns = historyColumns(view, zone, width, theme);
	const room = roomBelow(headLines, size) - list.rows.length;
	const unread = view.unread && messages().screens.history.unread(view.unread.count, view.unread.words);
	const {labels} = messages().screens;
	// The problem of the selected row has room below the list only if there is any.
	const problem = list.rows.find(({isSelected}) => isSelected)?.problem;
	const details = detailLines([
		...(unread === undefined ? [] : [{label: labels.why, texts: [unread], tone: 'quiet', isSelected: problem === undefined} as const]),
		...(problem === undefined ? [] : [{label: labels.why, texts: [problem], tone: 'bad', isSelected: true} as const]),
	], {width, height: room}, theme);
	const breadcrumb = <Breadcrumb crumbs={view.breadcrumb} width={width} theme={theme} part={part} right={positionSpans(list, theme)}/>;
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
					<TableHead columns={columns} definitions={definitions} titles={{began: headOf(zone), ...(columns.some(({name, width: own}) => name === 'outcome' && own === 1) && {outcome: ''})}} width={width} theme={theme}/>
				</>}
				end={<Lines lines={details} theme={theme}/>}
			>
				{list.rows.length > 0
					? <TableRows rows={list.rows} columns={columns} definitions={definitions} context={{theme, ...zone}} lineOf={historyLine} width={width}/>
					: <Note text={messages().screens.agents.noRows} width={width} theme={theme}/>}
			</Screen>
		)
		: (
			<Screen hasFreeLine size={size} footer={footer} theme={theme} head={breadcrumb}>
				<Box marginTop={1}><LineText line={noteLine(view, note, width, theme)} theme={theme}/></Box>
			</Screen>
		);
};
