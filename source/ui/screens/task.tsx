import {type ReactNode} from 'react';
import {cell, columnsOf, widest} from '../../lib/columns.js';
import {type Column, type ColumnSpec, fitColumns} from '../../lib/fit-columns.js';
import {type Messages} from '../../lib/messages/en/english.js';
import {messages} from '../../lib/messages/messages.js';
import {formatDuration, isSameDay, localOffset} from '../../lib/time.js';
import {pathText, wrapWithin} from '../../lib/wrap.js';
import {severityOf} from '../../protocol/logs.js';
import {isActive, traitsOf} from '../../protocol/outcome.js';
import {whyTexts} from '../../store/selectors/reason.js';
import {type StageRow, type SubTaskRow, type TaskView} from '../../store/selectors/task.js';
import {type StallInfo, type TaskHeader} from '../../store/selectors/view-types.js';
import {Breadcrumb} from '../components/breadcrumb.js';
import {Lines} from '../components/line.js';
import {Note, roomBelow, Screen, type ScreenProps} from '../components/screen.js';
import {type ColumnDefinitions, margin, markerWidth, positionSpans, Table, type TableContext} from '../components/table.js';
import {bareInstant, operationLines, reasonLines, stalenessLines, zoneText} from '../components/text.js';
import {axis, placeSpan} from '../format.js';
import {reasonLayout, textMargin, whyIndent} from '../layout.js';
import {
	fillLines,
	fitLine,
	joinByPriority,
	type Line,
	type RankedSpans,
	spaces,
	span,
	type Span,
	spreadLine,
	widthOf,
} from '../span.js';
import {mostOfMark, outcomeText, partMark, partText, type Theme, toneOf, toneOfPart, toneOfSeverity} from '../theme.js';

const subTaskLine = (row: SubTaskRow, width: number, theme: Theme): Line => {
	const {agent, mark, duration} = row;
	const name = [agent === '' ? messages().screens.cluster : agent, mark].filter(text => text !== '').join(' ');
	const label = cell(name, widest([name], 15, mark === '' ? 21 : 30), {mark: theme.glyphs.ellipsis});
	return spreadLine(
		[span(label), span(`  ${partText(row, theme)}`, toneOfPart(row))],
		duration === undefined ? [] : [span(formatDuration(duration))],
		width,
		theme.glyphs.ellipsis,
	);
};

const errorRows = 4;

/** A line in one row, an error in as many as it takes to see its end. */
const logLines = (line: string, width: number, {glyphs}: Theme): readonly Line[] => {
	const severity = severityOf(line);
	return severity === 'error'
		? wrapWithin([line], {width, rows: errorRows, mark: glyphs.ellipsis}).map(row => [span(row, 'bad')])
		: [fitLine([span(line, severity === 'plain' ? 'quiet' : toneOfSeverity(severity))], width, glyphs.ellipsis)];
};

/** The selected stage's sub-tasks, and below them its last log lines, as many as fit. */
const sidePaneLines = (side: TaskView['side'], {width, height}: {readonly width: number; readonly height: number}, theme: Theme): readonly Line[] => {
	if (!side) {
		return [];
	}

	const {glyphs} = theme;
	// Half of the pane for the sub-tasks of a fleet, the rest for the log.
	const most = Math.max(1, Math.ceil((height - 2) / 2));
	const shown = side.subTasks.length > most ? side.subTasks.slice(0, most - 1) : side.subTasks;
	const left = side.subTasks.length - shown.length;
	const head: readonly Line[] = [
		fitLine([span(side.title, 'plain', true)], width, glyphs.ellipsis),
		...shown.map(row => subTaskLine(row, width, theme)),
		...(left > 0 ? [[span(messages().screens.task.more(left), 'quiet')]] : []),
	];
	const room = height - head.length - 1;
	const lines = room > 0 ? side.lastLines.flatMap(line => logLines(line, width, theme)).slice(-room) : [];
	return [...head, ...(lines.length > 0 ? [[]] : []), ...lines].slice(0, height);
};

type StagesColumn = 'number' | 'node' | 'subTasks' | 'outcome' | 'time' | 'usually' | 'slow' | 'timeline';

type StagesColumns = ReadonlyArray<Column<StagesColumn>>;

/** `isBrief`: only of stages of which some sub-tasks are done, or could be. */
type StagesContext = TableContext & {readonly isBrief: boolean};

