import {messages} from '../../lib/messages/messages.js';
import {type UserAction} from '../../store/actions.js';
import {type Overlay, type Screen} from '../../store/state.js';
import {contextTraits, type Effect, type KeyContext, type KeyGroup, type KeyMode, type KeyRecord, keyTable} from './table.js';

/** The parts of the terminal library's report of a key that are used here. */
export type KeyFlags = {
	readonly upArrow: boolean;
	readonly downArrow: boolean;
	readonly leftArrow: boolean;
	readonly rightArrow: boolean;
	readonly pageDown: boolean;
	readonly pageUp: boolean;
	readonly home: boolean;
	readonly end: boolean;
	readonly return: boolean;
	readonly escape: boolean;
	readonly ctrl: boolean;
	readonly tab: boolean;
	readonly backspace: boolean;
	readonly delete: boolean;
	readonly meta: boolean;
	/** Only for keys whose modifiers the terminal sends, as in ESC [1;3A for Alt+Up. */
	readonly eventType?: unknown;
};

const named = [
	['upArrow', 'up'],
	['downArrow', 'down'],
	['leftArrow', 'left'],
	['rightArrow', 'right'],
	['pageDown', 'pagedown'],
	['pageUp', 'pageup'],
	['home', 'home'],
	['end', 'end'],
	['return', 'enter'],
	['escape', 'escape'],
	['tab', 'tab'],
	['backspace', 'backspace'],
	['delete', 'delete'],
] as const satisfies ReadonlyArray<readonly [keyof KeyFlags, string]>;

const ofControlCode = (code: number): string => {
	switch (code) {
		case 0x09: {
			return 'tab';
		}

		case 0x0A:
		case 0x0D: {
			return 'enter';
		}

		case 0x1B: {
			return 'escape';
		}

		default: {
			return `^${String.fromCodePoint(code + 0x40).toLowerCase()}`;
		}
	}
};

const ofCharacter = (character: string): string => {
	const code = character.codePointAt(0) ?? 0;
	return code < 0x20 ? ofControlCode(code) : character;
};

const ofEvent = (input: string, key: KeyFlags): readonly string[] => {
	const special = named.find(([flag]) => key[flag]);
	if (special) {
		return [special[1]];
	}

	if (key.ctrl) {
		return input === '' ? [] : [`^${input}`];
	}

	return Array.from(input, character => ofCharacter(character));
};

/**
The keys of one input event, by the names of the key table: "j", "G", "enter", "up", "^c".

Several keys can come as one event: over a slow line a held j arrives as "jjj", and quick typing ends in the Enter that follows it. Esc and
a key that arrive together look like Alt and that key. No key uses Alt, so they are always Esc, then the key.
*/
export const keystrokesOf = (input: string, key: KeyFlags): readonly string[] => {
	const keystrokes = ofEvent(input, key);
	return key.meta && key.eventType === undefined ? ['escape', ...keystrokes] : keystrokes;
};

/** The key table, possibly with the user's keys. */
export type KeyTable = readonly KeyRecord[];

const modeOf = ({mode, contexts}: KeyRecord): KeyMode | undefined => mode ?? (contexts.every(context => contextTraits[context].kind === 'live overlay') ? 'live' : undefined);

/** The keys of one mode, those of a replay first. */
export const keysFor = (mode: KeyMode, table: KeyTable = keyTable): KeyTable => {
	const keys = table.filter(record => (modeOf(record) ?? mode) === mode);
	const isOfReplay = ({mode: own}: KeyRecord): boolean => own === 'replay';
	return [...keys.filter(record => isOfReplay(record)), ...keys.filter(record => !isOfReplay(record))];
};

/** For watched agents. */
export const liveKeys = keysFor('live');

/** Where a key counts: an overlay takes all keys. */
export const keyContext = (screen: Screen['type'], overlay: Overlay | undefined): KeyContext => overlay?.type ?? screen;

const recordOf = (context: KeyContext, keystroke: string, table: KeyTable): KeyRecord | undefined =>
	table.find(({keys, contexts}) => contexts.includes(context) && keys.includes(keystroke));

