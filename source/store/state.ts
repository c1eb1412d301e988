import {type Messages} from '../lib/messages/en/english.js';
import {type Table} from '../lib/ordered-map.js';
import {type Timestamp} from '../lib/time.js';
import {type AgentAddress} from '../protocol/address.js';
import {type AgentInfo, type AgentStatus, type ClusterInfo} from '../protocol/agent.js';
import {type AgentError} from '../protocol/errors.js';
import {type KnownCluster} from '../protocol/known-cluster.js';
import {type Outcome} from '../protocol/outcome.js';
import {type Dag} from '../protocol/task.js';
import {type Journal, type Problem, type Trouble} from './changes.js';
import {type LogBuffer} from './log/buffer.js';
import {type PaneOptions, type Position} from './log/pane.js';
import {type Matcher, type Scan} from './log/scan.js';
import {type ActionName} from './operations/offers.js';
import {type OperationTrack, type Plan, type TaskReference} from './operations/track.js';
import {type Runs} from './runs.js';

/** Instead of an id: the owner's last maintenance task, whichever that is. */
export const lastTaskId = 'last';

/** The connection is separate from the task: "unreachable" is never "no task". */
export type Connection =
	| {readonly type: 'connecting'}
	| {readonly type: 'connected'}
	/** `isAlive`: the agent itself answers, but cannot be asked for its task. `since`: the first failure in a row; `lastSeenAt`: when the tasks shown were last known to be so. `troubleBefore`: what was wrong with it before it was held back. */
	| {
		readonly type: 'failing'; readonly error: AgentError; readonly since: Timestamp; readonly lastSeenAt: Timestamp | undefined; readonly isAlive: boolean;
		readonly troubleBefore?: Trouble | undefined;
	};

/**
The last task of an agent or cluster: not polled yet, never any, gone (the agent no longer knows it), or known. `movedAt`: when it was last
seen to change, by our clock; undefined until then.
*/
export type LastTask = {readonly type: 'unknown'} | {readonly type: 'none'} | {readonly type: 'gone'} | {readonly type: 'known'; readonly dag: Dag; readonly movedAt: Timestamp | undefined};

/** How a task ended. */
export type TaskEnd = Pick<Dag, 'id' | 'state' | 'startTime'> & {readonly outcome: Outcome};

export type AgentEntry = {
	readonly address: AgentAddress;
	readonly connection: Connection;
	readonly info: AgentInfo | undefined;
	readonly status: AgentStatus | undefined;
	/** The agent's clock minus ours, in ms. */
	readonly skew: number | undefined;
	readonly task: LastTask;
	/**
	Unfinished tasks outside maintenance (observer start and stop, backup), and those that ended while watched. Failed ones stay until something
	newer of the same owner succeeds or the user dismisses them.
	*/
	readonly otherTasks: readonly Dag[];
	/** Its newest tasks that were seen to end and are not shown any more: an older response must not bring them back. */
	readonly ends?: readonly TaskEnd[] | undefined;
	/** Whether its list was read: until then it is unknown which tasks are new. */
	readonly isListed: boolean;
	/** Its history could not be read after the start: failures of before are unknown. */
	readonly isHistoryUnread?: boolean;
	/** Since when it was in trouble before anything was known of its tasks, by our clock: what they did meanwhile is news at their first sight. */
	readonly missedSince?: Timestamp;
	/** The agent's own name, "ip:port", once known: what other agents call it. */
	readonly name: string | undefined;
	readonly cluster: string | undefined;
	readonly process: SeenProcess | undefined;
	/** Of the encryption key that requests to it use, as ssh writes it; undefined until the first encrypted request. */
	readonly fingerprint: string | undefined;
	/** The agent (its key) that named it as a member of its cluster; undefined if the user did. */
	readonly foundBy: string | undefined;
	/** It was seen to become a member of its cluster. */
	readonly hasJoined: boolean;
	/** When its cluster no longer counted it as a member, by our clock, and which cluster that was: it keeps its place there. */
	readonly departed: {readonly at: Timestamp; readonly cluster: string | undefined} | undefined;
};

