import {type PasswordKind} from '../protocol/agent-error.js';

/** What an agent may send now. A `use` must be answered by exactly one `settle` with its ticket. */
export type PasswordOffer =
	| {readonly type: 'use'; readonly password: string; readonly ticket: number}
	| {readonly type: 'missing'}
	| {readonly type: 'refused'}
	/** Another agent is trying it (or, `isRefused`, was refused with it); `by` is that agent's key. */
	| {readonly type: 'held-back'; readonly by: string; readonly isRefused: boolean};

/** accepted, refused by the agent, or no verdict (the question failed for another reason). */
export type PasswordVerdict = 'accepted' | 'refused' | 'none';

/**
All passwords of a run, in memory only. Keeps three promises: a refused password is not sent again until it is changed; a new root password goes to one agent of a cluster, to the others only once accepted (wrong logins lock root@sys out); nothing here is ever shown.
*/
export type PasswordVault = {
	/** Asks for the password of that kind for an agent. Before a cluster is known, all agents count as one. */
	readonly request: (agent: string, kind: PasswordKind) => PasswordOffer;
	/** Whether a password of that kind is known for the agent, without asking for it. */
	readonly has: (agent: string, kind: PasswordKind) => boolean;
	readonly settle: (ticket: number, verdict: PasswordVerdict) => void;
	/** A person entered one, for one agent or for all. The empty string is a password. */
	readonly enter: (scope: 'all' | {readonly agent: string}, kind: PasswordKind, password: string) => void;
	/** Which cluster an agent belongs to, once known: the unit in which root passwords are tried. */
	readonly assignCluster: (agent: string, cluster: string) => void;
	/** Called after an entry or a verdict that changes what some agent may send. Returns what ends the subscription. */
	readonly subscribe: (listener: () => void) => () => void;
};
