import {type PasswordKind} from '../protocol/agent-error.js';
import {type UserAction} from './action.js';
import {
	enter,
	goBack,
	jumpToAgent,
} from './navigate.js';
import {pageHeight} from './layout.js';
import {
	findNode,
	findSubTask,
	findTask,
	topScreen,
} from './locate.js';
import {rowsOf} from './rows.js';
import {logLines, logTop} from './select-log.js';
import {selectedIndexOf} from './selection.js';
import {type LogScreen, type Screen, type State, type View} from './state.js';
import {currentList} from './current-list.js';
import {windowTop} from './window.js';

type Movement = Extract<UserAction, {type: 'selection-moved'}>['by'];

const withView = (state: State, change: Partial<View>): State => ({...state, view: {...state.view, ...change}});

/** Puts another screen in the place of the current one. */
const withTop = (state: State, screen: Screen): State => {
	const [root, ...above] = state.view.stack;
	return above.length === 0 ? withView(state, {stack: [screen]}) : withView(state, {stack: [root, ...above.slice(0, -1), screen]});
};

/** The index that a movement leads to, within 0 and `last`. */
const movedTo = (index: number, by: Movement, {page, last}: {readonly page: number; readonly last: number}): number => {
	const clamp = (value: number): number => Math.max(0, Math.min(last, value));
	const half = Math.max(1, Math.floor(page / 2));
	if (typeof by === 'number') {
		return clamp(index + by);
	}

	switch (by) {
		case 'page': {
			return clamp(index + page);
		}

		case '-page': {
			return clamp(index - page);
		}

		case 'half-page': {
			return clamp(index + half);
		}

		case '-half-page': {
			return clamp(index - half);
		}

		case 'start': {
			return 0;
		}

		case 'end': {
			return clamp(last);
		}
	}
};

const moveSelection = (state: State, screen: Exclude<Screen, LogScreen>, by: Movement): State => {
	const list = currentList(state);
	const height = pageHeight(state);
	const index = selectedIndexOf(list.rows, screen.selected, list.fallback);
	const next = movedTo(index, by, {page: height, last: list.rows.length - 1});
	const selected = list.rows[next]?.key;
	const top = windowTop({
		top: screen.top, selected: next, height, total: list.rows.length,
	});
	return selected === undefined || (selected === screen.selected && top === screen.top) ? state : withTop(state, {...screen, selected, top});
};

/** A log has no selection: it scrolls. Any upward move freezes it, as in `less +F`. */
const scrollLog = (state: State, screen: LogScreen, by: Movement): State => {
	const subTask = findSubTask(findNode(findTask(state, screen.task), screen.node), screen.subTask);
	const total = logLines(subTask?.logs ?? []).length;
	const height = pageHeight(state);
	const from = logTop(screen, total, height);
	const top = movedTo(from, by, {page: height, last: Math.max(0, total - height)});
	const isFollowing = by === 'end' || (screen.isFollowing && top >= from);
	return top === screen.top && isFollowing === screen.isFollowing ? state : withTop(state, {...screen, top, isFollowing});
};

const move = (state: State, by: Movement, last: number | undefined): State => {
	const {overlay} = state.view;
	if (overlay?.type === 'help') {
		return withView(state, {overlay: {...overlay, top: movedTo(overlay.top, by, {page: pageHeight(state), last: last ?? Number.MAX_SAFE_INTEGER})}});
	}

	const screen = topScreen(state);
	return screen.type === 'log' ? scrollLog(state, screen, by) : moveSelection(state, screen, by);
};

/** The agent that the screen is about: the selected row's, or the owner of what is open. */
const agentInQuestion = (state: State): string | undefined => {
	const screen = topScreen(state);
	if (screen.type !== 'agents') {
		return state.clusters.get(screen.task.owner)?.spokenForBy ?? screen.task.owner;
	}

	const rows = rowsOf(state);
	const row = rows[selectedIndexOf(rows, screen.selected, 0)];
	return row?.type === 'agent' ? row.key : undefined;
};

const passwordWanted = (state: State, agent: string): PasswordKind => {
	const connection = state.agents.get(agent)?.connection;
	return connection?.type === 'failing' && connection.error.type === 'unauthorized' ? connection.error.wants : 'root';
};

const askForPassword = (state: State): State => {
	const agent = agentInQuestion(state);
	return agent === undefined || !state.agents.has(agent)
		? withView(state, {notice: 'select an agent first: a password is entered for an agent'})
		: withView(state, {overlay: {
			type: 'password', agent, kind: passwordWanted(state, agent), scope: state.agents.size > 1 ? 'all' : 'agent',
		}});
};

const openKeyQuestion = (state: State): State => {
	const agent = agentInQuestion(state);
	const connection = state.agents.get(agent ?? '')?.connection;
	return agent !== undefined && connection?.type === 'failing' && connection.error.type === 'key-changed'
		? withView(state, {overlay: {type: 'key', agent}})
		: withView(state, {notice: 'the encryption key of this agent has not changed'});
};

const change = (state: State, action: UserAction): State => {
	const screen = topScreen(state);
	const {overlay} = state.view;
	switch (action.type) {
		case 'selection-moved': {
			return move(state, action.by, action.last);
		}

		case 'scrolled-sideways': {
			return screen.type === 'log' ? withTop(state, {...screen, left: Math.max(0, screen.left + action.by)}) : state;
		}

		case 'entered': {
			return enter(state);
		}

		case 'left': {
			return goBack(state);
		}

		case 'agent-jumped-to': {
			return jumpToAgent(state, action.index);
		}

		case 'follow-toggled': {
			return screen.type === 'log' ? withTop(state, {...screen, top: followedTop(state, screen), isFollowing: !screen.isFollowing}) : state;
		}

		case 'time-zone-toggled': {
			return withView(state, {timeZone: state.view.timeZone === 'agent' ? 'local' : 'agent'});
		}

		case 'help-toggled': {
			return withView(state, {overlay: overlay?.type === 'help' ? undefined : {type: 'help', top: 0}});
		}

		case 'overlay-closed': {
			return withView(state, {overlay: undefined});
		}

		case 'password-asked-for': {
			return askForPassword(state);
		}

		case 'password-scope-toggled': {
			return overlay?.type === 'password' ? withView(state, {overlay: {...overlay, scope: overlay.scope === 'all' ? 'agent' : 'all'}}) : state;
		}

		case 'key-question-opened': {
			return openKeyQuestion(state);
		}

		case 'notice-shown': {
			return withView(state, {notice: action.text});
		}

		case 'resized': {
			return withView(state, {size: {columns: action.columns, rows: action.rows}});
		}

		case 'focus-changed': {
			return withView(state, {isFocused: action.isFocused});
		}
	}
};

const followedTop = (state: State, screen: LogScreen): number => {
	const subTask = findSubTask(findNode(findTask(state, screen.task), screen.node), screen.subTask);
	return logTop(screen, logLines(subTask?.logs ?? []).length, pageHeight(state));
};

// What the user did not do himself must not take the notice away.
const keepsNotice: ReadonlySet<UserAction['type']> = new Set(['notice-shown', 'resized', 'focus-changed']);

/** What a person did, folded into the state. A notice stays until the next key. */
export const reduceUser = (state: State, action: UserAction): State => {
	const quiet = state.view.notice === undefined || keepsNotice.has(action.type) ? state : withView(state, {notice: undefined});
	return change(quiet, action);
};
