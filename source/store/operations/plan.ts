// The agent that an operation goes to: the one in the task's id, or for a cluster's task a member with a database
// (docs/protocol.md#which-ids-may-be-queried).

import {identityOf, isDatabaseConnected, isInCluster} from '../../protocol/identity.js';
import {parseGenericId} from '../../protocol/ids.js';
import {type OperationTarget, snapshotOf} from '../../protocol/operation.js';
import {type Dag} from '../../protocol/task.js';
import {agentNamed, agentsOf, findTask, lastTaskOf} from '../lookup.js';
import {problemOf} from '../selectors/connection.js';
import {type AgentEntry, type Plan, type State, type TaskReference} from '../state.js';
import {hazardsOf, type Lock, lockText, touchedBy} from './consequences.js';
import {type ActionName, currentNode, offersOf, orderOf} from './offers.js';

type Addressee = {readonly ok: true; readonly entry: AgentEntry} | {readonly ok: false; readonly why: string};

const no = (why: string): Addressee => ({ok: false, why});

/** Only an agent with fresh data: a decision must be based on the current state. */
const checked = (entry: AgentEntry, {view: {hour}}: State): Addressee => {
	if (entry.connection.type === 'connected') {
		return {ok: true, entry};
	}

	return no(`${entry.address.label}: ${problemOf(entry, hour)?.text ?? 'no answer yet'}`);
};

const memberOf = (state: State, owner: string): Addressee => {
	const cluster = state.clusters.get(owner);
	if (!cluster) {
		return no('its cluster is not watched any more');
	}

	const members = agentsOf(state, cluster);
	const able = members.filter(({connection, status, info}) =>
		connection.type === 'connected' && isDatabaseConnected(status) && isInCluster(identityOf(info, status)));
	const entry = able.find(({address}) => address.key === cluster.delegate) ?? able[0];
	return entry ? {ok: true, entry} : no(`no watched agent of ${cluster.name} has its database`);
};

/** The agent to send to, for the task or stage of that id that `owner` shows; or why there is none. */
const addresseeOf = (state: State, owner: string, id: string): Addressee => {
	const generic = parseGenericId(id);
	if (!generic) {
		return no('its id names no agent');
	}

	if (generic.scope === 'cluster') {
		return memberOf(state, state.clusters.has(owner) ? owner : state.agents.get(owner)?.cluster ?? owner);
	}

	const entry = state.agents.get(agentNamed(state, generic.agent) ?? '');
	return entry ? checked(entry, state) : no(`it belongs to ${generic.agent}, which is not watched`);
};

// An operation before it is sent: all that the confirmation shows and is bound to.

export type Planned = {readonly ok: true; readonly plan: Plan} | {readonly ok: false; readonly why: string};

const lockOf = (state: State, {owner}: TaskReference, dag: Dag, {status}: AgentEntry): Lock => {
	const isLast = lastTaskOf(state.agents.get(owner) ?? state.clusters.get(owner))?.id === dag.id;
	if (!isLast) {
		return {type: 'none'};
	}

	return parseGenericId(dag.id)?.scope === 'cluster' ? {type: 'cluster'} : {type: 'agent', isHeld: status?.underMaintenance};
};

/** A task that was opened by a link, or that a newer one replaced, is no longer polled. */
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

/** What an action on a task would do, or why it is not offered. */
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
			...order, action, agent: entry.address.key, agentLabel: entry.address.label, task: dag.name, snapshot: snapshotOf(dag),
		},
		touches: touchedBy(action, dag),
		lock: lockText(action, lockOf(state, reference, dag, entry)),
		hazards: hazardsOf(action, dag),
		command: action === 'pass-stage' ? undefined : `obshell task ${order.operation} -i ${dag.id}`,
		typed: typedFor(action, dag, order.target),
	}};
};
