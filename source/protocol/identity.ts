/** SINGLE, MASTER, FOLLOWER, CLUSTER AGENT, TAKE OVER MASTER, TAKE OVER FOLLOWER, SCALING OUT, SCALING IN, UNIDENTIFIED; changes during a task. SEEKDB is our own word for the agent of a seekdb. */
export type Identity = string;

/** Whether an agent of that identity forwards every authenticated call to its master. */
export const forwardsToMaster = (identity: Identity): boolean => identity === 'FOLLOWER' || identity === 'TAKE OVER FOLLOWER';

/** Whether an agent of that identity is in no cluster, and belongs to none that is about to be one. */
export const standsAlone = (identity: Identity): boolean => identity === 'SINGLE' || identity === 'SEEKDB';

/** Whether the agent is part of a running OceanBase cluster, so that the cluster's own tasks exist. */
export const isInCluster = (identity: Identity): boolean => identity === 'CLUSTER AGENT';
