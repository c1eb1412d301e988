import {type Timestamp} from '../lib/time.js';
import {type AgentAddress} from '../protocol/address.js';
import {type AgentInfo, type AgentStatus, type ClusterInfo} from '../protocol/agent.js';
import {type AgentError, type PasswordKind} from '../protocol/errors.js';
import {type LogLines} from '../protocol/logs.js';
import {type Dag} from '../protocol/task.js';
import {type ActionName} from './operations/offers.js';
import {type OperationResponse, type Order, type TaskReference} from './operations/track.js';
import {type PastRun} from './runs.js';
import {type Caution, type ConfirmationProblem, type FoundKey, type Notice, type PaletteEntry, type Replay, type Size, type State} from './state.js';

/** What the user did, and changes of time and terminal, as past-tense facts. `actionKinds` says what each is about. */
export type UserAction =
	/** `last`: the index of the last place, if the store cannot know it (the help, a card). */
	| {readonly type: 'selection-moved'; readonly by: number | 'page' | '-page' | 'half-page' | '-half-page' | 'start' | 'end'; readonly last?: number}
	/** The row with this key, as the screen shows it, was clicked on. */
	| {readonly type: 'row-picked'; readonly key: string}
	/** The lines of a log were scrolled, and the cursor only as far as it would leave the screen. */
	| {readonly type: 'lines-scrolled'; readonly by: number}
	| {readonly type: 'scrolled-sideways'; readonly by: number}
	| {readonly type: 'follow-toggled'}
	/** To the beginning or the end of the cursor's line, sideways. */
	| {readonly type: 'line-end-shown'; readonly end: 'start' | 'end'}
	/** Set at the end of the log. */
	| {readonly type: 'mark-set'}
	/** Several lines of a log are selected from here on, or no longer. */
	| {readonly type: 'range-toggled'}
	| {readonly type: 'range-ended'}
	/** Of several logs as one, only the lines of the cursor's agent are shown, or all again. */
	| {readonly type: 'agent-singled-out'}
	| {readonly type: 'execution-jumped-to'; readonly by: 1 | -1}
	| {readonly type: 'match-jumped-to'; readonly by: 1 | -1}
	/** A slice of searching or counting was done, with so many steps; the next one follows while `hasLogWork`. */
	| {readonly type: 'log-work-advanced'; readonly steps: number}
	| {readonly type: 'wrap-toggled'}
	| {readonly type: 'times-toggled'}
	| {readonly type: 'numbers-toggled'}
	| {readonly type: 'repeats-toggled'}
	| {readonly type: 'severity-cycled'}
	| {readonly type: 'entered'}
	| {readonly type: 'went-back'}
	/** To the preview, or back from it. */
	| {readonly type: 'pane-switched'}
	/** Out of what a filter shows to all of it, or out of selected lines; then as `went-back`. */
	| {readonly type: 'escaped'}
	| {readonly type: 'agent-opened'; readonly key: string}
	| {readonly type: 'journal-opened'}
	| {readonly type: 'time-zone-toggled'}
	/** A digit of a count, which the next movement repeats: 5j. */
	| {readonly type: 'count-typed'; readonly digit: number}
	/** A key that does nothing here still takes the notice and a count away. */
	| {readonly type: 'notice-dismissed'}
	| {readonly type: 'error-jumped-to'}
	/** The logs of the stage or task on screen, as one. */
	| {readonly type: 'all-logs-opened'}
	| {readonly type: 'links-opened'}
	| {readonly type: 'card-opened'}
	/** Of the owner in question, or of the one that is named. */
	| {readonly type: 'history-opened'; readonly owner?: string}
	/** Of all; `since`: only what was at work then or later. */
	| {readonly type: 'whole-history-opened'; readonly since?: Timestamp | undefined}
	/** The task in question, or the one that is named, beside the last run of the same name that succeeded, or another one (its id). */
	| {readonly type: 'comparison-opened'; readonly task?: TaskReference; readonly other?: string | undefined}
	/** With an older or a newer run. */
	| {readonly type: 'compared-run-changed'; readonly by: 1 | -1}
	/** The selected stage of the run that is compared with. */
	| {readonly type: 'other-stage-opened'}
	/** The failed task in question, which is over, need not be shown any more. */
	| {readonly type: 'task-dismissed'}
	| {readonly type: 'password-asked-for'}
	| {readonly type: 'key-question-opened'}
	| {readonly type: 'actions-opened'}
	| {readonly type: 'faults-toggled'}
	| {readonly type: 'sort-moved'; readonly by: 1 | -1}
	| {readonly type: 'sort-reversed'}
	| {readonly type: 'group-folded'}
	/** Filter, faults and folds are taken away, so that every agent is shown. */
	| {readonly type: 'arrangement-cleared'}
	| {readonly type: 'input-opened'; readonly purpose: 'search' | 'filter' | 'rows' | 'logs' | 'place'}
	| {readonly type: 'input-changed'; readonly text: string}
	| {readonly type: 'input-submitted'}
	/** The palette was opened, or shows what matches another text. */
	| {readonly type: 'palette-shown'; readonly text: string; readonly entries: readonly PaletteEntry[]}
	| {readonly type: 'help-toggled'}
	| {readonly type: 'overlay-closed'}
	| {readonly type: 'password-scope-toggled'}
	/** The selected action, unless one is named. */
	| {readonly type: 'action-chosen'; readonly action?: ActionName}
	| {readonly type: 'confirmation-typed'; readonly text: string}
	/** What was pressed confirms nothing, and why. */
	| {readonly type: 'confirmation-rejected'; readonly problem: ConfirmationProblem}
	/** What was open or about to be opened is taken away; no key counts until the user has taken note. */
	| {readonly type: 'stopped'; readonly title: string; readonly words: string}
	/** The order that the confirmation shows is being sent. */
	| {readonly type: 'operation-confirmed'}
	/** Any key: the user is present. */
	| {readonly type: 'key-pressed'}
	/** `isProblem`: something did not go as the user wanted. */
	| {readonly type: 'notice-shown'; readonly text: string; readonly isProblem?: boolean}
	/** It was in sight for long enough. Another one that took its place stays. */
	| {readonly type: 'notice-expired'; readonly notice: Notice}
	/** Another hour has begun: times of yesterday get their date. */
	| {readonly type: 'hour-begun'}
	| {readonly type: 'resized'; readonly columns: number; readonly rows: number}
	/** The screen shows so many rows of the list, in its own pane or (undefined) on the whole terminal. */
	| {readonly type: 'laid-out'; readonly page: number; readonly pane?: Size | undefined; readonly hasPreview?: boolean}
	/** The cursor stayed on its row for a while. */
	| {readonly type: 'cursor-rested'}
	| {readonly type: 'focus-changed'; readonly isFocused: boolean};

