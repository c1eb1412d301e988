import {messages} from '../../lib/messages/messages.js';
import {type Timestamp} from '../../lib/time.js';
import {isFault, isUnread} from '../../protocol/outcome.js';
import {type Problem} from '../changes.js';
import {historyAgent, historyRows, shownHistory, unknownHistory} from '../history.js';
import {agentBehind, agentsOf} from '../lookup.js';
import {type Screen, type State} from '../state.js';
import {agentNow, selectedIndexOf, taskCells, taskOutcome, windowOf, windowTop} from './basics.js';
import {isFailing} from './cause.js';
import {errorText} from './error-text.js';
import {breadcrumbOf} from './task-head.js';
import {memberProblem, problemOf, shownText} from './connection.js';
import {type RowFilter, type TaskCells, type Window} from './view-types.js';

/** Why no agent can be queried for it. */
const silenceOf = (state: State, owner: string): Problem | undefined => {
	const cluster = state.clusters.get(owner);
	if (cluster) {
		return historyAgent(state, cluster) === undefined ? memberProblem(agentsOf(state, cluster), state.view.hour) ?? {type: 'no-database'} : undefined;
	}

	const entry = state.agents.get(owner);
	return entry ? problemOf(entry, state.view.hour) : {type: 'not-watched'};
};

/** Why a history is incomplete. */
export const historyProblem = (state: State, owner: string): Problem | undefined => state.histories.get(owner)?.problem ?? silenceOf(state, owner);

const noteOf = (rows: number, isLoading: boolean): string | undefined => {
	if (rows > 0) {
		return undefined;
	}

	const {loading, noTasks} = messages().tasks.history;
	return isLoading ? loading : noTasks;
};

/** The history of an agent or of a cluster. */
export const selectHistory = (state: State, screen: Extract<Screen, {type: 'history'}>, now: Timestamp, height: number): HistoryView => {
	const {owner} = screen;
	const history = state.histories.get(owner) ?? unknownHistory;
	const entry = agentBehind(state, owner);
	const all = historyRows(state, owner).length;
	const rows = shownHistory(state, screen);
	const selected = selectedIndexOf(rows, screen.selected, 0);
	const top = windowTop({
		top: screen.top, selected, height, total: rows.length,
	});
	const problem = historyProblem(state, owner);
	const refusals = rows.flatMap(({dag}) => isUnread(taskOutcome(dag)) ? dag.refusal ?? [] : []);
	const isLoading = history.isLoading && problem === undefined;
	return {
		type: 'history',
		breadcrumb: breadcrumbOf(state, screen),
		faults: rows.filter(({dag}) => isFault(taskOutcome(dag))).length,
		unread: refusals[0] && {count: refusals.length, words: errorText(refusals[0])},
		remaining: history.remaining,
		isLoading,
		problem: problem && shownText(state, problem),
		note: noteOf(all, isLoading),
		filter: screen.filter && {source: screen.filter.source, hidden: all - rows.length},
		list: windowOf(rows, {top, height}, ({key, dag}, index): HistoryRow => ({
			key,
			task: taskCells(dag, agentNow(entry, now, dag)),
			isFailing: isFailing(state, dag),
			startTime: dag.startTime,
			utcOffset: dag.utcOffset,
			isFault: isFault(taskOutcome(dag)),
			isSelected: index === selected,
		})),
	};
};

/** A task of a history. `startTime`: that of its last attempt. */
export type HistoryRow = {
	readonly key: string;
	readonly task: TaskCells;
	/** It runs, but a part of it failed. */
	readonly isFailing: boolean;
	readonly startTime: Timestamp | undefined;
	readonly utcOffset: number | undefined;
	readonly isFault: boolean;
	readonly isSelected: boolean;
};

/** The tasks that an owner ever had, newest first. `remaining`: how many older ones are not shown, undefined if unknown; `note` instead of rows. */
export type HistoryView = {
	readonly type: 'history';
	readonly breadcrumb: readonly string[];
	readonly list: Window<HistoryRow>;
	readonly filter: RowFilter | undefined;
	readonly faults: number;
	/** How many have details, which tell how they ended, that cannot be read, and why the first of them cannot. */
	readonly unread: {readonly count: number; readonly words: string} | undefined;
	readonly remaining: number | undefined;
	readonly isLoading: boolean;
	readonly problem: string | undefined;
	readonly note: string | undefined;
};
