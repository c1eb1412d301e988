import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {columnsOf, sliceColumns, wrapColumns} from '../../source/lib/columns.js';
import {cpuTime} from '../helpers/cpu-time.js';

const family = '👨‍👩‍👧';
const line = fc.string({unit: fc.constantFrom('a', 'b', ' ', '~', '中', '文', '😀', family, 'e\u0301', '🇩🇪', 'é', '｡'), maxLength: 60});
const graphemesOf = (text: string): readonly string[] => [...new Intl.Segmenter().segment(text)].map(({segment}) => segment);
const rowsOf = (text: string, width: number): readonly string[] => {
	const {count, at} = wrapColumns(text, width);
	return Array.from({length: count}, (_, row) => at(row));
};

describe('a part of a line', () => {
	it.each<readonly [string, string, readonly [left: number, width: number], string]>([
		['plain', 'hello world', [2, 5], 'llo w'],
		['beyond the end', 'abc', [5, 4], ''],
		['of no width', 'abc', [1, 0], ''],
		['wide characters', '初始化', [2, 2], '始'],
		['a wide character cut at the left', '初始化', [1, 3], ' 始'],
		['a wide character cut at the right', '初始化', [0, 3], '初 '],
		['cut at both ends', '初始化', [1, 4], ' 始 '],
		['a narrow window inside a wide character', '初', [1, 1], ' '],
		['mixed', 'a初b', [1, 3], '初b'],
		['a family', `${family}x`, [0, 2], family],
	])('%s', (_, text, [left, width], expected) => {
		expect(sliceColumns(text, left, width)).toBe(expected);
	});

	it('takes no more than its width, and only whole graphemes', () => {
		fc.assert(fc.property(line, fc.nat(40), fc.nat(40), (text, left, width) => {
			const part = sliceColumns(text, left, width);
			expect(columnsOf(part)).toBeLessThanOrEqual(width);
			const known = new Set([...graphemesOf(text), ' ']);
			expect(graphemesOf(part).filter(grapheme => !known.has(grapheme))).toEqual([]);
		}));
	});

	it('fills its width as long as there is text', () => {
		fc.assert(fc.property(line, fc.nat(20), fc.nat(20), (text, left, width) => {
			expect(columnsOf(sliceColumns(text, left, width))).toBe(Math.max(0, Math.min(width, columnsOf(text) - left)));
		}));
	});

	it('of megabytes costs nothing, and no character of it is halved', () => {
		const text = `é${'😀'.repeat(2_000_000)}`;
		const time = cpuTime(() => {
			expect(sliceColumns(text, 0, 5)).toBe('é😀😀');
		});
		expect(time).toBeLessThan(100);
		expect(sliceColumns(`${'\u0301'.repeat(15)}😀x`, 0, 1).isWellFormed()).toBe(true);
	});
});

describe('a line over several rows', () => {
	it.each([
		['nothing', '', 5, ['']],
		['one row', 'abc', 5, ['abc']],
		['exactly one row', 'abcde', 5, ['abcde']],
		['two', 'abcdef', 5, ['abcde', 'f']],
		['wide characters', '初始化集', 5, ['初始', '化集']],
		['a family stays together', `ab${family}c`, 3, ['ab', `${family}c`]],
		['a wide character in a single column has a row of its own', '初a', 1, ['初', 'a']],
	])('%s', (_, text, width, expected) => {
		expect(rowsOf(text, width)).toEqual(expected);
	});

	it('loses nothing, breaks no grapheme, and fits', () => {
		fc.assert(fc.property(line, fc.integer({min: 2, max: 30}), (text, width) => {
			const rows = rowsOf(text, width);
			expect(rows.join('')).toBe(text);
			expect(rows.flatMap(row => graphemesOf(row))).toEqual(graphemesOf(text));
			for (const row of rows) {
				expect(columnsOf(row)).toBeLessThanOrEqual(width);
			}
		}));
	});

	it('of megabytes still fits, loses nothing and halves no character', () => {
		const text = `é${'😀a中'.repeat(40_000)}`;
		for (const width of [2, 7, 80]) {
			const rows = rowsOf(text, width);
			expect(rows.join('')).toBe(text);
			expect(rows.every(row => row.isWellFormed())).toBe(true);
			expect(Math.max(...rows.slice(0, 200).map(row => columnsOf(row)))).toBeLessThanOrEqual(width);
		}
	});

	it('has nothing behind its last row', () => {
		expect(wrapColumns('é', 5).at(3)).toBe('');
	});
});

