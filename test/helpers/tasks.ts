// Small tasks for tests, by their model.

import {type AgentAddress, parseAgentAddress} from '../../source/protocol/address.js';
import {type AgentInfo, type AgentStatus} from '../../source/protocol/agent.js';
import {type Dag, type SubTask, type TaskNode} from '../../source/protocol/task.js';
import {type AgentEntry} from '../../source/store/state.js';

/** 2026-03-01 10:00:00 UTC. */
export const ten = Date.UTC(2026, 2, 1, 10);

/** So many seconds after ten. */
export const after = (seconds: number): number => ten + (seconds * 1000);

const noLinks = {subDags: {}, mainDagId: undefined};

export const makeSubTask = (change: Partial<SubTask> = {}): SubTask => ({
	id: '22130706433028861', key: '22130706433028861', name: 'Start observer', state: 'SUCCEED', operator: 'RUN',
	startTime: after(0), endTime: after(1), links: noLinks, executeTimes: 1, hasMainTask: false, agent: '127.0.0.1:2886', logs: [], ...change,
});

export const makeNode = (change: Partial<TaskNode> = {}): TaskNode => ({
	id: '22130706433028862', key: '22130706433028862', name: 'Start observer', state: 'SUCCEED', operator: 'RUN',
	startTime: after(0), endTime: after(1), links: noLinks, hasMainTask: false, subTasks: [makeSubTask()], ...change,
});

/** Nodes named "stage 1", "stage 2", … in the given states ("SUCCEED/RUN"), each two seconds long, one after the other. */
export const makeNodes = (...states: readonly string[]): readonly TaskNode[] => states.map((pair, index) => {
	const [state = '', operator = ''] = pair.split('/', 2);
	const id = `2213070643302886${index + 1}`;
	const times = {startTime: after(index * 2), endTime: state === 'PENDING' || state === 'RUNNING' ? after(index * 2) : after((index + 1) * 2)};
	return makeNode({
		id, key: id, name: `stage ${index + 1}`, state, operator, ...times,
		subTasks: [makeSubTask({id, key: id, state, operator, ...times})],
	});
});

export const makeDag = (change: Partial<Dag> = {}): Dag => ({
	id: '22130706433028869', name: 'Initialize cluster', state: 'RUNNING', operator: 'RUN', startTime: after(0), endTime: after(0), links: noLinks,
	dagId: 9, stage: 1, maxStage: change.nodes?.length ?? 1, utcOffset: 0, nodes: [makeNode()], isBrief: 'nodes' in change && change.nodes === undefined, ...change,
});

export const addressOf = (text: string): AgentAddress => {
	const parsed = parseAgentAddress(text);
	if (!parsed.ok) {
		throw new Error(parsed.problem);
	}

	return parsed.address;
};

export const makeInfo = (change: Partial<AgentInfo> = {}): AgentInfo => ({
	agent: '127.0.0.1:2886', pid: 1, startedAt: after(-86_400), version: '4.5.0.0-0', zone: 'zone1', identity: 'MASTER', homePath: '/home/admin/oceanbase', obVersion: '4.3.5.0',
	architecture: 'x86_64', isObproxyAgent: false, security: false, supportedAuth: ['v2'], isSeekdb: false, ...change,
});

export const makeStatus = (change: Partial<AgentStatus> = {}): AgentStatus => ({
	agent: '127.0.0.1:2886', identity: 'MASTER', version: '4.5.0.0-0', pid: 1, startedAt: after(-86_400), obState: 0, underMaintenance: false, ...change,
});

export const makeEntry = (change: Partial<AgentEntry> = {}): AgentEntry => ({
	address: addressOf('127.0.0.1'), connection: {type: 'connected'}, info: undefined, status: undefined, skew: 0,
	task: {type: 'unknown'}, otherTasks: [], isListed: false, name: undefined, cluster: undefined, process: undefined, fingerprint: undefined, foundBy: undefined, hasJoined: false, departed: undefined, ...change,
});
