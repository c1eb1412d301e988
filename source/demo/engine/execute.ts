// Executions: how one sub-task's part of a stage is run, undone and watched.

import {checkAgain, runMainTaskStep, followed} from './main-task.js';
import {
	type Dag,
	type Execution,
	isActive,
	linesOf,
	type LogLine,
	type Node,
	type Operator,
	type Ports,
	type Run,
	type SubTask,
	type TaskDefinition,
	waitLine,
	type Work,
} from './model.js';

// A sub-task is READY until a worker takes it. After an undo that takes longer, so that the vanishing log can be seen.
const queueDelay = 150;

const retryQueueDelay = 600;

// A watched task is queried a moment after the tick.
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

/** The run of its `count`th attempt (0-based): without its failure once that has happened often enough. */
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
			return runMainTaskStep(work.type, {dag, on, startAt, ports});
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
const execute = (start: Omit<Start, 'startAt'> & {readonly at: number; readonly operator: Execution['operator']; readonly index: number}): SubTask => {
	const {at, operator, index, subTask} = start;
	const startAt = at + (operator === 'RUN' && subTask.executions.length > 0 ? retryQueueDelay : queueDelay) + (index * 0.713);
	const execution = operator === 'RUN' ? run({...start, startAt}) : undo({...start, startAt});
	return {...subTask, executions: [...subTask.executions, execution]};
};

const remoteLines = (remote: Dag, now: number): readonly string[] => {
	const lines = remote.nodes.flatMap(node => node.subTasks.flatMap(subTask => linesOf(subTask, now))).toSorted((one, other) => one.at - other.at);
	return lines.map(line => `task ${remote.definition.name}: ${line.text}`);
};

/** The lines that a watched task leaves in its watcher's log when it has ended or is gone. */
const conclude = (execution: Execution, remote: Dag | undefined, at: number): Execution => {
	const isSuccess = remote?.state === 'SUCCEED';
	const texts = remote
		? [...remoteLines(remote, at), ...(isSuccess ? [] : [`ERROR: [Task.RemoteTask.Failed]: Remote task ${remote.id} ${remote.definition.name} failed`])]
		: ['ERROR: [Task.NotFound]: the remote task is gone'];
	const lines = texts.map((text, index) => ({at: at + (index * 0.011), text}));
	return {...execution, isSuccess, endAt: at + (texts.length * 0.011), lines: [...execution.lines, ...lines]};
};

