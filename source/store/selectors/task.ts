import {messages} from '../../lib/messages/messages.js';
import {type Timestamp} from '../../lib/time.js';
import {type Severity, severityOf} from '../../protocol/logs.js';
import {attemptsOf, isActive, isFault, type Outcome, traitsOf} from '../../protocol/outcome.js';
import {type Dag, type SubTask, type TaskNode} from '../../protocol/task.js';
import {agentBehind, findLastTask, findTask, mainTaskOf} from '../lookup.js';
import {type Screen, type State} from '../state.js';
import {
	agentNow,
	beganAt,
	durationOf,
	endedAt,
	hasBegun,
	isMainUnknown,
	nodeOutcome,
	numberedName,
	partOutcome,
	selectedIndexOf,
	stageOutcome,
	subTaskMarks,
	subTaskOutcome,
	taskCells,
	taskOutcome,
	windowOf,
	windowTop,
} from './basics.js';
import {errorText} from './error-text.js';
import {failedPartTest, isFailing, usualStageIndex, usualSubTaskIndex} from './cause.js';
import {explanationsOf, toldOf} from './explanation.js';
import {oldMainOf} from './links.js';
import {operationOn, type OperationView} from './overlays.js';
import {stallInfoOf} from './stall.js';
import {breadcrumbOf, reasonOf, stalenessOf} from './task-head.js';
import {estimate, isSlowStage, patienceFor, usualDuration, usualStages, usualTimes} from './usual.js';
import {type Staleness, type TaskHeader, type TimeSpan, type Window} from './view-types.js';

type Timeline = {
	/** From the first start to the last end (or now), in ms; 0 if nothing has begun. */
	readonly length: number;
	/** By node, in order. */
	readonly spans: ReadonlyArray<TimeSpan | undefined>;
};

// In ms. A node that took 0s must not look as if it took a quarter of a short task's time.
const shortest = 1000;

/** The nodes' intervals. Scaled from the earliest node's start, because a task's own start is that of its last attempt only. */
export const timelineOf = (nodes: readonly TaskNode[], present: Timestamp | undefined, isAtWork = false): Timeline => {
	const intervals = nodes.map(node => {
		const duration = durationOf(node, present);
		const start = beganAt(node);
		// Where only the beginning is known, its mark is as short as can be.
		return start === undefined ? undefined : {start, end: start + (duration ?? 0)};
	});
	let first = Infinity;
	// Between two stages, a task at work goes on, too.
	let last = isAtWork && present !== undefined ? present : -Infinity;
	for (const interval of intervals) {
		first = Math.min(first, interval?.start ?? first);
		last = Math.max(last, interval?.end ?? last);
	}

	const length = Math.max(0, last - first);
	if (!Number.isFinite(length)) {
		return {length: 0, spans: nodes.map(() => undefined)};
	}

	const fraction = (time: Timestamp): number => length === 0 ? 0 : (time - first) / length;
	return {length, spans: intervals.map(interval => interval && {start: fraction(interval.start), end: fraction(interval.end - interval.start < shortest ? interval.start : interval.end)})};
};

const subTaskCount = (node: TaskNode): StageRow['subTasks'] => node.subTasks.length < 2
	? undefined
	: {done: node.subTasks.filter(subTask => traitsOf(subTaskOutcome(subTask)).isDone).length, total: node.subTasks.length};

/** One agent's part of a stage in one row. */
const subTaskRow = (subTask: SubTask, {dag, present, isSelected, markOf}: {
	readonly dag: Dag | undefined; readonly present: Timestamp | undefined; readonly isSelected: boolean; readonly markOf: (subTask: SubTask) => string;
}): SubTaskRow => {
	const outcome = partOutcome(dag, subTask);
	const last = subTask.logs?.at(-1) ?? '';
	const why = isFault(outcome) ? explanationsOf(subTask)[0] : undefined;
	const told = why && why.kind !== 'silent' ? toldOf(why) : undefined;
	const lastLine = told?.text ?? last.split('\n', 1)[0] ?? '';
	return {
		key: subTask.key,
		agent: subTask.agent ?? '',
		mark: markOf(subTask),
		outcome,
		duration: durationOf(subTask, present),
		attempts: attemptsOf(subTask),
		lastLine,
		lastShortest: told?.shortest ?? lastLine,
		lastSeverity: why ? 'error' : severityOf(last),
		isSelected,
	};
};

