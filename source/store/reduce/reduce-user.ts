import {type Timestamp} from '../../protocol/timestamp.js';
import {type UserAction} from '../action.js';
import {nextSort} from '../select/arrange.js';
import {currentList} from '../select/current-list.js';
import {currentRow} from '../select/current-row.js';
import {pageHeight} from '../layout.js';
import {topScreen} from '../locate.js';
import {rememberLeft} from '../log/left-logs.js';
import {reduceLog} from '../log/reduce-log.js';
import {selectedIndexOf} from '../select/selection.js';
import {
	type Arrangement,
	type LogOptions,
	type ListScreen,
	type State,
} from '../state.js';
import {windowTop} from '../select/window.js';
import {
	confirm,
	moveChoice,
	openActions,
	openConfirmation,
	rejectConfirmation,
	scrollConfirmation,
	typeConfirmation,
} from '../operate/confirm.js';
import {keyPressed} from '../journal/journal.js';
import {movedTo, rowsOf, type Movement} from './movement.js';
import {
	enter,
	goBack,
	jumpToAgent,
	openLinks,
	openHistory,
} from './navigate.js';
import {openCard, openHistoryHere} from './open-card.js';
import {openJournal} from './open-journal.js';
import {openCause} from './open-cause.js';
import {
	askForPassword,
	changeInput,
	closeOverlay,
	openInput,
	openKeyQuestion,
} from './overlays.js';
import {withNotice, withTop, withView} from './view.js';

const moveSelection = (state: State, screen: ListScreen, by: Movement, now: Timestamp): State => {
	const list = currentList(state, now);
	const height = pageHeight(state);
	const index = selectedIndexOf(list.rows, screen.selected, list.fallback);
	const next = movedTo(index, by, {page: height, last: list.rows.length - 1});
	const selected = list.rows[next]?.key;
	const top = windowTop({
		top: screen.top, selected: next, height, total: list.rows.length,
	});
	return selected === undefined || (selected === screen.selected && top === screen.top) ? state : withTop(state, {...screen, selected, top});
};

const move = (state: State, {by, last = Infinity}: Extract<UserAction, {type: 'selection-moved'}>, now: Timestamp): State => {
	const {overlay} = state.view;
	if (overlay?.type === 'help') {
		return withView(state, {overlay: {...overlay, top: movedTo(overlay.top, by, {page: pageHeight(state), last})}});
	}

	if (overlay?.type === 'actions') {
		return moveChoice(state, rowsOf(by, pageHeight(state)));
	}

	if (overlay?.type === 'confirmation') {
		return scrollConfirmation(state, movedTo(overlay.top, by, {page: pageHeight(state), last}));
	}

	const screen = topScreen(state);
	if (screen.type === 'card') {
		return withTop(state, {...screen, top: movedTo(screen.top, by, {page: pageHeight(state), last})});
	}

	return screen.type === 'log' ? state : moveSelection(state, screen, by, now);
};

const withArrangement = (state: State, change: Partial<Arrangement>): State => withView(state, {arrangement: {...state.view.arrangement, ...change}});

/** Hides the agents of the selected row's cluster, or shows them again. */
const foldGroup = (state: State, now: Timestamp): State => {
	const screen = topScreen(state);
	const row = currentRow(state, now);
	const cluster = row?.type === 'cluster' ? row.key : (row?.type === 'agent' ? row.entry.cluster : undefined);
	if (cluster === undefined || screen.type !== 'agents') {
		return withNotice(state, 'only the agents of a cluster can be folded');
	}

	const folded = new Set(state.view.arrangement.folded);
	if (!folded.delete(cluster)) {
		folded.add(cluster);
	}

	// The heading stays, and with it the selection.
	return withTop(withArrangement(state, {folded}), {...screen, selected: cluster});
};

const withLogOptions = (state: State, options: Partial<LogOptions>): State => withView(state, {logOptions: {...state.view.logOptions, ...options}});

const severities = ['all', 'warnings', 'errors'] as const;

const nextSeverity = ({severity}: LogOptions): LogOptions['severity'] =>
	severities[(severities.indexOf(severity) + 1) % severities.length] ?? 'all';

