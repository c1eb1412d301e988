// Cards of agents and clusters, and roles.

export const cards = {
	/** What an agent's `obState` says of its observer. */
	observer: {
		down: 'down',
		notConnected: 'running, not connected',
		restricted: 'running, restricted',
		connected: 'connected',
		other: (state: number) => `state ${state}`,
	},
	/** The parts of an error. */
	error: {
		status: 'status', code: 'code', message: 'message', trace: 'trace', knownKey: 'known key', offered: 'offered',
	},
	key: (fingerprint: string, bits: number) => `${fingerprint} ${bits} bits`,
	auth: {
		kinds: (kinds: string) => `auth ${kinds}`,
		withPassword: (kinds: string) => `agent password set (auth ${kinds})`,
		withoutPassword: (kinds: string) => `no agent password set (auth ${kinds})`,
	},
	connection: {
		connected: 'connected', connecting: 'connecting', failing: 'failing', notWatched: 'not watched',
	},
	roles: {
		single: 'single',
		master: 'master',
		follower: 'follower',
		'cluster agent': 'cluster',
		'take over master': 'take over master',
		'take over follower': 'take over follower',
		'scaling out': 'scaling out',
		'scaling in': 'scaling in',
		unidentified: 'unidentified',
		seekdb: 'seekdb',
		/** Of rows: a main task, and an agent that left its cluster. */
		main: 'main',
		left: 'left',
	},
} as const;
