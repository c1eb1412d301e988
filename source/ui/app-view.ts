import {type Timestamp} from '../lib/time.js';
import {isActive, type Outcome} from '../protocol/outcome.js';
import {newsOf} from '../store/journal.js';
import {findNode, findSubTask, findTask, isTaskScreen, lastTaskOf, topScreen} from '../store/lookup.js';
import {actionNames, isOfferedIn} from '../store/operations/offers.js';
import {planOf} from '../store/operations/plan.js';
import {type AgentsView, selectAgents} from '../store/selectors/agents.js';
import {taskOutcome} from '../store/selectors/basics.js';
import {type CardView, type ClusterView, selectCard, selectCluster} from '../store/selectors/cards.js';
import {isPasswordWanted} from '../store/selectors/connection.js';
import {type HistoryView, selectHistory} from '../store/selectors/history.js';
import {type JournalView, selectJournal} from '../store/selectors/journal.js';
import {type LinksView, selectLinks} from '../store/selectors/links.js';
import {type LogView, selectLog} from '../store/selectors/log.js';
import {overlayView, type OverlayView} from '../store/selectors/overlays.js';
import {nothing, type NothingView, stalenessOf} from '../store/selectors/task-head.js';
import {type NodeView, selectNode, selectTask, type TaskView} from '../store/selectors/task.js';
import {type Notice, type Replay, type Size, type State, type View} from '../store/state.js';
import {keyContext} from './keys/resolve.js';
import {type HintCondition, type KeyContext} from './keys/table.js';

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

export type ScreenView = AgentsView | TaskView | NodeView | LogView | LinksView | NothingView | CardView | ClusterView | HistoryView | JournalView;

const isOpenTo = (outcome: Outcome | undefined): boolean => outcome !== undefined && isOfferedIn(outcome);

/** Whether the open or selected task has actions to choose from. `view` is the screen's, which has found that row already. */
const isActionOffered = (state: State, view: ScreenView): boolean => {
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

/** Everything that a frame shows. */
export type AppView = {
	readonly screen: ScreenView;
	readonly overlay: OverlayView | undefined;
	/** Where keys act. */
	readonly context: KeyContext;
	readonly conditions: readonly HintCondition[];
	readonly size: Size;
	readonly notice: Notice | undefined;
	/** Changes that came while the user was away. */
	readonly news: number;
	/** See `cautions` of the state. */
	readonly cautions: readonly string[];
	/** The state of a replay, and its present. */
	readonly replay: (Replay & {readonly at: Timestamp}) | undefined;
	readonly timeZone: View['timeZone'];
	/** The present rounded down to the hour. */
	readonly hour: Timestamp;
};

/** Whether the open or selected task needs the agent's own password. */
const needsPassword = (state: State, view: ScreenView): boolean => {
	const screen = topScreen(state);
	if (isTaskScreen(screen)) {
		return findTask(state, screen.task)?.needs !== undefined;
	}

	return view.type === 'agents' && view.list.rows.some(({isSelected, needsPassword: isNeeded}) => isSelected && isNeeded);
};

/** What agents need from the user, and whether there is a task to operate on. */
const conditionsOf = (state: State, screen: ScreenView): readonly HintCondition[] => {
	const conditions = new Set<HintCondition>();
	for (const entry of state.agents.values()) {
		if (isPasswordWanted(entry)) {
			conditions.add('password-wanted');
		} else if (entry.connection.type === 'failing' && entry.connection.error.type === 'key-changed') {
			conditions.add('key-changed');
		}
	}

	if (needsPassword(state, screen)) {
		conditions.add('password-wanted');
	}

	if (isActionOffered(state, screen)) {
		conditions.add('action-offered');
	}

	return [...conditions].toSorted();
};

/** The values of a frame at `now`, our clock. */
export const selectApp = (state: State, now: Timestamp): AppView => {
	const {overlay, size, notice, timeZone, hour} = state.view;
	const screen = selectScreen(state, now);
	return {
		screen,
		overlay: overlayView(state, overlay),
		context: keyContext(topScreen(state).type, overlay),
		conditions: conditionsOf(state, screen),
		size,
		notice,
		news: newsOf(state.journal),
		cautions: state.cautions,
		replay: state.replay && {...state.replay, at: now},
		timeZone,
		hour,
	};
};
