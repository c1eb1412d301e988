import {type ReactNode} from 'react';
import {columnsOf, isWithin, widest} from '../../lib/columns.js';
import {type Column, fitColumns} from '../../lib/fit-columns.js';
import {messages} from '../../lib/messages/messages.js';
import {formatDuration} from '../../lib/time.js';
import {wrapWithin} from '../../lib/wrap.js';
import {shorterVersions} from '../../protocol/logs.js';
import {type NodeView, type SubTaskRow} from '../../store/selectors/task.js';
import {Breadcrumb} from '../components/breadcrumb.js';
import {Lines} from '../components/line.js';
import {roomBelow, Screen, type ScreenProps} from '../components/screen.js';
import {type ColumnDefinitions, margin, markerWidth, positionSpans, type TableContext, TableHead, TableRows} from '../components/table.js';
import {brieflyOf, type Detail, detailLines, sharedBeginning, stalenessLines} from '../components/text.js';
import {fitLine, type Line, span} from '../span.js';
import {mostOfMark, partMark, partText, type SpanTone, type Theme, toneOfPart, toneOfSeverity} from '../theme.js';

type NodeColumn = 'agent' | 'mark' | 'outcome' | 'attempts' | 'line' | 'time';

const agentOf = ({agent}: SubTaskRow): string => agent === '' ? messages().screens.cluster : agent;

const nameOf = (row: SubTaskRow): string => [agentOf(row), row.mark].filter(text => text !== '').join(' ');

// "192.168.100.100:2886": two agents of a host differ only in the end.
const wholeAddress = 20;

const usualLine = 20;

/** The columns of a stage's sub-tasks; the last log line takes the rest, unless all are said beside or below. */
const columnsWith = (rows: readonly SubTaskRow[], width: number, {outcome, hasLines}: {readonly outcome: number; readonly hasLines: boolean}): ReadonlyArray<Column<NodeColumn>> => {
	const agent = widest(rows.map(row => agentOf(row)), 13, 30);
	return fitColumns<NodeColumn>([
		{name: 'agent', width: agent, min: hasLines ? Math.min(agent, wholeAddress) : agent, rank: 0},
		...(rows.some(({mark}) => mark !== '') ? [{name: 'mark' as const, width: widest(rows.map(({mark}) => mark), 8, 30), min: 8, rank: 2}] : []),
		{name: 'outcome', width: outcome, rank: 1},
		// Most sub-tasks have one.
		...(rows.some(({attempts}) => attempts > 1) ? [{name: 'attempts' as const, width: columnsOf(messages().screens.columns.attempts), rank: 5}] : []),
		...(hasLines ? [{name: 'line' as const, width: usualLine, min: 10, max: 400, rank: 4}] : []),
		{name: 'time', width: 6, rank: 3},
	], width - markerWidth - margin);
};

/** In a preview without room for the last lines, and where their words have no room, outcomes have only their marks. */
export const nodeColumns = (rows: readonly SubTaskRow[], width: number, theme: Theme, {hasLines = true, isPreview = false} = {}): ReadonlyArray<Column<NodeColumn>> => {
	const whole = columnsWith(rows, width, {outcome: widest(rows.map(row => partText(row, theme)), 11, 24), hasLines});
	const line = whole.find(({name}) => name === 'line')?.width ?? 0;
	const hasOutcomes = whole.some(({name}) => name === 'outcome');
	return !hasOutcomes || (isPreview && hasLines && line < usualLine) ? columnsWith(rows, width, {outcome: widest(rows.map(row => partMark(row, theme)), 1, mostOfMark), hasLines}) : whole;
};

/** `first`: the first row in sight, whose last line is shown with its beginning; `shared`: so much of that all others have, too. */
type NodeContext = TableContext & {readonly first: SubTaskRow | undefined; readonly shared: number};

const contextOf = (rows: readonly SubTaskRow[], theme: Theme): NodeContext => {
	const [first, ...others] = rows.filter(({lastLine}) => lastLine !== '');
	return {theme, first, shared: first && others.length > 0 ? Math.min(...others.map(({lastLine}) => sharedBeginning(lastLine, first.lastLine))) : 0};
};

