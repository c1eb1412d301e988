/** What a state and an operator mean together, in the words that people read (docs/protocol.md#outcomes). */
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
- details: the task was last polled without its details, and the head alone does not tell how it is; `text` says "unknown"
- closed: only a password that nobody gave opens them, which is no fault
- gone: no agent knows the task any more, so that its end is not known
*/
export type Outcome = {readonly word: OutcomeWord} | {readonly word: 'unknown'; readonly reason: UnknownReason; readonly text: string};

export type UnknownReason = 'pair' | 'details' | 'closed' | 'gone';

/**
What is true of an outcome in every part of the program. What only one part asks for is a record of that part.

- course: whether something more comes of it. `active` is being done; `ahead` has its turn yet to come; `paused` goes on with its main task; of `over` nothing more happens by itself
- stages: what becomes of the stages below its own. Of `kept` ones it says nothing
- isFault: a person should look
- isDone: a part with it counts as done
- order: its place where outcomes are sorted. What somebody looks for first comes first
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
	// Whether it is a fault, the reason tells.
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

/** Whether a person should look, and whether more would be known once its details are read. */
const unknownTraits: Readonly<Record<UnknownReason, {readonly isFault: boolean; readonly isUnread: boolean}>> = {
	pair: {isFault: true, isUnread: false},
	details: {isFault: false, isUnread: true},
	closed: {isFault: false, isUnread: true},
	gone: {isFault: false, isUnread: false},
};

/** The outcome's own traits. */
export const traitsOf = ({word}: Outcome): OutcomeTraits => outcomeTraits[word];

export type Stateful = {readonly state: string; readonly operator: string};

const active: Readonly<Record<string, OutcomeWord>> = {RUN: 'running', RETRY: 'running', ROLLBACK: 'rolling back', CANCEL: 'cancelling'};

const words: Readonly<Record<string, Readonly<Record<string, OutcomeWord>>>> = {
	// A rollback begins by setting every stage that had its turn to PENDING / ROLLBACK: they stand until their own turn to be undone.
	// A cancelled node is PENDING / CANCEL for a moment, while its sub-task still says RUNNING / RUN.
	PENDING: {RUN: 'pending', RETRY: 'pending', ROLLBACK: 'to be undone', CANCEL: 'cancelling'},
	READY: active,
	RUNNING: active,
	SUCCEED: {RUN: 'succeeded', RETRY: 'succeeded', ROLLBACK: 'rolled back', PASS: 'passed'},
	FAILED: {RUN: 'failed', RETRY: 'failed', ROLLBACK: 'failed to roll back', CANCEL: 'cancelled'},
};

/** Total over state and operator, of DAGs, nodes and sub-tasks alike. `waits` is true where a failed one only pauses for its main DAG: see `isWaiting`. */
export const outcomeOf = ({state, operator}: Stateful, waits = false): Outcome => {
	const byOperator = Object.hasOwn(words, state) ? words[state] : undefined;
	const word = byOperator && Object.hasOwn(byOperator, operator) ? byOperator[operator] : undefined;
	if (!word) {
		return {word: 'unknown', reason: 'pair', text: `${state || '?'} / ${operator || '?'}`};
	}

	return {word: waits && word === 'failed' ? 'waiting' : word};
};

/** Whether something is still being done, so that it changes by itself. */
export const isActive = (outcome: Outcome): boolean => traitsOf(outcome).course === 'active';

/** Whether it changes by itself, now or once its turn has come. */
export const isLive = (outcome: Outcome): boolean => isActive(outcome) || traitsOf(outcome).course === 'ahead';

/** Whether it is known that nothing more happens by itself. Waiting is none: its main task goes on with it. */
export const isOver = (outcome: Outcome): boolean => traitsOf(outcome).course === 'over';

/** Whether nothing more will be known of it: it is over, or unknown for good. */
export const isFinal = (outcome: Outcome): boolean => outcome.word === 'unknown' ? !isUnread(outcome) : isOver(outcome);

