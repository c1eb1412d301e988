// Which agents are watched because others named them: from agents' reports about their clusters to agents that join, leave and return. No I/O, no clock.

import {foundLimit, memberAddress} from '../protocol/member-address.js';
import {type Timestamp} from '../lib/time.js';
import {type AgentAddress} from '../protocol/address.js';
import {type DiscoveryEvent, type FoundAgent, type PollEvent} from '../store/actions.js';

// A departed agent keeps its place this long, so that agents that name ever new ones do not make obwatch connect everywhere.
const departedKeptFor = 24 * 3_600_000;

export type DiscoveryNews = DiscoveryEvent | {readonly type: 'too-many-found'; readonly limit: number};

export type Discovery = {
	/** Takes a polling event after the store did. Returns what follows, in order. */
	readonly hear: (event: PollEvent) => readonly DiscoveryNews[];
};

/** `isSeed`: the rest of its cluster is to be found too. */
export type NamedAgent = {readonly address: AgentAddress; readonly isSeed: boolean};

/**
A watched agent.

- isFollowed: its cluster is followed; only then its reports count
- name: its own "ip:port"; for a found agent at first the name that others use
- cluster: a number, the same for agents that were in one list
*/
type Known = {
	readonly address: AgentAddress;
	readonly isFound: boolean;
	readonly isFollowed: boolean;
	readonly name: string | undefined;
	readonly cluster: number | undefined;
	readonly departedAt: Timestamp | undefined;
};

/** An agent's report about its cluster: the names of all members. */
type Report = {readonly agent: string; readonly at: Timestamp; readonly names: ReadonlySet<string>; readonly clusterName: string; readonly isDelegate: boolean};

