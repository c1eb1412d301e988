import {type ReplayCommand, type Request, type UserAction} from '../../store/actions.js';
import {type ActionName, actionNames} from '../../store/operations/offers.js';
import {type Overlay, type Screen} from '../../store/state.js';

/** The key that chooses an action in the list of actions. */
export const actionLetters: Readonly<Record<ActionName, string>> = {
	retry: 'r', rollback: 'b', cancel: 'c', 'pass-stage': 's', pass: 'p',
};

/** Where a key is pressed: the overlay if there is one, else the screen. */
export type KeyContext = Screen['type'] | Overlay['type'];

/** The effect of a key on the text in a prompt. */
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

/**
A line of the key table. `shown` replaces the keys' names in help and hints; `effect` can depend on which key it was, and on the overlay.
`isAlone`: acts only if pressed by itself, never among keys that came together, which may be pasted text.
*/
export type KeyRecord = {
	/** Its name in the config file; without one, its keys cannot be changed. */
	readonly name?: string;
	readonly keys: readonly string[];
	readonly shown?: string;
	readonly contexts: readonly KeyContext[];
	/** The mode in which it counts; without it, both. */
	readonly mode?: KeyMode;
	readonly isAlone?: true;
	readonly group: KeyGroup;
	readonly description: string;
	readonly effect: Effect | ((key: string, overlay: Overlay | undefined) => Effect | undefined);
	/** In the footer: a shorter word, and its rank there; the lowest comes first and is left out last. */
	readonly hint?: {readonly label: string; readonly rank: number; readonly when?: HintCondition; readonly contexts?: readonly KeyContext[]; readonly keys?: string};
};

// The only source of key handling, of the help screen, of the footer's hints and of the table in docs/keys.md.
// Nothing that cannot be undone uses a ctrl key or Esc, which people press to get out of something.

const act = (action: UserAction): Effect => ({type: 'action', action});

const request = (wanted: Request): Effect => ({type: 'request', request: wanted});

type ContextGroup = 'list' | 'below' | 'in task' | 'tasks' | 'scrolling' | 'text';

/**
The traits of a place where keys count, in the order of docs/keys.md.

- kind: a screen or an overlay; a live overlay never appears in a replay
- groups: its sets of keys. `list` has rows to open; `below` can be left for the screen before; `in task` is a part of a task; `tasks` has
one at hand; `scrolling` overlays scroll as every screen does; `text` is read as in a pager
*/
export const contextTraits: Readonly<Record<KeyContext, {readonly name: string; readonly kind: 'screen' | 'overlay' | 'live overlay'; readonly groups: readonly ContextGroup[]}>> = {
	agents: {name: 'agents', kind: 'screen', groups: ['list', 'tasks']},
	task: {name: 'task', kind: 'screen', groups: ['list', 'below', 'in task', 'tasks']},
	node: {name: 'stage', kind: 'screen', groups: ['list', 'below', 'in task', 'tasks']},
	links: {name: 'links', kind: 'screen', groups: ['list', 'below', 'tasks']},
	cluster: {name: 'cluster card', kind: 'screen', groups: ['list', 'below']},
	log: {name: 'log', kind: 'screen', groups: ['in task', 'tasks', 'text']},
	card: {name: 'card', kind: 'screen', groups: ['below', 'text']},
	history: {name: 'history', kind: 'screen', groups: ['list', 'below']},
	journal: {name: 'journal', kind: 'screen', groups: ['list', 'below']},
	help: {name: 'help', kind: 'overlay', groups: ['scrolling', 'text']},
	actions: {name: 'actions', kind: 'live overlay', groups: ['scrolling']},
	'found-keys': {name: 'found keys', kind: 'live overlay', groups: ['scrolling']},
	password: {name: 'password', kind: 'live overlay', groups: []},
	key: {name: 'changed key', kind: 'live overlay', groups: []},
	input: {name: 'search', kind: 'overlay', groups: []},
	confirmation: {name: 'confirmation', kind: 'live overlay', groups: []},
	stop: {name: 'refusal', kind: 'live overlay', groups: []},
};

