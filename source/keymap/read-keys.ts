import {type Overlay, type Screen} from '../store/state.js';
import {type Effect, type HintCondition, type KeyContext, type KeyMode, type KeyRecord} from './key-record.js';
import {keyTable} from './key-table.js';

/** The key table, or one with other keys. */
export type KeyTable = readonly KeyRecord[];

// What never lies over a screen in a replay.
const liveOverlays: ReadonlySet<KeyContext> = new Set<Overlay['type']>(['password', 'key', 'found-keys', 'actions', 'confirmation', 'stop']);

const modeOf = ({mode, contexts}: KeyRecord): KeyMode | undefined => mode ?? (contexts.every(context => liveOverlays.has(context)) ? 'live' : undefined);

/** The keys of one mode, those first that a replay alone has. */
export const keysFor = (mode: KeyMode, table: KeyTable = keyTable): KeyTable => {
	const keys = table.filter(record => (modeOf(record) ?? mode) === mode);
	const isOfReplay = ({mode: own}: KeyRecord): boolean => own === 'replay';
	return [...keys.filter(record => isOfReplay(record)), ...keys.filter(record => !isOfReplay(record))];
};

/** Where agents are watched. */
const liveKeys = keysFor('live');

/** Where a key counts: what lies over the screen takes all keys. */
export const keyContext = (screen: Screen['type'], overlay: Overlay | undefined): KeyContext => overlay?.type ?? screen;

const recordOf = (context: KeyContext, keystroke: string, table: KeyTable): KeyRecord | undefined =>
	table.find(({keys, contexts}) => contexts.includes(context) && keys.includes(keystroke));

/** Whether a keystroke does something that only a key by itself may do. */
export const countsAlone = (context: KeyContext, keystroke: string, table: KeyTable = liveKeys): boolean => recordOf(context, keystroke, table)?.isAlone ?? false;

/** Whether a keystroke only moves what is in sight. */
export const isMovement = (context: KeyContext, keystroke: string, table: KeyTable = liveKeys): boolean => {
	const effect = recordOf(context, keystroke, table)?.effect;
	return typeof effect === 'object' && effect.type === 'action' && (effect.action.type === 'selection-moved' || effect.action.type === 'scrolled-sideways');
};

/** What a keystroke (see `keystrokesOf`) does; undefined where it does nothing. */
export const resolveKey = (screen: Screen['type'], overlay: Overlay | undefined, keystroke: string, table: KeyTable = liveKeys): Effect | undefined => {
	const record = recordOf(keyContext(screen, overlay), keystroke, table);
	return typeof record?.effect === 'function' ? record.effect(keystroke, overlay) : record?.effect;
};

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

/** A record's keys as people read them: "j ↓", "Enter l →". */
export const shownKeysOf = ({keys, shown}: KeyRecord): string => shown ?? keys.map(key => shownKeys[key] ?? key).join(' ');

/** The same text without arrows, for terminals that show only ASCII. */
export const withoutArrows = (text: string): string => text.replaceAll(/[←↑→↓↵]/g, arrow => asciiKeys[arrow] ?? arrow);

export type HelpSection = {readonly title: string; readonly lines: ReadonlyArray<{readonly keys: string; readonly description: string}>};

const grouped = (table: KeyTable): ReadonlyMap<string, KeyTable> => Map.groupBy(table.filter(({keys}) => keys.length > 0), ({group}) => group);

/** All keys, by what they are for. */
export const helpSections = (table: KeyTable = liveKeys): readonly HelpSection[] => [...grouped(table)].map(([title, records]) => ({
	title,
	lines: records.map(record => ({keys: shownKeysOf(record), description: record.description})),
}));

export type Hint = {readonly keys: string; readonly label: string};

// Between two hints, and between keys and word.
const gap = 2;
const hintWidth = ({keys, label}: Hint): number => keys.length + 1 + label.length;

/** The footer's hints where `conditions` hold, most useful first, as many as fit into `width` columns with two between them. */
export const footerHints = (context: KeyContext, conditions: readonly HintCondition[], width: number, table: KeyTable = liveKeys): readonly Hint[] => {
	const candidates = table
		.filter(({keys}) => keys.length > 0)
		.flatMap(record => record.hint && (record.hint.contexts ?? record.contexts).includes(context) ? [{record, hint: record.hint}] : [])
		.filter(({hint}) => hint.when === undefined || conditions.includes(hint.when))
		.toSorted((one, other) => one.hint.rank - other.hint.rank);
	const hints: Hint[] = [];
	let used = 0;
	for (const {record, hint} of candidates) {
		const next = {keys: hint.keys ?? shownKeysOf(record), label: hint.label};
		const needed = hintWidth(next) + (hints.length === 0 ? 0 : gap);
		if (used + needed > width) {
			break;
		}

		hints.push(next);
		used += needed;
	}

	return hints;
};

const contextNames: Readonly<Record<KeyContext, string>> = {
	agents: 'agents', task: 'task', node: 'stage', links: 'links', log: 'log', card: 'card', cluster: 'cluster card', history: 'history', journal: 'journal',
	input: 'search', help: 'help', password: 'password', key: 'changed key', 'found-keys': 'found keys', actions: 'actions', confirmation: 'confirmation', stop: 'refusal',
};

// What can lie over a screen; every other place is one.
const overlays: ReadonlySet<KeyContext> = new Set<Overlay['type']>(['help', 'password', 'input', 'key', 'found-keys', 'actions', 'confirmation', 'stop']);
const allScreens = Object.keys(contextNames).length - overlays.size;

const contextWords = ({contexts, mode}: KeyRecord): string => {
	if (mode === 'replay') {
		return 'a replay';
	}

	const over = contexts.filter(context => overlays.has(context)).map(context => contextNames[context]);
	if (contexts.length === Object.keys(contextNames).length) {
		return 'everywhere';
	}

	const screens = contexts.filter(context => !overlays.has(context));
	return [...(screens.length === allScreens ? ['all screens'] : screens.map(context => contextNames[context])), ...over].join(', ');
};

const code = (text: string): string => `\`${text}\``;

/** The table in docs/keys.md. */
export const keyTableMarkdown = (): string => [
	'| Keys | What | Where | In the config file |',
	'| --- | --- | --- | --- |',
	...keyTable.map(record => {
		const keys = shownKeysOf(record).split(' ').map(key => code(key)).join(' ');
		return `| ${keys} | ${record.description} | ${contextWords(record)} | ${record.name === undefined ? '' : code(record.name)} |`;
	}),
].join('\n');
