import {type ReactNode} from 'react';
import {cell, columnsOf, widest} from '../../lib/columns.js';
import {type Column, fitColumns} from '../../lib/fit-columns.js';
import {messages} from '../../lib/messages/messages.js';
import {formatDuration} from '../../lib/time.js';
import {wrapWithin} from '../../lib/wrap.js';
import {severityOf} from '../../protocol/logs.js';
import {outcomeLabel} from '../../protocol/outcome.js';
import {type CompareRow, type CompareView} from '../../store/selectors/compare.js';
import {Breadcrumb} from '../components/breadcrumb.js';
import {LineText, Lines} from '../components/line.js';
import {Note, roomBelow, Screen, type ScreenProps} from '../components/screen.js';
import {type ColumnDefinitions, margin, markerWidth, positionSpans, type TableContext, TableHead, TableRows} from '../components/table.js';
import {bareInstant} from '../components/text.js';
import {differenceRows} from '../layout.js';
import {fillLines, fitLine, type Line, type Span, spaces, span, spinner} from '../span.js';
import {outcomeText, type SpanTone, type Theme, toneOf, toneOfSeverity} from '../theme.js';

type CompareColumn = 'number' | 'stage' | 'one' | 'oneTime' | 'other' | 'otherTime' | 'difference';

const cellText = (part: CompareRow['one'], theme: Theme): string => part ? outcomeText(part.outcome, theme) : '';

const timeText = (part: CompareRow['one']): string => part?.duration === undefined ? '' : formatDuration(part.duration);

/** Only what says something: a stage of one of the runs, or much more or less time. */
const differenceText = ({isOnly, difference}: CompareRow): string => {
	if (isOnly) {
		return messages().screens.compare.only[isOnly];
	}

	return difference === undefined ? '' : `${difference > 0 ? '+' : '-'}${formatDuration(Math.abs(difference))}`;
};

const narrow = 60;

const compareColumns = (rows: readonly CompareRow[], titles: {readonly one: string; readonly other: string}, width: number, theme: Theme): ReadonlyArray<Column<CompareColumn>> => {
	const [one, other] = [
		widest([...rows.map(row => cellText(row.one, theme)), titles.one], 11, 24),
		widest([...rows.map(row => cellText(row.other, theme)), titles.other], 11, 24),
	];
	// On a narrow terminal the words are cut, so that both outcomes stay in sight.
	const isNarrow = width < narrow;
	return fitColumns<CompareColumn>([
		{name: 'number', width: 2, rank: 5},
		{name: 'stage', width: widest(rows.map(({name}) => name), 14, 44), min: 12, rank: 0},
		{name: 'one', width: one, min: isNarrow ? 10 : one, rank: 1},
		{name: 'oneTime', width: 6, rank: 3, gap: 1},
		{name: 'other', width: other, min: isNarrow ? 10 : other, rank: 1},
		{name: 'otherTime', width: 6, rank: 3, gap: 1},
		{name: 'difference', width: widest(rows.map(row => differenceText(row)), 4, 8), rank: 4},
	], width - markerWidth - margin);
};

/** What the runs are called tells a listener which of them an outcome is of. */
type CompareContext = TableContext & Names;

const spokenRun = (run: string, part: CompareRow['one']): string => part ? messages().screens.reader.ofRun(run, outcomeLabel(part.outcome)) : '';

const definitions: ColumnDefinitions<CompareRow, CompareContext, CompareColumn> = {
	number: {title: 'number', align: 'right', cell: ({number}) => ({text: number === undefined ? '' : String(number), tone: 'quiet'})},
	stage: {title: 'stage', cell: ({name}) => ({text: name})},
	one: {title: 'none', cell: ({one}, {theme}) => ({text: cellText(one, theme), tone: one ? toneOf(one.outcome) : 'plain'}), spoken: ({one}, context) => spokenRun(context.one, one)},
	oneTime: {title: 'time', align: 'right', cell: ({one}) => ({text: timeText(one)})},
	other: {title: 'none', cell: ({other}, {theme}) => ({text: cellText(other, theme), tone: other ? toneOf(other.outcome) : 'plain'}), spoken: ({other}, context) => spokenRun(context.other, other)},
	otherTime: {title: 'time', align: 'right', cell: ({other}) => ({text: timeText(other), tone: 'quiet'})},
	difference: {title: 'none', cell: row => ({text: differenceText(row), tone: 'attention'})},
};

type Names = {readonly one: string; readonly other: string};

/** What the runs are called: this one, and the other one by its start. */
const namesOf = ({other, one}: CompareView, {timeZone, hour}: Pick<ScreenProps, 'timeZone' | 'hour'>): Names => ({
	one: messages().screens.compare.thisRun,
	other: other === undefined ? '' : (other.startTime === undefined ? `${messages().screens.columns.id} ${other.id}` : bareInstant(other.startTime, {timeZone, hour, utcOffset: other.utcOffset ?? one?.utcOffset})),
});

