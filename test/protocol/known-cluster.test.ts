import {describe, expect, it} from 'vitest';
import {type ClusterInfo} from '../../source/protocol/agent.js';
import {afterReport, clusterKeyOf, type KnownCluster} from '../../source/protocol/known-cluster.js';

const report = (name: string, id: number, ...members: readonly string[]): ClusterInfo => ({name, id, members: members.map(agent => ({agent, zone: '', identity: '', version: ''}))});

/** All clusters after these reports, and the key under which each was found. */
const hear = (...reports: readonly ClusterInfo[]): {readonly keys: readonly string[]; readonly clusters: ReadonlyMap<string, KnownCluster>} => {
	const clusters = new Map<string, KnownCluster>();
	const keys = reports.map(info => {
		const key = clusterKeyOf(clusters, info);
		clusters.set(key, afterReport(clusters.get(key), key, info));
		return key;
	});
	return {keys, clusters};
};

const namesOf = (...reports: readonly ClusterInfo[]): readonly string[] => [...hear(...reports).clusters.values()].map(({name, id, members}) => `${name}#${id} ${members.join(',')}`);

describe('one cluster', () => {
	it.each<readonly [string, readonly ClusterInfo[], string]>([
		['gets its name and id', [report('', 0, 'a', 'b'), report('prod', 7, 'a', 'b')], 'prod#7 a,b'],
		['grows before it has a name', [report('', 0, 'a', 'b'), report('', 0, 'a', 'b', 'c', 'd', 'e'), report('prod', 7, 'a', 'b', 'c', 'd', 'e')], 'prod#7 a,b,c,d,e'],
		['keeps its name where a member does not know it yet', [report('prod', 7, 'a', 'b'), report('', 0, 'a', 'b')], 'prod#7 a,b'],
		['is renamed', [report('prod', 7, 'a', 'b', 'c'), report('shop', 8, 'a', 'b', 'c')], 'shop#8 a,b,c'],
		['goes on without the member that gave it its key', [report('prod', 7, 'a', 'b', 'c'), report('prod', 7, 'b', 'c')], 'prod#7 b,c'],
	])('%s', (_, reports, expected) => {
		expect(namesOf(...reports)).toEqual([expected]);
	});

	it('keeps its key through all of that', () => {
		expect(new Set(hear(report('', 0, 'a', 'b'), report('prod', 7, 'a', 'b', 'c'), report('', 0, 'a', 'b'), report('shop', 8, 'b', 'c', 'a')).keys)).toEqual(new Set(['cluster #0@a']));
	});
});

describe('two clusters stay two', () => {
	it.each<readonly [string, readonly ClusterInfo[], readonly string[]]>([
		['with the same name and id', [report('prod', 1, 'a', 'b'), report('prod', 1, 'c', 'd')], ['prod#1 a,b', 'prod#1 c,d']],
		['without names', [report('', 0, 'a', 'b'), report('', 0, 'c', 'd')], ['#0 a,b', '#0 c,d']],
		['where an agent moves from one to the other', [report('prod', 1, 'a', 'b', 'x'), report('shop', 2, 'c', 'd', 'x')], ['prod#1 a,b,x', 'shop#2 c,d,x']],
		['where it moves between namesakes', [report('prod', 1, 'a', 'b', 'x'), report('prod', 1, 'c', 'd'), report('prod', 1, 'c', 'd', 'x')], ['prod#1 a,b,x', 'prod#1 c,d,x']],
		['where an agent leaves and stands alone', [report('prod', 1, 'a', 'b', 'x'), report('', 0, 'x')], ['prod#1 a,b,x', '#0 x']],
	])('%s', (_, reports, expected) => {
		expect(namesOf(...reports)).toEqual(expected);
	});

	it('also where one once had the name that the other has now', () => {
		const {keys} = hear(report('', 0, 'a', 'b'), report('prod', 7, 'b', 'a'), report('prod', 7, 'b'), report('', 0, 'a', 'c', 'd'));
		expect(new Set(keys)).toEqual(new Set(['cluster #0@a', 'cluster #0@a 2']));
	});
});
