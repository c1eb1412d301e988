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

/** The values in their order, in chunks of a fixed size but for the last. Keys and their places are shared with tables to which later keys were added: those from `size` on are not of this one. */
type Parts<Value> = {readonly keys: string[]; readonly places: Map<string, number>; readonly size: number; readonly chunks: ReadonlyArray<readonly Value[]>};

// About the root of the largest fleet.
const chunkSize = 32;

const partsOf = <Value>(entries: Iterable<readonly [string, Value]>): Parts<Value> => {
	// Twice the same key is one, the last value counts: as in a map.
	const all = new Map(entries);
	const values = [...all.values()];
	return {
		keys: [...all.keys()],
		places: new Map([...all.keys()].map((key, place) => [key, place])),
		size: all.size,
		chunks: Array.from({length: Math.ceil(values.length / chunkSize)}, (_, chunk) => values.slice(chunk * chunkSize, (chunk + 1) * chunkSize)),
	};
};

const valueAt = <Value>({chunks}: Parts<Value>, place: number): Value | undefined => chunks[Math.floor(place / chunkSize)]?.[place % chunkSize];

const replaced = <Value>(parts: Parts<Value>, place: number, value: Value): Parts<Value> => {
	const at = Math.floor(place / chunkSize);
	const chunk = parts.chunks[at] ?? [];
	return {...parts, chunks: parts.chunks.with(at, chunk.with(place % chunkSize, value))};
};

/** With a key that is new, which stands last. A thousand agents that are found one by one must not cost a million steps. */
const added = <Value>({keys, places, size, chunks}: Parts<Value>, key: string, value: Value): Parts<Value> => {
	const isLatest = keys.length === size;
	const ownKeys = isLatest ? keys : keys.slice(0, size);
	const ownPlaces = isLatest ? places : new Map(ownKeys.map((other, place) => [other, place]));
	ownPlaces.set(key, ownKeys.length);
	ownKeys.push(key);
	const last = chunks.at(-1);
	const hasRoom = last !== undefined && last.length < chunkSize;
	return {
		keys: ownKeys, places: ownPlaces, size: size + 1, chunks: hasRoom ? chunks.with(chunks.length - 1, [...last, value]) : [...chunks, [value]],
	};
};

const placeOf = <Value>({places, size}: Parts<Value>, key: string): number | undefined => {
	const place = places.get(key);
	return place !== undefined && place < size ? place : undefined;
};

const changedBetween = <Value>(before: Parts<Value>, now: Parts<Value>): readonly string[] => {
	if (before.keys === now.keys) {
		return now.chunks.flatMap((chunk, at) => {
			const known = before.chunks[at];
			const first = at * chunkSize;
			return chunk === known ? [] : chunk.flatMap((value, place) => value === known?.[place] && first + place < before.size ? [] : now.keys[first + place] ?? []);
		});
	}

	return now.keys.slice(0, now.size).filter((key, place) => {
		const known = placeOf(before, key);
		return known === undefined || valueAt(before, known) !== valueAt(now, place);
	});
};

const fromParts = <Value>(parts: Parts<Value>): Table<Value> => {
	const {keys, size, chunks} = parts;
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
		size,
		has: key => placeOf(parts, key) !== undefined,
		get(key) {
			const place = placeOf(parts, key);
			return place === undefined ? undefined : valueAt(parts, place);
		},
		keys: () => keys.values().take(size),
		values,
		entries,
		[Symbol.iterator]: entries,
		forEach(call) {
			for (const [key, value] of entries()) {
				call(value, key, table);
			}
		},
		with(key, value) {
			const place = placeOf(parts, key);
			return fromParts(place === undefined ? added(parts, key, value) : replaced(parts, place, value));
		},
		without: key => placeOf(parts, key) === undefined ? table : tableOf(entries().filter(([other]) => other !== key)),
		changedSince: ({parts: before}) => changedBetween(before, parts),
	};
	return table;
};

/** A table of these, in their order. */
export const tableOf = <Value>(entries: Iterable<readonly [string, Value]>): Table<Value> => fromParts(partsOf(entries));
