import {failure, type Result} from '../result.js';

const second = 1000;
const units: Readonly<Record<string, number>> = {ms: 1, s: second, m: 60 * second, h: 3600 * second};

/** Agents do nothing new within a second, and asking more often only fills their logs. */
const shortest = second;
const longest = 24 * 3600 * second;

/** A time as people write it ("5s", "1.5 m", "2h"; a number alone is seconds), in ms. From a second to a day. */
export const readDuration = (text: string): Result<number> => {
	const [, number, unit = 's'] = /^(\d{1,9}(?:\.\d{1,6})?) ?(ms|[smh])?$/.exec(text.trim()) ?? [];
	const time = Math.round(Number(number) * (units[unit] ?? NaN));
	return time >= shortest && time <= longest ? {ok: true, value: time} : failure('expected a time from 1s to 24h, such as 5s or 2m');
};

/** The same, shortest way: "90s", "2m". */
export const writeDuration = (time: number): string => {
	const unit = ['h', 'm', 's'].find(name => time > 0 && time % (units[name] ?? 1) === 0) ?? 'ms';
	return `${time / (units[unit] ?? 1)}${unit}`;
};
