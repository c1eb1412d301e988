import {messages} from '../../lib/messages/messages.js';
import {type Timestamp} from '../../lib/time.js';
import {type ActionOf, isOfKind, type UserAction} from '../actions.js';
import {keyPressed} from '../journal.js';
import {keepCursor} from '../log/cursor.js';
import {jumpToHit, searchOn} from '../log/hits.js';
import {rememberLog} from '../log/open-logs.js';
import {reduceLog} from '../log/reducer.js';
import {isFilteredScreen, readColumns, topScreen} from '../lookup.js';
import {openActions} from '../operations/confirm.js';
import {nextSort} from '../selectors/agent-columns.js';
import {currentRow} from '../selectors/agent-rows.js';
import {selectedIndexOf} from '../selectors/basics.js';
import {type Arrangement, type LogOptions, type State} from '../state.js';
import {changeComparedRun, openComparison, openOtherStage} from './compare.js';
import {dismissTask} from './ended-tasks.js';
import {counted, countWith, currentList, move, pick} from './move.js';
import {
	enter,
	goBack,
	openAgent,
	openCard,
	openHistory,
	openHistoryHere,
	openJournal,
	openLinks,
	openWholeHistory,
} from './navigate.js';
import {openCause} from './open-cause.js';
import {openAllLogs} from './open-log.js';
import {askForPassword, changeOverlay, openKeyQuestion} from './overlays.js';
import {withNotice, withTop, withView} from './view.js';

const withArrangement = (state: State, change: Partial<Arrangement>): State => withView(state, {arrangement: {...state.view.arrangement, ...change}});

/** Hides or shows the agents of the selected row's cluster. */
const foldGroup = (state: State, now: Timestamp): State => {
	const screen = topScreen(state);
	const row = currentRow(state, now);
	const cluster = row?.type === 'cluster' ? row.key : (row?.type === 'agent' ? row.entry.cluster : undefined);
	if (cluster === undefined || screen.type !== 'agents') {
		return withNotice(state, messages().notices.onlyClustersFold);
	}

	const folded = new Set(state.view.arrangement.folded);
	if (!folded.delete(cluster)) {
		folded.add(cluster);
	}

	// The heading stays and keeps the selection.
	return withTop(withArrangement(state, {folded}), {...screen, selected: cluster});
};

