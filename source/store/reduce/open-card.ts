import {type Timestamp} from '../../protocol/timestamp.js';
import {agentNamed, findNode, findSubTask, findTask, ownerOfScreen, topScreen} from '../locate.js';
import {shownRows} from '../select/arrange.js';
import {currentList} from '../select/current-list.js';
import {selectedIndexOf} from '../select/selection.js';
import {type State} from '../state.js';
import {openHistory, push} from './navigate.js';
import {withNotice, withTop} from './view.js';

/** The agent that the selected sub-task, or the one whose log is open, runs on; undefined where it is not watched. */
const agentOfSubTask = (state: State, now: Timestamp): string | undefined => {
	const screen = topScreen(state);
	if (screen.type !== 'node' && screen.type !== 'log') {
		return undefined;
	}

	const {rows, fallback} = currentList(state, now);
	const key = screen.type === 'log' ? screen.subTask : rows[selectedIndexOf(rows, screen.selected, fallback)]?.key;
	const name = findSubTask(findNode(findTask(state, screen.task), screen.node), key)?.agent;
	return name === undefined ? undefined : agentNamed(state, name);
};

const openCardOf = (state: State, owner: string): State => {
	if (state.clusters.has(owner)) {
		return push(state, {
			type: 'cluster', owner, selected: undefined, top: 0,
		});
	}

	return state.agents.has(owner) ? push(state, {type: 'card', owner, top: 0}) : withNotice(state, 'this agent is not watched');
};

/** The owner that the screen is about, and the state in which the row that says so is chosen. */
const ownerInQuestion = (state: State, now: Timestamp): readonly [State, string | undefined] => {
	const screen = topScreen(state);
	if (screen.type !== 'agents') {
		return [state, ownerOfScreen(screen)];
	}

	const rows = shownRows(state, now);
	const row = rows[selectedIndexOf(rows, screen.selected, 0)];
	return row ? [withTop(state, {...screen, selected: row.key}), row.type === 'task' ? row.owner : row.key] : [state, undefined];
};

/** Opens the history of what the screen is about. */
export const openHistoryHere = (state: State, now: Timestamp): State => openHistory(...ownerInQuestion(state, now));

/** Opens the card of what the screen is about: the selected row's agent or cluster, the agent on which a sub-task runs, the owner of what is open. */
export const openCard = (state: State, now: Timestamp): State => {
	const screen = topScreen(state);
	if (screen.type === 'card' || screen.type === 'cluster') {
		return state;
	}

	const [chosen, owner] = ownerInQuestion(state, now);
	const subject = agentOfSubTask(state, now) ?? owner;
	return subject === undefined ? state : openCardOf(chosen, subject);
};
