// Which agents are one cluster: as its members list each other (ob/info), since names and ids of clusters repeat.

import {type ClusterInfo} from '../../protocol/agent.js';
import {afterReport, clusterKeyOf, isAlone} from '../../protocol/known-cluster.js';
import {share} from '../share.js';
import {type AgentEntry, type ClusterEntry, type State} from '../state.js';

/** The clusters' keys by the names of their members. Who is in two is in the first. */
const keysByMember = (clusters: ReadonlyMap<string, ClusterEntry>): ReadonlyMap<string, string> =>
	new Map([...clusters].toReversed().flatMap(([key, {members}]) => members.map(member => [member, key] as const)));

const clusterOf = (keyOf: ReadonlyMap<string, string>, clusters: ReadonlyMap<string, ClusterEntry>, entry: AgentEntry): string | undefined => {
	const key = entry.name === undefined ? undefined : keyOf.get(entry.name);
	const last = entry.left?.cluster;
	return key ?? (last !== undefined && clusters.has(last) ? last : undefined);
};

const withInfo = (state: State, key: string, info: ClusterInfo): ReadonlyMap<string, ClusterEntry> => {
	const previous = state.clusters.get(key);
	const reported = afterReport(previous, key, info);
	const next = share<ClusterEntry>(previous, {
		...(previous ?? {task: {type: 'unknown'}, otherTasks: [], isListed: false, spokenForBy: undefined}),
		...reported,
		name: reported.name === '' ? 'cluster' : reported.name,
		directory: info.members,
	});
	return next === previous ? state.clusters : new Map(state.clusters).set(key, next);
};

/** What an agent that does not speak for its cluster says of it, without those that left: it may just not have heard of that. Who is back says so itself. */
const withoutLeft = (state: State, key: string, {agent, info}: {readonly agent: string; readonly info: ClusterInfo}): ClusterInfo => {
	const left = new Set([...state.agents].flatMap(([other, entry]) => other !== agent && entry.left?.cluster === key && entry.name !== undefined ? [entry.name] : []));
	return left.size === 0 ? info : {...info, members: info.members.filter(member => !left.has(member.agent))};
};

/** Takes in what an agent says of its cluster (or, without `info`, that it has just named itself), and lets go of clusters in which nobody is any more. `isSpeaker`: it has the word for its cluster. */
export const joinCluster = (state: State, agent: string, info: ClusterInfo | undefined, isSpeaker = false): State => {
	const reporter = state.agents.get(agent);
	if (!reporter) {
		return state;
	}

	const ownKey = info && !isAlone(info) ? clusterKeyOf(state.clusters, info) : undefined;
	const clusters = info && ownKey !== undefined ? withInfo(state, ownKey, isSpeaker ? info : withoutLeft(state, ownKey, {agent, info})) : state.clusters;
	const keyOf = keysByMember(clusters);
	let {agents} = state;
	for (const [key, entry] of state.agents) {
		const cluster = key === agent && ownKey !== undefined ? ownKey : clusterOf(keyOf, clusters, entry);
		if (cluster !== entry.cluster) {
			agents = agents.with(key, {...entry, cluster});
		}
	}

	if (agents === state.agents && clusters === state.clusters) {
		return state;
	}

	const inhabited = new Set([...agents.values()].map(entry => entry.cluster));
	return {...state, agents, clusters: new Map([...clusters].filter(([key]) => inhabited.has(key)))};
};
