import {findTask, topScreen} from './locate.js';
import {pageHeight} from './layout.js';
import {rowsOf} from './rows.js';
import {selectAgents} from './select-agents.js';
import {type State} from './state.js';

/** What somebody looks at: the keys of agents and clusters in sight, and the task that is open. */
export type Focus = {
	readonly visible: readonly string[];
	readonly open: {readonly owner: string; readonly id: string} | undefined;
};

/** What is on screen now, for those who decide what to ask for first. */
export const selectFocus = (state: State): Focus => {
	const screen = topScreen(state);
	if (screen.type !== 'agents') {
		return {visible: [], open: {owner: screen.task.owner, id: findTask(state, screen.task)?.id ?? screen.task.id}};
	}

	const {list} = selectAgents(state, 0, pageHeight(state));
	const keys = rowsOf(state).slice(list.top, list.top + list.rows.length).map(row => row.type === 'task' ? row.owner : row.key);
	return {visible: [...new Set(keys)], open: undefined};
};
