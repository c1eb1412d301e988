// Who asks what concerns more than one agent. Pure: the same health gives the same speakers.

import {isInCluster} from '../protocol/identity.js';
import {afterReport, clusterKeyOf, type KnownCluster} from '../protocol/known-cluster.js';
import {type Health} from './health.js';

type Clusters = ReadonlyMap<string, KnownCluster>;

/** The clusters that the agents report, by key: first those that were known before, as far as an agent still reports them. */
export const clustersKnown = (healths: ReadonlyMap<string, Health>, before: Clusters = new Map()): Clusters => {
	const known = new Map(before);
	const reported = new Set<string>();
	const keysByMember = new Map<string, Set<string>>();
	const index = ({key, members}: KnownCluster): void => {
		for (const member of members) {
			keysByMember.set(member, (keysByMember.get(member) ?? new Set()).add(key));
		}
	};

	for (const cluster of before.values()) {
		index(cluster);
	}

	for (const {cluster} of healths.values()) {
		if (!cluster || cluster.members.length === 0) {
			continue;
		}

		const near = new Set(cluster.members.flatMap(({agent}) => [...keysByMember.get(agent) ?? []]));
		const key = clusterKeyOf(known, cluster, [...near].flatMap(other => known.get(other) ?? []));
		// The first agent that reports it says who is in it.
		if (reported.has(key)) {
			continue;
		}

		const after = afterReport(known.get(key), key, cluster);
		known.set(key, after);
		index(after);
		reported.add(key);
	}

	return new Map([...known].filter(([key]) => reported.has(key)));
};

/** The key of each agent's cluster, where one is known; agents are keys in the user's order. A seekdb counts as one of its own: its password says nothing of another one's. */
export const clusterByAgent = (healths: ReadonlyMap<string, Health>, clusters: Clusters): ReadonlyMap<string, string> => {
	const byMember = new Map([...clusters.values()].toReversed().flatMap(({key, members}) => members.map(member => [member, key] as const)));
	return new Map([...healths].flatMap(([agent, {name, identity}]) => {
		if (identity === 'SEEKDB') {
			return [[agent, `seekdb ${agent}`] as const];
		}

		const cluster = name === undefined ? undefined : byMember.get(name);
		return cluster === undefined ? [] : [[agent, cluster] as const];
	}));
};

// Without a cluster, only these know tasks of their own: what others are asked, they ask their master (docs/protocol.md#followers).
const speaksForItself = new Set(['SINGLE', 'MASTER', 'TAKE OVER MASTER', 'SEEKDB']);

/** The one of a cluster's agents that asks for its tasks: the first in order that answers, with a database and without failures if there is such a one. */
export const electSpeaker = (agents: readonly string[], healths: ReadonlyMap<string, Health>): string | undefined => {
	const able = agents.flatMap(key => {
		const health = healths.get(key);
		return health?.isAble ? [{key, ...health}] : [];
	}).toSorted((one, other) => Number(other.hasDatabase) - Number(one.hasDatabase) || one.failures - other.failures);
	return able[0]?.key;
};

/** Agents (keys, in order) by what one of them speaks for: a cluster, or itself where it stands alone. Who speaks for nobody is left out. */
export const groupsOf = (healths: ReadonlyMap<string, Health>, clusters: ReadonlyMap<string, string>): ReadonlyMap<string, readonly string[]> => {
	const groups = new Map<string, string[]>();
	for (const [key, {identity}] of healths) {
		const cluster = isInCluster(identity) ? clusters.get(key) : undefined;
		const group = speaksForItself.has(identity) ? `agent ${key}` : (cluster);
		if (group !== undefined) {
			groups.set(group, [...(groups.get(group) ?? []), key]);
		}
	}

	return groups;
};
