// What the screens show, as values: made by the selectors, drawn by the ui, printed by the modes without a screen. Durations are ms, instants UTC ms.

import {type Outcome} from '../protocol/outcome.js';
import {type Severity} from '../protocol/severity.js';
import {type Timestamp} from '../protocol/timestamp.js';

/** `done` of `total` stages are done; `stage` is the one being worked on (1-based, 0 when there is none). The bar fills by done / total, also backwards while rolling back. */
export type Progress = {readonly stage: number; readonly done: number; readonly total: number};

export type TaskCells = {
	readonly name: string;
	readonly outcome: Outcome;
	readonly progress: Progress;
	readonly duration: number | undefined;
};

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
	readonly role: string;
	readonly task: TaskCells | undefined;
	/** Instead of a task: "connecting", "no task yet". */
	readonly note: string | undefined;
	readonly problem: string | undefined;
	readonly asOf: Timestamp | undefined;
	readonly isFault: boolean;
	readonly isSelected: boolean;
};

/** Counts of the first line, only those above zero are shown: agents, then by outcome and connection. */
export type Summary = {
	readonly agents: number;
	readonly parts: ReadonlyArray<{readonly count: number; readonly word: string; readonly tone: Tone}>;
};

/** The meaning behind a colour. */
export type Tone = 'good' | 'active' | 'bad' | 'attention' | 'quiet' | 'plain';

/** A list of which only a window is mounted: `rows` are those in sight, `top` the index of the first, `total` all. */
export type Window<Row> = {readonly rows: readonly Row[]; readonly top: number; readonly total: number};

export type AgentsView = {readonly type: 'agents'; readonly summary: Summary; readonly list: Window<AgentsRow>};

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
	/** The sub-task and line that explain a failure or a wait, as far as this task's own data tell. */
	readonly why: string | undefined;
};

/** Shown above the body while the agent cannot be asked: the data below are those of `asOf`. */
export type Staleness = {readonly problem: string; readonly asOf: Timestamp | undefined};

export type TaskView = {
	readonly type: 'task';
	readonly breadcrumb: readonly string[];
	readonly header: TaskHeader;
	readonly staleness: Staleness | undefined;
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

/** One display row of a log, whole: the screen cuts it to the columns from `left` on. `isContinuation`: not the first row of its entry. */
export type LogRow = {readonly key: string; readonly text: string; readonly severity: Severity; readonly isContinuation: boolean};

export type LogView = {
	readonly type: 'log';
	readonly breadcrumb: readonly string[];
	readonly outcome: Outcome;
	readonly staleness: Staleness | undefined;
	readonly list: Window<LogRow>;
	readonly left: number;
	readonly isFollowing: boolean;
	/** Instead of lines: "no lines yet", "no lines between attempts". */
	readonly note: string | undefined;
};

/** An agent opened before it has a task to show (single agent mode, or a task that is gone). */
export type NothingView = {readonly type: 'nothing'; readonly breadcrumb: readonly string[]; readonly text: string; readonly staleness: Staleness | undefined};

export type ScreenView = AgentsView | TaskView | NodeView | LogView | NothingView;
