// How tasks end, as far as the state knows, and which ended ones stay on screen.
//
// Some are no longer listed before they have ended: another task becomes the owner's last one, or a list leaves one out.
// They stay among the owner's other tasks, and `state.unended` says whose end to query (source/poller/end-watch.ts).
// Of the ended ones, `state.endedKeys` holds the failures, which stay until something newer of the owner succeeds or the user dismisses them.

import {messages} from '../../lib/messages/messages.js';
import {isEndUnknown, isFault, isFinal, isUnread, withDetailsOf, withLastLineAt} from '../../protocol/outcome.js';
import {share} from '../../lib/structural-share.js';
import {type Timestamp} from '../../lib/time.js';
import {type AgentError, isAboutDetails} from '../../protocol/errors.js';
import {identityOf, isLookedBackAt} from '../../protocol/identity.js';
import {isLaterId} from '../../protocol/ids.js';
import {type Dag} from '../../protocol/task.js';
import {createLookup, findTask, isMainOfLast, isTaskScreen, keptKey, lastTaskOf, mainTaskOf, taskKey, topScreen} from '../lookup.js';
import {isOldFailure} from '../history.js';
import {currentRow, referenceOf} from '../selectors/agent-rows.js';
import {taskOutcome} from '../selectors/basics.js';
import {whyIn} from '../selectors/reason.js';
import {type TaskReference} from '../operations/track.js';
import {type AgentEntry, type ClusterEntry, type EndedFrom, lastTaskId, type Screen, type State, type TaskEnd} from '../state.js';
import {withNotice, withView} from './view.js';

/** How many of each owner are kept, the newest. */
const keptUnlisted = 5;

/** Whether a task is over, as far as is known: not if it waits, or if its details are not read. */
export const hasEnded = (dag: Dag): boolean => {
	const outcome = taskOutcome(dag);
	return isFinal(outcome) && !isEndUnknown(outcome);
};

const isToBeAsked = ({unlisted}: Dag): boolean => unlisted !== undefined && unlisted.end !== 'unasked' && unlisted.end !== 'gone';

/** Marks a task that is no longer listed, and was last read at that time. One that has ended needs no mark. */
export const outOfSight = (dag: Dag, readAt: Timestamp): Dag => dag.unlisted ? dag : {...dag, unlisted: {seenAt: dag.lastReadAt ?? readAt, end: 'asked'}, lastReadAt: undefined};

/** An owner's other tasks: the listed ones, and those that were listed before. `lost` were just found to be no longer shown, and marked. */
export const otherTasksOf = (listed: readonly Dag[], before: readonly Dag[], lost: readonly Dag[]): readonly Dag[] => {
	const ids = new Set(listed.map(({id}) => id));
	const unlisted = [...before.filter(dag => dag.unlisted), ...lost].filter(({id}) => !ids.has(id));
	return [...listed, ...new Map(unlisted.map(dag => [dag.id, dag])).values().toArray().slice(-keptUnlisted)];
};

type Owner = Pick<AgentEntry | ClusterEntry, 'task' | 'otherTasks' | 'ends'>;

const byOwner = createLookup<TaskReference>(({owner}) => [owner]);

const changedOwners = function * (before: State, after: State): Generator<readonly [string, Owner]> {
	for (const key of after.agents.changedSince(before.agents)) {
		const entry = after.agents.get(key);
		if (entry && entry.otherTasks !== before.agents.get(key)?.otherTasks) {
			yield [key, entry];
		}
	}

	for (const key of after.clusters.changedSince(before.clusters)) {
		const entry = after.clusters.get(key);
		if (entry && entry.otherTasks !== before.clusters.get(key)?.otherTasks) {
			yield [key, entry];
		}
	}
};

/** Updates `unended` for these owners. */
export const syncUnended = (before: State, state: State): State => {
	if (state.agents === before.agents && state.clusters === before.clusters) {
		return state;
	}

	let {unended} = state;
	for (const [owner, {otherTasks}] of changedOwners(before, state)) {
		const wanted = new Map(otherTasks.filter(dag => isToBeAsked(dag)).map(({id}) => [taskKey({owner, id}), {owner, id}]));
		for (const key of byOwner.keys(unended, owner)) {
			unended = wanted.has(key) ? unended : unended.without(key);
		}

		for (const [key, task] of wanted) {
			unended = unended.has(key) ? unended : unended.with(key, task);
		}
	}

	return unended === state.unended ? state : {...state, unended};
};

