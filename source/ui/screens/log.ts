import {type LogRow, type LogStatus, type LogView} from '../../store/views.js';
import {formatPreciseTime, localOffset} from '../../store/clock-time.js';
import {breadcrumbLine} from '../parts/breadcrumb.js';
import {footerLine} from '../parts/footer.js';
import {frameLines, type Line} from '../parts/frame-lines.js';
import {stalenessLines} from '../parts/staleness.js';
import {fitLine, piece, spreadLine, type Piece} from '../piece.js';
import {outcomeText, toneOf, toneOfSeverity, type PieceTone, type Theme} from '../theme.js';
import {type ScreenProps} from './screen-props.js';

type RowProps = {readonly width: number; readonly theme: Theme; readonly view: LogView; readonly timeZone: 'agent' | 'local'};

const blankTime = ' '.repeat('10:41:59.123 '.length);

const timePiece = ({time}: LogRow, {view, timeZone}: RowProps): readonly Piece[] => {
	if (!view.hasTimes) {
		return [];
	}

	return time === undefined
		? [piece(blankTime)]
		: [piece(`${formatPreciseTime(time, timeZone === 'local' ? localOffset(time) : view.utcOffset ?? 0)} `, 'quiet')];
};

/** A text with what a search found in it set apart. */
const highlighted = (text: string, matches: LogRow['matches'], tone: PieceTone, isMarked: boolean): readonly Piece[] => {
	const pieces: Piece[] = [];
	let from = 0;
	for (const [start, end] of matches) {
		pieces.push(piece(text.slice(from, start), tone, isMarked), piece(text.slice(start, end), 'match'));
		from = end;
	}

	return [...pieces, piece(text.slice(from), tone, isMarked)].filter(({text: part}) => part !== '');
};

const rowLine = (row: LogRow, props: RowProps): Line => {
	const {width, theme} = props;
	const {glyphs} = theme;
	if (row.type === 'separator') {
		return fitLine([piece(`${glyphs.rule.repeat(2)} `, 'quiet'), piece(row.text, 'accent'), piece(` ${glyphs.rule.repeat(width)}`, 'quiet')], width - 1, glyphs.rule);
	}

	const repeats = row.repeats > 1 ? [piece(`×${row.repeats}`, 'quiet')] : [];
	const left = [
		row.isMarked && row.isFirst ? piece(glyphs.selected, 'accent', true) : piece(' '),
		...timePiece(row, props),
		...(row.isCutLeft ? [piece(glyphs.cutLeft, 'quiet')] : []),
		...highlighted(row.text, row.matches, toneOfSeverity(row.severity), row.isMarked),
		...(row.isCutRight ? [piece(glyphs.cutRight, 'quiet')] : []),
		...(repeats.length > 0 ? [piece('  '), ...repeats] : []),
	];
	return fitLine(left, width, glyphs.ellipsis);
};

const filterWords = ({filter, severity}: LogStatus): string => [
	...(severity === 'all' ? [] : [severity === 'errors' ? 'errors only' : 'warnings and errors']),
	...(filter ? [`&${filter.source} ${filter.isCounting ? '…' : `(${filter.hidden} hidden)`}`] : []),
].join('  ');

const searchWords = ({search}: LogStatus): string => {
	if (!search) {
		return '';
	}

	const {source, matches, rank, isCounting} = search;
	return `/${source} ${rank === undefined ? '' : `${rank}/`}${matches}${isCounting ? '…' : ''} ${matches === 1 ? 'line' : 'lines'}`;
};

/** At the right end: how the sub-task is, what is searched and hidden, and whether the end is followed. */
const stateOf = ({outcome, status, left}: LogView, isNarrow: boolean, theme: Theme): readonly Piece[] => {
	const {isFollowing, newEntries} = status;
	const words = [left > 0 ? `+${left}` : '', filterWords(status), searchWords(status)].filter(word => word !== '');
	return [
		...(isNarrow || words.length > 0 ? [] : [piece(outcomeText(outcome, theme), toneOf(outcome))]),
		...words.map(word => piece(`  ${word}`, 'attention')),
		...(newEntries > 0 ? [piece(`  ${newEntries} new ${theme.glyphs.following}`, 'accent', true)] : []),
		...(isFollowing ? [piece(`  follow ${theme.glyphs.following}`, 'accent')] : []),
		piece(' '),
	];
};

/** What is missing from the lines, where the last hints would stand. */
const lossLine = ({dropped, problem}: LogStatus, width: number, theme: Theme): readonly Line[] => dropped === 0 && problem === undefined
	? []
	: [
		spreadLine([piece(` ${dropped > 0 ? `${dropped} older lines let go; s saves all` : `without times: ${problem ?? ''}`}`, 'quiet')], [], width, theme.glyphs.ellipsis),
	];

/** One sub-task's log. */
export const logScreen = (view: LogView, {size: {columns: width, rows}, theme, footer, hour, timeZone}: ScreenProps): readonly Line[] => {
	const loss = lossLine(view.status, width, theme);
	const body = view.note === undefined
		? view.rows.map(row => rowLine(row, {width, theme, view, timeZone}))
		: [[], fitLine([piece(`   ${view.note}`, 'quiet')], width, theme.glyphs.ellipsis)];
	return frameLines({
		head: [
			breadcrumbLine(view.breadcrumb, width, theme, stateOf(view, width < 72, theme)),
			...stalenessLines(view.staleness, {width, hour}, theme),
			...loss,
		],
		body,
		foot: footerLine(footer, width, theme),
	}, rows - 1);
};
