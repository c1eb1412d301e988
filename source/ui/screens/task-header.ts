import {isActive} from '../../protocol/outcome.js';
import {type Pulse} from '../../store/select/pulse.js';
import {type TaskHeader} from '../../store/views.js';
import {isSameDay, localOffset} from '../../store/clock-time.js';
import {whyTexts} from '../../store/select/why.js';
import {formatDuration} from '../../format/duration.js';
import {fillLines, type Line} from '../parts/frame-lines.js';
import {bareInstant, zoneWords} from '../parts/instant.js';
import {reasonLines} from '../parts/reason.js';
import {
	fitLine,
	joinByRank,
	piece,
	spaces,
	widthOf,
	type Piece,
	type RankedPieces,
} from '../piece.js';
import {outcomeText, toneOf, type Theme} from '../theme.js';
import {type ScreenProps} from './screen-props.js';

const whereText = ({outcome, progress: {stage, total}}: TaskHeader): string => {
	if (total === 0 || outcome.word === 'pending' || outcome.word === 'rolled back') {
		return '';
	}

	if (outcome.word === 'succeeded') {
		return `, ${total} ${total === 1 ? 'stage' : 'stages'}`;
	}

	return outcome.word === 'running' || outcome.word === 'rolling back' ? ` stage ${stage} of ${total}` : ` in stage ${stage} of ${total}`;
};

/** "failed in stage 3 of 11 after 12s". What still grows stands at the end of the line instead. */
const outcomePiece = (header: TaskHeader, theme: Theme): Piece => {
	const {outcome, duration, isFailing} = header;
	// As in the table of agents.
	const words = isFailing && outcome.word === 'running' ? `${theme.glyphs.outcome.running} failing` : outcomeText(outcome, theme);
	const after = duration === undefined || isActive(outcome) ? '' : `${outcome.word === 'succeeded' ? ' in' : ' after'} ${formatDuration(duration)}`;
	return piece(` ${words}${whereText(header)}${after}`, isFailing ? 'bad' : toneOf(outcome), true);
};

const timesPieces = (header: TaskHeader, {timeZone, hour, theme}: ScreenProps): readonly Piece[] => {
	const {startTime, endTime, utcOffset, isLaterAttempt} = header;
	if (startTime === undefined) {
		return [];
	}

	const zone = {timeZone, utcOffset, hour};
	const offset = timeZone === 'local' || utcOffset === undefined ? localOffset(startTime) : utcOffset;
	const start = bareInstant(startTime, zone);
	// Within a task a day is said once.
	const end = endTime === undefined ? '' : ` ${theme.glyphs.arrow} ${bareInstant(endTime, isSameDay(startTime, endTime, offset) ? {...zone, hour: endTime} : zone)}`;
	return [
		piece(endTime === undefined ? `since ${start}` : `${start}${end}`, 'quiet'),
		piece(` ${zoneWords(zone)}`, 'quiet'),
		...(isLaterAttempt ? [piece(' this attempt', 'quiet')] : []),
	];
};

const mainPieces = ({outcome, isGone}: NonNullable<TaskHeader['main']>, theme: Theme): readonly Piece[] => outcome
	? [piece('main task ', 'quiet'), piece(outcomeText(outcome, theme), toneOf(outcome))]
	: [piece(isGone ? 'main task is gone, its end is unknown' : 'main task not read yet', 'attention')];

/** The line that says how the task is. The time that runs stands at its end, so that a tick rewrites no more than that. */
export const taskHeaderLine = (header: TaskHeader, props: ScreenProps): Line => {
	const {outcome, duration, operator, id, main, replacedBy} = header;
	const {size: {columns}, theme} = props;
	const running = duration !== undefined && isActive(outcome) ? [piece(formatDuration(duration), toneOf(outcome), true)] : [];
	const line = joinByRank([
		{rank: 0, pieces: [outcomePiece(header, theme)]},
		{rank: 1, pieces: replacedBy === undefined ? [] : [piece(`replaced by ${replacedBy}`, 'attention')]},
		{rank: 5, pieces: operator === '' ? [] : [piece(operator, 'quiet')]},
		{rank: 2, pieces: main ? mainPieces(main, theme) : []},
		{rank: 4, pieces: id === '' ? [] : [piece(`id ${id}`, 'quiet')]},
		{rank: 3, pieces: timesPieces(header, props)},
		{rank: 1, pieces: running},
	], spaces(3), columns - 1);
	return fitLine(line, columns, theme.glyphs.ellipsis);
};

// Less is the usual rhythm of a task; more often than a minute nobody needs to hear of it.
const worthTelling = 60_000;
const limitWorthTelling = 1_800_000;

/** `stage` instead of `news` where nobody knows when the last line came. */
type PulseWords = {readonly news: string; readonly stage: string; readonly unseen: string; readonly limit: string};

// The short ones where the line is too narrow for everything in plain words.
const pulseWords: readonly PulseWords[] = [
	{news: 'no new line or stage for', stage: 'no new stage for', unseen: ', no new line seen', limit: 'usual limit (1h) in'},
	{news: 'no news for', stage: 'no new stage for', unseen: '', limit: 'limit in'},
	{news: 'quiet', stage: 'quiet', unseen: '', limit: 'limit'},
];

const pulseParts = ({quiet, areLinesKnown, isStalled, slowest, limitIn}: Pulse, {news, stage, unseen, limit}: PulseWords): RankedPieces => [
	{rank: 0, pieces: quiet !== undefined && quiet >= worthTelling
		? [piece(`${isStalled ? 'stalled: ' : ''}${areLinesKnown ? news : stage} ${formatDuration(quiet)}${areLinesKnown ? '' : unseen}`, isStalled ? 'bad' : 'attention')]
		: []},
	{rank: 2, pieces: slowest ? [piece(`slowest ${slowest.agent} for ${formatDuration(slowest.duration)}`, 'quiet')] : []},
	{rank: 1, pieces: limitIn !== undefined && limitIn < limitWorthTelling ? [piece(`${limit} ${formatDuration(limitIn)}`, 'attention')] : []},
];

/** How a running task moves: since when it is quiet, who is slowest, how near the engine's own limit is. */
const pulseLine = (pulse: Pulse, columns: number, theme: Theme): Line => {
	const separator = piece(` ${theme.glyphs.dot} `, 'quiet');
	const room = columns - 2;
	const wordings = pulseWords.map(words => pulseParts(pulse, words));
	const parts = wordings.find(wording => widthOf(joinByRank(wording, separator, Infinity)) <= room) ?? wordings.at(-1) ?? [];
	return fitLine([piece(' '), ...joinByRank(parts, separator, room)], columns - 1, theme.glyphs.ellipsis);
};

/** Why it failed or what it waits for, and where the log of the agent in question is; or how it moves, also beside why a part of it failed. An empty line where there is nothing to say, so that the list below never moves. */
export const whyLines = ({why, whyRows, logFolder, outcome, pulse, isFailing}: TaskHeader, {size: {columns}, theme}: ScreenProps): readonly Line[] => why === undefined
	? [pulse ? pulseLine(pulse, columns, theme) : []]
	: [
		...fillLines(reasonLines('why', whyTexts(why), {width: columns, rows: whyRows, tone: isFailing ? 'bad' : toneOf(outcome)}, theme), whyRows),
		...(logFolder ? reasonLines('log', [`${logFolder.agent}: ${logFolder.path}`, logFolder.path], {width: columns, rows: 1, tone: 'quiet'}, theme) : []),
		...(isFailing ? [pulse ? pulseLine(pulse, columns, theme) : []] : []),
	];
