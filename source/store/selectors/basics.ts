import {type Timestamp} from '../../lib/time.js';
import {identityOf, isDatabaseConnected, isInCluster} from '../../protocol/identity.js';
import {parseGenericId} from '../../protocol/ids.js';
import {isActive, isFault, isFinal, type Outcome, outcomeOf, outcomeOfDag, outcomeOfNode, outcomeOfSubTask, type OutcomeWord, type Stateful, traitsOf} from '../../protocol/outcome.js';
import {type Dag, type SubTask, type TaskNode} from '../../protocol/task.js';
import {mainTaskOf} from '../lookup.js';
import {type AgentEntry, type State} from '../state.js';
import {type Progress, type TaskCells, type Tone, type Window} from './view-types.js';

/** Whether the agent's own status says that it belongs to a running cluster and cannot reach its database: the agent is alive all the same, and during an upgrade this is as it should be. */
export const isDatabaseDown = ({info, status}: AgentEntry): boolean =>
	status !== undefined && isInCluster(identityOf(info, status)) && !isDatabaseConnected(status);

type Timed = Stateful & {readonly startTime: Timestamp | undefined; readonly endTime: Timestamp | undefined} & Partial<Pick<SubTask, 'executeTimes'> & Pick<TaskNode, 'subTasks'> & Pick<Dag, 'nodes'>>;

/** Whether a stage or sub-task was never run: a main task that ends passes also the stages that its parts did not reach, and gives them times. */
const neverRan = ({executeTimes, subTasks}: Timed): boolean =>
	executeTimes === 0 || (subTasks !== undefined && subTasks.length > 0 && subTasks.every(subTask => subTask.executeTimes === 0));

/** Whether the row has done or is doing something: only then its start time is one (a PENDING row has its creation time there, a READY one that of the last attempt). */
export const hasBegun = (row: Timed): boolean => {
	const {state, startTime, endTime, operator} = row;
	if (startTime === undefined || state === 'PENDING' || state === 'READY') {
		return false;
	}

	// Passed or cancelled before its turn: both times are that of its creation.
	const isByHand = operator === 'PASS' || operator === 'CANCEL';
	return !(isByHand && state !== 'RUNNING' && (startTime === endTime || neverRan(row)));
};

/** Whether a part of it was run more than once. */
const ranAgain = ({executeTimes = 0, subTasks = [], nodes = []}: Timed): boolean => executeTimes > 1 || [...subTasks, ...nodes].some(part => ranAgain(part));

/**
When the row began, by the agent's clock; undefined where it did not, or nobody knows.

Cancelling gives a task and its stage the time of the cancellation. Their parts keep theirs: a task, a stage, that was run once began with the first of them.
*/
export const beganAt = (row: Timed): Timestamp | undefined => {
	if (!hasBegun(row)) {
		return undefined;
	}

	const isPart = row.executeTimes !== undefined;
	if (row.operator !== 'CANCEL' || isPart) {
		return row.startTime;
	}

	if (row.subTasks === undefined && ranAgain(row)) {
		return undefined;
	}

	let first: Timestamp | undefined;
	for (const part of row.subTasks ?? row.nodes ?? []) {
		const start = beganAt(part);
		first = start === undefined ? first : Math.min(first ?? start, start);
	}

	return first;
};

/**
How long something took or takes, in ms; undefined where the times mean nothing (not begun, unset, ending before they start). Only RUNNING rows grow: their end time is their start or that of the last attempt.

`agentNow` is the present by the agent's own clock.
*/
export const durationOf = (row: Timed, agentNow: Timestamp): number | undefined => {
	const {endTime, state} = row;
	const startTime = beganAt(row);
	if (startTime === undefined) {
		return undefined;
	}

	const end = state === 'RUNNING' ? agentNow : endTime;
	if (end === undefined) {
		return undefined;
	}

	// A skew measured a little wrong must not show a negative time.
	return end < startTime ? (state === 'RUNNING' ? 0 : undefined) : end - startTime;
};

/** The present by the agent's clock. While the agent cannot be asked, and for a task that it does not show any more, the moment of the last response: nothing is known of later. */
export const agentNow = (entry: AgentEntry | undefined, now: Timestamp, dag?: Pick<Dag, 'unlisted'>): Timestamp => {
	const {connection} = entry ?? {};
	const seen = connection?.type === 'failing' ? connection.lastSeenAt ?? connection.since : now;
	return Math.min(seen, dag?.unlisted?.seenAt ?? seen) + (entry?.skew ?? 0);
};

const doneWithoutNodes = (dag: Dag): number => {
	const {stages} = traitsOf(outcomeOf(dag));
	if (stages === 'all done') {
		return dag.maxStage;
	}

	return stages === 'all undone' ? 0 : Math.max(0, dag.stage - 1);
};

/** While stages are undone, their own states say nothing of what they did: those below the one at work still stand. */
const isBeingUndone = (dag: Dag): boolean => traitsOf(outcomeOf(dag)).stages === 'being undone';

/**
How far a task is. Only stages that succeeded count as done: undone and passed ones do not, so that a rollback empties the bar stage by stage and a pass leaves it. `stage` is the agent's own number, which counts down in a rollback.
*/
export const progressOf = (dag: Dag): Progress => {
	const done = dag.nodes && !isBeingUndone(dag)
		? dag.nodes.filter(node => outcomeOf(node).word === 'succeeded').length
		: doneWithoutNodes(dag);
	const total = Math.max(dag.maxStage, dag.nodes?.length ?? 0);
	return {stage: dag.stage, done: Math.min(done, total), total};
};

