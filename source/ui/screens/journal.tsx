import {memo, type ReactNode} from 'react';
import {cell, columnsOf, isWithin, widest} from '../../lib/columns.js';
import {type Column, type ColumnSpec, fitColumns} from '../../lib/fit-columns.js';
import {messages} from '../../lib/messages/messages.js';
import {wrapWithin} from '../../lib/wrap.js';
import {type JournalRow, type JournalView} from '../../store/selectors/journal.js';
import {whyTexts} from '../../store/selectors/reason.js';
import {Breadcrumb, previewTitle, Title} from '../components/breadcrumb.js';
import {Lines, LineText} from '../components/line.js';
import {Note, roomBelow, Screen, type ScreenProps} from '../components/screen.js';
import {type ColumnDefinitions, filterSpans, margin, markerWidth, positionSpans, rowSpans, type TableContext, TableHead, TableRows} from '../components/table.js';
import {bareInstant, type Detail, detailLines, instantText, noteLines, reasonLines, type Zone} from '../components/text.js';
import {type Place} from '../layout.js';
import {fitLine, type Line, spaces, span} from '../span.js';
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

const journalColumns = (rows: readonly JournalRow[], zone: Zone, {width, theme, without = []}: {readonly width: number; readonly theme: Theme; readonly without?: readonly JournalColumn[]}): ReadonlyArray<Column<JournalColumn>> => {
	const task = widest(rows.map(row => row.task), 8, 44);
	const all: ReadonlyArray<ColumnSpec<JournalColumn>> = [
		{name: 'new', width: 1, rank: 5},
		{name: 'time', width: widest(rows.map(({at}) => bareInstant(at, zone)), 8, 19), rank: 1, gap: 1},
		{name: 'owner', width: widest(rows.map(({owner}) => owner), 13, 30), min: 13, rank: 0},
		{name: 'event', width: widest(rows.filter(row => row.task !== '').map(row => eventText(row, theme)), 11, 24), min: 11, rank: 2},
		// Its number is at its end.
		{name: 'task', width: task, min: Math.min(task, width < 70 ? 14 : 24), rank: 3},
		{name: 'detail', width: 10, min: 6, max: 400, rank: 4},
	];
	return fitColumns(all.filter(({name}) => !without.includes(name)), width - markerWidth - margin);
};

type JournalContext = TableContext & {readonly hour: number};

const toneOfRow = ({isQuiet}: JournalRow): SpanTone => isQuiet ? 'quiet' : 'plain';

const definitions: ColumnDefinitions<JournalRow, JournalContext, JournalColumn> = {
	new: {title: 'none', cell: ({isNew}) => ({text: isNew ? '+' : '', tone: 'attention'}), spoken: ({isNew}) => isNew ? messages().screens.reader.new : ''},
	time: {title: 'local', cell: ({at}, {hour}) => ({text: bareInstant(at, localZone(hour)), tone: 'quiet'})},
	owner: {title: 'agent', cell: row => ({text: row.owner, tone: toneOfRow(row)})},
	event: {title: 'event', cell: (row, {theme}) => ({text: eventText(row, theme), tone: toneOfEvent(row)})},
	task: {title: 'task', cell: row => ({text: row.task, tone: toneOfRow(row)})},
	// A reason is said shorter before its end is cut.
	detail: {title: 'none', cell: ({detail, why}, {theme: {glyphs}}, width) => ({text: why ? wrapWithin(whyTexts(why), {width, rows: 1, mark: glyphs.ellipsis})[0] ?? '' : detail, tone: 'quiet'})},
};

type JournalColumns = ReturnType<typeof journalColumns>;

