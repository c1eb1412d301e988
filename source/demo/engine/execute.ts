// Executions: how one sub-task's share of a stage is run, undone and watched.

import {type Run, type TaskDefinition, type Work} from './definition.js';
import {checkAgain, conduct, followed} from './main-task.js';
import {isActive, linesOf, waitLine, type Dag, type Execution, type LogLine, type Node, type SubTask} from './model.js';
import {type Ports} from './ports.js';

// A sub-task is READY until a worker takes it. After an undo that takes longer, so that a person can see its log vanish.
const queueDelay = 150;
const retryQueueDelay = 600;
// A watched task is asked a moment after the tick.
const watchDelay = 28.4;

const quickUndo: Run = {duration: 40, lines: [[4, 'nothing was left behind, nothing to undo']]};

const linesFrom = (startAt: number, lines: ReadonlyArray<readonly [number, string]>): readonly LogLine[] =>
	lines.map(([offset, text]) => ({at: startAt + offset, text}));

const endingOf = (failure: NonNullable<Run['failure']>): ReadonlyArray<readonly [number, string]> => {
	switch (failure.type) {
		case 'waits': {
			return [[failure.after, waitLine]];
		}

		case 'times out': {
			return [[failure.after, 'sub task timeout']];
		}

		case 'error': {
			return [];
		}
	}
};

/** The run as its `count`th attempt (0-based) goes: without its failure once that has happened often enough. */
const attempt = ({failure, ...run}: Run, count: number): Run =>
	failure && count < (failure.times ?? Infinity) ? {...run, failure} : run;

const executeLocally = (run: Run, operator: Execution['operator'], startAt: number): Execution => {
	const {failure} = run;
	const lines = failure
		? [...run.lines.filter(([offset]) => offset < failure.after), ...(failure.lines ?? []), ...endingOf(failure)]
		: run.lines;
	return {
		operator, startAt, endAt: startAt + (failure?.after ?? run.duration), isSuccess: !failure, lines: linesFrom(startAt, lines),
	};
};

const watch = (operator: Execution['operator'], startAt: number, watches: string, line: string): Execution => ({
	operator, startAt, endAt: Infinity, isSuccess: false, lines: linesFrom(startAt, [[0.4, line]]), watches,
});

const failAtOnce = (operator: Execution['operator'], startAt: number, line: string): Execution => ({
	operator, startAt, endAt: startAt + 1, isSuccess: false, lines: linesFrom(startAt, [[0.4, line]]),
});

const underMaintenance = (agent: string): string => `ERROR: [Agent.UnderMaintenance]: agent ${agent} is under maintenance`;

const singleStage = (name: string, on: string, run: Run, undo: Run | undefined): TaskDefinition => ({
	name, nodes: [{name, subTasks: [{on, work: {type: 'local', run}, ...(undo && {undo})}]}],
});

type Start = {readonly dag: Dag; readonly node: Node; readonly subTask: SubTask; readonly startAt: number; readonly ports: Ports};

const run = ({dag, node, subTask, startAt, ports}: Start): Execution => {
	const {on, work, undo} = subTask.definition;
	const runs = subTask.executions.filter(execution => execution.operator === 'RUN').length;
	switch (work.type) {
		case 'local': {
			return executeLocally(attempt(work.run, runs), 'RUN', startAt);
		}

		case 'remote': {
			const remote = ports.create(on, singleStage(node.definition.name, on, attempt(work.run, runs), undo), startAt + 5.2);
			return remote ? watch('RUN', startAt, remote.key, `handing "${node.definition.name}" to ${on}, attempt ${runs + 1}`) : failAtOnce('RUN', startAt, underMaintenance(on));
		}

		case 'spawn': {
			const spawned = ports.create(on, work.task, startAt + 5.2, dag.id);
			return spawned
				? {...executeLocally({duration: 12, lines: [[1, `Inform ${on} to create the task`], [9, `create task ${spawned.id} successfully`]]}, 'RUN', startAt), watches: spawned.key}
				: failAtOnce('RUN', startAt, underMaintenance(on));
		}

		case 'check':
		case 'advance':
		case 'follow':
		case 'end': {
			return conduct(work.type, {dag, on, startAt, ports});
		}
	}
};

