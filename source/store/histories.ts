// The histories that are open, kept as long as somebody may come back to them.

import {type PollEvent} from './event.js';
import {errorWords, shownWords} from './select/problem-words.js';
import {share} from './share.js';
import {type History, type State} from './state.js';

/** Nothing came yet. */
export const unknownHistory: History = {tasks: [], left: undefined, isLoading: true, problem: undefined};

const isOpen = (state: State, owner: string): boolean => state.view.stack.some(screen => screen.type === 'history' && screen.owner === owner);

const withHistory = (state: State, owner: string, next: History): State => {
	const known = state.histories.get(owner);
	const shared = share(known, next);
	return shared === known || !isOpen(state, owner) ? state : {...state, histories: new Map(state.histories).set(owner, shared)};
};

/** Takes in what was asked for. */
export const receiveHistory = (state: State, {owner, tasks, left, isLoading}: Extract<PollEvent, {type: 'history-received'}>): State =>
	withHistory(state, owner, {tasks, left, isLoading, problem: undefined});

/** What is known of it stays. */
export const failHistory = (state: State, {owner, error}: Extract<PollEvent, {type: 'history-failed'}>): State =>
	withHistory(state, owner, {...(state.histories.get(owner) ?? unknownHistory), isLoading: false, problem: shownWords(state, errorWords(error))});

/** Lets go of those that were closed. */
export const syncHistories = (state: State): State => state.histories.keys().every(owner => isOpen(state, owner))
	? state
	: {...state, histories: new Map(state.histories.entries().filter(([owner]) => isOpen(state, owner)))};
