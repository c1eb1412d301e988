// The task endpoints, with data from the world.

import {isGenericId, parseGenericId} from '../../protocol/ids.js';
import {type Dag, holdsLock, isActive} from '../engine/model.js';
import {dagToWire, logsToWire, nodeToWire, subTaskToWire, type Wire} from '../engine/wire.js';
import {type Fault, faults, refusalFault} from './auth.js';
import {isInCluster} from './facts.js';
import {type ListenerAnswer} from './listener.js';
import {type AgentState, type Member} from './world.js';

const answerWith = (data: unknown): ListenerAnswer => ({type: 'data', data});

export const fail = (fault: Fault): ListenerAnswer => ({type: 'fault', fault});

/** The agent that responds, and the agent whose local tasks count as its own. */
export type Asked = {readonly agent: AgentState; readonly own: Member; readonly details: boolean};

const wireOf = ({agent}: Asked): Wire => agent.world.wire(agent.clockOffset);

const localDags = ({agent, own}: Asked): readonly Dag[] => agent.world.engine.dagsOf(own.key);

const clusterDags = ({agent: {world, member}}: Asked): readonly Dag[] | undefined =>
	member.cluster !== undefined && isInCluster({world, member}) ? world.engine.dagsOf(member.cluster) : undefined;

const list = (asked: Asked, dags: readonly Dag[]): ListenerAnswer => {
	const wire = wireOf(asked);
	return answerWith({contents: dags.map(dag => dagToWire(dag, asked.details, wire))});
};

/** Main tasks are kept by an agent, but its last maintenance task is its own part of them (docs/protocol.md#main-tasks-and-their-sub-tasks). */
const lastMaintenance = (dags: readonly Dag[]): Dag | undefined => dags.findLast(({definition}) => !definition.isOutsideMaintenance && !definition.isMain);

/** Failed tasks stay unfinished as long as they hold the lock; others just end. */
const isUnfinished = (dag: Dag): boolean => isActive(dag) || holdsLock(dag);

export const maintenanceOfAgent = (asked: Asked): ListenerAnswer => {
	const dag = lastMaintenance(localDags(asked));
	return dag ? answerWith(dagToWire(dag, asked.details, wireOf(asked))) : fail(faults.noMaintenance);
};

export const maintenanceOfCluster = (asked: Asked): ListenerAnswer => {
	const dags = clusterDags(asked);
	if (!dags) {
		return fail(faults.notInCluster);
	}

	const dag = lastMaintenance(dags);
	return dag ? answerWith(dagToWire(dag, asked.details, wireOf(asked))) : fail(faults.noClusterMaintenance);
};

/** Of all agents at once; unreachable ones are silently left out, and other agents' tasks always have their details. */
export const maintenanceOfAll = (asked: Asked): ListenerAnswer => {
	const {world, member} = asked.agent;
	const wire = wireOf(asked);
	return answerWith({contents: world.groupOf(member).filter(other => other.isUp()).flatMap(other => {
		const dag = lastMaintenance(world.engine.dagsOf(other.key));
		return dag ? [dagToWire(dag, asked.details || other !== member, wire)] : [];
	})});
};

export const unfinished = (asked: Asked, scope: 'all' | 'agent' | 'ob'): ListenerAnswer => {
	const cluster = clusterDags(asked);
	if (scope === 'ob' && !cluster) {
		return fail(faults.noClusterTasks);
	}

	const {world, member} = asked.agent;
	// Agents of a running cluster keep their tasks in its database, and each lists those of all. Without unfinished tasks they send null there, and an empty list before there is a cluster (recorded).
	const own = cluster && scope === 'all' ? world.groupOf(member).flatMap(({key}) => world.engine.dagsOf(key)) : localDags(asked);
	const dags = [...(scope === 'agent' ? [] : cluster ?? []), ...(scope === 'ob' ? [] : own)].filter(dag => isUnfinished(dag));
	return cluster && dags.length === 0 ? answerWith({contents: null}) : list(asked, dags);
};

