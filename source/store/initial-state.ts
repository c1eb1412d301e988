import {tableOf} from '../lib/ordered-map.js';
import {type AgentAddress} from '../protocol/address.js';
import {emptyJournal} from './changes.js';
import {noRuns} from './runs.js';
import {type TaskReference} from './operations/track.js';
import {type AgentEntry, type AgentsColumn, type Caution, type ClusterEntry, type EndedFrom, lastTaskId, type MainTask, type Operable, type Replay, type Screen, type Size, type State} from './state.js';

/** An agent of which nothing is known yet. */
export const newAgent = (address: AgentAddress): AgentEntry => ({
	address,
	connection: {type: 'connecting'},
	info: undefined,
	status: undefined,
	skew: undefined,
	task: {type: 'unknown'},
	otherTasks: [],
	isListed: false,
	name: undefined,
	cluster: undefined,
	process: undefined,
	fingerprint: undefined,
	foundBy: undefined, hasJoined: false,
	departed: undefined,
});

const root: Screen = {type: 'agents', selected: undefined, top: 0};

const nothingOperable: Operable = {byDefault: false, agents: new Map()};

type InitialSettings = {
	/** More agents will be found. */
	readonly isGrowing?: boolean;
	/** Without it, operations are not allowed. */
	readonly operable?: Operable;
	/** See `cautions` of the state. */
	readonly cautions?: readonly Caution[];
	/** A recording is replayed. */
	readonly replay?: Replay;
	/** Of the agents table, instead of the usual ones. */
	readonly columns?: readonly AgentsColumn[] | undefined;
	/** Whether earlier runs of tasks are kept; default true. */
	readonly keepsRuns?: boolean;
};

/** The state before the first response. A single agent opens on its task, with the agents screen behind it, unless more are to be found. */
export const initialState = (addresses: readonly AgentAddress[], size: Size, {isGrowing = false, operable = nothingOperable, cautions = [], replay, columns, keepsRuns = true}: InitialSettings = {}): State => {
	const [only] = addresses;
	return {
		agents: tableOf(addresses.map(address => [address.key, newAgent(address)] as const)),
		clusters: tableOf<ClusterEntry>([]),
		mainTasks: tableOf<MainTask>([]),
		endedKeys: tableOf<EndedFrom>([]),
		dismissedKeys: new Set(),
		kept: new Map(),
		unended: tableOf<TaskReference>([]),
		unavailable: undefined,
		cautions,
		logs: new Map(),
		journal: emptyJournal,
		histories: new Map(),
		runs: keepsRuns ? noRuns : undefined,
		replay,
		operable,
		operations: new Map(),
		view: {
			size,
			page: size.rows,
			stack: only && addresses.length === 1 && !isGrowing
				? [root, {type: 'task', task: {owner: only.key, id: lastTaskId}, selected: undefined, top: 0}]
				: [root],
			overlay: undefined,
			notice: undefined,
			count: undefined,
			hour: 0,
			timeZone: 'agent',
			arrangement: {
				filter: undefined, faultsOnly: false, sort: undefined, folded: new Set(), columns,
			},
			recentLogs: new Map(),
			logOptions: {
				isWrapped: true, hasTimes: true, hasNumbers: false, isCollapsed: true, severity: 'all',
			},
			isFocused: true,
		},
	};
};
