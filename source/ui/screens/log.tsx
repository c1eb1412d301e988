import {Box} from 'ink';
import {memo, type ReactNode} from 'react';
import {cell, columnsOf, cut, isWithin, widest} from '../../lib/columns.js';
import {graphemes, isNarrow} from '../../lib/graphemes.js';
import {messages} from '../../lib/messages/messages.js';
import {formatPreciseTime, localOffset} from '../../lib/time.js';
import {wrapWithin} from '../../lib/wrap.js';
import {type LogRow, type LogStatus, type LogView} from '../../store/selectors/log.js';
import {type EndLine, fairShares, type LogEnd} from '../../store/selectors/log-ends.js';
import {Breadcrumb} from '../components/breadcrumb.js';
import {Lines, LineText} from '../components/line.js';
import {Rows} from '../components/rows.js';
import {roomBelow, Screen, type ScreenProps} from '../components/screen.js';
import {brieflyOf, sharedBeginning, stalenessLines} from '../components/text.js';
import {type EndsView} from '../parts.js';
import {
	fillLines,
	fitLine,
	isBlank,
	joinByPriority,
	type Line,
	type RankedSpans,
	spaces,
	type Span,
	span,
	spreadLine,
	widthOf,
} from '../span.js';
import {spokenLine} from '../spoken.js';
import {agentTone, partText, type SpanTone, type Theme, toneOfPart, toneOfSeverity} from '../theme.js';

type RowProps = Pick<LogView, 'hasTimes' | 'utcOffset'> & Partial<Pick<LogView, 'nameWidth' | 'numberWidth'>> & Pick<ScreenProps, 'timeZone' | 'theme'> & {readonly width: number};

// Columns.
const narrow = 72;

const blankTime = ' '.repeat('10:41:59.123 '.length);

const timeText = (time: number, {utcOffset, timeZone}: Pick<RowProps, 'utcOffset' | 'timeZone'>): string => formatPreciseTime(time, timeZone === 'local' ? localOffset(time) : utcOffset ?? 0);

const numberSpan = ({number}: LogRow, {numberWidth = 0}: RowProps): readonly Span[] =>
	numberWidth === 0 ? [] : [span(`${cell(number === undefined ? '' : String(number), numberWidth, {align: 'right'})} `, 'quiet')];

const timeSpan = ({time}: LogRow, {hasTimes, utcOffset, timeZone}: RowProps): readonly Span[] => {
	if (!hasTimes) {
		return [];
	}

	return time === undefined
		? [span(blankTime)]
		: [span(`${timeText(time, {utcOffset, timeZone})} `, 'quiet')];
};

/** The agent's short name in its colour. */
const nameSpan = ({agent}: LogRow, {nameWidth = 0}: RowProps, {glyphs}: Theme): readonly Span[] =>
	nameWidth === 0 ? [] : [span(`${cell(agent?.name ?? '', nameWidth, {mark: glyphs.ellipsis})} `, agentTone(agent?.number ?? 0))];

/** Styles that end at grapheme boundaries: half a grapheme could be wider than its part of the whole. */
const onGraphemes = (text: string, styles: LogRow['styles']): LogRow['styles'] => {
	if (styles.length === 0 || isNarrow(text)) {
		return styles;
	}

	const starts: number[] = [];
	for (const {index} of graphemes.segment(text)) {
		starts.push(index);
	}

	const startOf = (index: number): number => starts.findLast(start => start <= index) ?? 0;
	return styles.map(style => ({...style, from: startOf(style.from), to: style.to >= text.length ? text.length : startOf(style.to)}));
};

