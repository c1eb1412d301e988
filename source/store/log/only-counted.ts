import {type LogScreen, type Screen, type View} from '../state.js';

const withoutProgress = ({filter, search, ...screen}: LogScreen): Readonly<Record<string, unknown>> => ({
	...screen, filter: filter?.matcher, search: search?.matcher, seeking: search?.seeking,
});

const isSame = (one: Readonly<Record<string, unknown>>, other: Readonly<Record<string, unknown>>): boolean =>
	Object.keys(one).length === Object.keys(other).length && Object.keys(one).every(key => one[key] === other[key]);

const isScreenSame = (one: Screen, other: Screen | undefined): boolean =>
	one === other || (one.type === 'log' && other?.type === 'log' && isSame(withoutProgress(one), withoutProgress(other)));

/** Whether all that differs is how far the counting of an open log's matches has come, which nobody waits for. */
export const isOnlyCounted = ({stack, ...before}: View, {stack: next, ...after}: View): boolean =>
	stack !== next && isSame(before, after) && stack.length === next.length && stack.every((screen, index) => isScreenSame(screen, next[index]));
