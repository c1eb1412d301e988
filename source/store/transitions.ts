// What changed between two states: for the journal, for `--wait`, and for `--on-change` commands.

import {type Timestamp} from '../lib/time.js';
import {forwardsToMaster, isDatabaseConnected} from '../protocol/identity.js';
import {parseGenericId} from '../protocol/ids.js';
import {isActive, isEndUnknown, isFault, isFinal, isLive, isUnread, type Outcome} from '../protocol/outcome.js';
import {type Dag} from '../protocol/task.js';
import {type ChangeKind, type TaskNow, type Transition, type Trouble} from './changes.js';
import {agentBehind, agentNamed, findTask, holderOf, keysIn, lastTaskOf, ownerOfMain, ownerOfTask, taskKey} from './lookup.js';
import {isDatabaseDown, lastReadOf, taskOutcome} from './selectors/basics.js';
import {hasFailedPart, isFailing, isStageFailing} from './selectors/cause.js';
import {reasonsIn} from './selectors/reason.js';
import {lastingTrouble, problemOf} from './selectors/connection.js';
import {type TaskReference} from './operations/track.js';
import {type AgentEntry, type State} from './state.js';

/** Whether a change is worth a bell. A task's next stage is not. */
export const isLoud = ({type}: Transition): boolean => type !== 'task-moved';

/** Whether a task ended by it. Its outcome tells whether that is a fault. */
export const isEnd = (transition: Transition): transition is Extract<Transition, {type: 'outcome-changed'}> =>
	transition.type === 'outcome-changed' && isFinal(transition.outcome);

/** Whether it is a follower's part of its master's task, of which each stage is a task of its own. */
export const isShare = (state: State, {owner, stages}: Pick<TaskNow, 'owner' | 'stages'>): boolean => {
	const entry = state.agents.get(owner);
	return stages < 2 && forwardsToMaster(entry?.status?.identity ?? entry?.info?.identity ?? '');
};

/** Whether it is a part of another task, which says itself how it goes. */
export const isPart = (state: State, transition: TaskNow): boolean =>
	transition.main !== undefined || isShare(state, transition) || findTask(state, transition)?.links.mainDagId !== undefined;

/** Whether it may be a part of another task: a list does not say, and the details that do are not read yet. */
export const mayBePart = (state: State, transition: Transition): boolean => {
	if (!('id' in transition) || isPart(state, transition)) {
		return false;
	}

	const dag = findTask(state, transition);
	return dag !== undefined && dag.nodes === undefined && dag.needs === undefined && dag.refusal === undefined;
};

const kindOfTrouble = (trouble: Trouble): ChangeKind => trouble === 'unreachable' || trouble === 'no answer' ? 'unreachable' : 'access';

const kindOfOutcome = (state: State, transition: Extract<Transition, {type: 'outcome-changed'}>): ChangeKind | undefined => {
	const {outcome} = transition;
	if (isFault(outcome)) {
		return 'failed';
	}

	if (isEnd(transition)) {
		return isPart(state, transition) ? undefined : 'finished';
	}

	return isActive(outcome) && !isPart(state, transition) ? 'started' : undefined;
};

/** What kind of news a change is to a person who does not look at the screen; undefined if it is none. Parts of a task are news only if they fail. */
export const kindOf = (state: State, transition: Transition): ChangeKind | undefined => {
	switch (transition.type) {
		case 'task-begun': {
			return isPart(state, transition) ? undefined : 'started';
		}

		case 'task-failing': {
			return 'failing';
		}

		case 'outcome-changed': {
			return kindOfOutcome(state, transition);
		}

		case 'agent-troubled': {
			return kindOfTrouble(transition.trouble);
		}

		case 'agent-recovered': {
			return kindOfTrouble(transition.from);
		}

		case 'database-down':
		case 'database-up': {
			return 'database';
		}

		case 'task-moved':
		case 'agent-restarted':
		case 'agent-joined':
		case 'agent-left':
		case 'agent-returned': {
			return undefined;
		}
	}
};

