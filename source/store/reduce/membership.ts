// Which agents are one cluster: as its members list each other (ob/info), since names and ids of clusters repeat.

import {type ClusterInfo} from '../../protocol/agent.js';
import {share} from '../share.js';
import {type AgentEntry, type ClusterEntry, type State} from '../state.js';

/** The key of a cluster: its name, id and first member, so that two clusters of the same name stay two. */
export const clusterKeyOf = ({name, id, members}: ClusterInfo): string => {
	const first = members.map(({agent}) => agent).toSorted()[0] ?? '';
	return `cluster ${name}#${id}@${first}`;
};

const clusterOf = (clusters: ReadonlyMap<string, ClusterEntry>, entry: AgentEntry): string | undefined => {
	for (const [key, cluster] of clusters) {
		if (entry.name !== undefined && cluster.members.includes(entry.name)) {
			return key;
		}
	}

	return undefined;
};

const withInfo = (state: State, info: ClusterInfo): ReadonlyMap<string, ClusterEntry> => {
	const key = clusterKeyOf(info);
	const previous = state.clusters.get(key);
	const next = share(previous, {
		...(previous ?? {task: {type: 'unknown'}, otherTasks: [], spokenForBy: undefined}),
		key,
		name: info.name === '' ? 'cluster' : info.name,
		members: info.members.map(({agent}) => agent),
		directory: info.members,
	});
	return next === previous ? state.clusters : new Map(state.clusters).set(key, next);
};

/** Takes in what an agent says of its cluster (or, without `info`, that it has just named itself), and lets go of clusters in which nobody is any more. */
export const joinCluster = (state: State, agent: string, info: ClusterInfo | undefined): State => {
	const reporter = state.agents.get(agent);
	if (!reporter) {
		return state;
	}

	const isAlone = info !== undefined && info.members.length < 2 && info.name === '';
	const clusters = info && !isAlone ? withInfo(state, info) : state.clusters;
	let {agents} = state;
	for (const [key, entry] of state.agents) {
		const cluster = key === agent && info && !isAlone ? clusterKeyOf(info) : clusterOf(clusters, entry);
		if (cluster !== entry.cluster) {
			agents = new Map(agents).set(key, {...entry, cluster});
		}
	}

	if (agents === state.agents && clusters === state.clusters) {
		return state;
	}

	const inhabited = new Set([...agents.values()].map(entry => entry.cluster));
	return {...state, agents, clusters: new Map([...clusters].filter(([key]) => inhabited.has(key)))};
};