/** An agent's process, and how often it was seen to restart; `restartedAt` is the last time, by our clock. */
export type SeenProcess = {readonly pid: number; readonly startedAt: Timestamp | undefined; readonly restarts: number; readonly restartedAt: Timestamp | undefined};

export type ClusterEntry = KnownCluster & {
	/** What its agents say of each member. */
	readonly directory: ClusterInfo['members'];
	readonly task: LastTask;
	/** Its own, and those of members that are not watched. */
	readonly otherTasks: readonly Dag[];
	readonly ends?: readonly TaskEnd[] | undefined;
	/** Sub-tasks of main tasks at members that are not watched. They have no rows, and nothing waits for them, but they say whether and why their main task fails. */
	readonly parts: readonly Dag[];
	readonly isListed: boolean;
	readonly isHistoryUnread?: boolean;
	/** The agent that was last polled for the cluster; its clock and connection count for the cluster. */
	readonly delegate: string | undefined;
};

/**
A main task that an agent's last task belongs to.

- reporter: the key of the agent that reported it first; the id says whose it is
- task: as last read
- isGone: the agents no longer know it, so that its end is unknown
- isUnread: it could not be read at the last poll
- isOld: the agent's sub-task existed at the agent's first poll
*/
export type MainTask = {readonly reporter: string; readonly task: Dag | undefined; readonly isGone: boolean; readonly isUnread: boolean; readonly isOld: boolean};

/** Where the user is. `selected` is a row's key, kept when rows move; `top` the first row in sight. */
export type Screen =
	| {readonly type: 'agents'; readonly selected: string | undefined; readonly top: number}
	/** `replacedBy`: the task that became its owner's last one while a part of this one was open. */
	| {readonly type: 'task'; readonly task: TaskReference; readonly selected: string | undefined; readonly top: number; readonly replacedBy?: Pick<Dag, 'id' | 'name'> | undefined}
	| {readonly type: 'node'; readonly task: TaskReference; readonly node: string; readonly selected: string | undefined; readonly top: number}
	/** The main task and the sub-tasks on other agents that a task is linked with. */
	| {readonly type: 'links'; readonly task: TaskReference; readonly selected: string | undefined; readonly top: number; readonly filter?: Matcher | undefined}
	| LogScreen
	| HitsScreen
	/** What is known of an agent (its key). Nothing is selected. */
	| {readonly type: 'card'; readonly owner: string; readonly top: number}
	/** The same of a cluster (its key), with its members as rows. */
	| {readonly type: 'cluster'; readonly owner: string; readonly selected: string | undefined; readonly top: number; readonly filter?: Matcher | undefined}
	/** What was seen to change. */
	| {readonly type: 'journal'; readonly selected: string | undefined; readonly top: number; readonly filter?: Matcher | undefined}
	| HistoryScreen
	| CompareScreen;

/** The tasks that an agent or a cluster ever had; without an owner, those of all. `since`: only those that began then or later. */
export type HistoryScreen = {
	readonly type: 'history';
	readonly owner: string | undefined;
	readonly selected: string | undefined;
	readonly top: number;
	readonly filter?: Matcher | undefined;
	readonly faultsOnly?: boolean | undefined;
	readonly since?: Timestamp | undefined;
};

/** A run of a task beside another one of the same name and owner. `other`: its id; undefined: the last one before it that succeeded, once the history is read. */
export type CompareScreen = {
	readonly type: 'compare';
	readonly task: TaskReference;
	readonly other: string | undefined;
	readonly selected: string | undefined;
	readonly top: number;
};

/** The screens with a selected row. */
export type ListScreen = Extract<Screen, {readonly selected: string | undefined}>;

/** The screens of a task or a part of it. */
export type TaskScreen = Extract<Screen, {readonly task: TaskReference}>;

/** The lines of all logs of a stage, or (without `node`) of a task, that match a search. */
export type HitsScreen = {
	readonly type: 'hits';
	readonly task: TaskReference;
	readonly node: string | undefined;
	readonly search: Scan;
	readonly selected: string | undefined;
	readonly top: number;
};