/** What kind of news the failure of a sub-task is of its main task, which counts it; undefined if that cannot be read, or has not failed. */
export const kindOfMain = (state: State, transition: Transition): ChangeKind | undefined => {
	const isFailure = transition.type === 'task-failing' || (transition.type === 'outcome-changed' && isFault(transition.outcome));
	if (!isFailure || transition.main === undefined) {
		return undefined;
	}

	const id = transition.main;
	const main = findTask(state, {owner: ownerOfMain(state, id) ?? ownerOfTask(state, id, transition.owner), id});
	if (main === undefined || lastReadOf(main) !== undefined) {
		return undefined;
	}

	return isFault(taskOutcome(main)) ? 'failed' : (isFailing(state, main) ? 'failing' : undefined);
};

type Owner = Pick<AgentEntry, 'task' | 'otherTasks' | 'isListed' | 'ends'>;

/** The outcome, once it is certain: undefined while the details that decide it are not read. */
export const settledOutcome = (dag: Dag): Outcome | undefined => {
	const outcome = taskOutcome(dag);
	return isUnread(outcome) ? undefined : outcome;
};

/** The same of a task whose agent refuses the details: that its outcome is unknown is all that will be known, until another response says more. The end of one that is no longer listed is queried. */
export const toldOutcome = (dag: Dag): Outcome | undefined => settledOutcome(dag) ?? (dag.refusal && !dag.unlisted ? taskOutcome(dag) : undefined);

/** Whether its reason is known. */
const isExplained = (outcome: Outcome): boolean => isFault(outcome) || isEndUnknown(outcome) || isUnread(outcome);

const isSame = (one: Outcome | undefined, other: Outcome): boolean =>
	one?.word === other.word && (one.word !== 'unknown' || other.word !== 'unknown' || one.text === other.text);

const noTasks: Pick<Owner, 'task' | 'otherTasks'> = {task: {type: 'unknown'}, otherTasks: []};

const tasksOf = (owner: Pick<Owner, 'task' | 'otherTasks'>): ReadonlyMap<string, Dag> => {
	const last = lastTaskOf(owner);
	return new Map([...(last ? [last] : []), ...owner.otherTasks].map(dag => [dag.id, dag]));
};

/** The task as it is now. */
export const taskNow = (owner: string, dag: Dag, outcome: Outcome): TaskNow => ({
	owner, id: dag.id, name: dag.name, outcome, stage: dag.stage, stages: Math.max(dag.maxStage, dag.nodes?.length ?? 0), stageName: dag.nodes?.[dag.stage - 1]?.name,
	main: dag.links.mainDagId,
});

const changesOf = (owner: string, [before, now]: readonly [Dag, Dag], [earlier, state]: readonly [State, State]): readonly Transition[] => {
	const outcome = toldOutcome(now);
	if (before === now || !outcome) {
		return [];
	}

	const from = toldOutcome(before);
	if (!isSame(from, outcome)) {
		return [{...taskNow(owner, now, outcome), type: 'outcome-changed', from, why: isExplained(outcome) ? reasonsIn(state, now, owner) : undefined}, ...failingOf(owner, now, state)];
	}

	const moved: readonly Transition[] = before.stage !== now.stage && isActive(outcome) ? [{...taskNow(owner, now, outcome), type: 'task-moved'}] : [];
	const failing = failingOf(owner, now, state);
	const isNewInStage = before.stage !== now.stage && isFailingStage(now);
	const isTold = failing.length > 0 && isFailing(earlier, before) && !isNewInStage;
	return isTold ? moved : [...moved, ...failing];
};

/** Whether a part of its stage has failed while another one is at work or will be. Else the task fails a moment after that part, and that is reported instead. */
const isFailingStage = (dag: Dag): boolean =>
	isStageFailing(dag) && (dag.nodes?.[dag.stage - 1]?.subTasks.some(({state: word}) => word === 'RUNNING' || word === 'PENDING' || word === 'READY') ?? false);

