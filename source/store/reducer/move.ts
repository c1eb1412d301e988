import {type Timestamp} from '../../lib/time.js';
import {type UserAction} from '../actions.js';
import {topScreen} from '../lookup.js';
import {moveChoice, scrollConfirmation} from '../operations/confirm.js';
import {selectedIndexOf, windowTop} from '../selectors/basics.js';
import {currentList} from '../selectors/current-list.js';
import {type ListScreen, type State} from '../state.js';
import {movedTo, type Movement, rowsOf, withTop, withView} from './view.js';

const moveSelection = (state: State, screen: ListScreen, by: Movement, now: Timestamp): State => {
	const list = currentList(state, now);
	const {page: height} = state.view;
	const index = selectedIndexOf(list.rows, screen.selected, list.fallback);
	const next = movedTo(index, by, {page: height, last: list.rows.length - 1});
	const selected = list.rows[next]?.key;
	const top = windowTop({
		top: screen.top, selected: next, height, total: list.rows.length,
	});
	return selected === undefined || (selected === screen.selected && top === screen.top) ? state : withTop(state, {...screen, selected, top});
};

/** Moves the selection, or scrolls if nothing can be selected. */
export const move = (state: State, {by, last = Infinity}: Extract<UserAction, {type: 'selection-moved'}>, now: Timestamp): State => {
	const {overlay, page} = state.view;
	if (overlay?.type === 'help' || overlay?.type === 'found-keys') {
		return withView(state, {overlay: {...overlay, top: movedTo(overlay.top, by, {page, last})}});
	}

	if (overlay?.type === 'actions') {
		return moveChoice(state, rowsOf(by, page));
	}

	if (overlay?.type === 'confirmation') {
		return scrollConfirmation(state, movedTo(overlay.top, by, {page, last}));
	}

	const screen = topScreen(state);
	if (screen.type === 'card') {
		return withTop(state, {...screen, top: movedTo(screen.top, by, {page, last})});
	}

	return screen.type === 'log' ? state : moveSelection(state, screen, by, now);
};
