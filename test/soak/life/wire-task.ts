// Tasks as agents send them.

import {formatAgentId, formatClusterId} from '../../../source/demo/engine/wire.js';
import {type Member} from './members.js';
import {second} from './calendar.js';
import {type TaskAt} from './task.js';

/** Whose it is, and when the soak began: ms since 1970, by the agent's clock. */
export type Origin = {readonly member: Member; readonly isOfCluster: boolean; readonly epoch: number};

const rowsPerTask = 100;
const lineEvery = 10 * second;

const write = ({epoch}: Origin, time: number): string => new Date(epoch + time).toISOString();

const idOf = ({member: {ip, port}, isOfCluster}: Origin, local: number): string => isOfCluster ? formatClusterId(local) : formatAgentId(ip, port, local);

export const localIdOf = ({number}: TaskAt, stage = 0): number => ((number + 1) * rowsPerTask) + stage;

/** Which task and stage a local id is of. */
export const readLocalId = (local: number): {readonly number: number; readonly stage: number} => ({number: Math.floor(local / rowsPerTask) - 1, stage: local % rowsPerTask});

const times = (task: TaskAt, stage: number): {readonly begin: number; readonly end: number} => {
	const begin = task.begin + (task.step * (stage - 1));
	return {begin, end: Math.min(task.end, begin + task.step)};
};

type Row = {readonly state: string; readonly operator: string; readonly begin: number; readonly end: number};

const rowOf = (task: TaskAt, stage: number): Row => {
	const {begin, end} = times(task, stage);
	if (stage > task.stage) {
		return {state: 'PENDING', operator: 'RUN', begin: task.begin, end: task.begin};
	}

	const state = stage < task.stage ? 'SUCCEED' : task.state;
	return {state, operator: task.operator, begin, end: state === 'RUNNING' ? begin : end};
};

const linesOf = (task: TaskAt, stage: number): readonly string[] => {
	const {begin, end} = times(task, stage);
	const count = Math.max(0, Math.floor((end - begin) / lineEvery) + 1);
	const isFailed = task.state === 'FAILED' && stage === task.stage;
	return Array.from({length: count}, (_, index) => isFailed && index === count - 1 ? 'ERROR: observer: cannot allocate memory: exit status 1' : `step ${index + 1} of ${task.name}, stage ${stage}: ${'waiting '.repeat(1 + (index % 4))}`);
};

export const nodeToWire = (task: TaskAt, stage: number, origin: Origin) => {
	const {state, operator, begin, end} = rowOf(task, stage);
	const local = localIdOf(task, stage);
	const common = {
		id: idOf(origin, local), name: `Stage ${stage}`, state, operator, start_time: write(origin, begin), end_time: write(origin, end), additional_data: null,
	};
	return {
		...common, node_id: local,
		sub_tasks: [{
			...common, task_id: local, execute_times: state === 'PENDING' ? 0 : 1,
			execute_agent: {ip: origin.member.ip, port: origin.member.port}, task_logs: state === 'PENDING' ? null : linesOf(task, stage),
		}],
	};
};

export const dagToWire = (task: TaskAt, hasDetails: boolean, origin: Origin) => ({
	id: idOf(origin, localIdOf(task)), dag_id: localIdOf(task), name: task.name, stage: task.stage, max_stage: task.stages, maintenance_type: 2, maintenance_key: '',
	state: task.state, operator: task.operator, start_time: write(origin, task.begin), end_time: write(origin, task.state === 'RUNNING' ? task.begin : task.end), additional_data: null,
	nodes: hasDetails ? Array.from({length: task.stages}, (_, index) => nodeToWire(task, index + 1, origin)) : null,
});

export const logsToWire = (task: TaskAt, stage: number, origin: Origin) => {
	const local = localIdOf(task, stage);
	return linesOf(task, stage).map((line, index) => {
		const time = write(origin, times(task, stage).begin + (index * lineEvery));
		return {
			id: (local * 1000) + index, sub_task_id: local, execute_times: 1, log_content: line, is_sync: true, create_time: time, update_time: time,
		};
	});
};
