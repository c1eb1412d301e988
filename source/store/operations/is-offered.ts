import {type Outcome} from '../../protocol/outcome.js';
import {findTask, isTaskScreen, topScreen} from '../lookup.js';
import {type ScreenView} from '../selectors/screen.js';
import {type State} from '../state.js';
import {actionNames, isOfferedIn} from './offers.js';
import {planOf} from './plan.js';

const isOpenTo = (outcome: Outcome | undefined): boolean => outcome !== undefined && isOfferedIn(outcome);

/** Whether the open or selected task has actions to choose from. `view` is the screen's, which has found that row already. */
export const isActionOffered = (state: State, view: ScreenView): boolean => {
	if (view.type === 'agents') {
		const row = view.list.rows.find(({isSelected}) => isSelected);
		return row?.problem === undefined && isOpenTo(row?.task?.outcome);
	}

	const screen = topScreen(state);
	if (!isTaskScreen(screen)) {
		return false;
	}

	const dag = findTask(state, screen.task);
	return dag !== undefined && actionNames.some(action => planOf(state, {owner: screen.task.owner, id: dag.id}, action).ok);
};
