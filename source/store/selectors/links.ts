// Which tasks a task is linked with: its main task, its sub-tasks on other agents, and tasks that its log lines name.

import {messages} from '../../lib/messages/messages.js';
import {type Timestamp} from '../../lib/time.js';
import {parseGenericId} from '../../protocol/ids.js';
import {remoteTaskId} from '../../protocol/logs.js';
import {isActive, outcomeLabel} from '../../protocol/outcome.js';
import {type Dag, type SubTask, type TaskNode} from '../../protocol/task.js';
import {knownTask} from '../history.js';
import {agentBehind, agentNamed, findTask, isTaskScreen, ownerLabel, topScreen} from '../lookup.js';
import {type TaskReference} from '../operations/track.js';
import {type Screen, type State} from '../state.js';
import {isFailing, untoldIn} from './cause.js';
import {missingRun} from './compare.js';
import {agentNow, selectedIndexOf, taskCells, taskOutcome, windowOf, windowTop} from './basics.js';
import {breadcrumbOf, stalenessOf} from './task-head.js';
import {type RowFilter, type Staleness, type TaskCells, type Window} from './view-types.js';

type LinkKind = 'main task' | 'sub-task' | 'remote task';

/** A link; `agent` is the "ip:port" of the agent that runs the task, empty for a cluster's task. */
type Link = {readonly key: string; readonly kind: LinkKind; readonly agent: string; readonly id: string};

const agentOf = (id: string): string => {
	const generic = parseGenericId(id);
	return generic === undefined || generic.scope === 'cluster' ? '' : generic.agent;
};

const link = (kind: LinkKind, id: string): Link => ({
	key: id, kind, agent: agentOf(id), id,
});

const remoteLinks = ({logs = []}: SubTask): readonly Link[] => logs.flatMap(line => remoteTaskId(line) ?? []).map(id => link('remote task', id));

type Linked = Pick<Dag, 'links'>;

const subLinks = (parts: readonly Linked[]): readonly Link[] => parts.flatMap(({links: {subDags}}) => Object.values(subDags).map(id => link('sub-task', id)));

/** Every link of these parts of a task once, the main task first. */
const linksIn = (dag: Dag, parts: readonly Linked[], subTasks: readonly SubTask[]): readonly Link[] => {
	const mains = parts.flatMap(({links: {mainDagId}}) => mainDagId === undefined ? [] : [link('main task', mainDagId)]);
	const remotes = subTasks.flatMap(subTask => remoteLinks(subTask));
	const byKey = new Map([...mains, ...subLinks(parts), ...remotes].toReversed().map(found => [found.key, found] as const));
	byKey.delete(dag.id);
	return byKey.values().toArray().toReversed();
};

/** Every link of a task once, the main task first. */
export const linksOf = (dag: Dag): readonly Link[] => {
	const nodes = dag.nodes ?? [];
	const subTasks = nodes.flatMap(node => node.subTasks);
	return linksIn(dag, [dag, ...nodes, ...subTasks], subTasks);
};

/** The links of one stage. */
export const linksOfStage = (dag: Dag, node: TaskNode): readonly Link[] => linksIn(dag, [node, ...node.subTasks], node.subTasks);

/** The link of one sub-task: to the task of its last attempt at another agent, or to the sub-task that its agent has in the whole task. */
export const linksOfSubTask = (dag: Dag, node: TaskNode, subTask: SubTask): readonly Link[] => {
	const own = [...subLinks([subTask]), ...remoteLinks(subTask).slice(-1)];
	const shared = subLinks([node, dag]).filter(({agent}) => agent === subTask.agent);
	return [...new Map((own.length > 0 ? own : shared).map(found => [found.key, found] as const)).values()].filter(({id}) => id !== dag.id);
};

/** Where to query a linked task: at its own agent if that is watched, else through the one behind `owner`. */
export const linkReference = (state: State, id: string, owner: string): TaskReference => {
	const watched = agentNamed(state, agentOf(id));
	if (watched !== undefined) {
		return {owner: watched, id};
	}

	const cluster = state.agents.get(owner)?.cluster ?? owner;
	const isOfCluster = state.clusters.has(cluster) && (agentOf(id) === '' || findTask(state, {owner: cluster, id}) !== undefined);
	return {owner: isOfCluster ? cluster : owner, id};
};

/** The main task of a sub-task, if nothing but that one names it: a history, a link. */
export const oldMainOf = (state: State, {links: {mainDagId: id}}: Linked, owner: string): Dag | undefined =>
	id === undefined ? undefined : knownTask(state, linkReference(state, id, owner));

