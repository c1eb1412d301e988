// Main tasks and their sub-tasks, and which tasks outside maintenance stay in sight after they have ended.

import {share} from '../../lib/structural-share.js';
import {type Timestamp} from '../../lib/time.js';
import {withDetailsOf} from '../../protocol/brief-task.js';
import {isLaterId} from '../../protocol/ids.js';
import {isActive, isFault, isGone} from '../../protocol/outcome.js';
import {type Dag} from '../../protocol/task.js';
import {type PollEvent} from '../actions.js';
import {
	countMainTasks,
	createLookup,
	findTask,
	isMainOfLast,
	isTaskScreen,
	lastTaskOf,
	mainTaskOf,
	ownerOfTask,
	taskKey,
	topScreen,
} from '../lookup.js';
import {currentRow, referenceOf} from '../selectors/agent-rows.js';
import {taskOutcome} from '../selectors/basics.js';
import {type AgentEntry, type ClusterEntry, type MainTask, type State} from '../state.js';
import {endedAs, hasEnded} from './ended-tasks.js';
import {withNotice} from './view.js';

type Owner = Pick<AgentEntry | ClusterEntry, 'task' | 'otherTasks'>;

// Of each owner, the newest: something that fails every hour must not fill the screen and the memory for months.
const keptFailures = 20;

/** Failures that only a history tells of: so many of each owner, the newest. */
const keptFromHistory = 5;

const isEndedFault = (state: State, owner: string, dag: Dag): boolean => state.endedKeys.has(taskKey({owner, id: dag.id})) && isFault(taskOutcome(dag));

/** Whether nothing more comes of a task that a person may want to see: it failed, or nobody will ever know how it ended. */
const isLeftOver = (state: State, owner: string, dag: Dag): boolean => isEndedFault(state, owner, dag) || isGone(taskOutcome(dag));

/** A sub-task that did its part counts with its main task: only that one tells whether the whole succeeded. */
const hasSucceeded = (state: State, dag: Dag): boolean => {
	const {word} = taskOutcome(dag);
	const main = word === 'ended' ? mainTaskOf(state, dag)?.task : undefined;
	return word === 'succeeded' || (main !== undefined && taskOutcome(main).word === 'succeeded');
};

/** Whether something newer of the same owner has succeeded, so that nobody needs to look at what is left over any more. */
const isOutdated = (state: State, failed: Dag, tasks: readonly Dag[]): boolean =>
	tasks.some(dag => isLaterId(dag.id, failed.id) && hasSucceeded(state, dag));

const tasksOf = ({task, otherTasks}: Owner): readonly Dag[] => [...(task.type === 'known' ? [task.dag] : []), ...otherTasks];

/**
The tasks outside maintenance to show of an owner (its key), where `next` are those that agents list or saw ending just now.

Of those known before, main tasks of last tasks stay, and the last failed ones until something newer of the owner succeeds or somebody dismisses them.
*/
export const withRetained = (state: State, key: string, next: readonly Dag[]): readonly Dag[] => {
	const owner = state.agents.get(key) ?? state.clusters.get(key);
	const before = owner?.otherTasks ?? [];
	const ids = new Set(next.map(({id}) => id));
	const left = before.filter(({id}) => !ids.has(id));
	const mains = new Set(left.filter(({id}) => state.mainTasks.has(id) && isMainOfLast(state, id)));
	const failed = new Set(left.filter(dag => !mains.has(dag) && isEndedFault(state, key, dag)).slice(0, keptFailures));
	const all = [...next.map(task => withDetailsOf(before.find(({id}) => id === task.id), task)), ...left.filter(dag => mains.has(dag) || failed.has(dag))];
	const known = [...(owner ? tasksOf(owner) : []), ...all];
	return all.filter(dag => !isLeftOver(state, key, dag) || (!state.dismissedKeys.has(taskKey({owner: key, id: dag.id})) && !isOutdated(state, dag, known)));
};

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

