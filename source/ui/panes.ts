// Which part of the terminal each screen has: a list, and beside or below it what Enter would open.

import {topPosition} from '../store/log/cursor.js';
import {logOf, paneOptions, syncLogs} from '../store/log/open-logs.js';
import {rowsFrom} from '../store/log/pane.js';
import {errorOf, findTask, isTaskScreen, topScreen} from '../store/lookup.js';
import {currentList} from '../store/reducer/move.js';
import {enter} from '../store/reducer/navigate.js';
import {type Timestamp} from '../lib/time.js';
import {wrapWithin} from '../lib/wrap.js';
import {shownProblem} from '../store/selectors/connection.js';
import {type JournalRow, selectedChange} from '../store/selectors/journal.js';
import {rowsOfEnds} from '../store/selectors/log-ends.js';
import {reasonText, whyIn} from '../store/selectors/reason.js';
import {type Size, type State} from '../store/state.js';
import {type Store} from '../store/store.js';
import {endsParts, isRoomy, overlayPage, type Place, screenPage, screenSize, splitPane, textMargin, whyIndent} from './layout.js';

/**
A part of the terminal.

- state: as if the terminal were only that large, with the screen on top that is shown there
- size: that of such a terminal, whose last line is the footer that all parts share
- beside: what is beside or below its list; nothing if Enter opens nothing
- change: beside or below the journal, the lines above the rest that say the selected change in full, if nothing else does
- ends: the lines below it that show the ends of the task's other logs. `isAlone`: no list above shows those of the other stages
*/
export type Pane = {
	readonly state: State;
	readonly size: Size;
	readonly hasKeys: boolean;
	readonly beside: {readonly place: Place; readonly size: Size; readonly pane: Pane | undefined; readonly change: number} | undefined;
	readonly ends: {readonly size: Size; readonly isAlone: boolean} | undefined;
};

const inPane = (state: State, {columns, rows}: Size): State => {
	// The first row of a replay is above all parts.
	const size = {columns, rows: state.replay ? rows + 1 : rows};
	const sized = {...state, view: {...state.view, size, pane: undefined}};
	return {...sized, view: {...sized.view, page: screenPage(sized)}};
};

/** The state after Enter, with the logs that are known; undefined if Enter opens nothing. */
const openedFrom = (state: State, now: Timestamp): State | undefined => {
	const opened = enter(state, now);
	return opened.view.stack.length > state.view.stack.length ? syncLogs(opened) : undefined;
};

/** Whether the list below the screen with the keys is shown beside it. */
export const isSplit = ({view: {split, stack}}: State): boolean => split !== undefined && stack.length === split + 2;

const withoutTop = (state: State): State => {
	const [root, ...above] = state.view.stack;
	return {...state, view: {...state.view, stack: [root, ...above.slice(0, -1)]}};
};

/** Whether the row of an agent says already why it cannot be queried. Its keys are only where there is room to compare them. */
const isSaidInRow = ({agents, view}: State, owner: string): boolean => {
	const [list] = view.stack;
	return list.type === 'agents' && list.selected === owner && agents.has(owner) && errorOf(agents.get(owner), 'key-changed') === undefined;
};

/** What the screens of a task say of its agent is said once, by the first of them. */
const withProblemSaid = (list: State, opened: State): State => {
	const [one, other] = [topScreen(list), topScreen(opened)];
	const isSaid = isTaskScreen(other) && (one.type === 'agents'
		? isSaidInRow(opened, other.task.owner)
		: isTaskScreen(one) && one.task.owner === other.task.owner && one.task.id === other.task.id);
	return isSaid ? {...opened, view: {...opened.view, isProblemSaid: true}} : opened;
};

/** How many rows of a log there are to see, at most as many as there is room for. */
const logRows = (state: State): number => {
	const screen = topScreen(state);
	return screen.type === 'log' ? rowsFrom(logOf(state, screen), topPosition(state, screen), paneOptions(state, screen)).length : 0;
};

/** Whether a screen says itself what a change said: its task or agent is still as it was then. */
const stillSays = (opened: State, {detail}: JournalRow): boolean => {
	const screen = topScreen(opened);
	if (screen.type === 'card') {
		const entry = opened.agents.get(screen.owner);
		return entry !== undefined && (shownProblem(opened, entry, opened.view.hour)?.includes(detail) ?? false);
	}

	const dag = isTaskScreen(screen) ? findTask(opened, screen.task) : undefined;
	const why = dag && isTaskScreen(screen) ? whyIn(opened, dag, screen.task.owner) : undefined;
	return why !== undefined && reasonText(why).includes(detail);
};

