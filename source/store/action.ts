import {type DiscoveryEvent, type PollEvent} from './event.js';
import {type ActionName} from './operate/offers.js';
import {type Order} from './operate/plan.js';
import {type OperationEvent} from './operate/track.js';
import {type FoundKey, type Notice, type Replay, type State} from './state.js';

/** What an open log does in its own way, and other screens do not know but for moving. */
export type LogAction =
	/** `last`: the last place, where the store cannot know it (the help, a card). */
	| {readonly type: 'selection-moved'; readonly by: number | 'page' | '-page' | 'half-page' | '-half-page' | 'start' | 'end'; readonly last?: number}
	| {readonly type: 'scrolled-sideways'; readonly by: number}
	| {readonly type: 'follow-toggled'}
	| {readonly type: 'execution-jumped-to'; readonly by: 1 | -1}
	| {readonly type: 'match-jumped-to'; readonly by: 1 | -1}
	/** A slice of searching or counting was done, with so many steps; the next one follows while `hasLogWork`. */
	| {readonly type: 'log-work-advanced'; readonly steps: number};

const logActions = {
	'selection-moved': true,
	'scrolled-sideways': true,
	'follow-toggled': true,
	'execution-jumped-to': true,
	'match-jumped-to': true,
	'log-work-advanced': true,
} as const satisfies Readonly<Record<LogAction['type'], true>>;

export const isLogAction = (action: UserAction): action is LogAction => Object.hasOwn(logActions, action.type);

/** What means the same on every screen. */
export type CommonAction =
	| {readonly type: 'entered'}
	| {readonly type: 'left'}
	/** Out of what a filter shows: to all of it first, then as `left`. */
	| {readonly type: 'filter-left'}
	| {readonly type: 'agent-jumped-to'; readonly index: number}
	| {readonly type: 'wrap-toggled'}
	| {readonly type: 'times-toggled'}
	| {readonly type: 'repeats-toggled'}
	| {readonly type: 'severity-cycled'}
	| {readonly type: 'error-jumped-to'}
	| {readonly type: 'links-opened'}
	| {readonly type: 'card-opened'}
	/** Of the owner in question, or of the one that is named. */
	| {readonly type: 'history-opened'; readonly owner?: string}
	| {readonly type: 'journal-opened'}
	/** Whatever it does: somebody is there. */
	| {readonly type: 'key-pressed'}
	| {readonly type: 'input-opened'; readonly purpose: 'search' | 'filter' | 'rows' | 'place'}
	/** The failed task in question, which is over, need not be shown any more. */
	| {readonly type: 'task-dismissed'}
	| {readonly type: 'faults-toggled'}
	| {readonly type: 'sort-moved'; readonly by: 1 | -1}
	| {readonly type: 'sort-reversed'}
	| {readonly type: 'group-folded'}
	/** Filter, faults and folds are taken away, so that every agent is shown. */
	| {readonly type: 'arrangement-cleared'}
	| {readonly type: 'input-changed'; readonly text: string}
	| {readonly type: 'input-submitted'}
	| {readonly type: 'time-zone-toggled'}
	| {readonly type: 'help-toggled'}
	| {readonly type: 'overlay-closed'}
	| {readonly type: 'password-asked-for'}
	| {readonly type: 'password-scope-toggled'}
	| {readonly type: 'key-question-opened'}
	| {readonly type: 'actions-opened'}
	/** The selected action, unless one is named. */
	| {readonly type: 'action-chosen'; readonly action?: ActionName}
	| {readonly type: 'confirmation-typed'; readonly text: string}
	/** What was pressed confirms nothing, and why. */
	| {readonly type: 'confirmation-rejected'; readonly problem: string}
	/** What was open or about to be opened is taken away; no key counts until the user has taken note. */
	| {readonly type: 'stopped'; readonly title: string; readonly words: string}
	/** The order that the confirmation shows is being sent. */
	| {readonly type: 'operation-confirmed'}
	/** `isProblem`: something did not go as the user wanted. */
	| {readonly type: 'notice-shown'; readonly text: string; readonly isProblem?: boolean}
	/** It was in sight for long enough. Another one that took its place stays. */
	| {readonly type: 'notice-expired'; readonly notice: Notice}
	/** Another hour has begun: times of yesterday get their date. */
	| {readonly type: 'hour-struck'}
	/** A key that does nothing here still takes the notice away. */
	| {readonly type: 'notice-dismissed'}
	| {readonly type: 'resized'; readonly columns: number; readonly rows: number}
	| {readonly type: 'focus-changed'; readonly isFocused: boolean};

/** What the user did, as past-tense facts. */
export type UserAction = LogAction | CommonAction;

/** Where to go in a replay, or how fast: by lines, by changes, by ms. */
export type ReplayWish =
	| {readonly type: 'pause-toggled'}
	| {readonly type: 'line' | 'change'; readonly by: 1 | -1}
	| {readonly type: 'time'; readonly by: number}
	/** As it was typed. */
	| {readonly type: 'place'; readonly text: string}
	| {readonly type: 'pace'; readonly by: 1 | -1};

/** Wishes that reach beyond the store; the composition root fulfils them. */
export type Request =
	/** `isInterrupt`: by ^c, which shells count as another end than q. */
	| {readonly type: 'quit'; readonly isInterrupt?: true}
	| {readonly type: 'refresh'}
	| {readonly type: 'redraw'}
	| {readonly type: 'suspend'}
	| {readonly type: 'copy'; readonly what: 'line' | 'screen'}
	| {readonly type: 'save-log'}
	| {readonly type: 'open-pager'}
	| {readonly type: 'save-bundle'}
	/** Sent once. */
	| {readonly type: 'operate'; readonly order: Order}
	| {readonly type: 'replay'; readonly wish: ReplayWish}
	/** `offered` is the fingerprint that the user saw. */
	| {readonly type: 'accept-keys'; readonly keys: readonly FoundKey[]};

/**
What a replay brings beside the events that were recorded.

- replay-moved: another place, or another pace
- replay-restored: everything but what the user looks at is as it was at an earlier place, or at the beginning of another recording
*/
export type ReplayEvent =
	| {readonly type: 'replay-moved'; readonly replay: Replay}
	| {readonly type: 'replay-restored'; readonly state: State};

/** It turned out that an agent (its key) is to be left alone, and why. */
export type LeftAloneEvent = {readonly type: 'agent-left-alone'; readonly key: string; readonly why: string};

/** Found agents wait for their keys to be trusted: these are to be asked for, unless the user is at something else. */
export type FoundKeysEvent = {readonly type: 'found-keys-offered'; readonly keys: readonly FoundKey[]};

/** What is not checked, or else is to be said all the time, is another thing now. */
export type CautionEvent = {readonly type: 'cautions-changed'; readonly cautions: readonly string[]};

export type Action = UserAction | CautionEvent | FoundKeysEvent | LeftAloneEvent | PollEvent | DiscoveryEvent | OperationEvent | ReplayEvent;
