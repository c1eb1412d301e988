import {messages} from '../../lib/messages/messages.js';
import {type Timestamp} from '../../lib/time.js';
import {isFault, isUnread} from '../../protocol/outcome.js';
import {type HistoryEntry, historyOwners, historyProblem, historyRows, isSince, shownHistory, unknownHistory, wholeHistory} from '../history.js';
import {agentBehind, ownerLabel} from '../lookup.js';
import {type HistoryScreen, type State} from '../state.js';
import {agentNow, selectedIndexOf, taskCells, taskOutcome, windowOf, windowTop} from './basics.js';
import {isFailing} from './cause.js';
import {errorText} from './error-text.js';
import {breadcrumbOf} from './task-head.js';
import {shownText} from './connection.js';
import {type RowFilter, type TaskCells, type Window} from './view-types.js';

const noteOf = (rows: number, isLoading: boolean): string | undefined => {
	if (rows > 0) {
		return undefined;
	}

	const {loading, noTasks} = messages().tasks.history;
	return isLoading ? loading : noTasks;
};

/** How far one history was read. `isSilent`: it cannot be read now; `isWhole`: nothing that belongs to it is missing. */
type Extent = {readonly owner: string; readonly remaining: number | undefined; readonly isLoading: boolean; readonly isSilent: boolean; readonly isWhole: boolean};

/** How far the histories of a screen were read: one for each owner. */
export const historyExtents = (state: State, {owner: only, since}: Pick<HistoryScreen, 'owner' | 'since'>): readonly Extent[] =>
	(only === undefined ? historyOwners(state) : [only]).map(owner => {
		const {isLoading, remaining} = state.histories.get(owner) ?? unknownHistory;
		const isSilent = historyProblem(state, owner) !== undefined;
		const skew = agentBehind(state, owner)?.skew ?? 0;
		const reachesBack = remaining === 0 || (since !== undefined && historyRows(state, owner).some(({dag}) => !isSince(dag, since + skew)));
		return {owner, remaining, isLoading: isLoading && !isSilent, isSilent, isWhole: reachesBack && !isLoading && !isSilent};
	});

/** How many older tasks of these are not loaded; undefined if that is not known of all. */
const remainingOf = (extents: readonly Extent[]): number | undefined => {
	let all = 0;
	for (const {remaining, isSilent} of extents) {
		if (remaining === undefined && !isSilent) {
			return undefined;
		}

		all += remaining ?? 0;
	}

	return all;
};

/** `isAnyLoading`: what comes in sight while other histories are read is asked for a moment later. */
const rowOf = (state: State, {key, owner, dag}: HistoryEntry, {now, isSelected, isAnyLoading}: {readonly now: Timestamp; readonly isSelected: boolean; readonly isAnyLoading: boolean}): HistoryRow => {
	const problem = dag ? undefined : historyProblem(state, owner);
	const isUntold = dag !== undefined && isUnread(taskOutcome(dag)) && dag.refusal === undefined;
	return {
		key,
		id: dag?.id ?? '',
		owner: ownerLabel(state, owner),
		task: dag && taskCells(dag, agentNow(agentBehind(state, owner), now, dag)),
		isOutcomeLoading: isUntold && (isAnyLoading || (state.histories.get(owner)?.isLoading ?? true)),
		problem: problem && shownText(state, problem),
		isFailing: dag !== undefined && isFailing(state, dag),
		startTime: dag?.startTime,
		utcOffset: dag?.utcOffset,
		isFault: dag !== undefined && isFault(taskOutcome(dag)),
		isSelected,
	};
};

/** How many tasks failed or were cancelled, and how many of these are parts of others of them: one failure. */
const faultsOf = (rows: readonly HistoryEntry[]): Pick<HistoryView, 'faults' | 'faultyParts'> => {
	const faulty = rows.flatMap(({dag}) => dag && isFault(taskOutcome(dag)) ? [dag] : []);
	const ids = new Set(faulty.map(({id}) => id));
	const faultyParts = faulty.filter(({links: {mainDagId}}) => mainDagId !== undefined && ids.has(mainDagId)).length;
	return {faults: faulty.length - faultyParts, faultyParts};
};

