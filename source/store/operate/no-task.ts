// Why there is nothing to act on, in the words of the panel that opens instead of the actions.

import {type Timestamp} from '../../protocol/timestamp.js';
import {isTaskScreen, ownerLabel, topScreen} from '../locate.js';
import {currentRow} from '../select/current-row.js';
import {problemOf, withoutHint} from '../select/problem-words.js';
import {type State} from '../state.js';

const ofOwner = (state: State, owner: string): string => {
	const entry = state.agents.get(owner);
	const label = ownerLabel(state, owner);
	if (!entry) {
		return `${label} has no task of its own: its agents have theirs`;
	}

	const problem = problemOf(entry, state.view.hour);
	if (problem !== undefined) {
		return `${label} cannot be asked for a task: ${withoutHint(problem)}`;
	}

	return entry.task.type === 'none' ? `${label} never had a maintenance task` : `nothing is known of a task of ${label} yet`;
};

/** Why no actions can be offered, on the screen as it is: "10.0.0.1:2886 never had a maintenance task". */
export const whyNoTask = (state: State, now: Timestamp): string => {
	const screen = topScreen(state);
	if (isTaskScreen(screen)) {
		return ofOwner(state, screen.task.owner);
	}

	if (screen.type !== 'agents') {
		return 'actions are about a task: open one first';
	}

	const row = currentRow(state, now);
	return row ? ofOwner(state, row.type === 'task' ? row.owner : row.key) : 'the list is empty';
};
