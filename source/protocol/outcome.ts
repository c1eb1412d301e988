/** What a state and an operator mean together, in the words that people read (API reference, section 4). */
export type OutcomeWord =
	| 'running'
	| 'succeeded'
	| 'failed'
	| 'waiting'
	| 'rolling back'
	| 'rolled back'
	| 'failed to roll back'
	| 'cancelling'
	| 'cancelled'
	| 'passed'
	| 'to be undone'
	| 'pending';

/** `unknown` is a pair that no agent was seen to send: it is shown as it came, and never looks like a success. */
export type Outcome = {readonly word: OutcomeWord} | {readonly word: 'unknown'; readonly text: string};

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
		return {word: 'unknown', text: `${state || '?'} / ${operator || '?'}`};
	}

	return {word: waits && word === 'failed' ? 'waiting' : word};
};

/** Whether something is still being done, so that it changes by itself. */
export const isActive = (outcome: Outcome): boolean =>
	outcome.word === 'running' || outcome.word === 'rolling back' || outcome.word === 'cancelling';

/** Whether a person should look: a task that failed, failed to roll back or was cancelled. Waiting is none. */
export const isFault = (outcome: Outcome): boolean =>
	outcome.word === 'failed' || outcome.word === 'failed to roll back' || outcome.word === 'cancelled' || outcome.word === 'unknown';

// The engine's own word for a sub-DAG that pauses for its main DAG.
const waitLine = 'wait operator to advance';

/** Whether a log entry says that a sub-task pauses for its main DAG. */
export const isWaitLine = (entry: string | undefined): boolean => entry?.trim() === waitLine;

type LoggedSubTask = Stateful & {readonly logs: readonly string[] | undefined};
type LoggedNode = Stateful & {readonly subTasks: readonly LoggedSubTask[]};

const failed = ({state, operator}: Stateful): boolean => outcomeOf({state, operator}).word === 'failed';

/** Whether a failed sub-task only pauses for its main DAG. */
export const isWaitingSubTask = (subTask: LoggedSubTask): boolean => failed(subTask) && isWaitLine(subTask.logs?.at(-1));

/** Whether a failed node has no failed sub-task but waiting ones. */
export const isWaitingNode = (node: LoggedNode): boolean => {
	const failures = node.subTasks.filter(subTask => failed(subTask));
	return failed(node) && failures.length > 0 && failures.every(subTask => isWaitingSubTask(subTask));
};

/** Whether a failed DAG only pauses: all its failed nodes wait. False while the nodes are not known. */
export const isWaiting = (dag: Stateful & {readonly nodes: readonly LoggedNode[] | undefined}): boolean => {
	const failures = dag.nodes?.filter(node => failed(node)) ?? [];
	return failed(dag) && failures.length > 0 && failures.every(node => isWaitingNode(node));
};
