// Agents and clusters: what is wrong with them, trust, passwords. See faults.ts for what connections, files and patterns have.

const agentCount = (count: number): string => count === 1 ? '1 agent' : `${count} agents`;

export const agents = {
	count: agentCount,
	/** A connection's trouble in a word or two: the journal's events, filters and counts. */
	troubles: {
		unreachable: 'unreachable',
		'no answer': 'no response',
		unauthorized: 'unauthorized',
		'key changed': 'key changed',
		'key not known': 'key not trusted',
		downgraded: 'no v2 authentication',
	},
	/** Several notices in one line. */
	and: (texts: readonly string[]) => texts.join('; '),
	/** With the key of the screen that helps. */
	withKey: (text: string, key: string) => `${text} (${key})`,
	/** `what` is one of `state`, `time` "10:39 local". */
	since: (what: string, time: string, why: string) => `${what} since ${time}: ${why}`,
	state: {
		noValidResponse: 'no valid response',
		taskTooLarge: 'its task is too large to show in full',
		noTask: 'alive, but its task cannot be read',
		masterSilent: 'alive, but its master does not respond',
		databaseDown: 'alive, database down',
	},
	taskUnknown: (id: string) => `task ${id} is no longer known`,
	taskUnreadable: (id: string, why: string) => `task ${id} cannot be read: ${why}`,
	notWatched: 'no longer watched',
	historyNeedsDatabase: 'history not loaded: OceanBase is not connected',
	left: (time: string) => `left its cluster at ${time}`,
	leftAnd: (time: string, why: string) => `left its cluster at ${time}: ${why}`,

	passwords: {
		names: {root: 'root@sys password', agent: 'agent password', seekdb: 'root password'},
		/** How to give one without a key to press. */
		ways: {
			root: 'use --password-file or OBWATCH_PASSWORD',
			agent: 'use --agent-password-file or OBWATCH_AGENT_PASSWORD',
		},
		missing: (name: string) => `needs the ${name}`,
		refused: (name: string) => `${name} refused, not sent again`,
		refusedBy: (name: string, by: string) => `${name} refused by ${by}, not sent`,
		heldBack: (name: string) => `${name} on hold`,
		heldBackFor: (name: string, by: string) => `${name} on hold until ${by} accepts it`,
		/** Of an OBProxy task, which another agent's password opens. */
		needsThatOf: (agent: string) => `needs the agent password of ${agent}`,
		thatOfRefused: (agent: string) => `the agent password of ${agent} was refused`,
	},
	/** What happens with a password that was entered. `name` is one of `passwords.names`; `who` is an agent, or `count`. */
	entered: {
		tryingAll: (name: string) => `trying the ${name} on all agents that need it`,
		trying: (name: string, who: string) => `trying the ${name} on ${who}`,
		noVerdict: (name: string) => `no agent accepted or refused the ${name} yet`,
		accepted: (who: string, name: string) => `${who} accepted the ${name}`,
		refused: (who: string, name: string) => `${who} refused the ${name}`,
		refusedAgain: (who: string, name: string) => `${who} refused this ${name}, too`,
		refusedBySome: (who: string, name: string, others: string) => `${who} refused the ${name}; ${others} accepted it`,
		refusedAgainBySome: (who: string, name: string, others: string) => `${who} refused this ${name}, too; ${others} accepted it`,
		notSent: {
			'key changed': (who: string) => `nothing sent to ${who}: key changed (K)`,
			'key not known': (who: string) => `nothing sent to ${who}: key not trusted yet (K)`,
			downgraded: (who: string) => `nothing sent to ${who}: no v2 authentication (K)`,
			unreachable: (who: string) => `nothing sent to ${who}: unreachable`,
		},
	},

	/** Of a refresh: which agents are polled, and which wait for the user. */
	refresh: {
		polling: (count: number) => `polling ${agentCount(count)}`,
		unauthorized: (count: number) => count === 1 ? '1 agent needs a password (p)' : `${count} agents need a password (p)`,
		'key changed': (count: number) => count === 1 ? '1 agent has a changed key: review it (K)' : `${count} agents have changed keys: review them (K)`,
		'key not known': (count: number) => count === 1 ? '1 agent has a new key: review it (K)' : `${count} agents have new keys: review them (K)`,
		downgraded: (count: number) => count === 1 ? '1 agent has no v2 authentication: review it (K)' : `${count} agents have no v2 authentication: review them (K)`,
	},

	/** Why a task on screen is not updated. */
	unlisted: {
		unasked: 'read once through a link, not polled',
		asked: 'no longer listed by its agent, reading its outcome',
		unreadable: 'no longer listed by its agent, its outcome cannot be read',
		refused: 'it is over, but its details cannot be read',
		gone: 'no agent knows this task any more, its outcome is unknown',
	},

	/** Why the outcome of a task is not known; `words` are the agent's own. */
	detailsRefused: (words: string) => `its details cannot be read: ${words}`,

	/** Keys, in notices and warnings. */
	keys: {
		trusted: (agent: string, fingerprint: string) => `trusting new key of ${agent} (${fingerprint})`,
		trustedMany: (count: number) => `trusting new keys of ${agentCount(count)}`,
		short: (agent: string, bits: number) => `${agent}: key has only ${bits} bits: passwords at risk`,
		damaged: (file: string, lines: readonly number[]) => lines.length === 1
			? `${file}: line ${lines[0] ?? 0} is unreadable and ignored`
			: `${file}: ${lines.length} unreadable lines ignored (first: ${lines[0] ?? 0})`,
		damagedOf: (file: string, lines: readonly number[], named: readonly string[]) => lines.length === 1
			? `${file}: line ${lines[0] ?? 0} is unreadable. Run obwatch trust ${named.join(' ')}`
			: `${file}: ${lines.length} unreadable lines (first: ${lines[0] ?? 0}). Run obwatch trust`,
		foreign: (file: string, problem: string) => `${file}: not used: ${problem}`,
		wasOpen: (file: string) => `${file}: others could write it until now. Check its lines`,
		notStored: (file: string, problem: string) => `keys of agents are not stored: ${file}: ${problem}`,
		notStoredAnywhere: 'keys of agents are not stored: HOME is not set',
	},

	/** `obwatch trust`: what it finds, and asks. */
	trust: {
		/** Heads of lines, all of one width. */
		now: 'now   ',
		before: 'before',
		known: 'known ',
		bits: (bits: number) => `${bits} bits`,
		shortBits: (bits: number) => `${bits} bits: short, an eavesdropper could get the password`,
		noKeyYet: (agent: string) => `${agent}: no key is trusted yet`,
		unreadableLine: (agent: string) => `${agent}: seen before, but the line with its key is unreadable`,
		same: (agent: string) => `${agent}: its key is the trusted one`,
		downgraded: (agent: string) => `${agent}: its key is the trusted one, but it no longer accepts v2 authentication`,
		changed: (agent: string) => `${agent}: its key changed`,
		askNew: 'Trust this key?',
		askDowngraded: 'Trust it without v2 authentication?',
		askChanged: 'Trust the new key?',
	},

	/** Why an operation was not sent. */
	notSent: {
		nameless: 'the agent did not say who it is',
		exempt: (why: string) => `this agent is exempt from operations: ${why}`,
		taskGone: 'the agent no longer knows this task',
		notLogged: (problem: string) => `it cannot be logged first (${problem})`,
	},
	/** Of an exempt agent: `where` is the place in the config file, `name` what the agent is called there. */
	exempt: {
		calledOtherwise: (where: string, name: string) => `${where}, where it is called ${name}`,
		perhaps: (where: string, name: string) => `${where}, where it may be the one called ${name} (that name cannot be resolved)`,
	},
	/** What is wrong with the file of earlier runs. */
	runs: {
		damaged: (lines: number) => `${lines === 1 ? '1 line is' : `${lines} lines are`} damaged and not used: usual times may be missing`,
	},
	/** Why the file of operations cannot be written. */
	audit: {
		noFolder: 'set XDG_STATE_HOME or HOME: there is no folder for it',
		noFile: 'there is no operation log',
	},
} as const;
