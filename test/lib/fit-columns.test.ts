import fc from 'fast-check';
import {expect, test} from 'vitest';
import {type ColumnSpec, fitColumns} from '../../source/lib/fit-columns.js';

const specs: ReadonlyArray<ColumnSpec<'name' | 'text' | 'time'>> = [
	{name: 'name', width: 10, min: 6, rank: 0},
	{name: 'text', width: 10, min: 4, max: 30, rank: 2},
	{name: 'time', width: 6, rank: 1, gap: 1},
];

const layout = (available: number): string => fitColumns(specs, available).map(({name, width, gap}) => `${name} ${gap}+${width}`).join(', ');

test.each([
	[29, 'name 0+10, text 2+10, time 1+6'],
	[40, 'name 0+10, text 2+21, time 1+6'],
	[100, 'name 0+10, text 2+30, time 1+6'],
	// The least important one is narrowed first.
	[25, 'name 0+10, text 2+6, time 1+6'],
	[21, 'name 0+8, text 2+4, time 1+6'],
	// Then left out.
	[18, 'name 0+10, time 1+6'],
	[14, 'name 0+7, time 1+6'],
	[12, 'name 0+10'],
	[8, 'name 0+8'],
])('in %d columns', (available, expected) => {
	expect(layout(available)).toBe(expected);
});

test('columns never take more than there is, as long as one of them fits', () => {
	fc.assert(fc.property(
		fc.array(fc.record({width: fc.nat(40), extra: fc.nat(60), less: fc.nat(40), gap: fc.nat(3)}), {minLength: 1, maxLength: 8}),
		fc.integer({min: 0, max: 200}),
		(parts, available) => {
			const list = parts.map(({width, extra, less, gap}, index) => ({name: `c${index}`, width, min: Math.max(0, width - less), max: width + extra, rank: index, gap}));
			const columns = fitColumns(list, available);
			const sum = columns.reduce((total, {width, gap}) => total + width + gap, 0);
			expect(columns.length).toBeGreaterThan(0);
			expect(sum).toBeLessThanOrEqual(Math.max(available, list[0]!.min));
		},
	));
});
