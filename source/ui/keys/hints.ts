import {columnsOf} from '../../lib/columns.js';
import {english, type Messages} from '../../lib/messages/en/english.js';
import {messages} from '../../lib/messages/messages.js';
import {escapeControls} from '../../lib/printable.js';
import {type Outcome} from '../../protocol/outcome.js';
import {logOf} from '../../store/log/open-logs.js';
import {createLookup, errorOf, findTask, isTaskScreen, topScreen} from '../../store/lookup.js';
import {actionNames, isOfferedIn} from '../../store/operations/offers.js';
import {planOf} from '../../store/operations/plan.js';
import {type TaskReference} from '../../store/operations/track.js';
import {referenceOf, rowsOf} from '../../store/selectors/agent-rows.js';
import {type AgentsRow} from '../../store/selectors/agents.js';
import {isPasswordWanted} from '../../store/selectors/connection.js';
import {type AgentEntry, type State} from '../../store/state.js';
import {type KeyTable, liveKeys} from './resolve.js';
import {contextTraits, type HintCondition, type KeyContext, type KeyGroup, type KeyRecord, keyTable, screens} from './table.js';

const shownKeys: Readonly<Record<string, string>> = {
	up: '↑',
	down: '↓',
	left: '←',
	right: '→',
	pageup: 'PgUp',
	pagedown: 'PgDn',
	home: 'Home',
	end: 'End',
	enter: 'Enter',
	escape: 'Esc',
	tab: 'Tab',
	backspace: 'Backspace',
	delete: 'Del',
};

const asciiKeys: Readonly<Record<string, string>> = {'↑': 'Up', '↓': 'Down', '←': 'Left', '→': 'Right', '↵': 'Enter'};

/** One key as people read it. */
export const shownKey = (key: string): string => key === ' ' ? 'Space' : shownKeys[key] ?? key;

/** A record's keys as people read them: "j ↓", "Enter l →". */
export const shownKeysOf = ({keys, shown}: KeyRecord): string => shown ?? keys.map(key => shownKeys[key] ?? key).join(' ');

/** The same text without arrows, for terminals that show only ASCII. */
export const withoutArrows = (text: string): string => text.replaceAll(/[←↑→↓↵]/g, arrow => asciiKeys[arrow] ?? arrow);

export type HelpSection = {readonly title: string; readonly lines: ReadonlyArray<{readonly keys: string; readonly description: string}>};

const grouped = (table: KeyTable): ReadonlyMap<KeyGroup, KeyTable> => Map.groupBy(table.filter(({keys}) => keys.length > 0), ({group}) => group);

/** All keys, or those of one screen, grouped by purpose; `hasPanes`: whether the terminal is large enough for two. */
export const helpSections = (table: KeyTable = liveKeys, of?: KeyContext, hasPanes = true): readonly HelpSection[] => [...grouped(of === undefined ? table : table.filter(({contexts, hint}) => contexts.includes(of) && (hasPanes || hint?.when !== 'two-panes')))].map(([group, records]) => ({
	title: messages().keys.groups[group],
	lines: records.map(record => ({keys: shownKeysOf(record), description: messages().keys.descriptions[record.description]})),
}));

// More would not fit beside the other words.
const placesTold = 3;

/** Why a key did nothing: on which few screens it means something, if on any. */
export const nothingText = (keystroke: string, context: KeyContext, table: KeyTable = liveKeys): string => {
	const {notices, contexts: names, places: {separator}} = messages().keys;
	const [help = '?'] = table.find(({name}) => name === 'help')?.keys ?? [];
	const shown = escapeControls(shownKey(keystroke));
	const records = table.filter(({keys}) => keys.includes(keystroke));
	const places = screens.filter(screen => records.some(({contexts}) => contexts.includes(screen)));
	return places.length === 0 || places.length > placesTold || context === 'help'
		? notices.nothing(shown, help)
		: notices.onlyIn(shown, places.map(place => names[place]).join(separator), help);
};

type Hint = {readonly keys: string; readonly label: string};

// Between two hints, and between key and word.
const gap = 2;

const hintWidth = ({keys, label}: Hint): number => columnsOf(keys) + 1 + columnsOf(label);

