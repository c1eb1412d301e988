// Commands without a screen: tables, lines, questions, exit codes, incidents.

const unread: Readonly<Record<string, string>> = {task: 'its last task', 'main task': 'its main task', cluster: 'its cluster', 'cluster task': 'the last task of the cluster', 'unfinished tasks': 'the list of unfinished tasks'};

export const output = {
	/** What was not read of an agent or cluster, as `unreadParts` names it. */
	notRead: (parts: readonly string[]) => `not read: ${parts.map(part => unread[part] ?? part).join(', ')}`,
	notAllRead: 'Not everything was read in time.',
} as const;
