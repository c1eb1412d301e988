// Times of day without Intl, whose first formatter costs as much as the rest of the first frame.

import {atUtcOffset, type Timestamp} from '../protocol/timestamp.js';

const twoDigits = (value: number): string => String(value).padStart(2, '0');

/** Minutes east of UTC on this machine at that time. */
export const localOffset = (time: Timestamp): number => -new Date(time).getTimezoneOffset();

/** "10:41:55" at an offset in minutes east of UTC. */
export const formatTime = (time: Timestamp, offset: number): string => {
	const date = atUtcOffset(time, offset);
	return `${twoDigits(date.getUTCHours())}:${twoDigits(date.getUTCMinutes())}:${twoDigits(date.getUTCSeconds())}`;
};

/** "10:41:55.123": a time of day to the millisecond, for log lines. */
export const formatPreciseTime = (time: Timestamp, offset: number): string => `${formatTime(time, offset)}.${String(atUtcOffset(time, offset).getUTCMilliseconds()).padStart(3, '0')}`;

/** "2026-03-01" at an offset in minutes east of UTC. */
export const formatDate = (time: Timestamp, offset: number): string => {
	const date = atUtcOffset(time, offset);
	return `${date.getUTCFullYear()}-${twoDigits(date.getUTCMonth() + 1)}-${twoDigits(date.getUTCDate())}`;
};

/** "+08:00". */
export const formatOffset = (offset: number): string => {
	const minutes = Math.abs(offset);
	return `${offset < 0 ? '-' : '+'}${twoDigits(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)}`;
};

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** Whether both are on one day, at an offset in minutes east of UTC. */
export const isSameDay = (time: Timestamp, other: Timestamp, offset: number): boolean => formatDate(time, offset) === formatDate(other, offset);

/** "23 Nov ", with the year where it is another one; nothing on the day of `now`. */
const dayBefore = (time: Timestamp, offset: number, now: Timestamp): string => {
	if (isSameDay(time, now, offset)) {
		return '';
	}

	const date = atUtcOffset(time, offset);
	const year = date.getUTCFullYear() === atUtcOffset(now, offset).getUTCFullYear() ? '' : `${date.getUTCFullYear()} `;
	return `${date.getUTCDate()} ${months[date.getUTCMonth()] ?? ''} ${year}`;
};

/** "10:41:55", or "23 Nov 10:41:55" where that is not the day of `now`: tasks can be months old. */
export const formatInstant = (time: Timestamp, offset: number, now: Timestamp): string => dayBefore(time, offset, now) + formatTime(time, offset);

/** The same to the minute and by the clock of this machine, which it says: "10:41 local", "23 Nov 10:41 local". */
export const formatLocalMinute = (time: Timestamp, now: Timestamp): string => {
	const offset = localOffset(time);
	return `${dayBefore(time, offset, now)}${formatTime(time, offset).slice(0, -':00'.length)} local`;
};
