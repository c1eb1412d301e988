import {Box} from 'ink';
import {cleanup, render} from 'ink-testing-library';
import {afterEach, expect, test} from 'vitest';
import {type Column} from '../../../source/lib/fit-columns.js';
import {type ColumnDefinitions, Table, type TableContext} from '../../../source/ui/components/table.js';
import {createTheme} from '../../../source/ui/theme.js';
import {draw} from '../helpers/draw.js';

afterEach(cleanup);

type Row = {readonly key: string; readonly name: string; readonly runs: number; readonly isSelected: boolean};
type Name = 'name' | 'runs';

const columns: ReadonlyArray<Column<Name>> = [{name: 'name', width: 8, gap: 0}, {name: 'runs', width: 4, gap: 2}];
const theme = createTheme();

/** A table that notes whose cells it asked for. */
const noting = (asked: string[]): ColumnDefinitions<Row, TableContext & {readonly unit: string}, Name> => ({
	name: {
		title: 'task',
		cell({name}) {
			asked.push(name);
			return {text: name};
		},
	},
	runs: {title: 'attempts', align: 'right', cell: ({runs}, {unit}) => ({text: `${runs}${unit}`, tone: 'quiet'})},
});

const rows: readonly Row[] = [
	{key: 'a', name: 'first', runs: 1, isSelected: true},
	{key: 'b', name: 'the second', runs: 12_345, isSelected: false},
	{key: 'c', name: '第三', runs: 3, isSelected: false},
];

const table = (asked: string[], shown: readonly Row[], unit = '', width = 40) => (
	<Box flexDirection='column'>
		<Table rows={shown} columns={columns.map(column => ({...column}))} definitions={noting(asked)} context={{theme, unit}} width={width}/>
	</Box>
);

test('a table has its heads, a mark at the selected row, and cells that are cut and aligned', () => {
	expect(draw(table([], rows), 40)).toEqual([
		'   TASK      ATT…',
		' ▸ first        1',
		'   the sec…  123…',
		'   第三         3',
	]);
});

test('a table that is narrower than its columns is cut at its edge', () => {
	expect(draw(table([], rows.slice(0, 1), '', 14), 40)).toEqual(['   TASK    …', ' ▸ first   …']);
});

test('heads that depend on the rows take the place of the usual ones', () => {
	const named = <Box flexDirection='column'><Table rows={[]} columns={columns} definitions={noting([])} titles={{runs: 'ALL'}} context={{theme, unit: ''}} width={40}/></Box>;
	expect(draw(named, 40)).toEqual(['   TASK       ALL']);
});

test('only the rows that changed are redrawn, even if the columns are new objects with the same widths', () => {
	const asked: string[] = [];
	const {rerender, lastFrame} = render(table(asked, rows));
	expect(asked).toEqual(['first', 'the second', '第三']);
	asked.length = 0;

	rerender(table(asked, rows));
	expect(asked).toEqual([]);

	const [first, second, third] = rows as readonly [Row, Row, Row];
	rerender(table(asked, [first, {...second, name: 'other'}, third]));
	expect(asked).toEqual(['other']);
	expect(lastFrame()).toContain('   other     123…');
	asked.length = 0;

	// The selection moves: the row that had it, and the one that has it.
	rerender(table(asked, [{...first, isSelected: false}, {...second, name: 'other', isSelected: true}, third]));
	expect(asked).toEqual(['first', 'other']);
	asked.length = 0;

	// What all cells look at changes all of them.
	rerender(table(asked, [first, second, third], 'x'));
	expect(asked).toEqual(['first', 'the second', '第三']);
	expect(lastFrame()).toContain(' ▸ first       1x');
});