export const createDiscovery = (named: readonly NamedAgent[], limit = foundLimit): Discovery => {
	const agents = new Map<string, Known>(named.map(({address, isSeed}) => [address.key, {
		address, isFound: false, isFollowed: isSeed, name: undefined, cluster: undefined, departedAt: undefined,
	}]));
	/** Agents that the user named and that have neither responded nor failed: each may turn out to be one that others name. */
	const silent = new Set(agents.keys());
	/** Agents by their own names. */
	const keys = new Map<string, string>();
	/** Names that others use for an agent that calls itself differently. Each takes a place, so that endless names do not get around the limit. */
	const aliases = new Map<string, string>();
	/** The last list of each cluster. */
	const lists = new Map<number, ReadonlySet<string>>();
	/** Reports that wait until every agent that the user named has shown its name. */
	const reports = new Map<string, Report>();
	let found = 0;
	let clusters = 0;
	let isFull = false;

	const change = (key: string, next: Partial<Known>): void => {
		const known = agents.get(key);
		if (known) {
			agents.set(key, {...known, ...next});
		}
	};

	const drop = (key: string, duplicateOf: string | undefined, at: Timestamp): DiscoveryEvent => {
		const known = agents.get(key);
		agents.delete(key);
		reports.delete(key);
		found -= 1;
		if (known?.name !== undefined && keys.get(known.name) === key) {
			keys.delete(known.name);
		}

		return {type: 'agent-dropped', agent: key, at, duplicateOf};
	};

	/** An agent has reported its own name. If two agents have the same one, the found one is dropped. */
	const introduce = (key: string, name: string, at: Timestamp): readonly DiscoveryEvent[] => {
		const known = agents.get(key);
		if (!known || known.name === name) {
			return [];
		}

		const other = keys.get(name);
		const twin = other === undefined ? undefined : agents.get(other);
		if (known.isFound && twin && other !== undefined) {
			aliases.set(known.name ?? name, other);
			return [drop(key, other, at)];
		}

		if (known.isFound && known.name !== undefined) {
			aliases.set(known.name, key);
		}

		const dropped = twin?.isFound && other !== undefined ? [drop(other, key, at)] : [];
		if (known.name !== undefined && keys.get(known.name) === key) {
			keys.delete(known.name);
		}

		change(key, {name, ...(twin?.isFound && {cluster: twin.cluster, departedAt: twin.departedAt})});
		if (!keys.has(name)) {
			keys.set(name, key);
		}

		return dropped;
	};

	/** Drops the agent that departed longest ago, if that is long enough. */
	const dropLongestDeparted = (at: Timestamp): readonly DiscoveryEvent[] => {
		const departed = [...agents].filter(([, {isFound, departedAt}]) => isFound && departedAt !== undefined && at - departedAt > departedKeptFor)
			.toSorted(([, one], [, other]) => (one.departedAt ?? 0) - (other.departedAt ?? 0));
		const [longest] = departed;
		return longest ? [drop(longest[0], undefined, at)] : [];
	};

	const take = ({address, name}: Pick<FoundAgent, 'address' | 'name'>, cluster: number): void => {
		found += 1;
		keys.set(name, address.key);
		agents.set(address.key, {
			address, name, cluster, isFound: true, isFollowed: true, departedAt: undefined,
		});
	};

	const addFound = (report: Report, informant: Known & {readonly name: string}, {cluster, before}: {readonly cluster: number; readonly before: ReadonlySet<string> | undefined}): readonly DiscoveryNews[] => {
		const news: DiscoveryNews[] = [];
		const arrived: FoundAgent[] = [];
		for (const name of report.names) {
			const address = keys.has(name) || aliases.has(name) ? undefined : memberAddress(name, informant);
			if (!address || agents.has(address.key)) {
				continue;
			}

			if (found + aliases.size >= limit) {
				news.push(...dropLongestDeparted(report.at));
			}

			if (found + aliases.size >= limit) {
				news.push(...(isFull ? [] : [{type: 'too-many-found', limit} as const]));
				isFull = true;
				break;
			}

			const agent: FoundAgent = {address, name, foundBy: report.agent, hasJoined: before !== undefined && !before.has(name)};
			take(agent, cluster);
			arrived.push(agent);
		}

		return arrived.length === 0 ? news : [...news, {type: 'agents-found', at: report.at, found: arrived}];
	};

	/** `mate`: one of the agents that it leaves, which identifies the cluster even if the departing agent reported it first. */
	const markDeparted = (key: string, peer: string, at: Timestamp): DiscoveryEvent => {
		change(key, {departedAt: at});
		return {type: 'agent-left', agent: key, at, peer};
	};

	const keyOf = (name: string): string | undefined => keys.get(name) ?? aliases.get(name);

	const applyReport = (report: Report, informant: Known & {readonly name: string}): readonly DiscoveryNews[] => {
		const {names, clusterName, isDelegate, at} = report;
		const others = [...agents].filter(([key, other]) => key !== report.agent && other.cluster !== undefined && other.cluster === informant.cluster);
		if (names.size < 2 && clusterName === '') {
			// It is alone now, so it can no longer speak for the others.
			const mate = others.find(([, {departedAt}]) => departedAt === undefined) ?? others[0];
			return informant.departedAt === undefined && mate ? [markDeparted(report.agent, mate[0], report.at)] : [];
		}

		// A list without the agent itself is about another cluster.
		if (!names.has(informant.name)) {
			return [];
		}

		const members = new Set([...names].flatMap(name => keyOf(name) ?? []).filter(key => agents.get(key)?.isFollowed));
		// No agent joins or leaves a cluster by one report: both sides must say so.
		const knows = (number: number | undefined): boolean => number !== undefined && (lists.get(number)?.has(informant.name) ?? false);
		const cluster = informant.cluster ?? [...members].map(key => agents.get(key)?.cluster).find(number => knows(number)) ?? (clusters += 1);
		const before = lists.get(cluster);
		lists.set(cluster, names);
		const returned: DiscoveryEvent[] = [];
		for (const key of members) {
			const member = agents.get(key);
			// Agents other than the delegate, or the returned one itself, may not know yet that it had left.
			if (member?.departedAt !== undefined && !isDelegate && key !== report.agent) {
				continue;
			}

			if (member?.departedAt !== undefined) {
				returned.push({type: 'agent-returned', agent: key, at});
			}

			if (member?.cluster === undefined || member.departedAt !== undefined || knows(member.cluster)) {
				change(key, {cluster, departedAt: undefined});
			}
		}

		const departed = isDelegate ? others.filter(([key, other]) => other.departedAt === undefined && !members.has(key)).map(([key]) => markDeparted(key, report.agent, at)) : [];
		return [...returned, ...departed, ...addFound(report, informant, {cluster, before})];
	};

	/** Applies reports once no agent is left that could turn out to be one of those that they name. */
	const settle = (): readonly DiscoveryNews[] => [...reports.values()].flatMap(report => {
		const informant = agents.get(report.agent);
		const isTooEarly = silent.values().some(key => !report.names.has(key));
		const name = informant?.name;
		if (isTooEarly || !informant || name === undefined) {
			return [];
		}

		reports.delete(report.agent);
		return applyReport(report, {...informant, name});
	});

	return {
		hear(event) {
			if (event.type === 'info-received') {
				silent.delete(event.agent);
				return [...introduce(event.agent, event.info.agent, event.at), ...settle()];
			}

			if (event.type === 'agent-failed') {
				return silent.delete(event.agent) ? settle() : [];
			}

			if (event.type === 'cluster-info-received' && agents.get(event.agent)?.isFollowed) {
				reports.set(event.agent, {
					agent: event.agent, at: event.at, names: new Set(event.cluster.members.map(({agent}) => agent)), clusterName: event.cluster.name, isDelegate: event.isDelegate ?? false,
				});
				return settle();
			}

			return [];
		},
	};
};
