import {describe, expect, test} from 'vitest';
import {axis, placeSpan, progressBar} from '../../source/ui/format.js';

const ascii = {filled: '#', empty: '-'};

describe('a progress bar', () => {
	test.each([
		[0, 11, '--------'],
		[1, 11, '#-------'],
		[3, 11, '##------'],
		[10, 11, '#######-'],
		[11, 11, '########'],
		[1, 1000, '#-------'],
		[999, 1000, '#######-'],
		[0, 0, '--------'],
	])('%d of %d', (done, total, bar) => {
		expect(progressBar({stage: 1, done, total}, 8, ascii)).toBe(bar);
	});

	test('of no width is nothing', () => {
		expect(progressBar({stage: 1, done: 1, total: 2}, 0, ascii)).toBe('');
	});
});

describe('a span on a timeline', () => {
	test.each([
		[{start: 0, end: 1}, 20, {before: 0, length: 20}],
		[{start: 0.25, end: 0.5}, 20, {before: 5, length: 5}],
		[{start: 0, end: 0}, 20, {before: 0, length: 1}],
		[{start: 1, end: 1}, 20, {before: 19, length: 1}],
		[{start: 0.99, end: 1}, 10, {before: 9, length: 1}],
	])('%j on %d columns', (span, width, place) => {
		expect(placeSpan(span, width)).toEqual(place);
	});
});

describe('an axis', () => {
	const labels = {start: '0s', middle: '6s', end: '12s'};

	test.each([
		[22, '0s         6s      12s'],
		[12, '0s    6s 12s'],
		[10, '0s     12s'],
		[5, '0s   '],
		[1, '0'],
		[0, ''],
	])('on %d columns', (width, line) => {
		expect(axis(labels, width)).toBe(line);
	});

	test('does not say the same twice', () => {
		expect(axis({start: '0s', middle: '0s', end: '1s'}, 20)).toBe('0s                1s');
	});
});
