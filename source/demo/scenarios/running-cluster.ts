// Tasks of a running cluster: a main task on one agent, and a part of it on each agent, like real agents (docs/protocol.md#main-tasks-and-their-sub-tasks).

import {type Failure, type NodeDefinition, type Run, type TaskDefinition} from '../engine/model.js';
import {alone, errorAfter, failing, seconds, stage, work} from './steps.js';

export type Agents = readonly [string, ...string[]];

/** The names of a main task's parts on its agents. */
export const shareNames = {start: 'Start observer', stop: 'Stop observer'} as const;

export const nothing: Run = {duration: 6, lines: []};

/** Work of a few milliseconds. */
export const quickly = (...texts: readonly string[]): Run => ({duration: texts.length + 1, lines: texts.map((text, index) => [index + 0.6, text])});

/** A part waits for its main task at its beginning, and once more at its end. */
export const share = (name: string, agent: string, nodes: readonly NodeDefinition[]): TaskDefinition => ({name, nodes: [
	alone('Start preparations', agent, failing(
		{duration: 12, lines: [[8, 'start to execute the task']]},
		{type: 'waits', after: 7, times: 1, lines: [[2, 'wait for notification to start task']]},
	), nothing),
	...nodes,
	alone('Wait for task to end', agent, failing(nothing, {type: 'waits', after: 3}), nothing),
]});

export const command = 'start cmd: export LD_LIBRARY_PATH=\'/home/admin/oceanbase/lib\'; /home/admin/oceanbase/bin/observer   ';

export const preparing = quickly('start observer', 'check if first start', 'not first start, skip require check', 'generate start cmd', command).lines;

/** One observer, the last, gets no memory. */
export const noMemory: Failure = errorAfter(9, 'ERROR: [Common.Unexpected]: Unexpected error: observer: cannot allocate memory: [ERRO] ob_alloc failed(ret=-4013)\n: exit status 1');

export const startObserver = (agent: string, isRunning: boolean, failure: Failure | undefined): TaskDefinition => {
	const starting: Run = {duration: seconds(40), lines: [...preparing, [seconds(40) - 9, 'update self OB port'], [seconds(40) - 6, 'update OB port in all_agent']]};
	const run = failure ? failing(starting, failure) : starting;
	const check = quickly('check if first start', 'check observer process config', ...(isRunning ? ['observer process exist'] : []));
	const nodes: readonly NodeDefinition[] = [
		alone('Check ob process and config', agent, check, nothing),
		{...alone('Start observer', agent, isRunning ? quickly('observer started.') : run, work(2)), observer: 'started'},
		alone('Execute start observer sql', agent, quickly('exec start server sql'), nothing),
	];
	return share(shareNames.start, agent, nodes);
};

export const stopObserver = (agent: string, isKept: boolean): TaskDefinition => {
	const stopping = work(12, 'Get observer Pid', 'Kill observer process 25144', 'Check observer process', 'Successfully killed the observer process');
	return share(shareNames.stop, agent, isKept ? [] : [{...alone('Stop observer', agent, stopping, work(2)), observer: 'stopped'}]);
};

export type Main = {
	readonly name: string;
	readonly agents: Agents;
	/** The name of the first stage. */
	readonly told: string;
	readonly shareOf: (agent: string) => TaskDefinition;
	readonly last?: readonly NodeDefinition[];
};

export const main = ({name, agents, told, shareOf, last = []}: Main): TaskDefinition => {
	const [keeper] = agents;
	return {name, isMain: true, nodes: [
		stage(told, ...agents.map(on => ({on, work: {type: 'spawn', task: shareOf(on)}} as const))),
		stage('Make sure all agents are ready', {on: keeper, work: {type: 'check'}}),
		stage('Advance agents to execute the task', {on: keeper, work: {type: 'advance'}}),
		stage('Wait for all agents to execute tasks successfully', ...agents.map(on => ({on, work: {type: 'follow'}} as const))),
		...last,
		stage('Inform all agents to end the task', {on: keeper, work: {type: 'end'}}),
	]};
};

/** Starts the observers of all but the first agent, which is running. `failure` affects the last. */
export const startCluster = (agents: Agents, failure?: Failure): TaskDefinition => {
	const shareOf = (agent: string): TaskDefinition => startObserver(agent, agents.length > 1 && agent === agents[0], agent === agents.at(-1) ? failure : undefined);
	return main({name: 'Start OB', agents, told: 'Inform all agents to start observer', shareOf, last: [alone('Start Zone', agents[0], quickly('start zone'), nothing)]});
};

/** Stops the observers of all but the first agent. */
export const stopCluster = (agents: Agents): TaskDefinition => main({
	name: 'Stop OB', agents, told: 'Inform all agents to prepare to stop observer', shareOf: agent => stopObserver(agent, agents.length > 1 && agent === agents[0]),
});

/** A part whose main task is gone: it waits forever. */
export const failedShare = (agent: string): TaskDefinition => startObserver(agent, false, undefined);

/** Drops a tenant; a task of the cluster itself. */
export const dropTenant = (agent: string, tenant: string): TaskDefinition => ({name: 'Drop tenant', tenant, nodes: [
	alone('Drop tenant', agent, {duration: seconds(1), lines: [[3, `Drop tenant ${tenant}`]]}, nothing),
	alone('Drop resource pools', agent, {duration: seconds(0.5), lines: [[2, 'Drop resource pools of the tenant']]}, nothing),
]});