const subTasksText = ({subTasks, outcome}: StageRow, isBrief: boolean): string => {
	const isSaid = subTasks && !(isBrief && (subTasks.done === subTasks.total || traitsOf(outcome).course === 'ahead'));
	return isSaid ? `${subTasks.done}/${subTasks.total}` : '';
};

// From so many columns on, the stages have a column for the usual times.
const usuallyFrom = 100;

const beside = 40;

type StagesSpace = {readonly total: number; readonly width: number; readonly columns: number};

/** What a narrow table leaves out before it cuts a name. */
type StagesLess = {readonly hasWords?: boolean; readonly hasTimeline?: boolean; readonly hasSubTasks?: boolean; readonly isBrief?: boolean};

// A shorter one says too little of when something happened.
const leastTimeline = 8;

/** The columns of the stages for `width` columns of the screen's `columns`: the timeline takes what the names leave. `hasWords`: outcomes have words beside their marks. */
const stagesColumns = (rows: readonly StageRow[], {total, width, columns}: StagesSpace, theme: Theme, {hasWords = true, hasTimeline = true, hasSubTasks = true, isBrief = false}: StagesLess = {}): StagesColumns => {
	const outcome = hasWords ? widest(rows.map(row => partText(row, theme)), 11, 24) : widest(rows.map(row => partMark(row, theme)), 1, mostOfMark);
	const name = widest(rows.map(row => row.name), 16, 40);
	const subTasks = widest(rows.map(row => subTasksText(row, isBrief)), 0, 9);
	const specs: ReadonlyArray<ColumnSpec<StagesColumn>> = [
		{name: 'number', width: Math.max(2, String(total).length), rank: 5},
		{name: 'node', width: name, min: Math.min(name, 14), rank: 0, gap: 1},
		...(subTasks === 0 || !hasSubTasks ? [] : [{name: 'subTasks', width: subTasks, rank: 4} as const]),
		{name: 'outcome', width: outcome, rank: 1},
		{name: 'time', width: 6, rank: 2, gap: 1},
		...(columns >= usuallyFrom && rows.some(({usual}) => usual !== undefined) ? [{name: 'usually', width: widest([messages().screens.columns.usually], 7, 9), rank: 4} as const] : []),
		...(rows.some(({isSlow}) => isSlow) ? [{name: 'slow', width: 1, rank: 3, gap: 1} as const] : []),
		...(hasTimeline ? [{name: 'timeline', width: 16, min: hasWords ? 10 : leastTimeline, max: 80, rank: 3, gap: 3} as const] : []),
	];
	const fit = (some: typeof specs): StagesColumns => fitColumns(some, width - markerWidth - margin);
	const all = fit(specs);
	// The usual times take nothing from the names, nor any other column's place.
	return all.length === specs.length && all.some(({name: each, width: given}) => each === 'node' && given === name) ? all : fit(specs.filter(({name: each}) => each !== 'usually'));
};

/** In a part of the terminal, names are more important than the timeline, and both than the words of outcomes. `isBrief`: it is a preview. */
const partColumns = (rows: readonly StageRow[], space: StagesSpace, theme: Theme, isBrief: boolean): StagesColumns => {
	const needed = widest(rows.map(row => row.name), 16, 40);
	const hasNames = (columns: StagesColumns): boolean => columns.some(({name, width}) => name === 'node' && width >= needed);
	const hasTimeline = (columns: StagesColumns): boolean => columns.some(({name}) => name === 'timeline');
	const whole = stagesColumns(rows, space, theme, {isBrief});
	if (hasNames(whole) && hasTimeline(whole)) {
		return whole;
	}

	const marks = {hasWords: false, isBrief} as const;
	const least = {...marks, hasTimeline: false} as const;
	const narrower = [marks, {...marks, hasSubTasks: false}, least, {...least, hasSubTasks: false}].map(less => stagesColumns(rows, space, theme, less));
	return narrower.find(columns => hasNames(columns)) ?? stagesColumns(rows, space, theme, least);
};

const shortestHalved = 20_000;

// The half of 3 seconds is not said: "1s" between "0s" and "3s" would be untrue.
const isHalved = (length: number): boolean => length >= shortestHalved || Math.floor(length / 1000) % 2 === 0;

const axisOf = (length: number, width: number): string => length <= 0
	? ''
	: axis({start: '0s', middle: isHalved(length) ? formatDuration(length / 2) : '0s', end: formatDuration(length)}, width);

