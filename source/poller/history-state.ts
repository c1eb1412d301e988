// What is known about an open history, and what to request next. No timers: it is requested when it is opened, when more of it is scrolled to, and on refresh.

import {parseGenericId} from '../protocol/ids.js';
import {type AgentError} from '../protocol/errors.js';
import {needsDetails} from '../protocol/outcome.js';
import {type Dag} from '../protocol/task.js';
import {type HistoryFocus, isSince} from '../store/history.js';
import {runName} from '../store/runs.js';

/** How many tasks of a list are kept, and how many are fetched one by one: each is a request that a follower's master must respond to, too. `runs`: how many of a name are read in full; `searched`: among how many other runs are looked for. */
export const historyLimits = {listed: 1000, walked: 200, missing: 3, runs: 20, searched: 50} as const;

/** `tasks` by id, `unreadable` those without details; of the walk: the last task that arrived, how many places before it the next one is, how many were requested in all, and how many of them were found. `most`: how many the list was cut to. */
type Walk = {readonly from: string; readonly by: number; readonly requested: number; readonly found: number};

export type HistoryPollState = {
	readonly tasks: ReadonlyMap<string, Dag>;
	readonly unreadable: ReadonlySet<string>;
	readonly remaining: number | undefined;
	readonly hasList: boolean;
	readonly most: number;
	readonly walk: Walk | undefined;
	readonly isOver: boolean;
	readonly isStuck: boolean;
};

export const newHistory: HistoryPollState = {tasks: new Map(), unreadable: new Set(), remaining: undefined, hasList: false, most: 0, walk: undefined, isOver: false, isStuck: false};

/** `list`: all at once; `earlier`: the task `by` places before another; `details`: of one whose head does not tell how it ended. */
export type HistoryRequest =
	| {readonly type: 'list'}
	| {readonly type: 'earlier'; readonly than: string; readonly by: number}
	| {readonly type: 'details'; readonly id: string};

const walkFrom = (last: string | undefined): Walk | undefined => last === undefined ? undefined : {from: last, by: 1, requested: 0, found: 0};

const isAtFirst = ({from, by}: Walk): boolean => {
	const generic = parseGenericId(from);
	return generic?.scope !== 'agent' || BigInt(generic.localId) <= BigInt(by);
};

/** How many older tasks are not loaded; undefined if unknown. */
export const remainingOf = ({remaining, walk, hasList}: HistoryPollState, {last}: HistoryFocus): number | undefined => {
	const next = walk ?? (hasList ? undefined : walkFrom(last));
	return next && isAtFirst(next) ? 0 : remaining;
};

/** The next request; undefined if there is none. */
export const nextHistoryRequest = (state: HistoryPollState, focus: HistoryFocus): HistoryRequest | undefined => {
	if (state.isStuck) {
		return undefined;
	}

	return nextTasks(state, focus) ?? nextDetails(state, focus);
};

/** A failed task in a list may have waited, and a passed one may have failed: for those on screen, the details tell. */
const nextDetails = (state: HistoryPollState, {wanted, since, runsOf}: HistoryFocus): HistoryRequest | undefined => {
	const tasks = tasksOf(state);
	const inSight = since === undefined ? tasks.slice(0, wanted) : tasks.filter(task => isSince(task, since));
	const runs = runsOf === undefined ? [] : tasks.filter(({name}) => runName(name) === runsOf).slice(0, historyLimits.runs);
	const dag = [...runs, ...inSight.slice(0, historyLimits.walked)]
		.find(task => task.isBrief && needsDetails(task) && !state.unreadable.has(task.id));
	return dag && {type: 'details', id: dag.id};
};

/** How many tasks of a list are kept. */
export const mostOf = ({most = historyLimits.listed}: HistoryFocus): number => Math.min(most, historyLimits.listed);

/** Whether the tasks that were fetched one by one do not go back far enough. */
const isMoreWanted = ({tasks}: HistoryPollState, {from, found}: Walk, {wanted, since, runsOf}: HistoryFocus): boolean => {
	const oldest = tasks.get(from);
	const enough = runsOf === undefined ? wanted : Math.max(wanted, historyLimits.searched);
	return since === undefined || !oldest ? found < (since === undefined ? enough : Infinity) : isSince(oldest, since);
};

