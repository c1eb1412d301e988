import {type UserAction} from '../actions.js';
import {type Screen, type State, type View} from '../state.js';

export type Movement = Extract<UserAction, {type: 'selection-moved'}>['by'];

/** Rows to move by, negative for up; the ends as ±Infinity. `page` is the height of the list. */
export const rowsOf = (by: Movement, page: number): number => {
	const half = Math.max(1, Math.floor(page / 2));
	if (typeof by === 'number') {
		return by;
	}

	switch (by) {
		case 'page': {
			return page;
		}

		case '-page': {
			return -page;
		}

		case 'half-page': {
			return half;
		}

		case '-half-page': {
			return -half;
		}

		case 'start': {
			return -Infinity;
		}

		case 'end': {
			return Infinity;
		}
	}
};

/** The index after a movement, from 0 to `last`. */
export const movedTo = (index: number, by: Movement, {page, last}: {readonly page: number; readonly last: number}): number =>
	Math.max(0, Math.min(last, index + rowsOf(by, page)));

// Small changes of the view that several reducers make.

export const withView = (state: State, change: Partial<View>): State => ({...state, view: {...state.view, ...change}});

/** Opens a screen above the current one. */
export const push = (state: State, screen: Screen): State => {
	const [root, ...above] = state.view.stack;
	return {...state, view: {...state.view, stack: [root, ...above, screen]}};
};

/** Replaces the current screen. */
export const withTop = (state: State, screen: Screen): State => {
	const [root, ...above] = state.view.stack;
	return above.length === 0 ? withView(state, {stack: [screen]}) : withView(state, {stack: [root, ...above.slice(0, -1), screen]});
};

export const withNotice = (state: State, text: string, isProblem = false): State => withView(state, {notice: {text, isProblem}});