/**
What an action is about.

- log, log-work: the open log; of these, other screens know only moving and clicks, and work goes on while the user types
- log-options: how all logs are shown
- navigation: where the user is, and how the screen shows it
- row: the selected row, or what is open
- arrangement: filter, order and folds of the agents screen
- overlay: overlays
- environment: time, terminal and focus; a notice stays
*/
type ActionKind = 'log' | 'log-work' | 'log-options' | 'navigation' | 'row' | 'arrangement' | 'overlay' | 'environment';

const actionKinds = {
	'selection-moved': 'log',
	'row-picked': 'log',
	'lines-scrolled': 'log',
	'scrolled-sideways': 'log',
	'follow-toggled': 'log',
	'line-end-shown': 'log',
	'mark-set': 'log',
	'range-toggled': 'log',
	'range-ended': 'log',
	'agent-singled-out': 'log',
	'execution-jumped-to': 'log',
	'match-jumped-to': 'log',
	'log-work-advanced': 'log-work',
	'wrap-toggled': 'log-options',
	'times-toggled': 'log-options',
	'numbers-toggled': 'log-options',
	'repeats-toggled': 'log-options',
	'severity-cycled': 'log-options',
	entered: 'navigation',
	'went-back': 'navigation',
	'pane-switched': 'navigation',
	escaped: 'navigation',
	'agent-opened': 'navigation',
	'journal-opened': 'navigation',
	'time-zone-toggled': 'navigation',
	'count-typed': 'navigation',
	'notice-dismissed': 'navigation',
	'error-jumped-to': 'row',
	'all-logs-opened': 'row',
	'links-opened': 'row',
	'card-opened': 'row',
	'history-opened': 'row',
	'whole-history-opened': 'row',
	'comparison-opened': 'row',
	'compared-run-changed': 'row',
	'other-stage-opened': 'row',
	'task-dismissed': 'row',
	'password-asked-for': 'row',
	'key-question-opened': 'row',
	'actions-opened': 'row',
	'faults-toggled': 'arrangement',
	'sort-moved': 'arrangement',
	'sort-reversed': 'arrangement',
	'group-folded': 'arrangement',
	'arrangement-cleared': 'arrangement',
	'input-opened': 'overlay',
	'input-changed': 'overlay',
	'input-submitted': 'overlay',
	'palette-shown': 'overlay',
	'help-toggled': 'overlay',
	'overlay-closed': 'overlay',
	'password-scope-toggled': 'overlay',
	'action-chosen': 'overlay',
	'confirmation-typed': 'overlay',
	'confirmation-rejected': 'overlay',
	stopped: 'overlay',
	'operation-confirmed': 'overlay',
	'key-pressed': 'environment',
	'notice-shown': 'environment',
	'notice-expired': 'environment',
	'hour-begun': 'environment',
	resized: 'environment',
	'laid-out': 'environment',
	'cursor-rested': 'environment',
	'focus-changed': 'environment',
} as const satisfies Readonly<Record<UserAction['type'], ActionKind>>;