const nextTasks = (state: HistoryPollState, focus: HistoryFocus): HistoryRequest | undefined => {
	if (focus.isListed && !state.walk) {
		const isCut = (state.remaining ?? 0) > 0 && state.most < mostOf(focus);
		return state.hasList && !isCut ? undefined : {type: 'list'};
	}

	if (state.isOver) {
		return undefined;
	}

	const walk = state.walk ?? walkFrom(focus.last);
	return walk && isMoreWanted(state, walk, focus) && walk.requested < historyLimits.walked && !isAtFirst(walk)
		? {type: 'earlier', than: walk.from, by: walk.by}
		: undefined;
};

const newestFirst = (one: Dag, other: Dag): number => other.dagId - one.dagId;

/** Newest first. */
export const tasksOf = ({tasks}: HistoryPollState): readonly Dag[] => [...tasks.values()].toSorted(newestFirst);

/** An ended task does not change, so its details are read once. */
const withKnownEnd = (known: Dag | undefined, dag: Dag): Dag =>
	known && !known.isBrief && known.state === dag.state && known.operator === dag.operator && known.endTime === dag.endTime ? known : dag;

const withHistoryRefusal = (tasks: HistoryPollState['tasks'], id: string, refusal: AgentError | undefined): HistoryPollState['tasks'] => {
	const known = tasks.get(id);
	return known && refusal ? new Map(tasks).set(id, {...known, refusal}) : tasks;
};

/** The details of a task arrived, or cannot be had: because of an error, or (undefined) there are none. Only what tells how it ended is kept: the last line of each sub-task. */
export const applyHistoryDetails = (state: HistoryPollState, id: string, dag: Dag | AgentError | undefined): HistoryPollState => dag && 'state' in dag
	? {...state, tasks: new Map(state.tasks).set(id, {
		...dag,
		isBrief: false,
		hasLastLines: true,
		nodes: dag.nodes?.map(node => ({...node, subTasks: node.subTasks.map(subTask => ({...subTask, logs: subTask.logs?.slice(-1)}))})),
	})}
	: {...state, unreadable: new Set(state.unreadable).add(id), tasks: withHistoryRefusal(state.tasks, id, dag)};

/** The whole list arrived. */
export const applyHistory = (state: HistoryPollState, list: readonly Dag[], most: number = historyLimits.listed): HistoryPollState => {
	const newest = list.toSorted(newestFirst).slice(0, most);
	return {...state, tasks: new Map(newest.map(dag => [dag.id, withKnownEnd(state.tasks.get(dag.id), dag)])), remaining: list.length - newest.length, hasList: true, most, isOver: true};
};

/** An earlier task arrived, or (undefined) there is none with that id: after several missing ones in a row the older ones are gone as well. */
export const applyEarlier = (state: HistoryPollState, {than, by}: {readonly than: string; readonly by: number}, dag: Dag | undefined): HistoryPollState => {
	const requested = (state.walk?.requested ?? 0) + 1;
	const found = state.walk?.found ?? 0;
	const walk = dag ? {from: dag.id, by: 1, requested, found: found + 1} : {from: than, by: by + 1, requested, found};
	const isFirst = isAtFirst(walk) || walk.by > historyLimits.missing;
	return {
		...state, walk,
		tasks: dag ? new Map(state.tasks).set(dag.id, dag) : state.tasks,
		isOver: isFirst || requested >= historyLimits.walked,
		remaining: isFirst ? 0 : undefined,
	};
};

/** The list cannot be had: earlier tasks are queried one by one from the last known one. Undefined if there is none. */
export const withoutList = (state: HistoryPollState, {scope, last}: HistoryFocus): HistoryPollState | undefined => {
	const walk = scope === 'agent' ? walkFrom(last) : undefined;
	return walk && {...state, walk};
};

/** Everything is queried again; known tasks stay until then. */
export const historyRefreshed = (state: HistoryPollState): HistoryPollState => ({...newHistory, tasks: state.tasks});
