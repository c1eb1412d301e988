// Opening and closing screens.

import {messages} from '../../lib/messages/messages.js';
import {type Timestamp} from '../../lib/time.js';
import {isLaterId} from '../../protocol/ids.js';
import {severityOf} from '../../protocol/logs.js';
import {isFault} from '../../protocol/outcome.js';
import {type Dag, type TaskNode} from '../../protocol/task.js';
import {chosenEntry, jumpToEntry} from '../log/cursor.js';
import {logKey, logOf, recentLog, syncLogs} from '../log/open-logs.js';
import {jumpToError} from '../log/reducer.js';
import {agentNamed, agentsOf, findNode, findSubTask, findTask, isTaskScreen, ownerOfScreen, topScreen} from '../lookup.js';
import {currentRow, referenceOf, rowsOf} from '../selectors/agent-rows.js';
import {selectedIndexOf, taskOutcome} from '../selectors/basics.js';
import {type Cause, type CausePlace, causesIn, isFailing} from '../selectors/cause.js';
import {causeText} from '../selectors/reason.js';
import {shownProblem} from '../selectors/connection.js';
import {linkReference, linksOf, remoteLinkOfLog} from '../selectors/links.js';
import {worstOf} from '../selectors/summary.js';
import {type RowSource} from '../selectors/view-types.js';
import {lastTaskId, type ListScreen, type LogScreen, type Screen, type State, type TaskReference} from '../state.js';
import {currentList} from './move.js';
import {withNotice, withTop} from './view.js';

/** Opens a screen above the current one. */
const push = (state: State, screen: Screen): State => {
	const [root, ...above] = state.view.stack;
	return {...state, view: {...state.view, stack: [root, ...above, screen]}};
};

/** A log that opens for the first time: at its end, following. */
const newLogScreen = ({task, node, subTask}: Pick<LogScreen, 'task' | 'node' | 'subTask'>): LogScreen => ({
	type: 'log', task, node, subTask, position: {entry: 0, row: -1}, scrollColumn: 0, isFollowing: true, seen: 0, cursor: 0, place: 0, anchor: undefined, filter: undefined, search: undefined,
});

const openTask = (state: State, task: TaskReference): State => push(state, {
	type: 'task', task, selected: undefined, top: 0,
});

/** At its last place. */
const openLog = (state: State, place: Pick<LogScreen, 'task' | 'node' | 'subTask'>): State => push(state, recentLog(state, place) ?? newLogScreen(place));

/** The key of a stage's sub-task if it has only one, whose log then takes the place of the list. */
const onlySubTask = (node: TaskNode | undefined): string | undefined => node?.subTasks.length === 1 ? node.subTasks[0]?.key : undefined;

const selectedKey = (state: State, screen: ListScreen, now: Timestamp): string | undefined => {
	const {rows, fallback} = currentList(state, now);
	return rows[selectedIndexOf(rows, screen.selected, fallback)]?.key;
};

/** The rows below a row. */
const rowsBelow = (all: readonly RowSource[], row: RowSource): readonly RowSource[] => {
	const rest = all.slice(all.indexOf(row) + 1);
	const end = rest.findIndex(({depth}) => depth <= row.depth);
	return end === -1 ? rest : rest.slice(0, end);
};

/** A row's task. Of a cluster that has none of its own, the worst of its agents' tasks. */
const enterFromAgents = (state: State, key: string | undefined, now: Timestamp): State => {
	const all = rowsOf(state);
	const row = all.find(candidate => candidate.key === key);
	if (!row) {
		return state;
	}

	const below = row.type === 'cluster' && row.cluster.task.type !== 'known' ? rowsBelow(all, row) : [];
	return openTask(state, referenceOf(below[worstOf(state, below, now)] ?? row));
};

/** A member's card, if that agent is watched. */
const enterFromCluster = (state: State, member: string | undefined): State => {
	const agent = member === undefined ? undefined : agentNamed(state, member);
	return agent === undefined ? withNotice(state, member === undefined ? messages().notices.agentNotWatched : messages().notices.notWatched(member)) : push(state, {type: 'card', owner: agent, top: 0});
};

/** The task that changed, or the card of the agent that did. */
const enterFromJournal = (state: State, key: string | undefined): State => {
	const transition = state.journal.entries.find(({number}) => String(number) === key)?.transition;
	if (!transition) {
		return state;
	}

	const {owner} = transition;
	if (!state.agents.has(owner) && !state.clusters.has(owner)) {
		return withNotice(state, messages().notices.noLongerWatched);
	}

	return 'id' in transition ? openTask(state, {owner, id: transition.id}) : push(state, {type: 'card', owner, top: 0});
};