const timelineText = ({place, outcome}: StageRow, width: number, {glyphs}: Theme): string => {
	if (!place) {
		return '';
	}

	const {before, length} = placeSpan(place, width);
	return ' '.repeat(before) + (isActive(outcome) ? glyphs.span.active : glyphs.span.ended).repeat(length);
};

const definitions: ColumnDefinitions<StageRow, StagesContext, StagesColumn> = {
	number: {title: 'number', align: 'right', cell: ({number}) => ({text: String(number), tone: 'quiet'})},
	node: {title: 'stage', cell: ({name, outcome}) => ({text: name, tone: outcome.word === 'pending' ? 'quiet' : 'plain'})},
	subTasks: {title: 'none', align: 'right', cell: (row, {isBrief}) => ({text: subTasksText(row, isBrief), tone: 'quiet'})},
	outcome: {title: 'outcome', cell: (row, {theme}, width) => ({text: width <= mostOfMark ? partMark(row, theme) : partText(row, theme), tone: toneOfPart(row)})},
	time: {title: 'time', align: 'right', cell: ({duration}) => ({text: duration === undefined ? '' : formatDuration(duration)})},
	usually: {title: 'usually', align: 'right', cell: ({usual}) => ({text: usual === undefined ? '' : formatDuration(usual), tone: 'quiet'})},
	slow: {title: 'none', cell: ({isSlow}, {theme}) => ({text: isSlow ? theme.glyphs.slow : '', tone: 'attention'}), spoken: ({isSlow}) => isSlow ? messages().screens.reader.slow : ''},
	timeline: {title: 'none', cell: (row, {theme}, width) => ({text: timelineText(row, width, theme), tone: toneOf(row.outcome), isBold: false, isBar: true}), spoken: () => ''},
};

type HeaderProps = Pick<ScreenProps, 'size' | 'theme' | 'timeZone' | 'hour'>;

/** How many of the stages, and what they say beside the outcome. */
const stagesOf = ({outcome, progress: {stage, total}, isBetween}: TaskHeader) => {
	const {stages, course} = traitsOf(outcome);
	if (total === 0 || course === 'ahead' || stages === 'all undone') {
		return undefined;
	}

	const where = isBetween ? 'before' : (isActive(outcome) && stages !== 'kept' ? 'at' : 'in');
	return {where: stages === 'all done' ? 'all' : where, stage, total} as const;
};

/** "failed in stage 3 of 11 after 12s". A growing duration is at the end of the line instead. */
const outcomeSpan = (header: TaskHeader, theme: Theme): Span => {
	const {outcome, duration, isFailing} = header;
	const took = duration === undefined || isActive(outcome) ? undefined : {duration: formatDuration(duration), isSuccess: outcome.word === 'succeeded'};
	return span(` ${messages().screens.task.outcome(outcomeText(outcome, theme, isFailing), {stages: stagesOf(header), took})}`, isFailing ? 'bad' : toneOf(outcome), true);
};

const timesSpans = (header: TaskHeader, {timeZone, hour, theme}: HeaderProps): readonly Span[] => {
	const {startTime, endTime, utcOffset, isLaterAttempt} = header;
	if (startTime === undefined) {
		return [];
	}

	const zone = {timeZone, utcOffset, hour};
	const offset = timeZone === 'local' || utcOffset === undefined ? localOffset(startTime) : utcOffset;
	const start = bareInstant(startTime, zone);
	// Within a task, a day is shown once.
	const end = endTime === undefined ? undefined : bareInstant(endTime, isSameDay(startTime, endTime, offset) ? {...zone, hour: endTime} : zone);
	return [span(messages().screens.task.times({start, end, zone: zoneText(zone), arrow: theme.glyphs.arrow, isLaterAttempt}), 'quiet')];
};

const mainTaskSpans = ({outcome, isFailing, isGone}: NonNullable<TaskHeader['main']>, theme: Theme): readonly Span[] => outcome
	? [span(`${messages().tasks.mainTask} `, 'quiet'), span(outcomeText(outcome, theme, isFailing), isFailing ? 'bad' : toneOf(outcome))]
	: [span(isGone ? messages().screens.task.mainTaskGone : messages().screens.task.mainTaskNotLoaded, 'attention')];

const minute = 60_000;

/** In steps that say no more than can be known, and so that the line changes seldom. */
const roundedUp = (time: number): {readonly hours: number; readonly minutes: number; readonly seconds: number} => {
	if (time < 1.5 * minute) {
		const step = time < 15_000 ? 5000 : 10_000;
		return {hours: 0, minutes: 0, seconds: (Math.ceil(time / step) * step) / 1000};
	}

	const step = time < 90 * minute ? 1 : 10;
	const minutes = Math.ceil(time / minute / step) * step;
	return minutes < 90 ? {hours: 0, minutes, seconds: 0} : {hours: Math.floor(minutes / 60), minutes: minutes % 60, seconds: 0};
};