const isContext = (name: string): name is KeyContext => Object.hasOwn(contextTraits, name);

const everywhere = Object.keys(contextTraits).filter(name => isContext(name));

const contextsOf = (group: ContextGroup): readonly KeyContext[] => everywhere.filter(context => contextTraits[context].groups.includes(group));

/** All screens. */
export const screens = everywhere.filter(context => contextTraits[context].kind === 'screen');

const lists = contextsOf('list');

const below = contextsOf('below');

const inTask = contextsOf('in task');

const tasks = contextsOf('tasks');

const scrolling = [...screens, ...contextsOf('scrolling')];

const texts = contextsOf('text');

// Columns that a log moves sideways at a time.
const sideways = 8;

const actionDescriptions: Readonly<Record<ActionName, string>> = {
	retry: 'retry', rollback: 'roll back', cancel: 'cancel', 'pass-stage': 'pass the failed stage', pass: 'pass the task',
};

const replay = (command: ReplayCommand): Effect => request({type: 'replay', command});

// In ms.
const minute = 60_000;

/** The keys of a replay, on every screen. */
const replayKeys: readonly KeyRecord[] = ([
	{name: 'pause', keys: ['p'], description: 'pause, go on', effect: replay({type: 'pause-toggled'}), hint: {label: 'pause', rank: 0}},
	{name: 'next_change', keys: [')'], description: 'to the next change', effect: replay({type: 'change', by: 1}), hint: {label: 'next change', rank: 1}},
	{name: 'previous_change', keys: ['('], description: 'to the change before', effect: replay({type: 'change', by: -1}), hint: {label: 'change before', rank: 3}},
	{name: 'next_line', keys: ['.'], description: 'to the next line', effect: replay({type: 'line', by: 1}), hint: {label: 'step', rank: 3}},
	{name: 'previous_line', keys: [','], description: 'to the line before', effect: replay({type: 'line', by: -1})},
	{name: 'minute_on', keys: ['}'], description: 'a minute on', effect: replay({type: 'time', by: minute}), hint: {label: 'minute on', rank: 5}},
	{name: 'minute_back', keys: ['{'], description: 'a minute back', effect: replay({type: 'time', by: -minute})},
	{name: 'to_place', keys: ['@'], description: 'to a time, or a part', effect: act({type: 'input-opened', purpose: 'place'}), hint: {label: 'go to', rank: 4}},
	{name: 'faster', keys: ['+'], description: 'faster', effect: replay({type: 'pace', by: 1}), hint: {label: 'faster', rank: 4}},
	{name: 'slower', keys: ['-'], description: 'slower', effect: replay({type: 'pace', by: -1})},
	{keys: ['K', 'x', 'r'], description: 'nothing: it is over', effect: act({type: 'notice-shown', text: 'this is a recording: nobody is asked, and nothing can be done'})},
] satisfies ReadonlyArray<Pick<KeyRecord, 'name' | 'keys' | 'description' | 'effect' | 'hint'>>).map((record): KeyRecord => ({...record, contexts: screens, mode: 'replay', group: 'Replay'}));