type Kinds = typeof actionKinds;

/** The actions of some kinds. */
export type ActionOf<Kind extends ActionKind> = Extract<UserAction, {readonly type: {[Type in keyof Kinds]: Kinds[Type] extends Kind ? Type : never}[keyof Kinds]}>;

export const isOfKind = <Kind extends ActionKind>(action: UserAction, ...kinds: readonly Kind[]): action is ActionOf<Kind> => {
	const wanted: readonly ActionKind[] = kinds;
	return wanted.includes(actionKinds[action.type]);
};

/** Where to go in a replay, or how fast to play it: by lines, by changes, by ms. */
export type ReplayCommand =
	| {readonly type: 'pause-toggled'}
	| {readonly type: 'line' | 'change'; readonly by: 1 | -1}
	| {readonly type: 'time'; readonly by: number}
	/** As it was typed. */
	| {readonly type: 'place'; readonly text: string}
	| {readonly type: 'pace'; readonly by: 1 | -1};

/** What the store cannot do by itself; the composition root does it. */
export type Request =
	/** `isInterrupt`: by ^c, after which a shell expects another exit code than after q. */
	| {readonly type: 'quit'; readonly isInterrupt?: true}
	| {readonly type: 'refresh'}
	| {readonly type: 'redraw'}
	/** To the other language, in every text from now on. */
	| {readonly type: 'switch-language'}
	| {readonly type: 'suspend'}
	| {readonly type: 'copy'; readonly what: 'line' | 'screen'}
	| {readonly type: 'save-log'}
	| {readonly type: 'open-pager'}
	| {readonly type: 'save-bundle'}
	| {readonly type: 'save-report'}
	/** Sent once. */
	| {readonly type: 'operate'; readonly order: Order}
	| {readonly type: 'replay'; readonly command: ReplayCommand}
	/** `offered` is the fingerprint that the user saw. */
	| {readonly type: 'accept-keys'; readonly keys: readonly FoundKey[]};

/**
What a replay adds to the recorded events.

- replay-moved: the place or the speed changed
- replay-restored: everything but the view is as it was at an earlier place, or at the start of another recording
*/
type ReplayEvent =
	| {readonly type: 'replay-moved'; readonly replay: Replay}
	| {readonly type: 'replay-restored'; readonly state: State};

