// Searching and counting in slices: each is short enough that a key pressed meanwhile does not wait.

import {type LogScreen, type Scan, type Search, type State} from '../state.js';
import {topScreen} from '../locate.js';
import {type LogBuffer} from './log-buffer.js';
import {logOf} from './open-logs.js';

// About ten milliseconds of matching, whether lines are many or long.
const sliceEntries = 20_000;
const sliceCharacters = 2_000_000;

/** Where a slice that begins at an index ends (exclusive, going by `step`). */
const sliceEnd = (buffer: LogBuffer, from: number, step: 1 | -1): number => {
	let characters = 0;
	let index = from;
	for (let count = 0; count < sliceEntries && characters < sliceCharacters && index >= 0 && index < buffer.texts.length; count++, index += step) {
		characters += buffer.texts[index]?.length ?? 0;
	}

	return index;
};

const count = <S extends Scan>(scan: S, buffer: LogBuffer): S => {
	const end = sliceEnd(buffer, scan.next, 1);
	let {matches} = scan;
	for (let index = scan.next; index < end; index++) {
		matches += scan.matcher.test(buffer.texts[index] ?? '') ? 1 : 0;
	}

	return {...scan, next: end, matches};
};

/** One slice of looking for a match: found at an index, to be continued from one, or not there. */
export const seekMatch = (buffer: LogBuffer, {matcher}: Scan, from: number, step: 1 | -1): {readonly found?: number; readonly from?: number} => {
	const end = sliceEnd(buffer, from, step);
	for (let index = from; index !== end; index += step) {
		if (matcher.test(buffer.texts[index] ?? '')) {
			return {found: index};
		}
	}

	return end >= 0 && end < buffer.texts.length ? {from: end} : {};
};

const isBehind = (scan: Scan | undefined, buffer: LogBuffer): boolean => scan !== undefined && scan.next < buffer.texts.length;

/** Whether a slice is to be done for the log on screen. */
export const hasLogWork = (state: State): boolean => {
	const screen = topScreen(state);
	if (screen.type !== 'log') {
		return false;
	}

	const buffer = logOf(state, screen);
	return isBehind(screen.filter, buffer) || isBehind(screen.search, buffer) || screen.search?.seeking !== undefined;
};

/** Does one slice of counting. Looking for the next match is the caller's, who moves the screen. */
export const countSlice = (screen: LogScreen, buffer: LogBuffer): LogScreen => {
	const {filter, search} = screen;
	if (filter && isBehind(filter, buffer)) {
		return {...screen, filter: count(filter, buffer)};
	}

	const counted: Search | undefined = search && isBehind(search, buffer) ? count(search, buffer) : search;
	return counted === search ? screen : {...screen, search: counted};
};
