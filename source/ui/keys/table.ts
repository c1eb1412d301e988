import {type Messages} from '../../lib/messages/en/english.js';
import {messages} from '../../lib/messages/messages.js';
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
	| {readonly type: 'edit'; readonly edit: Edit}
	| {readonly type: 'palette'; readonly step: 'open' | 'run'};

/** Whether agents are watched or a recording is replayed. */
export type KeyMode = 'live' | 'replay';

export type KeyGroup = keyof Messages['keys']['groups'];

/** When a hint is worth a place in the footer. */
export type HintCondition = 'two-panes' | 'password-wanted' | 'key-changed' | 'action-offered' | 'several-agents' | 'more-keys' | 'whole-history' | 'paused';

/**
A line of the key table, with the ids of its messages. `shown` replaces the keys' names in help and hints; `effect` can depend on which key it
was, and on the overlay.
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
	readonly description: keyof Messages['keys']['descriptions'];
	readonly effect: Effect | ((key: string, overlay: Overlay | undefined) => Effect | undefined);
	/** In the footer: a shorter word, and its rank there; the lowest comes first and is left out last. */
	readonly hint?: {readonly label: keyof Messages['keys']['hints']; readonly rank: number; readonly when?: HintCondition; readonly instead?: {readonly when: HintCondition; readonly label: keyof Messages['keys']['hints']}; readonly contexts?: readonly KeyContext[]; readonly keys?: string};
};

// The only source of key handling, of the help screen, of the footer's hints and of the table in docs/keys.md.
// Nothing that cannot be undone uses a ctrl key or Esc, which people press to get out of something.

const act = (action: UserAction): Effect => ({type: 'action', action});

const request = (wanted: Request): Effect => ({type: 'request', request: wanted});

/** A digit of the count before a movement. */
export const countTyped = (digit: string): Effect => act({type: 'count-typed', digit: Number(digit)});

type ContextGroup = 'list' | 'below' | 'in task' | 'tasks' | 'scrolling' | 'text';

