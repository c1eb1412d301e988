import {type Messages} from '../../lib/messages/en/english.js';
import {messages} from '../../lib/messages/messages.js';
import {identityOf, isDatabaseConnected, isInCluster} from '../../protocol/identity.js';
import {type Timestamp} from '../../lib/time.js';
import {parseGenericId} from '../../protocol/ids.js';
import {
	isActive,
	isFault,
	isFinal,
	isWaitLine,
	type Outcome,
	outcomeOf,
	outcomeOfDag,
	outcomeOfNode,
	outcomeOfSubTask,
	type OutcomeWord,
	outcomeLabel,
	type Stateful,
	traitsOf,
} from '../../protocol/outcome.js';
import {type Dag, type SubTask, type TaskNode} from '../../protocol/task.js';
import {createLookup, lastTaskOf, mainTaskOf} from '../lookup.js';
import {type AgentEntry, type ClusterEntry, type State} from '../state.js';
import {type Progress, type TaskCells, type Tone, type Window} from './view-types.js';

/**
Whether the agent says that it belongs to a running cluster and cannot reach its database. The agent itself is alive, and during an upgrade
this is normal.
*/
export const isDatabaseDown = ({info, status}: AgentEntry): boolean =>
	status !== undefined && isInCluster(identityOf(info, status)) && !isDatabaseConnected(status);

type Timed = Stateful & {readonly startTime: Timestamp | undefined; readonly endTime: Timestamp | undefined} & Partial<Pick<SubTask, 'executeTimes' | 'logs' | 'hasMainTask' | 'failedAt'> & Pick<TaskNode, 'subTasks'> & Pick<Dag, 'nodes'>>;

/** Whether a stage or sub-task never ran: a main task that ends passes even the stages that its parts did not reach, and gives them times. */
const neverRan = ({executeTimes, subTasks}: Timed): boolean =>
	executeTimes === 0 || (subTasks !== undefined && subTasks.length > 0 && subTasks.every(subTask => subTask.executeTimes === 0));

/** Whether a row has begun. Only then its start time is one: a PENDING row has its creation time there, a READY one that of the last attempt. */
export const hasBegun = (row: Timed): boolean => {
	const {state, startTime, endTime, operator} = row;
	if (startTime === undefined || state === 'PENDING' || state === 'READY') {
		return false;
	}

	// Passed or cancelled before it began: both times are that of its creation.
	const isByHand = operator === 'PASS' || operator === 'CANCEL';
	return !(isByHand && state !== 'RUNNING' && (startTime === endTime || neverRan(row)));
};

/** Whether a part of it ran more than once. */
const ranAgain = ({executeTimes = 0, subTasks = [], nodes = []}: Timed): boolean => executeTimes > 1 || [...subTasks, ...nodes].some(part => ranAgain(part));

/**
When a row began, by the agent's clock; undefined if it did not, or if that is unknown.
Cancelling gives a task and its stage the time of the cancellation, but not their parts: a task or stage that ran once began with the first
part.
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

/** Whether a row that was passed had only paused for its main task, so that it ended when it was passed. */
const pausedUntilPassed = ({executeTimes, subTasks, nodes, logs, hasMainTask}: Timed): boolean => {
	if (executeTimes !== undefined) {
		return hasMainTask === true && isWaitLine(logs?.at(-1));
	}

	const ran = (subTasks ?? nodes ?? []).filter(part => part.operator === 'PASS' && !neverRan(part));
	return ran.length > 0 && ran.every(part => pausedUntilPassed(part));
};

/**
When a row ended, by the agent's clock; undefined if it has not, or if that is unknown: what failed and is passed afterwards gets the time
of the pass.
*/
export const endedAt = (row: Timed): Timestamp | undefined => {
	const {state, operator, endTime, failedAt} = row;
	if (state !== 'SUCCEED' && state !== 'FAILED') {
		return undefined;
	}

	return state === 'SUCCEED' && operator === 'PASS' && !pausedUntilPassed(row) ? failedAt : endTime;
};

/**
How long something took or takes, in ms; undefined if the times mean nothing (not begun, unset, or ending before they start). Only RUNNING
rows grow: their end time is their start or that of the last attempt.
`agentNow` is the present by the agent's own clock; what still runs has no duration while that is unknown.
*/
export const durationOf = (row: Timed, agentNow: Timestamp | undefined): number | undefined => {
	const {state} = row;
	const startTime = beganAt(row);
	if (startTime === undefined) {
		return undefined;
	}

	const end = state === 'RUNNING' ? agentNow : endedAt(row);
	if (end === undefined) {
		return undefined;
	}

	// A slightly wrong skew must not show a negative time.
	return end < startTime ? (state === 'RUNNING' ? 0 : undefined) : end - startTime;
};

