import {widest} from '../../lib/columns.js';
import {type Column, fitColumns} from '../../lib/fit-columns.js';
import {formatDuration} from '../../lib/time.js';
import {type HistoryRow, type HistoryView} from '../../store/selectors/history.js';
import {breadcrumbLine} from '../components/breadcrumb.js';
import {footerLine} from '../components/footer.js';
import {cellPiece, margin, markerOf, markerWidth, positionPieces, tableHead} from '../components/table.js';
import {bareInstant, type Zone, zoneWords} from '../components/text.js';
import {progressBar, stageText} from '../format.js';
import {fitLine, frameLines, type Line, type Span, span, spinner} from '../span.js';
import {outcomeText, type Theme, toneOf} from '../theme.js';
import {type ScreenProps} from './empty.js';

type HistoryColumn = 'began' | 'task' | 'outcome' | 'bar' | 'stage' | 'id' | 'time';

// One zone for all rows: that of the first one.
const zoneOf = (rows: readonly HistoryRow[], {timeZone, hour}: ScreenProps): Zone => ({timeZone, hour, utcOffset: rows.find(({utcOffset}) => utcOffset !== undefined)?.utcOffset});

const titles: Readonly<Record<HistoryColumn, string>> = {
	began: 'BEGAN', task: 'TASK', outcome: 'OUTCOME', bar: '', stage: 'STAGE', id: 'ID', time: 'TIME',
};

const beganText = ({startTime}: HistoryRow, zone: Zone): string => startTime === undefined ? '' : bareInstant(startTime, zone);

const historyColumns = (rows: readonly HistoryRow[], zone: Zone, props: ScreenProps): ReadonlyArray<Column<HistoryColumn>> => fitColumns<HistoryColumn>([
	{name: 'began', width: widest([...rows.map(row => beganText(row, zone)), `BEGAN ${zoneWords(zone)}`], 8, 26), rank: 2},
	{name: 'task', width: widest(rows.map(({task}) => task.name), 18, 44), min: 14, rank: 0},
	{name: 'outcome', width: widest(rows.map(({task}) => outcomeText(task.outcome, props.theme)), 11, 24), rank: 1},
	{name: 'bar', width: 8, rank: 6},
	{name: 'stage', width: widest(rows.map(row => stageText(row.task)), 5, 7), rank: 4},
	{name: 'id', width: widest(rows.map(({key}) => key), 2, 60), rank: 5},
	{name: 'time', width: 6, rank: 3, gap: 1},
], props.size.columns - markerWidth - margin);

const cellOf = (row: HistoryRow, column: Column<HistoryColumn>, zone: Zone, theme: Theme): Span => {
	const {isSelected, task} = row;
	switch (column.name) {
		case 'began': {
			return cellPiece(beganText(row, zone), column, theme, {isSelected, tone: 'quiet'});
		}

		case 'task': {
			return cellPiece(task.name, column, theme, {isSelected});
		}

		case 'outcome': {
			return cellPiece(outcomeText(task.outcome, theme), column, theme, {isSelected, tone: toneOf(task.outcome)});
		}

		case 'bar': {
			return cellPiece(task.progress.total > 0 ? progressBar(task.progress, column.width, theme.glyphs.bar) : '', column, theme, {tone: toneOf(task.outcome)});
		}

		case 'stage': {
			return cellPiece(stageText(row.task), column, theme, {isSelected});
		}

		case 'id': {
			return cellPiece(row.key, column, theme, {isSelected, tone: 'quiet'});
		}

		case 'time': {
			return cellPiece(task.duration === undefined ? '' : formatDuration(task.duration), column, theme, {isSelected, align: 'right'});
		}
	}
};

const leftWords = (left: number | undefined, isLoading: boolean): string => {
	if (isLoading && left === 0) {
		return 'reading how they ended';
	}

	if (isLoading) {
		return 'loading older ones';
	}

	return left === undefined ? 'older ones are not asked for' : (left === 0 ? 'all that it knows' : `${left} older ones left out`);
};

/** How many there are, and what is missing; "loading" stands at the end, so that its coming and going moves nothing. */
const countLine = ({list: {total}, filter, faults, left, isLoading, problem}: HistoryView, width: number, theme: Theme): Line => {
	const dot = span(` ${theme.glyphs.dot} `, 'quiet');
	return fitLine([
		span(` ${total} ${total === 1 ? 'task' : 'tasks'}`),
		...(filter ? [span(`  /${filter.source}`, 'attention'), span(`  ${filter.hidden} hidden`, 'quiet')] : []),
		...(faults > 0 ? [dot, span(`${faults} failed or cancelled`, 'bad')] : []),
		dot,
		...(problem === undefined ? [span(leftWords(left, isLoading), 'quiet')] : [span(problem, 'bad')]),
	], width - 1, theme.glyphs.ellipsis);
};

/** The tasks that an agent or a cluster ever had, newest first. */
export const historyScreen = (view: HistoryView, props: ScreenProps): readonly Line[] => {
	const {size: {columns: width, rows}, theme, footer} = props;
	const {list, note} = view;
	const zone = zoneOf(list.rows, props);
	const columns = historyColumns(list.rows, zone, props);
	return frameLines({
		head: [
			breadcrumbLine(view.breadcrumb, width, theme, positionPieces(list, theme)),
			...(note === undefined ? [countLine(view, width, theme), tableHead(columns, {...titles, began: `BEGAN ${zoneWords(zone)}`}, theme, {right: ['time']})] : []),
		],
		body: note === undefined
			? list.rows.map(row => fitLine([markerOf(row.isSelected, theme), ...columns.map(column => cellOf(row, column, zone, theme))], width, theme.glyphs.ellipsis))
			: [[], fitLine([span(' '), view.isLoading ? spinner('accent') : span(' '), span(` ${view.problem ?? note}`, view.problem === undefined ? 'quiet' : 'bad')], width, theme.glyphs.ellipsis)],
		foot: footerLine(footer, width, theme),
	}, rows - 1);
};
