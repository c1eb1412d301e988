import {type Messages} from '../lib/messages/en/english.js';
import {messages} from '../lib/messages/messages.js';
import {type Timestamp} from '../lib/time.js';
import {type Dag, type SubTask, type TaskLinks, type TaskNode} from './task.js';

/** The meaning of a state and an operator together (docs/protocol.md#outcomes). */
export const allOutcomeWords = [
	'running',
	'succeeded',
	'failed',
	'waiting',
	'rolling back',
	'rolled back',
	'failed to roll back',
	'cancelling',
	'cancelled',
	'passed',
	'ended',
	'not run',
	'to be undone',
	'pending',
] as const;

export type OutcomeWord = (typeof allOutcomeWords)[number];

/**
`unknown` is never shown as a success.

- pair: a state and operator that no agent was seen to send; `text` holds both as they came
- details: the task was last polled without its details, and its head alone does not decide the outcome; `text` says "unknown"
- closed: it needs a password that was not given, which is no fault
- refused: the task is over, and agents refuse the details that tell how it ended
- gone: no agent knows the task any more, so that its end is unknown
*/
export type Outcome = {readonly word: OutcomeWord} | {readonly word: 'unknown'; readonly reason: UnknownReason; readonly text: string};

export type UnknownReason = 'pair' | 'details' | 'closed' | 'refused' | 'gone';

/**
The traits of an outcome in all parts of the program. A trait that only one part needs is a record of that part.

- course: whether more will happen. `active` is being done; `ahead` has not begun; `paused` goes on with its main task; `over` does not
change by itself
- stages: what becomes of the earlier stages. `kept` says nothing about them
- isFault: a person should check
- isDone: a part with it counts as done
- order: its place in sorting. What people look for first comes first
*/
export type OutcomeTraits = {
	readonly course: 'active' | 'ahead' | 'paused' | 'over' | 'unknown';
	readonly stages: 'being done' | 'all done' | 'being undone' | 'all undone' | 'kept';
	readonly isFault: boolean;
	readonly isDone: boolean;
	readonly order: number;
};

export const outcomeTraits: Readonly<Record<OutcomeWord | 'unknown', OutcomeTraits>> = {
	failed: {course: 'over', stages: 'kept', isFault: true, isDone: false, order: 1},
	'failed to roll back': {course: 'over', stages: 'being undone', isFault: true, isDone: false, order: 2},
	cancelled: {course: 'over', stages: 'kept', isFault: true, isDone: false, order: 3},
	// Its reason decides whether it is a fault.
	unknown: {course: 'unknown', stages: 'kept', isFault: false, isDone: false, order: 4},
	cancelling: {course: 'active', stages: 'kept', isFault: false, isDone: false, order: 5},
	'rolling back': {course: 'active', stages: 'being undone', isFault: false, isDone: false, order: 6},
	running: {course: 'active', stages: 'being done', isFault: false, isDone: false, order: 7},
	'to be undone': {course: 'ahead', stages: 'being undone', isFault: false, isDone: false, order: 8},
	waiting: {course: 'paused', stages: 'kept', isFault: false, isDone: false, order: 9},
	'rolled back': {course: 'over', stages: 'all undone', isFault: false, isDone: true, order: 10},
	passed: {course: 'over', stages: 'kept', isFault: false, isDone: true, order: 11},
	ended: {course: 'over', stages: 'kept', isFault: false, isDone: true, order: 12},
	'not run': {course: 'over', stages: 'kept', isFault: false, isDone: false, order: 13},
	succeeded: {course: 'over', stages: 'all done', isFault: false, isDone: true, order: 14},
	pending: {course: 'ahead', stages: 'kept', isFault: false, isDone: false, order: 15},
};

/** Whether a person should check, and whether details would tell more. */
const unknownTraits: Readonly<Record<UnknownReason, {readonly isFault: boolean; readonly isUnread: boolean}>> = {
	pair: {isFault: true, isUnread: false},
	details: {isFault: false, isUnread: true},
	closed: {isFault: false, isUnread: true},
	refused: {isFault: false, isUnread: false},
	gone: {isFault: false, isUnread: false},
};

/** The traits of the outcome itself. */
export const traitsOf = ({word}: Outcome): OutcomeTraits => outcomeTraits[word];

export type Stateful = {readonly state: string; readonly operator: string};

const active: Readonly<Record<string, OutcomeWord>> = {RUN: 'running', RETRY: 'running', ROLLBACK: 'rolling back', CANCEL: 'cancelling'};

