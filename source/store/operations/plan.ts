// The agent that an operation goes to: the one in the task's id, or for a cluster's task a member with a database
// (docs/protocol.md#which-ids-may-be-queried).

import {messages} from '../../lib/messages/messages.js';
import {type Timestamp} from '../../lib/time.js';
import {identityOf, isDatabaseConnected, isInCluster} from '../../protocol/identity.js';
import {parseGenericId} from '../../protocol/ids.js';
import {type OperationTarget, snapshotOf} from '../../protocol/operation.js';
import {type Dag} from '../../protocol/task.js';
import {type AgentExemptEvent} from '../actions.js';
import {agentNamed, agentsOf, findTask, isTaskScreen, lastTaskOf, ownerLabel, topScreen} from '../lookup.js';
import {currentRow} from '../selectors/agent-rows.js';
import {memberProblem, problemOf, problemText} from '../selectors/connection.js';
import {type AgentEntry, type State} from '../state.js';
import {type Plan, type TaskReference} from './track.js';
import {hazardsOf, type Lock, lockText, touchedBy} from './consequences.js';
import {type ActionName, currentNode, offersOf, orderOf} from './offers.js';

// Which agents may be operated on, and why the others may not.

type Verdict = {readonly isAllowed: boolean; readonly why: string | undefined};

/** What is configured for an agent, or else for the agent that it was found by. `why` only if there is more to say than that operations were not allowed. */
const verdictOn = ({operable: {byDefault, agents, why}, agents: entries}: State, agent: string): Verdict => {
	let key: string | undefined = agent;
	for (let steps = 0; key !== undefined && steps <= entries.size; steps++) {
		const isAllowed = agents.get(key);
		if (isAllowed !== undefined) {
			return {isAllowed, why: isAllowed ? undefined : why?.get(key)};
		}

		key = entries.get(key)?.foundBy;
	}

	return {isAllowed: byDefault, why: undefined};
};

/** Whether operations on an agent were allowed when the program started. */
export const mayOperate = (state: State, agent: string): boolean => verdictOn(state, agent).isAllowed;

/** The place in the config file that exempts an agent from operations. */
export const exemptReason = (state: State, agent: string): string | undefined => verdictOn(state, agent).why;

/** Exempts an agent from now on. */
export const exempt = (state: State, {key, why}: AgentExemptEvent): State => {
	const {operable} = state;
	return {...state, operable: {...operable, agents: new Map(operable.agents).set(key, false), why: new Map(operable.why).set(key, why)}};
};

// Why there is nothing to operate on, for the panel that opens instead of the actions.

const ofOwner = (state: State, owner: string): string => {
	const entry = state.agents.get(owner);
	const label = ownerLabel(state, owner);
	const {noTask} = messages().operations;
	if (!entry) {
		return noTask.ofAgents(label);
	}

	const problem = problemOf(entry, state.view.hour);
	if (problem !== undefined) {
		return noTask.notReadable(label, problemText(problem));
	}

	return entry.task.type === 'none' ? noTask.never(label) : noTask.unknown(label);
};

/** Why the current screen offers no actions: "10.0.0.1:2886 never had a maintenance task". */
export const whyNoTask = (state: State, now: Timestamp): string => {
	const screen = topScreen(state);
	if (isTaskScreen(screen)) {
		return ofOwner(state, screen.task.owner);
	}

	if (screen.type !== 'agents') {
		return messages().operations.noTask.openOne;
	}

	const row = currentRow(state, now);
	return row ? ofOwner(state, row.type === 'task' ? row.owner : row.key) : messages().operations.noTask.emptyList;
};

type Addressee = {readonly ok: true; readonly entry: AgentEntry} | {readonly ok: false; readonly why: string};

const no = (why: string): Addressee => ({ok: false, why});

/** Only an agent with fresh data: a decision must be based on the current state. */
const checked = (entry: AgentEntry, {view: {hour}}: State): Addressee => {
	if (entry.connection.type === 'connected') {
		return {ok: true, entry};
	}

	const {refusals} = messages().operations;
	const {label} = entry.address;
	const problem = problemOf(entry, hour);
	return no(problem ? messages().faults.about(label, problemText(problem)) : refusals.noResponse(label));
};

const memberOf = (state: State, owner: string): Addressee => {
	const cluster = state.clusters.get(owner);
	if (!cluster) {
		return no(messages().operations.refusals.clusterNotWatched);
	}

	const members = agentsOf(state, cluster);
	const able = members.filter(({connection, status, info}) =>
		connection.type === 'connected' && isDatabaseConnected(status) && isInCluster(identityOf(info, status)));
	const entry = able.find(({address}) => address.key === cluster.delegate) ?? able[0];
	if (entry) {
		return {ok: true, entry};
	}

	const problem = memberProblem(members, state.view.hour);
	return no(problem ? problemText(problem) : messages().operations.refusals.noDatabase(cluster.name));
};

/** The agent to send to, for the task or stage of that id that `owner` shows; or why there is none. */
const addresseeOf = (state: State, owner: string, id: string): Addressee => {
	const generic = parseGenericId(id);
	if (!generic) {
		return no(messages().operations.refusals.noAgentInId);
	}

	if (generic.scope === 'cluster') {
		return memberOf(state, state.clusters.has(owner) ? owner : state.agents.get(owner)?.cluster ?? owner);
	}

	const entry = state.agents.get(agentNamed(state, generic.agent) ?? '');
	return entry ? checked(entry, state) : no(messages().operations.refusals.agentNotWatched(generic.agent));
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
	// Also as it is on screen, in the user's language.
	return [...new Set([name.trim(), messages().tasks.engineName(name).trim(), target.id])].filter(text => text !== '');
};

/** What an action on a task would do, or why it is not offered. */
export const planOf = (state: State, reference: TaskReference, action: ActionName): Planned => {
	const {refusals} = messages().operations;
	const dag = findTask(state, reference);
	if (!dag) {
		return {ok: false, why: refusals.unknownTask};
	}

	const why = offersOf(dag).find(offer => offer.action === action)?.why;
	const order = orderOf(action, dag);
	if (why !== undefined || !order) {
		return {ok: false, why: refusals[why ?? 'stagesUnknown']};
	}

	if (!isFollowed(state, reference, dag)) {
		return {ok: false, why: refusals.notFollowed};
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
