import {memo, type ReactNode} from 'react';
import {cell, cut} from '../../lib/columns.js';
import {type Column} from '../../lib/fit-columns.js';
import {type Messages} from '../../lib/messages/en/english.js';
import {messages} from '../../lib/messages/messages.js';
import {type RowFilter, type Window} from '../../store/selectors/view-types.js';
import {fitLine, type Line, type Span, span, spaces} from '../span.js';
import {spokenCell} from '../spoken.js';
import {type SpanTone, type Theme} from '../theme.js';
import {LineText} from './line.js';
import {Rows} from './rows.js';

/** Which rows of a list are in sight, and in which direction there are more: "12-30/200 ▴▾". Empty if all are. For the right end of an existing line. */
export const positionSpans = ({rows, top, total}: Pick<Window<unknown>, 'top' | 'total'> & {readonly rows: {readonly length: number}}, {glyphs, isRead}: Theme): readonly Span[] => {
	const end = top + rows.length;
	if (isRead) {
		return rows.length >= total ? [] : [span(messages().screens.reader.rows(top + 1, end, total))];
	}

	return rows.length >= total
		? []
		: [span(`${top + 1}-${end}/${total} ${top > 0 ? glyphs.above : ''}${end < total ? glyphs.below : ''}`, 'accent'), span(' ')];
};

// Of a long filter the beginning is enough to know it by.
const longestFilter = 24;

/** The filter of a list and how many rows it hides: "/upgrade  3 hidden". For the right end of an existing line, before the position. */
export const filterSpans = (filter: RowFilter | undefined, {glyphs}: Theme): readonly Span[] => filter
	? [span(`/${cut(filter.source, longestFilter, glyphs.ellipsis)}`, 'attention'), span(`  ${messages().screens.agents.hidden(filter.hidden)} `, 'quiet')]
	: [];

/** Columns before a table for the mark of the selected row. */
export const markerWidth = 3;

/** A free column at the right edge, as at the left one. */
export const margin = 1;

export const markerOf = (isSelected: boolean, {glyphs}: Theme): Span =>
	isSelected ? span(` ${glyphs.selected} `, 'accent', true) : spaces(markerWidth);

/** The content of a cell. `isBold`: like its row by default. */
export type CellText = {readonly text: string; readonly tone?: SpanTone; readonly isBold?: boolean; readonly isBar?: boolean};

/** What the cells of a row need beside it. The row is redrawn if one of these changes. */
export type TableContext = {readonly theme: Theme};

type ColumnTitle = keyof Messages['screens']['columns'];

/** A column: the id of its head, its alignment, and the content of its cell for a row at that width. */
export type ColumnDefinition<Row, Context> = {
	readonly title: ColumnTitle;
	readonly align?: 'left' | 'right';
	readonly cell: (row: Row, context: Context, width: number) => CellText;
	/** Read by a screen reader in its place. */
	readonly spoken?: (row: Row, context: Context) => string;
};

export type ColumnDefinitions<Row, Context, Name extends string> = Readonly<Record<Name, ColumnDefinition<Row, Context>>>;

type Selectable = {readonly key: string; readonly isSelected: boolean};

type LineOf<Row, Context, Name extends string> = (row: Row, columns: ReadonlyArray<Column<Name>>, context: Context) => Line;

// Cut and padded to its column, with the free columns before it.
const cellSpan = ({text, tone = 'plain', isBold = false, isBar}: CellText, {gap, width}: Column<string>, align: 'left' | 'right', {glyphs}: Theme): Span =>
	({...span(' '.repeat(gap) + cell(text, width, {align, mark: glyphs.ellipsis}), tone, isBold), ...(isBar && {isBar})});

// Their values alone do not say what they are.
const named: ReadonlySet<ColumnTitle> = new Set(['usually', 'attempts', 'id', 'zone', 'lock', 'obshell', 'oceanBase', 'observer', 'started', 'why', 'lastLine']);

/** The cells of a row as words, two blanks apart. */
const spokenSpans = <Row extends Selectable, Context extends TableContext, Name extends string>(
	row: Row,
	columns: ReadonlyArray<Column<Name>>,
	definitions: ColumnDefinitions<Row, Context, Name>,
	context: Context,
): Line => columns.map(column => {
	const {cell: cellOf, spoken, title} = definitions[column.name];
	const text = spoken ? spoken(row, context) : spokenCell(cellOf(row, context, column.width).text, title === 'stage');
	return span(`  ${text.trim() !== '' && named.has(title) ? messages().screens.reader.named(messages().screens.columns[title], text) : text}`);
});

