// Operations: which are allowed on a DAG, and what they change at once. The scheduler does the rest (docs/protocol.md#operations).

import {type Operation} from '../../protocol/operation.js';
import {type Dag, isActive, type Node, unset} from './model.js';

/** Why an operation was refused: the agent's error code, and what its message names. */
export type Refusal = {readonly code: string; readonly subject: string};

export type Operated = {readonly ok: true; readonly dag: Dag} | {readonly ok: false; readonly refusal: Refusal};

const refuse = (code: string, subject = ''): Operated => ({ok: false, refusal: {code, subject}});

const reset = {startAt: unset, endAt: unset} as const;

/** It ends when it is passed, whatever its state (docs/protocol.md#main-tasks-and-their-sub-tasks). */
const passNode = (node: Node, at: number): Node => ({
	...node, state: 'SUCCEED', operator: 'PASS', endAt: at,
	subTasks: node.subTasks.map(subTask => subTask.executions.at(-1)?.isSuccess ? subTask : {...subTask, passedAt: at}),
});

const refusing = (nodes: readonly Node[], operation: Operation): Node | undefined => nodes.find(node => node.definition.refuses?.includes(operation));

const unpass = (node: Node): Node => ({...node, subTasks: node.subTasks.map(subTask => ({...subTask, passedAt: undefined}))});

const retry = (dag: Dag): Operated => {
	const node = dag.nodes[dag.stage - 1];
	if (dag.state !== 'FAILED' || !node) {
		return refuse('Task.Dag.Operator.RetryNotFailedDag');
	}

	const refuser = refusing([node], 'retry');
	return refuser
		? refuse('Task.Dag.Operator.RetryNotAllowed', refuser.definition.name)
		: {ok: true, dag: {
			...dag, ...reset, state: 'READY', operator: 'RUN',
			nodes: dag.nodes.with(dag.stage - 1, {...node, ...reset, state: 'PENDING', operator: 'RETRY'}),
		}};
};

const rollback = (dag: Dag): Operated => {
	if (dag.state !== 'FAILED') {
		return refuse('Task.Dag.Operator.RollbackNotFailedDag');
	}

	const refuser = refusing(dag.nodes.slice(0, dag.stage), 'rollback');
	return refuser
		? refuse('Task.Dag.Operator.RollbackNotAllowed', refuser.definition.name)
		: {ok: true, dag: {
			...dag, ...reset, state: 'READY', operator: 'ROLLBACK',
			nodes: dag.nodes.map((node, index) => index < dag.stage ? {...unpass(node), ...reset, state: 'PENDING', operator: 'ROLLBACK'} : node),
		}};
};

const cancel = (dag: Dag): Operated => {
	const node = dag.nodes[dag.stage - 1];
	if (!isActive(dag) || !node) {
		return refuse('Task.Dag.Operator.CancelFinishedDag');
	}

	const refuser = refusing([node], 'cancel');
	return refuser
		? refuse('Task.Dag.Operator.CancelNotAllowed', refuser.definition.name)
		: {ok: true, dag: {
			...dag, ...reset, state: 'READY', operator: 'CANCEL',
			nodes: dag.nodes.with(dag.stage - 1, {...node, ...reset, state: 'PENDING', operator: 'CANCEL'}),
		}};
};

const pass = (dag: Dag, at: number): Operated => {
	if (dag.state !== 'FAILED') {
		return refuse('Task.Dag.Operator.PassNotFailedDag');
	}

	const remaining = dag.nodes.filter(node => node.state !== 'SUCCEED');
	const refuser = refusing(remaining, 'pass');
	return refuser
		? refuse('Task.Dag.Operator.PassNotAllowed', refuser.definition.name)
		: {ok: true, dag: {...dag, state: 'SUCCEED', operator: 'PASS', endAt: at, nodes: dag.nodes.map(node => node.state === 'SUCCEED' ? node : passNode(node, at))}};
};

/** `POST task/dag/:id` at that time. `operator` is taken as sent; an unknown one is refused. */
export const operateDag = (dag: Dag, operator: string, at: number): Operated => {
	switch (operator.toLowerCase()) {
		case 'retry': {
			return retry(dag);
		}

		case 'rollback': {
			return rollback(dag);
		}

		case 'cancel': {
			return cancel(dag);
		}

		case 'pass': {
			return pass(dag, at);
		}

		default: {
			return refuse('Task.Dag.Operator.NotSupport', operator);
		}
	}
};

/** `POST task/node/:id`: only a failed node of a failed DAG can be passed; the DAG then continues with the next stage. */
export const operateNode = (dag: Dag, nodeId: string, operator: string, at: number): Operated => {
	if (operator.toLowerCase() !== 'pass') {
		return refuse('Task.Node.Operator.NotSupport', operator);
	}

	if (dag.state !== 'FAILED') {
		return refuse('Task.Node.Operator.PassNotFailedDag');
	}

	const index = dag.nodes.findIndex(node => node.id === nodeId);
	const node = dag.nodes[index];
	if (node?.state !== 'FAILED') {
		return refuse('Task.Node.Operator.PassNotFailedNode');
	}

	return node.definition.refuses?.includes('pass')
		? refuse('Task.Node.Operator.PassNotAllowed', node.definition.name)
		: {ok: true, dag: {...dag, ...reset, state: 'READY', operator: 'RUN', nodes: dag.nodes.with(index, passNode(node, at))}};
};
