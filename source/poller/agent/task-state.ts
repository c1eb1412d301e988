import {isDeepStrictEqual} from 'node:util';
import {type AgentError, isSameError} from '../../protocol/errors.js';
import {withDetailsOf, isFinal, isLive as isLiveOutcome, needsDetails, outcomeOf, outcomeOfDag} from '../../protocol/outcome.js';
import {type Timestamp} from '../../lib/time.js';
import {type Dag, type TaskNode} from '../../protocol/task.js';
import {pace} from '../intervals.js';

/** Puts a node that was fetched by itself into its DAG. Returns the same object if the node says nothing new, or belongs to another DAG. */
export const mergeNode = (dag: Dag, node: TaskNode): Dag => {
	const index = dag.nodes?.findIndex(({id}) => id === node.id) ?? -1;
	const known = dag.nodes?.[index];
	if (!dag.nodes || !known) {
		return dag;
	}

	// Fetched by itself, a node lacks the number that its key has if it shares its name, and the links of its DAG.
	const placed: TaskNode = {...node, key: known.key, hasMainTask: known.hasMainTask, subTasks: node.subTasks.map(subTask => ({...subTask, hasMainTask: known.hasMainTask}))};
	return isDeepStrictEqual(known, placed) ? dag : {...dag, nodes: dag.nodes.with(index, placed)};
};

// What is known about one followed task, and how each response changes it. Unchanged values keep their identity.

/** When a request was sent, and when its response arrived. */
export type Timing = {readonly sentAt: Timestamp; readonly at: Timestamp};

/**
- requestedAt: when the last request that got a response was sent, in any form
- readAt: when the last response that said its state arrived: a list, its head, the whole, or one of its nodes
- dag: the task as known, with nodes once they were fetched; isAbsent: there never was one
- bytes: the size of the last whole response, infinite if it was too large
- unsettled: the head of a newer response that needs its details to tell the outcome; replaces `dag` with them, or without them
once they cannot be read
- isUnread: the details were queried and could not be read; false again once they could
- refusedAt: when the agent refused them: only the head is followed until it changes or they are tried again; refusal: its words
- isWanted: an event makes a query worthwhile now
- isWholeWanted, nodes: what the last probe left to be fetched
- successor: the response that named another task before the end of `dag` was seen. That end is queried first, so that it is reported first
- predecessor: the task before `dag`, as it was read for that reason
*/
export type TaskPollState = {
	readonly requestedAt: Timestamp | undefined;
	readonly readAt: Timestamp | undefined;
	readonly dag: Dag | undefined;
	readonly unsettled: Dag | undefined;
	readonly isAbsent: boolean;
	readonly isUnread: boolean;
	readonly refusedAt?: Timestamp | undefined;
	readonly refusal?: AgentError | undefined;
	readonly bytes: number;
	readonly isWanted: boolean;
	readonly isWholeWanted: boolean;
	readonly nodes: readonly string[];
	readonly successor?: TaskPollState | undefined;
	readonly predecessor?: Dag | undefined;
};

export const unknownTask: TaskPollState = {
	requestedAt: undefined, readAt: undefined, dag: undefined, unsettled: undefined, isAbsent: false, isUnread: false, bytes: 0, isWanted: false, isWholeWanted: true, nodes: [],
};

/** Whether the task changes by itself; a pending one soon will. */
export const isLive = (dag: Dag | undefined): boolean => dag !== undefined && isLiveOutcome(outcomeOf(dag));

/** Whether the task failed or waits, and so rests until it is operated on, here or elsewhere. */
export const isHeld = (dag: Dag | undefined): boolean => dag?.state === 'FAILED';

export const isLarge = (task: TaskPollState): boolean => task.bytes > pace.wholeLimit;

/** The newer value, or the known one if they are equal. */
export const keep = <T>(known: T | undefined, next: T): T => known !== undefined && isDeepStrictEqual(known, next) ? known : next;

/** Whether details are not worth a query now. */
const isCutOff = ({bytes, refusedAt}: TaskPollState): boolean => bytes === Infinity || refusedAt !== undefined;

const isSameTask = ({dag}: TaskPollState, probe: Dag): boolean => !dag || dag.id === probe.id;

const isSameRun = (known: Dag, probe: Dag): boolean => known.operator === probe.operator && known.startTime === probe.startTime;

export const isSameState = (known: Dag, probe: Dag): boolean => isSameRun(known, probe) && known.state === probe.state && known.stage === probe.stage;

const isSameHead = (known: Dag, probe: Dag): boolean => known.id === probe.id && isSameState(known, probe);

/** The nodes from the known stage to the current one, in either direction; undefined if there are too many or they are not known. */
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