/** Takes note of which tasks have ended: among an owner's tasks they cannot be told from unfinished ones. */
export const withEnded = (state: State, ownerOf: (id: string) => string, {tasks, ended}: {readonly tasks: readonly Dag[]; readonly ended: readonly Dag[]}): State => {
	const keyOf = ({id}: Dag): string => taskKey({owner: ownerOf(id), id});
	const listed = tasks.map(dag => keyOf(dag)).filter(key => state.endedKeys.has(key));
	const news = ended.filter(dag => isFault(taskOutcome(dag))).map(dag => keyOf(dag)).filter(key => !state.endedKeys.has(key));
	if (listed.length === 0 && news.length === 0) {
		return state;
	}

	let endedKeys = state.endedKeys.without(...listed);
	for (const key of news) {
		endedKeys = endedKeys.with(key, true);
	}

	return {...state, endedKeys};
};

const withOtherTasks = (state: State, key: string, otherTasks: readonly Dag[]): State => {
	const [agent, cluster] = [state.agents.get(key), state.clusters.get(key)];
	const shared = share(agent?.otherTasks ?? cluster?.otherTasks, otherTasks);
	if (agent && shared !== agent.otherTasks) {
		return {...state, agents: state.agents.with(key, {...agent, otherTasks: shared})};
	}

	return cluster && shared !== cluster.otherTasks ? {...state, clusters: state.clusters.with(key, {...cluster, otherTasks: shared})} : state;
};

/** Lets go of an owner's tasks that something newer made out of date, or that were dismissed. */
export const withoutOutdatedOf = (state: State, key: string): State => {
	const otherTasks = (state.agents.get(key) ?? state.clusters.get(key))?.otherTasks ?? [];
	return otherTasks.some(dag => isLeftOver(state, key, dag)) ? withOtherTasks(state, key, withRetained(state, key, otherTasks)) : state;
};

const withoutOutdatedOfAll = (state: State, keys: Iterable<string>): State => {
	let next = state;
	for (const key of keys) {
		next = withoutOutdatedOf(next, key);
	}

	return next;
};

/** The same of all owners. */
const withoutOutdated = (state: State): State => withoutOutdatedOfAll(state, [...state.agents.keys(), ...state.clusters.keys()]);

/**
What an owner's history tells of failures that ended out of sight, such as a check's: they join its tasks, so that they stay in sight until something newer of it succeeds or a person dismisses them.

Sub-tasks count with their main task, and what was not read with its details is not known to have failed.
*/
export const withFailuresOf = (state: State, key: string, history: readonly Dag[]): State => {
	const owner = state.agents.get(key) ?? state.clusters.get(key);
	if (!owner) {
		return state;
	}

	const shown = new Set(tasksOf(owner).map(({id}) => id));
	const known = [...history, ...tasksOf(owner)];
	const isWanted = (dag: Dag): boolean => !shown.has(dag.id) && !state.dismissedKeys.has(taskKey({owner: key, id: dag.id})) && !isOutdated(state, dag, known);
	const failed = history.filter(dag => isFault(taskOutcome(dag)) && dag.links.mainDagId === undefined && isWanted(dag))
		.toSorted((one, other) => other.dagId - one.dagId)
		.slice(0, keptFromHistory);
	return failed.length === 0 ? state : withOtherTasks(withEnded(state, () => key, {tasks: [], ended: failed}), key, [...owner.otherTasks, ...failed]);
};

const mainsOf = (owner: Owner): readonly string[] => tasksOf(owner).flatMap(({links: {mainDagId}}) => mainDagId ?? []);

const agentsByMain = createLookup<AgentEntry>(entry => mainsOf(entry));

const clustersByMain = createLookup<ClusterEntry>(entry => mainsOf(entry));

/** The same of the owners that something changed for since `before`, and of these: a main task decides for sub-tasks of many. */
export const withoutOutdatedSince = (before: State, state: State, keys: readonly string[]): State => {
	const {agents, clusters, mainTasks} = state;
	const mains = mainTasks.changedSince(before.mainTasks);
	return withoutOutdatedOfAll(state, new Set([
		...keys,
		...agents.changedSince(before.agents),
		...clusters.changedSince(before.clusters),
		...mains.flatMap(id => [...agentsByMain.keys(agents, id), ...clustersByMain.keys(clusters, id)]),
	]));
};