/** Whether a person should look: a task that failed, failed to roll back or was cancelled. Waiting is none, and a task whose details are not read yet is not known to be one. */
export const isFault = (outcome: Outcome): boolean => outcome.word === 'unknown' ? unknownTraits[outcome.reason].isFault : traitsOf(outcome).isFault;

/** Whether the outcome waits for details that were not read. */
export const isUnread = (outcome: Outcome): boolean => outcome.word === 'unknown' && unknownTraits[outcome.reason].isUnread;

/** Whether a password that nobody gave would tell: the agents are not at fault, nor is the task. */
export const isClosed = (outcome: Outcome): boolean => outcome.word === 'unknown' && outcome.reason === 'closed';

/** Whether the task is gone, and how it ended will never be known. */
export const isGone = (outcome: Outcome): boolean => outcome.word === 'unknown' && outcome.reason === 'gone';

// The engine's own word for a sub-DAG that pauses for its main DAG.
const waitLine = 'wait operator to advance';

/** Whether a log entry says that a sub-task pauses for its main DAG. */
const isWaitLine = (entry: string | undefined): boolean => entry?.trim() === waitLine;

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

/** Whether a failed node has no failed sub-task but waiting ones. */
export const isWaitingNode = (node: LoggedNode): boolean => {
	const failures = node.subTasks.filter(subTask => failed(subTask));
	return failed(node) && failures.length > 0 && failures.every(subTask => isWaitingSubTask(subTask));
};

/** Whether a failed DAG only pauses: all its failed nodes wait. False while the nodes are not known. */
export const isWaiting = (dag: Pick<LoggedDag, 'state' | 'operator' | 'nodes'>): boolean => {
	const failures = dag.nodes?.filter(node => failed(node)) ?? [];
	return failed(dag) && failures.length > 0 && failures.every(node => isWaitingNode(node));
};

const isPassed = ({state, operator}: Stateful): boolean => outcomeOf({state, operator}).word === 'passed';

const hasRun = ({subTasks}: LoggedNode): boolean => subTasks.some(({executeTimes}) => executeTimes > 0);

/** A sub-task of a sub-DAG is passed by the main DAG: after it paused for it, after it failed, or without having had its turn (docs/protocol.md#main-tasks-and-their-sub-tasks). */
export const outcomeOfSubTask = (subTask: LoggedSubTask): Outcome => {
	if (!subTask.hasMainTask || !isPassed(subTask)) {
		return outcomeOf(subTask, isWaitingSubTask(subTask));
	}

	return {word: subTask.executeTimes === 0 ? 'not run' : (endsWaiting(subTask) ? 'ended' : 'failed')};
};

/** The same of a node: it failed where one of its sub-tasks did. */
export const outcomeOfNode = (node: LoggedNode): Outcome => {
	if (!node.hasMainTask || !isPassed(node)) {
		return outcomeOf(node, isWaitingNode(node));
	}

	const hasFailed = node.subTasks.some(subTask => outcomeOfSubTask(subTask).word === 'failed');
	return {word: hasFailed ? 'failed' : (hasRun(node) ? 'ended' : 'not run')};
};

/** Of a sub-DAG that its main DAG passed, the last node that had its turn tells how it ended. Where only the head is known, FAILED can still mean that it waits, and PASS that it failed. */
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

/** Whether the head alone does not tell how a task is: its details decide. */
export const needsDetails = (head: Stateful): boolean => failed(head) || isPassed(head);

/** The outcome in words; an unknown pair as the agent sent it. */
export const outcomeWords = (outcome: Outcome): string => outcome.word === 'unknown' ? outcome.text : outcome.word;

/** Outcomes as programs get them. What no agent can tell any more is `gone`, all else that is not known `unknown`. */
export const allOutcomeCodes = [...allOutcomeWords, 'gone', 'unknown'] as const;

export type OutcomeCode = (typeof allOutcomeCodes)[number];

export const outcomeCode = (outcome: Outcome): OutcomeCode => isGone(outcome) ? 'gone' : outcome.word;