/** How many ends of each owner are remembered, the newest. */
const keptEnds = 10;

/** Remembers the tasks of these owners that had ended and are gone now. */
const endsAfter = (before: Owner | undefined, after: Owner): readonly TaskEnd[] | undefined => {
	const shown = new Set(tasksOf(after).map(({id}) => id));
	const left = before ? tasksOf(before).filter(dag => !shown.has(dag.id) && hasEnded(dag)) : [];
	const ids = new Set(left.map(({id}) => id));
	return left.length === 0 ? after.ends : [...(after.ends ?? []).filter(({id}) => !ids.has(id)), ...left.map(dag => ({id: dag.id, state: dag.state, startTime: dag.startTime, outcome: taskOutcome(dag)}))].slice(-keptEnds);
};

/** Updates `ends` for the owners that changed. */
export const syncEnds = (before: State, state: State): State => {
	let {agents, clusters} = state;
	for (const key of agents === before.agents ? [] : agents.changedSince(before.agents)) {
		const entry = agents.get(key);
		const ends = entry && endsAfter(before.agents.get(key), entry);
		agents = entry && ends !== entry.ends ? agents.with(key, {...entry, ends}) : agents;
	}

	for (const key of clusters === before.clusters ? [] : clusters.changedSince(before.clusters)) {
		const entry = clusters.get(key);
		const ends = entry && endsAfter(before.clusters.get(key), entry);
		clusters = entry && ends !== entry.ends ? clusters.with(key, {...entry, ends}) : clusters;
	}

	return agents === state.agents && clusters === state.clusters ? state : {...state, agents, clusters};
};

/**
Whether a response about a task of that owner (its key) is older than the end that was seen of it. What succeeded never runs again under its
id, and a retry begins anew.
*/
export const isOutrun = (state: State, key: string, task: Dag): boolean => {
	const owner = state.agents.get(key) ?? state.clusters.get(key);
	if (!owner || task.state === 'SUCCEED') {
		return false;
	}

	const end = tasksOf(owner).find(dag => dag.id === task.id && hasEnded(dag)) ?? owner.ends?.find(({id}) => id === task.id);
	if (!end || end.state === task.state) {
		return false;
	}

	return task.startTime === undefined ? end.state === 'SUCCEED' : end.startTime !== undefined && task.startTime <= end.startTime;
};

/** A response about a task of that owner (its key), or what is known if that is of a later stage: two agents, or two requests, can overtake each other. */
export const newestOf = (state: State, key: string, task: Dag): Dag => {
	const owner = state.agents.get(key) ?? state.clusters.get(key);
	const known = owner && tasksOf(owner).find(({id}) => id === task.id);
	const isSameRun = known?.operator === 'RUN' && task.operator === 'RUN' && task.startTime !== undefined && known.startTime === task.startTime && !known.unlisted;
	return known && isSameRun && known.state === task.state && known.stage > task.stage ? {...known, lastReadAt: undefined} : task;
};

/** A screen of an owner's last task, whichever that is, becomes one of this very task, because there is no newer one to go on to. */
export const pinOpenTask = (state: State, owner: string, id: string): State => {
	const pinned = (screen: Screen): Screen => isTaskScreen(screen) && screen.task.owner === owner && screen.task.id === lastTaskId
		? {...screen, task: {owner, id}}
		: screen;
	const [first, ...rest] = state.view.stack;
	return withView(state, {stack: [pinned(first), ...rest.map(screen => pinned(screen))]});
};

/** Whether a screen of a task says why it failed, also if its main task went on without it. */
const saysFailure = (state: State, owner: string, dag: Dag): boolean => isFault(taskOutcome(dag)) || (taskOutcome(dag).word === 'ended' && whyIn(state, dag, owner) !== undefined);

