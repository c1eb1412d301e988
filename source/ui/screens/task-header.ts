import {isActive} from '../../protocol/outcome.js';
import {type Pulse} from '../../store/select/pulse.js';
import {type TaskHeader} from '../../store/views.js';
import {formatInstant, formatOffset, formatTime, localOffset} from '../../format/clock-time.js';
import {formatDuration} from '../../format/duration.js';
import {type Line} from '../parts/frame-lines.js';
import {fitLine, joinByRank, piece, spaces, type Piece} from '../piece.js';
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
	const {outcome, duration} = header;
	const after = duration === undefined || isActive(outcome) ? '' : `${outcome.word === 'succeeded' ? ' in' : ' after'} ${formatDuration(duration)}`;
	return piece(` ${outcomeText(outcome, theme)}${whereText(header)}${after}`, toneOf(outcome), true);
};

const timesPieces = (header: TaskHeader, {timeZone, hour, theme}: ScreenProps): readonly Piece[] => {
	const {startTime, endTime, utcOffset, isLaterAttempt} = header;
	if (startTime === undefined) {
		return [];
	}

	const isLocal = timeZone === 'local' || utcOffset === undefined;
	const offset = isLocal ? localOffset(startTime) : utcOffset;
	const start = formatInstant(startTime, offset, hour);
	const end = endTime === undefined ? '' : ` ${theme.glyphs.arrow} ${formatTime(endTime, offset)}`;
	return [
		piece(endTime === undefined ? `since ${start}` : `${start}${end}`, 'quiet'),
		piece(` ${isLocal ? 'local' : formatOffset(offset)}`, 'quiet'),
		...(isLaterAttempt ? [piece(' this attempt', 'quiet')] : []),
	];
};

/** The line that says how the task is. The time that runs stands at its end, so that a tick rewrites no more than that. */
export const taskHeaderLine = (header: TaskHeader, props: ScreenProps): Line => {
	const {outcome, duration, operator, id} = header;
	const {size: {columns}, theme} = props;
	const running = duration !== undefined && isActive(outcome) ? [piece(formatDuration(duration), toneOf(outcome), true)] : [];
	const line = joinByRank([
		{rank: 0, pieces: [outcomePiece(header, theme)]},
		{rank: 4, pieces: operator === '' ? [] : [piece(operator, 'quiet')]},
		{rank: 3, pieces: id === '' ? [] : [piece(`id ${id}`, 'quiet')]},
		{rank: 2, pieces: timesPieces(header, props)},
		{rank: 1, pieces: running},
	], spaces(3), columns - 1);
	return fitLine(line, columns, theme.glyphs.ellipsis);
};

// Less is the usual rhythm of a task; more often than a minute nobody needs to hear of it.
const worthTelling = 60_000;
const limitWorthTelling = 1_800_000;

/** How a running task moves: since when it is quiet, who is slowest, how near the engine's own limit is. */
const pulseLine = ({quiet, isStalled, slowest, limitIn}: Pulse, columns: number, theme: Theme): Line => {
	const parts = [
		...(quiet !== undefined && quiet >= worthTelling ? [piece(`${isStalled ? 'stalled: ' : ''}no new line or stage for ${formatDuration(quiet)}`, isStalled ? 'bad' : 'attention')] : []),
		...(slowest ? [piece(`slowest ${slowest.agent} for ${formatDuration(slowest.duration)}`, 'quiet')] : []),
		...(limitIn !== undefined && limitIn < limitWorthTelling ? [piece(`the engine ends it in ${formatDuration(limitIn)}`, 'attention')] : []),
	];
	return fitLine(parts.flatMap((part, index) => [piece(index === 0 ? ' ' : `  ${theme.glyphs.dot}  `, 'quiet'), part]), columns - 1, theme.glyphs.ellipsis);
};

/** Why it failed or what it waits for, or how it moves; an empty line where there is nothing to say, so that the list below never moves. */
export const whyLine = ({why, outcome, pulse}: TaskHeader, {size: {columns}, theme}: ScreenProps): Line => why === undefined
	? (pulse ? pulseLine(pulse, columns, theme) : [])
	: fitLine([piece(' why  ', 'quiet'), piece(why, toneOf(outcome))], columns - 1, theme.glyphs.ellipsis);
