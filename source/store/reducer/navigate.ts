// Opening and closing screens.

import {messages} from '../../lib/messages/messages.js';
import {type Timestamp} from '../../lib/time.js';
import {type Dag, type TaskNode} from '../../protocol/task.js';
import {shownHistory} from '../history.js';
import {remoteLinkOfLog} from '../log/cursor.js';
import {openHit} from '../log/hits.js';
import {newLogScreen, recentLog} from '../log/open-logs.js';
import {agentNamed, findNode, findSubTask, findTask, isTaskScreen, lastTaskOf, ownerOfScreen, topScreen} from '../lookup.js';
import {currentRow, referenceOf, rowsOf} from '../selectors/agent-rows.js';
import {selectedIndexOf} from '../selectors/basics.js';
import {comparison} from '../selectors/compare.js';
import {linkReference, linksOf, linksOfStage, linksOfSubTask} from '../selectors/links.js';
import {worstOf} from '../selectors/summary.js';
import {type RowSource} from '../selectors/view-types.js';
import {type TaskReference} from '../operations/track.js';
import {type CompareScreen, type HistoryScreen, type ListScreen, type LogScreen, type State, type TaskScreen} from '../state.js';
import {currentList} from './move.js';
import {openOwnLog} from './open-log.js';
import {push, withNotice, withTop} from './view.js';

const openTask = (state: State, task: TaskReference): State => push(state, {
	type: 'task', task, selected: undefined, top: 0,
});

/** At its last place. */
const openLog = (state: State, place: Pick<LogScreen, 'task' | 'node' | 'subTask'>): State => push(state, recentLog(state, place) ?? newLogScreen(place));

/** The key of a stage's sub-task if it has only one, whose log then takes the place of the list. */
export const onlySubTask = (node: TaskNode | undefined): string | undefined => node?.subTasks.length === 1 ? node.subTasks[0]?.key : undefined;

/** A stage's sub-tasks, or the log of the only one. */
const openStage = (state: State, task: TaskReference, node: TaskNode | undefined): State => {
	const only = onlySubTask(node);
	if (!node) {
		return state;
	}

	return only === undefined
		? push(state, {
			type: 'node', task, node: node.key, selected: undefined, top: 0,
		})
		: openLog(state, {task, node: node.key, subTask: only});
};

/** Opens the selected stage of one of two compared runs, or of the only one that has it. */
export const openComparedStage = (state: State, screen: CompareScreen, key: string | undefined, side: 'one' | 'other'): State => {
	const {one, other, pairs} = comparison(state, screen);
	const pair = pairs.find(candidate => candidate.key === key);
	const isOfOther = pair?.one === undefined || (side === 'other' && pair.other !== undefined);
	const [dag, node] = isOfOther ? [other, pair?.other] : [one, pair.one];
	return dag && node ? openStage(state, {owner: screen.task.owner, id: dag.id}, node) : state;
};

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

