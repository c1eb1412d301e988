// The task endpoints, with data from the world.

import {isGenericId, parseGenericId} from '../../protocol/ids.js';
import {type Dag, holdsLock, isActive} from '../engine/model.js';
import {dagToWire, logsToWire, nodeToWire, subTaskToWire, type Wire} from '../engine/wire.js';
import {type Fault, faults, refusalFault} from './auth.js';
import {type ListenerResult} from './listener.js';
import {type AgentState, isInCluster, type Member} from './world.js';

const success = (data: unknown): ListenerResult => ({type: 'data', data});

export const fail = (fault: Fault): ListenerResult => ({type: 'fault', fault});

/** The agent that responds, and the agent whose local tasks count as its own. */
export type TaskRequest = {readonly agent: AgentState; readonly own: Member; readonly details: boolean};

const wireOf = ({agent}: TaskRequest): Wire => agent.world.wire(agent.clockOffset);

const localDags = ({agent, own}: TaskRequest): readonly Dag[] => agent.world.engine.dagsOf(own.key);

const clusterDags = ({agent: {world, member}}: TaskRequest): readonly Dag[] | undefined =>
	member.cluster !== undefined && isInCluster({world, member}) ? world.engine.dagsOf(member.cluster) : undefined;

const list = (taskRequest: TaskRequest, dags: readonly Dag[]): ListenerResult => {
	const wire = wireOf(taskRequest);
	return success({contents: dags.map(dag => dagToWire(dag, taskRequest.details, wire))});
};

/** Main tasks are kept by an agent, but its last maintenance task is its own part of them (docs/protocol.md#main-tasks-and-their-sub-tasks). */
const lastMaintenance = (dags: readonly Dag[]): Dag | undefined => dags.findLast(({definition}) => !definition.isOutsideMaintenance && !definition.isMain);

/** Failed tasks stay unfinished as long as they hold the lock; others just end. */
const isUnfinished = (dag: Dag): boolean => isActive(dag) || holdsLock(dag);

export const maintenanceOfAgent = (taskRequest: TaskRequest): ListenerResult => {
	const dag = lastMaintenance(localDags(taskRequest));
	return dag ? success(dagToWire(dag, taskRequest.details, wireOf(taskRequest))) : fail(faults.noMaintenance);
};

export const maintenanceOfCluster = (taskRequest: TaskRequest): ListenerResult => {
	const dags = clusterDags(taskRequest);
	if (!dags) {
		return fail(faults.notInCluster);
	}

	const dag = lastMaintenance(dags);
	return dag ? success(dagToWire(dag, taskRequest.details, wireOf(taskRequest))) : fail(faults.noClusterMaintenance);
};

/** Of all agents at once; unreachable ones are silently left out, and other agents' tasks always have their details. */
export const maintenanceOfAll = (taskRequest: TaskRequest): ListenerResult => {
	const {world, member} = taskRequest.agent;
	const wire = wireOf(taskRequest);
	return success({contents: world.groupOf(member).filter(other => other.isUp()).flatMap(other => {
		const dag = lastMaintenance(world.engine.dagsOf(other.key));
		return dag ? [dagToWire(dag, taskRequest.details || other !== member, wire)] : [];
	})});
};

export const unfinished = (taskRequest: TaskRequest, scope: 'all' | 'agent' | 'ob'): ListenerResult => {
	const cluster = clusterDags(taskRequest);
	if (scope === 'ob' && !cluster) {
		return fail(faults.noClusterTasks);
	}

	const {world, member} = taskRequest.agent;
	// Agents of a running cluster keep their tasks in its database, and each lists those of all. Without unfinished tasks they send null there, and an empty list before there is a cluster (recorded).
	const own = cluster && scope === 'all' ? world.groupOf(member).flatMap(({key}) => world.engine.dagsOf(key)) : localDags(taskRequest);
	const dags = [...(scope === 'agent' ? [] : cluster ?? []), ...(scope === 'ob' ? [] : own)].filter(dag => isUnfinished(dag));
	return cluster && dags.length === 0 ? success({contents: null}) : list(taskRequest, dags);
};