// From so many columns on, the header says how many runs the estimate is made of.
const runsFrom = 100;

const estimateSpans = ({estimate}: TaskHeader, columns: number): readonly Span[] => {
	const words = messages().screens.task;
	if (!estimate) {
		return [];
	}

	return estimate.type === 'over'
		? [span(words.longerThanUsual(formatDuration(estimate.usual)), 'attention')]
		: [span(words.left(roundedUp(estimate.time))), ...(columns >= runsFrom ? [span(words.runsBefore(estimate.runs), 'quiet')] : [])];
};

/** The line with the task's outcome. Its running time is at the end, so that a tick rewrites only that. */
export const taskHeaderLine = (header: TaskHeader, props: HeaderProps): Line => {
	const {outcome, duration, operator, id, ownName, main, replacedBy, usual, estimate, isLaterAttempt} = header;
	const {size: {columns}, theme} = props;
	const running = duration !== undefined && isActive(outcome) ? [span(formatDuration(duration), toneOf(outcome), true)] : [];
	const words = messages().screens.task;
	const times = timesSpans(header, props);
	const lineWith = (when: readonly Span[], which: readonly Span[] = []): Line => joinByPriority([
		{rank: 0, spans: [outcomeSpan(header, theme)]},
		{rank: 4, spans: which},
		{rank: 1, spans: replacedBy === undefined ? [] : [span(words.replacedBy(replacedBy), 'attention')]},
		{rank: 7, spans: operator === 'RETRY' ? [span(words.retried, 'quiet')] : []},
		{rank: 3, spans: main ? mainTaskSpans(main, theme) : []},
		{rank: 8, spans: ownName === undefined ? [] : [span(ownName, 'quiet')]},
		{rank: 6, spans: id === '' ? [] : [span(words.id(id), 'quiet')]},
		{rank: 4, spans: when},
		{rank: 5, spans: usual === undefined || estimate?.type === 'over' ? [] : [span(words.usually(formatDuration(usual)), 'quiet')]},
		{rank: 2, spans: estimateSpans(header, columns)},
		{rank: 1, spans: running},
	], spaces(3), columns - 1);
	const line = lineWith(times);
	// Where the times have no room, the duration still must not seem to be that of the whole timeline.
	const isAmbiguous = isLaterAttempt && times.every(each => !line.includes(each));
	return fitLine(isAmbiguous ? lineWith([], [span(words.thisAttemptOnly, 'quiet')]) : line, columns, theme.glyphs.ellipsis);
};

// A shorter time is the usual rhythm of a task, and updates more often than once a minute are of no use.
const worthTelling = 60_000;

const limitWorthTelling = 1_800_000;

type StallWords = Omit<Messages['screens']['task']['stall'], 'slowest'>[keyof Omit<Messages['screens']['task']['stall'], 'slowest'>];

const stallParts = ({idleFor, areLinesKnown, isStalled, slowest, limitIn}: StallInfo, {news, stage, limit}: StallWords): RankedSpans => [
	{rank: 0, spans: idleFor !== undefined && idleFor >= worthTelling
		? [span((areLinesKnown ? news : stage)(formatDuration(idleFor), isStalled), isStalled ? 'bad' : 'attention')]
		: []},
	{rank: 2, spans: slowest ? [span(messages().screens.task.stall.slowest(slowest.agent, formatDuration(slowest.duration)), 'quiet')] : []},
	{rank: 1, spans: limitIn !== undefined && limitIn < limitWorthTelling ? [span(limit(formatDuration(limitIn)), 'attention')] : []},
];

/** The progress of a running task: how long it is idle, the slowest agent, the time until the engine's own limit. */
const stallLine = (stall: StallInfo, columns: number, theme: Theme): Line => {
	const separator = span(` ${theme.glyphs.dot} `, 'quiet');
	const room = columns - 2;
	const {long, short, shortest} = messages().screens.task.stall;
	// The short ones are for lines too narrow for the long ones.
	const wordings = [long, short, shortest].map(words => stallParts(stall, words));
	const parts = wordings.find(wording => widthOf(joinByPriority(wording, separator, Infinity)) <= room) ?? wordings.at(-1) ?? [];
	return fitLine([span(' '), ...joinByPriority(parts, separator, room)], columns - 1, theme.glyphs.ellipsis);
};

