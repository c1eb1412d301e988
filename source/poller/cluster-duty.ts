// Who asks what concerns more than one agent. Pure: the same health gives the same speakers.

import {type ClusterInfo} from '../protocol/agent.js';
import {isInCluster} from '../protocol/identity.js';
import {type Health} from './health.js';

/** A cluster's own mark: names and ids repeat, so its first member belongs to it. */
const markOf = ({name, id, members}: ClusterInfo): string => `${name}#${id}@${members.map(({agent}) => agent).toSorted()[0] ?? ''}`;

/** The cluster of each agent, as the first agent that lists it says; agents are keys in the user's order. */
export const clustersOf = (healths: ReadonlyMap<string, Health>): ReadonlyMap<string, string> => {
	const clusters = [...healths.values()].flatMap(({cluster}) => cluster && cluster.members.length > 0 ? [cluster] : []);
	const marks = new Map<string, string>();
	for (const cluster of clusters) {
		const mark = markOf(cluster);
		for (const {agent} of cluster.members) {
			if (!marks.has(agent)) {
				marks.set(agent, mark);
			}
		}
	}

	return new Map([...healths].flatMap(([key, {name}]) => {
		const mark = name === undefined ? undefined : marks.get(name);
		return mark === undefined ? [] : [[key, mark] as const];
	}));
};

// Without a cluster, only these know tasks of their own: what others are asked, they ask their master (API reference, section 2).
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
export const groupsOf = (healths: ReadonlyMap<string, Health>): ReadonlyMap<string, readonly string[]> => {
	const clusters = clustersOf(healths);
	const groups = new Map<string, string[]>();
	for (const [key, {identity}] of healths) {
		const cluster = isInCluster(identity) ? clusters.get(key) : undefined;
		const group = speaksForItself.has(identity) ? `agent ${key}` : (cluster && `cluster ${cluster}`);
		if (group !== undefined) {
			groups.set(group, [...(groups.get(group) ?? []), key]);
		}
	}

	return groups;
};
