import {type AgentInfo, type AgentStatus} from './agent.js';

const connectedToDatabase = 3;

/** OceanBase is up and the agent is connected to it: only then it knows its cluster's tasks (docs/protocol.md#which-ids-may-be-queried). */
export const isDatabaseConnected = (status: Pick<AgentStatus, 'obState'> | undefined): boolean => status?.obState === connectedToDatabase;

/**
SINGLE, MASTER, FOLLOWER, CLUSTER AGENT, TAKE OVER MASTER, TAKE OVER FOLLOWER, SCALING OUT, SCALING IN, UNIDENTIFIED; changes during a task.
SEEKDB is our own word for the agent of a seekdb.
*/
export type Identity = string;

/** Whether an agent of that identity forwards every authenticated request to its master. */
export const forwardsToMaster = (identity: Identity): boolean => identity === 'FOLLOWER' || identity === 'TAKE OVER FOLLOWER';

/** Whether an agent of that identity is in no cluster, and is not joining one. */
export const standsAlone = (identity: Identity): boolean => identity === 'SINGLE' || identity === 'SEEKDB';

/** Whether the agent is part of a running OceanBase cluster, so that the cluster's own tasks exist. */
export const isInCluster = (identity: Identity): boolean => identity === 'CLUSTER AGENT';

/** Whether tasks outside maintenance are kept by an agent of that identity, so that its history can hold failures that no other response has. */
export const isLookedBackAt = (identity: Identity): boolean => isInCluster(identity) || identity === 'SEEKDB';

/** Whether an agent of that identity, outside a running cluster, lists its own unfinished tasks. Others forward the query to their master (docs/protocol.md#followers). */
export const listsItself = (identity: Identity): boolean => standsAlone(identity) || identity === 'MASTER' || identity === 'TAKE OVER MASTER';

/**
Whether the agent reads v2 headers. Agents before 4.2.4 send no list (and 4.2.3 no version either); of those only 4.2.2 does not
(docs/protocol.md#versions).
*/
export const speaksV2 = ({supportedAuth, version}: AgentInfo): boolean => supportedAuth.length === 0 ? !/^4\.2\.2(?!\d)/.test(version) : supportedAuth.includes('v2');

/**
An agent's role in its group; empty until it said so. `status` is queried most often, so it is the freshest. A seekdb's agent calls itself a
cluster agent, which it is not.
*/
export const identityOf = (info: AgentInfo | undefined, status: AgentStatus | undefined): Identity =>
	info?.isSeekdb ? 'SEEKDB' : [status?.identity, info?.identity].find(Boolean) ?? '';