export const history = (taskRequest: TaskRequest, scope: 'agent' | 'ob'): ListenerResult => {
	const dags = scope === 'agent' ? localDags(taskRequest) : clusterDags(taskRequest);
	return dags ? list(taskRequest, dags) : fail(faults.noClusterTasks);
};

/** Main DAGs of this agent's sub-DAGs that have not succeeded. */
export const mainDags = (taskRequest: TaskRequest): ListenerResult => {
	const ids = new Set(localDags(taskRequest).filter(dag => dag.state !== 'SUCCEED').map(dag => dag.mainDagId));
	const {world, member} = taskRequest.agent;
	const owners = [...world.groupOf(member).map(({key}) => key), ...(member.cluster === undefined ? [] : [member.cluster])];
	return list(taskRequest, owners.flatMap(owner => world.engine.dagsOf(owner)).filter(dag => ids.has(dag.id)));
};

type Found = {readonly ok: true; readonly dags: readonly Dag[]} | {readonly ok: false; readonly result: ListenerResult};

/** The tasks among which an id must be, by the owner that it names. */
const dagsNamedBy = (taskRequest: TaskRequest, id: string): Found => {
	const parsed = isGenericId(id) ? parseGenericId(id) : undefined;
	if (!parsed) {
		return {ok: false, result: fail(faults.idInvalid(id))};
	}

	if (parsed.scope === 'cluster') {
		const dags = clusterDags(taskRequest);
		return dags ? {ok: true, dags} : {ok: false, result: fail(faults.notInCluster)};
	}

	const {world, member} = taskRequest.agent;
	const owner = world.groupOf(member).find(({key}) => key === parsed.agent);
	if (!owner) {
		return {ok: false, result: {type: 'empty', status: 404}};
	}

	return owner.isUp() || owner === member
		? {ok: true, dags: world.engine.dagsOf(owner.key)}
		: {ok: false, result: fail(faults.forwardFailed(owner.key))};
};

const withFound = (taskRequest: TaskRequest, id: string, find: (dags: readonly Dag[]) => ListenerResult | undefined): ListenerResult => {
	const found = dagsNamedBy(taskRequest, id);
	return found.ok ? find(found.dags) ?? fail(faults.taskNotFound) : found.result;
};

export const taskById = (taskRequest: TaskRequest, id: string): ListenerResult => withFound(taskRequest, id, dags => {
	const dag = dags.find(candidate => candidate.id === id);
	return dag && success(dagToWire(dag, taskRequest.details, wireOf(taskRequest)));
});

export const nodeById = (taskRequest: TaskRequest, id: string): ListenerResult => taskRequest.details
	? withFound(taskRequest, id, dags => {
		const node = dags.flatMap(dag => dag.nodes).find(candidate => candidate.id === id);
		return node && success(nodeToWire(node, wireOf(taskRequest)));
	})
	: fail(faults.internal);

export const subTaskById = (taskRequest: TaskRequest, id: string, part: 'row' | 'logs'): ListenerResult => withFound(taskRequest, id, dags => {
	for (const node of dags.flatMap(dag => dag.nodes)) {
		const subTask = node.subTasks.find(candidate => candidate.id === id);
		if (subTask) {
			const wire = wireOf(taskRequest);
			return success(part === 'row' ? subTaskToWire(subTask, node.definition.name, wire) : {contents: logsToWire(subTask, wire)});
		}
	}

	return undefined;
});

/** Operates on a task or on one of its nodes; 200 means accepted. */
export const operateById = (taskRequest: TaskRequest, kind: 'dag' | 'node', id: string, operator: string): ListenerResult => withFound(taskRequest, id, dags => {
	const dag = dags.find(candidate => kind === 'dag' ? candidate.id === id : candidate.nodes.some(node => node.id === id));
	if (!dag) {
		return undefined;
	}

	const {member, world: {engine, now}} = taskRequest.agent;
	// A stage is known only to the agent that owns it (docs/protocol.md#endpoints).
	if (kind === 'node' && dag.owner !== member.key && dag.owner !== member.cluster) {
		return undefined;
	}

	const operated = engine.operate(dag.key, operator, now(), kind === 'node' ? id : undefined);
	return operated.ok ? {type: 'data'} : fail(refusalFault(operated.refusal));
});
