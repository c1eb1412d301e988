import {type View} from '../../store/state.js';
import {type Timestamp} from '../../protocol/timestamp.js';
import {formatInstant, formatOffset, localOffset} from '../../format/clock-time.js';

/** An instant in the time zone that the user chose, which it says: "10:41:55 +08:00", "2026-03-01 10:41:55 local". `utcOffset`: of the agent's clock, if known. */
export const instantWords = (time: Timestamp, utcOffset: number | undefined, {timeZone, hour}: {readonly timeZone: View['timeZone']; readonly hour: Timestamp}): string => timeZone === 'local' || utcOffset === undefined
	? `${formatInstant(time, localOffset(time), hour)} local`
	: `${formatInstant(time, utcOffset, hour)} ${formatOffset(utcOffset)}`;
