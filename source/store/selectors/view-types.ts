import {type Timestamp} from '../../lib/time.js';
import {type Outcome} from '../../protocol/outcome.js';
import {type Dag} from '../../protocol/task.js';
import {type HelpKey} from '../changes.js';
import {type Estimate} from '../runs.js';
import {type AgentEntry, type ClusterEntry} from '../state.js';

/**
A running task's progress.

- `idleFor`: ms since the last new log line or change of stage, as far as it was seen; undefined if nothing is known yet
- `areLinesKnown`: whether that includes lines. A task has them without their times, so the time of those before the first poll is unknown
- `slowest`: of several agents that work on one stage, or that still do after another failed, the one that takes the longest
- `limitIn`: ms until the oldest active sub-task reaches the usual limit; undefined after it, when only the task's own limit counts, which
no agent tells
*/
export type StallInfo = {
	readonly idleFor: number | undefined;
	readonly areLinesKnown: boolean;
	readonly isStalled: boolean;
	readonly slowest: {readonly agent: string; readonly duration: number} | undefined;
	readonly limitIn: number | undefined;
};

/**
The source of a row of the agents screen.

- delegate: the agent whose clock and connection count for the cluster
- main: the main task of the agent's last task, if it is known; `isMain` marks such a task, which is shown above its sub-tasks
- isUnchecked: the task was not over when it was last read, and cannot be read now, so that its state is unknown
*/
export type RowSource =
	| {readonly type: 'cluster'; readonly key: string; readonly depth: 0; readonly cluster: ClusterEntry; readonly delegate: AgentEntry | undefined; readonly isUnchecked: boolean}
	| {readonly type: 'agent'; readonly key: string; readonly depth: 0 | 1; readonly entry: AgentEntry; readonly main: Dag | undefined}
	| {readonly type: 'task'; readonly key: string; readonly depth: 1 | 2; readonly owner: string; readonly dag: Dag; readonly isMain: boolean; readonly isUnchecked: boolean};

/**
`done` of `total` stages are done; `stage` is the one being worked on (1-based, 0 if there is none). The bar shows done / total and shrinks
during a rollback.
*/
export type Progress = {readonly stage: number; readonly done: number; readonly total: number};

export type TaskCells = {
	readonly name: string;
	readonly outcome: Outcome;
	readonly progress: Progress;
	readonly duration: number | undefined;
};

/**
Why a task failed, or what it waits for: the place, and the reason as one printable line. If space is short, `place` (which can be empty)
and `further` ("; @ 10.0.0.2:2886: disk full") can be left out; `shortest` is the most telling part of the text. `whose`: the agent where it
happened, if that is not the one that shows it; never left out. `key`: the key that helps, if a screen shows it.
*/
export type Reason = {readonly place: string; readonly text: string; readonly further?: string; readonly shortest?: string; readonly whose?: string | undefined; readonly key?: HelpKey | undefined};

/** The meaning of a colour. */
export type Tone = 'good' | 'active' | 'bad' | 'attention' | 'quiet' | 'plain';

/** A list of which only the visible rows are built: `rows` are those in sight, `top` the index of the first, `total` all. */
export type Window<Row> = {readonly rows: readonly Row[]; readonly top: number; readonly total: number};

/** The typed filter of a list, and how many rows it hides. */
export type RowFilter = {readonly source: string; readonly hidden: number};

/** A bar on the timeline, as fractions from 0 to 1; undefined if the node has not begun. */
export type TimeSpan = {readonly start: number; readonly end: number};

/** `known` and its size are undefined and 0 if no key was known. Fingerprints as ssh writes them. */
export type KeyChange = {readonly known: string | undefined; readonly knownBits: number; readonly offered: string; readonly offeredBits: number};

/**
Shown above the body while the agent cannot be queried: the data below are from `asOf`.

- `logFolder`: the folder of that agent's own log
- `keys`: both, if they changed
*/
export type Staleness = {
	readonly problem: string;
	readonly asOf: Timestamp | undefined;
	readonly logFolder: string | undefined;
	readonly keys?: KeyChange | undefined;
};

export type TaskHeader = {
	readonly name: string;
	readonly outcome: Outcome;
	readonly operator: string;
	readonly id: string;
	/** The name as the agent says it, if it is shown translated. */
	readonly ownName: string | undefined;
	readonly progress: Progress;
	readonly duration: number | undefined;
	readonly startTime: Timestamp | undefined;
	/** Only of what has ended. */
	readonly endTime: Timestamp | undefined;
	/** Minutes east of UTC of the times above, when they are the agent's. */
	readonly utcOffset: number | undefined;
	/** The start is that of this attempt: earlier nodes began before it. */
	readonly isLaterAttempt: boolean;
	/** The main task of which it is a sub-task; `outcome` is undefined until it was read, and if it is gone. */
	readonly main: {readonly outcome: Outcome | undefined; readonly isFailing: boolean; readonly isGone: boolean} | undefined;
	/** The task that replaced it while it was open, by its name. */
	readonly replacedBy?: string | undefined;
	/** The stage before `progress.stage` is over, and that one has not begun. */
	readonly isBetween: boolean;
	/** A part of it failed, while the rest goes on: `why` is shown beside the progress. */
	readonly isFailing: boolean;
	/** Why it failed or what it waits for. */
	readonly why: Reason | undefined;
	/** The log folder that may tell more, and its agent. */
	readonly logFolder: {readonly agent: string; readonly path: string} | undefined;
	/** Of a running task. */
	readonly stall: StallInfo | undefined;
	/** How long it usually takes, in ms; undefined if too few earlier runs are known. */
	readonly usual: number | undefined;
	/** When it will end; undefined if that is not known, and if it does not run. */
	readonly estimate: Estimate | undefined;
};