/** Filters, sorts and folds the agents screen. */
const arrangeAgents = (state: State, action: ActionOf<'arrangement'>, now: Timestamp): State => {
	const {arrangement} = state.view;
	switch (action.type) {
		case 'faults-toggled': {
			const screen = topScreen(state);
			return screen.type === 'history' ? withTop(state, {...screen, faultsOnly: !(screen.faultsOnly ?? false)}) : withArrangement(state, {faultsOnly: !arrangement.faultsOnly});
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
	}
};

const withLogOptions = (state: State, options: Partial<LogOptions>): State => withView(state, {logOptions: {...state.view.logOptions, ...options}});

const severities = ['all', 'warnings', 'errors'] as const;

const nextSeverity = ({severity}: LogOptions): LogOptions['severity'] =>
	severities[(severities.indexOf(severity) + 1) % severities.length] ?? 'all';

/** Changes how all logs are shown. */
const changeLogOptions = (state: State, change: ActionOf<'log-options'>['type']): State => {
	const {logOptions} = state.view;
	switch (change) {
		case 'wrap-toggled': {
			return withLogOptions(state, {isWrapped: !logOptions.isWrapped});
		}

		case 'times-toggled': {
			return withLogOptions(state, {hasTimes: !logOptions.hasTimes});
		}

		case 'numbers-toggled': {
			return withLogOptions(state, {hasNumbers: !logOptions.hasNumbers});
		}

		case 'repeats-toggled': {
			const isCollapsed = !logOptions.isCollapsed;
			// Without repeats the log looks the same.
			return withNotice(withLogOptions(state, {isCollapsed}), isCollapsed ? messages().notices.repeatsOnce : messages().notices.repeatsAll);
		}

		case 'severity-cycled': {
			return withLogOptions(state, {severity: nextSeverity(logOptions)});
		}
	}
};

/** Opens the selected row; a preview without any takes the whole terminal. */
const enterHere = (state: State, now: Timestamp): State => {
	const opened = enter(state, now);
	if (opened !== state) {
		return opened;
	}

	const {type} = topScreen(state);
	return state.view.split === undefined
		? (type === 'card' ? withNotice(state, messages().notices.nothingToOpen) : state)
		: withView(state, {split: undefined});
};

/** To the preview, which is opened beside its list, or back. */
const switchPane = (state: State, now: Timestamp): State => {
	const {split, stack, hasPreview, size} = state.view;
	if (split !== undefined && stack.length === split + 2) {
		return goBack(state);
	}

	if (!hasPreview) {
		return withNotice(state, size.columns >= readColumns ? messages().notices.noPane : messages().notices.onePane);
	}

	const opened = enter(state, now);
	return opened.view.stack.length > stack.length ? withView(opened, {split: stack.length - 1}) : opened;
};

const navigate = (state: State, action: ActionOf<'navigation'>, now: Timestamp): State => {
	switch (action.type) {
		case 'entered': {
			return enterHere(state, now);
		}

		case 'went-back': {
			return goBack(state);
		}

		case 'pane-switched': {
			return switchPane(state, now);
		}

		case 'escaped': {
			const screen = topScreen(state);
			if (screen.type === 'log' && screen.anchor !== undefined) {
				return withTop(state, {...screen, anchor: undefined});
			}

			if (screen.type === 'log' && screen.agent !== undefined) {
				return withTop(state, {...screen, agent: undefined});
			}

			if (screen.type === 'log' && screen.filter !== undefined) {
				return withTop(state, {...screen, filter: undefined});
			}

			const isFaultsOnly = screen.type === 'history' && (screen.faultsOnly ?? false);
			return isFilteredScreen(screen) && (screen.filter !== undefined || isFaultsOnly)
				? withTop(state, {...screen, filter: undefined, ...isFaultsOnly && {faultsOnly: false}})
				: goBack(state);
		}

		case 'agent-opened': {
			return openAgent(state, action.key);
		}

		case 'journal-opened': {
			return openJournal(state);
		}

		case 'time-zone-toggled': {
			return withView(state, {timeZone: state.view.timeZone === 'agent' ? 'local' : 'agent'});
		}

		case 'count-typed': {
			return withView(state, {count: countWith(state.view.count, action.digit)});
		}

		// The next key takes every notice away, also one that does nothing else.
		case 'notice-dismissed': {
			return state;
		}
	}
};

/** What is about the selected row, or what is open. */
const openFromRow = (state: State, action: ActionOf<'row'>, now: Timestamp): State => {
	switch (action.type) {
		case 'error-jumped-to': {
			return openCause(state, now);
		}

		case 'all-logs-opened': {
			return openAllLogs(state);
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

		case 'whole-history-opened': {
			return openWholeHistory(state, action.since);
		}

		case 'comparison-opened': {
			return openComparison(state, now, action);
		}

		case 'compared-run-changed': {
			return changeComparedRun(state, action.by);
		}

		case 'other-stage-opened': {
			return openOtherStage(state, now);
		}

		case 'task-dismissed': {
			return dismissTask(state, now);
		}

		case 'password-asked-for': {
			return askForPassword(state, now);
		}

		case 'key-question-opened': {
			return openKeyQuestion(state, now);
		}

		case 'actions-opened': {
			return openActions(state, now);
		}
	}
};

const changeEnvironment = (state: State, action: ActionOf<'environment'>, now: Timestamp): State => {
	switch (action.type) {
		case 'key-pressed': {
			return {...state, journal: keyPressed(state.journal, now)};
		}

		case 'notice-shown': {
			return withNotice(state, action.text, action.isProblem);
		}

		case 'notice-expired': {
			return state.view.notice === action.notice ? withView(state, {notice: undefined}) : state;
		}

		case 'resized': {
			return keepCursor(state, withView(state, {size: {columns: action.columns, rows: action.rows}}));
		}

		case 'laid-out': {
			const {page, pane, hasPreview} = action;
			const {view} = state;
			return page === view.page && pane === view.pane && hasPreview === view.hasPreview ? state : keepCursor(state, withView(state, {page, pane, hasPreview}));
		}

		case 'cursor-rested': {
			const {stack} = enter(state, now).view;
			return stack.length > state.view.stack.length ? withView(state, {rested: stack.at(-1)}) : state;
		}

		case 'focus-changed': {
			return withView(state, {isFocused: action.isFocused});
		}

		// Every action sets the hour.
		case 'hour-begun': {
			return state;
		}
	}
};

/**
Makes a default selection the user's choice with the first key that acts on it: rows that come above it later do not move the cursor. Until
then the first row is selected, and a task's screen follows the work.
*/
const withChosenRow = (state: State, now: Timestamp): State => {
	const screen = topScreen(state);
	if (!('selected' in screen) || screen.selected !== undefined || screen.type === 'task' || screen.type === 'node') {
		return state;
	}

	const {rows, fallback} = currentList(state, now);
	const selected = rows[selectedIndexOf(rows, undefined, fallback)]?.key;
	return selected === undefined ? state : withTop(state, {...screen, selected});
};

const change = (state: State, action: Exclude<UserAction, ActionOf<'log' | 'log-work'>>, now: Timestamp): State => {
	if (isOfKind(action, 'navigation')) {
		return navigate(state, action, now);
	}

	if (isOfKind(action, 'row')) {
		return openFromRow(action.type === 'key-question-opened' ? state : withChosenRow(state, now), action, now);
	}

	if (isOfKind(action, 'arrangement')) {
		return arrangeAgents(state, action, now);
	}

	if (isOfKind(action, 'log-options')) {
		return keepCursor(state, changeLogOptions(state, action.type));
	}

	return isOfKind(action, 'overlay') ? changeOverlay(state, action, now) : changeEnvironment(state, action, now);
};

/** What the keys of a log do, on the log or on another screen, where they only move. */
const changeLog = (state: State, action: ActionOf<'log' | 'log-work'>, now: Timestamp): State => {
	const screen = topScreen(state);
	// Searching goes on while the user types.
	const isForLog = state.view.overlay === undefined || isOfKind(action, 'log-work');
	if (screen.type === 'hits' && action.type === 'log-work-advanced') {
		return withTop(state, searchOn(state, screen, action.steps));
	}

	const hit = screen.type === 'log' && isForLog && action.type === 'match-jumped-to' ? jumpToHit(state, screen, action.by) : undefined;
	if (hit) {
		return hit;
	}

	if (screen.type === 'log' && isForLog && action.type === 'agent-singled-out' && screen.subTask !== undefined && state.view.split !== undefined) {
		return withView(state, {split: undefined});
	}

	if (screen.type !== 'log' || !isForLog) {
		return action.type === 'selection-moved' ? move(state, action, now) : (action.type === 'row-picked' ? pick(state, action.key, now) : state);
	}

	const log = reduceLog(state, screen, action, now);
	const moved = log.screen === screen ? state : withTop(state, log.screen);
	return log.notice === undefined ? moved : withNotice(moved, log.notice);
};

const apply = (state: State, action: UserAction, now: Timestamp): State =>
	isOfKind(action, 'log', 'log-work') ? changeLog(state, action, now) : rememberLog(state, change(state, action, now));

/** Applies what the user did. A notice and a count stay until the next key at most. */
export const reduceUser = (state: State, action: UserAction, now: Timestamp): State => {
	if (isOfKind(action, 'environment', 'log-work')) {
		return apply(state, action, now);
	}

	const {notice, count, page} = state.view;
	if (action.type === 'count-typed') {
		return apply(notice === undefined ? state : withView(state, {notice: undefined}), action, now);
	}

	let next = notice === undefined && count === undefined ? state : withView(state, {notice: undefined, count: undefined});
	for (const each of count === undefined ? [action] : counted(action, count, page)) {
		next = apply(next, each, now);
	}

	const {reasonAwaited} = state.view;
	return reasonAwaited !== undefined && next.view.reasonAwaited === reasonAwaited ? withView(next, {reasonAwaited: undefined}) : next;
};
