// Opening the comparison of two runs, and choosing the run to compare with.

import {messages} from '../../lib/messages/messages.js';
import {type Timestamp} from '../../lib/time.js';
import {type ActionOf} from '../actions.js';
import {historyFocuses, isHistoryLoading, isWholeHistory, knownTask, runsProblem, shownHistory} from '../history.js';
import {findTask, isTaskScreen, topScreen} from '../lookup.js';
import {type TaskReference} from '../operations/track.js';
import {currentRow, referenceOf} from '../selectors/agent-rows.js';
import {selectedIndexOf, taskName} from '../selectors/basics.js';
import {comparedRun, otherRuns} from '../selectors/compare.js';
import {type State} from '../state.js';
import {currentList} from './move.js';
import {goBack, openComparedStage} from './navigate.js';
import {push, withNotice, withTop} from './view.js';

/** The open or selected task, and the stage that is open. */
const taskInQuestion = (state: State, now: Timestamp): {readonly task: TaskReference; readonly node?: string | undefined} | undefined => {
	const screen = topScreen(state);
	if (isTaskScreen(screen)) {
		return {task: screen.task, node: 'node' in screen ? screen.node : undefined};
	}

	if (screen.type === 'history') {
		const rows = shownHistory(state, screen);
		const entry = rows[selectedIndexOf(rows, screen.selected, 0)];
		return entry?.dag && {task: {owner: entry.owner, id: entry.dag.id}};
	}

	const row = screen.type === 'agents' ? currentRow(state, now) : undefined;
	return row && {task: referenceOf(row)};
};

/** Why there is no other run, if that is known. */
const withoutRuns = (state: State, task: TaskReference): string | undefined => {
	const dag = knownTask(state, task);
	const isRead = state.histories.has(task.owner) && !isHistoryLoading(state, task.owner) && runsProblem(state, task) === undefined;
	return dag && isRead && otherRuns(state, task).length === 0 ? messages().notices.noOtherRun(taskName(dag), isWholeHistory(state, task.owner)) : undefined;
};

/** Of a history that was read as far as a screen shows it, more is read for a comparison. */
const searchFurther = (before: State, state: State, owner: string): State => {
	const history = state.histories.get(owner);
	const [known, wanted] = [before, state].map(each => historyFocuses(each).find(focus => focus.owner === owner)?.runsOf);
	return history && !isWholeHistory(state, owner) && history.problem === undefined && known !== wanted
		? {...state, histories: new Map(state.histories).set(owner, {...history, isLoading: true})}
		: state;
};

/** Opens the open or selected task beside the last run of the same name that succeeded. */
export const openComparison = (state: State, now: Timestamp, {task: named, other}: Pick<ActionOf<'row'> & {readonly type: 'comparison-opened'}, 'task' | 'other'> = {}): State => {
	const asked = named ? {task: named, node: undefined} : taskInQuestion(state, now);
	const dag = asked && (findTask(state, asked.task) ?? knownTask(state, asked.task));
	if (!asked || !dag) {
		return withNotice(state, messages().notices.noTaskHere);
	}

	const task = {owner: asked.task.owner, id: dag.id};
	const why = withoutRuns(state, task);
	if (why !== undefined && isWholeHistory(state, task.owner)) {
		return withNotice(state, why);
	}

	return searchFurther(state, push(state, {
		type: 'compare', task, other, selected: asked.node, top: 0,
	}), task.owner);
};

/** A history that was read for a comparison has no other run: the comparison closes again and says so. */
export const leaveEmptyComparison = (state: State, owner: string): State => {
	const screen = topScreen(state);
	const why = screen.type === 'compare' && screen.task.owner === owner ? withoutRuns(state, screen.task) : undefined;
	return why === undefined ? state : withNotice(goBack(state), why);
};

/** Compares with the run before or after the one that is compared with. */
export const changeComparedRun = (state: State, by: 1 | -1): State => {
	const screen = topScreen(state);
	if (screen.type !== 'compare') {
		return state;
	}

	const runs = otherRuns(state, screen.task);
	const index = runs.findIndex(({id}) => id === comparedRun(state, screen)?.id);
	const next = index === -1 ? undefined : runs[index - by];
	if (!next) {
		return withNotice(state, index === -1 || by === -1 ? messages().notices.noOlderRun(isWholeHistory(state, screen.task.owner)) : messages().notices.noNewerRun);
	}

	return withTop(state, {...screen, other: next.id});
};

/** Opens the selected stage of the run that is compared with. */
export const openOtherStage = (state: State, now: Timestamp): State => {
	const screen = topScreen(state);
	if (screen.type !== 'compare') {
		return state;
	}

	const {rows, fallback} = currentList(state, now);
	return openComparedStage(state, screen, rows[selectedIndexOf(rows, screen.selected, fallback)]?.key, 'other');
};
