import {type Request, type UserAction} from '../store/action.js';
import {type Overlay, type Screen} from '../store/state.js';

/** Where a key is pressed: the overlay if there is one, else the screen. */
export type KeyContext = Screen['type'] | Overlay['type'];

/** What a key in a prompt does to what was typed. */
export type Edit = 'erase' | 'clear' | 'submit' | 'confirm';

export type Effect =
	| {readonly type: 'action'; readonly action: UserAction}
	| {readonly type: 'request'; readonly request: Request}
	| {readonly type: 'edit'; readonly edit: Edit};

/** Whether agents are watched or a recording is replayed. */
export type KeyMode = 'live' | 'replay';

export type KeyGroup = 'Replay' | 'Move' | 'Open' | 'List' | 'Log' | 'Act' | 'Take away' | 'Program' | 'Prompts';

/** When a hint is worth a place in the footer. */
export type HintCondition = 'password-wanted' | 'key-changed' | 'action-offered';

/** A line of the key table. `shown` is how its keys are written where that is not simply their names; `effect` can depend on which of the keys it was, and on what lies over the screen. `isAlone`: counts only when pressed by itself, never within a bunch of keys, which may be pasted text. */
export type KeyRecord = {
	/** What a config file calls it that gives it other keys; one without keeps its own. */
	readonly name?: string;
	readonly keys: readonly string[];
	readonly shown?: string;
	readonly contexts: readonly KeyContext[];
	/** Where agents are watched, or where a recording is replayed; without it in both. */
	readonly mode?: KeyMode;
	readonly isAlone?: true;
	readonly group: KeyGroup;
	readonly description: string;
	readonly effect: Effect | ((key: string, overlay: Overlay | undefined) => Effect | undefined);
	/** In the footer: a shorter word, and its rank there; the lowest comes first and is left out last. */
	readonly hint?: {readonly label: string; readonly rank: number; readonly when?: HintCondition; readonly contexts?: readonly KeyContext[]; readonly keys?: string};
};
