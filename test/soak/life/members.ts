// Who there is: a cluster, a master and a follower, and an agent on its own.

export type Role = {
	/** Its place among the members, which decides what happens to it. */
	readonly seed: number;
	readonly identity: 'CLUSTER AGENT' | 'MASTER' | 'FOLLOWER' | 'SINGLE';
	readonly cluster: string | undefined;
	/** Wants the agent password. */
	readonly isLocked: boolean;
	/** Named by its cluster for a part of each block only, and found there rather than given. */
	readonly isGuest: boolean;
};

/** A role, and where it is played. */
export type Member = Role & {readonly ip: string; readonly port: number};

export const rootPassword = 'root\'s';
export const agentPassword = 'the agent\'s';

export const roles: readonly Role[] = [
	{seed: 1, identity: 'CLUSTER AGENT', cluster: 'obsoak', isLocked: false, isGuest: false},
	{seed: 2, identity: 'CLUSTER AGENT', cluster: 'obsoak', isLocked: false, isGuest: false},
	{seed: 3, identity: 'MASTER', cluster: 'obnext', isLocked: false, isGuest: false},
	{seed: 4, identity: 'FOLLOWER', cluster: 'obnext', isLocked: false, isGuest: false},
	{seed: 5, identity: 'SINGLE', cluster: undefined, isLocked: true, isGuest: false},
	{seed: 6, identity: 'CLUSTER AGENT', cluster: 'obsoak', isLocked: false, isGuest: true},
];

/** The seed of the tasks of a whole cluster, which belong to no single agent. */
export const clusterSeed = 100;