/** The log of one sub-task, or all logs of a stage or a task as one. While following, the end stays in sight whatever `position` says. */
export type LogScreen = {
	readonly type: 'log';
	readonly task: TaskReference;
	/** Undefined: the logs of all stages. */
	readonly node: string | undefined;
	/** Undefined: those of all sub-tasks. */
	readonly subTask: string | undefined;
	/** Of several logs, only those of this agent ("ip:port") are shown. */
	readonly agent: string | undefined;
	/** The first display row in sight. */
	readonly position: Position;
	/** Columns scrolled to the right. */
	readonly scrollColumn: number;
	readonly isFollowing: boolean;
	/** How many entries there were when following ended: all later ones are new. */
	readonly seen: number;
	/** The entry with the cursor, by its number. While following it is the last one. */
	readonly cursor: number;
	/** The place in that entry's text that is in sight, as an index. */
	readonly place: number;
	/** The other end of the selected lines, by its number; undefined while only the cursor's is. */
	readonly anchor: number | undefined;
	/** The tasks whose reasons led here: the next reason is one of theirs. Undefined if the log was opened by other means. */
	readonly reasonsOf?: readonly TaskReference[] | undefined;
	readonly filter: Scan | undefined;
	readonly search: Search | undefined;
	/** Below which entries, by their numbers, the user set a mark, and when, by the agent's clock. */
	readonly marks: ReadonlyMap<number, Timestamp>;
};

/**
A scan for matches to jump to. `seeking`: a jump that waits for results that are not known yet, to the next match in a direction from an
index on;
`hasTurned` after it wrapped at an end of the log.
*/
export type Search = Scan & {readonly seeking: Seeking | undefined};

export type Seeking = {readonly from: number; readonly step: 1 | -1; readonly hasTurned: boolean};

/** How logs are shown; the same for all logs. */
export type LogOptions = {
	readonly isWrapped: boolean;
	readonly hasTimes: boolean;
	readonly hasNumbers: boolean;
	readonly isCollapsed: boolean;
	readonly severity: PaneOptions['severity'];
};

/**
The lines of an open log: from the task itself, or (`lines`) from the log endpoint, with times and executions. `problem`: why they cannot be
fetched. `waiting`: of several logs as one, so many of them are still being fetched, or put among the others. `isBehind`: what is fetched is not all there yet.
*/
export type OpenLog = {readonly buffer: LogBuffer; readonly origin: 'task' | 'lines'; readonly problem: Problem | undefined; readonly waiting?: number; readonly isBehind?: boolean};

/**
The last tasks of an agent or a cluster, newest first, without their nodes. `remaining`: how many older ones there are, undefined if
unknown. `problem`: why they cannot be fetched.
*/
export type History = {
	readonly tasks: readonly Dag[];
	readonly remaining: number | undefined;
	readonly isLoading: boolean;
	readonly problem: Problem | undefined;
};

/** The fingerprint of the key that a found agent offers. */
export type FoundKey = {readonly agent: string; readonly offered: string};

/** What the palette offers, with what else is known of it and the keys that do the same. */
export type PaletteEntry = {readonly id: string; readonly name: string; readonly about: string; readonly keys: string};

/** Why keys confirmed nothing. */
export type ConfirmationProblem = keyof Messages['screens']['confirmation']['problems'];