/** The footer's hints under `conditions`, most useful first, as many as fit into `width` columns with two between them. */
export const footerHints = (context: KeyContext, conditions: readonly HintCondition[], width: number, table: KeyTable = liveKeys): readonly Hint[] => {
	const candidates = table
		.filter(({keys}) => keys.length > 0)
		.flatMap(record => record.hint && (record.hint.contexts ?? record.contexts).includes(context) ? [{record, hint: record.hint}] : [])
		.filter(({hint}) => hint.when === undefined || conditions.includes(hint.when))
		.toSorted((one, other) => one.hint.rank - other.hint.rank);
	const hints: Hint[] = [];
	let used = 0;
	for (const {record, hint} of candidates) {
		const next = {keys: hint.keys ?? shownKeysOf(record), label: messages().keys.hints[hint.instead && conditions.includes(hint.instead.when) ? hint.instead.label : hint.label]};
		const needed = hintWidth(next) + (hints.length === 0 ? 0 : gap);
		if (used + needed > width) {
			break;
		}

		hints.push(next);
		used += needed;
	}

	return hints;
};

const contextText = ({contexts, mode}: KeyRecord, {places, contexts: names}: Pick<Messages['keys'], 'places' | 'contexts'>): string => {
	if (mode === 'replay') {
		return places.replay;
	}

	if (contexts.length === Object.keys(contextTraits).length) {
		return places.everywhere;
	}

	const [shown = [], over = []] = [true, false].map(isScreen => contexts.filter(context => (contextTraits[context].kind === 'screen') === isScreen).map(context => names[context]));
	return [...(shown.length === screens.length ? [places.screens] : shown), ...over].join(places.separator);
};

const code = (text: string): string => `\`${text}\``;

/** The table in docs/keys.md. */
export const keyTableMarkdown = ({keys: {heads, descriptions, ...words}}: Messages = english): string => [
	`| ${heads.keys} | ${heads.what} | ${heads.where} | ${heads.name} |`,
	'| --- | --- | --- | --- |',
	...keyTable.map(record => {
		const keys = shownKeysOf(record).split(' ').map(key => code(key)).join(' ');
		return `| ${keys} | ${descriptions[record.description]} | ${contextText(record, words)} | ${record.name === undefined ? '' : code(record.name)} |`;
	}),
].join('\n');

const isOpenTo = (outcome: Outcome | undefined): boolean => outcome !== undefined && isOfferedIn(outcome);

/** The task of a row whose outcome may allow actions. */
const referenceOfRow = (state: State, row: AgentsRow | undefined): TaskReference | undefined => {
	const source = row?.problem === undefined && isOpenTo(row?.task?.outcome) ? rowsOf(state).find(({key}) => key === row?.key) : undefined;
	return source && referenceOf(source);
};

/** Whether the open or selected task has actions to choose from. What a row says is not enough: a failed part of another task has ended at its own agent. */
const isActionOffered = (state: State, row: AgentsRow | undefined): boolean => {
	const screen = topScreen(state);
	const reference = isTaskScreen(screen) ? screen.task : referenceOfRow(state, row);
	const dag = reference && findTask(state, reference);
	return reference !== undefined && dag !== undefined && actionNames.some(action => planOf(state, {owner: reference.owner, id: dag.id}, action).ok);
};

/** Whether the open or selected task needs the agent's own password. */
const needsPassword = (state: State, row: AgentsRow | undefined): boolean => {
	const screen = topScreen(state);
	return isTaskScreen(screen) ? findTask(state, screen.task)?.needs !== undefined : row?.needsPassword === true;
};

/** Whether the open log is of several agents. */
const hasSeveralAgents = (state: State): boolean => {
	const screen = topScreen(state);
	return screen.type === 'log' && (logOf(state, screen).merged?.agents.length ?? 0) > 1;
};

/** What each agent needs from the user. Each frame asks. */
const wishes = createLookup<AgentEntry>((entry): readonly HintCondition[] => isPasswordWanted(entry) ? ['password-wanted'] : (errorOf(entry, 'key-changed') ? ['key-changed'] : []));

/** What agents need from the user, and whether there is a task to operate on. `row`: the selected one of the agents screen. */
export const conditionsOf = (state: State, row: AgentsRow | undefined): readonly HintCondition[] => {
	const conditions = new Set<HintCondition>(wishes.has(state.agents, 'key-changed') ? ['key-changed'] : []);
	if (wishes.has(state.agents, 'password-wanted') || needsPassword(state, row)) {
		conditions.add('password-wanted');
	}

	if (state.view.overlay?.type === 'help' && !state.view.overlay.isWhole) {
		conditions.add('more-keys');
	}

	if (state.view.hasPreview) {
		conditions.add('two-panes');
	}

	if (isActionOffered(state, row)) {
		conditions.add('action-offered');
	}

	if (state.replay?.phase === 'paused') {
		conditions.add('paused');
	}

	const screen = topScreen(state);
	if (screen.type === 'history' && screen.owner === undefined) {
		conditions.add('whole-history');
	}

	if (hasSeveralAgents(state)) {
		conditions.add('several-agents');
	}

	return [...conditions].toSorted();
};
