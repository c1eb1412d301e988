import {formatDate, formatTime, localOffset} from '../../store/clock-time.js';
import {type AppView} from '../app-view.js';
import {piece, spreadLine, type Piece} from '../piece.js';
import {type Theme} from '../theme.js';

type ReplayView = NonNullable<AppView['replay']>;

const phaseWords: Readonly<Record<ReplayView['phase'], string>> = {
	playing: '', paused: 'paused', seeking: 'going there', over: 'the end of the recording',
};

// From so many columns on there is room for the day and for whole words, and for those beside what is missing.
const roomyFrom = 60;
const wholeFrom = 100;

const counted = (count: number, one: string, more: string): readonly string[] => count === 0 ? [] : [`${count} ${count === 1 ? one : more}`];

/** The first line of a replay, so that nobody takes it for the present: "REPLAY 2026-11-24 12:34:56 x10 paused, 34 %", and what of it is missing. */
export const replayLine = ({at, speed, phase, percent, damaged, lost, disordered}: ReplayView, width: number, theme: Theme): readonly Piece[] => {
	const offset = localOffset(at);
	const isRoomy = width >= roomyFrom;
	const missing = [
		...counted(damaged, 'damaged line', 'damaged lines'),
		...counted(lost, 'answer not recorded', 'answers not recorded'),
		...counted(disordered, 'line out of order', 'lines out of order'),
	];
	const isBrief = !isRoomy || (missing.length > 0 && width < wholeFrom);
	const words = isBrief && phase === 'over' ? 'the end' : phaseWords[phase];
	return spreadLine([
		piece(' '),
		piece('REPLAY', 'attention', true),
		piece(isRoomy ? ` ${formatDate(at, offset)} ` : ' ', 'quiet'),
		piece(formatTime(at, offset), 'plain', true),
		piece(` ${theme.isAscii ? 'x' : '×'}${speed}${words === '' ? '' : ` ${words}`}, ${percent} %`),
	], missing.length === 0 ? [] : [piece(`${missing.join(', ')} `, 'attention')], width, theme.glyphs.ellipsis);
};
