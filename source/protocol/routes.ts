// Every path of the protocol, exactly as it is encrypted: the header is bound to path and query (docs/protocol.md#endpoints).

import {type OperationTarget} from './operation.js';

const prefix = '/api/v1';

const withDetails = (path: string, details: boolean): string => details ? path : `${path}?show_details=false`;

export const routes = {
	info: `${prefix}/info`,
	time: `${prefix}/time`,
	status: `${prefix}/status`,
	secret: `${prefix}/secret`,
	clusterInfo: `${prefix}/ob/info`,
	maintenanceTask: (details: boolean): string => withDetails(`${prefix}/task/dag/maintain/agent`, details),
	maintenanceTasks: withDetails(`${prefix}/task/dag/maintain/agents`, false),
	clusterTask: (details: boolean): string => withDetails(`${prefix}/task/dag/maintain/ob`, details),
	unfinishedTasks: (details: boolean): string => withDetails(`${prefix}/task/dag/unfinish`, details),
	agentHistory: withDetails(`${prefix}/task/dags/agent`, false),
	clusterHistory: withDetails(`${prefix}/task/dags/ob`, false),
	task: (id: string, details: boolean): string => withDetails(`${prefix}/task/dag/${id}`, details),
	// `show_details=false` makes the agent answer 500 here.
	node: (id: string): string => `${prefix}/task/node/${id}`,
	subTaskLogs: (id: string): string => `${prefix}/task/sub_task/${id}/logs`,
	operation: ({kind, id}: OperationTarget): string => `${prefix}/task/${kind === 'task' ? 'dag' : 'node'}/${id}`,
} as const;
