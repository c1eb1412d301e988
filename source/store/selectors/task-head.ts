// Above the rows of a screen: where the user is, what is wrong with the agent behind a task, and why the task failed.

import {messages} from '../../lib/messages/messages.js';
import {isFinal} from '../../protocol/outcome.js';
import {type Dag} from '../../protocol/task.js';
import {agentBehind, agentNamed, errorOf, findNode, findSubTask, findTask, isTaskScreen, logFolderOf, ownerLabel} from '../lookup.js';
import {type TaskReference} from '../operations/track.js';
import {lastTaskId, type Screen, type State, type TaskScreen} from '../state.js';
import {lastReadOf, subTaskMarks, taskOutcome} from './basics.js';
import {causesIn} from './cause.js';
import {whyIn} from './reason.js';
import {shownProblem, shownText, troubleOf, unlistedText} from './connection.js';
import {type Staleness, type TaskHeader} from './view-types.js';

/** Where the user is, from the owner down; the program's name goes before it. */
export const breadcrumbOf = (state: State, screen: Screen): readonly string[] => {
	if (screen.type === 'agents') {
		return [];
	}

	if (screen.type === 'journal') {
		return [messages().tasks.crumbs.journal];
	}

	if (screen.type === 'history' && screen.owner === undefined) {
		return [messages().tasks.crumbs.wholeHistory];
	}

	if (!isTaskScreen(screen)) {
		return [ownerLabel(state, screen.owner ?? ''), messages().tasks.crumbs[screen.type === 'history' ? 'history' : 'card']];
	}

	const dag = findTask(state, screen.task);
	const crumbs = [ownerLabel(state, screen.task.owner), ...(dag ? [messages().tasks.engineName(dag.name)] : [])];
	if (screen.type === 'task') {
		return crumbs;
	}

	if (screen.type === 'compare') {
		return [...crumbs, messages().tasks.crumbs.compare];
	}

	if (screen.type === 'links') {
		return [...crumbs, messages().tasks.crumbs.links];
	}

	const node = findNode(dag, screen.node);
	if (screen.type === 'log' && screen.subTask === undefined && screen.node === undefined) {
		return [...crumbs, messages().tasks.crumbs.allLogs];
	}

	const withNode = [...crumbs, ...(node ? [messages().tasks.engineName(node.name)] : [])];
	if (screen.type === 'node') {
		return withNode;
	}

	if (screen.type === 'hits') {
		return [...withNode, messages().tasks.crumbs.hits];
	}

	if (screen.subTask === undefined) {
		return [...withNode, messages().tasks.crumbs.allLogs];
	}

	const subTask = findSubTask(node, screen.subTask);
	const mark = node && subTask ? subTaskMarks(node)(subTask) : '';
	return [...withNode, [subTask?.agent ?? messages().tasks.crumbs.log, mark].filter(text => text !== '').join(' ')];
};

/** What is wrong with the agent behind a task on screen, or why the task itself is not updated. Nothing where a list says it beside its preview. */
export const stalenessOf = (state: State, task: TaskReference): Staleness | undefined => {
	const entry = agentBehind(state, task.owner);
	const dag = findTask(state, task);
	const asOf = dag && lastReadOf(dag);
	const isUnchecked = dag?.lastReadAt !== undefined && !isFinal(taskOutcome(dag));
	const problem = entry && (shownProblem(state, entry, state.view.hour) ?? unlistedText(dag?.unlisted) ?? (isUnchecked ? messages().tasks.instead.notChecked : undefined));
	return entry && problem !== undefined && !state.view.isProblemSaid
		? {
			problem,
			asOf,
			logFolder: logFolderOf(entry),
			keys: errorOf(entry, 'key-changed'),
		}
		: undefined;
};

/** The log folder of the agent with the reason. If the task only waits, its own log is no help. */
const causeFolder = (state: State, dag: Dag, owner: string): TaskHeader['logFolder'] => {
	const [cause] = causesIn(state, dag, owner);
	if (!cause || cause.kind === 'waiting') {
		return undefined;
	}

	const [place] = cause.places;
	const entry = place?.agent === undefined ? agentBehind(state, owner) : state.agents.get(agentNamed(state, place.agent) ?? '');
	const path = logFolderOf(entry);
	return entry && path !== undefined ? {agent: entry.name ?? entry.address.label, path} : undefined;
};

/** Why a task failed or what it waits for, and the log folder that may tell more, unless `staleness` names it already. */
export const reasonOf = (state: State, dag: Dag, owner: string, staleness: Staleness | undefined): Pick<TaskHeader, 'why' | 'logFolder'> => {
	const why = whyIn(state, dag, owner);
	const logFolder = why && causeFolder(state, dag, owner);
	const behind = staleness?.logFolder === undefined ? undefined : agentBehind(state, owner);
	return {why, logFolder: behind && logFolder?.agent === (behind.name ?? behind.address.label) ? undefined : logFolder};
};

type Nothing = Pick<NothingView, 'text' | 'help' | 'isWaiting'>;

const told = (text: string): Nothing => ({text, isWaiting: false});

const whyNothing = (state: State, {owner, id}: TaskReference): Nothing => {
	const entry = state.agents.get(owner);
	const task = entry?.task ?? state.clusters.get(owner)?.task;
	const {instead} = messages().tasks;
	if (!task) {
		return told(instead.clusterNotWatched);
	}

	if (id !== lastTaskId) {
		if (state.unavailable?.id === id) {
			return told(shownText(state, state.unavailable.why));
		}

		return entry?.connection.type === 'failing' ? told(instead.unknown) : {text: instead.loading(id), isWaiting: true};
	}

	if (task.type === 'gone') {
		return told(instead.lastGone);
	}

	if (task.type === 'none') {
		return told(instead.noMaintenance);
	}

	if (entry?.connection.type !== 'failing') {
		return {text: messages().cards.connection.connecting, isWaiting: true};
	}

	// A replay cannot be helped with advice about the network.
	return {...told(instead.notReported), help: troubleOf(entry) === 'unreachable' && !state.replay ? instead.nothingResponds : undefined};
};

export const nothing = (state: State, screen: TaskScreen): NothingView => ({
	type: 'nothing',
	breadcrumb: breadcrumbOf(state, screen),
	...whyNothing(state, screen.task),
	staleness: stalenessOf(state, screen.task),
});

/** An agent without a task to show (single agent mode, or the task is gone). `help`: what to do about it. `isWaiting`: a response is on its way. */
export type NothingView = {readonly type: 'nothing'; readonly breadcrumb: readonly string[]; readonly text: string; readonly help?: string | undefined; readonly isWaiting: boolean; readonly staleness: Staleness | undefined};
