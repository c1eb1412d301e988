// The rows of the agents screen in their order, before anything is made of them: for selection and windows, which need no words.

import {isLaterId} from '../../protocol/generic-id.js';
import {type Dag} from '../../protocol/task.js';
import {agentBehind, agentsOf, findTask, lastTaskOf, mainTaskOf} from '../locate.js';
import {type AgentEntry, type ClusterEntry, type State, type TaskReference} from '../state.js';
import {lastTaskId} from '../initial-state.js';
import {taskOutcome} from './task-cells.js';

/** `speaker` is the agent whose clock and connection stand for the cluster; `main` the main task of the agent's last task, where that is known; `isMain` marks such a task, which stands above its sub-tasks. */
export type RowSource =
	| {readonly type: 'cluster'; readonly key: string; readonly depth: 0; readonly cluster: ClusterEntry; readonly speaker: AgentEntry | undefined}
	| {readonly type: 'agent'; readonly key: string; readonly depth: 0 | 1; readonly entry: AgentEntry; readonly main: Dag | undefined}
	| {readonly type: 'task'; readonly key: string; readonly depth: 1 | 2; readonly owner: string; readonly dag: Dag; readonly isMain: boolean};

type MainRow = {readonly owner: string; readonly dag: Dag};

const taskRow = (owner: string, dag: Dag, depth: 1 | 2, isMain = false): RowSource => ({
	type: 'task', key: `${owner} task ${dag.id}`, depth, owner, dag, isMain,
});

/** The main tasks of the agents' last tasks, each once, in the order of the agents. */
const mainRows = (state: State, members: readonly AgentEntry[]): readonly MainRow[] => {
	const rows = new Map<string, MainRow>();
	const wanted = new Set<string>();
	for (const entry of state.mainTasks.size > 0 ? members : []) {
		const last = lastTaskOf(entry);
		const main = last && mainTaskOf(state, last);
		// One that was dismissed, or that is out of date, is none of its owner's tasks any more.
		const dag = main?.owner === undefined ? undefined : findTask(state, {owner: main.owner, id: main.id});
		if (main?.owner === undefined || !dag) {
			continue;
		}

		rows.set(main.id, {owner: main.owner, dag});
		wanted.add(main.id);
	}

	// So does the next one, which no agent works at yet, and a failed one that the agents have left.
	const others = members.flatMap(({address: {key}, otherTasks}) => otherTasks.map(dag => ({owner: key, dag})));
	for (const other of others) {
		if (!isMainTask(other.dag) || rows.has(other.dag.id)) {
			continue;
		}

		rows.set(other.dag.id, other);
	}

	const newestFirst = [...rows.values()].toSorted((one, other) => isLaterId(one.dag.id, other.dag.id) ? -1 : (isLaterId(other.dag.id, one.dag.id) ? 1 : 0));
	return newestFirst.filter(({owner, dag}, index) => index === 0 || !isDone(dag) || wanted.has(dag.id) || newestFirst.slice(0, index).every(newer => newer.owner !== owner));
};

/** What succeeded is news no more once the same agent has begun another one. */
const isDone = (dag: Dag): boolean => taskOutcome(dag).word === 'succeeded';

const isMainTask = ({links: {subDags}}: Dag): boolean => Object.keys(subDags).length > 0;

const agentRows = (entry: AgentEntry, depth: 0 | 1, mains: readonly MainRow[]): readonly RowSource[] => {
	const last = lastTaskOf(entry);
	const {key} = entry.address;
	return [
		{
			type: 'agent', key, depth, entry, main: mains.find(({dag}) => dag.id === last?.links.mainDagId)?.dag,
		},
		...entry.otherTasks.filter(dag => dag.id !== last?.id && !isMainTask(dag) && mains.every(main => main.dag.id !== dag.id)).map(dag => taskRow(key, dag, depth === 0 ? 1 : 2)),
	];
};

const clusterRows = (state: State, cluster: ClusterEntry): readonly RowSource[] => {
	const members = agentsOf(state, cluster);
	const mains = mainRows(state, members);
	const last = lastTaskOf(cluster);
	if (members.length < 2 && !last && cluster.otherTasks.length === 0 && mains.length === 0) {
		return members.flatMap(entry => agentRows(entry, 0, []));
	}

	return [
		{
			type: 'cluster', key: cluster.key, depth: 0, cluster, speaker: agentBehind(state, cluster.key),
		},
		...cluster.otherTasks.filter(dag => dag.id !== last?.id && mains.every(main => main.dag.id !== dag.id)).map(dag => taskRow(cluster.key, dag, 1)),
		// A main task that is the cluster's last task stands in its heading.
		...mains.filter(({dag}) => dag.id !== last?.id).map(({owner, dag}) => taskRow(owner, dag, 1, true)),
		...members.flatMap(entry => agentRows(entry, 1, mains)),
	];
};

/** Every row: agents in the user's order, those of a cluster together where its first one stands, below the cluster, its own tasks, and the main tasks that they work at together. */
export const rowsOf = (state: State): readonly RowSource[] => {
	const rows: RowSource[] = [];
	const placed = new Set<string>();
	const placedMains = new Set<string>();
	for (const entry of state.agents.values()) {
		const cluster = entry.cluster === undefined ? undefined : state.clusters.get(entry.cluster);
		if (!cluster) {
			const mains = mainRows(state, [entry]);
			// While the agents' cluster is not known yet, each names the same main task.
			rows.push(...mains.filter(({dag}) => !placedMains.has(dag.id)).map(({owner, dag}) => taskRow(owner, dag, 1, true)), ...agentRows(entry, 0, mains));
			for (const {dag} of mains) {
				placedMains.add(dag.id);
			}
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
