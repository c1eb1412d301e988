// An operation before it is sent: everything that the confirmation shows, and everything that it is bound to.

import {parseGenericId} from '../../protocol/generic-id.js';
import {standOf, type Operation, type OperationTarget, type TaskStand} from '../../protocol/operation.js';
import {type Dag} from '../../protocol/task.js';
import {findTask, lastTaskOf} from '../locate.js';
import {type AgentEntry, type State, type TaskReference} from '../state.js';
import {addresseeOf} from './addressee.js';
import {hazardsOf, lockWords, touchedBy, type Lock} from './consequences.js';
import {currentNode, offersOf, orderOf, type ActionName} from './offers.js';

/** What is sent, and to whom; with where the task stood when somebody decided. */
export type Order = {
	readonly action: ActionName;
	readonly operation: Operation;
	readonly target: OperationTarget;
	/** The key of the agent that is told. */
	readonly agent: string;
	readonly agentLabel: string;
	/** The task's name. */
	readonly task: string;
	readonly stand: TaskStand;
};

/** `typed`: what must be typed to confirm it, any of them; empty where y is enough. `command`: the same with obshell's own program, where it can do it. */
export type Plan = {
	readonly order: Order;
	readonly touches: string;
	readonly lock: string;
	readonly hazards: readonly string[];
	readonly command: string | undefined;
	readonly typed: readonly string[];
};

export type Planned = {readonly ok: true; readonly plan: Plan} | {readonly ok: false; readonly why: string};

const lockOf = (state: State, {owner}: TaskReference, dag: Dag, {status}: AgentEntry): Lock => {
	const isLast = lastTaskOf(state.agents.get(owner) ?? state.clusters.get(owner))?.id === dag.id;
	if (!isLast) {
		return {type: 'none'};
	}

	return parseGenericId(dag.id)?.scope === 'cluster' ? {type: 'cluster'} : {type: 'agent', isHeld: status?.underMaintenance};
};

/** A task that was reached by a link, or replaced by a newer one, is not asked for any more. */
const isFollowed = (state: State, {owner}: TaskReference, {id}: Dag): boolean => {
	const entry = state.agents.get(owner) ?? state.clusters.get(owner);
	return lastTaskOf(entry)?.id === id || (entry?.otherTasks.some(task => task.id === id) ?? false);
};

const typedFor = (action: ActionName, dag: Dag, target: OperationTarget): readonly string[] => {
	if (action === 'retry') {
		return [];
	}

	const name = target.kind === 'task' ? dag.name : currentNode(dag)?.name ?? '';
	return [name.trim(), target.id].filter(text => text !== '');
};

/** What that action on that task would be, or why it is not offered. */
export const planOf = (state: State, reference: TaskReference, action: ActionName): Planned => {
	const dag = findTask(state, reference);
	if (!dag) {
		return {ok: false, why: 'nothing is known of this task'};
	}

	const why = offersOf(dag).find(offer => offer.action === action)?.why;
	const order = orderOf(action, dag);
	if (why !== undefined || !order) {
		return {ok: false, why: why ?? 'its stages are not known yet'};
	}

	if (!isFollowed(state, reference, dag)) {
		return {ok: false, why: 'this task is not watched any more: what is shown may be old'};
	}

	const addressee = addresseeOf(state, reference.owner, order.target.id);
	if (!addressee.ok) {
		return addressee;
	}

	const {entry} = addressee;
	return {ok: true, plan: {
		order: {
			...order, action, agent: entry.address.key, agentLabel: entry.address.label, task: dag.name, stand: standOf(dag),
		},
		touches: touchedBy(action, dag),
		lock: lockWords(action, lockOf(state, reference, dag, entry)),
		hazards: hazardsOf(action, dag),
		command: action === 'pass-stage' ? undefined : `obshell task ${order.operation} -i ${dag.id}`,
		typed: typedFor(action, dag, order.target),
	}};
};
