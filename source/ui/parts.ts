// What each part of the terminal shows: a screen, and beside or below it what Enter would open.

import {type Timestamp} from '../lib/time.js';
import {agentNamed, findNode, findSubTask, findTask, isTaskScreen, ownerLabel, topScreen} from '../store/lookup.js';
import {type AgentsView, selectAgents} from '../store/selectors/agents.js';
import {type CardView, type ClusterView, type MemberRow, selectCard, selectCluster} from '../store/selectors/cards.js';
import {type CompareView, selectCompare} from '../store/selectors/compare.js';
import {type HitsView, selectHits} from '../store/selectors/hits.js';
import {type HistoryView, selectHistory} from '../store/selectors/history.js';
import {type JournalRow, type JournalView, selectJournal} from '../store/selectors/journal.js';
import {type LinksView, selectLinks} from '../store/selectors/links.js';
import {type LogView, selectLog} from '../store/selectors/log.js';
import {type LogEndsView, selectLogEnds} from '../store/selectors/log-ends.js';
import {nothing, type NothingView} from '../store/selectors/task-head.js';
import {type NodeView, selectNode, selectTask, type SubTaskRow, type TaskView} from '../store/selectors/task.js';
import {type Window} from '../store/selectors/view-types.js';
import {type Size, type State} from '../store/state.js';
import {noteLines} from './components/text.js';
import {freeLines, type Place} from './layout.js';
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
		return selectCard(state, screen, height);
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

/** Below what Enter would open, in lines that it leaves free: facts of the agent that the selected row is about, or the members of the cluster. `isNext`: right below it, because it does not grow. */
export type MoreView = {readonly label: string; readonly lines: number; readonly isNext: boolean; readonly card: CardView | undefined; readonly members: readonly MemberRow[]};

/**
What Enter would open, in a part of the terminal; `screen` is undefined if it opens nothing.

- size: that of a terminal whose last line is the footer; list: the part of it that the screen has
- shared: how many of its crumbs the list has, too
- change: above it, in so many lines, the selected change of the journal in full
- free: how many lines at its end have nothing to say
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
	readonly free: number;
	readonly change?: {readonly row: JournalRow; readonly lines: number} | undefined;
	readonly more?: MoreView | undefined;
};

/** Below a part of the terminal, in so many rows. */
export type EndsView = LogEndsView & {readonly size: Size};

const breadcrumbIn = (screen: ScreenView): readonly string[] => screen.type === 'agents' ? [] : screen.breadcrumb;

const unselected = <Row extends {readonly isSelected: boolean}>(list: Window<Row>): Window<Row> => ({...list, rows: list.rows.map(row => ({...row, isSelected: false}))});

