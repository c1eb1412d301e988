// How long a task usually takes, by its earlier runs: those of its agent and of the other agents of its cluster, or of its cluster; of a main task's part, those of its agent.

import {type Timestamp} from '../../lib/time.js';
import {parseGenericId} from '../../protocol/ids.js';
import {isOver, isWaitLine} from '../../protocol/outcome.js';
import {type Dag, type SubTask, type TaskNode} from '../../protocol/task.js';
import {type PollEvent} from '../actions.js';
import {agentNamed} from '../lookup.js';
import {type Estimate, estimateOf, isSlow, type PastRun, patienceOf, runName, type RunStage, stageKeys, type Usual, type UsualTimes, usualTimesOf, withRuns} from '../runs.js';
import {type ClusterEntry, type State} from '../state.js';
import {durationOf, hasBegun, nodeOutcome, stageOutcome, taskOutcome} from './basics.js';
import {isFailing} from './cause.js';

/** Names of a cluster's runs. Names and numbers of clusters repeat, so one of the members is added, and any of them will do. */
const clusterPlaces = ({name, id, members}: Pick<ClusterEntry, 'name' | 'id' | 'members'>): readonly string[] =>
	members.map(member => [name, id, member].join('#'));

const clusterOf = (state: State, owner: string): ClusterEntry | undefined =>
	state.clusters.get(owner) ?? state.clusters.get(state.agents.get(owner)?.cluster ?? '');

/** Whose run a task is; undefined while its cluster has no number yet. */
const placeOf = (state: State, owner: string, id: string): string | undefined => {
	const generic = parseGenericId(id);
	if (generic?.scope !== 'cluster') {
		return generic?.agent;
	}

	const cluster = clusterOf(state, owner);
	return cluster && cluster.id !== 0 ? clusterPlaces({...cluster, members: cluster.members.toSorted().slice(0, 1)})[0] : undefined;
};

// What a run says.

/** It ran twice because it paused for its main task, as every sub-task of a main task does. */
const hasPaused = ({hasMainTask, logs}: SubTask): boolean => hasMainTask && (logs?.some(line => isWaitLine(line)) ?? false);

const ranOnce = ({subTasks}: TaskNode): boolean => subTasks.every(({executeTimes}) => executeTimes < 2);

/** Whether a person, or a program for one, had a part of it run again. */
const wasRetried = ({nodes = []}: Dag): boolean => nodes.some(({subTasks}) => subTasks.some(subTask => subTask.executeTimes > 1 && !hasPaused(subTask)));

const endedWell = (word: string): boolean => word === 'succeeded' || word === 'ended';

const stageOfRun = (node: TaskNode): RunStage => ({name: node.name, duration: ranOnce(node) && hasBegun(node) ? durationOf(node, 0) : undefined});

/** The run that a task was; undefined while it runs, if it did not succeed, and without its details. */
const runOf = (dag: Dag, place: string): PastRun | undefined => {
	const {name, id, nodes, startTime} = dag;
	const outcome = taskOutcome(dag);
	// Before its details are known, a task that was passed may have succeeded. One that did not is kept, so that they are not read again.
	if (dag.isBrief || !nodes || startTime === undefined || !(endedWell(outcome.word) || (outcome.word === 'passed' && dag.state === 'SUCCEED'))) {
		return undefined;
	}

	const counts = endedWell(outcome.word) && !wasRetried(dag) && nodes.every(node => endedWell(nodeOutcome(node).word));
	return {place, name: runName(name), id, startTime, duration: counts ? durationOf(dag, 0) : undefined, stages: counts ? nodes.map(node => stageOfRun(node)) : []};
};

const tasksIn = (event: PollEvent): readonly Dag[] => {
	if (event.type === 'unfinished-received') {
		return event.ended;
	}

	if (event.type === 'history-received') {
		return event.tasks;
	}

	return 'task' in event && event.task ? [event.task] : [];
};

/** Learns from the runs that an event tells of. */
export const learnRuns = (state: State, event: PollEvent): State => {
	if (!state.runs) {
		return state;
	}

	const runs = tasksIn(event).flatMap(dag => {
		const place = placeOf(state, event.agent, dag.id);
		return place === undefined ? [] : runOf(dag, place) ?? [];
	});
	return withPastRuns(state, runs);
};

export const withPastRuns = (state: State, more: readonly PastRun[]): State => {
	const runs = state.runs && withRuns(state.runs, more);
	return runs === state.runs ? state : {...state, runs};
};

// What earlier runs say of a task.

/** The owners whose runs count for a task: the members of a cluster, or an agent alone. */
type Pool = {readonly members: readonly string[]; readonly alone: string; readonly places: () => readonly string[]};

// An agent alone; an object, since what is known is kept by it.
const noMembers: readonly string[] = [];