/** Whether the probe says nothing that the details did not say already. */
const isSettled = (known: Dag | undefined, probe: Dag): boolean => known !== undefined && !known.isBrief && isSameState(known, probe);

/**
A response without nodes: known nodes and links of the same task stay until newer ones arrive. FAILED can mean that the task
waits, and PASS that it failed, so nothing is reported before the details are read.
*/
export const applyProbe = (before: TaskPollState, probe: Dag, {sentAt, at}: Timing): TaskPollState => {
	// Refused details may be there once the head has changed.
	const task = before.refusal && before.dag && !isSameHead(before.dag, probe) ? {...before, refusedAt: undefined, refusal: undefined} : before;
	const known = task.dag?.id === probe.id ? task.dag : undefined;
	const next = followUp(task, known, probe);
	const isBrief = !isSettled(known, probe);
	const head: Dag = {...withDetailsOf(known, probe), isBrief, ...(isBrief && task.refusal && {refusal: task.refusal})};
	const isUnsettled = needsDetails(head) && head.isBrief && !isCutOff(task) && !(known?.isBrief && isSameState(known, probe));
	return {
		...task,
		requestedAt: sentAt,
		readAt: at,
		dag: isUnsettled ? task.dag : keep(task.dag, head),
		unsettled: isUnsettled ? keep(task.unsettled, head) : undefined,
		isAbsent: false,
		isWanted: false,
		bytes: isSameTask(task, probe) ? task.bytes : 0,
		isWholeWanted: task.isWholeWanted || isUnsettled || next.isWholeWanted,
		nodes: [...new Set([...(known ? task.nodes : []), ...next.nodes])],
	};
};

export const applyWhole = (task: TaskPollState, dag: Dag, {sentAt, at, bytes}: Timing & {readonly bytes: number}): TaskPollState => ({
	// The same bytes give the same object, which must stay one to be found equal at once.
	...unknownTask, requestedAt: sentAt, readAt: at, dag: keep(task.dag, dag.nodes && !dag.isBrief ? dag : {...dag, nodes: dag.nodes ?? [], isBrief: false}), bytes, isWholeWanted: false,
});

/** The details cannot be read now: the head is reported as it is, and they stay wanted. */
export const applyUnread = (task: TaskPollState): TaskPollState =>
	task.isUnread && !task.unsettled ? task : {...task, dag: task.unsettled ?? task.dag, unsettled: undefined, isUnread: true};

/** The node queried by `id` is done, whichever node arrived, if any. */
export const applyNode = (task: TaskPollState, id: string, read?: {readonly node: TaskNode; readonly at: Timestamp}): TaskPollState => ({
	...task, readAt: read?.at ?? task.readAt, dag: task.dag && read ? mergeNode(task.dag, read.node) : task.dag, nodes: task.nodes.filter(other => other !== id),
});

/** The state after a response about it, unless that names another task and the end of the known one was not seen. */
export const replaced = (task: TaskPollState, next: TaskPollState): TaskPollState => {
	const id = (next.unsettled ?? next.dag)?.id;
	return task.dag === undefined || id === undefined || id === task.dag.id || isFinal(outcomeOfDag(task.dag)) ? next : {...task, requestedAt: next.requestedAt, isWanted: false, successor: next};
};

/** Goes on with the newer task. `end` is the earlier one as it was read, if it could be. */
export const withSuccessor = ({successor, ...task}: TaskPollState, end?: Dag): TaskPollState => {
	if (!successor) {
		return task;
	}

	// Until the newer one is settled, the earlier one is reported.
	return successor.dag?.id === task.dag?.id ? {...successor, dag: end ?? task.dag} : {...successor, predecessor: end};
};

export const applyAbsence = (at: Timestamp): TaskPollState => ({
	...unknownTask, requestedAt: at, isAbsent: true, isWholeWanted: false,
});

/** The agent refused the details: what the head says is reported, with its words. Until the details are tried again, only the head is followed. */
export const applyRefused = (task: TaskPollState, error: AgentError, at: Timestamp): TaskPollState => {
	const {dag, refusal: before, ...unread} = applyUnread(task);
	const refusal = before && isSameError(before, error) ? before : error;
	return {...unread, refusal, dag: dag?.isBrief ? keep(dag, {...dag, refusal}) : dag, refusedAt: at, isWanted: true, isWholeWanted: false, nodes: []};
};

/** The whole was cut off: only its head is followed until the whole can be read or another task replaces it. */
export const applyTooLarge = (task: TaskPollState): TaskPollState => ({
	...applyUnread(task), bytes: Infinity, isWanted: true, isWholeWanted: false, nodes: [],
});