/**
Marks the screens of a task that another one replaces. A screen of the owner's last task goes on to the new one, unless it says why the
replaced task failed, or a part of that is open above it: closing that part must lead back to the same task.
*/
export const pinReplacedTask = (state: State, owner: string, {replaced, by: {id: byId, name}}: {readonly replaced: Dag; readonly by: Dag}): State => {
	const {stack} = state.view;
	const isOf = (screen: Screen, id: string): boolean => isTaskScreen(screen) && screen.task.owner === owner && screen.task.id === id;
	const part = saysFailure(state, owner, replaced) ? stack.length : stack.findLastIndex(screen => isOf(screen, replaced.id));
	const pinned = (screen: Screen, index: number): Screen => screen.type === 'task' && (isOf(screen, replaced.id) || (isOf(screen, lastTaskId) && index < part))
		? {...screen, task: {owner, id: replaced.id}, replacedBy: {id: byId, name}}
		: screen;
	const [first, ...rest] = stack;
	return part === -1 ? state : withView(state, {stack: [pinned(first, 0), ...rest.map((screen, index) => pinned(screen, index + 1))]});
};

/** A task that is no longer listed, after it was fetched once more; undefined: no task has that id any more. */
export const endedAs = (known: Dag, response: Dag | undefined, at: Timestamp): Dag => {
	if (!response) {
		return {...known, unlisted: {seenAt: known.unlisted?.seenAt ?? at, end: 'gone'}};
	}

	const task = withDetailsOf(known, response);
	if (hasEnded(task)) {
		return task;
	}

	// The details were refused before, so the head is all that agents give.
	return known.refusal && isUnread(taskOutcome(task)) ? {...task, refusal: known.refusal, unlisted: {seenAt: at, end: 'refused'}} : {...task, unlisted: {seenAt: at, end: 'asked'}};
};

/** It could not be read, and is not updated any more. */
export const unreadable = (known: Dag, error: AgentError, at: Timestamp): Dag => known.unlisted?.end === 'refused'
	? known
	: {...known, refusal: isAboutDetails(error) ? error : known.refusal, unlisted: {seenAt: known.unlisted?.seenAt ?? at, end: 'unreadable'}};

// Which tasks outside maintenance stay on screen after they ended.

// Only the newest of each owner: something that fails every hour must not fill the screen and the memory for months.
const keptFailures = 20;

/** Failures that only a history lists: so many of each owner, the newest. */
const keptFromHistory = 5;

const isEndedFault = (state: State, owner: string, dag: Dag): boolean => state.endedKeys.has(taskKey({owner, id: dag.id})) && isFault(taskOutcome(dag));

/** Whether a task is over that a person may want to see: it failed, or its end will never be known. */
const isLeftOver = (state: State, owner: string, dag: Dag): boolean => isEndedFault(state, owner, dag) || isEndUnknown(taskOutcome(dag));

/** A sub-task that did its part counts with its main task, which alone tells whether the whole succeeded. */
const hasSucceeded = (state: State, dag: Dag): boolean => {
	const {word} = taskOutcome(dag);
	const main = word === 'ended' ? mainTaskOf(state, dag)?.task : undefined;
	return word === 'succeeded' || (main !== undefined && taskOutcome(main).word === 'succeeded');
};

/** Whether a newer task of the same owner succeeded, so that an older failure no longer matters. */
const isOutdated = (state: State, failed: Dag, tasks: readonly Dag[]): boolean =>
	tasks.some(dag => isLaterId(dag.id, failed.id) && hasSucceeded(state, dag));

const tasksOf = ({task, otherTasks}: Owner): readonly Dag[] => [...(task.type === 'known' ? [task.dag] : []), ...otherTasks];