/**
Why it failed or what it waits for, and the log folder of that agent; or its progress, also beside why a part of it failed. An empty line if
there is nothing, so that the list below never moves.
*/
/** The path is cut before the name of the agent, which only the agent's own task need not say. */
const folderTexts = ({agent, path}: NonNullable<TaskHeader['logFolder']>, owner: string | undefined, width: number): readonly string[] => {
	const {about} = messages().faults;
	const whole = about(agent, path);
	const room = Math.max(0, width - columnsOf(about(agent, '')));
	return agent === owner ? [whole, path] : [whole, about(agent, pathText(path, room))];
};

const whyLines = ({header: {why, logFolder, outcome, stall, isFailing}, breadcrumb, list, staleness, operation}: TaskView, {size, theme, hour}: HeaderProps): readonly Line[] => {
	const {columns} = size;
	const {whyRows, hasFolder} = reasonLayout({why, logFolder, isFailing, staleness, hasOperation: operation !== undefined, stages: list.total}, size, hour);
	return why === undefined
		? [stall ? stallLine(stall, columns, theme) : []]
		: [
			...fillLines(reasonLines(messages().screens.labels.why, whyTexts(why), {width: columns, rows: whyRows, tone: isFailing ? 'bad' : toneOf(outcome)}, theme), whyRows),
			...(logFolder && hasFolder ? reasonLines(messages().screens.labels.log, folderTexts(logFolder, breadcrumb[0], columns - whyIndent - textMargin.right), {width: columns, rows: 1, tone: 'quiet'}, theme) : []),
			...(isFailing ? [stall ? stallLine(stall, columns, theme) : []] : []),
		];
};

// Head and row of the only stage, an empty line, and one that stays free for a notice.
const aroundOnly = 4;

/** Below the only stage of a task, where there is no pane beside it: its sub-tasks and last log lines. The row above names the stage. */
const onlyStageLines = ({side, list}: TaskView, {columns}: ScreenProps['size'], height: number, theme: Theme): readonly Line[] =>
	side && list.total === 1 && height > aroundOnly
		? [[], ...sidePaneLines(side, {width: columns - markerWidth - margin, height: height - aroundOnly + 1}, theme).slice(1).map(line => [spaces(markerWidth), ...line])]
		: [];

/** One task: its outcome, the reason, and its stages along their time. */
export const TaskScreen = ({view, size, theme, footer, part, timeZone, hour}: ScreenProps & {readonly view: TaskView}): ReactNode => {
	const {header, list, note, timelineLength} = view;
	const {columns: width} = size;
	// A list beside its preview is on a terminal that is wider.
	const isBrief = part?.place !== undefined;
	const space = {total: list.total, width, columns: part ? width + beside : width};
	const usual = part ? partColumns(list.rows, space, theme, isBrief) : stagesColumns(list.rows, space, theme);
	// An outcome whose words have no room still has its mark.
	const columns = usual.some(({name}) => name === 'outcome') ? usual : partColumns(list.rows, space, theme, isBrief);
	const timeline = columns.find(({name}) => name === 'timeline')?.width ?? 0;
	const props = {size, theme, timeZone, hour};
	const said = [
		...stalenessLines(view.staleness, {size, hour}, theme),
		...operationLines(view.operation, width, theme),
		taskHeaderLine(header, props),
		...whyLines(view, props),
	];
	const height = roomBelow(1 + said.length, size);
	const below = note === undefined && !part?.hasPreview ? onlyStageLines(view, size, height, theme) : [];
	const stages = note === undefined
		? <Table rows={list.rows} columns={columns} definitions={definitions} titles={{timeline: axisOf(timelineLength, timeline), ...(columns.some(({name, width: own}) => name === 'outcome' && own <= mostOfMark) && {outcome: ''})}} context={{theme, isBrief}} width={width}/>
		: <Note text={note} width={width} theme={theme}/>;
	return (
		<Screen
			size={size}
			footer={footer}
			theme={theme}
			hasFreeLine={note !== undefined || 1 + list.rows.length + below.length < height}
			head={<>
				<Breadcrumb crumbs={view.breadcrumb} width={width} theme={theme} part={part} right={positionSpans(list, theme)}/>
				<Lines lines={said} theme={theme}/>
			</>}
		>
			{stages}
			<Lines lines={below} theme={theme}/>
		</Screen>
	);
};
