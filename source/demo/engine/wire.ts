// DAGs as agents send them, snake_case and all.

import {parseGenericId} from '../../protocol/generic-id.js';
import {linesOf, type Dag, type Node, type State, type SubTask} from './model.js';

/** How times are written: the world's time to an RFC 3339 string of the agent's clock. */
export type WriteTime = (time: number) => string;

export type Wire = {
	readonly now: number;
	readonly time: WriteTime;
	readonly agent: (key: string) => {readonly ip: string; readonly port: number};
	/** Generic id of a DAG by its key. */
	readonly idOf: (key: string) => string | undefined;
};

type Row = {readonly state: State; readonly operator: string; readonly startAt: number; readonly endAt: number};

/** What the row of a sub-task says at `now`. While it runs, its end is still that of the last time, or its creation. */
export const rowOf = (subTask: SubTask, now: number): Row => {
	const last = subTask.executions.at(-1);
	const before = subTask.executions.at(-2);
	const createdAt = {startAt: subTask.createdAt, endAt: subTask.createdAt};
	if (subTask.passedAt !== undefined) {
		return {state: 'SUCCEED', operator: 'PASS', startAt: last?.startAt ?? subTask.createdAt, endAt: subTask.passedAt};
	}

	if (!last) {
		return {state: 'PENDING', operator: 'RUN', ...createdAt};
	}

	const {operator, startAt, endAt, isSuccess} = last;
	if (now < startAt) {
		return {state: 'READY', operator, ...(before ? {startAt: before.startAt, endAt: before.endAt} : createdAt)};
	}

	return now < endAt
		? {state: 'RUNNING', operator, startAt, endAt: before?.endAt ?? subTask.createdAt}
		: {state: isSuccess ? 'SUCCEED' : 'FAILED', operator, startAt, endAt};
};

export const subTaskToWire = (subTask: SubTask, name: string, wire: Wire) => {
	const row = rowOf(subTask, wire.now);
	const hasLogs = row.state !== 'PENDING' && row.state !== 'READY';
	return {
		id: subTask.id,
		task_id: subTask.localId,
		name,
		state: row.state,
		operator: row.operator,
		start_time: wire.time(row.startAt),
		end_time: wire.time(row.endAt),
		additional_data: null,
		execute_times: subTask.executions.filter(execution => execution.startAt <= wire.now).length,
		execute_agent: wire.agent(subTask.definition.on),
		task_logs: hasLogs ? linesOf(subTask, wire.now).map(line => line.text) : null,
	};
};

export const nodeToWire = (node: Node, wire: Wire) => ({
	id: node.id,
	node_id: node.localId,
	name: node.definition.name,
	state: node.state,
	operator: node.operator,
	start_time: wire.time(node.startAt),
	end_time: wire.time(node.endAt),
	additional_data: null,
	sub_tasks: node.subTasks.map(subTask => subTaskToWire(subTask, node.definition.name, wire)),
});

const additionalData = (dag: Dag, wire: Wire): Readonly<Record<string, unknown>> | null => {
	const subDags = Object.entries(dag.subDags).flatMap(([agent, key]) => {
		const id = wire.idOf(key);
		return id === undefined ? [] : [[agent, id] as const];
	});
	const data = {
		...(subDags.length > 0 && {sub_dags: Object.fromEntries(subDags)}),
		...(dag.mainDagId !== undefined && {main_dag_id: dag.mainDagId}),
	};
	// Agents send an empty object for tasks that could have carried something, null for the others.
	return Object.keys(data).length > 0 || dag.nodes.length > 1 ? data : null;
};

/** 0 none, 1 the cluster, 2 the agent, 3 a tenant. */
const maintenanceTypeOf = ({definition: {isOutsideMaintenance, isMain, tenant}, id}: Dag): number => {
	if (isOutsideMaintenance) {
		return 0;
	}

	if (tenant !== undefined) {
		return 3;
	}

	const isOfCluster = isMain ?? (parseGenericId(id)?.scope === 'cluster');
	return isOfCluster ? 1 : 2;
};

export const dagToWire = (dag: Dag, details: boolean, wire: Wire) => ({
	id: dag.id,
	dag_id: dag.localId,
	name: dag.definition.name,
	stage: dag.stage,
	max_stage: dag.nodes.length,
	maintenance_type: maintenanceTypeOf(dag),
	maintenance_key: dag.definition.tenant ?? '',
	state: dag.state,
	operator: dag.operator,
	start_time: wire.time(dag.startAt),
	end_time: wire.time(dag.endAt),
	additional_data: details ? additionalData(dag, wire) : null,
	nodes: details ? dag.nodes.map(node => nodeToWire(node, wire)) : null,
});

/** Every line with its time and execution, newest first: agents promise no order. */
export const logsToWire = (subTask: SubTask, wire: Wire) => {
	const entries = subTask.executions.flatMap((execution, times) =>
		execution.lines.map(line => ({line, times: times + 1, isWritten: line.at <= Math.min(wire.now, execution.endAt)})));
	return entries.flatMap(({line, times, isWritten}, index) => isWritten
		? [{
			id: (subTask.localId * 10_000) + index,
			sub_task_id: subTask.localId,
			execute_times: times,
			log_content: line.text,
			is_sync: true,
			create_time: wire.time(line.at),
			update_time: wire.time(line.at),
		}]
		: []).toReversed();
};
