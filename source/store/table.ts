/**
A map that keeps its order and is cheap to change: what a change leaves alone is shared with the table before it. With a thousand agents, copying a plain map for every answer costs more than reading the answer.

Never changed itself.
*/
export type Table<Value> = ReadonlyMap<string, Value> & {
	/** The same with that value; a key that is new stands last. */
	readonly with: (key: string, value: Value) => Table<Value>;
	readonly without: (key: string) => Table<Value>;
	/** The keys that were not there before or had another value, in order. Costs little where the table came from the other one. */
	readonly changedSince: (before: Table<Value>) => readonly string[];
	readonly parts: Parts<Value>;
};

/** The values in their order, in chunks of a fixed size but for the last; `places` tells where each key's value stands. */
type Parts<Value> = {readonly keys: readonly string[]; readonly places: ReadonlyMap<string, number>; readonly chunks: ReadonlyArray<readonly Value[]>};

// About the root of the largest fleet.
const chunkSize = 32;

const partsOf = <Value>(entries: Iterable<readonly [string, Value]>): Parts<Value> => {
	// Twice the same key is one, the last value counts: as in a map.
	const all = new Map(entries);
	const values = [...all.values()];
	return {
		keys: [...all.keys()],
		places: new Map([...all.keys()].map((key, place) => [key, place])),
		chunks: Array.from({length: Math.ceil(values.length / chunkSize)}, (_, chunk) => values.slice(chunk * chunkSize, (chunk + 1) * chunkSize)),
	};
};

const valueAt = <Value>({chunks}: Parts<Value>, place: number): Value | undefined => chunks[Math.floor(place / chunkSize)]?.[place % chunkSize];

const replaced = <Value>(parts: Parts<Value>, place: number, value: Value): Parts<Value> => {
	const at = Math.floor(place / chunkSize);
	const chunk = parts.chunks[at] ?? [];
	return {...parts, chunks: parts.chunks.with(at, chunk.with(place % chunkSize, value))};
};

const changedBetween = <Value>(before: Parts<Value>, now: Parts<Value>): readonly string[] => {
	if (before.keys === now.keys) {
		return now.chunks.flatMap((chunk, at) => {
			const known = before.chunks[at];
			return chunk === known ? [] : chunk.flatMap((value, place) => value === known?.[place] ? [] : now.keys[(at * chunkSize) + place] ?? []);
		});
	}

	return now.keys.filter((key, place) => {
		const known = before.places.get(key);
		return known === undefined || valueAt(before, known) !== valueAt(now, place);
	});
};

const fromParts = <Value>(parts: Parts<Value>): Table<Value> => {
	const {keys, places, chunks} = parts;
	const values = function * (): Generator<Value, undefined> {
		for (const chunk of chunks) {
			yield * chunk;
		}
	};

	const entries = function * (): Generator<[string, Value], undefined> {
		let place = 0;
		for (const value of values()) {
			yield [keys[place] ?? '', value];
			place += 1;
		}
	};

	const table: Table<Value> = {
		parts,
		size: keys.length,
		has: key => places.has(key),
		get(key) {
			const place = places.get(key);
			return place === undefined ? undefined : valueAt(parts, place);
		},
		keys: () => keys.values(),
		values,
		entries,
		[Symbol.iterator]: entries,
		forEach(call) {
			for (const [key, value] of entries()) {
				call(value, key, table);
			}
		},
		with(key, value) {
			const place = places.get(key);
			return place === undefined ? tableOf([...entries(), [key, value]]) : fromParts(replaced(parts, place, value));
		},
		without: key => places.has(key) ? tableOf(entries().filter(([other]) => other !== key)) : table,
		changedSince: ({parts: before}) => changedBetween(before, parts),
	};
	return table;
};

/** A table of these, in their order. */
export const tableOf = <Value>(entries: Iterable<readonly [string, Value]>): Table<Value> => fromParts(partsOf(entries));
