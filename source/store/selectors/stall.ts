// Whether a running task makes progress, which the engine does not say.

import {type Timestamp} from '../../lib/time.js';
import {isActive} from '../../protocol/outcome.js';
import {type Dag, type SubTask, type TaskNode} from '../../protocol/task.js';
import {type LastTask} from '../state.js';
import {durationOf, lastReadOf, subTaskOutcome, taskOutcome} from './basics.js';
import {isStageFailing} from './cause.js';
import {type StallInfo} from './view-types.js';

/** The engine ends a sub-task after this time unless the task sets its own limit (docs/protocol.md#main-tasks-and-their-sub-tasks). */
const subTaskLimit = 3_600_000;

type Known = Extract<LastTask, {type: 'known'}>;

/**
Whether a stage has nothing active, which holds for all but a few stages of a large task. A cancelled stage says PENDING while its sub-tasks
still run.
*/
const isAtRest = ({state, operator}: TaskNode): boolean => state === 'SUCCEED' || (state === 'PENDING' && operator === 'RUN');

const activeSubTasks = (dag: Dag): readonly SubTask[] =>
	(dag.nodes ?? []).flatMap(node => isAtRest(node) ? [] : node.subTasks.filter(subTask => isActive(subTaskOutcome(subTask))));

/** When a stage last changed, by its own times. None of its sub-tasks ended later than a stage that is over. */
const timesOf = (node: TaskNode): ReadonlyArray<Timestamp | undefined> => {
	const {state, startTime, endTime} = node;
	if (state === 'PENDING') {
		return [];
	}

	return state === 'SUCCEED'
		? [startTime, endTime]
		: [startTime, ...node.subTasks.flatMap(subTask => subTask.state === 'PENDING' ? [] : [subTask.startTime, ...(subTask.state === 'RUNNING' ? [] : [subTask.endTime])])];
};

// Every row of a table asks, and few tasks change between two frames.
const lastOwnTimes = new WeakMap<Dag, Timestamp>();

/** When the task last changed by its own times, for what happened before it was first seen; -Infinity if it has none. */
const lastOwnTime = (dag: Dag): Timestamp => {
	const known = lastOwnTimes.get(dag);
	if (known !== undefined) {
		return known;
	}

	// Not as arguments: there can be too many.
	let last = -Infinity;
	for (const node of dag.nodes ?? []) {
		for (const time of timesOf(node)) {
			last = Math.max(last, time ?? -Infinity);
		}
	}

	lastOwnTimes.set(dag, last);
	return last;
};

const hasMoved = (before: SubTask, now: SubTask | undefined): boolean =>
	before.state !== now?.state || before.executeTimes !== now.executeTimes || before.logs?.length !== now.logs?.length;

/** Whether one of a stage's sub-tasks progressed. A stage that is the same object is skipped: of a large task, all but one. */
const hasStageMoved = (before: TaskNode, now: TaskNode | undefined): boolean => before !== now
	&& (before.subTasks.length !== now?.subTasks.length || before.subTasks.some((subTask, index) => hasMoved(subTask, now.subTasks[index])));

const hasTaskMoved = (before: Dag, now: Dag): boolean => {
	const [known = [], nodes = []] = [before.nodes, now.nodes];
	return before.state !== now.state || before.operator !== now.operator || before.stage !== now.stage
		|| known.length !== nodes.length || known.some((node, index) => hasStageMoved(node, nodes[index]));
};

/** When a task last changed, by our clock: now if the next response differs, else as before. Undefined until a change was seen. */
export const movedAt = (previous: Known | undefined, next: Dag, at: Timestamp): Timestamp | undefined => {
	if (previous?.dag.id !== next.id) {
		return previous ? at : undefined;
	}

	return previous.dag === next || !hasTaskMoved(previous.dag, next) ? previous.movedAt : at;
};

/** `idleFor` of `StallInfo`. */
const quietOf = ({dag, movedAt: seenAt}: Known, agentNow: Timestamp | undefined, now: Timestamp): number | undefined => {
	if (seenAt !== undefined) {
		return now - seenAt;
	}

	const own = lastOwnTime(dag);
	return own === -Infinity || agentNow === undefined ? undefined : Math.max(0, agentNow - own);
};

/** From when on, by our clock, `isStalled` of `StallInfo` is true unless something changes; Infinity if never. `skew` of its agent's clock; `patience` in ms, see `patienceFor`. */
export const stallsAt = ({dag, movedAt: seenAt}: Known, skew: number, patience: number): Timestamp => {
	if (!isActive(taskOutcome(dag))) {
		return Infinity;
	}

	if (seenAt !== undefined) {
		return seenAt + patience;
	}

	const own = lastOwnTime(dag);
	return own === -Infinity ? Infinity : own - skew + patience;
};

/** The progress of a running task; undefined for any other. `agentNow` is the present by the agent's clock, `now` by ours; `patience` as above. */
export const stallInfoOf = (task: Known, {agentNow, now, patience}: {readonly agentNow: Timestamp | undefined; readonly now: Timestamp; readonly patience: number}): StallInfo | undefined => {
	const {dag} = task;
	if (!isActive(taskOutcome(dag))) {
		return undefined;
	}

	const idleFor = quietOf(task, agentNow, Math.min(now, lastReadOf(dag) ?? now));
	const durations = activeSubTasks(dag).flatMap(subTask => {
		const duration = durationOf(subTask, agentNow);
		return duration === undefined ? [] : [{agent: subTask.agent ?? '', duration}];
	}).toSorted((one, other) => other.duration - one.duration);
	const [oldest] = durations;
	const least = durations.at(-1)?.duration ?? 0;
	return {
		idleFor,
		areLinesKnown: task.movedAt !== undefined || activeSubTasks(dag).every(({logs}) => (logs?.length ?? 0) === 0),
		isStalled: idleFor !== undefined && idleFor >= patience,
		// Those that began together are all as slow. If another agent failed already, the last active one is waited for.
		slowest: oldest && oldest.agent !== '' && (durations.length > 1 ? oldest.duration - least >= 1000 : isStageFailing(dag)) ? oldest : undefined,
		limitIn: oldest && oldest.duration < subTaskLimit ? subTaskLimit - oldest.duration : undefined,
	};
};
