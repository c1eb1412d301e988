import {messages} from '../../lib/messages/messages.js';
import {speaksV2} from '../../protocol/identity.js';
import {type Timestamp} from '../../lib/time.js';
import {type AgentInfo} from '../../protocol/agent.js';
import {type AgentError} from '../../protocol/errors.js';
import {agentBehind, agentNamed, agentsOf, lastTaskOf, logFolderOf} from '../lookup.js';
import {type AgentEntry, type Screen, type SeenProcess, type State} from '../state.js';
import {agentNow, isDatabaseDown, roleOf, roleText, selectedIndexOf, taskCells, windowOf, windowTop} from './basics.js';
import {isFailing} from './cause.js';
import {shownProblem, troubleOf} from './connection.js';
import {errorText, skewText} from './error-text.js';
import {type JournalRow, latestChanges} from './journal.js';
import {clusterMixes, fleetMixes, type VersionMix, versionOf} from './summary.js';
import {breadcrumbOf} from './task-head.js';
import {type RowFilter, type TaskCells, type Window} from './view-types.js';

// What an agent's `obState` says (docs/protocol.md#endpoints).
const states: Readonly<Record<number, 'down' | 'notConnected' | 'restricted' | 'connected'>> = {
	0: 'down',
	1: 'notConnected',
	2: 'restricted',
	3: 'connected',
};

/** How an agent's observer, the database's process, is; empty while unknown, and for a seekdb, which has none. */
const observerText = (entry: AgentEntry): string => {
	const {info, status} = entry;
	if (status === undefined || info?.isSeekdb) {
		return '';
	}

	// An agent of no cluster has no database yet.
	if (isDatabaseDown(entry)) {
		return messages().tasks.counts['database down'];
	}

	const {observer} = messages().cards;
	const known = states[status.obState];
	return known === undefined ? observer.other(status.obState) : observer[known];
};

const partsOf = (error: AgentError): ReadonlyArray<readonly [name: string, value: string]> => {
	const {error: names, key} = messages().cards;
	switch (error.type) {
		case 'refused': {
			return [[names.status, error.status === 0 ? '' : String(error.status)], [names.code, error.code], [names.message, error.message === '' && error.code === '' ? errorText(error) : error.message], [names.trace, error.traceId]];
		}

		case 'unreachable': {
			return [[names.code, error.code], [names.message, errorText(error)]];
		}

		case 'unauthorized': {
			return [[names.message, error.message]];
		}

		case 'key-changed': {
			return [[names.knownKey, error.known === undefined ? '' : key(error.known, error.knownBits)], [names.offered, key(error.offered, error.offeredBits)]];
		}

		case 'protocol':
		case 'timeout':
		case 'clock':
		case 'too-large':
		case 'unknown-id':
		case 'aborted': {
			return [[names.message, errorText(error)]];
		}
	}
};

const errorOf = ({connection}: AgentEntry): CardView['error'] => connection.type === 'failing'
	? partsOf(connection.error).flatMap(([name, value]) => value === '' ? [] : [{name, value}])
	: [];

/** The passwords that authenticated requests to it need. */
const authOf = (info: AgentInfo | undefined): string => {
	if (!info) {
		return '';
	}

	const kinds = info.supportedAuth.length === 0 ? (speaksV2(info) ? 'v2' : 'v1') : info.supportedAuth.join(', ');
	// A seekdb's agent has no password of its own.
	const {auth} = messages().cards;
	return info.isSeekdb ? auth.kinds(kinds) : (info.security ? auth.withPassword : auth.withoutPassword)(kinds);
};