const words: Readonly<Record<string, Readonly<Record<string, OutcomeWord>>>> = {
	// A rollback begins by setting every begun stage to PENDING / ROLLBACK until it is undone.
	// A cancelled node is PENDING / CANCEL for a moment, while its sub-task still says RUNNING / RUN.
	PENDING: {RUN: 'pending', RETRY: 'pending', ROLLBACK: 'to be undone', CANCEL: 'cancelling'},
	READY: active,
	RUNNING: active,
	SUCCEED: {RUN: 'succeeded', RETRY: 'succeeded', ROLLBACK: 'rolled back', PASS: 'passed'},
	FAILED: {RUN: 'failed', RETRY: 'failed', ROLLBACK: 'failed to roll back', CANCEL: 'cancelled'},
};

/** Total over state and operator, of DAGs, nodes and sub-tasks alike. `waits`: a failed one only pauses for its main DAG, see `isWaiting`. */
export const outcomeOf = ({state, operator}: Stateful, waits = false): Outcome => {
	const byOperator = Object.hasOwn(words, state) ? words[state] : undefined;
	const word = byOperator && Object.hasOwn(byOperator, operator) ? byOperator[operator] : undefined;
	if (!word) {
		return {word: 'unknown', reason: 'pair', text: `${state || '?'} / ${operator || '?'}`};
	}

	return {word: waits && word === 'failed' ? 'waiting' : word};
};

/** Whether it is being done, so that it changes by itself. */
export const isActive = (outcome: Outcome): boolean => traitsOf(outcome).course === 'active';

/** The stage to show of a task: after a rollback 0, though agents keep the first. */
export const shownStage = (outcome: Outcome, stage: number): number => traitsOf(outcome).stages === 'all undone' ? 0 : stage;

/** Whether it changes by itself, now or once it begins. */
export const isLive = (outcome: Outcome): boolean => isActive(outcome) || traitsOf(outcome).course === 'ahead';

/** Whether it is certain that nothing more happens by itself. Not while it waits, because its main task goes on. */
export const isOver = (outcome: Outcome): boolean => traitsOf(outcome).course === 'over';

/** Whether nothing more will be known: it is over, or unknown for good. */
export const isFinal = (outcome: Outcome): boolean => outcome.word === 'unknown' ? !isUnread(outcome) : isOver(outcome);

/**
Whether a person should check: the task failed, failed to roll back or was cancelled. A waiting task needs no check, and one without details
is not known to need it.
*/
export const isFault = (outcome: Outcome): boolean => outcome.word === 'unknown' ? unknownTraits[outcome.reason].isFault : traitsOf(outcome).isFault;

/** Whether the outcome waits for details that were not read. */
export const isUnread = (outcome: Outcome): boolean => outcome.word === 'unknown' && unknownTraits[outcome.reason].isUnread;

/** Whether a missing password hides it: no fault of the agents, nor of the task. */
export const isClosed = (outcome: Outcome): boolean => outcome.word === 'unknown' && outcome.reason === 'closed';

/** Whether it is over, and how it ended cannot be read, or never will be. */
export const isEndUnknown = (outcome: Outcome): boolean => outcome.word === 'unknown' && (outcome.reason === 'refused' || outcome.reason === 'gone');

/** Whether the task is gone, and how it ended will never be known. */
export const isGone = (outcome: Outcome): boolean => outcome.word === 'unknown' && outcome.reason === 'gone';

// The engine's own word for a sub-DAG that pauses for its main DAG.
const waitLine = 'wait operator to advance';

/** Whether a log entry says that a sub-task pauses for its main DAG. */
export const isWaitLine = (entry: string | undefined): boolean => entry?.trim() === waitLine;

type LoggedSubTask = Stateful & {readonly logs: readonly string[] | undefined; readonly executeTimes: number; readonly hasMainTask: boolean};

type LoggedNode = Stateful & {readonly subTasks: readonly LoggedSubTask[]; readonly hasMainTask: boolean};

type LoggedDag = Stateful & {
	readonly isBrief: boolean;
	readonly links: {readonly mainDagId: string | undefined};
	readonly nodes: readonly LoggedNode[] | undefined;
};

const failed = ({state, operator}: Stateful): boolean => outcomeOf({state, operator}).word === 'failed';

const endsWaiting = ({logs}: LoggedSubTask): boolean => isWaitLine(logs?.at(-1));

/** Whether a failed sub-task only pauses for its main DAG. */
export const isWaitingSubTask = (subTask: LoggedSubTask): boolean => failed(subTask) && endsWaiting(subTask);

/** Whether a failed node has only waiting sub-tasks, and no failed one. */
export const isWaitingNode = (node: LoggedNode): boolean => {
	const failures = node.subTasks.filter(subTask => failed(subTask));
	return failed(node) && failures.length > 0 && failures.every(subTask => isWaitingSubTask(subTask));
};

