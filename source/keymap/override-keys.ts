// Other keys for what the table knows, as a person wants them: the table itself stays the only list of what there is.

import {keysFor} from './read-keys.js';
import {type KeyContext, type KeyGroup, type KeyRecord} from './key-record.js';

/** Keys as a person writes them, by the name of what they do. */
export type KeyOverrides = ReadonlyMap<string, readonly string[]>;

/** `name`: whose keys are wrong; `problem` in a few words, `known` where what is wrong is the name itself. */
export type Overridden =
	| {readonly ok: true; readonly table: readonly KeyRecord[]}
	| {readonly ok: false; readonly name: string; readonly problem: string; readonly known?: readonly string[]};

const namedKeys: ReadonlySet<string> = new Set(['up', 'down', 'left', 'right', 'pageup', 'pagedown', 'home', 'end', 'enter', 'tab', 'backspace', 'delete']);
const otherSpellings: Readonly<Record<string, string>> = {
	space: ' ', esc: 'escape', 'page-up': 'pageup', 'page-down': 'pagedown', pgup: 'pageup', pgdn: 'pagedown', return: 'enter', del: 'delete',
};

// People press ctrl keys to get out of something, or by mistake: only what can be taken back by looking elsewhere goes on them.
const groupsForCtrl: ReadonlySet<KeyGroup> = new Set<KeyGroup>(['Move', 'Open', 'List', 'Log']);
// Quit, suspend, redraw; ^s and ^q stop and start the output of many terminals; the other four are Tab, Enter and Esc under another name.
const reservedCtrl = /^\^[czlsqijm[]$/;

/** "G", "^f", "pagedown": the key's name in the table, of any common spelling; undefined where it is none. */
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
	if (key === undefined) {
		return `"${written}" is no key: write a character, ^f or a name such as pagedown`;
	}

	if (key === 'escape') {
		return 'Esc always leads out, and does nothing else';
	}

	if (reservedCtrl.test(key)) {
		return `"${written}" is taken by the terminal or always means the same`;
	}

	return key.startsWith('^') && key !== '^' && !groupsForCtrl.has(group) ? `"${written}": a ctrl key is pressed by mistake too easily for this` : undefined;
};

/** Esc stays where it was; how the keys are shown follows from what they are. */
const withKeys = ({shown, hint, ...record}: KeyRecord, keys: readonly string[]): KeyRecord => {
	const {keys: _, ...kept} = hint ?? {label: '', rank: 0};
	return {
		...record,
		keys: [...record.keys.filter(key => key === 'escape'), ...keys],
		...(keys.includes(' ') && {shown: keys.map(key => key === ' ' ? 'Space' : key).join(' ')}),
		...(hint && {hint: kept}),
	};
};

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

const nameOf = ({name, description}: KeyRecord): string => name ?? description;

/** In a replay a person's own keys for other things count for more than the replay's usual ones. */
const withoutTaken = (table: readonly KeyRecord[], changed: ReadonlyMap<string, unknown>): readonly KeyRecord[] => {
	const isOwn = ({name}: KeyRecord): boolean => name !== undefined && changed.has(name);
	const taken = new Set(table.flatMap(record => isOwn(record) && record.mode === undefined ? record.keys : []));
	return table.map(record => record.mode === 'replay' && !isOwn(record) ? {...record, keys: record.keys.filter(key => !taken.has(key))} : record);
};

/** The table with other keys. Nothing can be given keys that has no name there, and no key can mean two things in one place. */
export const overrideKeys = (table: readonly KeyRecord[], overrides: KeyOverrides): Overridden => {
	const known = table.flatMap(({name}) => name ?? []);
	const changed = new Map<string, readonly string[]>();
	for (const [name, writtenKeys] of overrides) {
		const record = table.find(candidate => candidate.name === name);
		if (!record) {
			return {ok: false, name, problem: 'there is no such action', known};
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
	return {ok: false, name: nameOf(guilty), problem: `"${key === ' ' ? 'space' : key}" means "${nameOf(innocent)}" in the same place`};
};
