// Main tasks: which agents' last tasks belong to them, and their state; and whose each task is, as more becomes known. For those that ended see ended-tasks.ts.

import {withDetailsOf} from '../../protocol/outcome.js';
import {share} from '../../lib/structural-share.js';
import {type Timestamp} from '../../lib/time.js';
import {parseGenericId} from '../../protocol/ids.js';
import {type Dag} from '../../protocol/task.js';
import {type PollEvent} from '../actions.js';
import {absentAgentOf, countMainTasks, createLookup, findTask, isMainOfLast, isTaskScreen, lastTaskOf, ownerOfTask, taskKey} from '../lookup.js';
import {type AgentEntry, type ClusterEntry, lastTaskId, type MainTask, type Screen, type State} from '../state.js';
import {endedAs, hasEnded, newestOf, syncUnended, withEnded, withOtherTasks, withoutOutdatedSince, withRetained} from './ended-tasks.js';
import {withView} from './view.js';

const withMain = (state: State, id: string, main: MainTask): State => {
	const known = state.mainTasks.get(id);
	const shared = share(known, main);
	return shared === known ? state : {...state, mainTasks: state.mainTasks.with(id, shared)};
};

/** Main tasks that an agent lists, or saw ending, are read with its list. */
export const withListedMains = (state: State, tasks: readonly Dag[]): State => {
	let next = state;
	for (const task of state.mainTasks.size > 0 ? tasks : []) {
		const known = state.mainTasks.get(task.id);
		next = known ? withMain(next, task.id, {...known, task: withDetailsOf(known.task, task), isUnread: false, isGone: false}) : next;
	}

	return next;
};

/**
Notes the main task that an agent's last task belongs to, and forgets main tasks without any. `before` is the agent's earlier state: the
first task that is known of it is old.
*/
export const noteMain = (state: State, agent: string, {links: {mainDagId: id}}: Dag, before: AgentEntry): State => {
	const isOld = before.task.type === 'unknown';
	const left = lastTaskOf(before)?.links.mainDagId;
	const noted = id === undefined || state.mainTasks.has(id)
		? state
		: withMain(state, id, {reporter: agent, task: undefined, isGone: false, isUnread: false, isOld});
	if (left === undefined || left === id) {
		return noted;
	}

	const mainTasks = isMainOfLast(noted, left) ? noted.mainTasks : noted.mainTasks.without(left);
	const others = countMainTasks(noted) === mainTasks.size ? [] : mainTasks.keys().filter(key => !isMainOfLast(noted, key));
	return {...noted, mainTasks: mainTasks.without(...others)};
};

/** The agent that reported it first, as long as it is watched. */
const reporterOf = (state: State, known: MainTask | undefined, agent: string): string => known && state.agents.has(known.reporter) ? known.reporter : agent;

/** Stores a main task as it is now: with the tasks of the agent that owns it, if that is watched, else with those of its cluster. */
export const receiveMain = (state: State, {agent, at, id, task: response, readBefore = at}: Extract<PollEvent, {type: 'main-task-received'}>): State => {
	const known = state.mainTasks.get(id);
	const owner = ownerOfTask(state, id, reporterOf(state, known, agent));
	const read = response && newestOf(state, owner, response);
	// Of one whose details are refused, the end is queried like that of a task that left its list.
	const task = read?.isBrief ? endedAs(known?.task ?? read, read, at) : read;
	const noted = withMain(state, id, {reporter: reporterOf(state, known, agent), task: task ?? known?.task, isGone: task === undefined, isUnread: false, isOld: known?.isOld ?? false});
	if (!task) {
		const shown = (noted.agents.get(owner) ?? noted.clusters.get(owner))?.otherTasks ?? [];
		// It was shown before, and must not look as if it still ran.
		return withOtherTasks(noted, owner, shown.map(dag => dag.id === id && !hasEnded(dag) ? endedAs(dag, undefined, readBefore) : dag));
	}

	const ended = withEnded(noted, () => owner, {tasks: [], ended: [task]});
	const entry = ended.agents.get(owner) ?? ended.clusters.get(owner);
	const others = entry?.otherTasks.filter(other => other.id !== id) ?? [];
	return withoutOutdatedSince(state, withOtherTasks(ended, owner, withRetained(ended, owner, [...others, task])), [owner]);
};

/** A main task could not be read, so that what is known of it may be out of date. */
export const failMain = (state: State, {agent, id, readBefore}: Extract<PollEvent, {type: 'main-task-failed'}>): State => {
	const known = state.mainTasks.get(id);
	const owner = ownerOfTask(state, id, reporterOf(state, known, agent));
	return withMain(withUnread(state, [owner], new Map(readBefore === undefined ? [] : [[id, readBefore]])), id, {reporter: reporterOf(state, known, agent), task: known?.task, isGone: false, isOld: known?.isOld ?? false, isUnread: true});
};