/** An agent turned out to be exempt from operations, and why. */
export type AgentExemptEvent = {readonly type: 'agent-exempted'; readonly key: string; readonly why: string};

/** The keys of found agents wait to be trusted. The question opens by itself, unless the user is doing something else. */
type FoundKeysEvent = {readonly type: 'found-keys-offered'; readonly keys: readonly FoundKey[]};

/** The list of checks that are off, and of similar warnings that stay on screen, changed. */
type CautionEvent = {readonly type: 'cautions-changed'; readonly cautions: readonly Caution[]};

/** Whether something is still read for the first time. */
type ReadingEvent = {readonly type: 'reading-changed'; readonly isReading: boolean};

/** Earlier runs of tasks are known from the last time. */
type RunsEvent = {readonly type: 'runs-loaded'; readonly runs: readonly PastRun[]};

export type Action = UserAction | RunsEvent | ReadingEvent | CautionEvent | FoundKeysEvent | AgentExemptEvent | PollEvent | DiscoveryEvent | OperationEvent | ReplayEvent;

// Facts that the poller reports. Past tense, complete, and without secrets.

export type AtAgent = {
	/** The agent's key (`AgentAddress.key`). */
	readonly agent: string;
	/** When, by our clock. */
	readonly at: Timestamp;
};

/** A task, and when a response last said its state. */
export type ReadTask = {readonly id: string; readonly readAt: Timestamp};