const headSpans = (name: string, run: CompareView['one'], theme: Theme): readonly Span[] => run
	? [span(name, 'quiet'), span(` ${outcomeText(run.outcome, theme)}`, toneOf(run.outcome), true), span(run.duration === undefined ? '' : ` ${formatDuration(run.duration)}`)]
	: [];

/** Both runs in one line, and which of how many the other one is. */
const summaryLine = ({one, other}: CompareView, names: Names, width: number, theme: Theme): Line => {
	const dot = span(` ${theme.glyphs.dot} `, 'quiet');
	return fitLine([
		span(' '),
		...headSpans(names.one, one, theme),
		...(other ? [dot, ...headSpans(names.other, other, theme), dot, span(messages().screens.compare.rank(other.rank, other.all), 'quiet')] : []),
	], width - 1, theme.glyphs.ellipsis);
};

/** A line of a log behind the name of its run. */
const logLines = (name: string, text: string, {width, rows, labelWidth, tone}: {readonly width: number; readonly rows: number; readonly labelWidth: number; readonly tone: SpanTone}, theme: Theme): readonly Line[] =>
	wrapWithin([text], {width: width - labelWidth - 1, rows, mark: theme.glyphs.ellipsis}).map((line, index): Line => [
		index === 0 ? span(`${cell(` ${name}`, labelWidth - 1, {mark: theme.glyphs.ellipsis})} `, 'quiet') : spaces(labelWidth), span(line, tone),
	]);

/** Where the logs of the selected stage differ, in exactly so many lines. */
const differenceLines = ({logs}: CompareView, names: Names, {width, height}: {readonly width: number; readonly height: number}, theme: Theme): readonly Line[] => {
	const {compare: words} = messages().screens;
	if (!logs) {
		return fillLines([], height);
	}

	const {ellipsis} = theme.glyphs;
	// A free line below the stages, if there are several.
	const free: readonly Line[] = height >= 7 ? [[]] : [];
	if (logs.type === 'none') {
		return fillLines([...free, fitLine([span(` ${words.none[logs.why](logs.stage)}`, 'quiet')], width - 1, ellipsis)], height);
	}

	const {one, other, isSameBefore} = logs.difference;
	const labelWidth = Math.min(Math.floor(width / 3), Math.max(columnsOf(names.one), columnsOf(names.other)) + 3);
	const head = fitLine([span(` ${words.first(logs.stage, logs.agent)}`, 'plain', true)], width - 1, ellipsis);
	const room = height - free.length - 1;
	const hasContext = room >= 4;
	const rows = Math.max(1, Math.floor((hasContext ? room - (isSameBefore ? 1 : 2) : room) / 2));
	const contextOf = ({before}: typeof one): readonly Line[] => hasContext && before !== undefined ? logLines('', before, {width, rows: 1, labelWidth, tone: 'quiet'}, theme) : [];
	const lineOf = (name: string, {line}: typeof one): readonly Line[] =>
		logLines(name, line ?? words.ends, {width, rows, labelWidth, tone: line === undefined ? 'quiet' : toneOfSeverity(severityOf(line))}, theme);
	return fillLines([...free, head, ...contextOf(one), ...lineOf(names.one, one), ...(isSameBefore ? [] : contextOf(other)), ...lineOf(names.other, other)], height);
};

// Breadcrumb, both runs and column heads.
const headLines = 3;

/** Two runs of a task: their stages side by side, and the first line in which the logs of the selected one differ. */
export const CompareScreen = ({view, size, theme, footer, timeZone, hour}: ScreenProps & {readonly view: CompareView}): ReactNode => {
	const {list, note} = view;
	const {columns: width} = size;
	const names = namesOf(view, {timeZone, hour});
	const titles = {one: messages().screens.compare.thisRunHead, other: names.other.toUpperCase()};
	const columns = compareColumns(list.rows, titles, width, theme);
	const height = differenceRows(size);
	const noteSpans: Line = note ? fitLine([span(' '), note.isLoading ? spinner('accent') : span(' '), span(` ${note.text}`, note.isLoading ? 'quiet' : 'attention')], width - 1, theme.glyphs.ellipsis) : [];
	const room = roomBelow(headLines + height, size) - list.rows.length;
	return (
		<Screen
			size={size}
			footer={footer}
			theme={theme}
			hasFreeLine={room > 0}
			head={<>
				<Breadcrumb crumbs={view.breadcrumb} width={width} theme={theme} right={positionSpans(list, theme)}/>
				<LineText line={summaryLine(view, names, width, theme)} theme={theme}/>
				<TableHead columns={columns} definitions={definitions} titles={titles} width={width} theme={theme}/>
			</>}
			end={<Lines lines={note ? fillLines([[], noteSpans].slice(height < 7 ? 1 : 0), height) : differenceLines(view, names, {width, height}, theme)} theme={theme}/>}
		>
			{list.rows.length > 0
				? <TableRows rows={list.rows} columns={columns} definitions={definitions} context={{theme, ...names}} width={width}/>
				: (note ? undefined : <Note text={messages().tasks.instead.noStages} width={width} theme={theme}/>)}
		</Screen>
	);
};
