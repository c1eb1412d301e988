import {type PasswordKind} from '../protocol/agent-error.js';

/** What an agent may send now. A `use` must be answered by exactly one `settle` with its ticket. */
export type PasswordOffer =
	| {readonly type: 'use'; readonly password: string; readonly ticket: number}
	| {readonly type: 'missing'}
	| {readonly type: 'refused'}
	/** Another question, of this agent (`by`, a key) or of another one, is trying it, or (`isRefused`) that agent refused it. */
	| {readonly type: 'held-back'; readonly by: string; readonly isRefused: boolean};

/** accepted, refused by the agent, or no verdict (the question failed for another reason). */
export type PasswordVerdict = 'accepted' | 'refused' | 'none';

/** What an agent said to a password: each refusal, and the first time that it accepted one. */
export type PasswordNews = {readonly agent: string; readonly kind: PasswordKind; readonly verdict: 'accepted' | 'refused'};

/**
All passwords of a run, in memory only. Keeps three promises: a refused password is not sent again until it is changed; a new root password goes to one agent of a cluster, to the others only once accepted, and then to a few at first (wrong logins lock root@sys out); nothing here is ever shown.

Agent passwords are tried by each agent for itself, and by all its questions at once: a wrong one locks nobody out.
*/
export type PasswordVault = {
	/** Asks for the password of that kind for an agent. Before a cluster is known, all agents count as one. */
	readonly request: (agent: string, kind: PasswordKind) => PasswordOffer;
	/** Whether what was handed out with that ticket may be sent once more: nobody replaced or refused it meanwhile. */
	readonly isStillGood: (ticket: number) => boolean;
	/** Whether a password of that kind is known for the agent, without asking for it. */
	readonly has: (agent: string, kind: PasswordKind) => boolean;
	readonly settle: (ticket: number, verdict: PasswordVerdict) => void;
	/** What an agent answered to the empty root password that no person gave: one that is no cluster agent yet usually expects it. */
	readonly judgeEmpty: (agent: string, verdict: 'accepted' | 'refused') => void;
	/** Whether the agent accepted it, and neither it nor another one of its cluster has refused it since. */
	readonly isEmptyGood: (agent: string) => boolean;
	/** A person entered one, for one agent or for all. The empty string is a password. One for all leaves alone what a single agent was given and accepted. */
	readonly enter: (scope: 'all' | {readonly agent: string}, kind: PasswordKind, password: string) => void;
	/** An agent that was found by way of another one is given what that one was, and counts as one of its cluster from the start. */
	readonly adopt: (agent: string, like: string) => void;
	/** Which cluster an agent belongs to, once known: the unit in which root passwords are tried. */
	readonly assignCluster: (agent: string, cluster: string) => void;
	/** Called after an entry, and after whatever else may let an agent send what was held back from it. Returns what ends the subscription. */
	readonly subscribe: (listener: () => void) => () => void;
	/** Called with every news. Returns what ends it. */
	readonly listen: (listener: (news: PasswordNews) => void) => () => void;
};
