/** Milliseconds since 1970, UTC. */
export type Timestamp = number;

const minute = 60_000;
// Agents write 0001-01-01 for "never" and reset to the epoch on an operation, in a time zone of their own; no task is older than 1971.
const earliest = Date.UTC(1971, 0, 1);

// Date.parse reads much that is no time at all, and takes a time without a zone for a local one.
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
// No Date holds more.
const latest = 8.64e15;

/** From nanoseconds since 1970; undefined for what is no time of an agent. */
export const timestampOfNanos = (nanos: number): Timestamp | undefined => {
	const time = Math.floor(nanos / nanosPerMilli);
	return time >= earliest && time <= latest ? time : undefined;
};

/** Minutes east of UTC in which the agent wrote the time; undefined where it does not say. */
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
