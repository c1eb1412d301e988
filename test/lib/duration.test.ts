import {expect, test} from 'vitest';
import {formatDuration} from '../../source/lib/time.js';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

test.each([
	[0, '0s'],
	[999, '0s'],
	[48 * second, '48s'],
	[minute - 1, '59s'],
	[minute, '1m00s'],
	[minute + (12 * second), '1m12s'],
	[hour - 1, '59m59s'],
	[(2 * hour) + (3 * minute), '2h03m'],
	[day - 1, '23h59m'],
	[(3 * day) + (4 * hour), '3d04h'],
	[(99 * day) + (23 * hour), '99d23h'],
	[120 * day, '120d'],
	[-5000, '0s'],
])('%d ms is %s', (milliseconds, text) => {
	expect(formatDuration(milliseconds)).toBe(text);
	expect(text.length).toBeLessThanOrEqual(6);
});
