// The scheduler. Once a second it takes a DAG one step: starts the stage whose turn it is, or ends the one that is done (docs/protocol.md#times).

import {cancelExecution, execute, pollWatched} from './execute.js';
import {isActive, type Dag, type Execution, type Node, type Operator, type SubTask} from './model.js';
import {type Ports} from './ports.js';

const withNode = (dag: Dag, node: Node): Dag => ({...dag, nodes: dag.nodes.with(dag.stage - 1, node)});

const fail = (dag: Dag, at: number): Dag => ({...dag, state: 'FAILED', endAt: at + 0.13});

const next = (dag: Dag, at: number): Dag => {
	const stage = dag.operator === 'ROLLBACK' ? dag.stage - 1 : dag.stage + 1;
	return stage < 1 || stage > dag.nodes.length ? {...dag, state: 'SUCCEED', endAt: at + 0.13} : {...dag, stage};
};

const startNode = (dag: Dag, node: Node, at: number, ports: Ports): Dag => {
	const operator: Operator = dag.operator === 'ROLLBACK' ? 'ROLLBACK' : node.operator;
	const subTasks = node.subTasks.map((subTask, index) => {
		// A retry undoes first what was begun; a rollback leaves alone what never was.
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
		// Done before: passed by hand, or undone by a rollback that then failed. A retry skips it.
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
