import {type PasswordKind} from '../protocol/agent-error.js';
import {type PasswordOffer, type PasswordVault, type PasswordVerdict} from './password-vault.js';

/** A password as it was given; entered again it is a new one, also with the same text. */
type Entry = {readonly password: string; readonly number: number};

/** What is known of one entry within one unit: a cluster for root passwords, an agent for agent passwords. */
type Trial =
	| {readonly type: 'trying'; readonly by: string; readonly ticket: number}
	| {readonly type: 'accepted'}
	| {readonly type: 'refused'; readonly by: string};

type Ticket = {readonly agent: string; readonly kind: PasswordKind; readonly entry: Entry; readonly unit: string};

const agentUnit = (agent: string): string => `agent ${agent}`;
const clusterUnit = (cluster: string): string => `cluster ${cluster}`;
// Until agents say which cluster they are in, they may all be in one.
const unassigned = 'no cluster yet';

/**
`initial` passwords count as entered for all.

Whoever was offered a password settles its ticket, also when the question fails: a trial that is never settled would hold the others back for ever.
*/
export const createPasswordVault = (initial: Readonly<Partial<Record<PasswordKind, string>>> = {}): PasswordVault => {
	const entries = new Map<string, Entry>();
	const clusters = new Map<string, string>();
	const trials = new Map<string, Trial>();
	const tickets = new Map<number, Ticket>();
	const listeners = new Set<() => void>();
	let count = 0;

	const tell = (): void => {
		for (const listener of listeners) {
			listener();
		}
	};

	const put = (scope: string, kind: PasswordKind, password: string): void => {
		count++;
		entries.set(`${kind} ${scope}`, {password, number: count});
	};

	const entryFor = (agent: string, kind: PasswordKind): Entry | undefined =>
		entries.get(`${kind} ${agentUnit(agent)}`) ?? entries.get(`${kind} all`);

	const unitOf = (agent: string, kind: PasswordKind): string => {
		if (kind === 'agent') {
			return agentUnit(agent);
		}

		const cluster = clusters.get(agent);
		return cluster === undefined ? unassigned : clusterUnit(cluster);
	};

	const trialKey = (entry: Entry, unit: string): string => `${entry.number} ${unit}`;

	const hand = (ticket: Ticket, isTrial: boolean): PasswordOffer => {
		count++;
		tickets.set(count, ticket);
		if (isTrial) {
			trials.set(trialKey(ticket.entry, ticket.unit), {type: 'trying', by: ticket.agent, ticket: count});
		}

		return {type: 'use', password: ticket.entry.password, ticket: count};
	};

	/** Whether that changes what some agent may send. */
	const judge = ({agent, kind, entry, unit}: Ticket, ticket: number, verdict: PasswordVerdict): boolean => {
		const own = trialKey(entry, agentUnit(agent));
		// Its cluster may have become known while the agent was asked: what it says holds there too.
		const keys = [...new Set([unit, unitOf(agent, kind)])].map(each => trialKey(entry, each));
		if (verdict === 'refused') {
			for (const key of [own, ...keys]) {
				trials.set(key, {type: 'refused', by: agent});
			}

			return true;
		}

		const tried = keys.filter(key => {
			const trial = trials.get(key);
			return trial?.type === 'trying' && trial.ticket === ticket;
		});
		for (const key of tried) {
			if (verdict === 'accepted') {
				trials.set(key, {type: 'accepted'});
			} else {
				trials.delete(key);
			}
		}

		if (verdict === 'accepted' && trials.get(own)?.type !== 'refused') {
			trials.set(own, {type: 'accepted'});
		}

		return tried.length > 0;
	};

	for (const kind of ['root', 'agent'] as const) {
		const password = initial[kind];
		if (password !== undefined) {
			put('all', kind, password);
		}
	}

	return {
		request(agent, kind) {
			const entry = entryFor(agent, kind);
			if (!entry) {
				return {type: 'missing'};
			}

			const unit = unitOf(agent, kind);
			const own = trials.get(trialKey(entry, agentUnit(agent)));
			if (own?.type === 'refused') {
				return {type: 'refused'};
			}

			const trial = trials.get(trialKey(entry, unit));
			// As long as nobody knows its cluster, an agent's own experience counts for itself.
			if (!trial || trial.type === 'accepted' || (own?.type === 'accepted' && unit === unassigned)) {
				return hand({agent, kind, entry, unit}, !trial);
			}

			return {type: 'held-back', by: trial.by, isRefused: trial.type === 'refused'};
		},
		has: (agent, kind) => entryFor(agent, kind) !== undefined,
		settle(ticket, verdict) {
			const handed = tickets.get(ticket);
			tickets.delete(ticket);
			if (!handed) {
				return;
			}

			if (judge(handed, ticket, verdict)) {
				tell();
			}
		},
		enter(scope, kind, password) {
			put(scope === 'all' ? 'all' : agentUnit(scope.agent), kind, password);
			if (scope === 'all') {
				// What was given for single agents before would hide the new one.
				for (const key of entries.keys().filter(candidate => candidate.startsWith(`${kind} agent `))) {
					entries.delete(key);
				}
			}

			tell();
		},
		assignCluster(agent, cluster) {
			if (clusters.get(agent) === cluster) {
				return;
			}

			// What this agent found out while its cluster was not known, or is finding out, holds for the cluster.
			const entry = entryFor(agent, 'root');
			clusters.set(agent, cluster);
			if (entry && !trials.has(trialKey(entry, clusterUnit(cluster)))) {
				const own = trials.get(trialKey(entry, agentUnit(agent)));
				const together = trials.get(trialKey(entry, unassigned));
				const known = own ?? (together?.type === 'trying' && together.by === agent ? together : undefined);
				if (known) {
					trials.set(trialKey(entry, clusterUnit(cluster)), known);
				}
			}

			tell();
		},
		subscribe(listener) {
			listeners.add(listener);
			return () => {
				listeners.delete(listener);
			};
		},
	};
};