/**
The tasks outside maintenance to show of an owner (its key). `next` are those that agents list or just saw ending.
Of the earlier ones, main tasks of last tasks stay, and the last failed ones until something newer of the owner succeeds or the user
dismisses them.
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

/** Notes which tasks have ended: an owner's list does not tell them from unfinished ones. */
export const withEnded = (state: State, ownerOf: (id: string) => string, {tasks, ended}: {readonly tasks: readonly Dag[]; readonly ended: readonly Dag[]}, from: EndedFrom = 'list'): State => {
	const keyOf = ({id}: Dag): string => taskKey({owner: ownerOf(id), id});
	const listed = tasks.map(dag => keyOf(dag)).filter(key => state.endedKeys.has(key));
	const news = ended.filter(dag => isFault(taskOutcome(dag))).map(dag => keyOf(dag)).filter(key => !state.endedKeys.has(key));
	if (listed.length === 0 && news.length === 0) {
		return state;
	}

	let endedKeys = state.endedKeys.without(...listed);
	for (const key of news) {
		endedKeys = endedKeys.with(key, from);
	}

	return {...state, endedKeys};
};

export const withOtherTasks = (state: State, key: string, otherTasks: readonly Dag[]): State => {
	const [agent, cluster] = [state.agents.get(key), state.clusters.get(key)];
	const shared = share(agent?.otherTasks ?? cluster?.otherTasks, otherTasks);
	if (agent && shared !== agent.otherTasks) {
		return {...state, agents: state.agents.with(key, {...agent, otherTasks: shared})};
	}

	return cluster && shared !== cluster.otherTasks ? {...state, clusters: state.clusters.with(key, {...cluster, otherTasks: shared})} : state;
};

const withLastDag = <Entry extends AgentEntry | ClusterEntry>(entry: Entry, dag: Dag): Entry => entry.task.type === 'known' ? {...entry, task: {...entry.task, dag}} : entry;

/** The same task with more known of it, wherever it is kept. */
const withTask = (state: State, {owner, id}: TaskReference, dag: Dag): State => {
	const [agent, cluster] = [state.agents.get(owner), state.clusters.get(owner)];
	if (id === lastTaskId || lastTaskOf(agent ?? cluster)?.id === id) {
		const next = agent ? {...state, agents: state.agents.with(owner, withLastDag(agent, dag))} : state;
		return cluster ? {...next, clusters: next.clusters.with(owner, withLastDag(cluster, dag))} : next;
	}

	const others = (agent ?? cluster)?.otherTasks ?? [];
	if (others.some(other => other.id === id)) {
		return withOtherTasks(state, owner, others.map(other => other.id === id ? dag : other));
	}

	const key = keptKey(state, {owner, id});
	return state.kept.has(key) ? {...state, kept: new Map(state.kept).set(key, dag)} : state;
};

/** Notes when a sub-task of an open task failed that was passed since: the last line of its log (`times`) says so. */
export const withFailureTime = (state: State, subTask: string, times: Float64Array): State => {
	const at = times.findLast(time => !Number.isNaN(time));
	const screens = [...state.view.stack, ...(state.view.rested ? [state.view.rested] : [])];
	let next = state;
	for (const screen of at === undefined ? [] : screens) {
		const dag = isTaskScreen(screen) ? findTask(next, screen.task) : undefined;
		const timed = dag && at !== undefined ? withLastLineAt(dag, subTask, at) : dag;
		next = timed && timed !== dag && isTaskScreen(screen) ? withTask(next, screen.task, timed) : next;
	}

	return next;
};

/** Discards an owner's tasks that a newer one made out of date, or that were dismissed. */
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

/** The same for all owners. */
const withoutOutdated = (state: State): State => withoutOutdatedOfAll(state, [...state.agents.keys(), ...state.clusters.keys()]);

/**
Adds the newest failures that only an owner's history lists, such as a failed check, to its tasks, until something newer succeeds or the user
dismisses them. Sub-tasks count with their main task, and a task without details is not known to have failed.
*/
export const withFailuresOf = (state: State, key: string, history: readonly Dag[], now: Timestamp): State => {
	const owner = state.agents.get(key) ?? state.clusters.get(key);
	// For agents whose history is not read at the start, opening it must not change the table.
	if (!owner || ('info' in owner && !isLookedBackAt(identityOf(owner.info, owner.status)))) {
		return state;
	}

	const tasks = tasksOf(owner);
	const shown = new Set(tasks.map(({id}) => id));
	const newestFirst = history.toSorted((one, other) => other.dagId - one.dagId);
	const success = newestFirst.findIndex(dag => hasSucceeded(state, dag));
	const failed = (success === -1 ? newestFirst : newestFirst.slice(0, success))
		.filter(dag => isFault(taskOutcome(dag)) && dag.links.mainDagId === undefined && !isOldFailure(dag, now))
		.slice(0, keptFromHistory)
		.filter(dag => !shown.has(dag.id) && !state.dismissedKeys.has(taskKey({owner: key, id: dag.id})) && !isOutdated(state, dag, tasks));
	return failed.length === 0 ? state : withOtherTasks(withEnded(state, () => key, {tasks: [], ended: failed}, 'history'), key, [...owner.otherTasks, ...failed]);
};

