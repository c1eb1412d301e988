import {type View} from '../../store/state.js';
import {type Timestamp} from '../../protocol/timestamp.js';
import {formatInstant, formatOffset, localOffset} from '../../store/clock-time.js';

/** How the user wants times: `utcOffset` is that of the agent's clock, if known. */
export type Zone = {readonly timeZone: View['timeZone']; readonly utcOffset: number | undefined; readonly hour: Timestamp};

/** "+08:00", or "local" where the user wants that, or nobody knows better. */
export const zoneWords = ({timeZone, utcOffset}: Zone): string => timeZone === 'local' || utcOffset === undefined ? 'local' : formatOffset(utcOffset);

/** "10:41:55", with its day where that is another one, in that zone. */
export const bareInstant = (time: Timestamp, {timeZone, utcOffset, hour}: Zone): string =>
	formatInstant(time, timeZone === 'local' || utcOffset === undefined ? localOffset(time) : utcOffset, hour);

/** "10:41:55 +08:00": an instant by itself, which says its zone. */
export const instantWords = (time: Timestamp, zone: Zone): string => `${bareInstant(time, zone)} ${zoneWords(zone)}`;