/** A part of it has failed: of its stage, or of a main task a sub-task at an agent. */
const failingOf = (owner: string, dag: Dag, state: State): readonly Transition[] => isFailingStage(dag) || hasFailedPart(state, dag)
	? [{...taskNow(owner, dag, taskOutcome(dag)), type: 'task-failing', why: reasonsIn(state, dag, owner)}]
	: [];

/** A new task, or the outcome that it has by now. */
const begun = (owner: string, dag: Dag, state: State): readonly Transition[] => {
	const [told, outcome] = [toldOutcome(dag), taskOutcome(dag)];
	const beginning: readonly Transition[] = isLive(outcome) || isUnread(outcome) ? [{...taskNow(owner, dag, outcome), type: 'task-begun'}, ...failingOf(owner, dag, state)] : [];
	return beginning.length > 0 && (!told || isLive(told))
		? beginning
		: [...beginning, {...taskNow(owner, dag, outcome), type: 'outcome-changed', from: undefined, why: isExplained(outcome) ? reasonsIn(state, dag, owner) : undefined}];
};

/** It is unknown when tasks began that were there at their owner's first poll; those of a history ended before. */
export const isFirstSight = (before: Owner, now: Owner, {owner, id}: TaskReference, {mainTasks, endedKeys}: Pick<State, 'mainTasks' | 'endedKeys'>): boolean => {
	if (lastTaskOf(now)?.id === id) {
		return before.task.type === 'unknown';
	}

	const isOfHistory = endedKeys.get(taskKey({owner, id})) === 'history';
	return !before.isListed || (mainTasks.get(id)?.isOld ?? false) || isOfHistory;
};

/** Since when an owner's tasks could not be read, before anything was known of them: an agent's, or those of a cluster whose agents were all in trouble. */
const missedSince = (state: State, owner: string): Timestamp | undefined => {
	const entry = state.agents.get(owner);
	if (entry) {
		return entry.missedSince ?? (entry.foundBy === undefined ? undefined : missedSince(state, entry.foundBy));
	}

	const times = keysIn(state, owner).map(key => missedSince(state, key) ?? Infinity);
	const latest = Math.max(...times);
	return Number.isFinite(latest) ? latest : undefined;
};

// In ms. An agent may be lost because of the failure, and obwatch be started because of either.
const justBefore = 600_000;

/** When a task ended: a passed one does not say, but its sub-tasks do. */
const lastTimeIn = ({startTime, endTime, nodes}: Dag): Timestamp | undefined => {
	const times = [startTime, ...(nodes ?? []).flatMap(({subTasks}) => subTasks.map(subTask => subTask.endTime))].filter(time => time !== undefined);
	return endTime ?? (times.length === 0 ? undefined : Math.max(...times));
};

/** What a task did while its owner could not be read: that it ended or began, or that it fails. What ended before is no news, unless it failed a short while before. */
const missedChanges = (owner: string, dag: Dag, state: State): readonly Transition[] => {
	const since = missedSince(state, owner);
	const outcome = settledOutcome(dag);
	if (since === undefined || outcome === undefined) {
		return [];
	}

	const skew = agentBehind(state, owner)?.skew ?? 0;
	if (isLive(outcome)) {
		return dag.startTime !== undefined && dag.startTime - skew >= since ? begun(owner, dag, state) : failingOf(owner, dag, state);
	}

	return (lastTimeIn(dag) ?? Infinity) - skew >= since - (isFault(outcome) ? justBefore : 0) ? begun(owner, dag, state) : [];
};

/** The task as another owner had it before its real owner was known: it has not begun just now. Only ids that name an agent are unique over all clusters. */
export const knownElsewhere = (before: State, id: string): Dag | undefined => {
	const holder = parseGenericId(id)?.scope === 'agent' ? holderOf(before, id) : undefined;
	return holder === undefined ? undefined : findTask(before, {owner: holder, id});
};

