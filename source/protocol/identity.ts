/** SINGLE, MASTER, FOLLOWER, CLUSTER AGENT, TAKE OVER MASTER, TAKE OVER FOLLOWER, SCALING OUT, SCALING IN, UNIDENTIFIED; changes during a task. */
export type Identity = string;

/** Whether an agent of that identity forwards every authenticated call to its master. */
export const forwardsToMaster = (identity: Identity): boolean => identity === 'FOLLOWER' || identity === 'TAKE OVER FOLLOWER';

/** Whether the agent is part of a running OceanBase cluster, so that the cluster's own tasks exist. */
export const isInCluster = (identity: Identity): boolean => identity === 'CLUSTER AGENT';
