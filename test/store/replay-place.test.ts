import {describe, expect, test} from 'vitest';
import fc from 'fast-check';
import {readPlace} from '../../source/store/replay-place.js';

const now = new Date(2026, 2, 1, 10, 30, 15).getTime();
const local = (...parts: readonly [number, number, number, number, number, number]): number => new Date(...parts).getTime();

describe('a place that is typed', () => {
	test.each([
		['12:34', local(2026, 2, 1, 12, 34, 0)],
		['9:05', local(2026, 2, 1, 9, 5, 0)],
		[' 23:59:59 ', local(2026, 2, 1, 23, 59, 59)],
		['2026-02-28 00:00', local(2026, 1, 28, 0, 0, 0)],
		['2026-02-28T01:02:03', local(2026, 1, 28, 1, 2, 3)],
		['+10m', now + 600_000],
		['-1h30m', now - 5_400_000],
		['+ 2d', now + 172_800_000],
		['-90s', now - 90_000],
	])('"%s" is a time', (text, at) => {
		expect(readPlace(text, now)).toEqual({ok: true, place: {type: 'time', at}});
	});

	test.each([['0%', 0], ['50 %', 50], ['99.5%', 99.5], ['100%', 100]])('"%s" is a part', (text, percent) => {
		expect(readPlace(text, now)).toEqual({ok: true, place: {type: 'percent', percent}});
	});

	test.each(['', '12', '25:00', '12:60', '101%', '10m', '+m', 'noon', '2026-13-01 00:00', '12:34:56.7'])('"%s" is none, and what can be typed is said', text => {
		expect(readPlace(text, now)).toMatchObject({ok: false, problem: expect.stringContaining('12:34') as string});
	});

	test('can be anything', () => {
		fc.assert(fc.property(fc.string({unit: 'binary'}), fc.integer({min: 0, max: 4e12}), (text, time) => {
			expect(typeof readPlace(text, time).ok).toBe('boolean');
		}));
	});
});