const mainsOf = (owner: Owner): readonly string[] => tasksOf(owner).flatMap(({links: {mainDagId}}) => mainDagId ?? []);

const agentsByMain = createLookup<AgentEntry>(entry => mainsOf(entry));

const clustersByMain = createLookup<ClusterEntry>(entry => mainsOf(entry));

/** The same for the owners that changed since `before`, and for these: a main task decides for the sub-tasks of many. */
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

/** Applies the result of fetching a task that is no longer listed; undefined if that id is none of them. */
export const withEnd = (state: State, {agent, id}: {readonly agent: string; readonly id: string}, change: (dag: Dag) => Dag): State | undefined => {
	const owner = [agent, state.agents.get(agent)?.cluster].find(key => key !== undefined && state.unended.has(taskKey({owner: key, id})));
	const otherTasks = (state.agents.get(owner ?? '') ?? state.clusters.get(owner ?? ''))?.otherTasks.map(dag => dag.id === id && dag.unlisted ? change(dag) : dag);
	const changed = otherTasks?.find(dag => dag.id === id);
	if (owner === undefined || !otherTasks || !changed) {
		return undefined;
	}

	const next = withEnded(withOtherTasks(state, owner, otherTasks), () => owner, {tasks: [], ended: changed.unlisted ? [] : [changed]});
	// A screen of it keeps showing it after its row is gone.
	const kept = keptKey(next, {owner, id});
	return next.kept.has(kept) ? {...next, kept: new Map(next.kept).set(kept, changed)} : next;
};

const whyNotDismissed = (dag: Dag | undefined, isLast: boolean): string => {
	const {notices} = messages();
	if (!dag || !isFault(taskOutcome(dag))) {
		return notices.onlyFailed;
	}

	return isLast ? notices.lastStays : notices.unfinished;
};

/** A second notice takes the place of the first, so each is true of all that were dismissed. */
const whatIsDismissed = ({dismissedKeys: {size}}: State, dag: Dag): string => {
	const {notices, tasks} = messages();
	const name = tasks.engineName(dag.name);
	return size === 1 ? notices.dismissed(name) : notices.dismissedMany(size, name);
};

/**
Dismisses the open or selected task, which failed or is gone. Only an ended one: an unfinished task still locks its agent, and a last task
would come back with the next response.
*/
export const dismissTask = (state: State, now: Timestamp): State => {
	const screen = topScreen(state);
	const row = currentRow(state, now);
	const reference = isTaskScreen(screen) ? screen.task : row && referenceOf(row);
	const dag = reference && findTask(state, reference);
	const isLast = reference !== undefined && lastTaskOf(state.agents.get(reference.owner) ?? state.clusters.get(reference.owner))?.id === dag?.id;
	if (!dag || isLast || !isLeftOver(state, reference.owner, dag)) {
		const {size} = state.dismissedKeys;
		const why = whyNotDismissed(dag, isLast);
		return withNotice(state, size === 0 ? why : messages().notices.withDismissed(why, size), true);
	}

	const kept = isTaskScreen(screen) ? {...state, kept: new Map(state.kept).set(keptKey(state, {owner: reference.owner, id: dag.id}), dag)} : state;
	const dismissedKeys = new Set(kept.dismissedKeys).add(taskKey({owner: reference.owner, id: dag.id}));
	const dismissed = withoutOutdated({...kept, dismissedKeys});
	return withNotice(dismissed, whatIsDismissed(dismissed, dag));
};
