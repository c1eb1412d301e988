import {type Timestamp} from '../../protocol/timestamp.js';
import {type Arrangement} from '../state.js';
import {type Reason, type TaskCells, type Tone, type Window} from './parts.js';

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
	/** A part of its running task failed, while the rest goes on. */
	readonly isFailing: boolean;
	/** The agent is well, but cannot reach its database: no fault by itself, an upgrade does that. */
	readonly isDatabaseDown: boolean;
	/** Of a cluster: its agents run several versions of obshell or of OceanBase. */
	readonly isMixed: boolean;
	/** Only an agent's own password opens the task. */
	readonly needsPassword: boolean;
	readonly isFault: boolean;
	readonly isSelected: boolean;
};

/** Counts of the first line, only those above zero are shown: agents, then by outcome and connection, then how many versions they run where they differ. */
export type Summary = {
	readonly agents: number;
	/** Where not all have room, those of the least weight go first. */
	readonly parts: ReadonlyArray<{readonly count: number; readonly word: string; readonly tone: Tone; readonly weight: number}>;
};

export type AgentsView = {
	readonly type: 'agents';
	readonly summary: Summary;
	/** What the user chose; `hidden` rows are not shown by it. */
	readonly arrangement: {readonly filter: string | undefined; readonly faultsOnly: boolean; readonly sort: Arrangement['sort']; readonly hidden: number};
	readonly list: Window<AgentsRow>;
};