/** Checks the watched task once a tick. */
const pollWatched = (execution: Execution, {dag, type, tick, ports}: {readonly dag: Dag; readonly type: Work['type']; readonly tick: number; readonly ports: Ports}): Execution => {
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

/** Ends an execution in progress, as a cancel does. */
const cancelExecution = (execution: Execution, at: number, ports: Ports): Execution => {
	if (execution.endAt <= at) {
		return execution;
	}

	const remote = execution.watches === undefined ? undefined : ports.read(execution.watches);
	if (remote && isActive(remote)) {
		ports.operate(remote.key, 'cancel', at);
	}

	return {...execution, startAt: Math.min(execution.startAt, at), endAt: at, isSuccess: false, lines: [...execution.lines.filter(line => line.at < at), {at, text: 'sub task cancelled'}]};
};

// The scheduler. Once a second it takes a DAG one step: starts the stage whose turn it is, or ends the one that is done (docs/protocol.md#times).

const withNode = (dag: Dag, node: Node): Dag => ({...dag, nodes: dag.nodes.with(dag.stage - 1, node)});

const fail = (dag: Dag, at: number): Dag => ({...dag, state: 'FAILED', endAt: at + 0.13});

const next = (dag: Dag, at: number): Dag => {
	const stage = dag.operator === 'ROLLBACK' ? dag.stage - 1 : dag.stage + 1;
	return stage < 1 || stage > dag.nodes.length ? {...dag, state: 'SUCCEED', endAt: at + 0.13} : {...dag, stage};
};

const startNode = (dag: Dag, node: Node, at: number, ports: Ports): Dag => {
	const operator: Operator = dag.operator === 'ROLLBACK' ? 'ROLLBACK' : node.operator;
	const subTasks = node.subTasks.map((subTask, index) => {
		// A retry first undoes what was begun; a rollback skips what never was.
		const wasBegun = subTask.executions.length > 0;
		if (operator === 'ROLLBACK' && !wasBegun) {
			return subTask;
		}

		return execute({dag, node, subTask, at: at + 0.29, index, ports, operator: operator === 'ROLLBACK' || (operator === 'RETRY' && wasBegun) ? 'ROLLBACK' : 'RUN'});
	});
	const spawned = subTasks.flatMap(({definition, executions}) => {
		const key = definition.work.type === 'spawn' ? executions.at(-1)?.watches : undefined;
		return key === undefined ? [] : [[definition.on, key] as const];
	});
	return {
		...withNode(dag, {...node, operator, state: 'RUNNING', startAt: at + 0.29, endAt: at + 0.29, subTasks}),
		subDags: {...dag.subDags, ...Object.fromEntries(spawned)},
	};
};

const hasEnded = (execution: Execution | undefined, at: number): boolean => execution === undefined || execution.endAt <= at;

/** After its undo, a retried sub-task runs again. */
const isUndone = (node: Node, {executions}: SubTask, at: number): boolean => {
	const last = executions.at(-1);
	return node.operator === 'RETRY' && last?.operator === 'ROLLBACK' && last.isSuccess && last.endAt <= at;
};

const replaceLast = (subTask: SubTask, execution: Execution): SubTask => ({...subTask, executions: [...subTask.executions.slice(0, -1), execution]});

const workOn = (dag: Dag, node: Node, at: number, ports: Ports): Node => ({...node, subTasks: node.subTasks.map((subTask, index) => {
	if (isUndone(node, subTask, at)) {
		return execute({dag, node, subTask, at: at + 0.29, index, ports, operator: 'RUN'});
	}

	const last = subTask.executions.at(-1);
	return last ? replaceLast(subTask, pollWatched(last, {dag, type: subTask.definition.work.type, tick: at, ports})) : subTask;
})});

const endNode = (dag: Dag, node: Node, at: number, ports: Ports): Dag => {
	const isSuccess = node.subTasks.every(subTask => subTask.executions.at(-1)?.isSuccess ?? true);
	const ended = withNode(dag, {...node, state: isSuccess ? 'SUCCEED' : 'FAILED', endAt: at});
	if (!isSuccess) {
		return fail(ended, at);
	}

	if (dag.operator !== 'ROLLBACK' && node.definition.becomes) {
		ports.become(node.definition.becomes);
	}

	if (dag.operator !== 'ROLLBACK' && node.definition.observer) {
		ports.setObserver(dag.owner, node.definition.observer === 'started');
	}

	return next(ended, at);
};

const step = (dag: Dag, node: Node, at: number, ports: Ports): Dag => {
	if (node.state === 'PENDING') {
		return startNode(dag, node, at, ports);
	}

	if (node.state !== 'RUNNING') {
		// Done before: marked as passed, or undone by a rollback that then failed. A retry skips it.
		return next(dag, at);
	}

	const isDone = node.subTasks.every(subTask => hasEnded(subTask.executions.at(-1), at) && !isUndone(node, subTask, at));
	return isDone ? endNode(dag, node, at, ports) : withNode(dag, workOn(dag, node, at, ports));
};

const cancel = (dag: Dag, node: Node, at: number, ports: Ports): Dag => {
	if (node.state === 'FAILED' && node.operator === 'CANCEL') {
		return fail(dag, at);
	}

	const subTasks = node.subTasks.map(subTask => {
		const last = subTask.executions.at(-1);
		return last ? replaceLast(subTask, cancelExecution(last, at, ports)) : subTask;
	});
	return withNode(dag, {...node, state: 'FAILED', operator: 'CANCEL', startAt: at + 0.97, endAt: at + 2.03, subTasks});
};

/** The DAG after the scheduler's tick at `at`. A finished one is returned as it is. */
export const tick = (dag: Dag, at: number, ports: Ports): Dag => {
	const node = dag.nodes[dag.stage - 1];
	if (!isActive(dag) || !node) {
		return dag;
	}

	const running: Dag = dag.state === 'READY' ? {...dag, state: 'RUNNING', startAt: at} : dag;
	return running.operator === 'CANCEL' ? cancel(running, node, at, ports) : step(running, node, at, ports);
};
