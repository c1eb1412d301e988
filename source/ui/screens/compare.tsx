import {type ReactNode} from 'react';
import {cell, columnsOf, cut, widest} from '../../lib/columns.js';
import {type Column, fitColumns} from '../../lib/fit-columns.js';
import {messages} from '../../lib/messages/messages.js';
import {formatDuration} from '../../lib/time.js';
import {wrapWithin} from '../../lib/wrap.js';
import {severityOf} from '../../protocol/logs.js';
import {type Difference, type DifferingLine} from '../../store/compare.js';
import {partLabel} from '../../store/selectors/basics.js';
import {type CompareRow, type CompareView} from '../../store/selectors/compare.js';
import {whyTexts} from '../../store/selectors/reason.js';
import {Breadcrumb} from '../components/breadcrumb.js';
import {LineText, Lines} from '../components/line.js';
import {Note, roomBelow, Screen, type ScreenProps} from '../components/screen.js';
import {type ColumnDefinitions, margin, markerWidth, positionSpans, type TableContext, TableHead, TableRows} from '../components/table.js';
import {bareInstant, reasonLines} from '../components/text.js';
import {differenceRows} from '../layout.js';
import {fillLines, fitLine, isBlank, type Line, type Span, spaces, span, spinner, widthOf, withoutBlankEnd} from '../span.js';
import {outcomeText, partText, type SpanTone, type Theme, toneOf, toneOfPart, toneOfSeverity} from '../theme.js';

type CompareColumn = 'number' | 'stage' | 'one' | 'oneTime' | 'other' | 'otherTime' | 'difference';

const cellText = (part: CompareRow['one'], theme: Theme): string => part ? partText(part, theme) : '';

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
		...(rows.some(row => differenceText(row) !== '') ? [{name: 'difference', width: widest(rows.map(row => differenceText(row)), 4, 8), rank: 4} as const] : []),
	], width - markerWidth - margin);
};

/** What the runs are called tells a listener which of them an outcome is of. */
type CompareContext = TableContext & Names;

const spokenRun = (run: string, part: CompareRow['one']): string => part ? messages().screens.reader.ofRun(run, partLabel(part)) : '';