/** Whether a failed DAG only pauses: all its failed nodes wait. False while the nodes are unknown. */
export const isWaiting = (dag: Pick<LoggedDag, 'state' | 'operator' | 'nodes'>): boolean => {
	// Asked for every row of a table, few of which failed.
	const failures = failed(dag) ? dag.nodes?.filter(node => failed(node)) ?? [] : [];
	return failures.length > 0 && failures.every(node => isWaitingNode(node));
};

const isPassed = ({state, operator}: Stateful): boolean => outcomeOf({state, operator}).word === 'passed';

const hasRun = ({subTasks}: LoggedNode): boolean => subTasks.some(({executeTimes}) => executeTimes > 0);

/**
A sub-task of a sub-DAG that the main DAG passed: after it paused for it, after it failed, or before it began
(docs/protocol.md#main-tasks-and-their-sub-tasks).
*/
export const outcomeOfSubTask = (subTask: LoggedSubTask): Outcome => {
	if (!subTask.hasMainTask || !isPassed(subTask)) {
		return outcomeOf(subTask, isWaitingSubTask(subTask));
	}

	return {word: subTask.executeTimes === 0 ? 'not run' : (endsWaiting(subTask) ? 'ended' : 'failed')};
};

/** The same for a node: it failed if one of its sub-tasks did. */
export const outcomeOfNode = (node: LoggedNode): Outcome => {
	if (!node.hasMainTask || !isPassed(node)) {
		return outcomeOf(node, isWaitingNode(node));
	}

	const hasFailed = node.subTasks.some(subTask => outcomeOfSubTask(subTask).word === 'failed');
	return {word: hasFailed ? 'failed' : (hasRun(node) ? 'ended' : 'not run')};
};

/**
The end of a sub-DAG that its main DAG passed is that of its last begun node. If only the head is known, FAILED can still mean that it
waits, and PASS that it failed.
*/
export const outcomeOfDag = (dag: LoggedDag): Outcome => {
	const plain = outcomeOf(dag, isWaiting(dag));
	if (plain.word !== 'failed' && plain.word !== 'waiting' && plain.word !== 'passed') {
		return plain;
	}

	if (dag.isBrief) {
		return {word: 'unknown', reason: 'details', text: 'unknown'};
	}

	if (plain.word !== 'passed' || dag.links.mainDagId === undefined) {
		return plain;
	}

	const last = dag.nodes?.findLast(node => hasRun(node));
	return {word: last ? (outcomeOfNode(last).word === 'failed' ? 'failed' : 'ended') : 'not run'};
};

/** Whether the head alone does not decide the outcome, so that details are needed. */
export const needsDetails = (head: Stateful): boolean => failed(head) || isPassed(head);

/** The outcome as text; an unknown pair as the agent sent it. */
export const outcomeLabel = (outcome: Outcome, {tasks: {outcomes}}: Messages = messages()): string => {
	if (outcome.word !== 'unknown') {
		return outcomes[outcome.word];
	}

	return outcome.reason === 'pair' ? outcome.text : outcomes[outcome.reason === 'gone' ? 'gone' : 'unknown'];
};

/** Outcomes for programs. `gone` if no agent can tell any more, `unknown` for everything else that is not known. */
export const allOutcomeCodes = [...allOutcomeWords, 'gone', 'unknown'] as const;

export type OutcomeCode = (typeof allOutcomeCodes)[number];

export const outcomeCode = (outcome: Outcome): OutcomeCode => isGone(outcome) ? 'gone' : outcome.word;

const hasLinks = ({subDags: subDagIds, mainDagId}: TaskLinks): boolean => mainDagId !== undefined || Object.keys(subDagIds).length > 0;

/**
A task from a response without details, with its earlier nodes and links, which such a response leaves out
(docs/protocol.md#main-tasks-and-their-sub-tasks).
*/
const withLinksOf = (known: Dag, brief: Dag): Dag => ({...brief, nodes: brief.nodes ?? known.nodes, links: hasLinks(brief.links) ? brief.links : known.links});

type Ended = Stateful & {readonly startTime: Timestamp | undefined; readonly endTime: Timestamp | undefined; readonly failedAt?: Timestamp | undefined; readonly executeTimes?: number};

/** When a row failed that was passed since: its end is the time of the pass then. Undefined if no earlier response of this run of it is known. */
const failedBefore = (known: Ended | undefined, row: Ended): Timestamp | undefined =>
	known && isPassed(row) && known.startTime === row.startTime && known.executeTimes === row.executeTimes ? (known.state === 'FAILED' ? known.endTime : known.failedAt) : undefined;