/** Notes that no agent can be asked for these tasks (by id) of these owners now, and when a response last said the state of each. */
export const withUnread = (state: State, owners: Iterable<string>, times: ReadonlyMap<string, Timestamp>): State => {
	const marked = (tasks: readonly Dag[]): readonly Dag[] => tasks.some(({id}) => times.has(id))
		? tasks.map(dag => times.has(dag.id) && !dag.unlisted ? {...dag, lastReadAt: times.get(dag.id)} : dag)
		: tasks;
	let next = state;
	for (const owner of owners) {
		const cluster = next.clusters.get(owner);
		next = withOtherTasks(next, owner, marked((next.agents.get(owner) ?? cluster)?.otherTasks ?? []));
		const parts = cluster && marked(cluster.parts);
		next = cluster && parts && parts !== cluster.parts ? {...next, clusters: next.clusters.with(owner, {...cluster, otherTasks: next.clusters.get(owner)?.otherTasks ?? [], parts})} : next;
	}

	return next;
};

// A task's id says whose it is: it names an agent, or a cluster. Until that agent or cluster is known, the agent that reported the
// task has it. What is learned later moves it, so the order of the responses does not matter.

/**
Whether a listed task is the sub-task of a main task at an agent that is not watched.

Every member lists it, so it is not a task of the agent that listed it, and its end may never be seen: there is no row of it, and nothing waits for it.
*/
export const isPartElsewhere = (state: State, {id, links: {mainDagId}}: Dag): boolean => mainDagId !== undefined && absentAgentOf(state, id) !== undefined;

const namedIn = (tasks: readonly Dag[]): readonly string[] => tasks.flatMap(({id}) => {
	const generic = parseGenericId(id);
	return generic === undefined || generic.scope === 'cluster' ? [] : [generic.agent];
});

const agentsWith = createLookup<AgentEntry>(({otherTasks}) => namedIn(otherTasks));

const clustersWith = createLookup<ClusterEntry>(({otherTasks, parts}) => namedIn([...otherTasks, ...parts]));

const without = (state: State, holder: string, id: string): State => {
	const cluster = state.clusters.get(holder);
	const left = (tasks: readonly Dag[]): readonly Dag[] => tasks.filter(dag => dag.id !== id);
	return cluster
		? {...state, clusters: state.clusters.with(holder, {...cluster, otherTasks: left(cluster.otherTasks), parts: left(cluster.parts)})}
		: withOtherTasks(state, holder, left(state.agents.get(holder)?.otherTasks ?? []));
};

const withMoved = (state: State, dag: Dag, from: string, to: string): State => {
	const cluster = state.clusters.get(to);
	const left = without(state, from, dag.id);
	if (cluster && isPartElsewhere(state, dag)) {
		return {...left, clusters: left.clusters.with(to, {...cluster, parts: [...cluster.parts.filter(({id}) => id !== dag.id), dag]})};
	}

	const owner = left.agents.get(to) ?? left.clusters.get(to);
	const isKnown = lastTaskOf(owner)?.id === dag.id || (owner?.otherTasks.some(({id}) => id === dag.id) ?? false);
	const moved = isKnown || !owner ? left : withOtherTasks(left, to, [...owner.otherTasks, dag]);
	return moved.endedKeys.has(taskKey({owner: from, id: dag.id}))
		? {...moved, endedKeys: moved.endedKeys.without(taskKey({owner: from, id: dag.id})).with(taskKey({owner: to, id: dag.id}), moved.endedKeys.get(taskKey({owner: from, id: dag.id})) ?? 'list')}
		: moved;
};

/** Open screens follow tasks that moved. */
const withScreensFollowing = (state: State): State => {
	const follow = (screen: Screen): Screen => {
		if (!isTaskScreen(screen) || screen.task.id === lastTaskId || findTask(state, screen.task)) {
			return screen;
		}

		const task = {...screen.task, owner: ownerOfTask(state, screen.task.id, screen.task.owner)};
		return task.owner !== screen.task.owner && findTask(state, task) ? {...screen, task} : screen;
	};

	const [root, ...above] = state.view.stack;
	const followed = above.map(screen => follow(screen));
	return followed.every((screen, index) => screen === above[index]) ? state : withView(state, {stack: [root, ...followed]});
};

/** Moves tasks to their owners after names or clusters of agents were learned. */
export const withOwnersOf = (before: State, state: State): State => {
	const learned = state.agents.changedSince(before.agents).filter(key => {
		const [was, is] = [before.agents.get(key), state.agents.get(key)];
		return was?.name !== is?.name || was?.cluster !== is?.cluster;
	});
	const names = learned.flatMap(key => state.agents.get(key)?.name ?? []);
	const holders = new Set([...learned, ...names.flatMap(name => [...agentsWith.keys(state.agents, name), ...clustersWith.keys(state.clusters, name)])]);
	let next = state;
	for (const holder of holders) {
		const [agent, cluster] = [state.agents.get(holder), state.clusters.get(holder)];
		for (const dag of [...agent?.otherTasks ?? [], ...cluster?.otherTasks ?? [], ...cluster?.parts ?? []]) {
			const owner = ownerOfTask(state, dag.id, holder);
			next = owner === holder ? next : withMoved(next, dag, holder, owner);
		}
	}

	return withScreensFollowing(next === state ? state : syncUnended(state, next));
};