/** Something laid over the screen. */
export type Overlay =
	/** The keys of the screen behind it, or all keys. */
	| {readonly type: 'help'; readonly top: number; readonly isWhole: boolean}
	/** The hidden prompt for a password; what is typed never gets here. */
	| {readonly type: 'password'; readonly agent: string; readonly kind: 'agent' | 'root'; readonly scope: 'agent' | 'all'}
	/** A line that is typed: what to search for, or which lines to keep. `origin` is where the log stood before. */
	| {readonly type: 'input'; readonly purpose: 'search' | 'filter'; readonly text: string; readonly problem: string | undefined; readonly origin: LogScreen}
	/** The same for the agents and for a history: which rows to keep, and which were kept before. */
	| {readonly type: 'input'; readonly purpose: 'rows'; readonly text: string; readonly problem: string | undefined; readonly before: Matcher | undefined}
	/** The same for a search of all logs of a task or a stage, which begins with Enter. */
	| {readonly type: 'input'; readonly purpose: 'logs'; readonly text: string; readonly problem: string | undefined}
	/** Actions and agents whose names match what is typed, the best first. */
	| {readonly type: 'palette'; readonly text: string; readonly entries: readonly PaletteEntry[]; readonly selected: number}
	/** The same for the place in a recording to go to. */
	| {readonly type: 'input'; readonly purpose: 'place'; readonly text: string; readonly problem: string | undefined}
	/** What may be done with a task, to choose from. */
	| {readonly type: 'actions'; readonly task: TaskReference; readonly selected: ActionName}
	/** An action before it is sent, with all that it does. `changed`: it cannot be confirmed any more, since what was shown is not so; `sent`: what becomes of it is in the state's operations. `top`: lines scrolled. */
	| {
		readonly type: 'confirmation';
		readonly task: TaskReference;
		readonly plan: Plan;
		readonly typed: string;
		readonly problem: ConfirmationProblem | undefined;
		readonly phase: {readonly type: 'asking' | 'read-only' | 'sent'} | {readonly type: 'changed'; readonly why: string};
		readonly top: number;
	}
	/** Says why what was asked for, or was about to be typed, is not there, and takes all keys until it is closed, so that none of them does something else. `behind`: what comes back then. */
	| {readonly type: 'stop'; readonly title: string; readonly words: string; readonly behind?: Extract<Overlay, {type: 'actions'}>}
	/** Both fingerprints of a changed key, and the question whether to accept. `offered` is the new one's when the question was opened: only that one can be accepted. */
	| {readonly type: 'key'; readonly agent: string; readonly offered: string}
	/** The keys of agents that others named, and the question whether to trust all of them. Only those that were on offer when it was opened can be. `top`: lines scrolled. */
	| {readonly type: 'found-keys'; readonly keys: readonly FoundKey[]; readonly top: number};

export type Size = {readonly columns: number; readonly rows: number};

/** A column of the agents table, by its name in the config file. */
export type AgentsColumn = 'agent' | 'role' | 'task' | 'outcome' | 'stage' | 'why' | 'time' | 'zone' | 'obshell' | 'lock' | 'started' | 'usual';

export type SortColumn = Exclude<AgentsColumn, 'why'>;

/** How the agents screen is filtered, sorted and folded. `folded`: keys of clusters whose agents are hidden. `columns`: those that the user chose. */
export type Arrangement = {
	readonly filter: Matcher | undefined;
	readonly faultsOnly: boolean;
	readonly sort: {readonly column: SortColumn; readonly isReversed: boolean} | undefined;
	readonly folded: ReadonlySet<string>;
	readonly columns?: readonly AgentsColumn[] | undefined;
};

/** A line for the user. `isProblem`: something did not go as wanted; it stays longer. */
export type Notice = {readonly text: string; readonly isProblem: boolean};

export type View = {
	readonly size: Size;
	/** Rows of the list in sight, as the screen said last. */
	readonly page: number;
	/** The part of the terminal that the current screen has, as the screen said last; undefined: all of it. */
	readonly pane?: Size | undefined;
	/** Whether what Enter would open is shown beside or below the current screen, or the current screen is that itself. */
	readonly hasPreview?: boolean | undefined;
	/** In a part of the terminal: the list that it belongs to says what is wrong with the agent of this task. */
	readonly isProblemSaid?: boolean | undefined;
	/** The place in the stack of the list beside which the screen above it has the keys; undefined: that of no list. */
	readonly split?: number | undefined;
	/** What Enter would open, once the cursor rested on its row: what it lacks is asked for. */
	readonly rested?: Screen | undefined;
	/** The user asked why this task failed, and what tells it is being read: the next key gives that up. */
	readonly reasonAwaited?: TaskReference | undefined;
	/** From the root to the current screen; never empty. */
	readonly stack: readonly [Screen, ...Screen[]];
	readonly overlay: Overlay | undefined;
	/** Shown until the next key, or for some seconds. A new object each time, even for the same text. */
	readonly notice: Notice | undefined;
	/** The digits before a movement, while they are typed. */
	readonly count: number | undefined;
	/** The present rounded down to the hour, our clock: exact enough to tell which times are not today's, and no reason for a new frame. */
	readonly hour: Timestamp;
	readonly timeZone: 'agent' | 'local';
	readonly logOptions: LogOptions;
	readonly arrangement: Arrangement;
	/** Closed log screens, by their keys (`logKey`), the last one at the end. */
	readonly recentLogs: ReadonlyMap<string, LogScreen>;
	/** Whether the terminal window has the focus, as far as the terminal reports it. */
	readonly isFocused: boolean;
};

