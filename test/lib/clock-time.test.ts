import {expect, test} from 'vitest';
import {formatDate, formatInstant, formatLocalMinute, formatOffset, formatTime} from '../../source/lib/time.js';

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

test('a time that is not today\'s has its date, and its year where that is another one', () => {
	expect(formatInstant(ten, 0, ten + hour)).toBe('10:00:05');
	expect(formatInstant(ten, 0, ten + (13 * hour))).toBe('10:00:05');
	expect(formatInstant(ten, 0, ten + (14 * hour))).toBe('1 Mar 10:00:05');
	expect(formatInstant(ten, 0, ten - (11 * hour))).toBe('1 Mar 10:00:05');
	expect(formatInstant(ten, 0, ten + (365 * 24 * hour))).toBe('1 Mar 2026 10:00:05');
});

test('today is that of the clock that is shown', () => {
	expect(formatInstant(ten, 840, ten - (11 * hour))).toBe('2 Mar 00:00:05');
	expect(formatInstant(ten, 480, ten - (11 * hour))).toBe('18:00:05');
});

test('a time by the clock of this machine says so', () => {
	expect(formatLocalMinute(new Date(2026, 2, 1, 10, 39).getTime(), new Date(2026, 2, 1, 23).getTime())).toBe('10:39 local');
	expect(formatLocalMinute(new Date(2026, 2, 1, 23, 59).getTime(), new Date(2026, 2, 2, 0).getTime())).toBe('1 Mar 23:59 local');
});
