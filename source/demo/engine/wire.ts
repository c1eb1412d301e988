import {isIPv6} from 'node:net';
import {parseGenericId} from '../../protocol/ids.js';
import {type Dag, linesOf, type Node, type State, type SubTask} from './model.js';

const expandIpv6 = (ip: string): bigint => {
	// The URL parser writes an embedded IPv4 address as groups.
	const [head = '', tail] = new URL(`http://[${ip}]`).hostname.slice(1, -1).split('::', 2);
	const before = head === '' ? [] : head.split(':');
	const after = tail === undefined || tail === '' ? [] : tail.split(':');
	const zeros = tail === undefined ? [] : Array.from({length: 8 - before.length - after.length}, () => '0');
	return BigInt(`0x${[...before, ...zeros, ...after].map(group => group.padStart(4, '0')).join('')}`);
};

/** The generic id of a local row: prefix 2 or 3, the address as digits, the port, the local id (docs/protocol.md#ids). */
export const formatAgentId = (ip: string, port: number, localId: number): string => {
	const portDigits = String(port).padStart(5, '0');
	if (isIPv6(ip)) {
		return `3${String(expandIpv6(ip)).padStart(39, '0')}${portDigits}${localId}`;
	}

	const value = ip.split('.').reduce((sum, part) => (sum * 256) + Number(part), 0);
	return `2${String(value).padStart(10, '0')}${portDigits}${localId}`;
};

/** The generic id of a row of the cluster. */
export const formatClusterId = (localId: number): string => `1${localId}`;

// DAGs in the agents' JSON, with snake_case names.

/** Turns the world's time into an RFC 3339 string of the agent's clock. */
type WriteTime = (time: number) => string;

export type Wire = {
	readonly now: number;
	readonly time: WriteTime;
	readonly agent: (key: string) => {readonly ip: string; readonly port: number};
	/** Generic id of a DAG by its key. */
	readonly idOf: (key: string) => string | undefined;
};

type Row = {readonly state: State; readonly operator: string; readonly startAt: number; readonly endAt: number};

/** A sub-task's row at `now`. While it runs, its end is that of the last time, or its creation. */
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
	// Agents send an empty object for tasks that could have additional data, null for the others.
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

const nanosPerMilli = 1_000_000;

/** Digits without trailing zeros. */
const withoutZeros = (digits: string): string => digits.endsWith('0') ? withoutZeros(digits.slice(0, -1)) : digits;

/** RFC 3339 in UTC with nanoseconds, as Go writes it: without trailing zeros. `base` is whole milliseconds since 1970, `time` a fractional number of more; -Infinity is the epoch. */
export const writeTime = (base: number, time: number): string => {
	if (time === -Infinity) {
		return '1970-01-01T00:00:00Z';
	}

	const millis = Math.floor(time);
	const nanos = Math.floor((time - millis) * nanosPerMilli);
	const iso = new Date(base + millis).toISOString();
	const digits = `${iso.slice(20, 23)}${String(nanos).padStart(6, '0')}`;
	const fraction = withoutZeros(digits);
	return `${iso.slice(0, 19)}${fraction === '' ? '' : `.${fraction}`}Z`;
};