export const history = (asked: Asked, scope: 'agent' | 'ob'): ListenerAnswer => {
	const dags = scope === 'agent' ? localDags(asked) : clusterDags(asked);
	return dags ? list(asked, dags) : fail(faults.noClusterTasks);
};

/** Main DAGs of this agent's sub-DAGs that have not succeeded. */
export const mainDags = (asked: Asked): ListenerAnswer => {
	const ids = new Set(localDags(asked).filter(dag => dag.state !== 'SUCCEED').map(dag => dag.mainDagId));
	const {world, member} = asked.agent;
	const owners = [...world.groupOf(member).map(({key}) => key), ...(member.cluster === undefined ? [] : [member.cluster])];
	return list(asked, owners.flatMap(owner => world.engine.dagsOf(owner)).filter(dag => ids.has(dag.id)));
};

type Found = {readonly ok: true; readonly dags: readonly Dag[]} | {readonly ok: false; readonly answer: ListenerAnswer};

/** The tasks among which an id must be, by the owner that it names. */
const dagsNamedBy = (asked: Asked, id: string): Found => {
	const parsed = isGenericId(id) ? parseGenericId(id) : undefined;
	if (!parsed) {
		return {ok: false, answer: fail(faults.idInvalid(id))};
	}

	if (parsed.scope === 'cluster') {
		const dags = clusterDags(asked);
		return dags ? {ok: true, dags} : {ok: false, answer: fail(faults.notInCluster)};
	}

	const {world, member} = asked.agent;
	const owner = world.groupOf(member).find(({key}) => key === parsed.agent);
	if (!owner) {
		return {ok: false, answer: {type: 'empty', status: 404}};
	}

	return owner.isUp() || owner === member
		? {ok: true, dags: world.engine.dagsOf(owner.key)}
		: {ok: false, answer: fail(faults.forwardFailed(owner.key))};
};

const withFound = (asked: Asked, id: string, answer: (dags: readonly Dag[]) => ListenerAnswer | undefined): ListenerAnswer => {
	const found = dagsNamedBy(asked, id);
	return found.ok ? answer(found.dags) ?? fail(faults.taskNotFound) : found.answer;
};

export const taskById = (asked: Asked, id: string): ListenerAnswer => withFound(asked, id, dags => {
	const dag = dags.find(candidate => candidate.id === id);
	return dag && answerWith(dagToWire(dag, asked.details, wireOf(asked)));
});

export const nodeById = (asked: Asked, id: string): ListenerAnswer => asked.details
	? withFound(asked, id, dags => {
		const node = dags.flatMap(dag => dag.nodes).find(candidate => candidate.id === id);
		return node && answerWith(nodeToWire(node, wireOf(asked)));
	})
	: fail(faults.internal);

export const subTaskById = (asked: Asked, id: string, part: 'row' | 'logs'): ListenerAnswer => withFound(asked, id, dags => {
	for (const node of dags.flatMap(dag => dag.nodes)) {
		const subTask = node.subTasks.find(candidate => candidate.id === id);
		if (subTask) {
			const wire = wireOf(asked);
			return answerWith(part === 'row' ? subTaskToWire(subTask, node.definition.name, wire) : {contents: logsToWire(subTask, wire)});
		}
	}

	return undefined;
});

/** Operates on a task or on one of its nodes; 200 means accepted. */
export const operateById = (asked: Asked, kind: 'dag' | 'node', id: string, operator: string): ListenerAnswer => withFound(asked, id, dags => {
	const dag = dags.find(candidate => kind === 'dag' ? candidate.id === id : candidate.nodes.some(node => node.id === id));
	if (!dag) {
		return undefined;
	}

	const {member, world: {engine, now}} = asked.agent;
	// A stage is known only to the agent that owns it (docs/protocol.md#endpoints).
	if (kind === 'node' && dag.owner !== member.key && dag.owner !== member.cluster) {
		return undefined;
	}

	const operated = engine.operate(dag.key, operator, now(), kind === 'node' ? id : undefined);
	return operated.ok ? {type: 'data'} : fail(refusalFault(operated.refusal));
});
