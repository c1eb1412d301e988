import {type Timestamp} from '../../lib/time.js';
import {isActive} from '../../protocol/outcome.js';
import {findNode, findSubTask, findTask, isTaskScreen, lastTaskOf, topScreen} from '../lookup.js';
import {lastTaskId, type State, type TaskReference, type TaskScreen} from '../state.js';
import {type AgentsView, selectAgents} from './agents.js';
import {taskOutcome} from './basics.js';
import {breadcrumbOf, stalenessOf} from './task-head.js';
import {type CardView, type ClusterView, selectCard, selectCluster} from './cards.js';
import {shownText} from './connection.js';
import {type HistoryView, selectHistory} from './history.js';
import {type JournalView, selectJournal} from './journal.js';
import {type LinksView, selectLinks} from './links.js';
import {type LogView, selectLog} from './log.js';
import {type NodeView, selectNode} from './node.js';
import {selectTask, type TaskView} from './task.js';
import {type Staleness} from './view-types.js';

type Nothing = Pick<NothingView, 'text' | 'isWaiting'>;

const told = (text: string): Nothing => ({text, isWaiting: false});

const whyNothing = (state: State, {owner, id}: TaskReference): Nothing => {
	const entry = state.agents.get(owner);
	const task = entry?.task ?? state.clusters.get(owner)?.task;
	if (!task) {
		return told('this cluster is not watched any more');
	}

	if (id !== lastTaskId) {
		if (state.unavailable?.id === id) {
			return told(shownText(state, state.unavailable.why));
		}

		return entry?.connection.type === 'failing' ? told('nothing is known of this task') : {text: `asking for task ${id}`, isWaiting: true};
	}

	if (task.type === 'gone') {
		return told('its last task is gone: the agent does not know it any more');
	}

	if (task.type === 'none') {
		return told('no task yet: this agent never had a maintenance task');
	}

	return entry?.connection.type === 'failing' ? told('nothing is known of its task') : {text: 'connecting', isWaiting: true};
};

const nothing = (state: State, screen: TaskScreen): NothingView => ({
	type: 'nothing',
	breadcrumb: breadcrumbOf(state, screen),
	...whyNothing(state, screen.task),
	staleness: stalenessOf(state, screen.task),
});

/** What the current screen shows at `now`, our clock. */
export const selectScreen = (state: State, now: Timestamp): ScreenView => {
	const screen = topScreen(state);
	const {page: height} = state.view;
	if (screen.type === 'agents') {
		return selectAgents(state, now, height);
	}

	if (screen.type === 'card') {
		return selectCard(state, screen);
	}

	if (screen.type === 'cluster') {
		return selectCluster(state, screen, now, height);
	}

	if (screen.type === 'journal') {
		return selectJournal(state, screen, height);
	}

	if (screen.type === 'history') {
		return selectHistory(state, screen, now, height);
	}

	const dag = findTask(state, screen.task);
	if (!dag) {
		return nothing(state, screen);
	}

	if (screen.type === 'task') {
		return selectTask({
			state, screen, dag, now, height,
		});
	}

	if (screen.type === 'links') {
		return selectLinks({
			state, screen, dag, now, height,
		});
	}

	const node = findNode(dag, screen.node);
	if (!node) {
		return nothing(state, screen);
	}

	if (screen.type === 'node') {
		return selectNode({
			state, screen, node, now, height,
		});
	}

	const subTask = findSubTask(node, screen.subTask);
	return subTask
		? selectLog({
			state, screen, dag, subTask,
		})
		: nothing(state, screen);
};

/** Whether a duration on the current screen grows by itself, so that a clock is needed. */
export const isAnythingActive = (state: State): boolean => {
	const screen = topScreen(state);
	if (screen.type === 'log' || screen.type === 'links' || screen.type === 'card' || screen.type === 'journal') {
		return false;
	}

	if (isTaskScreen(screen)) {
		const dag = findTask(state, screen.task);
		return dag !== undefined && isActive(taskOutcome(dag)) && stalenessOf(state, screen.task) === undefined;
	}

	for (const entry of state.agents.values()) {
		const tasks = [lastTaskOf(entry), ...entry.otherTasks];
		if (entry.connection.type !== 'failing' && tasks.some(task => task && isActive(taskOutcome(task)))) {
			return true;
		}
	}

	return state.clusters.values().some(cluster =>
		[lastTaskOf(cluster), ...cluster.otherTasks].some(task => task && isActive(taskOutcome(task))));
};

// View types: made by the selectors, drawn by the ui, printed by the modes without a screen. Durations are ms, instants UTC ms.

/** An agent without a task to show (single agent mode, or the task is gone). `isWaiting`: a response is on its way. */
export type NothingView = {readonly type: 'nothing'; readonly breadcrumb: readonly string[]; readonly text: string; readonly isWaiting: boolean; readonly staleness: Staleness | undefined};

export type ScreenView = AgentsView | TaskView | NodeView | LogView | LinksView | NothingView | CardView | ClusterView | HistoryView | JournalView;