/** A row's text in its agent's styles if colours are on, with the search's matches set apart. */
const textSpans = ({text, matches, styles, severity, isSelected}: LogRow, {isColorful}: Theme): readonly Span[] => {
	const tone = toneOfSeverity(severity);
	const spans: Span[] = [];
	const add = (from: number, to: number, partTone: SpanTone, isBold: boolean): void => {
		if (to > from) {
			spans.push(span(text.slice(from, to), partTone, isBold));
		}
	};

	const shown = isColorful ? onGraphemes(text, styles) : [];
	const addStyled = (start: number, end: number): void => {
		let at = start;
		for (const {from, to, colour, isBold} of shown) {
			if (to <= at || from >= end) {
				continue;
			}

			add(at, from, tone, isSelected);
			add(Math.max(at, from), Math.min(to, end), colour ?? tone, isBold || isSelected);
			at = Math.min(to, end);
		}

		add(at, end, tone, isSelected);
	};

	let from = 0;
	for (const [start, end] of matches) {
		addStyled(from, start);
		add(start, end, 'match', false);
		from = end;
	}

	addStyled(from, text.length);
	return spans;
};

/** A row as a line of at most `width` columns. */
export const logLine = (row: LogRow, props: RowProps): Line => {
	const {width, theme} = props;
	const {glyphs} = theme;
	if (row.type === 'separator') {
		const time = row.time === undefined ? '' : ` ${timeText(row.time, props)}`;
		return fitLine([span(`${glyphs.rule.repeat(2)} `, 'quiet'), span(row.text + time, 'accent'), span(` ${glyphs.rule.repeat(width)}`, 'quiet')], width - 1, glyphs.rule);
	}

	const repeats = row.repeats > 1 ? [span(`×${row.repeats}`, 'quiet')] : [];
	const left = [
		row.hasCursor ? span(glyphs.selected, 'accent', true) : (row.isInRange ? span(glyphs.divider, 'accent', true) : span(' ')),
		...numberSpan(row, props),
		...timeSpan(row, props),
		...nameSpan(row, props, theme),
		...(row.isRewritten ? [span(`${glyphs.rewritten} `, 'quiet')] : []),
		...(row.isCutLeft ? [span(glyphs.cutLeft, 'quiet')] : []),
		...textSpans(row, theme),
		...(row.isCutRight ? [span(glyphs.cutRight, 'quiet')] : []),
		...(repeats.length > 0 ? [span('  '), ...repeats] : []),
	];
	return fitLine(left, width, glyphs.ellipsis);
};

/** What the agent wrote, as it is, behind its time and the agent's name. */
const spokenRow = (row: LogRow, props: RowProps): string => row.type === 'separator'
	? spokenLine(logLine(row, props))
	: [
		row.number === undefined ? '' : String(row.number),
		props.hasTimes && row.time !== undefined ? timeText(row.time, props) : '',
		row.agent?.name ?? '',
		row.text.trim(),
		row.repeats > 1 ? messages().screens.reader.times(row.repeats) : '',
	].filter(text => text !== '').join(messages().screens.separator);

// Unchanged rows keep their identity, so that they are not drawn again.
const LogLine = memo(({row, isFollowing, ...props}: RowProps & {readonly row: LogRow; readonly isFollowing: boolean}): ReactNode =>
	// The last line is the cursor's while the end is followed, which needs no more than a mark.
	<LineText line={logLine(row, props)} theme={props.theme} label={props.theme.isRead ? spokenRow(row, props) : undefined} fill={row.type === 'text' && (row.isInRange || (row.hasCursor && !isFollowing)) ? props.width : undefined}/>);

const severityText = ({severity}: LogStatus): string => severity === 'all' ? '' : messages().screens.log[severity];

const hiddenText = ({filter}: LogStatus): string => filter ? (filter.isCounting ? ' …' : ` ${messages().screens.log.hidden(filter.hidden)}`) : '';

const foundText = ({search}: LogStatus): string => {
	if (!search) {
		return '';
	}

	const {matches, rank, isCounting} = search;
	return ` ${messages().screens.log.found(matches, rank, isCounting)}`;
};

// At least so much of an expression is shown.
const leastSource = 6;

// The rest of the line without any.
const placeColumns = 30;