const definitions: ColumnDefinitions<CompareRow, CompareContext, CompareColumn> = {
	number: {title: 'number', align: 'right', cell: ({number}) => ({text: number === undefined ? '' : String(number), tone: 'quiet'})},
	stage: {title: 'stage', cell: ({name}) => ({text: name})},
	one: {title: 'none', cell: ({one}, {theme}) => ({text: cellText(one, theme), tone: one ? toneOfPart(one) : 'plain'}), spoken: ({one}, context) => spokenRun(context.one, one)},
	oneTime: {title: 'time', align: 'right', cell: ({one}) => ({text: timeText(one)})},
	other: {title: 'none', cell: ({other}, {theme}) => ({text: cellText(other, theme), tone: other ? toneOfPart(other) : 'plain'}), spoken: ({other}, context) => spokenRun(context.other, other)},
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
	? [span(name, 'quiet'), span(` ${outcomeText(run.outcome, theme, run.isFailing)}`, run.isFailing ? 'bad' : toneOf(run.outcome), true), span(run.duration === undefined ? '' : ` ${formatDuration(run.duration)}`)]
	: [];

/** Both runs in one line, and which of how many the other one is. */
const summaryLine = ({one, other}: CompareView, names: Names, width: number, theme: Theme): Line => {
	const dot = span(` ${theme.glyphs.dot} `, 'quiet');
	const lineWith = (rank: string): Line => [
		span(' '),
		...headSpans(names.one, one, theme),
		...(other ? [dot, ...headSpans(names.other, other, theme), dot, span(rank, 'quiet')] : []),
	];
	const ranks = other ? [messages().screens.compare.rank(other.rank, other.all), messages().screens.compare.shortRank(other.rank, other.all)] : [''];
	const lines = ranks.map(rank => lineWith(rank));
	return fitLine(lines.find(line => widthOf(line) < width) ?? lines.at(-1) ?? [], width - 1, theme.glyphs.ellipsis);
};

/** A line of a log behind the name of its run. */
const logLines = (name: string, text: string, {width, rows, labelWidth, tone}: {readonly width: number; readonly rows: number; readonly labelWidth: number; readonly tone: SpanTone}, theme: Theme): readonly Line[] =>
	wrapWithin([text], {width: width - labelWidth - 1, rows, mark: theme.glyphs.ellipsis}).map((line, index): Line => [
		index === 0 ? span(`${cell(` ${name}`, labelWidth - 1, {mark: theme.glyphs.ellipsis})} `, 'quiet') : spaces(labelWidth), span(line, tone),
	]);

type Space = {readonly width: number; readonly height: number};

/** Both lines one below the other, behind the names of their runs and after the line before them. */
const stackedLines = ({one, other, isSameBefore}: Difference, names: Names, {width, height}: Space, theme: Theme): readonly Line[] => {
	const {compare: words} = messages().screens;
	const labelWidth = Math.min(Math.floor(width / 3), Math.max(columnsOf(names.one), columnsOf(names.other)) + 3);
	const hasContext = height >= 4;
	const rows = Math.max(1, Math.floor((hasContext ? height - (isSameBefore ? 1 : 2) : height) / 2));
	const contextOf = ({earlier}: DifferingLine): readonly Line[] => hasContext ? earlier.slice(-1).flatMap(before => logLines('', before, {width, rows: 1, labelWidth, tone: 'quiet'}, theme)) : [];
	const lineOf = (name: string, {line}: DifferingLine): readonly Line[] =>
		logLines(name, line ?? words.ends, {width, rows, labelWidth, tone: line === undefined ? 'quiet' : toneOfSeverity(severityOf(line))}, theme);
	return [...contextOf(one), ...lineOf(names.one, one), ...(isSameBefore ? [] : contextOf(other)), ...lineOf(names.other, other)];
};

// From so many columns on, the logs are side by side.
const wideFrom = 100;

const leastBeside = 4;

// Of a line that differs, and of an error after it.
const mostRows = 4;

/** A log around the line that differs: `before` lines, that line in `own` rows, and what follows it. */
const sideLines = ({line, earlier, later}: DifferingLine, {width, height, before, own, ends}: Space & {readonly before: number; readonly own: number; readonly ends: string}, theme: Theme): readonly Line[] => {
	const {ellipsis} = theme.glyphs;
	const toneOfLine = (text: string): SpanTone => severityOf(text) === 'plain' ? 'quiet' : toneOfSeverity(severityOf(text));
	const brief = (text: string): Line => [span(cut(text, width, ellipsis), toneOfLine(text))];
	const kept = earlier.slice(earlier.length - Math.min(before, earlier.length)).map(text => brief(text));
	const follows = later.flatMap(text => severityOf(text) === 'error' ? wrapWithin([text], {width, rows: mostRows, mark: ellipsis}).map((row): Line => [span(row, 'bad')]) : [brief(text)]);
	const here: readonly Line[] = line === undefined
		? [[span(ends, 'quiet')]]
		: wrapWithin([line], {width, rows: mostRows, mark: ellipsis}).map(row => [span(row, toneOfSeverity(severityOf(line)), true)]);
	return fillLines([...fillLines([], before - kept.length), ...kept, ...fillLines(here, own), ...follows], height);
};

/** Both logs around the line that differs, side by side, as many lines as there is room for. */
const besideLines = ({one, other}: Difference, names: Names, {width, height, ends = messages().screens.compare.ends}: Space & {readonly ends?: string}, theme: Theme): readonly Line[] => {
	const half = Math.floor((width - 3) / 2);
	const room = height - 1;
	const rowsOf = ({line}: DifferingLine): number => line === undefined ? 1 : wrapWithin([line], {width: half - 1, rows: mostRows}).length;
	const own = Math.max(rowsOf(one), rowsOf(other));
	const before = Math.min(Math.max(one.earlier.length, other.earlier.length), Math.max(1, Math.floor((room - own) / 2)));
	const [left = [], right = []] = [one, other].map(side => sideLines(side, {width: half - 1, height: room, before, own, ends}, theme));
	const needed = Math.max(withoutBlankEnd(left).length, withoutBlankEnd(right).length);
	const divider = span(` ${theme.glyphs.divider} `, 'quiet');
	const joined = (mine: Line, others: Line): Line => [span(' '), ...mine, spaces(half - 1 - widthOf(mine)), divider, ...others];
	return [
		joined([span(cut(names.one, half - 1), 'quiet')], [span(cut(names.other, half - 1), 'quiet')]),
		...left.slice(0, needed).map((line, index) => joined(line, right[index] ?? [])),
	];
};

/** Where the logs of the selected stage differ. */
const differenceLines = ({logs}: CompareView, names: Names, {width, height}: Space, theme: Theme): readonly Line[] => {
	const {compare: words} = messages().screens;
	if (!logs) {
		return [];
	}

	const {ellipsis} = theme.glyphs;
	const isBeside = width >= wideFrom && height > leastBeside;
	const space = {width, height: height - 1};
	if (logs.type === 'none') {
		const head = fitLine([span(` ${words.none[logs.why](logs.stage)}`, 'plain')], width - 1, ellipsis);
		if (!isBeside) {
			return [head];
		}

		return [head, ...(logs.ahead ? besideLines(logs.ahead, names, {...space, ends: words.endsSoFar}, theme) : logs.lines.slice(-space.height).map((text): Line => [span(` ${cut(text, width - 2, ellipsis)}`, 'quiet')]))];
	}

	const head = fitLine([span(` ${words.first(logs.stage, logs.agent)}`, 'plain', true)], width - 1, ellipsis);
	return [head, ...(isBeside ? besideLines : stackedLines)(logs.difference, names, space, theme)];
};

/** Below the stages, in exactly so many lines: why this run failed, if its own log does not say so, and where the logs of the selected stage differ. */
const belowLines = (view: CompareView, names: Names, {width, height}: Space, theme: Theme): readonly Line[] => {
	const {why} = view;
	// A free line below the stages, if there are several.
	const free: readonly Line[] = height >= 7 ? [[]] : [];
	const reason = why && height >= 7 ? reasonLines(messages().screens.labels.why, whyTexts(why), {width, rows: height < 10 ? 1 : 3, tone: 'bad'}, theme) : [];
	const rest = height - free.length - reason.length;
	return fillLines([...free, ...reason, ...differenceLines(view, names, {width, height: rest}, theme)], height);
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
	// The stages leave at least so many lines.
	const height = Math.max(differenceRows(size), roomBelow(headLines, size) - list.rows.length);
	const noteSpans: Line = note ? fitLine([span(' '), note.isLoading ? spinner('accent') : span(' '), span(` ${note.text}`, note.isLoading ? 'quiet' : 'attention')], width - 1, theme.glyphs.ellipsis) : [];
	const below = note ? fillLines([[], noteSpans].slice(height < 7 ? 1 : 0), height) : belowLines(view, names, {width, height}, theme);
	return (
		<Screen
			size={size}
			footer={footer}
			theme={theme}
			hasFreeLine={isBlank(below.at(-1) ?? [])}
			head={<>
				<Breadcrumb crumbs={view.breadcrumb} width={width} theme={theme} right={positionSpans(list, theme)}/>
				<LineText line={summaryLine(view, names, width, theme)} theme={theme}/>
				<TableHead columns={columns} definitions={definitions} titles={titles} width={width} theme={theme}/>
			</>}
		>
			{list.rows.length > 0
				? <TableRows rows={list.rows} columns={columns} definitions={definitions} context={{theme, ...names}} width={width}/>
				: (note ? undefined : <Note text={messages().tasks.instead.noStages} width={width} theme={theme}/>)}
			<Lines lines={below} theme={theme}/>
		</Screen>
	);
};
