// What the screens show, as values: made by the selectors, drawn by the ui, printed by the modes without a screen. Durations are ms, instants UTC ms.

import {type Outcome} from '../protocol/outcome.js';
import {type Severity} from '../protocol/severity.js';
import {type Timestamp} from '../protocol/timestamp.js';
import {type Arrangement, type SeenProcess} from './state.js';
import {type OperationView} from './operate/views.js';
import {type Pulse} from './select/pulse.js';

/** `done` of `total` stages are done; `stage` is the one being worked on (1-based, 0 when there is none). The bar fills by done / total, also backwards while rolling back. */
export type Progress = {readonly stage: number; readonly done: number; readonly total: number};

export type TaskCells = {
	readonly name: string;
	readonly outcome: Outcome;
	readonly progress: Progress;
	readonly duration: number | undefined;
};

/** Why a task failed, or what it waits for: where, and the reason itself, one printable line of any length. The place is what can be left out where room is short; it can be empty. */
export type Reason = {readonly place: string; readonly text: string};

/**
A row of the agents screen.

- cluster: a cluster's heading, with its own last task if there is one
- task: an unfinished task outside maintenance, of a cluster or an agent
- agent: an agent with its last maintenance task

`problem` says in the user's words why the agent cannot be asked ("unreachable since 10:39: connection refused"); the task then is the last one known, `asOf` when it was (an instant, not an age: nothing ticks at rest). `isFault` is what `!` and the summary count.
*/
export type AgentsRow = {
	readonly key: string;
	readonly type: 'cluster' | 'agent' | 'task';
	readonly depth: 0 | 1 | 2;
	readonly label: string;
	/** Of a cluster: how many agents are folded away below it. */
	readonly folded: number;
	readonly role: string;
	readonly task: TaskCells | undefined;
	/** Instead of a task: "connecting", "no task yet". */
	readonly note: string | undefined;
	readonly problem: string | undefined;
	readonly asOf: Timestamp | undefined;
	/** Why its task failed, what it waits for, or that it has not moved for minutes. */
	readonly why: Reason | undefined;
	/** Its running task has not moved for minutes. */
	readonly isStalled: boolean;
	/** The agent is well, but cannot reach its database: no fault by itself, an upgrade does that. */
	readonly isDatabaseDown: boolean;
	/** Of a cluster: its agents run several versions of obshell or of OceanBase. */
	readonly isMixed: boolean;
	readonly isFault: boolean;
	readonly isSelected: boolean;
};

/** Counts of the first line, only those above zero are shown: agents, then by outcome and connection, then how many versions they run where they differ. */
export type Summary = {
	readonly agents: number;
	/** Where not all have room, those of the least weight go first. */
	readonly parts: ReadonlyArray<{readonly count: number; readonly word: string; readonly tone: Tone; readonly weight: number}>;
};

/** The meaning behind a colour. */
export type Tone = 'good' | 'active' | 'bad' | 'attention' | 'quiet' | 'plain';

/** A list of which only a window is mounted: `rows` are those in sight, `top` the index of the first, `total` all. */
export type Window<Row> = {readonly rows: readonly Row[]; readonly top: number; readonly total: number};

export type AgentsView = {
	readonly type: 'agents';
	readonly summary: Summary;
	/** What the user chose; `hidden` rows are not shown by it. */
	readonly arrangement: {readonly filter: string | undefined; readonly faultsOnly: boolean; readonly sort: Arrangement['sort']; readonly hidden: number};
	readonly list: Window<AgentsRow>;
};

/** Where a bar lies on the timeline, as fractions from 0 to 1; undefined where the node has not begun. */
export type Span = {readonly start: number; readonly end: number};

export type StageRow = {
	readonly key: string;
	readonly number: number;
	readonly name: string;
	readonly outcome: Outcome;
	/** Sub-tasks that are done (succeeded, passed, rolled back) of all, when there is more than one. */
	readonly subTasks: {readonly done: number; readonly total: number} | undefined;
	readonly duration: number | undefined;
	readonly span: Span | undefined;
	readonly isSelected: boolean;
};

export type SubTaskRow = {
	readonly key: string;
	/** "ip:port" */
	readonly agent: string;
	/** What tells it from the others of the same agent, "#61"; empty where there are none. */
	readonly mark: string;
	readonly outcome: Outcome;
	readonly duration: number | undefined;
	/** Runs and undos together. */
	readonly executions: number;
	readonly lastLine: string;
	readonly lastSeverity: Severity;
	readonly isSelected: boolean;
};

