import fc from 'fast-check';
import stringWidth from 'string-width';
import {expect, test} from 'vitest';
import {cell, cut} from '../../source/lib/columns.js';
import {printable} from '../../source/lib/printable.js';
import {cpuTime} from '../helpers/cpu-time.js';

test.each([
	['shorter', 10, 'shorter   '],
	['exactly', 7, 'exactly'],
	['a longer one', 8, 'a longe…'],
	['数据库初始化', 12, '数据库初始化'],
	['数据库初始化', 11, '数据库初始…'],
	// The third character would need one column more than there is.
	['数据库初始化', 6, '数据… '],
	['ok 😀😀', 7, 'ok 😀😀'],
	['ok 😀😀', 6, 'ok 😀…'],
	['👨‍👩‍👧 family', 9, '👨‍👩‍👧 family'],
	['anything', 1, '…'],
	['anything', 0, ''],
	['', 3, ' '.repeat(3)],
])('%j in %d columns', (text, width, expected) => {
	expect(cell(text, width)).toBe(expected);
});

test('a number is at the right', () => {
	expect(cell('8s', 6, {align: 'right'})).toBe('    8s');
	expect(cell('数', 5, {align: 'right'})).toBe('   数');
});

test('the mark of what was cut can be ASCII', () => {
	expect(cut('a longer one', 8, '~')).toBe('a longe~');
});

test('whatever an agent calls things, a cell has its width', () => {
	fc.assert(fc.property(fc.string({unit: 'grapheme', maxLength: 60}), fc.integer({min: 1, max: 40}), (text, width) => {
		expect(stringWidth(cell(printable(text), width))).toBe(width);
	}));
});

test('a name of a megabyte is not measured as a whole', () => {
	const name = '数'.repeat(1_000_000);
	const time = cpuTime(() => {
		expect(cut(name, 10)).toBe('数数数数…');
	});
	expect(time).toBeLessThan(100);
});
