import {type ClusterInfo} from '../protocol/agent.js';
import {type Identity} from '../protocol/identity.js';
import {hasDatabase, identityOf, type AgentMemory} from './agent-memory.js';

/**
What the others must know of an agent to agree on who speaks for a cluster.

- name: "ip:port", as its cluster calls it
- isAble: it answers, and may be asked sealed questions
- failures: of what it would be asked as a speaker, in a row
- taskIds: what is shown as somebody's last maintenance task
*/
export type Health = {
	readonly name: string | undefined;
	readonly identity: Identity;
	readonly cluster: ClusterInfo | undefined;
	readonly isAble: boolean;
	readonly hasDatabase: boolean;
	readonly failures: number;
	readonly taskIds: readonly string[];
};

export const healthOf = (memory: AgentMemory): Health => {
	const {info, faults, blocked, cluster, task, duty, isInDoubt} = memory;
	const failures = [faults.task, faults['cluster-task'], faults.unfinished].map(fault => fault?.failures ?? 0);
	return {
		name: info?.agent,
		identity: identityOf(memory),
		cluster,
		// Doubt is settled within one question; until then nothing changes hands.
		isAble: info !== undefined && !faults.contact && !blocked,
		hasDatabase: hasDatabase(memory),
		failures: isInDoubt ? 0 : Math.max(...failures),
		taskIds: [task.dag?.id, duty?.task.dag?.id].filter(id => id !== undefined),
	};
};

/** Of an agent that has not answered yet. */
export const unknownHealth: Health = {name: undefined, identity: '', cluster: undefined, isAble: false, hasDatabase: false, failures: 0, taskIds: []};