/** The card of an agent, with so many of the changes that were seen. Unknown values stay empty. */
export const selectCard = (state: State, screen: Extract<Screen, {type: 'card'}>, changes = 0): CardView => {
	const entry = state.agents.get(screen.owner);
	const cluster = state.clusters.get(entry?.cluster ?? '');
	const {info, status, connection, skew} = entry ?? {};
	const trouble = entry && shownProblem(state, entry, state.view.hour);
	return {
		type: 'card',
		breadcrumb: breadcrumbOf(state, screen),
		top: screen.top,
		address: entry?.address.label ?? screen.owner,
		name: entry?.name === entry?.address.label ? undefined : entry?.name,
		isConnected: connection?.type === 'connected',
		trouble,
		error: entry ? errorOf(entry) : [],
		lastSeenAt: connection?.type === 'failing' ? connection.lastSeenAt : undefined,
		version: entry ? versionOf(entry) : '',
		database: {name: info?.isSeekdb ? 'seekdb' : 'OceanBase', version: info?.obVersion ?? ''},
		architecture: info?.architecture ?? '',
		mixes: cluster ? clusterMixes(state, cluster) : fleetMixes(state),
		zone: info?.zone ?? '',
		role: entry ? roleOf(entry) : '',
		process: entry?.process,
		isLocked: status?.underMaintenance,
		observer: entry ? observerText(entry) : '',
		skew,
		skewText: skew === undefined ? '' : skewText(skew),
		fingerprint: entry?.fingerprint,
		auth: authOf(info),
		logFolder: logFolderOf(entry),
		isHistoryUnread: entry?.isHistoryUnread ?? false,
		cluster: cluster && {name: cluster.name, members: cluster.members},
		utcOffset: lastTaskOf(entry)?.utcOffset,
		changes: entry ? latestChanges(state, changes, {owners: new Set([screen.owner]), said: trouble === undefined ? [] : [trouble]}) : [],
	};
};

type Member = {readonly key: string; readonly zone: string; readonly identity: string; readonly version: string};

/** The members of a cluster as rows, in its agents' order; their keys are their names ("ip:port"). */
export const membersOf = (state: State, key: string): readonly Member[] =>
	(state.clusters.get(key)?.directory ?? []).map(({agent, ...member}) => ({key: agent, ...member}));

const connectionText = (entry: AgentEntry): string => {
	const {agents, cards} = messages();
	const trouble = troubleOf(entry);
	return trouble === undefined ? cards.connection[entry.connection.type] : agents.troubles[trouble];
};

const watchedRow = (entry: AgentEntry): Pick<MemberRow, 'role' | 'version' | 'obVersion' | 'observer' | 'connection' | 'isFault'> => ({
	role: roleOf(entry),
	version: versionOf(entry),
	obVersion: entry.info?.obVersion ?? '',
	observer: observerText(entry),
	connection: connectionText(entry),
	isFault: troubleOf(entry) !== undefined,
});

const unwatched = () => ({
	obVersion: '', observer: '', connection: messages().cards.connection.notWatched, isFault: false,
});

const rowOf = (state: State, {key, zone, identity, version}: Member, isSelected: boolean): MemberRow => {
	const entry = state.agents.get(agentNamed(state, key) ?? '');
	return {
		key, agent: key, zone, isSelected, isWatched: entry !== undefined,
		...(entry ? watchedRow(entry) : {...unwatched(), role: roleText(identity), version}),
	};
};

/** The members that pass the filter, by what their rows say. */
export const shownMembers = (state: State, {owner, filter}: Extract<Screen, {type: 'cluster'}>): readonly Member[] => {
	const members = membersOf(state, owner);
	const textOf = (member: Member): string => {
		const {agent, zone, role, version, obVersion, observer, connection} = rowOf(state, member, false);
		return [agent, zone, role, version, obVersion, observer, connection].join(' ');
	};

	return filter ? members.filter(member => filter.test(textOf(member))) : members;
};

