import {widest} from '../../lib/columns.js';
import {type Column, fitColumns} from '../../lib/fit-columns.js';
import {type JournalRow} from '../../store/selectors/change-words.js';
import {type JournalView} from '../../store/selectors/journal.js';
import {breadcrumbLine} from '../components/breadcrumb.js';
import {footerLine} from '../components/footer.js';
import {cellPiece, margin, markerOf, markerWidth, positionPieces, tableHead} from '../components/table.js';
import {bareInstant, instantWords, type Zone} from '../components/text.js';
import {fitLine, frameLines, type Line, type Span, span} from '../span.js';
import {outcomeText, type PieceTone, type Theme, toneOf} from '../theme.js';
import {type ScreenProps} from './empty.js';

type JournalColumn = 'new' | 'time' | 'owner' | 'event' | 'task' | 'detail';

const titles: Readonly<Record<JournalColumn, string>> = {
	new: '', time: 'TIME', owner: 'AGENT', event: 'EVENT', task: 'TASK', detail: '',
};

const eventText = ({outcome, event}: JournalRow, theme: Theme): string => outcome ? outcomeText(outcome, theme) : event;

const toneOfEvent = ({outcome, isBad, isQuiet}: JournalRow): PieceTone => {
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

const cellOf = (row: JournalRow, column: Column<JournalColumn>, zone: Zone, theme: Theme): Span => {
	const {isSelected, isNew, isQuiet} = row;
	const base = {isSelected, tone: isQuiet ? 'quiet' : 'plain'} as const;
	switch (column.name) {
		case 'new': {
			return cellPiece(isNew ? '+' : '', column, theme, {isSelected, tone: 'attention'});
		}

		case 'time': {
			return cellPiece(bareInstant(row.at, zone), column, theme, {isSelected, tone: 'quiet'});
		}

		case 'owner': {
			return cellPiece(row.owner, column, theme, base);
		}

		case 'event': {
			return cellPiece(eventText(row, theme), column, theme, {isSelected, tone: toneOfEvent(row)});
		}

		case 'task': {
			return cellPiece(row.task, column, theme, base);
		}

		case 'detail': {
			return cellPiece(row.detail, column, theme, {isSelected, tone: 'quiet'});
		}
	}
};

/** How many there are and what is new; times are this machine's. */
const countLine = ({list: {total}, dropped, news, awaySince}: JournalView, zone: Zone, width: number, theme: Theme): Line => {
	const dot = span(` ${theme.glyphs.dot} `, 'quiet');
	return fitLine([
		span(` ${total} ${total === 1 ? 'change' : 'changes'} seen`),
		...(dropped > 0 ? [dot, span(`${dropped} older dropped`, 'quiet')] : []),
		...(news > 0 && awaySince !== undefined ? [dot, span(`+ ${news} while you were away, since ${instantWords(awaySince, zone)}`, 'attention')] : []),
	], width - 1, theme.glyphs.ellipsis);
};

/** What was seen to change since the program started, newest first. */
export const journalScreen = (view: JournalView, {size: {columns: width, rows}, theme, footer, hour}: ScreenProps): readonly Line[] => {
	const {list} = view;
	const zone: Zone = {timeZone: 'local', utcOffset: undefined, hour};
	const columns = journalColumns(list.rows, zone, width, theme);
	return frameLines({
		head: [breadcrumbLine(view.breadcrumb, width, theme, positionPieces(list, theme)), countLine(view, zone, width, theme), tableHead(columns, {...titles, time: 'LOCAL'}, theme)],
		body: list.rows.length === 0
			? [[], fitLine([span('   nothing changed since the start', 'quiet')], width, theme.glyphs.ellipsis)]
			: list.rows.map(row => fitLine([markerOf(row.isSelected, theme), ...columns.map(column => cellOf(row, column, zone, theme))], width - margin, theme.glyphs.ellipsis)),
		foot: footerLine(footer, width, theme),
	}, rows - 1);
};
