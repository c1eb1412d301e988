// Going in and out between the screens.

import {currentList} from './current-list.js';
import {findTask, topScreen} from './locate.js';
import {referenceOf, rowsOf} from './rows.js';
import {selectedIndexOf} from './selection.js';
import {type Screen, type State} from './state.js';

const push = (state: State, screen: Screen): State => {
	const [root, ...above] = state.view.stack;
	return {...state, view: {...state.view, stack: [root, ...above, screen]}};
};

const notice = (state: State, text: string): State => ({...state, view: {...state.view, notice: text}});

const selectedKey = (state: State, screen: Exclude<Screen, {type: 'log'}>): string | undefined => {
	const {rows, fallback} = currentList(state);
	return rows[selectedIndexOf(rows, screen.selected, fallback)]?.key;
};

const enterFromAgents = (state: State, key: string | undefined): State => {
	const row = rowsOf(state).find(candidate => candidate.key === key);
	if (!row) {
		return state;
	}

	if (row.type === 'cluster' && row.cluster.task.type !== 'known') {
		return notice(state, 'this cluster has no task of its own: its agents stand below');
	}

	return push(state, {
		type: 'task', task: referenceOf(row), selected: undefined, top: 0,
	});
};

/** Opens the selected row: a task, a node's sub-tasks, a log. From a task on, screens hold on to that very task, also when a newer one begins. */
export const enter = (state: State): State => {
	const screen = topScreen(state);
	if (screen.type === 'log') {
		return state;
	}

	const key = selectedKey(state, screen);
	if (screen.type === 'agents') {
		return enterFromAgents(state, key);
	}

	const dag = findTask(state, screen.task);
	if (!dag || key === undefined) {
		return state;
	}

	const task = {owner: screen.task.owner, id: dag.id};
	return screen.type === 'task'
		? push(state, {
			type: 'node', task, node: key, selected: undefined, top: 0,
		})
		: push(state, {
			type: 'log', task, node: screen.node, subTask: key, top: 0, left: 0, isFollowing: true,
		});
};

/** Closes the current screen; at the root there is nothing to close. */
export const goBack = (state: State): State => {
	const [root, ...above] = state.view.stack;
	return above.length === 0 ? state : {...state, view: {...state.view, stack: [root, ...above.slice(0, -1)]}};
};

/** Opens the task of the agent at that place (0-based, in the order of the agents screen), with the agents screen behind it. */
export const jumpToAgent = (state: State, index: number): State => {
	const row = rowsOf(state).filter(({type}) => type === 'agent')[index];
	if (!row) {
		return notice(state, `there is no agent ${index + 1}`);
	}

	const [root] = state.view.stack;
	const selected: Screen = root.type === 'agents' ? {...root, selected: row.key} : root;
	const task: Screen = {
		type: 'task', task: referenceOf(row), selected: undefined, top: 0,
	};
	return {...state, view: {...state.view, stack: [selected, task]}};
};