/** Only where keys act is something selected. */
const withoutSelection = (screen: ScreenView): ScreenView => {
	switch (screen.type) {
		case 'log': {
			return {...screen, status: {...screen.status, isFollowing: false}, rows: screen.rows.map(row => ({...row, isSelected: false, isInRange: false, hasCursor: false}))};
		}

		case 'task': {
			return {...screen, list: unselected(screen.list)};
		}

		case 'node': {
			return {...screen, list: unselected(screen.list)};
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
	if (screen.type === 'journal' && preview?.change) {
		return {...screen, list: {...screen.list, rows: screen.list.rows.map(row => row.isSelected ? {...row, detail: ''} : row)}};
	}

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

// Its title, an empty line and two of text, and what may be wrong with the agent.
const nothingLines = 4;

const staleLines = 6;

// An error has up to as many.
const errorLines = 4;

const linesOfEnds = ({ends}: EndsView): number => {
	let lines = ends.length;
	for (const {severity} of ends.flatMap(end => end.lines)) {
		lines += severity === 'error' ? errorLines : 1;
	}

	return lines;
};

const freeIn = (screen: ScreenView, ends: EndsView | undefined, {state, size}: Pane): number => {
	if (ends) {
		return ends.size.rows - linesOfEnds(ends);
	}

	if (screen.type === 'nothing') {
		return Math.max(0, size.rows - 2 - nothingLines - (screen.help === undefined ? 0 : noteLines(screen.help, size.columns).length) - (screen.staleness ? staleLines : 0));
	}

	return screen.type === 'card' ? 0 : freeLines(state, size, screen.type === 'log' ? screen.rows.length : screen.list.total);
};

const emptyPreview = (place: Place, size: Size): PreviewView => ({place, size, list: size, hasKeys: false, screen: undefined, shared: 0, preview: undefined, ends: undefined, free: size.rows - 2});

/** What is beside or below a screen, and beside or below that. */
const partsIn = ({beside}: Pane, list: ScreenView, now: Timestamp): PreviewView | undefined => {
	if (!beside) {
		return undefined;
	}

	const {place, size, pane, change: lines} = beside;
	if (!pane) {
		return emptyPreview(place, size);
	}

	const whole = selectScreen(pane.state, now);
	const [preview, ends] = [partsIn(pane, whole, now), endsIn(pane)];
	const screen = withoutRepeats(whole, preview);
	const [crumbs, others] = [breadcrumbIn(screen), breadcrumbIn(list)];
	const change = list.type === 'journal' ? list.list.rows.find(({isSelected}) => isSelected) : undefined;
	const first = crumbs.findIndex((crumb, index) => crumb !== others[index]);
	return {
		place,
		size,
		list: pane.size,
		hasKeys: pane.hasKeys,
		screen: pane.hasKeys ? screen : withoutSelection(screen),
		shared: first === -1 ? crumbs.length - 1 : first,
		preview,
		ends,
		change: change && lines > 0 ? {row: change, lines} : undefined,
		free: preview ? preview.free : freeIn(screen, ends, pane),
	};
};

// A free line, the title, and a few facts. More lines than the most are of no use, and would draw the same again for each line of a log.
const leastMore = 6;

const mostMore = 24;

/** Of whom the selected row of a list is: not always the one whose task is previewed. */
const subjectOf = ({state, beside}: Pane, list: ScreenView): string | undefined => {
	const opened = beside?.pane && topScreen(beside.pane.state);
	const row = list.type === 'agents' ? list.list.rows.find(({isSelected}) => isSelected) : undefined;
	if (row && row.type !== 'task') {
		return row.key;
	}

	if (!opened || !isTaskScreen(opened) || list.type === 'hits') {
		return undefined;
	}

	const subTask = list.type === 'node' ? list.list.rows.find(({isSelected}) => isSelected) : undefined;
	if (subTask) {
		return agentNamed(state, subTask.agent) ?? opened.task.owner;
	}

	// A task beside the maintenance of agents concerns all of their cluster.
	const {owner} = opened.task;
	return row ? state.agents.get(owner)?.cluster ?? owner : owner;
};

const moreOf = (state: State, owner: string, {free, screen}: PreviewView, now: Timestamp): MoreView => ({
	label: ownerLabel(state, owner),
	lines: Math.min(free, mostMore),
	isNext: screen === undefined || screen.type === 'nothing',
	card: state.agents.has(owner) ? selectCard(state, {type: 'card', owner, top: 0}) : undefined,
	members: state.clusters.has(owner) ? selectCluster(state, {type: 'cluster', owner, selected: undefined, top: 0}, now, Math.min(free, mostMore)).list.rows : [],
});

const shorter = ({columns, rows}: Size, lines: number): Size => ({columns, rows: rows - lines});

/** The last part of the column gives up the lines that it leaves free. */
const withoutEnd = (view: PreviewView, lines: number): PreviewView => view.preview
	? {...view, preview: {...withoutEnd(view.preview, lines), size: shorter(view.preview.size, lines)}}
	: {...view, ...(view.ends ? {ends: {...view.ends, size: shorter(view.ends.size, lines)}} : {list: shorter(view.list, lines)})};

/** What is beside or below a list, and in lines that it leaves free at its end more of whom the selected row is about. */
export const previewIn = (pane: Pane, list: ScreenView, now: Timestamp): PreviewView | undefined => {
	const view = partsIn(pane, list, now);
	const subject = view && view.free >= leastMore ? subjectOf(pane, list) : undefined;
	return view && subject !== undefined ? {...withoutEnd(view, view.free), more: moreOf(pane.state, subject, view, now)} : view;
};

/** Of these, the one where keys act. */
export const viewWithKeys = (screen: ScreenView, preview: PreviewView | undefined): ScreenView => preview?.hasKeys && preview.screen ? preview.screen : screen;
