import {type ReactNode} from 'react';
import {isWithin, widest} from '../../lib/columns.js';
import {type Column, fitColumns} from '../../lib/fit-columns.js';
import {messages} from '../../lib/messages/messages.js';
import {type JournalRow, type JournalView} from '../../store/selectors/journal.js';
import {Breadcrumb, Title} from '../components/breadcrumb.js';
import {Lines, LineText} from '../components/line.js';
import {Note, roomBelow, Screen, type ScreenProps} from '../components/screen.js';
import {type ColumnDefinitions, filterSpans, margin, markerWidth, positionSpans, type TableContext, TableHead, TableRows} from '../components/table.js';
import {bareInstant, type Detail, detailLines, instantText, type Zone} from '../components/text.js';
import {fitLine, type Line, span} from '../span.js';
import {outcomeText, type SpanTone, type Theme, toneOf} from '../theme.js';

type JournalColumn = 'new' | 'time' | 'owner' | 'event' | 'task' | 'detail';

const localZone = (hour: number): Zone => ({timeZone: 'local', utcOffset: undefined, hour});

const eventText = ({outcome, event}: JournalRow, theme: Theme): string => outcome ? outcomeText(outcome, theme) : event;

const toneOfEvent = ({outcome, isBad, isQuiet}: JournalRow): SpanTone => {
	if (outcome) {
		return toneOf(outcome);
	}

	return isBad ? 'bad' : (isQuiet ? 'quiet' : 'plain');
};

const journalColumns = (rows: readonly JournalRow[], zone: Zone, width: number, theme: Theme): ReadonlyArray<Column<JournalColumn>> => {
	const task = widest(rows.map(row => row.task), 8, 44);
	return fitColumns<JournalColumn>([
		{name: 'new', width: 1, rank: 5},
		{name: 'time', width: widest(rows.map(({at}) => bareInstant(at, zone)), 8, 19), rank: 1, gap: 1},
		{name: 'owner', width: widest(rows.map(({owner}) => owner), 13, 30), min: 13, rank: 0},
		{name: 'event', width: widest(rows.map(row => eventText(row, theme)), 11, 24), min: 11, rank: 2},
		{name: 'task', width: task, min: Math.min(task, 14), rank: 3},
		{name: 'detail', width: 10, max: 400, rank: 4},
	], width - markerWidth - margin);
};

type JournalContext = TableContext & {readonly hour: number};

const toneOfRow = ({isQuiet}: JournalRow): SpanTone => isQuiet ? 'quiet' : 'plain';

const definitions: ColumnDefinitions<JournalRow, JournalContext, JournalColumn> = {
	new: {title: 'none', cell: ({isNew}) => ({text: isNew ? '+' : '', tone: 'attention'}), spoken: ({isNew}) => isNew ? messages().screens.reader.new : ''},
	time: {title: 'local', cell: ({at}, {hour}) => ({text: bareInstant(at, localZone(hour)), tone: 'quiet'})},
	owner: {title: 'agent', cell: row => ({text: row.owner, tone: toneOfRow(row)})},
	event: {title: 'event', cell: (row, {theme}) => ({text: eventText(row, theme), tone: toneOfEvent(row)})},
	task: {title: 'task', cell: row => ({text: row.task, tone: toneOfRow(row)})},
	detail: {title: 'none', cell: ({detail}) => ({text: detail, tone: 'quiet'})},
};

/** What the selected row has no room for, such as the whole of a reason. */
const detailsOf = (rows: readonly JournalRow[], columns: ReadonlyArray<Column<JournalColumn>>): readonly Detail[] => {
	const room = columns.find(({name}) => name === 'detail')?.width ?? 0;
	return rows.flatMap((row): readonly Detail[] => {
		const {task, detail, isSelected, isBad, outcome} = row;
		const {faults: {about}, screens: {labels}} = messages();
		const label = isBad || outcome ? labels.why : '';
		const texts = task === '' ? [detail] : [about(task, detail), detail];
		return isSelected && !isWithin(detail, room) ? [{label, texts, tone: toneOfEvent(row), isSelected}] : [];
	});
};

/** How many entries there are and how many are new; times are this machine's. */
const countLine = ({list: {total}, dropped, news, awaySince}: JournalView, zone: Zone, width: number, theme: Theme): Line => {
	const dot = span(` ${theme.glyphs.dot} `, 'quiet');
	const {journal: words} = messages().screens;
	const away = news > 0 && awaySince !== undefined ? words.news(news, instantText(awaySince, zone)) : undefined;
	return fitLine([
		span(` ${words.count(total)}`),
		...(dropped > 0 ? [dot, span(words.dropped(dropped), 'quiet')] : []),
		...(away === undefined ? [] : [dot, span(away, 'attention')]),
	], width - 1, theme.glyphs.ellipsis);
};

/** The newest changes, in so many lines below another list; none without at least a few. What is said beside them is not said again. */
export const LatestChanges = ({rows, height, width, theme, hour}: Pick<ScreenProps, 'theme' | 'hour'> & {readonly rows: readonly JournalRow[]; readonly height: number; readonly width: number}): ReactNode => {
	// Above are an empty line and the title.
	const shown = rows.slice(0, Math.max(0, height - 2)).map(row => ({...row, isSelected: false, isNew: false, ...((row.outcome ?? row.isBad) && {detail: ''})}));
	const columns = journalColumns(shown, localZone(hour), width, theme);
	return shown.length < fewest
		? undefined
		: (
			<>
				<LineText line={[]} theme={theme}/>
				<Title title={messages().tasks.crumbs.journal} width={width} theme={theme}/>
				<TableRows rows={shown} columns={columns} definitions={definitions} context={{theme, hour}} width={width}/>
			</>
		);
};

// Fewer are not worth a title.
const fewest = 2;

/** The changes since the program started, newest first. */
export const JournalScreen = ({view, size, theme, footer, part, hour}: ScreenProps & {readonly view: JournalView}): ReactNode => {
	const {list} = view;
	const {columns: width} = size;
	const zone = localZone(hour);
	const columns = journalColumns(list.rows, zone, width, theme);
	const room = roomBelow(3, size) - list.rows.length;
	const details = detailLines(detailsOf(list.rows, columns), {width, height: room}, theme);
	return (
		<Screen
			size={size}
			footer={footer}
			theme={theme}
			hasFreeLine={room > details.length}
			head={<>
				<Breadcrumb crumbs={view.breadcrumb} width={width} theme={theme} part={part} right={[...filterSpans(view.filter, theme), ...positionSpans(list, theme)]}/>
				<LineText line={countLine(view, zone, width, theme)} theme={theme}/>
				<TableHead columns={columns} definitions={definitions} width={width} theme={theme}/>
			</>}
			end={<Lines lines={details} theme={theme}/>}
		>
			{list.rows.length > 0
				? <TableRows rows={list.rows} columns={columns} definitions={definitions} context={{theme, hour}} width={width}/>
				: <Note text={view.filter ? messages().screens.agents.noRows : messages().screens.journal.none} width={width} theme={theme}/>}
		</Screen>
	);
};