const undo = ({node, subTask, startAt, ports}: Start): Execution => {
	const {on, work, undo: undoing = quickUndo} = subTask.definition;
	const undoRun = attempt(undoing, subTask.executions.filter(execution => execution.operator === 'ROLLBACK').length);
	if (work.type !== 'remote') {
		return executeLocally(undoRun, 'ROLLBACK', startAt);
	}

	const key = subTask.executions.findLast(execution => execution.operator === 'RUN')?.watches;
	const remote = key === undefined ? undefined : ports.read(key);
	if (!remote || isActive(remote)) {
		return executeLocally(quickUndo, 'ROLLBACK', startAt);
	}

	if (remote.state === 'FAILED') {
		ports.operate(remote.key, 'rollback', startAt + 5.2);
		return watch('ROLLBACK', startAt, remote.key, `asking ${on} to roll back task ${remote.id}`);
	}

	const name = node.definition.undoName ?? `Undo ${node.definition.name}`;
	const task = ports.create(on, singleStage(name, on, undoRun, undefined), startAt + 5.2);
	return task ? watch('ROLLBACK', startAt, task.key, `task ${remote.id} on ${on} had succeeded, starting "${name}" there`) : failAtOnce('ROLLBACK', startAt, underMaintenance(on));
};

/** The sub-task with one more execution, begun at the tick `at`. */
export const execute = (start: Omit<Start, 'startAt'> & {readonly at: number; readonly operator: Execution['operator']; readonly index: number}): SubTask => {
	const {at, operator, index, subTask} = start;
	const startAt = at + (operator === 'RUN' && subTask.executions.length > 0 ? retryQueueDelay : queueDelay) + (index * 0.713);
	const execution = operator === 'RUN' ? run({...start, startAt}) : undo({...start, startAt});
	return {...subTask, executions: [...subTask.executions, execution]};
};

const remoteLines = (remote: Dag, now: number): readonly string[] => {
	const lines = remote.nodes.flatMap(node => node.subTasks.flatMap(subTask => linesOf(subTask, now))).toSorted((one, other) => one.at - other.at);
	return lines.map(line => `task ${remote.definition.name}: ${line.text}`);
};

/** What a watched task that has ended, or is gone, leaves in the log of its watcher. */
const conclude = (execution: Execution, remote: Dag | undefined, at: number): Execution => {
	const isSuccess = remote?.state === 'SUCCEED';
	const texts = remote
		? [...remoteLines(remote, at), ...(isSuccess ? [] : [`ERROR: [Task.RemoteTask.Failed]: Remote task ${remote.id} ${remote.definition.name} failed`])]
		: ['ERROR: [Task.NotFound]: the remote task is gone'];
	const lines = texts.map((text, index) => ({at: at + (index * 0.011), text}));
	return {...execution, isSuccess, endAt: at + (texts.length * 0.011), lines: [...execution.lines, ...lines]};
};

/** Asks the watched task, once a tick, how it is. */
export const pollWatched = (execution: Execution, {dag, type, tick, ports}: {readonly dag: Dag; readonly type: Work['type']; readonly tick: number; readonly ports: Ports}): Execution => {
	if (execution.endAt !== Infinity || tick < execution.startAt) {
		return execution;
	}

	const at = tick + watchDelay;
	if (type === 'check') {
		return checkAgain(execution, {dag, at, ports});
	}

	if (execution.watches === undefined) {
		return execution;
	}

	const remote = ports.read(execution.watches);
	if (!remote || !isActive(remote)) {
		return type === 'follow' ? followed(execution, remote, at) : conclude(execution, remote, at);
	}

	if (type === 'follow') {
		return execution;
	}

	const text = `remote task ${remote.id} ${remote.definition.name} running [${remote.stage}/${remote.nodes.length}]`;
	return {...execution, lines: [...execution.lines, {at, text}]};
};

/** Ends an execution that is still under way, as a cancel does. */
export const cancelExecution = (execution: Execution, at: number, ports: Ports): Execution => {
	if (execution.endAt <= at) {
		return execution;
	}

	const remote = execution.watches === undefined ? undefined : ports.read(execution.watches);
	if (remote && isActive(remote)) {
		ports.operate(remote.key, 'cancel', at);
	}

	return {...execution, startAt: Math.min(execution.startAt, at), endAt: at, isSuccess: false, lines: [...execution.lines.filter(line => line.at < at), {at, text: 'sub task cancelled'}]};
};
