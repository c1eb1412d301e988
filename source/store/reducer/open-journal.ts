import {type State} from '../state.js';
import {push} from './navigate.js';

/** Opens the journal, or goes back to it if it is open already. */
export const openJournal = (state: State): State => {
	const [root, ...above] = state.view.stack;
	const place = above.findIndex(({type}) => type === 'journal');
	return place === -1
		? push(state, {type: 'journal', selected: undefined, top: 0})
		: {...state, view: {...state.view, stack: [root, ...above.slice(0, place + 1)]}};
};