/** When a response last said the state of a task that is not read now, by our clock; undefined while it is read, by whichever agent. */
export const lastReadOf = ({unlisted, lastReadAt}: Pick<Dag, 'unlisted' | 'lastReadAt'>): Timestamp | undefined => unlisted?.seenAt ?? lastReadAt;

/**
The present of a task by its agent's clock: for one that is not read now, the time of the last response, because nothing later is known.
Undefined until that clock was read, unless the agent cannot be reached: it may be hours from ours.
*/
export const agentNow = (entry: Pick<AgentEntry, 'skew' | 'connection'> | undefined, now: Timestamp, dag: Pick<Dag, 'unlisted' | 'lastReadAt'>): Timestamp | undefined =>
	entry && entry.skew === undefined && entry.connection.type !== 'failing' ? undefined : Math.min(now, lastReadOf(dag) ?? now) + (entry?.skew ?? 0);

const doneWithoutNodes = (dag: Dag): number => {
	const {stages} = traitsOf(outcomeOf(dag));
	if (stages === 'all done') {
		return dag.maxStage;
	}

	return stages === 'all undone' ? 0 : Math.max(0, dag.stage - 1);
};

/** During a rollback, the states of stages do not say how far it got: the stages below the active one still count as done. */
const isBeingUndone = (dag: Dag): boolean => traitsOf(outcomeOf(dag)).stages === 'being undone';

/**
A task's progress. Stages that succeeded, or ended with their main task, count as done, so that a rollback empties the bar stage by stage
and a pass by hand leaves it. `stage` is the agent's own number, which counts down in a rollback.
*/
export const progressOf = (dag: Dag): Progress => {
	const done = dag.nodes && !isBeingUndone(dag)
		? dag.nodes.filter(node => /^(?:succeeded|ended)$/.test(nodeOutcome(node).word)).length
		: doneWithoutNodes(dag);
	const total = Math.max(dag.maxStage, dag.nodes?.length ?? 0);
	return {stage: dag.stage, done: Math.min(done, total), total};
};

type Roles = Messages['cards']['roles'];

const isKnownRole = (word: string, roles: Roles): word is keyof Roles => Object.hasOwn(roles, word);

/** An agent's role in its group, in one word or two: "master", "single", "cluster". */
export const roleText = (identity: string): string => {
	const {roles} = messages().cards;
	const word = identity.toLowerCase();
	return isKnownRole(word, roles) ? roles[word] : word;
};

export const roleOf = ({status, info}: AgentEntry): string => roleText(identityOf(info, status));

export const taskOutcome = (dag: Dag): Outcome => unknowable(dag) ?? outcomeOfDag(dag);

/** If a task's details or end cannot be read, its last response is not its outcome. */
const unknowable = ({state, needs, unlisted}: Dag): Outcome | undefined => {
	if (unlisted?.end === 'gone') {
		return {word: 'unknown', reason: 'gone', text: 'gone'};
	}

	if (unlisted?.end === 'refused') {
		return {word: 'unknown', reason: 'refused', text: 'unknown'};
	}

	if (needs && (state === 'FAILED' || unlisted?.end === 'unreadable')) {
		return {word: 'unknown', reason: 'closed', text: 'unknown'};
	}

	return unlisted?.end === 'unreadable' ? {word: 'unknown', reason: 'details', text: 'unknown'} : undefined;
};

export const nodeOutcome = (node: TaskNode): Outcome => outcomeOfNode(node);

export const subTaskOutcome = (subTask: SubTask): Outcome => outcomeOfSubTask(subTask);

/** Of a part of a task: what had not begun before a rollback undid the task stays PENDING / RUN, and will never run. */
const within = (dag: Dag | undefined, outcome: Outcome): Outcome =>
	outcome.word === 'pending' && dag && taskOutcome(dag).word === 'rolled back' ? {word: 'not run'} : outcome;

export const stageOutcome = (dag: Dag | undefined, node: TaskNode): Outcome => within(dag, nodeOutcome(node));

/** The words of a stage or sub-task whose part at another agent may have failed. */
export const partLabel = ({outcome, hasFailedPart = false}: {readonly outcome: Outcome; readonly hasFailedPart?: boolean}): string =>
	hasFailedPart ? messages().tasks.partFailed(outcomeLabel(outcome)) : outcomeLabel(outcome);

export const partOutcome = (dag: Dag | undefined, subTask: SubTask): Outcome => within(dag, subTaskOutcome(subTask));

const failedOf = (owner: Pick<AgentEntry, 'task' | 'otherTasks'>, parts: readonly Dag[] = []): readonly string[] =>
	[lastTaskOf(owner) ?? [], owner.otherTasks, parts].flat().filter(dag => taskOutcome(dag).word.startsWith('failed')).map(({id}) => id);

