// Searches in an open log, and jumps between what they find.

import {messages} from '../../lib/messages/messages.js';
import {topScreen} from '../lookup.js';
import {type LogScreen, type Search, type Seeking, type State} from '../state.js';
import {type LogBuffer} from './buffer.js';
import {cursorOf, jumpToEntry} from './cursor.js';
import {isSearching} from './hits.js';
import {logOf, paneOptions} from './open-logs.js';
import {isShown, placeBefore, placeBehind} from './pane.js';
import {advanceScan, compileMatcher, isBehind, isMatch, lastPlaceBefore, newScan, nextMatch, smallSlice} from './scan.js';

/** A changed log screen, and a line for the user. */
export type LogChange = {readonly screen: LogScreen; readonly notice?: string};

// Work that is left in a long log, slice by slice.

/** Whether the log on screen needs another slice, or an open one is not yet put together from all its logs. */
export const hasLogWork = (state: State): boolean => {
	if (state.logs.values().some(({isBehind: isLogBehind = false}) => isLogBehind)) {
		return true;
	}

	const screen = topScreen(state);
	if (screen.type === 'hits') {
		return isSearching(state, screen);
	}

	if (screen.type !== 'log') {
		return false;
	}

	const buffer = logOf(state, screen);
	const {filter, search} = screen;
	return search?.seeking !== undefined || (filter !== undefined && isBehind(filter, buffer)) || (search !== undefined && isBehind(search, buffer));
};

/** Tests one slice of entries, the filter's before the search's. */
export const countSlice = (screen: LogScreen, buffer: LogBuffer, steps: number): LogScreen => {
	const {filter, search} = screen;
	if (filter && isBehind(filter, buffer)) {
		return {...screen, filter: advanceScan(filter, buffer, steps, screen.isFollowing ? -1 : 1)};
	}

	return search && isBehind(search, buffer) ? {...screen, search: {...search, ...advanceScan(search, buffer, steps)}} : screen;
};

// Jumps between matches. Those that are not known yet are searched for in slices, between which keys are handled.

type Step = 1 | -1;

const turnedText = (step: Step): string => step === 1 ? messages().notices.wrappedToTop : messages().notices.wrappedToBottom;

/** A log with an active search. */
type Searching = LogScreen & {readonly search: Search};

const withSeeking = (screen: Searching, seeking: Seeking | undefined): LogScreen => ({...screen, search: {...screen.search, seeking}});

/** Goes to a place in an entry, by their indexes. */
const reached = (state: State, screen: Searching, {index, place, step, hasTurned}: {readonly index: number; readonly place: number; readonly step: Step; readonly hasTurned: boolean}): LogChange => {
	const jumped = jumpToEntry(state, withSeeking(screen, undefined), logOf(state, screen).dropped + index, place);
	const isSame = !screen.isFollowing && jumped.cursor === screen.cursor && jumped.place === screen.place;
	return hasTurned ? {screen: jumped, notice: isSame ? messages().notices.noOtherMatch : turnedText(step)} : {screen: jumped};
};

/** The next entry from an index on that matches and is shown. */
const nextShown = (state: State, screen: Searching, {from, step}: {readonly from: number; readonly step: Step}): ReturnType<typeof nextMatch> => {
	const buffer = logOf(state, screen);
	const options = paneOptions(state, screen);
	let found = nextMatch(screen.search, from, step, buffer);
	while (typeof found === 'number' && !isShown(buffer, found, options)) {
		found = nextMatch(screen.search, found + step, step, buffer);
	}

	return found;
};

/** The first or last match in an entry; its beginning if that is too far to tell. */
const placeFrom = (text: string, {matcher}: Search, step: Step): number =>
	(step === 1 ? matcher.find(text, 0)?.[0] : lastPlaceBefore(text, matcher, text.length + 1)) ?? 0;

const seek = (state: State, screen: Searching, seeking: Seeking): LogChange => {
	const {step, hasTurned} = seeking;
	const {texts} = logOf(state, screen);
	const found = nextShown(state, screen, seeking);
	if (typeof found === 'number') {
		return reached(state, screen, {
			index: found, place: placeFrom(texts[found] ?? '', screen.search, step), step, hasTurned,
		});
	}

	if (found === 'unknown') {
		return {screen: withSeeking(screen, seeking)};
	}

	return hasTurned
		? {screen: withSeeking(screen, undefined), notice: messages().notices.noMatch}
		: seek(state, screen, {...seeking, from: step === 1 ? 0 : texts.length - 1, hasTurned: true});
};

/** Continues a waiting jump by one slice. */
export const seekOn = (state: State, screen: Searching, seeking: Seeking, steps = smallSlice): LogChange => {
	const buffer = logOf(state, screen);
	const {search} = screen;
	const tried = isBehind(search, buffer) ? {...search, ...advanceScan(search, buffer, steps, seeking.step)} : search;
	return seek(state, {...screen, search: tried}, seeking);
};

/** The next or previous match in the cursor's entry that is on another row, or beyond the edge of the window. */
const placeWithin = (state: State, screen: Searching, index: number, step: Step): number | undefined => {
	const buffer = logOf(state, screen);
	const options = paneOptions(state, screen);
	const text = buffer.texts[index] ?? '';
	const {matcher} = screen.search;
	if (step === 1) {
		const from = placeBehind(buffer, index, screen.place, options);
		return from === undefined ? undefined : matcher.find(text, from)?.[0];
	}

	return lastPlaceBefore(text, matcher, placeBefore(buffer, index, screen.place, options));
};

/** Goes to the next or previous match from the cursor on. It wraps at the log's ends. */
export const jumpToMatch = (state: State, screen: LogScreen, step: Step): LogChange => {
	const {search} = screen;
	const cursor = cursorOf(state, screen);
	if (!search || !cursor) {
		return {screen, notice: search ? messages().notices.noMatch : messages().notices.noSearch};
	}

	const searching = {...screen, search};
	const index = cursor.entry - logOf(state, screen).dropped;
	const place = isMatch(search, index) ? placeWithin(state, searching, index, step) : undefined;
	return place === undefined
		? seekOn(state, searching, {from: index + step, step, hasTurned: false})
		: reached(state, searching, {
			index, place, step, hasTurned: false,
		});
};

/** Searches or filters by the typed text, from where the log was before. Text that is no regular expression (yet) changes nothing. */
export const typedInput = (state: State, origin: LogScreen, purpose: 'search' | 'filter', text: string): LogChange & {readonly problem: string | undefined} => {
	if (text === '') {
		return {screen: {...origin, [purpose]: undefined}, problem: undefined};
	}

	const compiled = compileMatcher(text);
	if (!compiled.ok) {
		return {screen: origin, problem: compiled.problem};
	}

	const buffer = logOf(state, origin);
	// Forwards from the cursor; at the end of a log nothing is below, so backwards.
	const step = origin.isFollowing ? -1 : 1;
	const begin = origin.isFollowing ? buffer.texts.length : Math.max(0, (cursorOf(state, origin)?.entry ?? 0) - buffer.dropped);
	const scan = newScan(compiled.matcher, begin);
	if (purpose === 'filter') {
		return {screen: {...origin, filter: advanceScan(scan, buffer, smallSlice, step)}, problem: undefined};
	}

	return {...seekOn(state, {...origin, search: {...scan, seeking: undefined}}, {
		from: step === 1 ? begin : begin - 1, step, hasTurned: false,
	}), problem: undefined};
};
