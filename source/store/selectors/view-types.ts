import {type Timestamp} from '../../lib/time.js';
import {type Outcome} from '../../protocol/outcome.js';
import {type Dag} from '../../protocol/task.js';
import {type HelpKey} from '../changes.js';
import {type AgentEntry, type ClusterEntry} from '../state.js';

/**
How a running task moves.

- `quiet`: ms since the last new log line or change of stage, as far as it was seen; undefined where nothing is known yet
- `areLinesKnown`: that holds for lines, too: a task has them without their times, so of those that came before anybody looked it is not known when
- `slowest`: of several agents that work on one stage, or of those left there when another failed, the one that does so for the longest time
- `limitIn`: ms until the oldest active sub-task has reached the usual limit; undefined behind it, where only a limit of the task's own counts, of which no agent tells
*/
export type StallInfo = {
	readonly idleFor: number | undefined;
	readonly areLinesKnown: boolean;
	readonly isStalled: boolean;
	readonly slowest: {readonly agent: string; readonly duration: number} | undefined;
	readonly limitIn: number | undefined;
};

/**
What a row of the agents screen is made of.

- delegate: the agent whose clock and connection count for the cluster
- main: the main task of the agent's last task, if it is known; `isMain` marks such a task, which is shown above its sub-tasks
- isUnchecked: the task was not over when it was last read, and cannot be read now: what it does is not known
*/
export type RowSource =
	| {readonly type: 'cluster'; readonly key: string; readonly depth: 0; readonly cluster: ClusterEntry; readonly delegate: AgentEntry | undefined; readonly isUnchecked: boolean}
	| {readonly type: 'agent'; readonly key: string; readonly depth: 0 | 1; readonly entry: AgentEntry; readonly main: Dag | undefined}
	| {readonly type: 'task'; readonly key: string; readonly depth: 1 | 2; readonly owner: string; readonly dag: Dag; readonly isMain: boolean; readonly isUnchecked: boolean};

/** `done` of `total` stages are done; `stage` is the one being worked on (1-based, 0 when there is none). The bar fills by done / total, also backwards while rolling back. */
export type Progress = {readonly stage: number; readonly done: number; readonly total: number};

export type TaskCells = {
	readonly name: string;
	readonly outcome: Outcome;
	readonly progress: Progress;
	readonly duration: number | undefined;
};

/**
Why a task failed, or what it waits for: where, and the reason itself, one printable line. Where room is short the place can be left out, which can be empty, and what else went wrong (`further`: "; @ 10.0.0.2:2886: disk full"); `shortest` is the part of the text that says the most. `key`: the key that helps, where a screen shows it.
*/
export type Reason = {readonly place: string; readonly text: string; readonly further?: string; readonly shortest?: string; readonly key?: HelpKey | undefined};

/** The meaning behind a colour. */
export type Tone = 'good' | 'active' | 'bad' | 'attention' | 'quiet' | 'plain';

/** A list of which only a window is mounted: `rows` are those in sight, `top` the index of the first, `total` all. */
export type Window<Row> = {readonly rows: readonly Row[]; readonly top: number; readonly total: number};

/** Where a bar lies on the timeline, as fractions from 0 to 1; undefined where the node has not begun. */
export type TimeSpan = {readonly start: number; readonly end: number};

/** `known` and its size are undefined and 0 where no key was known, and none is trusted unseen. Fingerprints as ssh writes them. */
export type KeyChange = {readonly known: string | undefined; readonly knownBits: number; readonly offered: string; readonly offeredBits: number};

/**
Shown above the body while the agent cannot be asked: the data below are those of `asOf`.

- `logFolder`: where that agent keeps its own log
- `keys`: both, where they changed
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
	readonly progress: Progress;
	readonly duration: number | undefined;
	readonly startTime: Timestamp | undefined;
	/** Only of what has ended. */
	readonly endTime: Timestamp | undefined;
	/** Minutes east of UTC of the times above, when they are the agent's. */
	readonly utcOffset: number | undefined;
	/** The start is that of this attempt: earlier nodes began before it. */
	readonly isLaterAttempt: boolean;
	/** The main task of which it is a sub-task; `outcome` is undefined while that was not read, and where it is gone. */
	readonly main: {readonly outcome: Outcome | undefined; readonly isGone: boolean} | undefined;
	/** The task that replaced it while it was open, by its name. */
	readonly replacedBy?: string | undefined;
	/** A part of it failed, while the rest goes on: `why` stands beside how it moves. */
	readonly isFailing: boolean;
	/** Why it failed or what it waits for. */
	readonly why: Reason | undefined;
	/** Whose log folder may tell more, and where that is. */
	readonly logFolder: {readonly agent: string; readonly path: string} | undefined;
	/** How a running task moves. */
	readonly stall: StallInfo | undefined;
};