/** The history of an agent, of a cluster, or of all. */
export const selectHistory = (state: State, screen: HistoryScreen, now: Timestamp, height: number): HistoryView => {
	const {owner, filter, faultsOnly = false} = screen;
	const whole = wholeHistory(state, screen);
	const rows = shownHistory(state, screen);
	const selected = selectedIndexOf(rows, screen.selected, 0);
	const top = windowTop({
		top: screen.top, selected, height, total: rows.length,
	});
	const extents = historyExtents(state, screen);
	const unread = extents.filter(({isSilent}) => isSilent).length;
	const problem = owner === undefined ? undefined : historyProblem(state, owner);
	const refusals = rows.flatMap(({dag}) => dag && isUnread(taskOutcome(dag)) ? dag.refusal ?? [] : []);
	const loading = extents.filter(({isLoading}) => isLoading).length;
	const tasks = rows.filter(({dag}) => dag !== undefined).length;
	return {
		type: 'history',
		isOfAll: owner === undefined,
		isOfCluster: owner !== undefined && state.clusters.has(owner),
		breadcrumb: breadcrumbOf(state, screen),
		count: tasks,
		...faultsOf(rows),
		histories: {all: extents.length, loading, unread},
		unread: refusals[0] && {count: refusals.length, words: errorText(refusals[0])},
		remaining: remainingOf(extents),
		isLoading: loading > 0,
		problem: problem && shownText(state, problem),
		note: noteOf(whole.length, loading > 0),
		filter: filter !== undefined || faultsOnly ? {source: filter?.source ?? '', hidden: whole.length - rows.length} : undefined,
		faultsOnly,
		utcOffset: whole.find(({dag}) => dag?.utcOffset !== undefined)?.dag?.utcOffset,
		list: windowOf(rows, {top, height}, (entry, index) => rowOf(state, entry, {now, isSelected: index === selected, isAnyLoading: loading > 0})),
	};
};

/** A task of a history, or (without) a history that cannot be read, and why. `owner`: whose it is, as shown; `startTime`: that of its last attempt. */
export type HistoryRow = {
	readonly key: string;
	readonly id: string;
	readonly owner: string;
	readonly task: TaskCells | undefined;
	/** Its details, which tell how it ended, are still being read. */
	readonly isOutcomeLoading: boolean;
	readonly problem: string | undefined;
	/** It runs, but a part of it failed. */
	readonly isFailing: boolean;
	readonly startTime: Timestamp | undefined;
	readonly utcOffset: number | undefined;
	readonly isFault: boolean;
	readonly isSelected: boolean;
};

/** The tasks that an owner or all ever had, newest first. `remaining`: how many older ones are not shown, undefined if unknown; `note` instead of rows. */
export type HistoryView = {
	readonly type: 'history';
	readonly isOfAll: boolean;
	/** It holds the cluster's own tasks, and not those of its agents. */
	readonly isOfCluster?: boolean;
	readonly breadcrumb: readonly string[];
	readonly list: Window<HistoryRow>;
	/** Of the rows, those that are tasks. */
	readonly count: number;
	readonly filter: RowFilter | undefined;
	readonly faultsOnly: boolean;
	readonly faults: number;
	/** Beside these, parts of them. */
	readonly faultyParts: number;
	/** How many histories these are, how many of them are being read, and how many cannot be read. */
	readonly histories: {readonly all: number; readonly loading: number; readonly unread: number};
	/** How many have details, which tell how they ended, that cannot be read, and why the first of them cannot. */
	readonly unread: {readonly count: number; readonly words: string} | undefined;
	readonly remaining: number | undefined;
	readonly isLoading: boolean;
	/** Of the only history. */
	readonly problem: string | undefined;
	/** Of the first row that has one: all times are in one zone. */
	readonly utcOffset: number | undefined;
	readonly note: string | undefined;
};