/** All keys, for both modes: see `keysFor`. */
export const keyTable: readonly KeyRecord[] = [
	{name: 'down', keys: ['j', 'down'], contexts: scrolling, group: 'Move', description: 'down', effect: act({type: 'selection-moved', by: 1})},
	{name: 'up', keys: ['k', 'up'], contexts: scrolling, group: 'Move', description: 'up', effect: act({type: 'selection-moved', by: -1})},
	{name: 'first', keys: ['g', 'home'], contexts: scrolling, group: 'Move', description: 'to the first', effect: act({type: 'selection-moved', by: 'start'})},
	{name: 'last', keys: ['G', 'end'], contexts: scrolling, group: 'Move', description: 'to the last', effect: act({type: 'selection-moved', by: 'end'})},
	{name: 'page_down', keys: ['pagedown', '^f'], contexts: scrolling, group: 'Move', description: 'a page down', effect: act({type: 'selection-moved', by: 'page'})},
	{name: 'page_on', keys: [' '], shown: 'Space', contexts: texts, group: 'Move', description: 'a page down', effect: act({type: 'selection-moved', by: 'page'}), hint: {label: 'page down', rank: 2, contexts: ['help']}},
	{
		name: 'page_up',
		keys: ['pageup', '^b'],
		contexts: scrolling,
		group: 'Move',
		description: 'a page up',
		effect: act({type: 'selection-moved', by: '-page'}),
		hint: {label: 'page up', rank: 3, contexts: ['help'], keys: 'PgUp'},
	},
	{name: 'half_page_down', keys: ['^d'], contexts: scrolling, group: 'Move', description: 'half a page down', effect: act({type: 'selection-moved', by: 'half-page'})},
	{name: 'half_page_up', keys: ['^u'], contexts: scrolling, group: 'Move', description: 'half a page up', effect: act({type: 'selection-moved', by: '-half-page'})},

	{name: 'open', keys: ['enter', 'l', 'right'], contexts: lists, group: 'Open', description: 'in: task, stage, log', effect: act({type: 'entered'}), hint: {label: 'open', rank: 1, keys: '↵'}},
	{name: 'back', keys: ['escape', 'h', 'left'], contexts: below, group: 'Open', description: 'out', effect: act({type: 'escaped'}), hint: {label: 'back', rank: 2, keys: 'Esc'}},
	{keys: ['escape'], contexts: ['log'], group: 'Open', description: 'out: a log stays as it is', effect: act({type: 'went-back'}), hint: {label: 'back', rank: 2}},
	{name: 'close', keys: ['q'], contexts: [...below, 'log'], group: 'Open', description: 'back', effect: act({type: 'went-back'})},
	{
		keys: ['1', '2', '3', '4', '5', '6', '7', '8', '9'],
		shown: '1-9',
		contexts: screens,
		group: 'Open',
		description: 'to that agent\'s task',
		effect: key => act({type: 'agent-jumped-to', index: Number(key) - 1}),
		hint: {label: 'agent', rank: 9, contexts: ['agents']},
	},

	{
		name: 'why',
		keys: ['e'],
		contexts: tasks,
		group: 'Open',
		description: 'to the (next) reason',
		effect: act({type: 'error-jumped-to'}),
		hint: {label: 'why', rank: 3, contexts: ['agents', 'task', 'node']},
	},
	{name: 'links', keys: ['o'], contexts: inTask, group: 'Open', description: 'to a linked task', effect: act({type: 'links-opened'}), hint: {label: 'links', rank: 8, contexts: ['task', 'log']}},
	{
		name: 'journal',
		keys: ['J'],
		contexts: [...tasks, 'card', 'cluster', 'history'],
		group: 'Open',
		description: 'what changed, and when',
		effect: act({type: 'journal-opened'}),
	},
	{
		name: 'history',
		keys: ['H'],
		contexts: [...tasks, 'card', 'cluster'],
		group: 'Open',
		description: 'all its past tasks',
		effect: act({type: 'history-opened'}),
		hint: {label: 'history', rank: 8, contexts: ['task', 'card', 'cluster']},
	},
	{
		name: 'card',
		keys: ['i'],
		contexts: [...tasks, 'history'],
		group: 'Open',
		description: 'agent or cluster card',
		effect: act({type: 'card-opened'}),
		hint: {label: 'card', rank: 8, contexts: ['agents', 'task', 'node']},
	},
	{name: 'dismiss', keys: ['D'], contexts: ['agents', 'task', 'node'], mode: 'live', group: 'List', description: 'dismiss a failed task', effect: act({type: 'task-dismissed'})},
	{name: 'filter', keys: ['/'], contexts: ['agents', 'history'], group: 'List', description: 'only matching rows', effect: act({type: 'input-opened', purpose: 'rows'}), hint: {label: 'filter', rank: 4}},
	{name: 'faults', keys: ['!'], contexts: ['agents'], group: 'List', description: 'only faults', effect: act({type: 'faults-toggled'}), hint: {label: 'faults', rank: 5}},
	{name: 'sort_previous', keys: ['<'], contexts: ['agents'], group: 'List', description: 'sort by the column before', effect: act({type: 'sort-moved', by: -1})},
	{name: 'sort_next', keys: ['>'], contexts: ['agents'], group: 'List', description: 'sort by the next column', effect: act({type: 'sort-moved', by: 1})},
	{name: 'reverse', keys: ['='], contexts: ['agents'], group: 'List', description: 'reverse the order', effect: act({type: 'sort-reversed'})},
	{name: 'fold', keys: [' '], shown: 'Space', contexts: ['agents'], group: 'List', description: 'fold a cluster', effect: act({type: 'group-folded'})},
	{keys: ['escape'], contexts: ['agents'], group: 'List', description: 'all rows again', effect: act({type: 'arrangement-cleared'})},

	{name: 'scroll_left', keys: ['h', 'left'], contexts: ['log'], group: 'Log', description: 'scroll left', effect: act({type: 'scrolled-sideways', by: -sideways})},
	{
		name: 'scroll_right',
		keys: ['l', 'right'],
		contexts: ['log'],
		group: 'Log',
		description: 'scroll right',
		effect: act({type: 'scrolled-sideways', by: sideways}),
		hint: {label: 'sideways', rank: 9, keys: 'h l'},
	},
	{name: 'follow', keys: ['f'], contexts: ['log'], group: 'Log', description: 'follow the end, or stay', effect: act({type: 'follow-toggled'}), hint: {label: 'follow', rank: 4}},
	{name: 'search', keys: ['/'], contexts: ['log'], group: 'Log', description: 'search, as you type', effect: act({type: 'input-opened', purpose: 'search'}), hint: {label: 'search', rank: 3}},
	{name: 'next_match', keys: ['n'], contexts: ['log'], group: 'Log', description: 'next match', effect: act({type: 'match-jumped-to', by: 1})},
	{name: 'previous_match', keys: ['N'], contexts: ['log'], group: 'Log', description: 'previous match', effect: act({type: 'match-jumped-to', by: -1})},
	{
		name: 'matching_lines',
		keys: ['&'],
		contexts: ['log'],
		group: 'Log',
		description: 'only matching lines',
		effect: act({type: 'input-opened', purpose: 'filter'}),
		hint: {label: 'filter', rank: 5},
	},
	{name: 'severity', keys: ['L'], contexts: ['log'], group: 'Log', description: 'all, warnings, errors', effect: act({type: 'severity-cycled'})},
	{name: 'previous_execution', keys: ['['], contexts: ['log'], group: 'Log', description: 'previous execution', effect: act({type: 'execution-jumped-to', by: -1})},
	{name: 'next_execution', keys: [']'], contexts: ['log'], group: 'Log', description: 'next execution', effect: act({type: 'execution-jumped-to', by: 1})},
	{name: 'wrap', keys: ['w'], contexts: ['log'], group: 'Log', description: 'wrap long lines', effect: act({type: 'wrap-toggled'}), hint: {label: 'wrap', rank: 6}},
	{name: 'times', keys: ['t'], contexts: ['log'], group: 'Log', description: 'times before lines', effect: act({type: 'times-toggled'})},
	{name: 'repeats', keys: ['c'], contexts: ['log'], group: 'Log', description: 'collapse repeats', effect: act({type: 'repeats-toggled'})},

	{
		name: 'actions',
		keys: ['x'],
		// Even if there is no task to operate on: a user who is about to type a task's name must be told that there is no prompt.
		contexts: screens,
		isAlone: true,
		mode: 'live',
		group: 'Act',
		description: 'the actions on a task',
		effect: act({type: 'actions-opened'}),
		hint: {label: 'actions', rank: 4, when: 'action-offered', contexts: ['task', 'node', 'agents']},
	},
	// None of those below has a name: keys that send something cannot be changed by a config file.
	{keys: ['enter', 'l', 'right'], contexts: ['actions'], isAlone: true, group: 'Act', description: 'look at that action', effect: act({type: 'action-chosen'}), hint: {label: 'look at it', rank: 1, keys: '↵'}},
	...actionNames.map((action): KeyRecord => ({
		keys: [actionLetters[action]], contexts: ['actions'], isAlone: true, group: 'Act', description: actionDescriptions[action], effect: act({type: 'action-chosen', action}),
	})),
	// No letter: a name that is typed too early must not act on the screen below.
	{keys: ['escape', 'left'], contexts: ['actions'], group: 'Act', description: 'do nothing', effect: act({type: 'overlay-closed'}), hint: {label: 'leave', rank: 2, keys: 'Esc'}},
	{
		keys: ['y'],
		contexts: ['confirmation'],
		isAlone: true,
		group: 'Act',
		description: 'send a retry',
		effect: (_key, overlay) => overlay?.type === 'confirmation' && overlay.plan.typed.length === 0 ? {type: 'edit', edit: 'confirm'} : undefined,
	},
	{keys: ['enter'], contexts: ['confirmation'], isAlone: true, group: 'Act', description: 'send what was typed for', effect: {type: 'edit', edit: 'submit'}},
	{keys: ['up'], contexts: ['confirmation'], group: 'Act', description: 'scroll up', effect: act({type: 'selection-moved', by: -1})},
	{keys: ['down'], contexts: ['confirmation'], group: 'Act', description: 'scroll down', effect: act({type: 'selection-moved', by: 1})},
	{keys: ['escape'], contexts: ['confirmation'], group: 'Act', description: 'leave; nothing is sent', effect: act({type: 'overlay-closed'}), hint: {label: 'leave', rank: 1, keys: 'Esc'}},

	{name: 'copy_line', keys: ['y'], contexts: ['log'], group: 'Take away', description: 'copy a line', effect: request({type: 'copy', what: 'line'}), hint: {label: 'copy', rank: 8}},
	{name: 'copy_screen', keys: ['Y'], contexts: ['log'], group: 'Take away', description: 'copy what is in sight', effect: request({type: 'copy', what: 'screen'})},
	{name: 'save_log', keys: ['s'], contexts: ['log'], group: 'Take away', description: 'save the whole log', effect: request({type: 'save-log'}), hint: {label: 'save', rank: 7}},
	{name: 'pager', keys: ['v'], contexts: ['log'], group: 'Take away', description: 'open it in $PAGER', effect: request({type: 'open-pager'})},
	{name: 'save_incident', keys: ['B'], contexts: inTask, group: 'Take away', description: 'save an incident', effect: request({type: 'save-bundle'})},

	{keys: ['p'], contexts: screens, mode: 'live', isAlone: true, group: 'Program', description: 'enter a password', effect: act({type: 'password-asked-for'}), hint: {label: 'password', rank: 0, when: 'password-wanted'}},
	{keys: ['K'], contexts: screens, mode: 'live', isAlone: true, group: 'Program', description: 'look at a changed key', effect: act({type: 'key-question-opened'}), hint: {label: 'key', rank: 0, when: 'key-changed'}},
	{name: 'refresh', keys: ['r'], contexts: screens, mode: 'live', group: 'Program', description: 'ask the agents now', effect: request({type: 'refresh'}), hint: {label: 'refresh', rank: 8}},

	{
		name: 'time_zone',
		keys: ['z'],
		contexts: screens,
		group: 'Program',
		description: 'agent\'s or local time',
		effect: act({type: 'time-zone-toggled'}),
		hint: {label: 'time zone', rank: 6, contexts: ['task']},
	},
	{name: 'help', keys: ['?'], contexts: screens, group: 'Program', description: 'all keys', effect: act({type: 'help-toggled'}), hint: {label: 'help', rank: 2}},
	{keys: ['?', 'escape', 'q'], contexts: ['help'], group: 'Program', description: 'close this', effect: act({type: 'help-toggled'}), hint: {label: 'close', rank: 1, keys: 'Esc'}},
	{keys: ['^l'], contexts: everywhere, group: 'Program', description: 'draw anew', effect: request({type: 'redraw'})},
	{keys: ['^z'], contexts: everywhere, group: 'Program', description: 'to the shell, fg back', effect: request({type: 'suspend'})},
	{name: 'quit', keys: ['q'], contexts: ['agents'], isAlone: true, group: 'Program', description: 'quit, on the agents', effect: request({type: 'quit'}), hint: {label: 'quit', rank: 6}},
	{keys: ['^c'], contexts: everywhere, group: 'Program', description: 'quit', effect: request({type: 'quit', isInterrupt: true})},

	...replayKeys,

	{keys: ['enter'], contexts: ['password'], isAlone: true, group: 'Prompts', description: 'send a password', effect: {type: 'edit', edit: 'submit'}, hint: {label: 'send', rank: 1, keys: '↵'}},
	{keys: ['tab'], contexts: ['password'], group: 'Prompts', description: 'for one agent or all', effect: act({type: 'password-scope-toggled'}), hint: {label: 'one or all', rank: 3}},
	{keys: ['backspace', 'delete'], contexts: ['password', 'input', 'confirmation'], group: 'Prompts', description: 'erase a character', effect: {type: 'edit', edit: 'erase'}},
	{keys: ['^u'], contexts: ['password', 'input', 'confirmation'], group: 'Prompts', description: 'erase everything', effect: {type: 'edit', edit: 'clear'}},
	{keys: ['escape'], contexts: ['password'], group: 'Prompts', description: 'send no password', effect: act({type: 'overlay-closed'}), hint: {label: 'cancel', rank: 2}},

	{
		keys: ['y'],
		contexts: ['key', 'found-keys'],
		isAlone: true,
		group: 'Prompts',
		description: 'accept a key, or all',
		effect(_key, overlay) {
			if (overlay?.type === 'key') {
				return request({type: 'accept-keys', keys: [{agent: overlay.agent, offered: overlay.offered}]});
			}

			return overlay?.type === 'found-keys' ? request({type: 'accept-keys', keys: overlay.keys}) : undefined;
		},
		hint: {label: 'accept', rank: 2},
	},
	{keys: ['escape', 'n', 'q'], contexts: ['key', 'found-keys'], group: 'Prompts', description: 'do not accept it', effect: act({type: 'overlay-closed'}), hint: {label: 'leave it', rank: 1, keys: 'Esc'}},

	{
		keys: ['enter'],
		contexts: ['input'],
		group: 'Prompts',
		description: 'keep what is found',
		effect(_key, overlay) {
			if (overlay?.type !== 'input' || overlay.purpose !== 'place') {
				return act({type: 'input-submitted'});
			}

			return overlay.problem === undefined && overlay.text !== '' ? replay({type: 'place', text: overlay.text}) : undefined;
		},
		hint: {label: 'keep', rank: 1, keys: '↵'},
	},
	{keys: ['escape'], contexts: ['input'], group: 'Prompts', description: 'back to before', effect: act({type: 'overlay-closed'}), hint: {label: 'cancel', rank: 2}},
	{keys: ['escape'], contexts: ['stop'], group: 'Prompts', description: 'close what says why not', effect: act({type: 'overlay-closed'}), hint: {label: 'close', rank: 1}},
];
