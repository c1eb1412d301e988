// Which cluster an agent reports. Names and ids repeat, and both change while a cluster is initialised: only its members distinguish it.

import {type ClusterInfo} from './agent.js';

/** A cluster as last reported. `key` stays the same, whatever the cluster is called later. */
export type KnownCluster = {
	readonly key: string;
	readonly name: string;
	/** 0 before the cluster is configured; then it has no name either. */
	readonly id: number;
	/** "ip:port" of every member. */
	readonly members: readonly string[];
};

type Named = Pick<KnownCluster, 'name' | 'id'>;

const isUnnamed = ({id}: Named): boolean => id === 0;

const hasSameName = (one: Named, other: Named): boolean => one.name === other.name && one.id === other.id && !isUnnamed(one);

/** An agent that belongs to no cluster reports one of its own: without a name, with itself as the only member. */
export const isAlone = (info: Pick<ClusterInfo, 'name' | 'members'>): boolean => info.members.length < 2 && info.name === '';

const namesOf = (info: ClusterInfo): ReadonlySet<string> => new Set(info.members.map(({agent}) => agent));

/** How many members a known cluster shares with the report, 0 if it cannot be the same one. */
const likeness = (known: KnownCluster, info: ClusterInfo, names: ReadonlySet<string>): number => {
	const common = known.members.filter(member => names.has(member)).length;
	if (hasSameName(known, info)) {
		return common;
	}

	const sizes = [known.members.length, names.size] as const;
	// Before it has a name, a cluster grows. A renamed one keeps most of its members; an agent that moves from one cluster to another does not link them.
	const limit = (isUnnamed(known) || isUnnamed(info) ? Math.min(...sizes) : Math.max(...sizes)) / 2;
	return common > limit ? common : 0;
};

const newKeyOf = (known: ReadonlyMap<string, KnownCluster>, {name, id, members}: ClusterInfo): string => {
	const first = members.map(({agent}) => agent).toSorted()[0] ?? '';
	const key = `cluster ${name}#${id}@${first}`;
	let number = 1;
	let free = key;
	while (known.has(free)) {
		number += 1;
		free = `${key} ${number}`;
	}

	return free;
};

/** The key of the cluster that an agent reports: that of a known cluster, else a new one. `near` may leave out clusters without any of the members. */
export const clusterKeyOf = (known: ReadonlyMap<string, KnownCluster>, info: ClusterInfo, near: Iterable<KnownCluster> = known.values()): string => {
	const names = namesOf(info);
	const candidates = isAlone(info) ? [...near].filter(cluster => isUnnamed(cluster) && cluster.members.length === 1) : [...near];
	const [best] = candidates.flatMap(cluster => {
		const common = likeness(cluster, info, names);
		return common === 0 ? [] : [{key: cluster.key, isNamesake: hasSameName(cluster, info), common}];
	}).toSorted((one, other) => Number(other.isNamesake) - Number(one.isNamesake) || other.common - one.common);
	return best?.key ?? newKeyOf(known, info);
};

/** The cluster of that key after the report. A member that does not know the cluster's name yet does not remove it. */
export const afterReport = (before: KnownCluster | undefined, key: string, info: ClusterInfo): KnownCluster => ({
	key,
	...(before && isUnnamed(info) ? {name: before.name, id: before.id} : {name: info.name, id: info.id}),
	members: info.members.map(({agent}) => agent),
});