const lastLineText = (row: SubTaskRow, width: number, {theme: {glyphs}, first, shared}: NodeContext): string => row.lastSeverity === 'error'
	? wrapWithin([row.lastLine, ...shorterVersions(row.lastLine), row.lastShortest, ...shorterVersions(row.lastShortest)], {width, rows: 1, mark: glyphs.ellipsis})[0] ?? ''
	: brieflyOf(row.lastLine, width, glyphs.ellipsis, row === first ? 0 : shared);

const toneOfLastLine = ({lastSeverity}: SubTaskRow): SpanTone => lastSeverity === 'plain' ? 'quiet' : toneOfSeverity(lastSeverity);

const definitions: ColumnDefinitions<SubTaskRow, NodeContext, NodeColumn> = {
	agent: {title: 'agent', cell: row => ({text: agentOf(row)})},
	mark: {title: 'subTask', cell: ({mark}) => ({text: mark, tone: 'quiet'})},
	outcome: {title: 'outcome', cell: (row, {theme}, width) => ({text: width <= mostOfMark ? partMark(row, theme) : partText(row, theme), tone: toneOfPart(row)})},
	attempts: {title: 'attempts', align: 'right', cell: ({attempts}) => ({text: attempts === 0 ? '' : String(attempts), tone: 'quiet'})},
	line: {title: 'lastLine', cell: (row, context, width) => ({text: lastLineText(row, width, context), tone: toneOfLastLine(row)})},
	time: {title: 'time', align: 'right', cell: ({duration}) => ({text: duration === undefined ? '' : formatDuration(duration)})},
};

const outcomeLine = (view: NodeView, width: number, theme: Theme): Line => fitLine([
	span(` ${partText(view, theme)}`, toneOfPart(view), true),
	span(`   ${messages().screens.stage.count(view.list.total)}`, 'quiet'),
], width, theme.glyphs.ellipsis);

/** The last lines that their column cuts off: that of the selected row, and errors. */
const cutLines = (rows: readonly SubTaskRow[], columns: ReadonlyArray<Column<NodeColumn>>): readonly Detail[] => {
	const room = columns.find(({name}) => name === 'line')?.width ?? 0;
	return rows
		.filter(({lastLine, lastSeverity, isSelected}) => (isSelected || lastSeverity !== 'plain') && !isWithin(lastLine, room))
		.map(row => ({
			label: messages().screens.labels.last, texts: [...new Set([messages().faults.about(nameOf(row), row.lastLine), row.lastLine, row.lastShortest, ...(row.lastSeverity === 'error' ? shorterVersions(row.lastShortest) : [])])], tone: toneOfLastLine(row), isSelected: row.isSelected,
		}));
};

/** One stage: its sub-tasks, usually one per agent. */
export const NodeScreen = ({view, size, theme, footer, part, hour}: ScreenProps & {readonly view: NodeView}): ReactNode => {
	const {list} = view;
	const {columns: width} = size;
	const columns = nodeColumns(list.rows, width, theme, {hasLines: !part?.hasPreview || list.rows.some(({lastLine}) => lastLine !== ''), isPreview: part?.place !== undefined});
	const hasMarks = columns.some(({name, width: own}) => name === 'outcome' && own <= mostOfMark);
	const said = [...stalenessLines(view.staleness, {size, hour}, theme), outcomeLine(view, width, theme)];
	// Breadcrumb and column heads.
	const room = roomBelow(2 + said.length, size) - list.rows.length;
	const details = detailLines(cutLines(list.rows, columns).filter(({isSelected}) => !(part?.hasPreview && isSelected)), {width, height: room}, theme);
	return (
		<Screen
			size={size}
			footer={footer}
			theme={theme}
			hasFreeLine={room > 0 && details.length === 0}
			head={<>
				<Breadcrumb crumbs={view.breadcrumb} width={width} theme={theme} part={part} right={positionSpans(list, theme)}/>
				<Lines lines={said} theme={theme}/>
				<TableHead columns={columns} definitions={definitions} titles={hasMarks ? {outcome: ''} : undefined} width={width} theme={theme}/>
			</>}
			end={<Lines lines={details} theme={theme}/>}
		>
			<TableRows rows={list.rows} columns={columns} definitions={definitions} context={contextOf(list.rows, theme)} width={width}/>
		</Screen>
	);
};