/** A task, or the card of the owner whose history cannot be read. */
const enterFromHistory = (state: State, screen: HistoryScreen, key: string | undefined): State => {
	const entry = shownHistory(state, screen).find(row => row.key === key);
	if (!entry) {
		return state;
	}

	const {owner, dag} = entry;
	return dag ? openTask(state, {owner, id: dag.id}) : openCardOf(state, owner);
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
		return enterFromHistory(chosen, screen, key);
	}

	if (screen.type === 'cluster') {
		return enterFromCluster(chosen, key);
	}

	if (screen.type === 'compare') {
		return openComparedStage(chosen, screen, key, 'one');
	}

	const dag = findTask(state, screen.task);
	if (!dag || key === undefined) {
		return state;
	}

	const task = {owner: screen.task.owner, id: dag.id};
	switch (screen.type) {
		case 'task': {
			return openStage(chosen, task, findNode(dag, key));
		}

		case 'node': {
			return openLog(chosen, {task, node: screen.node, subTask: key});
		}

		case 'hits': {
			return openHit(chosen, screen, key);
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

/** Opens the task of an agent, with the agents screen behind it. */
export const openAgent = (state: State, agent: string): State => {
	const row = rowsOf(state).find(({type, key}) => type === 'agent' && key === agent);
	if (!row) {
		return withNotice(state, messages().notices.noLongerWatched);
	}

	const [root] = state.view.stack;
	return openTask({...state, view: {...state.view, stack: [root.type === 'agents' ? {...root, selected: row.key} : root]}}, referenceOf(row));
};

/** Goes back to a history that is open already, or opens it. */
const goToHistory = (state: State, {owner, since}: Pick<HistoryScreen, 'owner' | 'since'>): State => {
	const [root, ...above] = state.view.stack;
	const place = above.findIndex(screen => screen.type === 'history' && screen.owner === owner);
	return place === -1
		? push(state, {
			type: 'history', owner, selected: undefined, top: 0, ...since !== undefined && {since},
		})
		: {...state, view: {...state.view, stack: [root, ...above.slice(0, place + 1)]}};
};

/** Opens the history of an owner, or goes back to it if it is open already. */
export const openHistory = (state: State, owner: string | undefined): State =>
	owner === undefined || !(state.agents.has(owner) || state.clusters.has(owner)) ? withNotice(state, messages().notices.selectForHistory) : goToHistory(state, {owner});

/** Opens the history of all agents and clusters. */
export const openWholeHistory = (state: State, since?: Timestamp): State => goToHistory(state, {owner: undefined, since});

/** The links of what the cursor is on: of a stage or a sub-task, not of the whole task. */
const linksHere = (state: State, dag: Dag, screen: TaskScreen, now: Timestamp): ReturnType<typeof linksOf> => {
	const {rows, fallback} = currentList(state, now);
	const key = 'selected' in screen ? rows[selectedIndexOf(rows, screen.selected, fallback)]?.key : undefined;
	const node = findNode(dag, screen.type === 'task' ? key : ('node' in screen ? screen.node : undefined));
	const subTask = findSubTask(node, screen.type === 'log' ? screen.subTask : key);
	if (node === undefined) {
		return [];
	}

	return screen.type === 'task' ? linksOfStage(dag, node) : (subTask ? linksOfSubTask(dag, node, subTask) : []);
};

/** The task that another agent has as its part of this one, else that agent's card. */
const openAgentOf = (state: State, dag: Dag, agent: string): State => {
	const entry = state.agents.get(agent);
	const part = [lastTaskOf(entry), ...(entry?.otherTasks ?? [])].find(task => task?.links.mainDagId === dag.id);
	return part ? openTask(state, {owner: agent, id: part.id}) : openCardOf(state, agent);
};

/**
Follows the link of what the cursor is on: a line of a log, a sub-task or a stage. A sub-task without one leads to the agent where it runs; else
the way is up to the main task, or to the task's only link. Several links are listed.
*/
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

	if (screen.type === 'log' && screen.subTask === undefined) {
		return openOwnLog(state, screen);
	}

	const dag = findTask(state, screen.task);
	if (!dag) {
		return withNotice(state, messages().notices.noLinks);
	}

	const here = linksHere(state, dag, screen, now);
	const agent = here.length === 0 ? agentOfSubTask(state, now) : undefined;
	if (agent !== undefined && agent !== owner) {
		return openAgentOf(state, dag, agent);
	}

	const all = linksOf(dag);
	const up = all.some(({kind}) => kind === 'sub-task') ? [] : all.filter(({kind}) => kind === 'main task');
	const [only] = here.length > 0 ? here : [...up, ...(all.length === 1 ? all : [])];
	if (only && here.length < 2) {
		return openTask(state, linkReference(state, only.id, owner));
	}

	return all.length === 0
		? withNotice(state, messages().notices.noLinks)
		: push(state, {
			type: 'links', task: {owner, id: dag.id}, selected: here[0]?.key, top: 0,
		});
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
	if (screen.type === 'history' && screen.owner === undefined) {
		const key = selectedKey(state, screen, now);
		return [state, shownHistory(state, screen).find(row => row.key === key)?.owner];
	}

	if (screen.type !== 'agents') {
		return [state, ownerOfScreen(screen)];
	}

	const row = currentRow(state, now);
	return row ? [withTop(state, {...screen, selected: row.key}), row.type === 'task' ? row.owner : row.key] : [state, undefined];
};

/** Opens the history of the screen's owner, from there that of all, and from that one the history of the selected row's owner. */
export const openHistoryHere = (state: State, now: Timestamp): State => {
	const screen = topScreen(state);
	return screen.type === 'history' && screen.owner !== undefined ? openWholeHistory(state) : openHistory(...ownerInQuestion(state, now));
};

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

/** Opens the journal, or goes back to it if it is open already. */
export const openJournal = (state: State): State => {
	const [root, ...above] = state.view.stack;
	const place = above.findIndex(({type}) => type === 'journal');
	return place === -1
		? push(state, {type: 'journal', selected: undefined, top: 0})
		: {...state, view: {...state.view, stack: [root, ...above.slice(0, place + 1)]}};
};
