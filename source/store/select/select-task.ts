import {isActive, isFault} from '../../protocol/outcome.js';
import {severityOf} from '../../protocol/severity.js';
import {type Dag, type SubTask, type TaskNode} from '../../protocol/task.js';
import {type Timestamp} from '../../protocol/timestamp.js';
import {reasonLayout, stalenessOf} from '../layout.js';
import {agentBehind, findLastTask, mainTaskOf} from '../locate.js';
import {type Screen, type State} from '../state.js';
import {
	type StageRow,
	type SubTaskRow,
	type TaskHeader,
	type TaskView,
} from '../views.js';
import {operationOn} from '../operate/views.js';
import {isFailing} from './cause.js';
import {agentNow, beganAt, durationOf, hasBegun} from './duration.js';
import {explanationOf} from './explanation.js';
import {pulseOf} from './pulse.js';
import {currentStageIndex, currentSubTaskIndex, selectedIndexOf} from './selection.js';
import {breadcrumbOf} from './select-parts.js';
import {
	isMainUnknown,
	nodeOutcome,
	subTaskOutcome,
	taskOutcome,
	taskCells,
} from './task-cells.js';
import {subTaskMarks} from './sub-task-mark.js';
import {timelineOf} from './timeline.js';
import {windowOf, windowTop} from './window.js';

const doneWords = new Set(['succeeded', 'passed', 'ended', 'rolled back']);

const subTaskCount = (node: TaskNode): StageRow['subTasks'] => node.subTasks.length < 2
	? undefined
	: {done: node.subTasks.filter(subTask => doneWords.has(subTaskOutcome(subTask).word)).length, total: node.subTasks.length};

/** One agent's share of a stage in one row. */
export const subTaskRow = (subTask: SubTask, {now, isSelected, markOf}: {readonly now: Timestamp; readonly isSelected: boolean; readonly markOf: (subTask: SubTask) => string}): SubTaskRow => {
	const outcome = subTaskOutcome(subTask);
	const last = subTask.logs?.at(-1) ?? '';
	const why = isFault(outcome) ? explanationOf(subTask) : undefined;
	const lastLine = why && why.kind !== 'silent' ? why.text : last.split('\n', 1)[0] ?? '';
	return {
		key: subTask.key,
		agent: subTask.agent ?? '',
		mark: markOf(subTask),
		outcome,
		duration: durationOf(subTask, now),
		executions: subTask.executeTimes,
		lastLine,
		lastShortest: why && why.kind !== 'silent' ? why.shortest : lastLine,
		lastSeverity: why ? 'error' : severityOf(last),
		isSelected,
	};
};

const headerOf = (dag: Dag, now: Timestamp): Omit<TaskHeader, 'main' | 'replacedBy' | 'why' | 'whyRows' | 'logFolder' | 'pulse'> => {
	const cells = taskCells(dag, now);
	const startTime = dag.operator === 'CANCEL' ? beganAt(dag) : dag.startTime;
	const isLaterAttempt = startTime !== undefined
		&& (dag.nodes ?? []).some(node => hasBegun(node) && node.startTime !== undefined && node.startTime < startTime);
	const hasEnded = dag.state === 'SUCCEED' || dag.state === 'FAILED';
	return {
		...cells,
		operator: dag.operator,
		id: dag.id,
		startTime,
		endTime: hasEnded && !isActive(cells.outcome) ? dag.endTime : undefined,
		utcOffset: dag.utcOffset,
		isLaterAttempt,
		isFailing: isFailing(dag),
	};
};

const lastLinesInSide = 12;

const sideOf = (node: TaskNode, now: Timestamp, markOf = subTaskMarks(node)): TaskView['side'] => ({
	title: node.name,
	subTasks: node.subTasks.map(subTask => subTaskRow(subTask, {now, isSelected: false, markOf})),
	lastLines: ([node.subTasks[currentSubTaskIndex(node)], ...node.subTasks].find(subTask => subTask?.logs !== undefined)?.logs ?? []).slice(-lastLinesInSide)
		.flatMap(line => line.split('\n')),
});

const mainOf = (state: State, dag: Dag): TaskView['header']['main'] => {
	const main = mainTaskOf(state, dag);
	// What it was when it was read last is no outcome once it is gone.
	const isUnknown = main?.isGone === true && isMainUnknown(state, dag);
	return main && {outcome: main.task && !isUnknown ? taskOutcome(main.task) : undefined, isGone: main.isGone ?? false};
};

/** The task screen: its header, its stages with their timeline, and what stands beside them on a wide terminal. */
export const selectTask = ({state, screen, dag, now, height}: {
	readonly state: State; readonly screen: Extract<Screen, {type: 'task'}>; readonly dag: Dag; readonly now: Timestamp; readonly height: number;
}): TaskView => {
	const present = agentNow(agentBehind(state, screen.task.owner), now, dag);
	const last = findLastTask(state, {...screen.task, id: dag.id});
	const nodes = dag.nodes ?? [];
	const timeline = timelineOf(nodes, present);
	const selected = selectedIndexOf(nodes, screen.selected, currentStageIndex(dag));
	const top = windowTop({
		top: screen.top, selected, height, total: nodes.length,
	});
	const side = nodes[selected];
	return {
		type: 'task',
		breadcrumb: breadcrumbOf(state, screen),
		header: {...headerOf(dag, present), main: mainOf(state, dag), replacedBy: screen.replacedBy, ...reasonLayout(state, screen), pulse: last && pulseOf(last, present, now)},
		staleness: stalenessOf(state, screen.task),
		operation: operationOn(state, screen.task),
		list: windowOf(nodes, {top, height}, (node, index): StageRow => ({
			key: node.key,
			number: index + 1,
			name: node.name,
			outcome: nodeOutcome(node),
			subTasks: subTaskCount(node),
			duration: durationOf(node, present),
			span: timeline.spans[index],
			isSelected: index === selected,
		})),
		note: dag.nodes === undefined ? 'loading its stages' : (nodes.length === 0 ? 'no stages' : undefined),
		timelineLength: timeline.length,
		side: side && sideOf(side, present),
	};
};