const taskChanges = (owner: string, [before, now]: readonly [Owner, Owner], [earlier, state]: readonly [State, State]): readonly Transition[] => {
	if (before.task === now.task && before.otherTasks === now.otherTasks) {
		return [];
	}

	const known = tasksOf(before);
	const changes = [...tasksOf(now).values()].flatMap(dag => {
		const last = known.get(dag.id) ?? knownElsewhere(earlier, dag.id);
		if (last) {
			return changesOf(owner, [last, dag], [earlier, state]);
		}

		if (isToldEnd(before, dag)) {
			return [];
		}

		return isFirstSight(before, now, {owner, id: dag.id}, state) ? missedChanges(owner, dag, state) : begun(owner, dag, state);
	});
	const {ends = [], others = []} = Object.groupBy(changes, change => isEnd(change) ? 'ends' : 'others');
	return [...ends, ...others];
};

/** Its end was seen before. A failed one can leave the screen and come back, as what a list lacks now. */
const isToldEnd = ({ends}: Owner, dag: Dag): boolean => {
	const [end, outcome] = [ends?.find(({id}) => id === dag.id), toldOutcome(dag)];
	return end !== undefined && outcome !== undefined && isSame(end.outcome, outcome);
};

/** The tasks of an agent, or the sub-tasks that a cluster lists of agents that are not watched. */
const partsIn = (state: State, key: string): readonly Dag[] => {
	const agent = state.agents.get(key);
	return agent ? [...tasksOf(agent).values()] : state.clusters.get(key)?.parts ?? [];
};

/** Whether an owner's clock was measured: only then it is certain whether a sub-task failed in this attempt or in an earlier one. */
const isClockLearned = (owner: string, [earlier, state]: readonly [State, State]): boolean =>
	agentBehind(earlier, owner)?.skew === undefined && agentBehind(state, owner)?.skew !== undefined;

/** Main tasks that began to fail because a sub-task of these agents and clusters (keys) has failed since, or is known by now to have. */
const failingMains = (keys: readonly string[], states: readonly [State, State]): ReadonlyArray<Extract<Transition, {id: string}>> => {
	const [earlier, state] = states;
	const reporters = new Map(keys.flatMap(key => {
		const isTimed = isClockLearned(key, states);
		const before = new Set(isTimed ? [] : partsIn(earlier, key));
		const failed = partsIn(state, key).filter(part => part.links.mainDagId !== undefined && !before.has(part) && isFault(taskOutcome(part)));
		const timed = [key, state.agents.get(key)?.cluster ?? key].filter(owner => isTimed && isClockLearned(owner, states));
		const own = timed.flatMap(owner => [...tasksOf(state.agents.get(owner) ?? state.clusters.get(owner) ?? noTasks).keys()]);
		return [...failed.map(({links}) => links.mainDagId ?? ''), ...own].map(id => [id, key] as const);
	}));
	return [...reporters].flatMap(([id, reporter]) => {
		const owner = ownerOfMain(state, id) ?? ownerOfTask(state, id, reporter);
		const [was, dag] = [taskThen(earlier, {owner, id}), findTask(state, {owner, id})];
		return was && dag && isFailing(state, dag) && !isFailing(earlier, was) ? [{...taskNow(owner, dag, taskOutcome(dag)), type: 'task-failing', why: reasonsIn(state, dag, owner)}] : [];
	});
};

/** A task as it was then, wherever it was. */
const taskThen = (before: State, {owner, id}: TaskReference): Dag | undefined => findTask(before, {owner, id}) ?? knownElsewhere(before, id);

/** Whether it was known of a main task's sub-task how it goes, or that this cannot be known. */
const isPartRead = (state: State, main: TaskReference, {agent, id}: {readonly agent: string; readonly id: string}): boolean => {
	const holder = holderOf(state, id);
	const part = holder === undefined ? undefined : findTask(state, {owner: holder, id});
	if (part) {
		return toldOutcome(part) !== undefined;
	}

	const key = agentNamed(state, agent);
	const entry = key === undefined ? undefined : state.agents.get(key);
	if (entry && key !== undefined) {
		return entry.task.type !== 'unknown' || missedSince(state, key) !== undefined;
	}

	// An agent that has not said its name may be that one; of one that is not watched, a list tells.
	const owner = state.clusters.get(state.agents.get(main.owner)?.cluster ?? main.owner) ?? state.agents.get(main.owner);
	return (owner?.isListed ?? true) && state.agents.values().every(({connection}) => connection.type !== 'connecting');
};

