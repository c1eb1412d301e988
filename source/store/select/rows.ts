// The rows of the agents screen in their order, before anything is made of them: for selection and windows, which need no words.

import {type Dag} from '../../protocol/task.js';
import {agentsOf, lastTaskOf} from '../locate.js';
import {type AgentEntry, type ClusterEntry, type State, type TaskReference} from '../state.js';
import {lastTaskId} from '../initial-state.js';

export type RowSource =
	| {readonly type: 'cluster'; readonly key: string; readonly depth: 0; readonly cluster: ClusterEntry}
	| {readonly type: 'agent'; readonly key: string; readonly depth: 0 | 1; readonly entry: AgentEntry}
	| {readonly type: 'task'; readonly key: string; readonly depth: 1 | 2; readonly owner: string; readonly dag: Dag};

const taskRows = (owner: string, tasks: readonly Dag[], last: Dag | undefined, depth: 1 | 2): readonly RowSource[] =>
	tasks.filter(({id}) => id !== last?.id).map(dag => ({
		type: 'task', key: `${owner} task ${dag.id}`, depth, owner, dag,
	}));

const agentRows = (entry: AgentEntry, depth: 0 | 1): readonly RowSource[] => [
	{
		type: 'agent', key: entry.address.key, depth, entry,
	},
	...taskRows(entry.address.key, entry.otherTasks, lastTaskOf(entry), depth === 0 ? 1 : 2),
];

const clusterRows = (state: State, cluster: ClusterEntry): readonly RowSource[] => {
	const members = agentsOf(state, cluster);
	const hasTasks = cluster.task.type === 'known' || cluster.otherTasks.length > 0;
	if (members.length < 2 && !hasTasks) {
		return members.flatMap(entry => agentRows(entry, 0));
	}

	return [
		{
			type: 'cluster', key: cluster.key, depth: 0, cluster,
		},
		...taskRows(cluster.key, cluster.otherTasks, lastTaskOf(cluster), 1),
		...members.flatMap(entry => agentRows(entry, 1)),
	];
};

/** Every row: agents in the user's order, those of a cluster together where its first one stands, below the cluster and its own tasks. */
export const rowsOf = (state: State): readonly RowSource[] => {
	const rows: RowSource[] = [];
	const placed = new Set<string>();
	for (const entry of state.agents.values()) {
		const cluster = entry.cluster === undefined ? undefined : state.clusters.get(entry.cluster);
		if (!cluster) {
			rows.push(...agentRows(entry, 0));
		} else if (!placed.has(cluster.key)) {
			placed.add(cluster.key);
			rows.push(...clusterRows(state, cluster));
		}
	}

	return rows;
};

/** The task that a row opens. */
export const referenceOf = (row: RowSource): TaskReference => {
	switch (row.type) {
		case 'cluster': {
			return {owner: row.key, id: lastTaskId};
		}

		case 'agent': {
			return {owner: row.key, id: lastTaskId};
		}

		case 'task': {
			return {owner: row.owner, id: row.dag.id};
		}
	}
};