/**
Opens the selected row: a task, a stage's sub-tasks, or a log at its last place. From a task on, screens keep to that very task, even when a
newer one begins.
*/
export const enter = (state: State, now: Timestamp): State => {
	const screen = topScreen(state);
	if (screen.type === 'log' || screen.type === 'card') {
		return state;
	}

	const key = selectedKey(state, screen, now);
	// Going back leads to the opened row, even if it was selected by default.
	const chosen = key === undefined ? state : withTop(state, {...screen, selected: key});
	if (screen.type === 'agents') {
		return enterFromAgents(chosen, key, now);
	}

	if (screen.type === 'journal') {
		return enterFromJournal(chosen, key);
	}

	if (screen.type === 'history') {
		return key === undefined ? state : openTask(chosen, {owner: screen.owner, id: key});
	}

	if (screen.type === 'cluster') {
		return enterFromCluster(chosen, key);
	}

	const dag = findTask(state, screen.task);
	if (!dag || key === undefined) {
		return state;
	}

	const task = {owner: screen.task.owner, id: dag.id};
	switch (screen.type) {
		case 'task': {
			const only = onlySubTask(findNode(dag, key));
			return only === undefined
				? push(chosen, {
					type: 'node', task, node: key, selected: undefined, top: 0,
				})
				: openLog(chosen, {task, node: key, subTask: only});
		}

		case 'node': {
			return openLog(chosen, {task, node: screen.node, subTask: key});
		}

		case 'links': {
			return openTask(chosen, linkReference(state, key, screen.task.owner));
		}
	}
};

/** Closes the current screen, unless it is the root. */
export const goBack = (state: State): State => {
	const [root, ...above] = state.view.stack;
	return above.length === 0 ? state : {...state, view: {...state.view, stack: [root, ...above.slice(0, -1)]}};
};

/** Opens the history of an owner, or goes back to it if it is open already. */
export const openHistory = (state: State, owner: string | undefined): State => {
	if (owner === undefined || !(state.agents.has(owner) || state.clusters.has(owner))) {
		return withNotice(state, messages().notices.selectForHistory);
	}

	const [root, ...above] = state.view.stack;
	const place = above.findIndex(screen => screen.type === 'history' && screen.owner === owner);
	return place === -1
		? push(state, {
			type: 'history', owner, selected: undefined, top: 0,
		})
		: {...state, view: {...state.view, stack: [root, ...above.slice(0, place + 1)]}};
};

/** Follows the links of the open log or task: a log to the remote task that it names, a task to its only link. Several links are listed. */
export const openLinks = (state: State, now: Timestamp): State => {
	const screen = topScreen(state);
	if (!isTaskScreen(screen) || screen.type === 'links') {
		return screen.type === 'links' ? enter(state, now) : withNotice(state, messages().notices.openForLinks);
	}

	const {owner} = screen.task;
	const remote = screen.type === 'log' ? remoteLinkOfLog(state, screen) : undefined;
	if (remote !== undefined) {
		return openTask(state, linkReference(state, remote, owner));
	}

	const dag = findTask(state, screen.task);
	const links = dag ? linksOf(dag) : [];
	const [only] = links;
	if (!dag || !only) {
		return withNotice(state, messages().notices.noLinks);
	}

	return links.length === 1
		? openTask(state, linkReference(state, only.id, owner))
		: push(state, {
			type: 'links', task: {owner, id: dag.id}, selected: undefined, top: 0,
		});
};

/** Opens the log with a reason of these tasks, and the screens on the way to it. The line itself is found by the log. */
const openPlace = (state: State, {task, node, subTask}: CausePlace, reasonsOf: readonly TaskReference[]): State => {
	const [root] = state.view.stack;
	const stack: State['view']['stack'] = [
		root,
		{
			type: 'task', task, selected: node, top: 0,
		},
		...(onlySubTask(findNode(findTask(state, task), node)) === undefined
			? [{
				type: 'node' as const, task, node, selected: subTask, top: 0,
			}]
			: []),
		{...newLogScreen({task, node, subTask}), reasonsOf},
	];
	return {...state, view: {...state.view, stack}};
};

