// Which versions agents run, and whether they differ: during an upgrade they do, but should not for long.

import {agentsOf} from '../lookup.js';
import {type AgentEntry, type ClusterEntry, type State} from '../state.js';

/** The version of obshell that an agent says it runs; empty if unknown. */
export const versionOf = ({status, info}: AgentEntry): string => status?.version ?? info?.version ?? '';

const mixOf = (of: VersionMix['of'], all: readonly string[]): readonly VersionMix[] => {
	const counts = Map.groupBy(all.filter(version => version !== ''), version => version);
	if (counts.size < 2) {
		return [];
	}

	const versions = [...counts].map(([version, same]) => ({version, count: same.length}));
	return [{of, versions: versions.toSorted((one, other) => other.count - one.count || (one.version < other.version ? -1 : 1))}];
};

/** Before its cluster runs, an agent reports its package's version, later its database's, which has no build. If one has no build, builds do not count. */
const comparable = (versions: readonly string[]): readonly string[] => {
	const bare = new Set(versions.filter(version => !version.includes('-')));
	return versions.map(version => {
		const [number = version] = version.split('-', 1);
		return bare.has(number) ? number : version;
	});
};

const mixesOf = (entries: readonly AgentEntry[], others: readonly string[] = []): readonly VersionMix[] => [
	...mixOf('obshell', [...entries.map(entry => versionOf(entry)), ...others]),
	...mixOf('OceanBase', comparable(entries.map(({info}) => info?.isSeekdb ? '' : info?.obVersion ?? ''))),
];

/** The mixes in a cluster: watched agents speak for themselves, the others' versions come from its members' lists. */
export const clusterMixes = (state: State, cluster: ClusterEntry): readonly VersionMix[] => {
	const watched = agentsOf(state, cluster);
	const names = new Set(watched.map(({name}) => name));
	return mixesOf(watched, cluster.directory.flatMap(({agent, version}) => names.has(agent) ? [] : [version]));
};

/** The mixes over all watched agents. */
export const fleetMixes = (state: State): readonly VersionMix[] => mixesOf([...state.agents.values()]);

/** The versions that agents run, if they differ: of obshell or of OceanBase, each with how many agents run it, the most frequent first. */
export type VersionMix = {readonly of: 'obshell' | 'OceanBase'; readonly versions: ReadonlyArray<{readonly version: string; readonly count: number}>};
