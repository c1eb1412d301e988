import {type PasswordKind} from '../protocol/agent-error.js';
import {type PasswordOffer, type PasswordVault} from './password-vault.js';

/** A password as it was given; entered again it is a new one, also with the same text. */
type Entry = {readonly password: string; readonly number: number};

/** What is known of one entry within one unit: a cluster for root passwords, an agent for agent passwords. */
type Trial =
	| {readonly type: 'trying'; readonly by: string; readonly ticket: number}
	| {readonly type: 'accepted'}
	| {readonly type: 'refused'; readonly by: string};

type Ticket = {readonly agent: string; readonly entry: Entry; readonly unit: string};

const agentUnit = (agent: string): string => `agent ${agent}`;
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

	const unitOf = (agent: string, kind: PasswordKind): string => kind === 'agent' ? agentUnit(agent) : clusters.get(agent) ?? unassigned;

	const trialKey = (entry: Entry, unit: string): string => `${entry.number} ${unit}`;

	const hand = (ticket: Ticket, isTrial: boolean): PasswordOffer => {
		count++;
		tickets.set(count, ticket);
		if (isTrial) {
			trials.set(trialKey(ticket.entry, ticket.unit), {type: 'trying', by: ticket.agent, ticket: count});
		}

		return {type: 'use', password: ticket.entry.password, ticket: count};
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
			const trial = trials.get(trialKey(entry, agentUnit(agent))) ?? trials.get(trialKey(entry, unit));
			if (!trial || trial.type === 'accepted') {
				return hand({agent, entry, unit}, !trial);
			}

			return trial.type === 'refused' && trial.by === agent
				? {type: 'refused'}
				: {type: 'held-back', by: trial.by, isRefused: trial.type === 'refused'};
		},
		has: (agent, kind) => entryFor(agent, kind) !== undefined,
		settle(ticket, verdict) {
			const handed = tickets.get(ticket);
			tickets.delete(ticket);
			if (!handed) {
				return;
			}

			const {agent, entry, unit} = handed;
			const key = trialKey(entry, unit);
			const before = trials.get(key);
			if (verdict === 'refused') {
				// One that others of the unit were let in with is wrong for this agent alone: it belongs to another cluster.
				trials.set(before?.type === 'accepted' && unit === unassigned ? trialKey(entry, agentUnit(agent)) : key, {type: 'refused', by: agent});
			} else if (before?.type === 'trying' && before.ticket === ticket) {
				if (verdict === 'accepted') {
					trials.set(key, {type: 'accepted'});
				} else {
					trials.delete(key);
				}
			} else {
				return;
			}

			tell();
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

			// What was found out while its cluster was not known holds for the cluster.
			const entry = entryFor(agent, 'root');
			const before = entry && trials.get(trialKey(entry, unitOf(agent, 'root')));
			clusters.set(agent, cluster);
			if (entry && before?.type === 'accepted' && !trials.has(trialKey(entry, cluster))) {
				trials.set(trialKey(entry, cluster), before);
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