/** The agent of the selected sub-task, or of the open log; undefined if it is not watched. */
const agentOfSubTask = (state: State, now: Timestamp): string | undefined => {
	const screen = topScreen(state);
	if (screen.type !== 'node' && screen.type !== 'log') {
		return undefined;
	}

	const {rows, fallback} = currentList(state, now);
	const key = screen.type === 'log' ? screen.subTask : rows[selectedIndexOf(rows, screen.selected, fallback)]?.key;
	const name = findSubTask(findNode(findTask(state, screen.task), screen.node), key)?.agent;
	return name === undefined ? undefined : agentNamed(state, name);
};

const openCardOf = (state: State, owner: string): State => {
	if (state.clusters.has(owner)) {
		return push(state, {
			type: 'cluster', owner, selected: undefined, top: 0,
		});
	}

	return state.agents.has(owner) ? push(state, {type: 'card', owner, top: 0}) : withNotice(state, messages().notices.agentNotWatched);
};

/** The owner that the screen is about, and the state in which its row is selected by the user. */
const ownerInQuestion = (state: State, now: Timestamp): readonly [State, string | undefined] => {
	const screen = topScreen(state);
	if (screen.type !== 'agents') {
		return [state, ownerOfScreen(screen)];
	}

	const row = currentRow(state, now);
	return row ? [withTop(state, {...screen, selected: row.key}), row.type === 'task' ? row.owner : row.key] : [state, undefined];
};

/** Opens the history of the screen's owner. */
export const openHistoryHere = (state: State, now: Timestamp): State => openHistory(...ownerInQuestion(state, now));

/** Opens the card of the selected row's agent or cluster, of a sub-task's agent, or of the open task's owner. */
export const openCard = (state: State, now: Timestamp): State => {
	const screen = topScreen(state);
	if (screen.type === 'card' || screen.type === 'cluster') {
		return state;
	}

	const [chosen, owner] = ownerInQuestion(state, now);
	const subject = agentOfSubTask(state, now) ?? owner;
	return subject === undefined ? state : openCardOf(chosen, subject);
};

const allOf = (owner: string, otherTasks: ReadonlyArray<{readonly id: string}>): readonly TaskReference[] =>
	[lastTaskId, ...otherTasks.map(({id}) => id)].map(id => ({owner, id}));

/** The tasks of a row: of a cluster's heading, its own and those of its agents. */
const tasksOf = (state: State, row: RowSource): readonly TaskReference[] => row.type === 'cluster'
	? [...allOf(row.key, row.cluster.otherTasks), ...agentsOf(state, row.cluster).flatMap(({address, otherTasks}) => allOf(address.key, otherTasks))]
	: [referenceOf(row)];

/** Why no task of any of these owners is known, for instance because an agent was not reached. That is not the same as having none. */
const noTaskText = (state: State, references: readonly TaskReference[], now: Timestamp): string => {
	const entries = [...new Set(references.map(({owner}) => owner))].flatMap(owner => state.agents.get(owner) ?? []);
	const [problem] = entries.flatMap(entry => shownProblem(state, entry, now) ?? []);
	if (problem !== undefined) {
		return messages().notices.noTaskKnown(problem);
	}

	return entries.some(({task}) => task.type === 'unknown') ? messages().notices.taskUnknown : messages().notices.noTaskHere;
};

/** Of a cluster (its name), or of the task in question. */
const nothingFailed = (dags: readonly Dag[], cluster: string | undefined): string => {
	const {notices} = messages();
	const [first] = dags;
	if (dags.length === 1 && first && taskOutcome(first).word === 'rolled back') {
		return notices.rolledBack;
	}

	if (dags.every(({nodes}) => !nodes)) {
		return notices.stagesUnknown;
	}

	return cluster === undefined ? notices.nothingFailed : notices.nothingFailedIn(cluster);
};

/** `causes` in visiting order: the first `counted` of them hold now, the others belong to tasks that were started again since. */
type Reasons = {readonly dags: readonly Dag[]; readonly causes: readonly Cause[]; readonly counted: number};

type Found = {readonly dag: Dag; readonly owner: string; readonly causes: readonly Cause[]};

/** A later task of the same name is another attempt. */
const isTriedAnew = ({dag, owner}: Found, all: readonly Found[]): boolean => all.some(other => other.owner === owner && other.dag.name === dag.name && isLaterId(other.dag.id, dag.id));

