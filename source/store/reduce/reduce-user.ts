import {type Timestamp} from '../../protocol/timestamp.js';
import {isLogAction, type CommonAction, type UserAction} from '../action.js';
import {topScreen} from '../locate.js';
import {keepMark} from '../log/jump.js';
import {rememberLeft} from '../log/left-logs.js';
import {reduceLog} from '../log/reduce-log.js';
import {currentList} from '../select/current-list.js';
import {selectedIndexOf} from '../select/selection.js';
import {type State} from '../state.js';
import {
	confirm,
	openActions,
	openConfirmation,
	rejectConfirmation,
	typeConfirmation,
} from '../operate/confirm.js';
import {keyPressed} from '../journal/journal.js';
import {arrangeAgents} from './arrange-agents.js';
import {changeLogOptions} from './log-options.js';
import {move} from './move.js';
import {dismissTask} from './main-tasks.js';
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

/** What means the same on all screens. */
const change = (state: State, action: CommonAction, now: Timestamp): State => {
	const {overlay} = state.view;
	switch (action.type) {
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

		case 'wrap-toggled':
		case 'times-toggled':
		case 'repeats-toggled':
		case 'severity-cycled': {
			return keepMark(state, changeLogOptions(state, action.type));
		}

		case 'input-opened': {
			return openInput(state, action.purpose);
		}

		case 'task-dismissed': {
			return dismissTask(state, now);
		}

		case 'faults-toggled':
		case 'sort-moved':
		case 'sort-reversed':
		case 'group-folded':
		case 'arrangement-cleared': {
			return arrangeAgents(state, action, now);
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
			return keepMark(state, withView(state, {size: {columns: action.columns, rows: action.rows - (state.replay ? 1 : 0)}}));
		}

		case 'focus-changed': {
			return withView(state, {isFocused: action.isFocused});
		}

		// The notice is gone already.
		case 'notice-dismissed':
		case 'hour-struck': {
			return state;
		}
	}
};

// What the user did not do himself must not take the notice away.
const keepsNotice: ReadonlySet<UserAction['type']> = new Set(['key-pressed', 'notice-shown', 'notice-expired', 'hour-struck', 'resized', 'focus-changed', 'log-work-advanced']);

// What these do is about the selected row.
const aboutRow: ReadonlySet<UserAction['type']> = new Set(['actions-opened', 'card-opened', 'error-jumped-to', 'history-opened', 'key-question-opened', 'links-opened', 'password-asked-for', 'task-dismissed']);

/** A row that was selected by itself is the user's choice from the first key on that was about it: rows that come above it later do not move the cursor. Until then the first row is selected, whichever that is; a task's screen goes on with the work. */
const withChosenRow = (state: State, action: CommonAction, now: Timestamp): State => {
	const screen = topScreen(state);
	if (!aboutRow.has(action.type) || !('selected' in screen) || screen.selected !== undefined || screen.type === 'task' || screen.type === 'node') {
		return state;
	}

	const {rows, fallback} = currentList(state, now);
	const selected = rows[selectedIndexOf(rows, undefined, fallback)]?.key;
	return selected === undefined ? state : withTop(state, {...screen, selected});
};

/** What a person did, folded into the state. A notice stays until the next key at most. */
export const reduceUser = (state: State, action: UserAction, now: Timestamp): State => {
	const quiet = state.view.notice === undefined || keepsNotice.has(action.type) ? state : withView(state, {notice: undefined});
	if (!isLogAction(action)) {
		return rememberLeft(quiet, change(withChosenRow(quiet, action, now), action, now));
	}

	const screen = topScreen(quiet);
	// Counting goes on while something is typed.
	const isForLog = quiet.view.overlay === undefined || action.type === 'log-work-advanced';
	if (screen.type !== 'log' || !isForLog) {
		return action.type === 'selection-moved' ? move(quiet, action, now) : quiet;
	}

	const log = reduceLog(quiet, screen, action);
	const moved = log.screen === screen ? quiet : withTop(quiet, log.screen);
	return log.notice === undefined ? moved : withNotice(moved, log.notice);
};
