import {messages, type Messages} from './messages/messages.js';

const second = 1000;

const minuteInSeconds = 60;

const hourInSeconds = 60 * minuteInSeconds;

const dayInSeconds = 24 * hourInSeconds;

const twoDigits = (value: number): string => String(value).padStart(2, '0');

/** A duration in ms in at most six characters: "48s", "1m12s", "2h03m", "3d04h", "120d". Whole seconds, rounded down like a stopwatch. */
export const formatDuration = (milliseconds: number): string => {
	const seconds = Math.max(0, Math.floor(milliseconds / second));
	if (seconds < minuteInSeconds) {
		return `${seconds}s`;
	}

	if (seconds < hourInSeconds) {
		return `${Math.floor(seconds / minuteInSeconds)}m${twoDigits(seconds % minuteInSeconds)}s`;
	}

	if (seconds < dayInSeconds) {
		return `${Math.floor(seconds / hourInSeconds)}h${twoDigits(Math.floor((seconds % hourInSeconds) / minuteInSeconds))}m`;
	}

	const days = Math.floor(seconds / dayInSeconds);
	return days < 100 ? `${days}d${twoDigits(Math.floor((seconds % dayInSeconds) / hourInSeconds))}h` : `${days}d`;
};

/** Milliseconds since 1970, UTC. */
export type Timestamp = number;

const minute = 60_000;

// Agents write 0001-01-01 for "never" and reset to the epoch on an operation, in a time zone of their own; no task is older than 1971.
const earliest = Date.UTC(1971, 0, 1);

// Date.parse accepts much that is no time, and reads a time without a zone as local.
const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

/** An agent's RFC 3339 time; undefined for null, nonsense, 0001-01-01 and the epoch, which all mean "not set". */
export const parseTimestamp = (text: string | null | undefined): Timestamp | undefined => {
	if (!text || !rfc3339.test(text)) {
		return undefined;
	}

	const time = Date.parse(text);
	return Number.isNaN(time) || time < earliest ? undefined : time;
};

const nanosPerMilli = 1_000_000;

// The largest time that a Date can hold.
const latest = 8.64e15;

/** From nanoseconds since 1970; undefined if that is no time of an agent. */
export const timestampOfNanos = (nanos: number): Timestamp | undefined => {
	const time = Math.floor(nanos / nanosPerMilli);
	return time >= earliest && time <= latest ? time : undefined;
};

/** The offset in minutes east of UTC in which the agent wrote the time; undefined if it has none. */
export const parseUtcOffset = (text: string | null | undefined): number | undefined => {
	const match = /(?:Z|([+-])(\d\d):(\d\d))$/.exec(text ?? '');
	if (!match) {
		return undefined;
	}

	const [, sign, hours = '0', minutes = '0'] = match;
	const offset = (Number(hours) * 60) + Number(minutes);
	return sign === '-' ? -offset : offset;
};

/** The time of day at that offset, as a Date whose UTC fields hold it. */
export const atUtcOffset = (time: Timestamp, offset: number): Date => new Date(time + (offset * minute));

// Times of day without Intl, whose first formatter costs as much as the rest of the first frame.

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

/** "UTC+08:00" */
export const offsetText = (offset: number): string => `UTC${formatOffset(offset)}`;

/** Whether both are on the same day, at an offset in minutes east of UTC. */
export const isSameDay = (time: Timestamp, other: Timestamp, offset: number): boolean => formatDate(time, offset) === formatDate(other, offset);

/** "23 Nov ", with the year if it is another one; empty on the day of `now`. */
const dayBefore = (time: Timestamp, offset: number, now: Timestamp, {faults: {time: words}}: Messages): string => {
	if (isSameDay(time, now, offset)) {
		return '';
	}

	const date = atUtcOffset(time, offset);
	const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
	return `${year === atUtcOffset(now, offset).getUTCFullYear() ? words.day(day, month) : words.dayOfYear(day, month, year)} `;
};

/** "10:41:55", or "23 Nov 10:41:55" if that is not the day of `now`: tasks can be months old. */
export const formatInstant = (time: Timestamp, offset: number, now: Timestamp, language: Messages = messages()): string => dayBefore(time, offset, now, language) + formatTime(time, offset);

/** The same to the minute and by this machine's clock, which it says: "10:41 local", "23 Nov 10:41 local". */
export const formatLocalMinute = (time: Timestamp, now: Timestamp, language: Messages = messages()): string => {
	const offset = localOffset(time);
	return language.faults.time.local(`${dayBefore(time, offset, now, language)}${formatTime(time, offset).slice(0, -':00'.length)}`, offsetText(offset));
};

// How files write what the screen shows in columns and colours.

/** "2026-03-01 10:41:59 UTC+08:00" */
export const momentText = (time: Timestamp, offset: number): string => `${formatDate(time, offset)} ${formatTime(time, offset)} ${offsetText(offset)}`;
