import {type Timestamp} from '../../protocol/timestamp.js';
import {agentBehind, agentNamed, agentsOf, lastTaskOf} from '../locate.js';
import {type AgentEntry, type Screen, type State} from '../state.js';
import {type ClusterView, type MemberRow} from '../views.js';
import {agentNow} from './duration.js';
import {observerWords} from './observer-words.js';
import {troubleOf} from './problem-words.js';
import {roleOf, roleWords} from './role.js';
import {breadcrumbOf} from './select-parts.js';
import {selectedIndexOf} from './selection.js';
import {taskCells} from './task-cells.js';
import {clusterMixes, versionOf} from './versions.js';
import {windowOf, windowTop} from './window.js';

type Member = {readonly key: string; readonly zone: string; readonly identity: string; readonly version: string};

/** The members of a cluster as rows, in its agents' order; their keys are their names ("ip:port"). */
export const membersOf = (state: State, key: string): readonly Member[] =>
	(state.clusters.get(key)?.directory ?? []).map(({agent, ...member}) => ({key: agent, ...member}));

const watchedRow = (entry: AgentEntry): Pick<MemberRow, 'role' | 'version' | 'obVersion' | 'observer' | 'connection' | 'isFault'> => ({
	role: roleOf(entry),
	version: versionOf(entry),
	obVersion: entry.info?.obVersion ?? '',
	observer: observerWords(entry),
	connection: troubleOf(entry) ?? entry.connection.type,
	isFault: troubleOf(entry) !== undefined,
});

const unwatched = {
	obVersion: '', observer: '', connection: 'not watched', isFault: false,
} as const;

const rowOf = (state: State, {key, zone, identity, version}: Member, isSelected: boolean): MemberRow => {
	const entry = state.agents.get(agentNamed(state, key) ?? '');
	return {
		key, agent: key, zone, isSelected,
		...(entry ? watchedRow(entry) : {...unwatched, role: roleWords(identity), version}),
	};
};

/** The card of a cluster: what its agents run, and each of them in a row. */
export const selectCluster = (state: State, screen: Extract<Screen, {type: 'cluster'}>, now: Timestamp, height: number): ClusterView => {
	const cluster = state.clusters.get(screen.owner);
	const members = membersOf(state, screen.owner);
	const speaker = agentBehind(state, screen.owner);
	const dag = lastTaskOf(cluster);
	const selected = selectedIndexOf(members, screen.selected, 0);
	const top = windowTop({
		top: screen.top, selected, height, total: members.length,
	});
	return {
		type: 'cluster',
		breadcrumb: breadcrumbOf(state, screen),
		members: members.length,
		watched: cluster ? agentsOf(state, cluster).length : 0,
		mixes: cluster ? clusterMixes(state, cluster) : [],
		task: dag && taskCells(dag, agentNow(speaker, now)),
		speaker: speaker?.address.label,
		list: windowOf(members, {top, height}, (member, index) => rowOf(state, member, index === selected)),
	};
};