/** Whether a keystroke acts only if it is pressed by itself. */
export const countsAlone = (context: KeyContext, keystroke: string, table: KeyTable = liveKeys): boolean => recordOf(context, keystroke, table)?.isAlone ?? false;

/** Whether a key only moves by rows or columns, so that pressing it often is moving far. */
export const isMovement = (context: KeyContext, keystroke: string, table: KeyTable = liveKeys): boolean => {
	const effect = recordOf(context, keystroke, table)?.effect;
	return typeof effect === 'object' && effect.type === 'action' && timesMoved(effect.action, 1) !== undefined;
};

/** A movement made so often; undefined for what is none. */
export const timesMoved = (action: UserAction, times: number): UserAction | undefined => {
	if (action.type === 'scrolled-sideways') {
		return {...action, by: action.by * times};
	}

	return action.type === 'selection-moved' && typeof action.by === 'number' ? {...action, by: action.by * times} : undefined;
};

const lookingAround: ReadonlySet<UserAction['type']> = new Set(['selection-moved', 'scrolled-sideways', 'entered', 'pane-switched', 'escaped', 'went-back', 'arrangement-cleared', 'help-toggled', 'overlay-closed']);

/** Whether keystrokes only move, open, go back, or type a search, which people also type ahead over a slow line. */
export const onlyLooksAround = (context: KeyContext, keystrokes: readonly string[], table: KeyTable = liveKeys): boolean => {
	let isTyping = false;
	return keystrokes.every(keystroke => {
		if (isTyping) {
			isTyping = keystroke !== 'enter' && keystroke !== 'escape';
			return true;
		}

		const effect = recordOf(context, keystroke, table)?.effect;
		if (typeof effect !== 'object' || effect.type !== 'action') {
			return false;
		}

		isTyping = effect.action.type === 'input-opened';
		return isTyping || lookingAround.has(effect.action.type);
	});
};

/** The effect of a keystroke (see `keystrokesOf`); undefined if it has none. */
export const resolveKey = (screen: Screen['type'], overlay: Overlay | undefined, keystroke: string, table: KeyTable = liveKeys): Effect | undefined => {
	const record = recordOf(keyContext(screen, overlay), keystroke, table);
	return typeof record?.effect === 'function' ? record.effect(keystroke, overlay) : record?.effect;
};

// User-defined keys for what the table knows: the table itself stays the only list.

/** User-defined keys, by the name of what they do. */
type KeyOverrides = ReadonlyMap<string, readonly string[]>;

/** `name`: whose keys are wrong; `problem` in a few words, `known` if the name itself is wrong. */
type Overridden =
	| {readonly ok: true; readonly table: readonly KeyRecord[]}
	| {readonly ok: false; readonly name: string; readonly problem: string; readonly known?: readonly string[]};

const namedKeys: ReadonlySet<string> = new Set(['up', 'down', 'left', 'right', 'pageup', 'pagedown', 'home', 'end', 'enter', 'tab', 'backspace', 'delete']);

const otherSpellings: Readonly<Record<string, string>> = {
	space: ' ', esc: 'escape', 'page-up': 'pageup', 'page-down': 'pagedown', pgup: 'pageup', pgdn: 'pagedown', return: 'enter', del: 'delete',
};

// People press ctrl keys to get out of something, or by mistake: only reversible effects may use them.
const groupsForCtrl: ReadonlySet<KeyGroup> = new Set<KeyGroup>(['move', 'open', 'list', 'log']);

