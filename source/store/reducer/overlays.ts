// Overlays: the prompts for passwords and searches, and the questions about keys.

import {messages} from '../../lib/messages/messages.js';
import {type Timestamp} from '../../lib/time.js';
import {type PasswordKind} from '../../protocol/errors.js';
import {type PasswordNeed} from '../../protocol/task.js';
import {type ActionOf} from '../actions.js';
import {type Trouble} from '../changes.js';
import {compileMatcher, type Matcher} from '../log/scan.js';
import {typedInput} from '../log/search.js';
import {
	agentNamed,
	agentsOf,
	errorOf,
	findTask,
	foundKeyOf,
	foundKeys,
	isFilteredScreen,
	isTaskScreen,
	ownerOfScreen,
	stillWaiting,
	topScreen,
} from '../lookup.js';
import {confirm, leaveConfirmation, openConfirmation, rejectConfirmation, typeConfirmation} from '../operations/confirm.js';
import {readPlace} from '../replay-place.js';
import {currentRow} from '../selectors/agent-rows.js';
import {isAboutKey, troubleOf} from '../selectors/connection.js';
import {type FoundKey, type Overlay, type State} from '../state.js';
import {searchLogs} from './open-log.js';
import {withNotice, withTop, withView} from './view.js';

/** The agent that the screen is about: the selected row's, or the owner of what is open. On a cluster's heading, its first agent with that trouble. */
const agentInQuestion = (state: State, now: Timestamp, isIt: (trouble: Trouble | undefined) => boolean): string | undefined => {
	const screen = topScreen(state);
	const owner = ownerOfScreen(screen);
	if (owner !== undefined) {
		return state.clusters.get(owner)?.delegate ?? owner;
	}

	const row = currentRow(state, now);
	switch (row?.type) {
		case undefined: {
			return undefined;
		}

		case 'agent': {
			return row.key;
		}

		case 'task': {
			return state.clusters.get(row.owner)?.delegate ?? row.owner;
		}

		case 'cluster': {
			return agentsOf(state, row.cluster).find(entry => isIt(troubleOf(entry)))?.address.key;
		}
	}
};

const passwordWanted = (state: State, agent: string): PasswordKind => errorOf(state.agents.get(agent), 'unauthorized')?.wants ?? 'root';

/** What the open or selected task needs, if only an agent's own password opens it. */
const needInQuestion = (state: State, now: Timestamp): PasswordNeed | undefined => {
	const screen = topScreen(state);
	if (isTaskScreen(screen)) {
		return findTask(state, screen.task)?.needs;
	}

	const row = screen.type === 'agents' ? currentRow(state, now) : undefined;
	return row?.type === 'task' ? row.dag.needs : undefined;
};

/** Opens the prompt for the kind of password that the agent needs. */
export const askForPassword = (state: State, now: Timestamp): State => {
	const need = needInQuestion(state, now);
	const agent = (need && agentNamed(state, need.agent)) ?? agentInQuestion(state, now, trouble => trouble === 'unauthorized');
	if (agent === undefined || !state.agents.has(agent)) {
		return withNotice(state, messages().notices.selectForPassword);
	}

	// One root password opens a whole cluster. An agent's own password, and a seekdb's, goes to no other agent by default.
	const kind = need ? 'agent' : passwordWanted(state, agent);
	return withView(state, {overlay: {
		type: 'password', agent, kind, scope: kind === 'root' && state.agents.size > 1 && !state.agents.get(agent)?.info?.isSeekdb ? 'all' : 'agent',
	}});
};

/** The keys for the question about found agents: on a cluster's heading those of its agents; without another subject, all. */
const foundKeysInQuestion = (state: State, now: Timestamp): readonly FoundKey[] => {
	const row = currentRow(state, now);
	return row?.type === 'cluster' ? agentsOf(state, row.cluster).flatMap(entry => foundKeyOf(entry) ?? []) : foundKeys(state);
};

/** Why no question about a key opens here. */
const noticeOfKeys = (state: State): string => {
	const {keyUnchanged, otherKeyChanged} = messages().notices;
	const other = state.agents.values().find(entry => errorOf(entry, 'key-changed'));
	return other ? otherKeyChanged(other.address.key) : keyUnchanged;
};

/** Opens the question whether the selected agent may use its new key, else the question about found agents. */
export const openKeyQuestion = (state: State, now: Timestamp): State => {
	const agent = agentInQuestion(state, now, isAboutKey);
	const screen = topScreen(state);
	// A row that the user has not chosen is no subject either.
	const isOfAll = currentRow(state, now)?.type === 'cluster' || (screen.type === 'agents' && screen.selected === undefined);
	const change = errorOf(state.agents.get(agent ?? ''), 'key-changed');
	const found = foundKeysInQuestion(state, now);
	if (agent !== undefined && change && !(isOfAll && found.length > 0)) {
		return withView(state, {overlay: {type: 'key', agent, offered: change.offered}});
	}

	return found.length > 0
		? withView(state, {overlay: {type: 'found-keys', keys: found, top: 0}})
		: withNotice(state, noticeOfKeys(state));
};

/** Whether a question may open by itself: no overlay is open, and no key on the screen means yes. */
export const mayOpenByItself = (state: State): boolean => !state.replay && state.view.overlay === undefined && topScreen(state).type === 'agents';

/** Opens the question about found agents by itself. */
export const offerFoundKeys = (state: State, keys: readonly FoundKey[]): State =>
	mayOpenByItself(state) && keys.length > 0 ? withView(state, {overlay: {type: 'found-keys', keys, top: 0}}) : state;