const withFailedAt = <Row extends Ended>(known: Row | undefined, row: Row): Row => {
	const failedAt = failedBefore(known, row);
	return failedAt === undefined ? row : {...row, failedAt};
};

const nodeWithFailedAt = (known: TaskNode | undefined, node: TaskNode): TaskNode => known && isPassed(node)
	? withFailedAt(known, {...node, subTasks: node.subTasks.map(subTask => withFailedAt(known.subTasks.find(({key}) => key === subTask.key), subTask))})
	: node;

/** A newer response, with what an earlier one said and this one no longer does: nodes and links if it lacks details, and when what is passed now had failed. */
export const withDetailsOf = (known: Dag | undefined, task: Dag): Dag => {
	if (known?.id !== task.id) {
		return task;
	}

	const detailed = withLinksOf(known, task);
	return withFailedAt(known, known.nodes && task.nodes ? {...detailed, nodes: task.nodes.map((node, index) => nodeWithFailedAt(known.nodes?.[index], node))} : detailed);
};

/** Sub-tasks that failed and were passed since, so that their times say when that was, and not when they failed. */
const isUntimed = (subTask: SubTask): boolean => isPassed(subTask) && subTask.executeTimes > 0 && !endsWaiting(subTask) && subTask.failedAt === undefined;

export const untimedFailures = ({nodes = []}: Pick<Dag, 'nodes'>): ReadonlyArray<{readonly node: TaskNode; readonly subTask: SubTask}> =>
	nodes.flatMap(node => isPassed(node) ? node.subTasks.filter(subTask => isUntimed(subTask)).map(subTask => ({node, subTask})) : []);

const latest = (rows: readonly Ended[]): Timestamp | undefined => {
	const times = rows.map(({failedAt}) => failedAt ?? -Infinity);
	return times.length === 0 || Math.max(...times) === -Infinity ? undefined : Math.max(...times);
};

/** The task, once the last line of the log of such a sub-task (its id) says when that failed. A time that its other times contradict says nothing. */
export const withLastLineAt = (dag: Dag, id: string, at: Timestamp): Dag => {
	const isMeant = ({subTask: {id: own, startTime = -Infinity, endTime = Infinity}}: {readonly subTask: SubTask}): boolean => own === id && at > startTime && at <= endTime;
	const meant = untimedFailures(dag).filter(failure => isMeant(failure));
	if (meant.length === 0) {
		return dag;
	}

	const nodes = dag.nodes?.map((node): TaskNode => {
		if (meant.every(failure => failure.node !== node)) {
			return node;
		}

		const subTasks = node.subTasks.map(subTask => meant.some(failure => failure.subTask === subTask) ? {...subTask, failedAt: at} : subTask);
		return {...node, subTasks, ...(subTasks.every(subTask => !isUntimed(subTask)) && {failedAt: latest(subTasks)})};
	});
	const last = nodes?.findLast(node => hasRun(node));
	return {...dag, nodes, ...(isPassed(dag) && last && isPassed(last) && last.failedAt !== undefined && {failedAt: last.failedAt})};
};

// Which executions are attempts (docs/protocol.md#attempts).

type Executed = Pick<SubTask, 'operator' | 'executeTimes'>;

/** A retry first undoes and then runs, so that runs and undos alternate, beginning with a run. If the operator of the last one contradicts that, the kinds are unknown. */
const alternates = ({operator, executeTimes}: Executed): boolean => (executeTimes % 2 === 0) === (operator === 'ROLLBACK');

/** Whether an execution ran or undid, which agents do not say. */
export const executionKind = (execution: number, executed: Executed): 'run' | 'undo' => {
	const isUndo = alternates(executed) ? execution % 2 === 0 : execution === executed.executeTimes && executed.operator === 'ROLLBACK';
	return isUndo ? 'undo' : 'run';
};

/** How many of the executions up to this one ran. */
export const runsUpTo = (execution: number, executed: Executed): number =>
	alternates(executed) ? Math.ceil(execution / 2) : Math.max(1, execution - (executionKind(execution, executed) === 'undo' ? 1 : 0));

/** Whether the first execution only paused for the main task, which had it continued. */
const pausedFirst = ({executeTimes, logs}: Pick<SubTask, 'executeTimes' | 'logs'>): boolean =>
	executeTimes > 2 && (logs?.some((line, index) => index < logs.length - 1 && isWaitLine(line)) ?? false);

/** How often a sub-task was tried: without undos, and without a pause for its main task. */
export const attemptsOf = (subTask: Executed & Pick<SubTask, 'logs'>): number =>
	subTask.executeTimes === 0 ? 0 : runsUpTo(subTask.executeTimes, subTask) - (pausedFirst(subTask) ? 1 : 0);