/** The reasons of these tasks, failures before waits. */
const reasonsOf = (state: State, references: readonly TaskReference[]): Reasons => {
	const tasks = references.flatMap(({owner, id}) => {
		const dag = findTask(state, {owner, id});
		return dag ? [{dag, owner}] : [];
	});
	const found = tasks.map(({dag, owner}) => ({dag, owner, causes: causesIn(state, dag, owner)}));
	const isFailed = ({dag}: Found): boolean => isFault(taskOutcome(dag)) || isFailing(state, dag);
	const [holding = [], tried = []] = [false, true].map(isOld => found.filter(task => isTriedAnew(task, found) === isOld).toSorted((one, other) => Number(isFailed(other)) - Number(isFailed(one))));
	const current = distinct(holding);
	const causes = distinct([...holding, ...tried]);
	return {dags: tasks.map(({dag}) => dag), causes, counted: placesOf(current).length};
};

/** A main task and its parts have the same reason. */
const distinct = (found: readonly Found[]): readonly Cause[] =>
	found.flatMap(task => task.causes).filter((cause, index, all) => index === all.findIndex(other => isSamePlace(cause.places[0], other.places[0]) && other.text === cause.text));

const isSamePlace = (one: CausePlace | undefined, other: CausePlace | undefined): boolean =>
	one?.task.id === other?.task.id && one?.node === other?.node && one?.subTask === other?.subTask && one?.entry === other?.entry;

/** The places of the reasons: each at the first agent that has it. */
const placesOf = (causes: readonly Cause[]): readonly CausePlace[] => causes.flatMap(({places}) => places.slice(0, 1));

const goTo = (state: State, place: CausePlace, references: readonly TaskReference[]): State => {
	const opened = syncLogs(openPlace(state, place, references));
	const log = topScreen(opened);
	return log.type === 'log' && place.entry >= 0 ? withTop(opened, jumpToEntry(opened, log, place.entry, place.start)) : opened;
};

/** From the reason in the open log to the next one, in whichever log that is. If there is no other, to the next error of this log's last attempt. */
const nextCause = (state: State, screen: LogScreen): State => {
	const references = screen.reasonsOf ?? [screen.task];
	const {causes, counted} = reasonsOf(state, references);
	const places = placesOf(causes);
	const chosen = chosenEntry(state, screen);
	const {dropped, texts} = logOf(state, screen);
	const text = chosen === undefined ? undefined : texts[chosen - dropped];
	const isHere = ({task, node, subTask}: CausePlace): boolean => logKey(screen) === logKey({task, node, subTask});
	const current = places.findIndex(place => isHere(place) && chosen !== undefined && (place.entry === chosen || findSubTask(findNode(findTask(state, place.task), place.node), place.subTask)?.logs?.[place.entry] === text));
	const next = current === -1 ? (text !== undefined && severityOf(text) === 'error' ? undefined : places.find(place => isHere(place))) : places[(current + 1) % places.length];
	if (!next || (current !== -1 && places.length === 1)) {
		const {screen: jumped, notice} = jumpToError(state, screen, current !== -1);
		const moved = jumped === screen ? state : withTop(state, jumped);
		return notice === undefined ? moved : withNotice(moved, notice);
	}

	const opened = goTo(state, next, references);
	const number = places.indexOf(next) + 1;
	if (number > counted) {
		return withNotice(opened, messages().notices.earlierReason);
	}

	return counted > 1 ? withNotice(opened, messages().notices.reason(number, counted)) : opened;
};

/** Goes to the log line with the reason: of the open task, or of the selected row, failures first. In a log, to the next reason. */
export const openCause = (state: State, now: Timestamp): State => {
	const screen = topScreen(state);
	if (screen.type === 'log') {
		return nextCause(state, screen);
	}

	const row = currentRow(state, now);
	const references = isTaskScreen(screen) ? [screen.task] : (row ? tasksOf(state, row) : []);
	const {dags, causes, counted} = reasonsOf(state, references);
	const places = placesOf(causes);
	const [place] = places;
	if (dags.length === 0) {
		return withNotice(state, noTaskText(state, references, now));
	}

	if (!place) {
		const [first] = causes;
		return withNotice(state, first ? causeText(first) : nothingFailed(dags, row?.type === 'cluster' ? row.cluster.name : undefined));
	}

	const opened = goTo(state, place, references);
	if (counted === 0) {
		return withNotice(opened, messages().notices.earlierReason);
	}

	return counted > 1 ? withNotice(opened, messages().notices.firstReason(counted)) : opened;
};

/** Opens the journal, or goes back to it if it is open already. */
export const openJournal = (state: State): State => {
	const [root, ...above] = state.view.stack;
	const place = above.findIndex(({type}) => type === 'journal');
	return place === -1
		? push(state, {type: 'journal', selected: undefined, top: 0})
		: {...state, view: {...state.view, stack: [root, ...above.slice(0, place + 1)]}};
};