/** The engine takes a second from the end of a stage to the beginning of the next one. Stages that were read before the task's own number moved on do not say so. */
const isBetween = (dag: Dag): boolean => {
	const {nodes = [], stage} = dag;
	const outcomes = nodes.map(node => nodeOutcome(node));
	return !dag.isBrief && taskOutcome(dag).word === 'running' && outcomes[stage - 1]?.word === 'pending' && outcomes.every(outcome => !isActive(outcome));
};

const headerOf = (dag: Dag, present: Timestamp | undefined): Omit<TaskHeader, 'main' | 'isFailing' | 'replacedBy' | 'why' | 'logFolder' | 'stall' | 'usual' | 'estimate'> => {
	const cells = taskCells(dag, present);
	const startTime = dag.operator === 'CANCEL' ? beganAt(dag) : dag.startTime;
	const isLaterAttempt = startTime !== undefined
		&& (dag.nodes ?? []).some(node => hasBegun(node) && node.startTime !== undefined && node.startTime < startTime);
	return {
		...cells,
		operator: dag.operator,
		id: dag.id,
		ownName: cells.name === dag.name ? undefined : dag.name,
		startTime,
		endTime: isActive(cells.outcome) ? undefined : endedAt(dag),
		utcOffset: dag.utcOffset,
		isLaterAttempt,
		isBetween: isBetween(dag),
	};
};

const lastLinesInSide = 12;

const sideOf = (dag: Dag, node: TaskNode, {present, isPartFailed, usual}: {readonly present: Timestamp | undefined; readonly isPartFailed: ReturnType<typeof failedPartTest>; readonly usual: number}, markOf = subTaskMarks(node)): TaskView['side'] => ({
	title: messages().tasks.engineName(node.name),
	subTasks: node.subTasks.map(subTask => ({...subTaskRow(subTask, {dag, present, isSelected: false, markOf}), hasFailedPart: isPartFailed(subTask)})),
	lastLines: ([node.subTasks[usual], ...node.subTasks].find(subTask => subTask?.logs !== undefined)?.logs ?? []).slice(-lastLinesInSide)
		.flatMap(line => line.split('\n')),
});

const mainOf = (state: State, dag: Dag, owner: string): TaskView['header']['main'] => {
	const followed = mainTaskOf(state, dag);
	const main = followed && {...followed, task: followed.task ?? oldMainOf(state, dag, owner)};
	// The last outcome before a task was gone is not its outcome.
	const isUnknown = main?.isGone === true && isMainUnknown(state, dag);
	return main && {
		outcome: main.task && !isUnknown ? taskOutcome(main.task) : undefined,
		isFailing: main.task !== undefined && main.isUnread !== true && isFailing(state, main.task),
		isGone: main.isGone ?? false,
	};
};

const usualOf = (state: State, dag: Dag, owner: string, present: Timestamp | undefined): Pick<TaskHeader, 'usual' | 'estimate'> => ({
	usual: usualDuration(state, owner, dag), estimate: estimate(state, owner, dag, present),
});

/** The task screen: its header, its stages with their timeline, and a side pane on wide terminals. */
export const selectTask = ({state, screen, dag, now, height}: {
	readonly state: State; readonly screen: Extract<Screen, {type: 'task'}>; readonly dag: Dag; readonly now: Timestamp; readonly height: number;
}): TaskView => {
	const present = agentNow(agentBehind(state, screen.task.owner), now, dag);
	const last = findLastTask(state, {...screen.task, id: dag.id});
	const nodes = dag.nodes ?? [];
	const timeline = timelineOf(nodes, present, isActive(taskOutcome(dag)));
	const staleness = stalenessOf(state, screen.task);
	const selected = selectedIndexOf(nodes, screen.selected, usualStageIndex(state, dag));
	const top = windowTop({
		top: screen.top, selected, height, total: nodes.length,
	});
	const side = nodes[selected];
	const isPartFailed = failedPartTest(state, dag);
	const usual = usualStages(usualTimes(state, screen.task.owner, dag), nodes);
	return {
		type: 'task',
		breadcrumb: breadcrumbOf(state, screen),
		header: {...headerOf(dag, present), isFailing: isFailing(state, dag), main: mainOf(state, dag, screen.task.owner), replacedBy: screen.replacedBy === undefined ? undefined : numberedName(screen.replacedBy), ...reasonOf(state, dag, screen.task.owner, staleness), stall: last && stallInfoOf(last, {agentNow: present, now, patience: patienceFor(state, screen.task.owner, dag)}), ...usualOf(state, dag, screen.task.owner, present)},
		staleness,
		operation: operationOn(state, screen.task),
		list: windowOf(nodes, {top, height}, (node, index): StageRow => ({
			key: node.key,
			number: index + 1,
			name: messages().tasks.engineName(node.name),
			outcome: stageOutcome(dag, node),
			hasFailedPart: isPartFailed(node),
			subTasks: subTaskCount(node),
			duration: durationOf(node, present),
			usual: usual[index]?.median,
			isSlow: isSlowStage(node, durationOf(node, present), usual[index]),
			place: timeline.spans[index],
			isSelected: index === selected,
		})),
		note: dag.nodes === undefined ? (dag.refusal ? messages().tasks.instead.noDetails(errorText(dag.refusal)) : messages().tasks.instead.loadingStages) : (nodes.length === 0 ? messages().tasks.instead.noStages : undefined),
		timelineLength: timeline.length,
		side: side && sideOf(dag, side, {present, isPartFailed, usual: usualSubTaskIndex(state, dag, side)}),
	};
};

