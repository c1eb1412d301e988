import {isDeepStrictEqual} from 'node:util';
import {type Timestamp} from '../../lib/time.js';
import {withDetailsOf} from '../../protocol/brief-task.js';
import {isLive as isLiveOutcome, needsDetails, outcomeOf} from '../../protocol/outcome.js';
import {type Dag, type TaskNode} from '../../protocol/task.js';
import {pace} from '../intervals.js';

/** The DAG with a node that was asked for by itself put in its place. The same object where the node says nothing new, or is none of this DAG's. */
export const mergeNode = (dag: Dag, node: TaskNode): Dag => {
	const index = dag.nodes?.findIndex(({id}) => id === node.id) ?? -1;
	const known = dag.nodes?.[index];
	if (!dag.nodes || !known) {
		return dag;
	}

	// By itself it tells nothing of a namesake beside it, whose key differs, nor of its DAG.
	const placed: TaskNode = {...node, key: known.key, hasMainTask: known.hasMainTask, subTasks: node.subTasks.map(subTask => ({...subTask, hasMainTask: known.hasMainTask}))};
	return isDeepStrictEqual(known, placed) ? dag : {...dag, nodes: dag.nodes.with(index, placed)};
};

// What is remembered of one task that is followed, and how each answer changes it. Values that say nothing new keep their identity.

/**
- askedAt: when the last answered question was sent, in whatever form
- dag: the task as known, its nodes included once they were fetched; isAbsent: there never was one
- bytes: the size of the last whole answer, infinite where it was too large to take
- unsettled: the head of a newer response that does not tell by itself how the task is; it takes the place of `dag` with its details, or without them once they cannot be read
- isWanted: something happened that makes a look worthwhile now
- isWholeWanted, nodes: what the last look left to be fetched
*/
export type TaskPollState = {
	readonly requestedAt: Timestamp | undefined;
	readonly dag: Dag | undefined;
	readonly unsettled: Dag | undefined;
	readonly isAbsent: boolean;
	readonly bytes: number;
	readonly isWanted: boolean;
	readonly isWholeWanted: boolean;
	readonly nodes: readonly string[];
};

export const unknownTask: TaskPollState = {
	requestedAt: undefined, dag: undefined, unsettled: undefined, isAbsent: false, bytes: 0, isWanted: false, isWholeWanted: true, nodes: [],
};

/** Whether the task changes by itself. Pending is about to. */
export const isLive = (dag: Dag | undefined): boolean => dag !== undefined && isLiveOutcome(outcomeOf(dag));

/** Whether it stands still until somebody operates on it, here or elsewhere: it failed or waits. */
export const isHeld = (dag: Dag | undefined): boolean => dag?.state === 'FAILED';

export const isLarge = (task: TaskPollState): boolean => task.bytes > pace.wholeLimit;

/** The newer value, or the known one where they are equal. */
export const keep = <T>(known: T | undefined, next: T): T => known !== undefined && isDeepStrictEqual(known, next) ? known : next;

const isCutOff = (task: TaskPollState): boolean => task.bytes === Infinity;

const isSameTask = ({dag}: TaskPollState, probe: Dag): boolean => !dag || dag.id === probe.id;

const isSameRun = (known: Dag, probe: Dag): boolean => known.operator === probe.operator && known.startTime === probe.startTime;

const isSameState = (known: Dag, probe: Dag): boolean => isSameRun(known, probe) && known.state === probe.state && known.stage === probe.stage;

/** The nodes from the stage that was known to the one that is now, whichever way the task goes; undefined where they are too many or not known. */
const nodesBetween = (known: Dag, probe: Dag): readonly string[] | undefined => {
	const [from, to] = known.stage < probe.stage ? [known.stage, probe.stage] : [probe.stage, known.stage];
	const nodes = known.nodes?.slice(Math.max(0, from - 1), to) ?? [];
	return nodes.length === 0 || nodes.length > pace.nodesAtOnce ? undefined : nodes.map(({id}) => id);
};

type FollowUp = {readonly isWholeWanted: boolean; readonly nodes: readonly string[]};

const nothing: FollowUp = {isWholeWanted: false, nodes: []};

const whole: FollowUp = {isWholeWanted: true, nodes: []};

const followUp = (task: TaskPollState, known: Dag | undefined, probe: Dag): FollowUp => {
	if (isCutOff(task) && isSameTask(task, probe)) {
		return nothing;
	}

	if (!known?.nodes || !isSameRun(known, probe) || (known.isBrief && needsDetails(probe))) {
		return whole;
	}

	if (isLarge(task) && isLive(probe)) {
		const nodes = nodesBetween(known, probe);
		return nodes ? {isWholeWanted: false, nodes} : whole;
	}

	return isSameState(known, probe) ? nothing : whole;
};

/** Whether the probe says nothing that was not read in detail already. */
const isSettled = (known: Dag | undefined, probe: Dag): boolean => known !== undefined && !known.isBrief && isSameState(known, probe);

/**
A look without nodes: the nodes and links that are known of the same task stay until newer ones come.

FAILED can mean that the task waits, and PASS that it failed: where the details are still to be read, nothing is told before they are.
*/
export const applyProbe = (task: TaskPollState, probe: Dag, at: Timestamp): TaskPollState => {
	const known = task.dag?.id === probe.id ? task.dag : undefined;
	const next = followUp(task, known, probe);
	const head: Dag = {...withDetailsOf(known, probe), isBrief: !isSettled(known, probe)};
	const isUnsettled = needsDetails(head) && head.isBrief && !isCutOff(task) && !(known?.isBrief && isSameState(known, probe));
	return {
		...task,
		requestedAt: at,
		dag: isUnsettled ? task.dag : keep(task.dag, head),
		unsettled: isUnsettled ? keep(task.unsettled, head) : undefined,
		isAbsent: false,
		isWanted: false,
		bytes: isSameTask(task, probe) ? task.bytes : 0,
		isWholeWanted: task.isWholeWanted || isUnsettled || next.isWholeWanted,
		nodes: [...new Set([...(known ? task.nodes : []), ...next.nodes])],
	};
};

export const applyWhole = (task: TaskPollState, dag: Dag, {at, bytes}: {readonly at: Timestamp; readonly bytes: number}): TaskPollState => ({
	...unknownTask, requestedAt: at, dag: keep(task.dag, {...dag, nodes: dag.nodes ?? [], isBrief: false}), bytes, isWholeWanted: false,
});

/** The details cannot be read now: what the head says is told as it is, and they stay wanted. */
export const applyUnread = (task: TaskPollState): TaskPollState => task.unsettled ? {...task, dag: task.unsettled, unsettled: undefined} : task;

/** Asked for by `id`: it is done with, whichever node came. */
export const applyNode = (task: TaskPollState, id: string, node: TaskNode | undefined): TaskPollState => ({
	...task, dag: task.dag && node ? mergeNode(task.dag, node) : task.dag, nodes: task.nodes.filter(other => other !== id),
});

export const applyAbsence = (at: Timestamp): TaskPollState => ({
	...unknownTask, requestedAt: at, isAbsent: true, isWholeWanted: false,
});

/** The whole was cut off: its head is followed instead, until the whole can be had or another task takes its place. */
export const applyTooLarge = (task: TaskPollState): TaskPollState => ({
	...applyUnread(task), bytes: Infinity, isWanted: true, isWholeWanted: false, nodes: [],
});
