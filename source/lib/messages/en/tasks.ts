// Tasks: outcomes, reasons, links, history, journal, and what a screen says where there is no task.

const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

export const tasks = {
	/** A name that obshell gave to a task, stage or sub-task. */
	engineName: (name: string) => name,
	unnamed: (id: string) => `task ${id}`,
	mainTask: 'main task',
	stage: (stage: number, stages: number) => `stage ${stage}/${stages}`,
	outcomes: {
		running: 'running',
		succeeded: 'succeeded',
		failed: 'failed',
		waiting: 'waiting',
		'rolling back': 'rolling back',
		'rolled back': 'rolled back',
		'failed to roll back': 'failed to roll back',
		cancelling: 'cancelling',
		cancelled: 'cancelled',
		passed: 'passed',
		ended: 'ended',
		'not run': 'not run',
		'to be undone': 'to be undone',
		pending: 'pending',
		gone: 'gone',
		unknown: 'unknown',
	},
	/** Beside outcomes: what the summary counts. */
	counts: {
		stalled: 'stalled',
		failing: 'failing',
		'database down': 'database down',
		left: 'left',
		versions: 'versions',
	},
	/** Why a task failed or waits, where no line of a log says so. */
	reasons: {
		noLine: 'failed without a log line',
		noErrorLine: (last: string) => `failed without an error line; last line: ${last}`,
		cancelled: 'cancelled by an operator',
		noReason: 'no reason was logged',
		noReasonInStage: (stage: number, stages: number) => `stage ${stage}/${stages}: no reason was logged`,
		waits: 'waiting for its main task to continue',
		waitsFor: (task: string) => `waiting for ${task} to continue`,
		mainTask: (number: string) => `main task ${number}`,
		namedTask: (name: string) => name,
		onAgents: (text: string, agents: number) => `${text}, on ${counted(agents, 'agent', 'agents')}`,
		further: (text: string) => `; ${text}`,
		furtherAt: (agent: string, text: string) => `; @ ${agent}: ${text}`,
		furtherOn: (others: number, text: string) => `; ${counted(others, 'other', 'others')}: ${text}`,
		more: (reasons: number) => `; and ${counted(reasons, 'more reason', 'more reasons')}`,
		stalled: (minutes: number) => `no new stage for over ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}, and no new line seen`,
	},
	/** Instead of a task, in a row or on a screen of its own. */
	instead: {
		noTask: 'no task yet',
		gone: 'task is gone',
		notChecked: 'not checked now',
		noMaintenance: 'No maintenance task yet',
		lastGone: 'The last task is gone: its agent no longer knows it',
		unknown: 'Task unknown',
		notReported: 'Task unknown: this agent has not reported one yet',
		/** Below it, of an agent that cannot be reached. */
		nothingResponds: 'Nothing responds at this address. Is obshell running there? Can this machine reach its port? obwatch continues to poll it; r polls it now.',
		clusterNotWatched: 'This cluster is no longer watched',
		loading: (id: string) => `loading task ${id}`,
		loadingStages: 'loading stages',
		/** `words` are the agent's own. */
		noDetails: (words: string) => `the stages cannot be read: ${words}`,
		noStages: 'no stages',
	},
	/** The last parts of breadcrumbs. */
	crumbs: {
		journal: 'journal', history: 'history', wholeHistory: 'history of all agents', card: 'card', compare: 'compare', links: 'links', log: 'log', allLogs: 'all logs', hits: 'found lines',
	},
	/** Behind the outcome of a stage or sub-task that succeeded although what it waited for failed at another agent. */
	partFailed: (outcome: string) => `${outcome}, part failed`,
	history: {
		loading: 'loading history',
		noTasks: 'no tasks',
	},
	journal: {
		began: 'began',
		responds: 'responds again',
		restarted: 'restarted',
		databaseUp: 'database up again',
		joined: 'joined',
		left: 'left its cluster',
		returned: 'is back in its cluster',
	},
	log: {
		attempt: (number: number) => `attempt ${number}`,
		rollbackAttempt: (number: number) => `rollback of attempt ${number}`,
		/** After a pause. */
		continued: 'continued by its main task',
		mark: 'mark',
		filtering: 'filtering lines',
		fetching: 'fetching logs',
		noMatch: {
			all: 'No line matches the filter (& changes it)',
			warnings: 'No warning or error matches the filter (& changes it, L shows all lines)',
			errors: 'No error matches the filter (& changes it, L shows all lines)',
		},
		none: {
			all: 'No line in this log',
			warnings: 'No warning or error in this log (L shows all lines)',
			errors: 'No error in this log (L shows all lines)',
		},
		betweenAttempts: 'no lines between attempts',
		noLines: 'no lines yet',
	},
} as const;