/** The cells of a row. Bold text, as in a selected row, is never dim. */
export const rowSpans = <Row extends Selectable, Context extends TableContext, Name extends string>(
	row: Row,
	columns: ReadonlyArray<Column<Name>>,
	definitions: ColumnDefinitions<Row, Context, Name>,
	context: Context,
): Line => {
	if (context.theme.isRead) {
		return spokenSpans(row, columns, definitions, context);
	}

	return columns.map(column => {
		const {cell: cellOf, align = 'left'} = definitions[column.name];
		const {text, tone = 'plain', isBold = row.isSelected, isBar = false} = cellOf(row, context, column.width);
		return cellSpan({text, tone: isBold && tone === 'quiet' ? 'plain' : tone, isBold, isBar}, column, align, context.theme);
	});
};

type TableProps<Row extends Selectable, Context extends TableContext, Name extends string> = {
	readonly rows: readonly Row[];
	/** The columns that fit, from `fitColumns`. */
	readonly columns: ReadonlyArray<Column<Name>>;
	readonly definitions: ColumnDefinitions<Row, Context, Name>;
	readonly context: Context;
	/** Of the whole table. */
	readonly width: number;
	/** Not needed for rows that consist of cells only. The same function in each frame. */
	readonly lineOf?: LineOf<Row, Context, Name>;
};

type RowProps = {
	readonly row: unknown;
	readonly columns: ReadonlyArray<Column<string>>;
	readonly context: TableContext;
	readonly width: number;
	readonly isSelected: boolean;
	/** The other properties decide what it draws. */
	readonly draw: () => Line;
};

const isSameColumn = (one: Column<string>, other: Column<string> | undefined): boolean => one.name === other?.name && one.width === other.width && one.gap === other.gap;

const isSameContext = (one: TableContext, other: TableContext): boolean => {
	const others = new Map(Object.entries(other));
	return Object.entries(one).every(([name, value]) => Object.is(value, others.get(name)));
};

const isSameRow = (one: RowProps, other: RowProps): boolean =>
	one.row === other.row && one.width === other.width && isSameContext(one.context, other.context)
	&& one.columns.length === other.columns.length && one.columns.every((column, index) => isSameColumn(column, other.columns[index]));

const TableRow = memo(({context: {theme}, width, isSelected, draw}: RowProps): ReactNode =>
	<LineText line={fitLine(draw(), width - margin, theme.glyphs.ellipsis)} theme={theme} fill={isSelected ? width : undefined}/>, isSameRow);

/** The visible rows of a list, without its head. An unchanged row is not drawn again; its index is its key, because rows come and go at an index. */
export const TableRows = <Row extends Selectable, Context extends TableContext, Name extends string>({
	rows, columns, definitions, context, width, lineOf,
}: TableProps<Row, Context, Name>): ReactNode => (
	<Rows rows={rows}>
		{rows.map((row, index) => (
			<TableRow
				key={index}
				row={row}
				columns={columns}
				context={context}
				width={width}
				isSelected={row.isSelected}
				draw={() => [markerOf(row.isSelected, context.theme), ...lineOf ? lineOf(row, columns, context) : rowSpans(row, columns, definitions, context)]}
			/>
		))}
	</Rows>
);

type HeadProps<Name extends string> = {
	readonly columns: ReadonlyArray<Column<Name>>;
	readonly definitions: Readonly<Record<Name, {readonly title: ColumnTitle; readonly align?: 'left' | 'right'}>>;
	/** Heads that depend on what the table shows. */
	readonly titles?: Readonly<Partial<Record<Name, string>>> | undefined;
	readonly width: number;
	readonly theme: Theme;
};

/** The heads of the columns; rows that are read name their values themselves. */
export const TableHead = <Name extends string>({columns, definitions, titles, width, theme}: HeadProps<Name>): ReactNode => theme.isRead
	? undefined
	: (
		<LineText
			theme={theme}
			line={fitLine([spaces(markerWidth), ...columns.map(column => {
				const {title, align = 'left'} = definitions[column.name];
				return cellSpan({text: titles?.[column.name] ?? messages().screens.columns[title], tone: 'quiet'}, column, align, theme);
			})], width, theme.glyphs.ellipsis)}
		/>
	);

/** A table with its heads. */
export const Table = <Row extends Selectable, Context extends TableContext, Name extends string>(
	{titles, ...props}: TableProps<Row, Context, Name> & Pick<HeadProps<Name>, 'titles'>,
): ReactNode => (
	<>
		<TableHead columns={props.columns} definitions={props.definitions} titles={titles} width={props.width} theme={props.context.theme}/>
		<TableRows {...props}/>
	</>
);