const poolOf = (state: State, owner: string, {id, links: {mainDagId}}: Pick<Dag, 'id' | 'links'>): Pool => {
	const generic = parseGenericId(id);
	if (generic?.scope === 'cluster') {
		const cluster = clusterOf(state, owner);
		return cluster ? {members: cluster.members, alone: '#', places: () => clusterPlaces(cluster)} : {members: noMembers, alone: '', places: () => []};
	}

	const name = generic?.agent ?? '';
	const entry = state.agents.get(agentNamed(state, name) ?? owner);
	// Parts of one main task differ: at an agent whose observer runs already, a start has nothing to do.
	const cluster = entry?.departed !== undefined || mainDagId !== undefined ? undefined : state.clusters.get(entry?.cluster ?? owner);
	return cluster ? {members: cluster.members, alone: '', places: () => cluster.members} : {members: noMembers, alone: name, places: () => [name]};
};

// The latest runs of a pool that count: how long something took years ago says little.
const latest = 50;

/** The earlier runs that count for a task: without its own. */
const amongPool = (runs: readonly PastRun[], pool: Pool, id: string): readonly PastRun[] => {
	const places = new Set(pool.places());
	return runs.filter(run => places.has(run.place) && run.id !== id).slice(0, latest);
};

/** What is made of the runs of one name, by the members of a cluster: all rows ask, at each frame. `ids`: of the runs themselves. */
type Made = {readonly ids: ReadonlySet<string>; readonly byMembers: WeakMap<readonly string[], Map<string, UsualTimes>>};

const madeOf = new WeakMap<readonly PastRun[], Made>();

const none: UsualTimes = {whole: undefined, stages: new Map()};

/** What is usual for a task, by its earlier runs. */
export const usualTimes = (state: State, owner: string, dag: Pick<Dag, 'id' | 'name' | 'links'>): UsualTimes => {
	const {id, name} = dag;
	const runs = state.runs?.get(runName(name));
	if (!runs) {
		return none;
	}

	const made = madeOf.get(runs) ?? {ids: new Set(runs.map(run => run.id)), byMembers: new WeakMap()};
	madeOf.set(runs, made);
	const pool = poolOf(state, owner, dag);
	const times = made.byMembers.get(pool.members) ?? new Map<string, UsualTimes>();
	made.byMembers.set(pool.members, times);
	const key = `${pool.alone} ${made.ids.has(id) ? id : ''}`;
	const known = times.get(key) ?? usualTimesOf(amongPool(runs, pool, id));
	times.set(key, known);
	return known;
};

/** How long the whole task usually takes, in ms. */
export const usualDuration = (state: State, owner: string, dag: Dag | undefined): number | undefined => dag && usualTimes(state, owner, dag).whole?.median;

/** What is usual for its stages, in their order. */
export const usualStages = ({stages}: UsualTimes, nodes: readonly TaskNode[]): ReadonlyArray<Usual | undefined> =>
	stages.size === 0 ? [] : stageKeys(nodes).map(key => stages.get(key));

/** Whether a stage takes, or took, longer than nine of ten before. Of one that ran again only the last time counts, which the runs say nothing of. */
export const isSlowStage = (node: TaskNode, duration: number | undefined, usual: Usual | undefined): boolean =>
	ranOnce(node) && nodeOutcome(node).word !== 'rolled back' && isSlow(duration, usual);

/** When a running task will end; undefined while nothing is known, while it is undone or cancelled, and once a part of it has failed, because its end cannot be predicted then. `present` is now by its agent's clock. */
export const estimate = (state: State, owner: string, dag: Dag, present: Timestamp | undefined): Estimate | undefined => {
	if (taskOutcome(dag).word !== 'running' || isFailing(state, dag)) {
		return undefined;
	}

	const times = usualTimes(state, owner, dag);
	const nodes = dag.nodes ?? [];
	const usual = usualStages(times, nodes);
	return estimateOf({
		duration: wasRetried(dag) ? undefined : durationOf(dag, present),
		whole: times.whole,
		stages: nodes.map((node, index) => ({isOver: isOver(stageOutcome(dag, node)), duration: ranOnce(node) ? durationOf(node, present) : undefined, usual: usual[index]})),
	});
};

const patienceBy = (state: State, owner: string, dag: Dag): number => {
	const nodes = dag.nodes ?? [];
	const current = nodes.findIndex(node => node.state === 'RUNNING' || node.state === 'READY');
	const node = nodes[current];
	return patienceOf(node && ranOnce(node) ? usualStages(usualTimes(state, owner, dag), nodes)[current] : undefined);
};

type Patience = {readonly runs: readonly PastRun[]; readonly members: readonly string[] | undefined; readonly time: number};

// Each running row of a large fleet asks several times a frame.
const patiences = new WeakMap<Dag, Patience>();

/** For how long, in ms, a running task may say nothing before it counts as stalled: by the stage at work. */
export const patienceFor = (state: State, owner: string, dag: Dag): number => {
	const runs = state.runs?.get(runName(dag.name));
	if (!runs || taskOutcome(dag).word !== 'running') {
		return patienceOf(undefined);
	}

	const members = clusterOf(state, owner)?.members;
	const known = patiences.get(dag);
	if (known?.runs === runs && known.members === members) {
		return known.time;
	}

	const time = patienceBy(state, owner, dag);
	patiences.set(dag, {runs, members, time});
	return time;
};
