// What is laid over a screen: the prompts for passwords and for what to search, and the question about a key.

import {type PasswordKind} from '../protocol/agent-error.js';
import {topScreen} from './locate.js';
import {typedInput} from './log/reduce-log.js';
import {rowsOf} from './rows.js';
import {selectedIndexOf} from './selection.js';
import {type LogScreen, type State} from './state.js';
import {withNotice, withTop, withView} from './view.js';

/** The agent that the screen is about: the selected row's, or the owner of what is open. */
export const agentInQuestion = (state: State): string | undefined => {
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

/** Opens the prompt for the kind of password that the agent in question wants. */
export const askForPassword = (state: State): State => {
	const agent = agentInQuestion(state);
	if (agent === undefined || !state.agents.has(agent)) {
		return withNotice(state, 'select an agent first: a password is entered for an agent');
	}

	// One root password opens a whole cluster; an agent's own is nobody else's business unless told so.
	const kind = passwordWanted(state, agent);
	return withView(state, {overlay: {
		type: 'password', agent, kind, scope: kind === 'root' && state.agents.size > 1 ? 'all' : 'agent',
	}});
};

/** Opens the question whether the agent in question may use its new key. */
export const openKeyQuestion = (state: State): State => {
	const agent = agentInQuestion(state);
	const connection = state.agents.get(agent ?? '')?.connection;
	return agent !== undefined && connection?.type === 'failing' && connection.error.type === 'key-changed'
		? withView(state, {overlay: {type: 'key', agent}})
		: withNotice(state, 'the encryption key of this agent has not changed');
};

/** Begins to type what to search for, or which lines to keep. */
export const openInput = (state: State, origin: LogScreen, purpose: 'search' | 'filter'): State => withView(state, {overlay: {
	type: 'input', purpose, text: (purpose === 'filter' ? origin.filter?.matcher.source : undefined) ?? '', problem: undefined, origin,
}});

/** Searches or filters with each letter, from where the log stood before the first one. */
export const changeInput = (state: State, text: string): State => {
	const {overlay} = state.view;
	if (overlay?.type !== 'input') {
		return state;
	}

	const {problem, notice, screen} = typedInput(state, overlay.origin, overlay.purpose, text);
	return withTop(withView(state, {overlay: {...overlay, text, problem}, notice}), screen);
};

/** Closes whatever is laid over the screen; what was typed into a search is taken back. */
export const closeOverlay = (state: State): State => {
	const {overlay} = state.view;
	const closed = withView(state, {overlay: undefined});
	return overlay?.type === 'input' && topScreen(state).type === 'log' ? withTop(closed, overlay.origin) : closed;
};
