import {type Timestamp} from '../../lib/time.js';
import {type ActionOf, type UserAction} from '../actions.js';
import {shownHistory} from '../history.js';
import {hitsOf} from '../log/hits.js';
import {findNode, findTask, topScreen} from '../lookup.js';
import {moveChoice, scrollConfirmation} from '../operations/confirm.js';
import {selectedRowIndex, shownRows} from '../selectors/agent-rows.js';
import {selectedIndexOf, windowTop} from '../selectors/basics.js';
import {shownMembers} from '../selectors/cards.js';
import {usualStageIndex, usualSubTaskIndex} from '../selectors/cause.js';
import {comparison, usualPair} from '../selectors/compare.js';
import {shownJournal} from '../selectors/journal.js';
import {shownLinks} from '../selectors/links.js';
import {type ListScreen, type State} from '../state.js';
import {movedTo, type Movement, rowsOf, withTop, withView} from './view.js';

/** The keys of the current screen's rows, and the index that is selected by default. */
type CurrentList = {readonly rows: ReadonlyArray<{readonly key: string}>; readonly fallback: number};

export const currentList = (state: State, now: Timestamp): CurrentList => {
	const screen = topScreen(state);
	switch (screen.type) {
		case 'agents': {
			const rows = shownRows(state, now);
			return {rows, fallback: selectedRowIndex(state, rows, now)};
		}

		case 'task': {
			const dag = findTask(state, screen.task);
			return {rows: dag?.nodes ?? [], fallback: dag ? usualStageIndex(state, dag) : 0};
		}

		case 'node': {
			const dag = findTask(state, screen.task);
			const node = findNode(dag, screen.node);
			return {rows: node?.subTasks ?? [], fallback: node ? usualSubTaskIndex(state, dag, node) : 0};
		}

		case 'links': {
			const dag = findTask(state, screen.task);
			return {rows: dag ? shownLinks(state, screen, dag) : [], fallback: 0};
		}

		case 'hits': {
			return {rows: hitsOf(state, screen), fallback: 0};
		}

		case 'cluster': {
			return {rows: shownMembers(state, screen), fallback: 0};
		}

		case 'history': {
			return {rows: shownHistory(state, screen), fallback: 0};
		}

		case 'compare': {
			const runs = comparison(state, screen);
			return {rows: runs.pairs, fallback: usualPair(state, runs)};
		}

		case 'journal': {
			return {rows: shownJournal(state, screen), fallback: 0};
		}

		case 'card':
		case 'log': {
			return {rows: [], fallback: 0};
		}
	}
};

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

/** Selects a row that is still there. */
export const pick = (state: State, key: string, now: Timestamp): State => {
	const screen = topScreen(state);
	const isList = 'selected' in screen && state.view.overlay === undefined && screen.selected !== key;
	return isList && currentList(state, now).rows.some(row => row.key === key) ? withTop(state, {...screen, selected: key}) : state;
};

// A longer count is typed by mistake.
const mostDigits = 6;

// Jumps are made one by one.
const mostJumps = 100;

/** The count with another digit; it never begins with 0. */
export const countWith = (count: number | undefined, digit: number): number | undefined => {
	const next = ((count ?? 0) * 10) + digit;
	return next === 0 ? undefined : (next < 10 ** mostDigits ? next : count);
};

/** What a movement or jump means with a count before it: 5j moves by five, 5G goes to the fifth row. Others take no count. */
export const counted = <Given extends Exclude<UserAction, ActionOf<'environment' | 'log-work'>>>(action: Given, count: number, page: number): ReadonlyArray<Given | ActionOf<'log'>> => {
	if (action.type === 'selection-moved') {
		return action.by === 'start' || action.by === 'end'
			? [{...action, by: 'start'}, {...action, by: count - 1}]
			: [{...action, by: rowsOf(action.by, page) * count}];
	}

	if (action.type === 'scrolled-sideways') {
		return [{...action, by: action.by * count}];
	}

	const isJump = action.type === 'match-jumped-to' || action.type === 'execution-jumped-to';
	return isJump ? Array.from({length: Math.min(count, mostJumps)}, () => action) : [action];
};

/** Moves the selection, or scrolls if nothing can be selected. */
export const move = (state: State, {by, last = Infinity}: Extract<UserAction, {type: 'selection-moved'}>, now: Timestamp): State => {
	const {overlay, page} = state.view;
	if (overlay?.type === 'help' || overlay?.type === 'found-keys') {
		return withView(state, {overlay: {...overlay, top: movedTo(overlay.top, by, {page, last})}});
	}

	if (overlay?.type === 'palette') {
		return withView(state, {overlay: {...overlay, selected: movedTo(overlay.selected, by, {page, last: overlay.entries.length - 1})}});
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
