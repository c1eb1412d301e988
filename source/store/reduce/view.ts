// Small changes of the view that every reducer makes.

import {type Screen, type State, type View} from '../state.js';

export const withView = (state: State, change: Partial<View>): State => ({...state, view: {...state.view, ...change}});

/** Puts another screen in the place of the current one. */
export const withTop = (state: State, screen: Screen): State => {
	const [root, ...above] = state.view.stack;
	return above.length === 0 ? withView(state, {stack: [screen]}) : withView(state, {stack: [root, ...above.slice(0, -1), screen]});
};

export const withNotice = (state: State, text: string, isProblem = false): State => withView(state, {notice: {text, isProblem}});
