// Which operations a task's state allows, and why not the others (docs/protocol.md#operations). Whether a stage allows one is known to its agent alone.

import {type Operation, type OperationTarget} from '../../protocol/operation.js';
import {type Outcome, outcomeOf, type OutcomeWord} from '../../protocol/outcome.js';
import {type Dag, type TaskNode} from '../../protocol/task.js';

/** The operations as people choose among them: passing one stage is another thing than passing the task. */
export type ActionName = Operation | 'pass-stage';

/** In the order in which they are shown. */
export const actionNames = ['retry', 'rollback', 'cancel', 'pass-stage', 'pass'] as const satisfies readonly ActionName[];

/** What one action is, in the state that the task is in now: `why` it is not offered, undefined where it is. */
export type Offer = {readonly action: ActionName; readonly why: string | undefined};

type Phase = 'failed' | 'at work' | 'cancelling' | 'ended' | 'unknown';

const phases: Readonly<Record<OutcomeWord | 'unknown', Phase>> = {
	failed: 'failed',
	waiting: 'failed',
	'failed to roll back': 'failed',
	cancelled: 'failed',
	running: 'at work',
	'rolling back': 'at work',
	'to be undone': 'at work',
	pending: 'at work',
	cancelling: 'cancelling',
	succeeded: 'ended',
	'rolled back': 'ended',
	passed: 'ended',
	ended: 'ended',
	'not run': 'ended',
	unknown: 'unknown',
};

/** Whether that state of a task allows any action. */
export const isOfferedIn = ({word}: Outcome): boolean => phases[word] === 'failed' || phases[word] === 'at work';

const phaseOf = (dag: Dag): Phase => phases[outcomeOf(dag).word];

const whyNotOfFailed: Readonly<Record<Phase, string | undefined>> = {
	failed: undefined,
	'at work': 'it is still at work: only what has failed',
	cancelling: 'it is being cancelled: wait for its end',
	ended: 'it has ended',
	unknown: 'its state is none that this program knows',
};

const whyNotCancel: Readonly<Record<Phase, string | undefined>> = {
	...whyNotOfFailed,
	failed: 'it is not at work any more',
	'at work': undefined,
	cancelling: 'it is being cancelled already',
};

/** The stage that a task stands at, where its stages are known. */
export const currentNode = ({nodes, stage}: Dag): TaskNode | undefined => nodes?.[stage - 1];

const whyNotStage = (dag: Dag): string | undefined => {
	const why = whyNotOfFailed[phaseOf(dag)];
	if (why !== undefined) {
		return why;
	}

	if (!dag.nodes) {
		return 'its stages are not known yet';
	}

	return currentNode(dag)?.state === 'FAILED' ? undefined : 'no stage of it has failed';
};

const whyNot = (action: ActionName, dag: Dag): string | undefined => {
	switch (action) {
		case 'retry':
		case 'rollback':
		case 'pass': {
			return whyNotOfFailed[phaseOf(dag)];
		}

		case 'cancel': {
			return whyNotCancel[phaseOf(dag)];
		}

		case 'pass-stage': {
			return whyNotStage(dag);
		}
	}
};

/** Every action, offered or not. Total over all states. */
export const offersOf = (dag: Dag): readonly Offer[] => actionNames.map(action => ({action, why: whyNot(action, dag)}));

/** What is sent for an action, and about what; undefined where the stage that it needs is not known. */
export const orderOf = (action: ActionName, dag: Dag): {readonly operation: Operation; readonly target: OperationTarget} | undefined => {
	if (action !== 'pass-stage') {
		return {operation: action, target: {kind: 'task', id: dag.id}};
	}

	const node = currentNode(dag);
	return node && {operation: 'pass', target: {kind: 'node', id: node.id}};
};
