// What each part of the terminal shows: a screen, and beside or below it what Enter would open.

import {type Timestamp} from '../lib/time.js';
import {findNode, findSubTask, findTask, isTaskScreen, topScreen} from '../store/lookup.js';
import {type AgentsView, selectAgents} from '../store/selectors/agents.js';
import {type CardView, type ClusterView, selectCard, selectCluster} from '../store/selectors/cards.js';
import {type CompareView, selectCompare} from '../store/selectors/compare.js';
import {type HitsView, selectHits} from '../store/selectors/hits.js';
import {type HistoryView, selectHistory} from '../store/selectors/history.js';
import {type JournalView, selectJournal} from '../store/selectors/journal.js';
import {type LinksView, selectLinks} from '../store/selectors/links.js';
import {type LogView, selectLog} from '../store/selectors/log.js';
import {type LogEndsView, selectLogEnds} from '../store/selectors/log-ends.js';
import {nothing, type NothingView} from '../store/selectors/task-head.js';
import {type NodeView, selectNode, selectTask, type SubTaskRow, type TaskView} from '../store/selectors/task.js';
import {type Size, type State} from '../store/state.js';
import {type Place} from './layout.js';
import {type Pane} from './panes.js';

// View types: made by the selectors, drawn by the ui, printed by the modes without a screen. Durations are ms, instants UTC ms.

export type ScreenView = AgentsView | TaskView | NodeView | LogView | HitsView | LinksView | NothingView | CardView | ClusterView | HistoryView | CompareView | JournalView;

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

	if (screen.type === 'compare') {
		return selectCompare(state, screen, now, height);
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

	if (screen.type === 'hits') {
		return selectHits({
			state, screen, dag, height,
		});
	}

	if (screen.type === 'links') {
		return selectLinks({
			state, screen, dag, now, height,
		});
	}

	const node = findNode(dag, screen.node);
	if (screen.type === 'log' && screen.subTask === undefined && (node !== undefined || screen.node === undefined)) {
		return selectLog({
			state, screen, dag, node, subTask: undefined,
		});
	}

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
			state, screen, dag, node, subTask,
		})
		: nothing(state, screen);
};

/**
What Enter would open, in a part of the terminal; `screen` is undefined if it opens nothing.

- size: that of a terminal whose last line is the footer; list: the part of it that the screen has
- shared: how many of its crumbs the list has, too
*/
export type PreviewView = {
	readonly place: Place;
	readonly size: Size;
	readonly list: Size;
	readonly hasKeys: boolean;
	readonly screen: ScreenView | undefined;
	readonly shared: number;
	readonly preview: PreviewView | undefined;
	readonly ends: EndsView | undefined;
};

/** Below a part of the terminal, in so many rows. */
export type EndsView = LogEndsView & {readonly size: Size};

const breadcrumbIn = (screen: ScreenView): readonly string[] => screen.type === 'agents' ? [] : screen.breadcrumb;

/** Only where keys act is something selected. */
const withoutSelection = (screen: ScreenView): ScreenView => {
	switch (screen.type) {
		case 'log': {
			return {...screen, status: {...screen.status, isFollowing: false}, rows: screen.rows.map(row => ({...row, isSelected: false, isInRange: false, hasCursor: false}))};
		}

		case 'task': {
			return {...screen, list: {...screen.list, rows: screen.list.rows.map(row => ({...row, isSelected: false}))}};
		}

		case 'node': {
			return {...screen, list: {...screen.list, rows: screen.list.rows.map(row => ({...row, isSelected: false}))}};
		}

		case 'agents':
		case 'links':
		case 'hits':
		case 'card':
		case 'cluster':
		case 'history':
		case 'compare':
		case 'journal':
		case 'nothing': {
			return screen;
		}
	}
};

/** The last lines of sub-tasks whose logs are beside or below their list are said there. */
export const withoutRepeats = (screen: ScreenView, preview: PreviewView | undefined): ScreenView => {
	if (screen.type !== 'node' || !preview) {
		return screen;
	}

	const said = new Set(preview.ends?.ends.map(({key}) => key));
	const rows = screen.list.rows.map((row): SubTaskRow => row.isSelected || said.has(row.key) ? {...row, lastLine: '', lastShortest: '', lastSeverity: 'plain'} : row);
	return {...screen, list: {...screen.list, rows}};
};

/** The ends of the task's other logs, below a part of the terminal. */
export const endsIn = ({state, ends}: Pane): EndsView | undefined => {
	const screen = topScreen(state);
	return ends && isTaskScreen(screen) ? {...selectLogEnds({state, screen, isAlone: ends.isAlone}, ends.size.rows), size: ends.size} : undefined;
};

/** What is beside or below a screen, and beside or below that. */
export const previewIn = ({beside}: Pane, list: ScreenView, now: Timestamp): PreviewView | undefined => {
	if (!beside) {
		return undefined;
	}

	const {place, size, pane} = beside;
	if (!pane) {
		return {place, size, list: size, hasKeys: false, screen: undefined, shared: 0, preview: undefined, ends: undefined};
	}

	const whole = selectScreen(pane.state, now);
	const preview = previewIn(pane, whole, now);
	const screen = withoutRepeats(whole, preview);
	const [crumbs, others] = [breadcrumbIn(screen), breadcrumbIn(list)];
	const first = crumbs.findIndex((crumb, index) => crumb !== others[index]);
	return {
		place,
		size,
		list: pane.size,
		hasKeys: pane.hasKeys,
		screen: pane.hasKeys ? screen : withoutSelection(screen),
		shared: first === -1 ? crumbs.length - 1 : first,
		preview,
		ends: endsIn(pane),
	};
};

/** Of these, the one where keys act. */
export const viewWithKeys = (screen: ScreenView, preview: PreviewView | undefined): ScreenView => preview?.hasKeys && preview.screen ? preview.screen : screen;
