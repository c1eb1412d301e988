import {messages} from '../lib/messages/messages.js';
import {formatDate, localOffset, type Timestamp} from '../lib/time.js';

/** A typed place in a recording: a time, or a percentage of the recording. */
export type TypedPlace = {readonly type: 'time'; readonly at: Timestamp} | {readonly type: 'percent'; readonly percent: number};

type Read = {readonly ok: true; readonly place: TypedPlace} | {readonly ok: false; readonly problem: string};

const wrong = (): Read => ({ok: false, problem: messages().notices.replayPlaces});

const units: Readonly<Record<string, number>> = {s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000};

/** "+1h30m", "-90s": in ms. */
const wayOf = (text: string): number | undefined => {
	const [, sign, parts = ''] = /^([+-])((?:\d{1,6}[smhd]){1,4})$/.exec(text) ?? [];
	if (sign === undefined) {
		return undefined;
	}

	const length = parts.matchAll(/(\d{1,6})([smhd])/g).reduce((sum, [, count = '', unit = '']) => sum + (Number(count) * (units[unit] ?? 0)), 0);
	return sign === '-' ? -length : length;
};

const twoDigits = (value: string): string => value.padStart(2, '0');

/** A time of day of this machine, on the day of `now` unless it names one. */
const timeOf = (text: string, now: Timestamp): Timestamp | undefined => {
	const [, date, hours = '', minutes = '', seconds = '0'] = /^(?:(\d{4}-\d\d-\d\d)[ T])?(\d{1,2}):(\d\d)(?::(\d\d))?$/.exec(text) ?? [];
	const day = date ?? formatDate(now, localOffset(now));
	const local = Date.parse(`${day}T${twoDigits(hours)}:${minutes}:${twoDigits(seconds)}Z`);
	// The offset of a nearby time; off by an hour at most while clocks change.
	return Number.isNaN(local) ? undefined : local - (localOffset(local - (localOffset(now) * 60_000)) * 60_000);
};

/** Reads a typed place, relative to `now`, the time of the replay. The problem says what can be typed. */
export const readPlace = (typed: string, now: Timestamp): Read => {
	const text = typed.trim().toLowerCase().replace('t', ' ').replaceAll(/ {2,}/g, ' ');
	const [, part] = /^(\d{1,3}(?:\.\d{1,3})?) ?%$/.exec(text) ?? [];
	if (part !== undefined) {
		return Number(part) <= 100 ? {ok: true, place: {type: 'percent', percent: Number(part)}} : wrong();
	}

	const way = wayOf(text.replaceAll(' ', ''));
	const at = way === undefined ? timeOf(text, now) : now + way;
	return at === undefined ? wrong() : {ok: true, place: {type: 'time', at}};
};