// " obwatch › …" at the least.
const leftColumns = 12;

/**
At the right end: the sub-task's outcome, search and filters, and whether the end is followed. Expressions are cut before the breadcrumb,
and the less important parts are left out before the line would be too long.
*/
const stateOf = ({outcome, hasFailedPart = false, status, scrollColumn}: LogView, width: number, theme: Theme, isPreview: boolean): readonly Span[] => {
	const {isFollowing, newEntries, filter, search, agents, agent, waiting = 0} = status;
	const isBare = scrollColumn === 0 && filter === undefined && search === undefined && status.severity === 'all' && status.selected === undefined;
	const partsWith = (room: number): RankedSpans => {
		const words = (text: string): readonly Span[] => text === '' ? [] : [span(text, 'attention')];
		const source = (sign: string, text: string, rest: string): readonly Span[] => words(`${sign}${cut(text, room, theme.glyphs.ellipsis)}${rest}`);
		return [
			{rank: 2, spans: waiting > 0 ? [span(messages().screens.log.waiting(waiting), 'attention')] : []},
			{rank: 4, spans: agent === undefined ? (agents === undefined ? [] : [span(messages().screens.log.agents(agents))]) : [span(messages().screens.log.only(agent), 'attention')]},
			{rank: 6, spans: isBare && (width >= narrow || isPreview) ? [span(partText({outcome, hasFailedPart}, theme), toneOfPart({outcome, hasFailedPart}))] : []},
			{rank: 1, spans: status.selected === undefined ? [] : [span(messages().screens.log.selected(status.selected === 'many' ? undefined : status.selected), 'accent', true)]},
			{rank: 5, spans: words(scrollColumn > 0 ? `+${scrollColumn}` : '')},
			{rank: 3, spans: words(severityText(status))},
			{rank: 1, spans: filter ? source('&', filter.source, hiddenText(status)) : []},
			{rank: 4, spans: search ? source('/', search.source, foundText(status)) : []},
			{rank: 1, spans: newEntries > 0 ? [span(`${messages().screens.log.new(newEntries)} ${theme.glyphs.following}`, 'accent', true)] : []},
			{rank: 2, spans: isFollowing ? [span(`${messages().screens.log.follow} ${theme.glyphs.following}`, 'accent')] : []},
		];
	};

	const gap = span('  ');
	const bare = widthOf(joinByPriority(partsWith(0), gap, Infinity));
	const room = Math.max(leastSource, Math.floor((width - placeColumns - bare) / (filter && search ? 2 : 1)));
	return [...joinByPriority(partsWith(room), gap, width - leftColumns - 1), span(' ')];
};

/** What the lines lack, in place of the last hints. */
const lossLine = ({dropped, problem}: LogStatus, width: number, theme: Theme): readonly Line[] => dropped === 0 && problem === undefined
	? []
	: [
		spreadLine([span(` ${dropped > 0 ? messages().screens.log.dropped(dropped) : messages().screens.log.noTimes(problem ?? '')}`, 'quiet')], [], width, theme.glyphs.ellipsis),
	];

/** One sub-task's log. */
export const LogScreen = ({view, size, theme, footer, part, hour, timeZone}: ScreenProps & {readonly view: LogView}): ReactNode => {
	const {rows, note, status, hasTimes, nameWidth, numberWidth, utcOffset} = view;
	const {columns: width} = size;
	const said = [...stalenessLines(view.staleness, {size, hour}, theme), ...lossLine(status, width, theme)];
	const room = roomBelow(1 + said.length, size);
	const rowProps = {width, theme, hasTimes, nameWidth, numberWidth, utcOffset, timeZone};
	// A notice may also hide an empty line of the log, which is less useful than the keys.
	const last = rows[room - 1];
	return (
		<Screen
			size={size}
			footer={footer}
			theme={theme}
			hasFreeLine={note !== undefined || last === undefined || isBlank(logLine(last, rowProps))}
			head={<>
				<Breadcrumb crumbs={view.breadcrumb} width={width} theme={theme} part={part} right={stateOf(view, width, theme, part?.place !== undefined)}/>
				<Lines lines={said} theme={theme}/>
			</>}
		>
			{note === undefined
				? <Rows rows={rows}>{rows.map((row, index) => <LogLine key={index} row={row} isFollowing={status.isFollowing} {...rowProps}/>)}</Rows>
				: <Box marginTop={1}><LineText line={fitLine([span(`   ${note}`, 'quiet')], width, theme.glyphs.ellipsis)} theme={theme}/></Box>}
		</Screen>
	);
};

