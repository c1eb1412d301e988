// The agents of a cluster whose database runs, and what they list beside the maintenance tasks.

import {type ClusterInfo} from '../../source/protocol/agent.js';
import {type Dag} from '../../source/protocol/task.js';
import {type PollEvent} from '../../source/store/actions.js';
import {makeDag, makeInfo, makeNodes, makeStatus} from '../helpers/tasks.js';
import {type Fleet} from './fleet.js';
import {countsSince, type Script} from './scripted-agent.js';

export const names = [1, 2, 3].map(number => `127.0.0.${number}:2886`);
export const cluster: ClusterInfo = {name: 'demo', id: 1, members: names.map(agent => ({agent, zone: 'zone1', identity: 'CLUSTER AGENT', version: '4.5.0.0-0'}))};
const delegatePaths = new Set(['cluster-task', 'cluster-probe', 'unfinished']);

/** An agent of the cluster whose database runs. */
export const member = (agent: string, change: Partial<Script> = {}): Partial<Script> => ({
	info: makeInfo({agent, identity: 'CLUSTER AGENT'}),
	status: makeStatus({agent, identity: 'CLUSTER AGENT', obState: 3}),
	cluster,
	...change,
});

/** The agents that were queried for their cluster since a moment. */
export const delegatesSince = ({agents}: Fleet, from: number): readonly string[] =>
	agents.filter(agent => Object.keys(countsSince(agent, from)).some(name => delegatePaths.has(name))).map(({key}) => key);

export const backup = makeDag({id: '112', name: 'Backup', nodes: makeNodes('RUNNING/RUN')});

export const lastList = (events: readonly PollEvent[]): PollEvent | undefined => events.findLast(({type}) => type === 'unfinished-received');

/** The same unfinished tasks at all members. */
export const list = ({agents}: Fleet, unfinished: readonly Dag[], tasks: readonly Dag[] = unfinished): void => {
	for (const {script} of agents) {
		script.unfinished = unfinished;
		script.tasks = new Map(tasks.map(dag => [dag.id, dag]));
	}
};
