// Which agents are one cluster: as its members list each other (ob/info), since names and ids of clusters repeat.

import {type ClusterInfo} from '../../protocol/agent.js';
import {afterReport, clusterKeyOf, isAlone} from '../../protocol/known-cluster.js';
import {share} from '../share.js';
import {type AgentEntry, type ClusterEntry, type State} from '../state.js';

/** The clusters' keys by the names of their members. Who is in two is in the first. */
const keysByMember = (clusters: ReadonlyMap<string, ClusterEntry>): ReadonlyMap<string, string> =>
	new Map([...clusters].toReversed().flatMap(([key, {members}]) => members.map(member => [member, key] as const)));

/** The cluster that names an agent among its members, else the one that it left. */
const clusterOf = (named: string | undefined, clusters: ReadonlyMap<string, ClusterEntry>, {left}: AgentEntry): string | undefined => {
	const last = left?.cluster;
	return named ?? (last !== undefined && clusters.has(last) ? last : undefined);
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

/** Without the clusters in which nobody is any more. */
const inhabitedOnly = (state: State): State => {
	const inhabited = new Set([...state.agents.values()].map(entry => entry.cluster));
	return {...state, clusters: new Map([...state.clusters].filter(([key]) => inhabited.has(key)))};
};

/** Puts agents (keys) whose names were just learned, or who came or left, into their clusters. Of others nothing has changed. */
export const placeAgents = (state: State, keys: readonly string[]): State => {
	const keyOf = keys.length > 1 ? keysByMember(state.clusters) : undefined;
	const clusterNamed = (name: string | undefined): string | undefined => {
		if (name === undefined) {
			return undefined;
		}

		return keyOf ? keyOf.get(name) : state.clusters.entries().find(([, {members}]) => members.includes(name))?.[0];
	};

	let {agents} = state;
	for (const key of keys) {
		const entry = agents.get(key);
		const cluster = entry && clusterOf(clusterNamed(entry.name), state.clusters, entry);
		if (entry && cluster !== entry.cluster) {
			agents = agents.with(key, {...entry, cluster});
		}
	}

	return agents === state.agents ? state : inhabitedOnly({...state, agents});
};

/** Takes in what an agent says of its cluster, and lets go of clusters in which nobody is any more. `isSpeaker`: it has the word for its cluster. */
export const joinCluster = (state: State, agent: string, info: ClusterInfo, isSpeaker = false): State => {
	if (!state.agents.has(agent)) {
		return state;
	}

	const ownKey = isAlone(info) ? undefined : clusterKeyOf(state.clusters, info);
	const clusters = ownKey === undefined ? state.clusters : withInfo(state, ownKey, isSpeaker ? info : withoutLeft(state, ownKey, {agent, info}));
	const keyOf = keysByMember(clusters);
	let {agents} = state;
	for (const [key, entry] of state.agents) {
		const cluster = key === agent && ownKey !== undefined ? ownKey : clusterOf(entry.name === undefined ? undefined : keyOf.get(entry.name), clusters, entry);
		if (cluster !== entry.cluster) {
			agents = agents.with(key, {...entry, cluster});
		}
	}

	return agents === state.agents && clusters === state.clusters ? state : inhabitedOnly({...state, agents, clusters});
};
