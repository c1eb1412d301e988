import {type Dag} from '../../../../source/protocol/task.js';
import {type Action} from '../../../../source/store/actions.js';
import {initialState} from '../../../../source/store/initial-state.js';
import {hasLogWork} from '../../../../source/store/log/search.js';
import {type LogView} from '../../../../source/store/selectors/log.js';
import {type State} from '../../../../source/store/state.js';
import {reduce} from '../../../../source/store/store.js';
import {selectScreen} from '../../../../source/ui/parts.js';
import {laidOut} from '../../../helpers/laid-out.js';
import {addressOf, makeDag, makeNode, makeSubTask, ten} from '../../../helpers/tasks.js';

export const agent = '10.0.0.1:2886';
export const at = {agent, at: ten};
export const withLogs = (logs: readonly string[] | undefined, change: Partial<Dag> = {}): Dag => makeDag({
	nodes: [makeNode({subTasks: [makeSubTask({state: 'RUNNING', logs})]})], ...change,
});
export const received = (task: Dag): Action => ({...at, type: 'task-received', task});
export const numbered = (count: number, from = 1): readonly string[] => Array.from({length: count}, (_, index) => `line ${from + index}`);

export const play = (state: State, ...actions: readonly Action[]): State => {
	let next = state;
	for (const action of actions) {
		next = laidOut(reduce(next, action));
	}

	return next;
};

/** An open log, eight rows of lines in sight. */
export const open = (logs: readonly string[] | undefined): State => play(
	initialState([addressOf(agent)], {columns: 80, rows: 11}), received(withLogs(logs)), {type: 'entered'}, {type: 'entered'},
);
export const view = (state: State): LogView => {
	const screen = selectScreen(state, ten);
	if (screen.type !== 'log') {
		throw new Error(`the screen is ${screen.type}`);
	}

	return screen;
};

export const texts = (state: State): readonly string[] => view(state).rows.map(row => row.text);
export const search = (text: string): readonly Action[] => [{type: 'input-opened', purpose: 'search'}, {type: 'input-changed', text}, {type: 'input-submitted'}];
export const filter = (text: string): readonly Action[] => [{type: 'input-opened', purpose: 'filter'}, {type: 'input-changed', text}, {type: 'input-submitted'}];
export const up: Action = {type: 'selection-moved', by: -1};

/** Does all the slices that are due. */
export const settled = (state: State): State => {
	let next = state;
	for (let slices = 0; hasLogWork(next); slices++) {
		if (slices > 1000) {
			throw new Error('the work never ends');
		}

		next = reduce(next, {type: 'log-work-advanced', steps: 100_000});
	}

	return next;
};
