import {type Timestamp} from '../lib/time.js';
import {type AgentError} from '../protocol/errors.js';
import {type Outcome} from '../protocol/outcome.js';
import {type Dag} from '../protocol/task.js';
import {type Explanation, type ReasonKind} from './selectors/explanation.js';

/** `number` counts all entries ever, from 0; `at` is our clock; `owner` is a label, because the agent may be gone later. */
export type JournalEntry = {readonly number: number; readonly at: Timestamp; readonly label: string; readonly transition: Transition};

/**
Changes that were seen, oldest first.

- dropped: how many older ones were discarded
- lastKeyAt, total: when a key was last pressed, and how many entries there were then
- newFrom: the number of the first entry that came after a minute or more without a key; undefined if there is none, or once they were
viewed
*/
export type Journal = {
	readonly entries: readonly JournalEntry[];
	readonly dropped: number;
	readonly lastKeyAt: Timestamp | undefined;
	readonly seen: number;
	readonly newFrom: number | undefined;
	/** When the pause began in which the new ones came. */
	readonly awaySince: Timestamp | undefined;
};

export const emptyJournal: Journal = {entries: [], dropped: 0, lastKeyAt: undefined, seen: 0, newFrom: undefined, awaySince: undefined};

/** The kind of trouble that a connection has, in one word for the summary and the faults filter. */
export const allTroubles = ['unreachable', 'no answer', 'unauthorized', 'key changed', 'key not known', 'downgraded'] as const;

export type Trouble = (typeof allTroubles)[number];

/** The kinds of trouble for which a person must check the agent's key, or how it takes passwords, before anything encrypted is sent to it. */
export type KeyTrouble = Extract<Trouble, 'key changed' | 'key not known' | 'downgraded'>;

/** The key of the screen that helps: p asks for a password, K shows the keys of an agent. */
export type HelpKey = 'p' | 'K';

/** What has become of a connection, in words in the catalogue's `agents.state`. */
export type ConnectionState = 'unreachable' | 'noValidResponse' | 'taskTooLarge' | 'noTask' | 'masterSilent' | 'databaseDown';

/** An agent cannot be queried; without a state, that needs no time. `now`, our clock, decides whether times have their dates. */
export type ConnectionProblem = {
	readonly type: 'connection';
	readonly error: AgentError;
	readonly isSeekdb: boolean;
	readonly state: ConnectionState | undefined;
	readonly since: Timestamp;
	readonly departedAt: Timestamp | undefined;
	readonly now: Timestamp;
};

/**
What is wrong: facts, which `problemText` puts into words and `problemKey` into the key that helps. Only screens show the key.

- request: one request failed
- member: of an agent of a cluster that is to be queried for it
- trouble: it was in that trouble a moment ago
- task-unknown, task-unreadable: a task that was asked for by its id
- not-watched, no-database: no agent can be queried for it
*/
export type Problem =
	| {readonly type: 'request'; readonly error: AgentError}
	| ConnectionProblem
	| {readonly type: 'member'; readonly agent: string; readonly problem: ConnectionProblem}
	| {readonly type: 'trouble'; readonly trouble: Trouble}
	| {readonly type: 'task-unknown'; readonly id: string}
	| {readonly type: 'task-unreadable'; readonly id: string; readonly error: AgentError}
	| {readonly type: 'not-watched' | 'no-database'};

/** A task at the moment of a change. `stage` is the one being worked on (1-based) of `stages`; `stageName` if it is known. `main`: the id of its main task. */
export type TaskNow = {
	readonly owner: string;
	readonly id: string;
	readonly name: string;
	readonly outcome: Outcome;
	readonly stage: number;
	readonly stages: number;
	readonly stageName: string | undefined;
	readonly main?: string | undefined;
};

/** One reason of a task as the journal keeps it, without its places: how many there are, and the first of them. */
export type BriefCause = Pick<Explanation, 'said' | 'text' | 'shortest'> & {
	readonly kind: ReasonKind | 'waiting';
	readonly nodeName: string;
	readonly count: number;
	readonly first: {readonly agent: string | undefined; readonly subTask: string} | undefined;
};

/** The first reasons, and how many there are. */
export type BriefCauses = {readonly causes: readonly BriefCause[]; readonly count: number};

/** Why a task failed or what it waits for, to be said in any language; `unread`: it cannot be known. */
export type Why = BriefCauses | {readonly unread: Pick<Dag, 'needs' | 'unlisted' | 'refusal'>};

/**
A task that changed.

- task-begun: another task became its owner's last one, or runs beside it. One that already waits or has ended has only an outcome-changed
- task-moved: it works on another stage
- task-failing: a part of it failed while the rest goes on, and nothing retries that part by itself; `why` is its reason
- outcome-changed: `from` is undefined if it was not known for certain, or if the task began meanwhile; `why` is the reason of a fault, as far as it is known
*/
type TaskChange = TaskNow & (
	| {readonly type: 'task-begun' | 'task-moved'}
	| {readonly type: 'task-failing'; readonly why: Why | undefined}
	| {readonly type: 'outcome-changed'; readonly from: Outcome | undefined; readonly why: Why | undefined}
);

/** An agent that changed: whether it can be queried (`words` say why not), its process, its database, whether it belongs to its cluster. */
type AgentChange = {readonly owner: string} & (
	| {readonly type: 'agent-troubled'; readonly trouble: Trouble; readonly problem: Problem}
	| {readonly type: 'agent-recovered'; readonly from: Trouble}
	| {readonly type: 'agent-restarted' | 'database-down' | 'database-up' | 'agent-joined' | 'agent-left' | 'agent-returned'}
);

/** `owner` is the key of the agent or cluster that changed. */
export type Transition = TaskChange | AgentChange;

/**
What a person wants to be told of, by the names of the config file.

- started: a task began, or runs again, forwards or back
- failing: a part of it failed while the rest goes on
- failed, finished: it ended, as a fault or otherwise
- unreachable: an agent cannot be queried, or can again
- access: the same because of its password or its key, which a person must see to
- database: the database of an agent that responds is down, or is up again
*/
export type ChangeKind = 'started' | 'failing' | 'failed' | 'finished' | 'unreachable' | 'access' | 'database';