const errorRows = 4;

// A longer one would leave too little of the lines.
const longestName = 15;

/** A row of the ends; the first in sight is shown with its beginning. */
type EndRow = (isFirst: boolean) => Line;

/** A line in one row, an error in as many as it takes to see its end. `shared`: so much of its beginning is in the line above, too. */
const endRows = ({text, severity, name, repeats}: EndLine, {width, nameWidth, theme, shared}: {readonly width: number; readonly nameWidth: number; readonly theme: Theme; readonly shared: number}): readonly EndRow[] => {
	const {ellipsis} = theme.glyphs;
	const label = nameWidth === 0 ? ' ' : ` ${cell(name, nameWidth)} `;
	const room = width - columnsOf(label) - 1;
	const tone = severity === 'plain' ? 'quiet' : toneOfSeverity(severity);
	if (severity === 'error') {
		return wrapWithin([text], {width: room, rows: errorRows, mark: ellipsis}).map((row, index) => () => [index === 0 ? span(label, 'quiet') : spaces(columnsOf(label)), span(row, tone)]);
	}

	const count = repeats > 1 ? `  ×${repeats}` : '';
	return [isFirst => [span(label, 'quiet'), span(brieflyOf(text, room - columnsOf(count), ellipsis, isFirst ? 0 : shared), tone), ...(count === '' ? [] : [span(count, 'quiet')])]];
};

/** The agent is named where there is room for all of it. */
const endTitle = ({title, agent, outcome}: LogEnd, width: number, theme: Theme): Line => {
	const {rule, ellipsis} = theme.glyphs;
	// A state that only the agent knows can be longer than the line.
	const right = outcome ? fitLine([span(` ${partText(outcome, theme)} `, toneOfPart(outcome))], Math.max(0, width - 4), ellipsis) : [];
	const room = Math.max(0, width - widthOf(right) - 4);
	const whole = agent === undefined ? title : `${title} @ ${agent}`;
	const name = isWithin(whole, room) ? whole : cut(title, room, ellipsis);
	const left = width - widthOf(right);
	// Cut to its room, the rule would touch the name.
	const rest = ` ${rule.repeat(Math.max(0, left - columnsOf(name) - 4))}`;
	return [...fitLine([span(`${rule.repeat(2)} `, 'quiet'), span(name, 'plain', true), span(rest, 'quiet')], left, rule), ...right];
};

/** The ends of the task's other logs, in exactly so many lines: of each the last ones, below its title. */
export const LogEnds = ({view: {ends, size}, theme}: {readonly view: EndsView; readonly theme: Theme}): ReactNode => {
	const {columns: width, rows} = size;
	const drawn = ends.map(end => {
		const nameWidth = widest(end.lines.map(({name}) => name), 0, longestName);
		return end.lines.flatMap((line, index) => endRows(line, {width, nameWidth, theme, shared: sharedBeginning(line.text, end.lines[index - 1]?.text ?? '')}));
	});
	const shares = fairShares(drawn.map(({length}) => length), rows - ends.length);
	const lines = ends.flatMap((end, index) => [endTitle(end, width, theme), ...(drawn[index] ?? []).slice(-Math.max(1, shares[index] ?? 0)).map((row, at) => row(at === 0))]);
	return <Lines lines={fillLines(lines, rows)} theme={theme}/>;
};