/**
Which agents (keys) operations are allowed on. An agent that is not listed counts like the agent that found it, else `byDefault`. `why`: the
reason of an exemption, as text.
*/
export type Operable = {readonly byDefault: boolean; readonly agents: ReadonlyMap<string, boolean>; readonly why?: ReadonlyMap<string, string>};

/**
The state of a replay. The store's present is the replay's time.

- speed: a factor
- percent: of the bytes of the recording that were read
- damaged: lines up to here that could not be read; lost: responses up to here that were not written; disordered: lines up to here that are
much older than the one before them
*/
export type Replay = {
	readonly speed: number;
	readonly phase: 'playing' | 'paused' | 'seeking' | 'over';
	readonly percent: number;
	readonly damaged: number;
	readonly lost: number;
	readonly disordered: number;
};

/** What the footer says all the time; `problem`: why nothing is recorded any more; `failing`: the webhooks that do not work now, and why. */
export type Caution = {readonly type: 'certificates-unchecked' | 'keys-unchecked' | 'recording' | 'replaced' | 'removed'} | {readonly type: 'not-recording'; readonly problem: string} | {readonly type: 'webhooks-failing'; readonly failing: ReadonlyArray<{readonly name: string; readonly problem: string}>};

/** Where the end of a failed task was seen: beside the list of unfinished ones, or (of one that ended before) only in a history. */
export type EndedFrom = 'list' | 'history';

export type State = {
	/** In the order given by the user, found agents after them. */
	readonly agents: Table<AgentEntry>;
	readonly clusters: Table<ClusterEntry>;
	/** By id: the main tasks of the agents' last tasks. */
	readonly mainTasks: Table<MainTask>;
	/** Failed tasks that are no longer unfinished, by `taskKey`. */
	readonly endedKeys: Table<EndedFrom>;
	/** Those that the user dismissed. */
	readonly dismissedKeys: ReadonlySet<string>;
	/** Other tasks of open screens: replaced by a newer one, or opened by a link. By `keptKey`. */
	readonly kept: ReadonlyMap<string, Dag>;
	/** Tasks that are no longer listed and have not ended, by `taskKey`: their ends are queried, and they stay among their owners' other tasks. */
	readonly unended: Table<TaskReference>;
	/** The linked task that could not be fetched, and why. */
	readonly unavailable: {readonly id: string; readonly why: Problem} | undefined;
	/** Checks that the user turned off, and whether all is recorded: shown on screen all the time. */
	readonly cautions: readonly Caution[];
	/** Not everything was read once since the start, so that failures may still turn up. */
	readonly isReading?: boolean;
	/** The lines of open logs, by the key of their screen (`logKey`). */
	readonly logs: ReadonlyMap<string, OpenLog>;
	readonly journal: Journal;
	/** Of owners with an open history. */
	readonly histories: ReadonlyMap<string, History>;
	/** Earlier runs of tasks; undefined: none are kept. */
	readonly runs: Runs | undefined;
	/** Undefined while agents are watched. */
	readonly replay: Replay | undefined;
	readonly operable: Operable;
	/** The last operation on each task, by the task's id. */
	readonly operations: ReadonlyMap<string, OperationTrack>;
	readonly view: View;
};