/** The card of a cluster: its versions, and its members in rows. */
export const selectCluster = (state: State, screen: Extract<Screen, {type: 'cluster'}>, now: Timestamp, height: number): ClusterView => {
	const cluster = state.clusters.get(screen.owner);
	const all = membersOf(state, screen.owner).length;
	const members = shownMembers(state, screen);
	const delegate = agentBehind(state, screen.owner);
	const dag = lastTaskOf(cluster);
	const selected = selectedIndexOf(members, screen.selected, 0);
	const top = windowTop({
		top: screen.top, selected, height, total: members.length,
	});
	return {
		type: 'cluster',
		breadcrumb: breadcrumbOf(state, screen),
		members: all,
		watched: cluster ? agentsOf(state, cluster).length : 0,
		mixes: cluster ? clusterMixes(state, cluster) : [],
		task: dag && {...taskCells(dag, agentNow(delegate, now, dag)), isFailing: isFailing(state, dag)},
		isHistoryUnread: cluster?.isHistoryUnread ?? false,
		delegate: delegate?.address.label,
		filter: screen.filter && {source: screen.filter.source, hidden: all - members.length},
		list: windowOf(members, {top, height}, (member, index) => rowOf(state, member, index === selected)),
		changes: cluster ? latestChanges(state, height - members.length, {owners: new Set([screen.owner, ...agentsOf(state, cluster).map(({address}) => address.key)])}) : [],
	};
};

/**
All that is known of an agent without further requests. Unknown texts are empty, unknown numbers undefined; `observer` and `trouble` are
text for the user.
*/
export type CardView = {
	readonly type: 'card';
	readonly breadcrumb: readonly string[];
	/** The first line in sight. */
	readonly top: number;
	/** Its address, and its own name if that differs. */
	readonly address: string;
	readonly name: string | undefined;
	readonly isConnected: boolean;
	/** Why it does not respond, since when, and the parts of the error by name. */
	readonly trouble: string | undefined;
	readonly error: ReadonlyArray<{readonly name: string; readonly value: string}>;
	readonly lastSeenAt: Timestamp | undefined;
	readonly version: string;
	readonly database: {readonly name: 'OceanBase' | 'seekdb'; readonly version: string};
	readonly architecture: string;
	/** The versions in its cluster, or in the fleet if it has no cluster, if they differ. */
	readonly mixes: readonly VersionMix[];
	readonly zone: string;
	readonly role: string;
	readonly process: SeenProcess | undefined;
	readonly isLocked: boolean | undefined;
	readonly observer: string;
	/** Its clock minus ours, ms. */
	readonly skew: number | undefined;
	readonly skewText: string;
	readonly fingerprint: string | undefined;
	readonly auth: string;
	readonly logFolder: string | undefined;
	/** Failures of before the start are unknown. */
	readonly isHistoryUnread: boolean;
	readonly cluster: {readonly name: string; readonly members: readonly string[]} | undefined;
	/** Minutes east of UTC of the agent's clock. */
	readonly utcOffset: number | undefined;
	/** The newest ones, newest first. */
	readonly changes: readonly JournalRow[];
};

/** An agent of a cluster. If it is not watched, only what the others say is known. */
export type MemberRow = {
	readonly key: string;
	readonly agent: string;
	readonly zone: string;
	readonly role: string;
	readonly version: string;
	readonly obVersion: string;
	readonly observer: string;
	/** "connected", "unreachable", "not watched". */
	readonly connection: string;
	readonly isWatched: boolean;
	readonly isFault: boolean;
	readonly isSelected: boolean;
};

export type ClusterView = {
	readonly type: 'cluster';
	readonly breadcrumb: readonly string[];
	readonly members: number;
	readonly watched: number;
	readonly mixes: readonly VersionMix[];
	/** `isFailing`: it runs, but a part of it failed. */
	readonly task: TaskCells & {readonly isFailing: boolean} | undefined;
	/** Failures of before the start are unknown. */
	readonly isHistoryUnread: boolean;
	/** The agent that is polled for the cluster's own tasks. */
	readonly delegate: string | undefined;
	readonly filter: RowFilter | undefined;
	readonly list: Window<MemberRow>;
	/** The newest ones of the cluster and its agents, newest first. */
	readonly changes: readonly JournalRow[];
};