const rowFilter = (state: State): Matcher | undefined => {
	const screen = topScreen(state);
	return isFilteredScreen(screen) ? screen.filter : state.view.arrangement.filter;
};

/** Most lists have a filter of their own, which goes with their screen; the filter of the agents screen stays when another screen opens. */
const withRowFilter = (state: State, filter: Matcher | undefined): State => {
	const screen = topScreen(state);
	return isFilteredScreen(screen) ? withTop(state, {...screen, filter}) : withView(state, {arrangement: {...state.view.arrangement, filter}});
};

/** Opens the input for a search, a filter of lines or rows, or a place in a recording. */
const openInput = (state: State, purpose: 'search' | 'filter' | 'rows' | 'logs' | 'place'): State => {
	const screen = topScreen(state);
	if (purpose === 'place') {
		return withView(state, {overlay: {type: 'input', purpose, text: '', problem: undefined}});
	}

	if (purpose === 'logs') {
		return withView(state, {overlay: {type: 'input', purpose, text: '', problem: undefined}});
	}

	if (purpose === 'rows') {
		const filter = rowFilter(state);
		return screen.type === 'agents' || isFilteredScreen(screen)
			? withView(state, {overlay: {
				type: 'input', purpose, text: filter?.source ?? '', problem: undefined, before: filter,
			}})
			: state;
	}

	return screen.type === 'log'
		? withView(state, {overlay: {
			type: 'input', purpose, text: (purpose === 'filter' ? screen.filter?.matcher.source : undefined) ?? '', problem: undefined, origin: screen,
		}})
		: state;
};

const filterRows = (state: State, text: string): State => {
	const {overlay} = state.view;
	const compiled = text === '' ? undefined : compileMatcher(text);
	if (overlay?.type !== 'input' || overlay.purpose !== 'rows') {
		return state;
	}

	return compiled?.ok === false
		? withView(state, {overlay: {...overlay, text, problem: compiled.problem}})
		: withRowFilter(withView(state, {overlay: {...overlay, text, problem: undefined}}), compiled?.matcher);
};

/** Searches or filters with each letter, from the place before the first one. */
const changeInput = (state: State, text: string, now: Timestamp): State => {
	const {overlay} = state.view;
	if (overlay?.type !== 'input') {
		return state;
	}

	if (overlay.purpose === 'rows') {
		return filterRows(state, text);
	}

	if (overlay.purpose === 'logs') {
		const compiled = text === '' ? undefined : compileMatcher(text);
		return withView(state, {overlay: {...overlay, text, problem: compiled?.ok === false ? compiled.problem : undefined}});
	}

	if (overlay.purpose === 'place') {
		const read = readPlace(text, now);
		return withView(state, {overlay: {...overlay, text, problem: read.ok || text === '' ? undefined : read.problem}});
	}

	const {problem, notice, screen} = typedInput(state, overlay.origin, overlay.purpose, text);
	return withTop(withView(state, {overlay: {...overlay, text, problem}, notice: notice === undefined ? undefined : {text: notice, isProblem: false}}), screen);
};

/** A search of all logs begins; a filter or the search of one log is there already. */
const submitInput = (state: State, {purpose, text}: Extract<Overlay, {type: 'input'}>): State => {
	const compiled = purpose === 'logs' && text !== '' ? compileMatcher(text) : undefined;
	return compiled?.ok ? searchLogs(state, compiled.matcher) : state;
};

/** Closes the overlay and undoes an unfinished search. */
const closeOverlay = (state: State): State => {
	const {overlay} = state.view;
	if (overlay?.type === 'confirmation') {
		return leaveConfirmation(state, overlay);
	}

	if (overlay?.type === 'stop') {
		return withView(state, {overlay: overlay.behind});
	}

	const closed = withView(state, {overlay: undefined});
	if (overlay?.type === 'found-keys') {
		return stillWaiting(state, overlay.keys).length > 0 ? withNotice(closed, messages().notices.notTrusted) : closed;
	}

	if (overlay?.type !== 'input' || overlay.purpose === 'place' || overlay.purpose === 'logs') {
		return closed;
	}

	return overlay.purpose === 'rows'
		? withRowFilter(closed, overlay.before)
		: withTop(closed, overlay.origin);
};

/** What happens to what lies over the screen. */
export const changeOverlay = (state: State, action: ActionOf<'overlay'>, now: Timestamp): State => {
	const {overlay} = state.view;
	switch (action.type) {
		case 'input-opened': {
			return openInput(state, action.purpose);
		}

		case 'input-changed': {
			return changeInput(state, action.text, now);
		}

		case 'input-submitted': {
			return overlay?.type === 'input' && overlay.problem === undefined ? submitInput(withView(state, {overlay: undefined}), overlay) : state;
		}

		case 'palette-shown': {
			return withView(state, {overlay: {type: 'palette', text: action.text, entries: action.entries, selected: 0}});
		}

		case 'help-toggled': {
			// This screen's keys first, then all, then none.
			return withView(state, {overlay: overlay?.type === 'help' && overlay.isWhole ? undefined : {type: 'help', top: 0, isWhole: overlay?.type === 'help'}});
		}

		case 'overlay-closed': {
			return closeOverlay(state);
		}

		case 'password-scope-toggled': {
			return overlay?.type === 'password' ? withView(state, {overlay: {...overlay, scope: overlay.scope === 'all' ? 'agent' : 'all'}}) : state;
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
	}
};