/** What an agent is in its group, in one word or two: "master", "single", "cluster". */
export const roleWords = (identity: string): string => identity === 'CLUSTER AGENT' ? 'cluster' : identity.toLowerCase();

export const roleOf = ({status, info}: AgentEntry): string => roleWords(identityOf(info, status));

export const taskOutcome = (dag: Dag): Outcome => unknowable(dag) ?? outcomeOfDag(dag);

/** Of a task whose details or end cannot be read, its last response is no outcome. */
const unknowable = ({state, needs, unlisted}: Dag): Outcome | undefined => {
	if (unlisted?.end === 'gone') {
		return {word: 'unknown', reason: 'gone', text: 'gone'};
	}

	if (needs && (state === 'FAILED' || unlisted?.end === 'unreadable')) {
		return {word: 'unknown', reason: 'closed', text: 'unknown'};
	}

	return unlisted?.end === 'unreadable' ? {word: 'unknown', reason: 'details', text: 'unknown'} : undefined;
};

export const nodeOutcome = (node: TaskNode): Outcome => outcomeOfNode(node);

export const subTaskOutcome = (subTask: SubTask): Outcome => outcomeOfSubTask(subTask);

/** Of a part of a task: what had not had its turn when all was undone stays PENDING / RUN, and will never run. */
const within = (dag: Dag | undefined, outcome: Outcome): Outcome =>
	outcome.word === 'pending' && dag && taskOutcome(dag).word === 'rolled back' ? {word: 'not run'} : outcome;

export const stageOutcome = (dag: Dag | undefined, node: TaskNode): Outcome => within(dag, nodeOutcome(node));

export const partOutcome = (dag: Dag | undefined, subTask: SubTask): Outcome => within(dag, subTaskOutcome(subTask));

/** Only what went all the way is green: undone, passed by hand and cancelled are none of it. */
export const outcomeTones: Readonly<Record<OutcomeWord | 'unknown', Tone>> = {
	running: 'active',
	succeeded: 'good',
	failed: 'bad',
	waiting: 'attention',
	'rolling back': 'attention',
	'rolled back': 'attention',
	'failed to roll back': 'bad',
	cancelling: 'attention',
	cancelled: 'bad',
	passed: 'plain',
	ended: 'plain',
	'not run': 'quiet',
	'to be undone': 'attention',
	pending: 'quiet',
	unknown: 'bad',
};

/** Whether a task's main task decides how it ended, and nobody knows how that is: it was not read yet, cannot be read, or went away before its end was seen. One that was gone from the beginning says nothing more. */
export const isMainUnknown = (state: State, dag: Dag): boolean => {
	const main = mainTaskOf(state, dag);
	if (!main) {
		return false;
	}

	return main.task ? (main.isGone === true || main.isUnread === true) && !isFinal(taskOutcome(main.task)) : main.isGone !== true;
};

/** A task in one row. `present` by its agent's clock. */
export const taskCells = (dag: Dag, present: Timestamp): TaskCells => ({
	name: dag.name === '' ? `task ${dag.id}` : dag.name,
	outcome: taskOutcome(dag),
	progress: progressOf(dag),
	duration: durationOf(dag, present),
});

/** Where the selected row is now; `fallback` while nothing was selected or the row is gone. -1 in an empty list. */
export const selectedIndexOf = (rows: ReadonlyArray<{readonly key: string}>, selected: string | undefined, fallback: number): number => {
	const index = selected === undefined ? -1 : rows.findIndex(({key}) => key === selected);
	return index === -1 ? Math.min(fallback, rows.length - 1) : index;
};

/** The stage that a task screen selects by itself, moving with the work until the user chooses: the one being worked on. */
export const currentStageIndex = (dag: Dag): number => Math.max(0, Math.min(dag.stage, dag.nodes?.length ?? 0) - 1);

/** The sub-task that a node screen selects by itself: the first failed, else the first active, else the first. */
export const currentSubTaskIndex = (node: TaskNode): number => {
	const outcomes = node.subTasks.map(subTask => subTaskOutcome(subTask));
	const failed = outcomes.findIndex(outcome => isFault(outcome));
	const active = outcomes.findIndex(outcome => isActive(outcome));
	return Math.max(0, failed === -1 ? active : failed);
};

/** What tells the sub-tasks of one agent in a stage apart: the number of each among that agent's rows, and its own name where that is not the stage's. Empty for whoever has no other one. */
export const subTaskMarks = ({name, subTasks}: TaskNode): ((subTask: SubTask) => string) => {
	const byAgent = Map.groupBy(subTasks, ({agent}) => agent);
	return subTask => {
		if ((byAgent.get(subTask.agent)?.length ?? 0) < 2) {
			return '';
		}

		const number = `#${parseGenericId(subTask.id)?.localId ?? subTask.id}`;
		return subTask.name === name ? number : `${number} ${subTask.name}`;
	};
};

/** The first row in sight: as near to `top` as the selected row allows, and without empty space below the last row. */
export const windowTop = ({top, selected, height, total}: {readonly top: number; readonly selected: number; readonly height: number; readonly total: number}): number => {
	const highest = Math.max(0, total - height);
	const kept = Math.min(Math.max(0, top), highest);
	if (selected < 0) {
		return kept;
	}

	return Math.min(Math.max(kept, selected - height + 1, 0), Math.max(0, selected));
};

/** The part of a list that is in sight; only these rows are made at all. */
export const windowOf = <Item, Row>(items: readonly Item[], range: {readonly top: number; readonly height: number}, toRow: (item: Item, index: number) => Row): Window<Row> => ({
	rows: items.slice(range.top, range.top + range.height).map((item, index) => toRow(item, range.top + index)),
	top: range.top,
	total: items.length,
});
