import {expect, test} from 'vitest';
import {formatDate, formatInstant, formatOffset, formatTime} from '../../source/format/clock-time.js';

const ten = Date.UTC(2026, 2, 1, 10, 0, 5);
const hour = 3_600_000;

test.each([
	[0, '10:00:05', '2026-03-01', '+00:00'],
	[480, '18:00:05', '2026-03-01', '+08:00'],
	[840, '00:00:05', '2026-03-02', '+14:00'],
	[-210, '06:30:05', '2026-03-01', '-03:30'],
	[-660, '23:00:05', '2026-02-28', '-11:00'],
])('ten o\'clock UTC, %d minutes east of it', (offset, time, date, words) => {
	expect(formatTime(ten, offset)).toBe(time);
	expect(formatDate(ten, offset)).toBe(date);
	expect(formatOffset(offset)).toBe(words);
});

test('a time of half a day ago or more has its date', () => {
	expect(formatInstant(ten, 0, ten + hour)).toBe('10:00:05');
	expect(formatInstant(ten, 0, ten - hour)).toBe('10:00:05');
	expect(formatInstant(ten, 0, ten + (13 * hour))).toBe('2026-03-01 10:00:05');
});
