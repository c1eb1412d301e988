// What goes wrong, where and when: nothing in the quiet, and before it only what is over in time.

import {chance} from './chance.js';
import {minute, quietFrom, second, type Calendar} from './calendar.js';

export const mishaps = [
	'refused',
	'reset',
	'silent',
	'slow',
	'drip',
	'html',
	'truncated',
	'bad-gateway',
	'nothing',
	'too-large',
	'gzip',
	'closed-under-request',
	'other-key',
	'other-password',
	'clock-ahead',
	'clock-behind',
	'database-down',
	'broken',
] as const;

export type Mishap = typeof mishaps[number];

const every = 6 * minute;

/** What is the matter with the agent of that seed. */
export const mishapAt = (calendar: Calendar, seed: number, time: number): Mishap | undefined => {
	const turn = Math.floor(time / every);
	const begin = (turn * every) + (chance(120, seed, turn, 11) * second);
	const end = begin + ((30 + chance(180, seed, turn, 12)) * second);
	const happens = chance(100, seed, turn, 13) < 30;
	return happens && time >= begin && time < end && end < quietFrom(calendar, begin) - calendar.recovery ? mishaps[chance(mishaps.length, seed, turn, 14)] : undefined;
};

/** How often it was restarted by then. */
export const restartsBy = (time: number, seed: number): number => Math.floor((time + (seed * 7 * minute)) / (90 * minute));