export type TaskHeader = {
	readonly name: string;
	readonly outcome: Outcome;
	readonly operator: string;
	readonly id: string;
	readonly progress: Progress;
	readonly duration: number | undefined;
	readonly startTime: Timestamp | undefined;
	/** Only of what has ended. */
	readonly endTime: Timestamp | undefined;
	/** Minutes east of UTC of the times above, when they are the agent's. */
	readonly utcOffset: number | undefined;
	/** The start is that of this attempt: earlier nodes began before it. */
	readonly isLaterAttempt: boolean;
	/** Why it failed or what it waits for. */
	readonly why: Reason | undefined;
	/** The lines that `why` has, at least one, so that the list below keeps its height. */
	readonly whyRows: number;
	/** Whose log folder may tell more, and where that is; undefined where there is no line for it. */
	readonly logFolder: {readonly agent: string; readonly path: string} | undefined;
	/** How a running task moves. */
	readonly pulse: Pulse | undefined;
};

/** `known` and its size are undefined and 0 where no key was known, and none is trusted unseen. Fingerprints as ssh writes them. */
export type KeyChange = {readonly known: string | undefined; readonly knownBits: number; readonly offered: string; readonly offeredBits: number};

/**
Shown above the body while the agent cannot be asked: the data below are those of `asOf`.

- `rows`: the lines of it all but the keys
- `logFolder`: where that agent keeps its own log
- `keys`: both, where they changed and there is room for them
*/
export type Staleness = {
	readonly problem: string;
	readonly asOf: Timestamp | undefined;
	readonly logFolder: string | undefined;
	readonly rows: number;
	readonly keys?: KeyChange | undefined;
};

export type TaskView = {
	readonly type: 'task';
	readonly breadcrumb: readonly string[];
	readonly header: TaskHeader;
	readonly staleness: Staleness | undefined;
	/** What was last done with it from here. */
	readonly operation: OperationView | undefined;
	readonly list: Window<StageRow>;
	/** Instead of stages: "loading", "no stages". */
	readonly note: string | undefined;
	/** The whole timeline's length in ms; 0 when nothing has begun. */
	readonly timelineLength: number;
	/** The selected stage, for the side pane of wide terminals. */
	readonly side: {readonly title: string; readonly subTasks: readonly SubTaskRow[]; readonly lastLines: readonly string[]} | undefined;
};

export type NodeView = {
	readonly type: 'node';
	readonly breadcrumb: readonly string[];
	readonly outcome: Outcome;
	readonly staleness: Staleness | undefined;
	readonly list: Window<SubTaskRow>;
};

/** One display row of a log, cut to the columns in sight: where something is scrolled away on a side, a column is left there for a mark. A separator stands above the first entry of an execution; `time` and `repeats` (above 1) only on the first row of an entry; `matches` are [start, end) in `text`. */
export type LogRow = {
	readonly key: string;
	readonly type: 'text' | 'separator';
	readonly text: string;
	readonly isCutLeft: boolean;
	readonly isCutRight: boolean;
	readonly severity: Severity;
	readonly repeats: number;
	readonly time: Timestamp | undefined;
	readonly matches: ReadonlyArray<readonly [start: number, end: number]>;
	/** The first row of its entry. */
	readonly isFirst: boolean;
	/** A search, an error or a link led here. */
	readonly isMarked: boolean;
};

/** What is said of a log beside its lines. `newEntries` came since it stands still; `dropped` older ones were let go; `problem`: why lines come without times. */
export type LogStatus = {
	readonly isFollowing: boolean;
	readonly newEntries: number;
	readonly filter: {readonly source: string; readonly hidden: number; readonly isCounting: boolean} | undefined;
	/** `matches` lines match; `rank` says which of them is marked, counted from 1. */
	readonly search: {readonly source: string; readonly matches: number; readonly rank: number | undefined; readonly isCounting: boolean} | undefined;
	readonly severity: 'all' | 'warnings' | 'errors';
	readonly dropped: number;
	readonly problem: string | undefined;
};

export type LogView = {
	readonly type: 'log';
	readonly breadcrumb: readonly string[];
	readonly outcome: Outcome;
	readonly staleness: Staleness | undefined;
	readonly rows: readonly LogRow[];
	/** Times stand before the lines, in the agent's time zone. */
	readonly hasTimes: boolean;
	readonly left: number;
	readonly status: LogStatus;
	/** Minutes east of UTC of the agent's clock. */
	readonly utcOffset: number | undefined;
	/** Instead of lines: "no lines yet", "no lines between attempts". */
	readonly note: string | undefined;
};

/** A task that another is linked with; `task` is known only of watched agents. */
export type LinkRow = {
	readonly key: string;
	readonly kind: string;
	/** "ip:port", or the cluster's name. */
	readonly place: string;
	readonly id: string;
	readonly task: TaskCells | undefined;
	readonly isSelected: boolean;
};