const failedAtAgents = createLookup<AgentEntry>(entry => failedOf(entry));

const failedInClusters = createLookup<ClusterEntry>(cluster => failedOf(cluster, cluster.parts));

/** Whether a task of that id may have failed for good: quick, because a main task can have a sub-task at each of a thousand agents, of which hardly any fails. */
export const mayHaveFailedIn = ({agents, clusters, kept}: State, id: string): boolean =>
	failedAtAgents.has(agents, id) || failedInClusters.has(clusters, id) || kept.values().some(dag => dag.id === id);

/** Only a complete success is green: not undone, passed by hand, or cancelled. */
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

/**
Whether a task's main task decides how it ended, and that is unknown: it was not read yet, cannot be read, or vanished before its end was
seen. One that was gone from the start decides nothing.
*/
export const isMainUnknown = (state: State, dag: Dag): boolean => {
	const main = mainTaskOf(state, dag);
	if (!main) {
		return false;
	}

	return main.task ? (main.isGone === true || main.isUnread === true) && !isFinal(taskOutcome(main.task)) : main.isGone !== true;
};

/** " #14", a task's number on its agent or in its cluster. */
export const numberMark = (id: string): string => ` #${parseGenericId(id)?.localId ?? id}`;

/** A task's name, as people read it. */
export const taskName = ({name, id}: Pick<Dag, 'name' | 'id'>, {tasks}: Messages = messages()): string => name === '' ? tasks.unnamed(id) : tasks.engineName(name);

/** Its name where lines follow each other: always with its number, because a task of the same name may begin before the last line of this one. */
export const numberedName = (task: Pick<Dag, 'id' | 'name'>, language: Messages = messages()): string => taskName(task, language) + (task.name === '' ? '' : numberMark(task.id));

/** A task in one row. `present` by its agent's clock. */
export const taskCells = (dag: Dag, present: Timestamp | undefined): TaskCells => ({
	name: taskName(dag),
	outcome: taskOutcome(dag),
	progress: progressOf(dag),
	duration: durationOf(dag, present),
});

/** The index of the selected row; `fallback` if none was selected or the row is gone. -1 in an empty list. */
export const selectedIndexOf = (rows: ReadonlyArray<{readonly key: string}>, selected: string | undefined, fallback: number): number => {
	const index = selected === undefined ? -1 : rows.findIndex(({key}) => key === selected);
	return index === -1 ? Math.min(fallback, rows.length - 1) : index;
};

/** The stage being worked on. */
export const currentStageIndex = (dag: Dag): number => Math.max(0, Math.min(dag.stage, dag.nodes?.length ?? 0) - 1);

/** The sub-task of a stage to look at: the first failed, else the first active, else the first. */
export const currentSubTaskIndex = (node: TaskNode): number => {
	const outcomes = node.subTasks.map(subTask => subTaskOutcome(subTask));
	const failed = outcomes.findIndex(outcome => isFault(outcome));
	const active = outcomes.findIndex(outcome => isActive(outcome));
	return Math.max(0, failed === -1 ? active : failed);
};

/**
Marks that tell an agent's several sub-tasks in a stage apart: their numbers, and their names if they differ from the stage's. Empty for an
agent with one sub-task.
*/
export const subTaskMarks = ({name, subTasks}: TaskNode): ((subTask: SubTask) => string) => {
	const byAgent = Map.groupBy(subTasks, ({agent}) => agent);
	return subTask => {
		if ((byAgent.get(subTask.agent)?.length ?? 0) < 2) {
			return '';
		}

		const number = `#${parseGenericId(subTask.id)?.localId ?? subTask.id}`;
		return subTask.name === name ? number : `${number} ${messages().tasks.engineName(subTask.name)}`;
	};
};

/** The first row in sight: as near to `top` as the selected row allows, without empty space below the last row. */
export const windowTop = ({top, selected, height, total}: {readonly top: number; readonly selected: number; readonly height: number; readonly total: number}): number => {
	const highest = Math.max(0, total - height);
	const kept = Math.min(Math.max(0, top), highest);
	if (selected < 0) {
		return kept;
	}

	return Math.min(Math.max(kept, selected - height + 1, 0), Math.max(0, selected));
};

/** The visible part of a list. Only these rows are built. */
export const windowOf = <Item, Row>(items: readonly Item[], range: {readonly top: number; readonly height: number}, toRow: (item: Item, index: number) => Row): Window<Row> => ({
	rows: items.slice(range.top, range.top + range.height).map((item, index) => toRow(item, range.top + index)),
	top: range.top,
	total: items.length,
});