/** What means the same on all screens. */
const change = (state: State, action: UserAction, now: Timestamp): State => {
	const {overlay, logOptions, arrangement} = state.view;
	switch (action.type) {
		case 'selection-moved': {
			return move(state, action, now);
		}

		case 'entered': {
			return enter(state, now);
		}

		case 'left': {
			return goBack(state);
		}

		case 'filter-left': {
			const screen = topScreen(state);
			return screen.type === 'history' && screen.filter !== undefined ? withTop(state, {...screen, filter: undefined}) : goBack(state);
		}

		case 'agent-jumped-to': {
			return jumpToAgent(state, action.index);
		}

		case 'error-jumped-to': {
			return openCause(state, now);
		}

		case 'links-opened': {
			return openLinks(state, now);
		}

		case 'card-opened': {
			return openCard(state, now);
		}

		case 'history-opened': {
			return action.owner === undefined ? openHistoryHere(state, now) : openHistory(state, action.owner);
		}

		case 'journal-opened': {
			return openJournal(state);
		}

		case 'key-pressed': {
			return {...state, journal: keyPressed(state.journal, now)};
		}

		case 'wrap-toggled': {
			return withLogOptions(state, {isWrapped: !logOptions.isWrapped});
		}

		case 'times-toggled': {
			return withLogOptions(state, {hasTimes: !logOptions.hasTimes});
		}

		case 'repeats-toggled': {
			const isCollapsed = !logOptions.isCollapsed;
			// A log without repeats looks the same.
			return withNotice(withLogOptions(state, {isCollapsed}), isCollapsed ? 'repeated lines are shown once, with their number' : 'repeated lines are all shown');
		}

		case 'severity-cycled': {
			return withLogOptions(state, {severity: nextSeverity(logOptions)});
		}

		case 'input-opened': {
			return openInput(state, action.purpose);
		}

		case 'faults-toggled': {
			return withArrangement(state, {faultsOnly: !arrangement.faultsOnly});
		}

		case 'sort-moved': {
			return withArrangement(state, {sort: nextSort(arrangement, action.by)});
		}

		case 'sort-reversed': {
			return withArrangement(state, {sort: {column: arrangement.sort?.column ?? 'agent', isReversed: !(arrangement.sort?.isReversed ?? false)}});
		}

		case 'group-folded': {
			return foldGroup(state, now);
		}

		case 'arrangement-cleared': {
			return arrangement.filter !== undefined || arrangement.faultsOnly || arrangement.folded.size > 0
				? withArrangement(state, {filter: undefined, faultsOnly: false, folded: new Set()})
				: state;
		}

		case 'input-changed': {
			return changeInput(state, action.text, now);
		}

		case 'input-submitted': {
			return overlay?.type === 'input' && overlay.problem === undefined ? withView(state, {overlay: undefined}) : state;
		}

		case 'time-zone-toggled': {
			return withView(state, {timeZone: state.view.timeZone === 'agent' ? 'local' : 'agent'});
		}

		case 'help-toggled': {
			return withView(state, {overlay: overlay?.type === 'help' ? undefined : {type: 'help', top: 0}});
		}

		case 'overlay-closed': {
			return closeOverlay(state);
		}

		case 'password-asked-for': {
			return askForPassword(state, now);
		}

		case 'password-scope-toggled': {
			return overlay?.type === 'password' ? withView(state, {overlay: {...overlay, scope: overlay.scope === 'all' ? 'agent' : 'all'}}) : state;
		}

		case 'key-question-opened': {
			return openKeyQuestion(state, now);
		}

		case 'actions-opened': {
			return openActions(state, now);
		}

		case 'action-chosen': {
			return openConfirmation(state, action.action);
		}

		case 'confirmation-typed': {
			return typeConfirmation(state, action.text);
		}

		case 'confirmation-rejected': {
			return rejectConfirmation(state, action.problem);
		}

		case 'stopped': {
			return withView(state, {overlay: {type: 'stop', title: action.title, words: action.words}});
		}

		case 'operation-confirmed': {
			return confirm(state, now);
		}

		case 'notice-shown': {
			return withNotice(state, action.text, action.isProblem);
		}

		case 'notice-expired': {
			return state.view.notice === action.notice ? withView(state, {notice: undefined}) : state;
		}

		case 'resized': {
			// The first row is the replay's.
			return withView(state, {size: {columns: action.columns, rows: action.rows - (state.replay ? 1 : 0)}});
		}

		case 'focus-changed': {
			return withView(state, {isFocused: action.isFocused});
		}

		// The notice is gone already; the others only a log knows, which had them before.
		case 'notice-dismissed':
		case 'hour-struck':
		case 'scrolled-sideways':
		case 'follow-toggled':
		case 'execution-jumped-to':
		case 'match-jumped-to':
		case 'log-work-advanced': {
			return state;
		}
	}
};

// What the user did not do himself must not take the notice away.
const keepsNotice: ReadonlySet<UserAction['type']> = new Set(['key-pressed', 'notice-shown', 'notice-expired', 'hour-struck', 'resized', 'focus-changed', 'log-work-advanced']);

/** What a person did, folded into the state. A notice stays until the next key at most. */
export const reduceUser = (state: State, action: UserAction, now: Timestamp): State => {
	const quiet = state.view.notice === undefined || keepsNotice.has(action.type) ? state : withView(state, {notice: undefined});
	const screen = topScreen(quiet);
	// Counting goes on while something is typed.
	const isForLog = quiet.view.overlay === undefined || action.type === 'log-work-advanced';
	const log = screen.type === 'log' && isForLog ? reduceLog(quiet, screen, action) : undefined;
	if (!log) {
		return rememberLeft(quiet, change(quiet, action, now));
	}

	const moved = log.screen === screen ? quiet : withTop(quiet, log.screen);
	return log.notice === undefined ? moved : withNotice(moved, log.notice);
};
