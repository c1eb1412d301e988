// Going from match to match. What is not known yet is found out in slices, between which keys are heard.

import {smallSlice, type Effort} from '../../text/regex/effort.js';
import {type LogScreen, type Search, type Seeking, type State} from '../state.js';
import {entriesInSight, jumpToEntry, markInSight, type LogChange} from './jump.js';
import {compileMatcher, lastPlaceBefore} from './matcher.js';
import {logOf} from './open-logs.js';
import {isShown, placeBefore, placeBehind} from './pane.js';
import {paneOptions} from './pane-options.js';
import {
	advanceScan,
	isBehind,
	isMatch,
	newScan,
	nextMatch,
} from './scan.js';

type Step = 1 | -1;

const turnedWords = (step: Step): string => step === 1 ? 'no match below: went on from the top' : 'no match above: went on from the bottom';

/** A log in which something is searched for. */
type Searching = LogScreen & {readonly search: Search};

const withSeeking = (screen: Searching, seeking: Seeking | undefined): LogScreen => ({...screen, search: {...screen.search, seeking}});

/** The place within an entry that matches. */
const seekPlace = (state: State, screen: Searching, seeking: Extract<Seeking, {type: 'place'}>, effort: Effort): LogChange => {
	const buffer = logOf(state, screen);
	const {index, from, step, hasTurned} = seeking;
	const found = screen.search.matcher.find(buffer.texts[index] ?? '', from, effort);
	switch (found.type) {
		case 'stopped': {
			return {screen: withSeeking(screen, {...seeking, from: found.progress})};
		}

		case 'none': {
			return seekEntry(state, screen, {
				type: 'entry', from: index + step, step, hasTurned,
			}, effort);
		}

		case 'found': {
			const jumped = jumpToEntry(state, withSeeking(screen, undefined), buffer.dropped + index, found.start);
			const isSame = jumped.marked === screen.marked && jumped.place === screen.place;
			return hasTurned ? {screen: jumped, notice: isSame ? 'there is no other match' : turnedWords(step)} : {screen: jumped};
		}
	}
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

const reached = (state: State, screen: Searching, {index, step, hasTurned}: {readonly index: number; readonly step: Step; readonly hasTurned: boolean}, effort: Effort): LogChange => {
	const text = logOf(state, screen).texts[index] ?? '';
	const from = step === -1 ? lastPlaceBefore(text, screen.search.matcher, text.length + 1, effort) ?? 0 : 0;
	return seekPlace(state, screen, {
		type: 'place', index, from, step, hasTurned,
	}, effort);
};

const seekEntry = (state: State, screen: Searching, seeking: Extract<Seeking, {type: 'entry'}>, effort: Effort): LogChange => {
	const {step, hasTurned} = seeking;
	const found = nextShown(state, screen, seeking);
	if (typeof found === 'number') {
		return reached(state, screen, {index: found, step, hasTurned}, effort);
	}

	if (found === 'unknown') {
		return {screen: withSeeking(screen, seeking)};
	}

	const {length} = logOf(state, screen).texts;
	return hasTurned
		? {screen: withSeeking(screen, undefined), notice: 'no match'}
		: seekEntry(state, screen, {...seeking, from: step === 1 ? 0 : length - 1, hasTurned: true}, effort);
};

const seek = (state: State, screen: Searching, seeking: Seeking, effort: Effort): LogChange => seeking.type === 'place'
	? seekPlace(state, screen, seeking, effort)
	: seekEntry(state, screen, seeking, effort);

/** Goes on with a jump that waits, by one slice. */
export const seekOn = (state: State, screen: Searching, seeking: Seeking, effort: Effort = smallSlice()): LogChange => {
	const buffer = logOf(state, screen);
	const {search} = screen;
	const tried = seeking.type === 'entry' && isBehind(search, buffer) ? {...search, ...advanceScan(search, buffer, effort, seeking.step)} : search;
	return seek(state, {...screen, search: tried}, seeking, effort);
};

/** The next or previous place within the marked entry that is on another row, or beyond the edge of the window. */
const seekWithin = (state: State, screen: Searching, index: number, step: Step): Seeking | undefined => {
	const buffer = logOf(state, screen);
	const options = paneOptions(state, screen);
	const text = buffer.texts[index] ?? '';
	const from = step === 1
		? placeBehind(buffer, index, screen.place, options)
		: lastPlaceBefore(text, screen.search.matcher, placeBefore(buffer, index, screen.place, options), smallSlice());
	const seeking = {type: 'place', index, step, hasTurned: false} as const;
	return from === undefined ? undefined : {...seeking, from};
};

/** Goes to the next or previous match: from the mark on, or from what is in sight where that is somewhere else; from the log's end on at its other end. */
export const jumpToMatch = (state: State, screen: LogScreen, step: Step): LogChange => {
	const {search} = screen;
	const sight = entriesInSight(state, screen);
	if (!search || !sight) {
		return {screen, notice: search ? 'no match' : 'nothing to search for yet: /'};
	}

	const searching = {...screen, search};
	const {dropped} = logOf(state, screen);
	const marked = markInSight(state, screen);
	if (marked === undefined) {
		return seekOn(state, searching, {
			type: 'entry', from: (step === 1 ? sight.first : sight.last) - dropped, step, hasTurned: false,
		});
	}

	const index = marked - dropped;
	const within = isMatch(search, index) ? seekWithin(state, searching, index, step) : undefined;
	return seekOn(state, searching, within ?? {
		type: 'entry', from: index + step, step, hasTurned: false,
	});
};

/** Searches for or filters by what is typed, from where the log stood before; what is no regular expression (yet) changes nothing. */
export const typedInput = (state: State, origin: LogScreen, purpose: 'search' | 'filter', text: string): LogChange & {readonly problem: string | undefined} => {
	if (text === '') {
		return {screen: {...origin, [purpose]: undefined, marked: undefined}, problem: undefined};
	}

	const compiled = compileMatcher(text);
	if (!compiled.ok) {
		return {screen: origin, problem: compiled.problem};
	}

	const buffer = logOf(state, origin);
	// Like a pager: forwards from what is in sight; at the end of a log there is nothing below, so backwards.
	const step = origin.isFollowing ? -1 : 1;
	const begin = origin.isFollowing ? buffer.texts.length : Math.max(0, (entriesInSight(state, origin)?.first ?? 0) - buffer.dropped);
	const scan = newScan(compiled.matcher, begin);
	if (purpose === 'filter') {
		return {screen: {...origin, filter: advanceScan(scan, buffer, smallSlice(), step)}, problem: undefined};
	}

	return {...seekOn(state, {...origin, marked: undefined, search: {...scan, seeking: undefined}}, {
		type: 'entry', from: step === 1 ? begin : begin - 1, step, hasTurned: false,
	}), problem: undefined};
};
