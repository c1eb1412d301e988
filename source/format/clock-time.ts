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

const hour = 3_600_000;
const recent = 12 * hour;

/** The time, with its date where it is more than half a day away from `now`: tasks can be months old. */
export const formatInstant = (time: Timestamp, offset: number, now: Timestamp): string =>
	Math.abs(now - time) < recent ? formatTime(time, offset) : `${formatDate(time, offset)} ${formatTime(time, offset)}`;
