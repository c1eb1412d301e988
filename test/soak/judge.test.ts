import {describe, expect, test} from 'vitest';
import {type Reading} from './measure/gauge.js';
import {judge, leftovers, trendOf} from './measure/judge.js';

const mebibyte = 1024 * 1024;
const rest: Reading = {heap: 20 * mebibyte, code: 4 * mebibyte, external: 28 * mebibyte, timers: 5, handles: 0, sockets: 10, listeners: 33};

/** Readings that differ from a program at rest by what `change` says of each. */
const readings = (count: number, change: (index: number) => Partial<Reading>): readonly Reading[] =>
	Array.from({length: count}, (_, index) => ({...rest, ...change(index)}));

const growing = (all: readonly Reading[]): readonly string[] => judge(all, mebibyte).filter(({isGrowing}) => isGrowing).map(({quantity}) => quantity);

// Up and down by half a megabyte, as a heap goes.
const noise = [0.1, -0.4, 0.5, -0.2, 0.3, -0.5, 0.2, 0.4];

describe('what a soak says of its readings', () => {
	test('is nothing where all stays as it was', () => {
		expect(growing(readings(8, () => ({})))).toEqual([]);
	});

	test('is nothing of a heap that goes up and down', () => {
		expect(growing(readings(8, index => ({heap: rest.heap + ((noise[index] ?? 0) * mebibyte)})))).toEqual([]);
	});

	test('is nothing of one reading that sticks out', () => {
		expect(growing(readings(8, index => index === 7 ? {heap: rest.heap * 2} : {}))).toEqual([]);
		expect(growing(readings(8, index => index === 4 ? {sockets: 12} : {}))).toEqual([]);
	});

	test('is a heap that grows by a little more than is tolerated, however it goes up and down', () => {
		expect(growing(readings(8, index => ({heap: rest.heap + (((noise[index] ?? 0) + (index * 0.3)) * mebibyte)})))).toEqual(['heap']);
	});

	test('is compiled code only where it is more than the program explains', () => {
		expect(growing(readings(8, index => ({code: rest.code + (index * 0.5 * mebibyte)})))).toEqual([]);
		expect(growing(readings(8, index => ({code: rest.code + (index * 0.7 * mebibyte)})))).toEqual(['code']);
	});

	test.each(['timers', 'handles', 'sockets', 'listeners'] as const)('is a single one of its %s that was lost in the middle', quantity => {
		expect(growing(readings(8, index => ({[quantity]: rest[quantity] + (index >= 4 ? 1 : 0)})))).toEqual([quantity]);
	});

	test('is nothing of what becomes less', () => {
		expect(growing(readings(8, index => ({heap: rest.heap - (index * mebibyte), timers: 9 - index})))).toEqual([]);
	});
});

test('a trend is that of most readings', () => {
	expect(trendOf([1, 2, 3, 4, 100])).toBe(1);
	expect(trendOf([5])).toBe(0);
});

test('what is left at the end is named, memory apart', () => {
	expect(leftovers(rest, {...rest, timers: 6, listeners: 35, heap: 1e9, sockets: 0})).toEqual(['1 timers', '2 listeners']);
});
