// What keys do to an open log.

import {severityOf} from '../../protocol/severity.js';
import {type UserAction} from '../action.js';
import {rowsOf, type Movement} from '../reduce/movement.js';
import {type LogScreen, type State} from '../state.js';
import {countSlice, seekMatch} from './log-work.js';
import {compileMatcher} from './matcher.js';
import {logOf} from './open-logs.js';
import {
	executionPosition,
	movedBy,
	positionAround,
	startPosition,
	type Position,
} from './pane.js';
import {paneOptions, topPosition} from './pane-options.js';

/** A changed log screen, and a line for the user. */
export type LogChange = {readonly screen: LogScreen; readonly notice?: string};

const total = (state: State, screen: LogScreen): number => {
	const {dropped, texts} = logOf(state, screen);
	return dropped + texts.length;
};

const frozenAt = (state: State, screen: LogScreen, position: Position): LogScreen => ({
	...screen, position, isFollowing: false, seen: screen.isFollowing ? total(state, screen) : screen.seen,
});

const follow = (screen: LogScreen): LogScreen => ({...screen, isFollowing: true});

/** Freezes where it is, or follows the end again. */
const toggleFollowing = (state: State, screen: LogScreen): LogScreen =>
	screen.isFollowing ? frozenAt(state, screen, topPosition(state, screen)) : follow(screen);

/** A log has no selection: it scrolls. As in `less +F`, any upward move freezes it, and only its end follows again. */
const scrollLog = (state: State, screen: LogScreen, by: Movement): LogScreen => {
	if (by === 'end') {
		return follow(screen);
	}

	const buffer = logOf(state, screen);
	if (by === 'start') {
		return frozenAt(state, screen, startPosition(buffer));
	}

	const options = paneOptions(state, screen);
	const rows = rowsOf(by, options.height);
	return screen.isFollowing && rows > 0 ? screen : frozenAt(state, screen, movedBy(buffer, topPosition(state, screen), rows, options));
};

/** Puts an entry (by its number) into sight, a third from the top, and marks it. */
export const jumpToEntry = (state: State, screen: LogScreen, entry: number): LogScreen => {
	const options = paneOptions(state, screen);
	const position = positionAround(logOf(state, screen), entry, Math.floor(options.height / 3), options);
	return {...frozenAt(state, screen, position), marked: entry};
};

/** The entry from which the next match is looked for. */
const startOfSearch = (state: State, screen: LogScreen, step: 1 | -1): number => {
	const {dropped} = logOf(state, screen);
	return screen.marked === undefined ? topPosition(state, screen).entry - dropped : screen.marked - dropped + step;
};

const sought = (state: State, screen: LogScreen, from: number, step: 1 | -1): LogChange => {
	const {search} = screen;
	const buffer = logOf(state, screen);
	if (!search) {
		return {screen, notice: 'nothing to search for yet: /'};
	}

	const result = seekMatch(buffer, search, from, step);
	if (result.found !== undefined) {
		return {screen: jumpToEntry(state, {...screen, search: {...search, seeking: undefined}}, buffer.dropped + result.found)};
	}

	return result.from === undefined
		? {screen: {...screen, search: {...search, seeking: undefined}}, notice: step === 1 ? 'no further match below' : 'no further match above'}
		: {screen: {...screen, search: {...search, seeking: {from: result.from, step}}}};
};

/** Goes to the next or previous match. */
const jumpToMatch = (state: State, screen: LogScreen, step: 1 | -1): LogChange => sought(state, screen, startOfSearch(state, screen, step), step);

/** Goes to the next error below the marked entry or the top, from the end on to the first. */
const jumpToError = (state: State, screen: LogScreen): LogChange => {
	const {texts, dropped} = logOf(state, screen);
	const from = screen.marked === undefined ? 0 : screen.marked - dropped + 1;
	const isError = (text: string): boolean => severityOf(text) === 'error';
	const below = texts.findIndex((text, index) => index >= from && isError(text));
	const found = below === -1 ? texts.findIndex(text => isError(text)) : below;
	return found === -1 ? {screen, notice: 'no error in this log'} : {screen: jumpToEntry(state, screen, dropped + found)};
};

/** Goes to where the next or previous execution begins. */
const jumpToExecution = (state: State, screen: LogScreen, step: 1 | -1): LogChange => {
	const buffer = logOf(state, screen);
	// From the marked entry on where there is one: a short log does not scroll, and the next execution is still the next.
	const from = screen.marked === undefined ? topPosition(state, screen) : {entry: screen.marked, row: 0};
	const position = executionPosition(buffer, from, step);
	if (position) {
		return {screen: {...frozenAt(state, screen, position), marked: position.entry}};
	}

	return {screen, notice: buffer.executions ? `no ${step === 1 ? 'later' : 'earlier'} execution` : 'this agent does not say where executions begin'};
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

	const scan = {matcher: compiled.matcher, next: 0, matches: 0};
	if (purpose === 'filter') {
		return {screen: {...origin, filter: scan}, problem: undefined};
	}

	const screen = {...origin, marked: undefined, search: {...scan, seeking: undefined}};
	// Like a pager: forwards from what is in sight; at the end of a log there is nothing below, so backwards.
	return {...(origin.isFollowing ? sought(state, screen, logOf(state, screen).texts.length - 1, -1) : sought(state, screen, startOfSearch(state, screen, 1), 1)), problem: undefined};
};

/** One slice of what is still to be counted or looked for. */
const advanceLogWork = (state: State, screen: LogScreen): LogChange => {
	const {search} = screen;
	return search?.seeking ? sought(state, screen, search.seeking.from, search.seeking.step) : {screen: countSlice(screen, logOf(state, screen))};
};

/** What an action does to a log that is on screen; undefined for actions that mean the same everywhere. */
export const reduceLog = (state: State, screen: LogScreen, action: UserAction): LogChange | undefined => {
	switch (action.type) {
		case 'selection-moved': {
			return {screen: scrollLog(state, screen, action.by)};
		}

		case 'scrolled-sideways': {
			return {screen: {...screen, left: Math.max(0, screen.left + action.by)}};
		}

		case 'follow-toggled': {
			return {screen: toggleFollowing(state, screen)};
		}

		case 'execution-jumped-to': {
			return jumpToExecution(state, screen, action.by);
		}

		case 'match-jumped-to': {
			return jumpToMatch(state, screen, action.by);
		}

		case 'error-jumped-to': {
			return jumpToError(state, screen);
		}

		case 'log-work-advanced': {
			return advanceLogWork(state, screen);
		}

		case 'entered':
		case 'left':
		case 'agent-jumped-to':
		case 'links-opened':
		case 'card-opened':
		case 'wrap-toggled':
		case 'times-toggled':
		case 'repeats-toggled':
		case 'severity-cycled':
		case 'input-opened':
		case 'faults-toggled':
		case 'sort-moved':
		case 'sort-reversed':
		case 'group-folded':
		case 'arrangement-cleared':
		case 'input-changed':
		case 'input-submitted':
		case 'time-zone-toggled':
		case 'help-toggled':
		case 'overlay-closed':
		case 'password-asked-for':
		case 'password-scope-toggled':
		case 'key-question-opened':
		case 'notice-shown':
		case 'notice-dismissed':
		case 'resized':
		case 'focus-changed': {
			return undefined;
		}
	}
};