/** What happened to an agent has the place of a task, too. */
const journalLine = (row: JournalRow, columns: JournalColumns, context: JournalContext): Line => {
	const place = row.task === '' ? columns.findIndex(({name}) => name === 'event') : -1;
	if (place === -1) {
		return rowSpans(row, columns, definitions, context);
	}

	const text = eventText(row, context.theme);
	const event = cell(text, Math.max(columns[place]?.width ?? 0, columnsOf(text)));
	return [
		...rowSpans(row, columns.slice(0, place), definitions, context),
		span(`  ${event}`, toneOfEvent(row), row.isSelected),
		span(`  ${row.detail}`, row.isSelected ? 'plain' : 'quiet', row.isSelected),
	];
};

/** What the selected row has no room for, such as the whole of a reason. */
const detailsOf = (rows: readonly JournalRow[], columns: JournalColumns): readonly Detail[] => {
	const detailRoom = columns.find(({name}) => name === 'detail');
	const taskRoom = columns.find(({name}) => name === 'task')?.width ?? 0;
	return rows.flatMap((row): readonly Detail[] => {
		const {task, detail, isSelected, isBad, outcome} = row;
		const room = (detailRoom?.width ?? 0) + (task === '' ? taskRoom + (detailRoom?.gap ?? 0) : 0);
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

// One alone is not worth a title.
const fewest = 2;

/** How many changes have room in so many lines, below a title; undefined if there is no room for it. */
export const changesRoom = (height: number): number | undefined => height > fewest ? height - 1 : undefined;

/** `ofOne`: all of one agent, which is named above. */
type LatestProps = Pick<ScreenProps, 'theme' | 'hour'> & {readonly rows: readonly JournalRow[]; readonly count: number; readonly width: number; readonly ofOne?: boolean};

/** The newest changes in the lines that another list leaves free, or in words that there are none. */
export const LatestChanges = memo(({rows, count, width, theme, hour, ofOne = false}: LatestProps): ReactNode => {
	const shown = rows.slice(0, count);
	// Nothing is selected here, so that marks of news have that column.
	const columns = journalColumns(shown, localZone(hour), {width, theme, without: ['new', ...(ofOne ? ['owner' as const] : [])]});
	const {journal: words} = messages().screens;
	return (
		<>
			<Title title={words.latest} width={width} theme={theme}/>
			<Lines
				lines={shown.length === 0
					? noteLines(words.none, width).slice(0, count).map(line => [span(line, 'quiet')])
					: shown.map(row => fitLine([row.isNew ? span(' + ', 'attention') : spaces(markerWidth), ...journalLine(row, columns, {theme, hour})], width - margin, theme.glyphs.ellipsis))}
				theme={theme}
			/>
		</>
	);
});

type WholeProps = Pick<ScreenProps, 'theme' | 'hour'> & {readonly row: JournalRow; readonly lines: number; readonly place: Place; readonly width: number};

/** The selected change in full, beside or below the list, in so many lines. What is below it is the present. */
export const WholeChange = ({row, lines, place, width, theme, hour}: WholeProps): ReactNode => {
	const title = messages().screens.journal.changeAt(eventText(row, theme), bareInstant(row.at, localZone(hour)));
	return (
		<>
			<LineText line={previewTitle([title], {place, hasKeys: false}, width, theme)} theme={theme}/>
			<Lines lines={reasonLines(messages().screens.labels.why, [row.detail], {width, rows: lines - 1, tone: toneOfEvent(row)}, theme)} theme={theme}/>
		</>
	);
};

/** The changes since the program started, newest first. */
export const JournalScreen = ({view, size, theme, footer, part, hour}: ScreenProps & {readonly view: JournalView}): ReactNode => {
	const {list} = view;
	const {columns: width} = size;
	const zone = localZone(hour);
	const columns = journalColumns(list.rows, zone, {width, theme});
	const room = roomBelow(3, size) - list.rows.length;
	const details = part?.saysReason ? [] : detailLines(detailsOf(list.rows, columns), {width, height: room}, theme);
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
				? <TableRows rows={list.rows} columns={columns} definitions={definitions} context={{theme, hour}} width={width} lineOf={journalLine}/>
				: <Note text={view.filter ? messages().screens.agents.noRows : messages().screens.journal.none} width={width} theme={theme}/>}
		</Screen>
	);
};