export type LinksView = {
	readonly type: 'links';
	readonly breadcrumb: readonly string[];
	readonly staleness: Staleness | undefined;
	readonly list: Window<LinkRow>;
};

/** An agent opened before it has a task to show (single agent mode, or a task that is gone). `isWaiting`: an answer is on its way. */
export type NothingView = {readonly type: 'nothing'; readonly breadcrumb: readonly string[]; readonly text: string; readonly isWaiting: boolean; readonly staleness: Staleness | undefined};

/** The versions that agents run, where they are more than one: of obshell or of OceanBase, each with how many run it, the most frequent first. */
export type VersionMix = {readonly of: 'obshell' | 'OceanBase'; readonly versions: ReadonlyArray<{readonly version: string; readonly count: number}>};

/** All that is known of an agent without asking for more. Texts are empty and numbers undefined where it did not say; `observer` and `trouble` are in the user's words. */
export type CardView = {
	readonly type: 'card';
	readonly breadcrumb: readonly string[];
	/** The first line in sight. */
	readonly top: number;
	/** How it is asked, and the name that it has for itself where that is another one. */
	readonly address: string;
	readonly name: string | undefined;
	readonly isConnected: boolean;
	/** Why it does not answer, since when; and the error whole: each part by its name. */
	readonly trouble: string | undefined;
	readonly error: ReadonlyArray<{readonly name: string; readonly value: string}>;
	readonly lastSeenAt: Timestamp | undefined;
	readonly version: string;
	readonly obVersion: string;
	readonly architecture: string;
	/** The versions in its cluster, or in the fleet where it is in none, if they differ. */
	readonly mixes: readonly VersionMix[];
	readonly zone: string;
	readonly role: string;
	readonly process: SeenProcess | undefined;
	readonly isLocked: boolean | undefined;
	readonly observer: string;
	/** Its clock minus ours, ms. */
	readonly skew: number | undefined;
	readonly skewWords: string;
	readonly fingerprint: string | undefined;
	readonly auth: string;
	readonly logFolder: string | undefined;
	readonly cluster: {readonly name: string; readonly members: readonly string[]} | undefined;
	/** Minutes east of UTC of the agent's clock. */
	readonly utcOffset: number | undefined;
};

/** An agent of a cluster. Only of watched ones more is known than what the others say. */
export type MemberRow = {
	readonly key: string;
	readonly agent: string;
	readonly zone: string;
	readonly role: string;
	readonly version: string;
	readonly obVersion: string;
	readonly observer: string;
	/** In one word: "connected", "unreachable", "not watched". */
	readonly connection: string;
	readonly isFault: boolean;
	readonly isSelected: boolean;
};

export type ClusterView = {
	readonly type: 'cluster';
	readonly breadcrumb: readonly string[];
	readonly members: number;
	readonly watched: number;
	readonly mixes: readonly VersionMix[];
	readonly task: TaskCells | undefined;
	/** The agent that is asked for the cluster's own tasks. */
	readonly speaker: string | undefined;
	readonly list: Window<MemberRow>;
};

/** A task of a history. `startTime`: that of its last attempt. */
export type HistoryRow = {
	readonly key: string;
	readonly task: TaskCells;
	readonly startTime: Timestamp | undefined;
	readonly utcOffset: number | undefined;
	readonly isFault: boolean;
	readonly isSelected: boolean;
};

/** The tasks that an owner ever had, newest first. `left`: older ones that are not shown, undefined where nobody knows how many; `note` instead of rows. */
export type HistoryView = {
	readonly type: 'history';
	readonly breadcrumb: readonly string[];
	readonly list: Window<HistoryRow>;
	/** What is typed to see some of them only, and how many that hides. */
	readonly filter: {readonly source: string; readonly hidden: number} | undefined;
	readonly faults: number;
	readonly left: number | undefined;
	readonly isLoading: boolean;
	readonly problem: string | undefined;
	readonly note: string | undefined;
};

/** Something that was seen to change, by our clock: the outcome that a task came to, or an `event` in words. `detail` says more. */
export type JournalRow = {
	readonly key: string;
	readonly at: Timestamp;
	readonly owner: string;
	readonly outcome: Outcome | undefined;
	readonly event: string;
	readonly task: string;
	readonly detail: string;
	readonly isBad: boolean;
	readonly isQuiet: boolean;
	/** It came while nobody pressed a key. */
	readonly isNew: boolean;
	readonly isSelected: boolean;
};

export type JournalView = {
	readonly type: 'journal';
	readonly breadcrumb: readonly string[];
	readonly dropped: number;
	readonly news: number;
	readonly awaySince: Timestamp | undefined;
	readonly list: Window<JournalRow>;
};

export type ScreenView = AgentsView | TaskView | NodeView | LogView | LinksView | NothingView | CardView | ClusterView | HistoryView | JournalView;
