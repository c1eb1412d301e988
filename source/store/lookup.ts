import {type Table} from './table.js';

/** Finds entries of a table by something that their values say. */
export type Lookup<Value> = {
	/** The keys whose values say that word, in the table's order. */
	readonly keys: (table: Table<Value>, word: string) => readonly string[];
	readonly has: (table: Table<Value>, word: string) => boolean;
	/** How many different words there are. */
	readonly count: (table: Table<Value>) => number;
};

type Known<Value> = {table: Table<Value>; readonly keysByWord: Map<string, Set<string>>};

const isSame = (one: readonly string[], other: readonly string[]): boolean => one === other || (one.length === other.length && one.every((word, at) => word === other[at]));

/**
What `wordsOf` (pure) makes of a value is kept from one table to the next, so that only what changed in between is gone through: with thousands of agents, each response would else go through all of them.

Answers as if nothing was kept, whatever table is asked for.
*/
export const createLookup = <Value>(wordsOf: (value: Value) => readonly string[]): Lookup<Value> => {
	/** By what tables have in common that came from the same one. */
	const known = new WeakMap<object, Known<Value>>();

	const change = ({keysByWord}: Known<Value>, key: string, {before, now}: {readonly before: readonly string[]; readonly now: readonly string[]}): void => {
		if (isSame(before, now)) {
			return;
		}

		for (const word of before) {
			const keys = keysByWord.get(word);
			keys?.delete(key);
			if (keys?.size === 0) {
				keysByWord.delete(word);
			}
		}

		for (const word of now) {
			const keys = keysByWord.get(word);
			if (keys) {
				keys.add(key);
			} else {
				keysByWord.set(word, new Set([key]));
			}
		}
	};

	const wordsAt = (table: Table<Value>, key: string): readonly string[] => {
		const value = table.get(key);
		return value === undefined ? [] : wordsOf(value);
	};

	const sync = (table: Table<Value>): ReadonlyMap<string, ReadonlySet<string>> => {
		const last = known.get(table.parts.keys);
		if (!last) {
			const first: Known<Value> = {table, keysByWord: new Map()};
			for (const [key, value] of table) {
				change(first, key, {before: [], now: wordsOf(value)});
			}

			known.set(table.parts.keys, first);
			return first.keysByWord;
		}

		if (last.table !== table) {
			// Also what is there no more, and what was not there yet where somebody went back in time.
			for (const key of new Set([...table.changedSince(last.table), ...last.table.changedSince(table)])) {
				change(last, key, {before: wordsAt(last.table, key), now: wordsAt(table, key)});
			}

			last.table = table;
		}

		return last.keysByWord;
	};

	return {
		keys(table, word) {
			const keys = sync(table).get(word);
			return keys ? table.inOrder(keys) : [];
		},
		has: (table, word) => sync(table).has(word),
		count: table => sync(table).size,
	};
};
