// Which agents are one cluster: as its members list each other (ob/info), since names and ids of clusters repeat.

import {type ClusterInfo} from '../../protocol/agent.js';
import {afterReport, clusterKeyOf, isAlone} from '../../protocol/known-cluster.js';
import {agentsNamed, countClusters, keysIn} from '../locate.js';
import {createLookup} from '../lookup.js';
import {share} from '../share.js';
import {type AgentEntry, type ClusterEntry, type State} from '../state.js';
import {type Table} from '../table.js';

type Clusters = Table<ClusterEntry>;

const byMember = createLookup<ClusterEntry>(({members}) => members);
const byLeft = createLookup<AgentEntry>(({left}) => left?.cluster === undefined ? [] : [left.cluster]);

/** The key of the first cluster that names an agent (its name) among its members. */
const clusterNaming = (clusters: Clusters, name: string | undefined): string | undefined => name === undefined ? undefined : byMember.keys(clusters, name)[0];

/** The cluster that names an agent among its members, else the one that it left. */
const clusterOf = (clusters: Clusters, {name, left}: AgentEntry): string | undefined => {
	const last = left?.cluster;
	return clusterNaming(clusters, name) ?? (last !== undefined && clusters.has(last) ? last : undefined);
};

const withInfo = (state: State, key: string, info: ClusterInfo): Clusters => {
	const previous = state.clusters.get(key);
	const reported = afterReport(previous, key, info);
	const next = share<ClusterEntry>(previous, {
		...(previous ?? {task: {type: 'unknown'}, otherTasks: [], isListed: false, spokenForBy: undefined}),
		...reported,
		name: reported.name === '' ? 'cluster' : reported.name,
		directory: info.members,
	});
	return next === previous ? state.clusters : state.clusters.with(key, next);
};

/** What an agent that does not speak for its cluster says of it, without those that left: it may just not have heard of that. Who is back says so itself. */
const withoutLeft = (state: State, key: string, {agent, info}: {readonly agent: string; readonly info: ClusterInfo}): ClusterInfo => {
	const left = new Set(byLeft.keys(state.agents, key).filter(other => other !== agent).map(other => state.agents.get(other)?.name));
	return left.size === 0 ? info : {...info, members: info.members.filter(member => !left.has(member.agent))};
};

/** Without the clusters in which nobody is any more. */
const inhabitedOnly = (state: State): State => countClusters(state) === state.clusters.size
	? state
	: {...state, clusters: state.clusters.without(...state.clusters.keys().filter(key => keysIn(state, key).length === 0))};

/** The same agents, those of these keys in the clusters that they belong to. */
const placed = (agents: State['agents'], keys: Iterable<string>, placeOf: (key: string, entry: AgentEntry) => string | undefined): State['agents'] => {
	let next = agents;
	for (const key of keys) {
		const entry = next.get(key);
		const cluster = entry && placeOf(key, entry);
		if (entry && cluster !== entry.cluster) {
			next = next.with(key, {...entry, cluster});
		}
	}

	return next;
};

/** Puts agents (keys) whose names were just learned, or who came or left, into their clusters. Of others nothing has changed. */
export const placeAgents = (state: State, keys: readonly string[]): State => {
	const agents = placed(state.agents, keys, (_, entry) => clusterOf(state.clusters, entry));
	return agents === state.agents ? state : inhabitedOnly({...state, agents});
};

/** The agents (keys) whose place a report of a cluster (its key) may change: whom it names or named, who is in it, and who left it. */
const concerned = ({agents, clusters}: State, key: string, members: readonly string[]): ReadonlySet<string> => new Set([
	...[...clusters.get(key)?.members ?? [], ...members].flatMap(name => agentsNamed({agents}, name)),
	...keysIn({agents}, key),
	...byLeft.keys(agents, key),
]);

/** Takes in what an agent says of its cluster, and lets go of clusters in which nobody is any more. `isSpeaker`: it has the word for its cluster. */
export const joinCluster = (state: State, agent: string, info: ClusterInfo, isSpeaker = false): State => {
	if (!state.agents.has(agent)) {
		return state;
	}

	if (isAlone(info)) {
		return placeAgents(state, [agent]);
	}

	// Going through all clusters and agents for each report would take minutes with thousands of them.
	const near = state.clusters.inOrder(new Set(info.members.flatMap(member => byMember.keys(state.clusters, member.agent))));
	const ownKey = clusterKeyOf(state.clusters, info, near.flatMap(key => state.clusters.get(key) ?? []));
	const clusters = withInfo(state, ownKey, isSpeaker ? info : withoutLeft(state, ownKey, {agent, info}));
	const keys = concerned(state, ownKey, clusters.get(ownKey)?.members ?? []);
	const agents = placed(state.agents, new Set([...keys, agent]), (key, entry) => key === agent ? ownKey : clusterOf(clusters, entry));
	return agents === state.agents && clusters === state.clusters ? state : inhabitedOnly({...state, agents, clusters});
};