/**
What polling brought. Unchanged responses make no event.

- `key-learned`: the fingerprint of the encryption key that requests to the agent use from now on
- `agent-recovered`: after failures, a response shows that the agent works again
- `agent-failed`: `since` is the first failure in a row, `lastSeenAt` the last good response about its own task, if that cannot be read now;
repeated only if the error changes, or whether that task can be read
- `tasks-unread`: no agent can be asked for these tasks now. `readAt` is when a response last said the state of each; `clusterTask` the
same of the cluster's last maintenance task. The next response about a task ends that
- `readBefore`: when a response last said the state of the task that is not the last one any more
- `left`: of tasks that are listed no longer and did not end, when a response last said their state
- `agent-failed` with `isAlive`: the agent still answers `status`, but not for its task: its master or its database does not respond, or a
password is missing
- `unfinished-received`: the unfinished tasks, without those that are shown as a last maintenance task; tasks that left the list were
fetched once more and are in `ended`
- `logs-received`: all lines of the sub-task whose log is open; `logs-failed`: they cannot be fetched (older agents lack the endpoint), so
the lines in the task are used
- `cluster-info-received`: `isDelegate` if the agent is polled for its cluster, so that its list of members counts most
- `history-received`: the last tasks of an owner (the key of an agent or a cluster), newest first and without nodes; `remaining` counts
older ones (undefined: some, their number unknown); `isLoading`: more of them, or their ends, are being read. `history-failed` ends that
until the next request
- `past-task-received`: an earlier run of a task, with its details
- `failures-received`: tasks with their details that only a history lists (of the agent's cluster, or its own) and that may have failed;
newest first, and nothing newer succeeded. `failures-unread`: that history could not be read, and is not tried again
- `main-task-received`: the main task that an agent's last task is part of, until it is final; `task` is undefined once the agents no longer
know it. `main-task-failed`: it cannot be read now and is tried again
- `linked-task-received`: the task of an opened link, or one that went out of sight before it ended; `task` is undefined once the agent no
longer knows it
*/
export type PollEvent =
	| (AtAgent & {readonly type: 'info-received'; readonly info: AgentInfo})
	| (AtAgent & {readonly type: 'status-received'; readonly status: AgentStatus})
	| (AtAgent & {readonly type: 'skew-measured'; readonly skew: number})
	| (AtAgent & {readonly type: 'key-learned'; readonly fingerprint: string})
	| (AtAgent & {readonly type: 'task-received'; readonly task: Dag; readonly readBefore?: Timestamp | undefined})
	| (AtAgent & {readonly type: 'task-absent'; readonly readBefore?: Timestamp | undefined})
	| (AtAgent & {readonly type: 'agent-failed'; readonly error: AgentError; readonly since: Timestamp; readonly lastSeenAt: Timestamp | undefined; readonly isAlive: boolean})
	| (AtAgent & {readonly type: 'agent-recovered'})
	| (AtAgent & {readonly type: 'cluster-info-received'; readonly cluster: ClusterInfo; readonly isDelegate?: boolean})
	| (AtAgent & {readonly type: 'cluster-task-received'; readonly task: Dag | undefined; readonly readBefore?: Timestamp | undefined})
	| (AtAgent & {readonly type: 'unfinished-received'; readonly tasks: readonly Dag[]; readonly ended: readonly Dag[]; readonly left?: readonly ReadTask[] | undefined})
	| (AtAgent & {readonly type: 'tasks-unread'; readonly clusterTask: Timestamp | undefined; readonly tasks: readonly ReadTask[]})
	| (AtAgent & {readonly type: 'logs-received'; readonly subTask: string; readonly lines: LogLines})
	| (AtAgent & {readonly type: 'logs-failed'; readonly subTask: string; readonly error: AgentError})
	| (AtAgent & {readonly type: 'history-received'; readonly owner: string; readonly tasks: readonly Dag[]; readonly remaining: number | undefined; readonly isLoading: boolean})
	| (AtAgent & {readonly type: 'history-failed'; readonly owner: string; readonly error: AgentError})
	| (AtAgent & {readonly type: 'past-task-received'; readonly task: Dag})
	| (AtAgent & {readonly type: 'failures-received'; readonly scope: 'agent' | 'cluster'; readonly tasks: readonly Dag[]})
	| (AtAgent & {readonly type: 'failures-unread'; readonly scope: 'agent' | 'cluster'})
	| (AtAgent & {readonly type: 'main-task-received'; readonly id: string; readonly task: Dag | undefined; readonly readBefore?: Timestamp | undefined})
	| (AtAgent & {readonly type: 'main-task-failed'; readonly id: string; readonly error: AgentError; readonly readBefore?: Timestamp | undefined})
	| (AtAgent & {readonly type: 'linked-task-received'; readonly id: string; readonly task: Dag | undefined})
	| (AtAgent & {readonly type: 'linked-task-failed'; readonly id: string; readonly error: AgentError});

/** An agent that a cluster counts as a member: where to query it, its own name ("ip:port"), and the key of the agent that named it. */
/** `hasJoined`: it is new in a cluster that was known without it. */
export type FoundAgent = {readonly address: AgentAddress; readonly name: string; readonly foundBy: string; readonly hasJoined: boolean};

/**
What happened to agents that are watched because others named them.

- `agent-left`: its cluster no longer counts it as a member (`peer` is an agent that stays); `agent-returned`: it does again
- `agent-dropped`: it is no longer watched, because `duplicateOf` (a key) is the same agent, or, if undefined, because too many agents were
found
*/
export type DiscoveryEvent =
	| {readonly type: 'agents-found'; readonly at: Timestamp; readonly found: readonly FoundAgent[]}
	| (AtAgent & {readonly type: 'agent-left'; readonly peer: string})
	| (AtAgent & {readonly type: 'agent-returned'})
	| (AtAgent & {readonly type: 'agent-dropped'; readonly duplicateOf: string | undefined});

/** What the operator reports of an operation. */
export type OperationEvent =
	| {readonly type: 'operation-begun'; readonly task: TaskReference; readonly order: Order}
	| {readonly type: 'operation-response-received'; readonly task: string; readonly at: Timestamp; readonly response: OperationResponse};

/** A password that the user entered, and which agents it is for. The empty one is a password too. */
export type EnteredPassword = {readonly agent: string; readonly scope: 'agent' | 'all'; readonly kind: PasswordKind; readonly password: string};
