import {type Outcome} from '../../protocol/outcome.js';
import {type Timestamp} from '../../protocol/timestamp.js';
import {type OperationView} from '../operate/views.js';
import {type Pulse} from '../select/pulse.js';
import {type SubTaskRow} from './node.js';
import {type Progress, type Reason, type Span, type Staleness, type Window} from './parts.js';

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
	/** The lines that `why` has, at least one, so that the list below keeps its height. */
	readonly whyRows: number;
	/** Whose log folder may tell more, and where that is; undefined where there is no line for it. */
	readonly logFolder: {readonly agent: string; readonly path: string} | undefined;
	/** How a running task moves. */
	readonly pulse: Pulse | undefined;
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