const changeRows = 8;

// On fewer, what is beside the journal needs them all.
const roomyPreview = 20;

/** Lines for the selected change of the journal. */
const linesOfChange = (list: State, opened: State, {columns}: Size): number => {
	const screen = topScreen(list);
	const change = screen.type === 'journal' ? selectedChange(list, screen) : undefined;
	return change && change.detail !== '' && !change.isQuiet && !stillSays(opened, change)
		? 1 + wrapWithin([change.detail], {width: columns - whyIndent - textMargin.right, rows: changeRows}).length
		: 0;
};

type Wanted = {readonly size: Size; readonly depth: number; readonly hasKeys: boolean; readonly isSplit: boolean; readonly isAlone: boolean};

/** A pane that shares its lines with the ends of the task's other logs, if there is room and something to say. */
const withEnds = (pane: Pane, {list, rows, isAlone}: {readonly list: State; readonly rows: number; readonly isAlone: boolean}): Pane => {
	const screen = topScreen(list);
	const parts = isTaskScreen(screen) ? endsParts(pane.state, pane.size, {rows, wanted: most => rowsOfEnds({state: list, screen, isAlone}, most)}) : undefined;
	return parts ? {...pane, state: inPane(list, parts.own), size: parts.own, ends: {size: parts.ends, isAlone}} : pane;
};

/** A list's pane, and inside the room that the list does not need those of what it leads to. */
const paneOf = (state: State, now: Timestamp, {size, depth, hasKeys, isSplit: hasSplit, isAlone}: Wanted): Pane => {
	const list = hasSplit ? withoutTop(state) : state;
	const whole = inPane(list, size);
	const count = isRoomy(size) || depth > 0 ? currentList(whole, now).rows.length : 0;
	const parts = count === 0 ? undefined : splitPane(whole, size, count, depth);
	if (!parts) {
		const pane: Pane = {state: hasSplit ? inPane(state, size) : whole, size, hasKeys, beside: undefined, ends: undefined};
		return depth > 0 && !hasSplit && topScreen(list).type === 'log' ? withEnds(pane, {list, rows: logRows(whole), isAlone}) : pane;
	}

	const plain: Pane = {state: inPane(list, parts.list), size: parts.list, hasKeys: hasKeys && !hasSplit, beside: undefined, ends: undefined};
	const own = parts.place === 'right' && depth === 0 ? withEnds(plain, {list, rows: count, isAlone}) : plain;
	const opened = hasSplit ? state : openedFrom(own.state, now);
	const change = opened && parts.preview.rows >= roomyPreview ? linesOfChange(own.state, opened, parts.preview) : 0;
	const pane = opened && paneOf(withProblemSaid(own.state, opened), now, {size: {...parts.preview, rows: parts.preview.rows - change}, depth: depth + 1, hasKeys: hasSplit, isSplit: false, isAlone: isAlone && own.ends === undefined});
	return {...own, beside: {place: parts.place, size: parts.preview, pane, change}};
};

/** All parts of the terminal, from the first list on. */
export const panesOf = (state: State, now: Timestamp): Pane => paneOf(state, now, {size: screenSize(state), depth: 0, hasKeys: true, isSplit: isSplit(state), isAlone: true});

const withKeys = (pane: Pane): Pane => pane.hasKeys || !pane.beside?.pane ? pane : withKeys(pane.beside.pane);

const isSameSize = (one: Size | undefined, other: Size | undefined): boolean => one?.columns === other?.columns && one?.rows === other?.rows;

/** Tells the store which part of the terminal the screen with the keys has, and how many rows of its list are in sight. Returns all parts, for the state as it is then. */
export const layOut = ({getState, dispatch}: Pick<Store, 'getState' | 'dispatch'>, now: Timestamp = 0): Pane => {
	const state = getState();
	const first = panesOf(state, now);
	const {state: shown, size} = withKeys(first);
	const {view} = state;
	const pane = isSameSize(size, screenSize(state)) ? undefined : size;
	const page = overlayPage(state) ?? shown.view.page;
	const hasPreview = first.beside !== undefined;
	if (page === view.page && isSameSize(pane, view.pane) && hasPreview === (view.hasPreview ?? false)) {
		return first;
	}

	dispatch({type: 'laid-out', page, pane, hasPreview});
	return panesOf(getState(), now);
};