// Quit, suspend, redraw, language; ^s and ^q stop and start the output of many terminals; the other four are Tab, Enter and Esc under another name.
const reservedCtrl = /^\^[czlgsqijm[]$/;

/** "G", "^f", "pagedown": the key's name in the table, for any common spelling; undefined if it is none. */
const keyOf = (written: string): string | undefined => {
	if ([...written].length === 1) {
		return /^[\u0021-\u007E]$/.test(written) || written === ' ' ? written : undefined;
	}

	const lower = written.toLowerCase();
	const name = otherSpellings[lower] ?? lower;
	const [, letter] = /^(?:\^|ctrl[-+]|c-)([a-z[])$/.exec(name) ?? [];
	if (letter !== undefined) {
		return `^${letter}`;
	}

	return namedKeys.has(name) || name === 'escape' || name === ' ' ? name : undefined;
};

const problemOfKey = (key: string | undefined, written: string, {group}: KeyRecord): string | undefined => {
	const {problems} = messages().keys;
	if (key === undefined) {
		return problems.unknownKey(written);
	}

	if (key === 'escape') {
		return problems.escape;
	}

	if (reservedCtrl.test(key)) {
		return problems.reserved(written);
	}

	return key.startsWith('^') && key !== '^' && !groupsForCtrl.has(group) ? problems.ctrl(written) : undefined;
};

/** Esc keeps its effect; how the keys are shown follows from their names. */
const withKeys = ({shown, hint, ...record}: KeyRecord, keys: readonly string[]): KeyRecord => ({
	...record,
	keys: [...record.keys.filter(key => key === 'escape'), ...keys],
	...(keys.includes(' ') && {shown: keys.map(key => key === ' ' ? 'Space' : key).join(' ')}),
	...(hint && {hint: withoutKeys(hint)}),
});

type KeyHint = NonNullable<KeyRecord['hint']>;

const withoutKeys = ({keys: _, ...hint}: KeyHint): KeyHint => hint;

type Clash = {readonly one: KeyRecord; readonly other: KeyRecord; readonly key: string};

const clashIn = (table: readonly KeyRecord[]): Clash | undefined => {
	const taken = new Map<string, KeyRecord>();
	for (const record of table) {
		for (const context of new Set<KeyContext>(record.contexts)) {
			for (const key of new Set(record.keys)) {
				const place = `${context} ${key}`;
				const one = taken.get(place);
				if (one) {
					return {one, other: record, key};
				}

				taken.set(place, record);
			}
		}
	}

	return undefined;
};

const nameOf = ({name, description}: KeyRecord): string => name ?? messages().keys.descriptions[description];

/** In a replay, user-defined keys for other things override the replay's default keys. */
const withoutTaken = (table: readonly KeyRecord[], changed: ReadonlyMap<string, unknown>): readonly KeyRecord[] => {
	const isOwn = ({name}: KeyRecord): boolean => name !== undefined && changed.has(name);
	const taken = new Set(table.flatMap(record => isOwn(record) && record.mode === undefined ? record.keys : []));
	return table.map(record => record.mode === 'replay' && !isOwn(record) ? {...record, keys: record.keys.filter(key => !taken.has(key))} : record);
};

/** The table with user-defined keys. Only records with a name can get keys, and no key can mean two things in one place. */
export const overrideKeys = (table: readonly KeyRecord[], overrides: KeyOverrides): Overridden => {
	if (overrides.size === 0) {
		return {ok: true, table};
	}

	const known = table.flatMap(({name}) => name ?? []);
	const changed = new Map<string, readonly string[]>();
	for (const [name, writtenKeys] of overrides) {
		const record = table.find(candidate => candidate.name === name);
		if (!record) {
			return {ok: false, name, problem: messages().keys.problems.unknownName, known};
		}

		const keys = writtenKeys.map(written => ({written, key: keyOf(written)}));
		const problem = keys.flatMap(({key, written}) => problemOfKey(key, written, record) ?? [])[0];
		if (problem !== undefined) {
			return {ok: false, name, problem};
		}

		changed.set(name, [...new Set(keys.flatMap(({key}) => key ?? []))]);
	}

	const next = withoutTaken(table.map(record => {
		const keys = record.name === undefined ? undefined : changed.get(record.name);
		return keys ? withKeys(record, keys) : record;
	}), changed);
	const clash = clashIn(keysFor('live', next)) ?? clashIn(keysFor('replay', next));
	if (!clash) {
		return {ok: true, table: next};
	}

	const {one, other, key} = clash;
	const [guilty, innocent] = one.name !== undefined && changed.has(one.name) ? [one, other] : [other, one];
	return {ok: false, name: nameOf(guilty), problem: messages().keys.problems.clash(key === ' ' ? 'space' : key, nameOf(innocent))};
};