/** Whether a main task that was there at the start already failed then, and the rest of it was read only now: no news, in whatever order that was. */
const wasFoundFailing = (transition: Transition, before: State, after: State): boolean => {
	if (transition.type !== 'task-failing' || !after.mainTasks.get(transition.id)?.isOld) {
		return false;
	}

	const main = taskThen(before, transition);
	const isRead = main?.nodes !== undefined && Object.entries(main.links.subDags).every(([agent, id]) => isPartRead(before, transition, {agent, id}));
	return main !== undefined && !isRead;
};

const connectionChanges = (owner: string, before: AgentEntry, now: AgentEntry): readonly Transition[] => {
	const [from, trouble] = [lastingTrouble(before), lastingTrouble(now)];
	// An agent that could not be reached from the start has not changed.
	if (from === trouble || before.connection.type === 'connecting') {
		return [];
	}

	if (trouble !== undefined) {
		// The change has its own time, so the words need no date.
		const since = now.connection.type === 'failing' ? now.connection.since : 0;
		return [{type: 'agent-troubled', owner, trouble, problem: problemOf(now, since) ?? {type: 'trouble', trouble}}];
	}

	return from === undefined ? [] : [{type: 'agent-recovered', owner, from}];
};

/** A database that was connected before is down, or one that was down is connected. While a cluster is created it has not been up yet. */
const databaseChanges = (owner: string, before: AgentEntry, now: AgentEntry): readonly Transition[] => {
	if (before.status === now.status) {
		return [];
	}

	if (isDatabaseConnected(before.status) && isDatabaseDown(now)) {
		return [{type: 'database-down', owner}];
	}

	return isDatabaseDown(before) && isDatabaseConnected(now.status) ? [{type: 'database-up', owner}] : [];
};

const agentChanges = (owner: string, before: AgentEntry, now: AgentEntry): readonly Transition[] => [
	...((now.process?.restarts ?? 0) > (before.process?.restarts ?? 0) ? [{type: 'agent-restarted', owner} as const] : []),
	...(before.departed === undefined && now.departed !== undefined ? [{type: 'agent-left', owner} as const] : []),
	...(before.departed !== undefined && now.departed === undefined ? [{type: 'agent-returned', owner} as const] : []),
	...connectionChanges(owner, before, now),
	...databaseChanges(owner, before, now),
];

/**
Changes from one state to a later one, in the order of the agents, then of the clusters. What kept its identity is skipped, so that this is
cheap after every event. Agents that were watched from the start, or found where they had been before, never "join".
*/
export const transitionsBetween = (before: State, after: State): readonly Transition[] =>
	changesBetween(before, after).filter(transition => !wasFoundFailing(transition, before, after));

/** The same with main tasks that are found to be failing once all is read of them: for those who were told that they run. */
export const changesBetween = (before: State, after: State): readonly Transition[] => {
	const changes: Transition[] = [];
	const agents = after.agents.changedSince(before.agents);
	const clusters = after.clusters.changedSince(before.clusters);
	for (const key of agents) {
		const known = before.agents.get(key);
		const entry = after.agents.get(key);
		if (!known) {
			changes.push(...(entry?.hasJoined ? [{type: 'agent-joined', owner: key} as const] : []));
		} else if (entry) {
			changes.push(...agentChanges(key, known, entry), ...taskChanges(key, [known, entry], [before, after]));
		}
	}

	for (const key of clusters) {
		const [known, cluster] = [before.clusters.get(key), after.clusters.get(key)];
		changes.push(...known && cluster ? taskChanges(key, [known, cluster], [before, after]) : []);
	}

	const told = new Set(changes.flatMap(change => change.type === 'task-failing' ? [taskKey(change)] : []));
	return [...changes, ...failingMains([...agents, ...clusters], [before, after]).filter(main => !told.has(taskKey(main)))];
};
