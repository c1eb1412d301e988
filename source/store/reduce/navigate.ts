// Going in and out between the screens.

import {type Timestamp} from '../../protocol/timestamp.js';
import {currentList} from '../select/current-list.js';
import {agentNamed, findTask, isTaskScreen, topScreen} from '../locate.js';
import {referenceOf, rowsOf} from '../select/rows.js';
import {selectedIndexOf} from '../select/selection.js';
import {linkReference, linksOf, remoteLinkOfLog} from '../select/links.js';
import {leftLog} from '../log/left-logs.js';
import {type CausePlace} from '../select/cause.js';
import {
	type ListScreen,
	type LogScreen,
	type Screen,
	type State,
	type TaskReference,
} from '../state.js';
import {withNotice, withTop} from './view.js';

/** Opens a screen above the current one. */
export const push = (state: State, screen: Screen): State => {
	const [root, ...above] = state.view.stack;
	return {...state, view: {...state.view, stack: [root, ...above, screen]}};
};

/** A log as it opens for the first time: at its end, following. */
const newLogScreen = ({task, node, subTask}: Pick<LogScreen, 'task' | 'node' | 'subTask'>): LogScreen => ({
	type: 'log', task, node, subTask, position: {entry: 0, row: -1}, left: 0, isFollowing: true, seen: 0, marked: undefined, place: 0, filter: undefined, search: undefined,
});

const openTask = (state: State, task: TaskReference): State => push(state, {
	type: 'task', task, selected: undefined, top: 0,
});

const selectedKey = (state: State, screen: ListScreen, now: Timestamp): string | undefined => {
	const {rows, fallback} = currentList(state, now);
	return rows[selectedIndexOf(rows, screen.selected, fallback)]?.key;
};

const enterFromAgents = (state: State, key: string | undefined): State => {
	const row = rowsOf(state).find(candidate => candidate.key === key);
	if (!row) {
		return state;
	}

	if (row.type === 'cluster' && row.cluster.task.type !== 'known') {
		return withNotice(state, 'this cluster has no task of its own: its agents stand below');
	}

	return push(state, {
		type: 'task', task: referenceOf(row), selected: undefined, top: 0,
	});
};

/** A member's card, if that agent is watched. */
const enterFromCluster = (state: State, member: string | undefined): State => {
	const agent = member === undefined ? undefined : agentNamed(state, member);
	return agent === undefined ? withNotice(state, `${member ?? 'it'} is not watched`) : push(state, {type: 'card', owner: agent, top: 0});
};

/** The task that changed, or the card of the agent that did. */
const enterFromJournal = (state: State, key: string | undefined): State => {
	const transition = state.journal.entries.find(({number}) => String(number) === key)?.transition;
	if (!transition) {
		return state;
	}

	const {owner} = transition;
	if (!state.agents.has(owner) && !state.clusters.has(owner)) {
		return withNotice(state, 'it is not watched any more');
	}

	return 'id' in transition ? openTask(state, {owner, id: transition.id}) : push(state, {type: 'card', owner, top: 0});
};

/** Opens the selected row: a task, a node's sub-tasks, a log, which stands as it was left. From a task on, screens hold on to that very task, also when a newer one begins. */
export const enter = (state: State, now: Timestamp): State => {
	const screen = topScreen(state);
	if (screen.type === 'log' || screen.type === 'card') {
		return state;
	}

	const key = selectedKey(state, screen, now);
	// What was entered is where one comes back to, also if it was selected by itself.
	const chosen = key === undefined ? state : withTop(state, {...screen, selected: key});
	if (screen.type === 'agents') {
		return enterFromAgents(chosen, key);
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
			return push(chosen, {
				type: 'node', task, node: key, selected: undefined, top: 0,
			});
		}

		case 'node': {
			const place = {task, node: screen.node, subTask: key};
			return push(chosen, leftLog(state, place) ?? newLogScreen(place));
		}

		case 'links': {
			return openTask(chosen, linkReference(state, key, screen.task.owner));
		}
	}
};

/** Closes the current screen; at the root there is nothing to close. */
export const goBack = (state: State): State => {
	const [root, ...above] = state.view.stack;
	return above.length === 0 ? state : {...state, view: {...state.view, stack: [root, ...above.slice(0, -1)]}};
};

/** Opens the task of the agent at that place (0-based, in the order of the agents screen), with the agents screen behind it. */
export const jumpToAgent = (state: State, index: number): State => {
	const row = rowsOf(state).filter(({type}) => type === 'agent')[index];
	if (!row) {
		return withNotice(state, `there is no agent ${index + 1}`);
	}

	const [root] = state.view.stack;
	const selected: Screen = root.type === 'agents' ? {...root, selected: row.key} : root;
	const task: Screen = {
		type: 'task', task: referenceOf(row), selected: undefined, top: 0,
	};
	return {...state, view: {...state.view, stack: [selected, task]}};
};

/** Opens the history of an owner, or goes back to it where it is open already. */
export const openHistory = (state: State, owner: string | undefined): State => {
	if (owner === undefined || !(state.agents.has(owner) || state.clusters.has(owner))) {
		return withNotice(state, 'select an agent or a cluster first: a history is one of them');
	}

	const [root, ...above] = state.view.stack;
	const place = above.findIndex(screen => screen.type === 'history' && screen.owner === owner);
	return place === -1
		? push(state, {
			type: 'history', owner, selected: undefined, top: 0,
		})
		: {...state, view: {...state.view, stack: [root, ...above.slice(0, place + 1)]}};
};

/** Follows the links of what is open: from a log the remote task that it names, from a task its only link; several are listed. */
export const openLinks = (state: State, now: Timestamp): State => {
	const screen = topScreen(state);
	if (!isTaskScreen(screen) || screen.type === 'links') {
		return screen.type === 'links' ? enter(state, now) : withNotice(state, 'open a task first: links lead from a task to another');
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
		return withNotice(state, 'this task is linked with no other');
	}

	return links.length === 1
		? openTask(state, linkReference(state, only.id, owner))
		: push(state, {
			type: 'links', task: {owner, id: dag.id}, selected: undefined, top: 0,
		});
};

/** Opens the log in which a reason of these tasks stands, with all that leads to it behind. The line itself is for the log to show. */
export const openPlace = (state: State, {task, node, subTask}: CausePlace, reasonsOf: readonly TaskReference[]): State => {
	const [root] = state.view.stack;
	const stack: State['view']['stack'] = [
		root,
		{
			type: 'task', task, selected: node, top: 0,
		},
		{
			type: 'node', task, node, selected: subTask, top: 0,
		},
		{...newLogScreen({task, node, subTask}), reasonsOf},
	];
	return {...state, view: {...state.view, stack}};
};