/** What an ended task needs to be told whole, and is not known: its main task, and the tasks elsewhere for whose failure it failed. */
const missingBeside = (state: State, dag: Dag, owner: string): string | undefined => {
	const {mainDagId: main} = dag.links;
	if (isActive(taskOutcome(dag))) {
		return undefined;
	}

	return main !== undefined && !state.mainTasks.has(main) && !oldMainOf(state, dag, owner) ? main : untoldIn(state, dag, owner).find(id => !state.mainTasks.has(id));
};

type Missing = {readonly agent: string; readonly id: string};

/** A task that is not known, and the agent through which it can be queried. Of an ended one that is known, what it lacks of other tasks. */
export const missingOf = (state: State, task: TaskReference): Missing | undefined => {
	const dag = findTask(state, task);
	const id = dag ? missingBeside(state, dag, task.owner) : task.id;
	if (id === undefined || parseGenericId(id) === undefined) {
		return undefined;
	}

	const agent = agentBehind(state, dag ? linkReference(state, id, task.owner).owner : task.owner)?.address.key;
	return agent === undefined ? undefined : {agent, id};
};

/** What is missing of the task whose reason the user asked for, else of the open one, or of that of the preview that the cursor rests beside. */
export const selectMissingTask = (state: State): Missing | undefined => {
	if (state.view.reasonAwaited) {
		return missingOf(state, state.view.reasonAwaited);
	}

	const top = topScreen(state);
	if (top.type === 'compare') {
		const id = missingRun(state, top);
		const behind = agentBehind(state, top.task.owner)?.address.key;
		return id === undefined || behind === undefined ? undefined : {agent: behind, id};
	}

	const screen = isTaskScreen(top) && top.type !== 'links' ? top : state.view.rested;
	return screen && isTaskScreen(screen) && screen.type !== 'links' ? missingOf(state, screen.task) : undefined;
};

const shownLink = (state: State, {kind, agent, id}: Link, {owner: from, now}: {readonly owner: string; readonly now?: Timestamp}): Pick<LinkRow, 'kind' | 'place' | 'id' | 'task' | 'isFailing'> => {
	const reference = linkReference(state, id, from);
	const linked = findTask(state, reference);
	return {
		kind,
		place: agent === '' ? ownerLabel(state, reference.owner) : agent,
		id,
		isFailing: linked !== undefined && isFailing(state, linked),
		task: linked && taskCells(linked, agentNow(agentBehind(state, reference.owner), now ?? 0, linked)),
	};
};

/** The links that pass the filter, by their kind, place, id and task; kinds and outcomes in English and as shown. */
export const shownLinks = (state: State, {filter, task: {owner}}: LinksScreen, dag: Dag): readonly Link[] => {
	const links = linksOf(dag);
	const textOf = (each: Link): string => {
		const {kind, place, id, task, isFailing: hasFailed} = shownLink(state, each, {owner});
		return [kind, messages().screens.links.kinds[kind], place, id, ...(task ? [task.name, task.outcome.word, outcomeLabel(task.outcome)] : []), ...(hasFailed ? ['failing', messages().tasks.counts.failing] : [])].join(' ');
	};

	return filter ? links.filter(each => filter.test(textOf(each))) : links;
};

type LinksScreen = Extract<Screen, {type: 'links'}>;

/** The links screen: the main task and the tasks on other agents that belong to a task. */
export const selectLinks = ({state, screen, dag, now, height}: {
	readonly state: State; readonly screen: LinksScreen; readonly dag: Dag; readonly now: Timestamp; readonly height: number;
}): LinksView => {
	const links = shownLinks(state, screen, dag);
	const selected = selectedIndexOf(links, screen.selected, 0);
	const top = windowTop({
		top: screen.top, selected, height, total: links.length,
	});
	return {
		type: 'links',
		breadcrumb: breadcrumbOf(state, screen),
		staleness: stalenessOf(state, screen.task),
		filter: screen.filter && {source: screen.filter.source, hidden: linksOf(dag).length - links.length},
		list: windowOf(links, {top, height}, (each, index): LinkRow => ({key: each.key, ...shownLink(state, each, {owner: screen.task.owner, now}), isSelected: index === selected})),
	};
};

/** A linked task; `task` is known only of watched agents. */
export type LinkRow = {
	readonly key: string;
	readonly kind: LinkKind;
	/** "ip:port", or the cluster's name. */
	readonly place: string;
	readonly id: string;
	readonly task: TaskCells | undefined;
	/** It runs, but a part of it failed. */
	readonly isFailing: boolean;
	readonly isSelected: boolean;
};

export type LinksView = {
	readonly type: 'links';
	readonly breadcrumb: readonly string[];
	readonly staleness: Staleness | undefined;
	readonly filter: RowFilter | undefined;
	readonly list: Window<LinkRow>;
};
