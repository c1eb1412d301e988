import {type PasswordKind} from '../../protocol/errors.js';
import {type PasswordNews, type PasswordOffer, type PasswordVault} from '../types.js';

/** A password as entered, with the agents that accepted and refused it. Entered again it is a new entry, even with the same text. */
type Entry = {readonly password: string; readonly accepted: Set<string>; readonly refused: Set<string>};

type Entries = {all: Entry | undefined; readonly single: Map<string, Entry>};

/** A password that was handed out and has no verdict yet. */
type Ticket = {readonly agent: string; readonly kind: PasswordKind; readonly entry: Entry};

type GivenPasswords = Readonly<Partial<Record<PasswordKind, string>>>;

/** Agents (keys) that were given the same passwords before the start. */
export type PasswordGroup = {readonly agents: readonly string[]; readonly passwords: GivenPasswords};

// As many agents may try at a time as have accepted; after this many accepted, the password counts as right. An agent that lies
// about a wrong password thus costs one failed login, not one for each agent of the cluster.
const convincing = 8;

/**
`initial` passwords count as entered for all agents, those of `groups` for their agents, which try them one agent of a cluster
first. The state of a cluster is derived, never stored, so that it stays right when an agent's cluster becomes known or changes.
Every offered password must be settled, even if the request fails: an unsettled trial would hold back the others forever.
*/
export const createPasswordVault = (initial: GivenPasswords = {}, groups: readonly PasswordGroup[] = []): PasswordVault => {
	const entries: Readonly<Record<PasswordKind, Entries>> = {root: {all: undefined, single: new Map()}, agent: {all: undefined, single: new Map()}};
	const clusters = new Map<string, string>();
	const followers = new Set<string>();
	const tickets = new Map<number, Ticket>();
	const listeners = new Set<() => void>();
	const newsListeners = new Set<(news: PasswordNews) => void>();
	let count = 0;
	// Notifying wakes every agent that is held back; skipped when none is.
	let isAnyoneHeldBack = false;

	const notify = (): void => {
		isAnyoneHeldBack = false;
		for (const listener of listeners) {
			listener();
		}
	};

	const newEntry = (password: string): Entry => ({password, accepted: new Set(), refused: new Set()});
	const empty = newEntry('');

	const entryFor = (agent: string, kind: PasswordKind): Entry | undefined => entries[kind].single.get(agent) ?? entries[kind].all;

	/** Whether both are in one cluster; agents whose cluster is unknown may be. */
	const arePeers = (one: string, other: string): boolean => one === other || clusters.get(one) === clusters.get(other);

	/** A follower can refuse the password that its master accepts: what it says counts for followers, until a master has accepted. */
	const countsFor = (refuser: string, {agent, entry}: Ticket): boolean =>
		!followers.has(refuser) || (followers.has(agent) && entry.accepted.values().every(other => followers.has(other) || !arePeers(agent, other)));

	/** The agent whose refusal forbids this one to send the password. */
	const refuserFor = (ticket: Ticket): string | undefined => {
		const {agent, kind, entry} = ticket;
		if (kind === 'agent' || entry.refused.has(agent)) {
			return entry.refused.has(agent) ? agent : undefined;
		}

		// While its cluster is unknown, an agent's own verdict counts for itself.
		const knowsBetter = entry.accepted.has(agent) && !clusters.has(agent);
		return knowsBetter ? undefined : entry.refused.values().find(other => arePeers(agent, other) && countsFor(other, ticket));
	};

	/** The agent whose verdict this one has to wait for before it may send a root password. */
	const firstTesterFor = ({agent, entry}: Ticket): string | undefined => {
		if (entry.accepted.has(agent)) {
			return undefined;
		}

		const trying = new Set([...tickets.values()]
			.filter(ticket => ticket.entry === entry && !entry.accepted.has(ticket.agent) && arePeers(agent, ticket.agent))
			.map(ticket => ticket.agent));
		const convinced = entry.accepted.values().filter(other => arePeers(agent, other)).take(convincing).toArray().length;
		const [first] = trying;
		return trying.has(agent) ? agent : (convinced < convincing && trying.size >= Math.max(1, convinced) ? first : undefined);
	};

	const heldBack = (by: string, isRefused: boolean): PasswordOffer => {
		isAnyoneHeldBack = true;
		return {type: 'held-back', by, isRefused};
	};

	const offer = (wanted: Ticket): PasswordOffer => {
		const refuser = refuserFor(wanted);
		if (refuser !== undefined) {
			return refuser === wanted.agent ? {type: 'refused'} : heldBack(refuser, true);
		}

		const tester = wanted.kind === 'root' ? firstTesterFor(wanted) : undefined;
		if (tester !== undefined) {
			return heldBack(tester, false);
		}

		count++;
		tickets.set(count, wanted);
		return {type: 'use', password: wanted.entry.password, ticket: count};
	};

	for (const kind of ['root', 'agent'] as const) {
		const password = initial[kind];
		entries[kind].all = password === undefined ? undefined : newEntry(password);
		for (const {agents, passwords} of groups) {
			const shared = passwords[kind];
			const entry = shared === undefined ? undefined : newEntry(shared);
			for (const agent of agents) {
				if (entry) {
					entries[kind].single.set(agent, entry);
				}
			}
		}
	}

	return {
		request(agent, kind, isForwarded = false) {
			followers[isForwarded ? 'add' : 'delete'](agent);
			const entry = entryFor(agent, kind);
			return entry ? offer({agent, kind, entry}) : {type: 'missing'};
		},
		isStillGood(ticket) {
			const lent = tickets.get(ticket);
			return lent !== undefined && entryFor(lent.agent, lent.kind) === lent.entry && refuserFor(lent) === undefined;
		},
		has: (agent, kind) => entryFor(agent, kind) !== undefined,
		settle(ticket, verdict) {
			const lent = tickets.get(ticket);
			if (!lent) {
				return;
			}

			const {agent, entry, kind} = lent;
			const isNews = verdict === 'refused' || !(entry.refused.has(agent) || entry.accepted.has(agent));
			tickets.delete(ticket);
			if (verdict === 'refused') {
				entry.accepted.delete(agent);
				entry.refused.add(agent);
			} else if (verdict === 'accepted' && !entry.refused.has(agent)) {
				entry.accepted.add(agent);
			}

			if (isAnyoneHeldBack) {
				notify();
			}

			if (verdict !== 'none' && isNews) {
				for (const listener of newsListeners) {
					listener({agent, kind, verdict});
				}
			}
		},
		judgeEmpty(agent, verdict) {
			empty[verdict === 'accepted' ? 'refused' : 'accepted'].delete(agent);
			empty[verdict].add(agent);
		},
		isEmptyGood: agent => empty.accepted.has(agent) && empty.refused.values().every(other => !arePeers(agent, other)),
		enter(scope, kind, password) {
			const {single} = entries[kind];
			if (scope === 'all') {
				entries[kind].all = newEntry(password);
				// A password that a single agent had before and did not accept would hide the new one.
				for (const [agent, entry] of single) {
					// A password that several agents share stays as long as some accept it.
					if (entry.accepted.size === 0 || entry.refused.has(agent)) {
						single.delete(agent);
					}
				}
			} else {
				single.set(scope.agent, newEntry(password));
			}

			notify();
		},
		adopt(agent, like) {
			for (const {single} of Object.values(entries)) {
				const entry = single.get(like);
				if (entry) {
					single.set(agent, entry);
				}
			}

			const cluster = clusters.get(like);
			if (cluster !== undefined) {
				clusters.set(agent, cluster);
			}
		},
		assignCluster(agent, cluster) {
			if (clusters.get(agent) === cluster) {
				return;
			}

			clusters.set(agent, cluster);
			if (isAnyoneHeldBack) {
				notify();
			}
		},
		subscribe(listener) {
			listeners.add(listener);
			return () => {
				listeners.delete(listener);
			};
		},
		listen(listener) {
			newsListeners.add(listener);
			return () => {
				newsListeners.delete(listener);
			};
		},
	};
};
