import {isDatabaseConnected} from '../../protocol/agent.js';
import {identityOf, isInCluster} from '../../protocol/identity.js';
import {type AgentEntry} from '../state.js';

/** Whether the agent's own status says that it belongs to a running cluster and cannot reach its database: the agent is alive all the same, and during an upgrade this is as it should be. */
export const isDatabaseDown = ({info, status}: AgentEntry): boolean =>
	status !== undefined && isInCluster(identityOf(info, status)) && !isDatabaseConnected(status);