/** Takes note of the main task that an agent's last task belongs to, and forgets those that nobody's belongs to any more. `before` is the agent as it was: the first task that is known of it is old. */
export const noteMain = (state: State, agent: string, {links: {mainDagId: id}}: Dag, before: AgentEntry): State => {
	const isOld = before.task.type === 'unknown';
	const left = lastTaskOf(before)?.links.mainDagId;
	const noted = id === undefined || state.mainTasks.has(id)
		? state
		: withMain(state, id, {owner: ownerOfTask(state, id, agent), task: undefined, isGone: false, isUnread: false, isOld});
	if (left === undefined || left === id) {
		return noted;
	}

	const mainTasks = isMainOfLast(noted, left) ? noted.mainTasks : noted.mainTasks.without(left);
	const others = countMainTasks(noted) === mainTasks.size ? [] : mainTasks.keys().filter(key => !isMainOfLast(noted, key));
	return {...noted, mainTasks: mainTasks.without(...others)};
};

/** A main task as it is by now. It stands with the tasks of the agent that owns it, if that one is watched, else with those of the one that was polled. */
export const receiveMain = (state: State, {agent, at, id, task}: Extract<PollEvent, {type: 'main-task-received'}>): State => {
	const known = state.mainTasks.get(id);
	const owner = ownerOfTask(state, id, agent);
	const noted = withMain(state, id, {owner, task: task ?? known?.task, isGone: task === undefined, isUnread: false, isOld: known?.isOld ?? false});
	if (!task) {
		const shown = (noted.agents.get(owner) ?? noted.clusters.get(owner))?.otherTasks ?? [];
		// It was there before: it must not stay as if it still ran.
		return withOtherTasks(noted, owner, shown.map(dag => dag.id === id && !hasEnded(dag) ? endedAs(dag, undefined, at) : dag));
	}

	const ended = isActive(taskOutcome(task)) ? noted : withEnded(noted, () => owner, {tasks: [], ended: [task]});
	const entry = ended.agents.get(owner) ?? ended.clusters.get(owner);
	const others = entry?.otherTasks.filter(other => other.id !== id) ?? [];
	return withoutOutdatedSince(state, withOtherTasks(ended, owner, withRetained(ended, owner, [...others, task])), [owner]);
};

/** A main task could not be read: what was known of it may be out of date. */
export const failMain = (state: State, {agent, id}: Extract<PollEvent, {type: 'main-task-failed'}>): State => {
	const known = state.mainTasks.get(id);
	const owner = known?.owner ?? ownerOfTask(state, id, agent);
	return withMain(state, id, {owner, task: known?.task, isGone: false, isOld: known?.isOld ?? false, isUnread: true});
};

const whyNotDismissed = (dag: Dag | undefined, isLast: boolean): string => {
	if (!dag || !isFault(taskOutcome(dag))) {
		return 'Only a failed task can be dismissed';
	}

	return isLast ? 'The last task of an agent or cluster always stays' : 'Still unfinished: it holds its agent until you act (x)';
};

/** A person has seen enough of the open or selected task, which failed or is gone. Only what has ended goes: an unfinished task still holds its agent, and a last one would come back with the next response. */
export const dismissTask = (state: State, now: Timestamp): State => {
	const screen = topScreen(state);
	const row = currentRow(state, now);
	const reference = isTaskScreen(screen) ? screen.task : row && referenceOf(row);
	const dag = reference && findTask(state, reference);
	const isLast = reference !== undefined && lastTaskOf(state.agents.get(reference.owner) ?? state.clusters.get(reference.owner))?.id === dag?.id;
	if (!dag || isLast || !isLeftOver(state, reference.owner, dag)) {
		return withNotice(state, whyNotDismissed(dag, isLast), true);
	}

	const kept = isTaskScreen(screen) ? {...state, kept: new Map(state.kept).set(dag.id, dag)} : state;
	const dismissedKeys = new Set(kept.dismissedKeys).add(taskKey({owner: reference.owner, id: dag.id}));
	return withNotice(withoutOutdated({...kept, dismissedKeys}), `Dismissed: ${dag.name}`);
};