/**
The traits of a place where keys count, in the order of docs/keys.md.

- kind: a screen or an overlay; a live overlay never appears in a replay
- groups: its sets of keys. `list` has rows to open; `below` can be left for the screen before; `in task` is a part of a task; `tasks` has
one at hand; `scrolling` overlays scroll as every screen does; `text` is read as in a pager
*/
export const contextTraits: Readonly<Record<KeyContext, {readonly kind: 'screen' | 'overlay' | 'live overlay'; readonly groups: readonly ContextGroup[]}>> = {
	agents: {kind: 'screen', groups: ['list', 'tasks']},
	task: {kind: 'screen', groups: ['list', 'below', 'in task', 'tasks']},
	node: {kind: 'screen', groups: ['list', 'below', 'in task', 'tasks']},
	links: {kind: 'screen', groups: ['list', 'below', 'tasks']},
	cluster: {kind: 'screen', groups: ['list', 'below']},
	log: {kind: 'screen', groups: ['in task', 'tasks', 'text']},
	hits: {kind: 'screen', groups: ['list', 'below', 'tasks']},
	card: {kind: 'screen', groups: ['below', 'text']},
	history: {kind: 'screen', groups: ['list', 'below']},
	compare: {kind: 'screen', groups: ['list', 'below', 'tasks']},
	journal: {kind: 'screen', groups: ['list', 'below']},
	help: {kind: 'overlay', groups: ['scrolling', 'text']},
	actions: {kind: 'live overlay', groups: ['scrolling']},
	'found-keys': {kind: 'live overlay', groups: ['scrolling']},
	password: {kind: 'live overlay', groups: []},
	key: {kind: 'live overlay', groups: []},
	input: {kind: 'overlay', groups: []},
	palette: {kind: 'overlay', groups: []},
	confirmation: {kind: 'live overlay', groups: []},
	stop: {kind: 'live overlay', groups: []},
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

const replay = (command: ReplayCommand): Effect => request({type: 'replay', command});

// In ms.
const minute = 60_000;

/** The keys of a replay, on every screen. */
const replayKeys: readonly KeyRecord[] = ([
	{name: 'pause', keys: ['p'], description: 'pause', effect: replay({type: 'pause-toggled'}), hint: {label: 'pause', rank: 0, instead: {when: 'paused', label: 'resume'}}},
	{name: 'next_change', keys: [')'], description: 'nextChange', effect: replay({type: 'change', by: 1}), hint: {label: 'nextChange', rank: 1}},
	{name: 'previous_change', keys: ['('], description: 'previousChange', effect: replay({type: 'change', by: -1}), hint: {label: 'previousChange', rank: 3}},
	{name: 'next_line', keys: ['.'], description: 'nextLine', effect: replay({type: 'line', by: 1}), hint: {label: 'step', rank: 3}},
	{name: 'previous_line', keys: [','], description: 'previousLine', effect: replay({type: 'line', by: -1})},
	{name: 'minute_on', keys: ['}'], description: 'minuteOn', effect: replay({type: 'time', by: minute}), hint: {label: 'minuteOn', rank: 5}},
	{name: 'minute_back', keys: ['{'], description: 'minuteBack', effect: replay({type: 'time', by: -minute})},
	{name: 'to_place', keys: ['@'], description: 'toPlace', effect: act({type: 'input-opened', purpose: 'place'}), hint: {label: 'toPlace', rank: 4}},
	{name: 'faster', keys: ['+'], description: 'faster', effect: replay({type: 'pace', by: 1}), hint: {label: 'faster', rank: 4}},
	{name: 'slower', keys: ['-'], description: 'slower', effect: replay({type: 'pace', by: -1})},
	{keys: ['K', 'x', 'r'], description: 'notInReplay', effect: () => act({type: 'notice-shown', text: messages().keys.notices.inReplay})},
] satisfies ReadonlyArray<Pick<KeyRecord, 'name' | 'keys' | 'description' | 'effect' | 'hint'>>).map((record): KeyRecord => ({...record, contexts: screens, mode: 'replay', group: 'replay'}));

/** All keys, for both modes: see `keysFor`. */
export const keyTable: readonly KeyRecord[] = [
	{name: 'down', keys: ['j', 'down'], contexts: scrolling, group: 'move', description: 'down', effect: act({type: 'selection-moved', by: 1})},
	{name: 'up', keys: ['k', 'up'], contexts: scrolling, group: 'move', description: 'up', effect: act({type: 'selection-moved', by: -1})},
	{name: 'first', keys: ['g', 'home'], contexts: scrolling, group: 'move', description: 'first', effect: act({type: 'selection-moved', by: 'start'})},
	{name: 'last', keys: ['G', 'end'], contexts: scrolling, group: 'move', description: 'last', effect: act({type: 'selection-moved', by: 'end'})},
	{name: 'page_down', keys: ['pagedown', '^f'], contexts: scrolling, group: 'move', description: 'pageDown', effect: act({type: 'selection-moved', by: 'page'})},
	{name: 'page_on', keys: [' '], shown: 'Space', contexts: texts, group: 'move', description: 'pageDown', effect: act({type: 'selection-moved', by: 'page'}), hint: {label: 'pageDown', rank: 3, contexts: ['help']}},
	{
		name: 'page_up',
		keys: ['pageup', '^b'],
		contexts: scrolling,
		group: 'move',
		description: 'pageUp',
		effect: act({type: 'selection-moved', by: '-page'}),
		hint: {label: 'pageUp', rank: 4, contexts: ['help'], keys: 'PgUp'},
	},
	{name: 'half_page_down', keys: ['^d'], contexts: scrolling, group: 'move', description: 'halfPageDown', effect: act({type: 'selection-moved', by: 'half-page'})},
	{name: 'half_page_up', keys: ['^u'], contexts: scrolling, group: 'move', description: 'halfPageUp', effect: act({type: 'selection-moved', by: '-half-page'})},
	{keys: ['1', '2', '3', '4', '5', '6', '7', '8', '9'], shown: '1-9', contexts: [...screens, 'help'], group: 'move', description: 'count', effect: key => countTyped(key)},

	{name: 'open', keys: ['enter', 'l', 'right'], contexts: lists, group: 'open', description: 'open', effect: act({type: 'entered'}), hint: {label: 'open', rank: 1, keys: '↵'}},
	{name: 'back', keys: ['escape', 'h', 'left'], contexts: below, group: 'open', description: 'back', effect: act({type: 'escaped'}), hint: {label: 'back', rank: 2, keys: 'Esc'}},
	{keys: ['escape'], contexts: ['log'], group: 'open', description: 'leaveLog', effect: act({type: 'escaped'}), hint: {label: 'back', rank: 2}},
	{name: 'pane', keys: ['tab'], contexts: screens, group: 'open', description: 'pane', effect: act({type: 'pane-switched'}), hint: {label: 'pane', rank: 7, when: 'two-panes'}},
	{name: 'open_whole', keys: ['enter'], contexts: ['card'], group: 'open', description: 'openWhole', effect: act({type: 'entered'})},
	{name: 'close', keys: ['q'], contexts: [...below, 'log'], group: 'open', description: 'close', effect: act({type: 'went-back'})},

	{
		name: 'why',
		keys: ['e'],
		contexts: tasks,
		group: 'open',
		description: 'cause',
		effect: act({type: 'error-jumped-to'}),
		hint: {label: 'cause', rank: 3, contexts: ['agents', 'task', 'node', 'compare']},
	},
	{name: 'links', keys: ['o'], contexts: inTask, group: 'open', description: 'links', effect: act({type: 'links-opened'}), hint: {label: 'links', rank: 8, contexts: ['task', 'node', 'log']}},
	{
		name: 'compare',
		keys: ['C'],
		contexts: ['agents', 'task', 'node', 'links', 'log', 'hits', 'history'],
		group: 'open',
		description: 'compare',
		effect: act({type: 'comparison-opened'}),
		hint: {label: 'compare', rank: 7, contexts: ['task', 'history']},
	},
	{name: 'other_stage', keys: ['o'], contexts: ['compare'], group: 'open', description: 'otherStage', effect: act({type: 'other-stage-opened'}), hint: {label: 'otherStage', rank: 3}},
	{name: 'older_run', keys: ['['], contexts: ['compare'], group: 'open', description: 'olderRun', effect: act({type: 'compared-run-changed', by: -1}), hint: {label: 'olderRun', rank: 2}},
	{name: 'newer_run', keys: [']'], contexts: ['compare'], group: 'open', description: 'newerRun', effect: act({type: 'compared-run-changed', by: 1}), hint: {label: 'newerRun', rank: 3}},
	{name: 'all_logs', keys: ['a'], contexts: ['task', 'node', 'log'], group: 'open', description: 'allLogs', effect: act({type: 'all-logs-opened'}), hint: {label: 'allLogs', rank: 5, contexts: ['task', 'node']}},
	{
		name: 'journal',
		keys: ['J'],
		contexts: [...tasks, 'card', 'cluster', 'history'],
		group: 'open',
		description: 'journal',
		effect: act({type: 'journal-opened'}),
	},
	{
		name: 'history',
		keys: ['H'],
		contexts: [...tasks, 'card', 'cluster'],
		group: 'open',
		description: 'history',
		effect: act({type: 'history-opened'}),
		hint: {label: 'history', rank: 8, contexts: ['task', 'card', 'cluster']},
	},
	{
		name: 'whole_history',
		keys: ['H'],
		contexts: ['history'],
		group: 'open',
		description: 'wholeHistory',
		effect: act({type: 'history-opened'}),
		hint: {label: 'wholeHistory', rank: 5, instead: {when: 'whole-history', label: 'history'}},
	},
	{
		name: 'card',
		keys: ['i'],
		contexts: [...tasks, 'history'],
		group: 'open',
		description: 'card',
		effect: act({type: 'card-opened'}),
		hint: {label: 'card', rank: 8, contexts: ['agents', 'task', 'node']},
	},
	{name: 'dismiss', keys: ['D'], contexts: ['agents', 'task', 'node'], mode: 'live', isAlone: true, group: 'list', description: 'dismiss', effect: act({type: 'task-dismissed'})},
	{name: 'filter', keys: ['/'], contexts: ['agents', 'links', 'cluster', 'history', 'journal'], group: 'list', description: 'filter', effect: act({type: 'input-opened', purpose: 'rows'}), hint: {label: 'filter', rank: 4}},
	{name: 'search_logs', keys: ['/'], contexts: ['task', 'node', 'hits'], group: 'list', description: 'searchLogs', effect: act({type: 'input-opened', purpose: 'logs'}), hint: {label: 'search', rank: 6}},
	{name: 'faults', keys: ['!'], contexts: ['agents', 'history'], group: 'list', description: 'faults', effect: act({type: 'faults-toggled'}), hint: {label: 'faults', rank: 5}},
	{name: 'sort_previous', keys: ['<'], contexts: ['agents'], group: 'list', description: 'sortPrevious', effect: act({type: 'sort-moved', by: -1})},
	{name: 'sort_next', keys: ['>'], contexts: ['agents'], group: 'list', description: 'sortNext', effect: act({type: 'sort-moved', by: 1})},
	{name: 'reverse', keys: ['='], contexts: ['agents'], group: 'list', description: 'reverse', effect: act({type: 'sort-reversed'})},
	{name: 'fold', keys: [' '], shown: 'Space', contexts: ['agents'], group: 'list', description: 'fold', effect: act({type: 'group-folded'})},
	{keys: ['escape'], contexts: ['agents'], group: 'list', description: 'clearFilters', effect: act({type: 'arrangement-cleared'})},

	{name: 'scroll_left', keys: ['h', 'left'], contexts: ['log'], group: 'log', description: 'scrollLeft', effect: act({type: 'scrolled-sideways', by: -sideways})},
	{
		name: 'scroll_right',
		keys: ['l', 'right'],
		contexts: ['log'],
		group: 'log',
		description: 'scrollRight',
		effect: act({type: 'scrolled-sideways', by: sideways}),
		hint: {label: 'sideways', rank: 9, keys: 'h l'},
	},
	{name: 'this_agent', keys: ['enter'], contexts: ['log'], group: 'log', description: 'thisAgent', effect: act({type: 'agent-singled-out'}), hint: {label: 'thisAgent', rank: 1, when: 'several-agents', keys: '↵'}},
	{name: 'follow', keys: ['f'], contexts: ['log'], group: 'log', description: 'follow', effect: act({type: 'follow-toggled'}), hint: {label: 'follow', rank: 4}},
	{name: 'search', keys: ['/'], contexts: ['log'], group: 'log', description: 'search', effect: act({type: 'input-opened', purpose: 'search'}), hint: {label: 'search', rank: 3}},
	{name: 'next_match', keys: ['n'], contexts: ['log'], group: 'log', description: 'nextMatch', effect: act({type: 'match-jumped-to', by: 1})},
	{name: 'previous_match', keys: ['N'], contexts: ['log'], group: 'log', description: 'previousMatch', effect: act({type: 'match-jumped-to', by: -1})},
	{
		name: 'matching_lines',
		keys: ['&'],
		contexts: ['log'],
		group: 'log',
		description: 'matchingLines',
		effect: act({type: 'input-opened', purpose: 'filter'}),
		hint: {label: 'filter', rank: 5},
	},
	{name: 'severity', keys: ['L'], contexts: ['log'], group: 'log', description: 'severity', effect: act({type: 'severity-cycled'})},
	{name: 'previous_execution', keys: ['['], contexts: ['log'], group: 'log', description: 'previousAttempt', effect: act({type: 'execution-jumped-to', by: -1})},
	{name: 'next_execution', keys: [']'], contexts: ['log'], group: 'log', description: 'nextAttempt', effect: act({type: 'execution-jumped-to', by: 1})},
	{name: 'wrap', keys: ['w'], contexts: ['log'], group: 'log', description: 'wrap', effect: act({type: 'wrap-toggled'}), hint: {label: 'wrap', rank: 6}},
	{name: 'times', keys: ['t'], contexts: ['log'], group: 'log', description: 'times', effect: act({type: 'times-toggled'})},
	{name: 'numbers', keys: ['#'], contexts: ['log'], group: 'log', description: 'numbers', effect: act({type: 'numbers-toggled'})},
	{name: 'line_start', keys: ['0'], contexts: ['log'], group: 'log', description: 'lineStart', effect: act({type: 'line-end-shown', end: 'start'})},
	{name: 'line_end', keys: ['$'], contexts: ['log'], group: 'log', description: 'lineEnd', effect: act({type: 'line-end-shown', end: 'end'})},
	{name: 'mark', keys: ['m'], contexts: ['log'], group: 'log', description: 'mark', effect: act({type: 'mark-set'})},
	{name: 'repeats', keys: ['c'], contexts: ['log'], group: 'log', description: 'repeats', effect: act({type: 'repeats-toggled'})},

	{
		name: 'actions',
		keys: ['x'],
		// Even if there is no task to operate on: a user who is about to type a task's name must be told that there is no prompt.
		contexts: screens,
		isAlone: true,
		mode: 'live',
		group: 'act',
		description: 'actions',
		effect: act({type: 'actions-opened'}),
		hint: {label: 'actions', rank: 4, when: 'action-offered', contexts: ['task', 'node', 'agents']},
	},
	// None of those below has a name: keys that send something cannot be changed by a config file.
	{keys: ['enter', 'l', 'right'], contexts: ['actions'], isAlone: true, group: 'act', description: 'review', effect: act({type: 'action-chosen'}), hint: {label: 'review', rank: 1, keys: '↵'}},
	...actionNames.map((action): KeyRecord => ({
		keys: [actionLetters[action]], contexts: ['actions'], isAlone: true, group: 'act', description: action, effect: act({type: 'action-chosen', action}),
	})),
	// No letter: a name that is typed too early must not act on the screen below.
	{keys: ['escape', 'left'], contexts: ['actions'], group: 'act', description: 'closeActions', effect: act({type: 'overlay-closed'}), hint: {label: 'close', rank: 2, keys: 'Esc'}},
	{
		keys: ['y'],
		contexts: ['confirmation'],
		isAlone: true,
		group: 'act',
		description: 'sendRetry',
		effect: (_key, overlay) => overlay?.type === 'confirmation' && overlay.plan.typed.length === 0 ? {type: 'edit', edit: 'confirm'} : undefined,
	},
	{keys: ['enter'], contexts: ['confirmation'], isAlone: true, group: 'act', description: 'confirm', effect: {type: 'edit', edit: 'submit'}},
	{keys: ['up'], contexts: ['confirmation'], group: 'act', description: 'scrollUp', effect: act({type: 'selection-moved', by: -1})},
	{keys: ['down'], contexts: ['confirmation'], group: 'act', description: 'scrollDown', effect: act({type: 'selection-moved', by: 1})},
	{keys: ['escape'], contexts: ['confirmation'], group: 'act', description: 'closeConfirmation', effect: act({type: 'overlay-closed'}), hint: {label: 'close', rank: 1, keys: 'Esc'}},

	{name: 'select_lines', keys: ['V'], contexts: ['log'], group: 'save', description: 'selectLines', effect: act({type: 'range-toggled'})},
	{name: 'copy_line', keys: ['y'], contexts: ['log'], group: 'save', description: 'copyLine', effect: request({type: 'copy', what: 'line'}), hint: {label: 'copy', rank: 8}},
	{name: 'copy_screen', keys: ['Y'], contexts: ['log'], group: 'save', description: 'copyScreen', effect: request({type: 'copy', what: 'screen'})},
	{name: 'save_log', keys: ['s'], contexts: ['log'], group: 'save', description: 'saveLog', effect: request({type: 'save-log'}), hint: {label: 'save', rank: 7}},
	{name: 'pager', keys: ['v'], contexts: ['log'], group: 'save', description: 'pager', effect: request({type: 'open-pager'})},
	{name: 'save_incident', keys: ['B'], contexts: ['agents', ...inTask], group: 'save', description: 'saveIncident', effect: request({type: 'save-bundle'})},
	{name: 'save_report', keys: ['R'], contexts: ['agents', ...inTask], group: 'save', description: 'saveReport', effect: request({type: 'save-report'})},

	{keys: ['p'], contexts: screens, mode: 'live', isAlone: true, group: 'program', description: 'password', effect: act({type: 'password-asked-for'}), hint: {label: 'password', rank: 0, when: 'password-wanted'}},
	{keys: ['K'], contexts: screens, mode: 'live', isAlone: true, group: 'program', description: 'key', effect: act({type: 'key-question-opened'}), hint: {label: 'key', rank: 0, when: 'key-changed'}},
	{name: 'refresh', keys: ['r'], contexts: screens, mode: 'live', group: 'program', description: 'refresh', effect: request({type: 'refresh'}), hint: {label: 'refresh', rank: 8}},

	{
		name: 'time_zone',
		keys: ['z'],
		contexts: screens,
		group: 'program',
		description: 'timeZone',
		effect: act({type: 'time-zone-toggled'}),
		hint: {label: 'timeZone', rank: 6, contexts: ['task']},
	},
	{name: 'palette', keys: [':'], contexts: screens, group: 'program', description: 'palette', effect: {type: 'palette', step: 'open'}},
	{name: 'help', keys: ['?'], contexts: screens, group: 'program', description: 'help', effect: act({type: 'help-toggled'}), hint: {label: 'help', rank: 2}},
	{keys: ['?'], contexts: ['help'], group: 'program', description: 'allKeys', effect: act({type: 'help-toggled'}), hint: {label: 'allKeys', rank: 2, keys: '?', when: 'more-keys'}},
	{keys: ['escape', 'q'], contexts: ['help'], group: 'program', description: 'closeHelp', effect: act({type: 'overlay-closed'}), hint: {label: 'close', rank: 1, keys: 'Esc'}},
	{keys: ['^l'], contexts: everywhere, group: 'program', description: 'redraw', effect: request({type: 'redraw'})},
	{keys: ['^g'], contexts: everywhere, group: 'program', description: 'language', effect: request({type: 'switch-language'})},
	{keys: ['^z'], contexts: everywhere, group: 'program', description: 'suspend', effect: request({type: 'suspend'})},
	{name: 'quit', keys: ['q'], contexts: ['agents'], isAlone: true, group: 'program', description: 'quit', effect: request({type: 'quit'}), hint: {label: 'quit', rank: 6}},
	{keys: ['^c'], contexts: everywhere, group: 'program', description: 'interrupt', effect: request({type: 'quit', isInterrupt: true})},

	...replayKeys,

	{keys: ['enter'], contexts: ['password'], isAlone: true, group: 'prompts', description: 'sendPassword', effect: {type: 'edit', edit: 'submit'}, hint: {label: 'send', rank: 1, keys: '↵'}},
	{keys: ['tab'], contexts: ['password'], group: 'prompts', description: 'passwordScope', effect: act({type: 'password-scope-toggled'}), hint: {label: 'passwordScope', rank: 3}},
	{keys: ['backspace', 'delete'], contexts: ['password', 'input', 'palette', 'confirmation'], group: 'prompts', description: 'erase', effect: {type: 'edit', edit: 'erase'}},
	{keys: ['^u'], contexts: ['password', 'input', 'palette', 'confirmation'], group: 'prompts', description: 'clear', effect: {type: 'edit', edit: 'clear'}},
	{keys: ['escape'], contexts: ['password'], group: 'prompts', description: 'cancelPassword', effect: act({type: 'overlay-closed'}), hint: {label: 'cancel', rank: 2}},

	{
		keys: ['y'],
		contexts: ['key', 'found-keys'],
		isAlone: true,
		group: 'prompts',
		description: 'trust',
		effect(_key, overlay) {
			if (overlay?.type === 'key') {
				return request({type: 'accept-keys', keys: [{agent: overlay.agent, offered: overlay.offered}]});
			}

			return overlay?.type === 'found-keys' ? request({type: 'accept-keys', keys: overlay.keys}) : undefined;
		},
		hint: {label: 'trust', rank: 2},
	},
	{keys: ['escape', 'n', 'q'], contexts: ['key', 'found-keys'], group: 'prompts', description: 'distrust', effect: act({type: 'overlay-closed'}), hint: {label: 'distrust', rank: 1, keys: 'Esc'}},

	{
		keys: ['enter'],
		contexts: ['input'],
		group: 'prompts',
		description: 'apply',
		effect(_key, overlay) {
			if (overlay?.type !== 'input' || overlay.purpose !== 'place') {
				return act({type: 'input-submitted'});
			}

			return overlay.problem === undefined && overlay.text !== '' ? replay({type: 'place', text: overlay.text}) : undefined;
		},
		hint: {label: 'apply', rank: 1, keys: '↵'},
	},
	{keys: ['enter'], contexts: ['palette'], group: 'prompts', description: 'runCommand', effect: {type: 'palette', step: 'run'}},
	{keys: ['up'], contexts: ['palette'], group: 'prompts', description: 'up', effect: act({type: 'selection-moved', by: -1})},
	{keys: ['down'], contexts: ['palette'], group: 'prompts', description: 'down', effect: act({type: 'selection-moved', by: 1})},
	{keys: ['escape'], contexts: ['input', 'palette'], group: 'prompts', description: 'cancelInput', effect: act({type: 'overlay-closed'}), hint: {label: 'cancel', rank: 2}},
	{keys: ['escape'], contexts: ['stop'], group: 'prompts', description: 'closeRefusal', effect: act({type: 'overlay-closed'}), hint: {label: 'close', rank: 1}},
];
