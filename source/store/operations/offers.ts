// Which operations a task's state allows, and why not the others (docs/protocol.md#operations). Only the agent knows whether a stage allows one.

import {type Messages} from '../../lib/messages/en/english.js';
import {type Operation, type OperationTarget} from '../../protocol/operation.js';
import {type Outcome, outcomeOf, type OutcomeWord} from '../../protocol/outcome.js';
import {type Dag, type TaskNode} from '../../protocol/task.js';

/** The operations as the user chooses among them: passing one stage and passing the task differ. */
export type ActionName = Operation | 'pass-stage';

/** In display order. */
export const actionNames = ['retry', 'rollback', 'cancel', 'pass-stage', 'pass'] as const satisfies readonly ActionName[];

/** Why an action is not offered. */
export type Refusal = keyof Pick<Messages['operations']['refusals'], 'stillRunning' | 'beingCancelled' | 'alreadyCancelling' | 'ended' | 'unknownState' | 'notRunning' | 'stagesUnknown' | 'noFailedStage'>;

/** An action in the task's current state. `why`: the reason why it is not offered. */
export type Offer = {readonly action: ActionName; readonly why: Refusal | undefined};

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

const whyNotOfFailed: Readonly<Record<Phase, Refusal | undefined>> = {
	failed: undefined,
	'at work': 'stillRunning',
	cancelling: 'beingCancelled',
	ended: 'ended',
	unknown: 'unknownState',
};

const whyNotCancel: Readonly<Record<Phase, Refusal | undefined>> = {
	...whyNotOfFailed,
	failed: 'notRunning',
	'at work': undefined,
	cancelling: 'alreadyCancelling',
};

/** The stage that a task is at, if its stages are known. */
export const currentNode = ({nodes, stage}: Dag): TaskNode | undefined => nodes?.[stage - 1];

const whyNotStage = (dag: Dag): Refusal | undefined => {
	const why = whyNotOfFailed[phaseOf(dag)];
	if (why !== undefined) {
		return why;
	}

	if (!dag.nodes) {
		return 'stagesUnknown';
	}

	return currentNode(dag)?.state === 'FAILED' ? undefined : 'noFailedStage';
};

const whyNot = (action: ActionName, dag: Dag): Refusal | undefined => {
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

/** Every action, offered or not, in every state. */
export const offersOf = (dag: Dag): readonly Offer[] => actionNames.map(action => ({action, why: whyNot(action, dag)}));

/** The operation to send, and on what; undefined if the stage that it needs is not known. */
export const orderOf = (action: ActionName, dag: Dag): {readonly operation: Operation; readonly target: OperationTarget} | undefined => {
	if (action !== 'pass-stage') {
		return {operation: action, target: {kind: 'task', id: dag.id}};
	}

	const node = currentNode(dag);
	return node && {operation: 'pass', target: {kind: 'node', id: node.id}};
};