export type SubTaskRow = {
	readonly key: string;
	/** "ip:port" */
	readonly agent: string;
	/** Tells it from the agent's other sub-tasks, "#61"; empty if there are none. */
	readonly mark: string;
	readonly outcome: Outcome;
	/** What it waited for failed at its agent. */
	readonly hasFailedPart?: boolean;
	readonly duration: number | undefined;
	/** Runs and undos together. */
	readonly attempts: number;
	/** Its last log line, or why it failed. */
	readonly lastLine: string;
	/** The most telling part of it, if there is not room for all. */
	readonly lastShortest: string;
	readonly lastSeverity: Severity;
	readonly isSelected: boolean;
};

export type StageRow = {
	readonly key: string;
	readonly number: number;
	readonly name: string;
	readonly outcome: Outcome;
	/** What it waited for failed at another agent. */
	readonly hasFailedPart?: boolean;
	/** How many sub-tasks are done (succeeded, passed, rolled back) of all, if there is more than one. */
	readonly subTasks: {readonly done: number; readonly total: number} | undefined;
	readonly duration: number | undefined;
	/** How long it usually takes, in ms. */
	readonly usual: number | undefined;
	/** It takes, or took, longer than nine of ten before. */
	readonly isSlow: boolean;
	readonly place: TimeSpan | undefined;
	readonly isSelected: boolean;
};

export type TaskView = {
	readonly type: 'task';
	readonly breadcrumb: readonly string[];
	readonly header: TaskHeader;
	readonly staleness: Staleness | undefined;
	/** The last operation from here. */
	readonly operation: OperationView | undefined;
	readonly list: Window<StageRow>;
	/** Instead of stages: "loading", "no stages". */
	readonly note: string | undefined;
	/** The whole timeline's length in ms; 0 when nothing has begun. */
	readonly timelineLength: number;
	/** The selected stage, for the side pane of wide terminals. */
	readonly side: {readonly title: string; readonly subTasks: readonly SubTaskRow[]; readonly lastLines: readonly string[]} | undefined;
};

/** The node screen: one stage's sub-tasks, usually one per agent. */
export const selectNode = ({state, screen, node, now, height}: {
	readonly state: State; readonly screen: Extract<Screen, {type: 'node'}>; readonly node: TaskNode; readonly now: Timestamp; readonly height: number;
}): NodeView => {
	const dag = findTask(state, screen.task);
	const present = agentNow(agentBehind(state, screen.task.owner), now, dag ?? {});
	const selected = selectedIndexOf(node.subTasks, screen.selected, usualSubTaskIndex(state, dag, node));
	const top = windowTop({
		top: screen.top, selected, height, total: node.subTasks.length,
	});
	const markOf = subTaskMarks(node);
	const isPartFailed = failedPartTest(state, dag);
	return {
		type: 'node',
		breadcrumb: breadcrumbOf(state, screen),
		outcome: stageOutcome(dag, node),
		hasFailedPart: isPartFailed(node),
		staleness: stalenessOf(state, screen.task),
		list: windowOf(node.subTasks, {top, height}, (subTask, index) => ({
			...subTaskRow(subTask, {dag, present, isSelected: index === selected, markOf}),
			hasFailedPart: isPartFailed(subTask),
		})),
	};
};

export type NodeView = {
	readonly type: 'node';
	readonly breadcrumb: readonly string[];
	readonly outcome: Outcome;
	/** What it waited for failed at another agent. */
	readonly hasFailedPart?: boolean;
	readonly staleness: Staleness | undefined;
	readonly list: Window<SubTaskRow>;
};
