/**
An ordered map that is cheap to change: a changed table shares unchanged parts with the one before. With thousands of agents,
copying a plain map for every response would cost more than parsing the response. Immutable.
*/
export type Table<Value> = ReadonlyMap<string, Value> & {
	/** The same with that value; a new key comes last. */
	readonly with: (key: string, value: Value) => Table<Value>;
	readonly without: (...keys: readonly string[]) => Table<Value>;
	/** The keys that are new or have another value than before, in order. Cheap if one table was derived from the other. */
	readonly changedSince: (before: Table<Value>) => readonly string[];
	/** The same keys in the table's order. */
	readonly inOrder: (keys: Iterable<string>) => readonly string[];
	readonly parts: Parts<Value>;
	/** No other table has it. Keeping it keeps nothing of the table. */
	readonly mark: object;
};

/** In place of a removed value. */
const hole = Symbol('hole');

type Slot<Value> = Value | typeof hole;

/** Up to its capacity of values in order: in its own list, or in those of its nodes. */
type Node<Value> = {readonly nodes: ReadonlyArray<Node<Value>>; readonly values: ReadonlyArray<Slot<Value>>};

/**
- keys, places: shared with tables to which later keys were added; those from `length` on do not belong to this one
- length: the number of places, with those of removed values; size: without them
- capacity: how many places fit below the root
*/
type Parts<Value> = {readonly keys: string[]; readonly places: Map<string, number>; readonly length: number; readonly size: number; readonly capacity: number; readonly root: Node<Value>};

/** Values or nodes in one list. */
const width = 32;

const empty: Node<never> = {nodes: [], values: []};

const levelled = <Value>(level: ReadonlyArray<Node<Value>>, capacity: number): {readonly root: Node<Value>; readonly capacity: number} => level.length < 2
	? {root: level[0] ?? empty, capacity}
	: levelled(Array.from({length: Math.ceil(level.length / width)}, (_, at) => ({nodes: level.slice(at * width, (at + 1) * width), values: []})), capacity * width);

const partsOf = <Value>(entries: Iterable<readonly [string, Value]>): Parts<Value> => {
	// If a key occurs twice, the last value counts, as in a map.
	const all = new Map(entries);
	const values = [...all.values()];
	const lists = Array.from({length: Math.ceil(values.length / width)}, (_, at): Node<Value> => ({nodes: [], values: values.slice(at * width, (at + 1) * width)}));
	return {
		keys: [...all.keys()],
		places: new Map([...all.keys()].map((key, place) => [key, place])),
		length: all.size,
		size: all.size,
		...levelled(lists, width),
	};
};

const slotAt = <Value>({root, capacity}: Parts<Value>, place: number): Slot<Value> | undefined => {
	let node: Node<Value> | undefined = root;
	let within = place;
	for (let below = capacity / width; below >= 1 && node; below /= width) {
		if (below === 1) {
			return node.values[within];
		}

		node = node.nodes[Math.floor(within / below)];
		within %= below;
	}

	return undefined;
};

/** The node with that slot at a place, or appended after its last place. */
const nodeWith = <Value>({nodes, values}: Node<Value>, capacity: number, place: number, slot: Slot<Value>): Node<Value> => {
	if (capacity === width) {
		return {nodes, values: place < values.length ? values.with(place, slot) : [...values, slot]};
	}

	const below = capacity / width;
	const at = Math.floor(place / below);
	const changed = nodeWith(nodes[at] ?? empty, below, place % below, slot);
	return {nodes: at < nodes.length ? nodes.with(at, changed) : [...nodes, changed], values};
};

const placeOf = <Value>(parts: Parts<Value>, key: string): number | undefined => {
	const place = parts.places.get(key);
	return place !== undefined && place < parts.length && slotAt(parts, place) !== hole ? place : undefined;
};

/** The parts with a new key, which comes last. Finding thousands of agents one by one must not cost millions of steps. */
const added = <Value>(parts: Parts<Value>, key: string, value: Value): Parts<Value> => {
	const {keys, places, length, size, capacity, root} = parts;
	const isLatest = keys.length === length;
	// Earlier tables still know a removed key, at its old place.
	if (!isLatest || places.has(key)) {
		return partsOf([...entriesOf(parts), [key, value]]);
	}

	places.set(key, length);
	keys.push(key);
	const [wider, wide] = length === capacity ? [{nodes: [root], values: []}, capacity * width] : [root, capacity];
	return {
		keys, places, length: length + 1, size: size + 1, capacity: wide, root: nodeWith<Value>(wider, wide, length, value),
	};
};

// Removed values keep their places until there are more than this.
const removedAtMost = 32;

const removed = <Value>(parts: Parts<Value>, place: number): Parts<Value> => {
	const next = {...parts, size: parts.size - 1, root: nodeWith<Value>(parts.root, parts.capacity, place, hole)};
	return next.length - next.size > Math.max(removedAtMost, next.size) ? partsOf(entriesOf(next)) : next;
};

/** The lists of values in their order. */
const listsOf = <Value>({nodes, values}: Node<Value>): ReadonlyArray<ReadonlyArray<Slot<Value>>> =>
	nodes.length === 0 ? [values] : nodes.flatMap(node => listsOf(node));

const valuesOf = function * <Value>({root}: Parts<Value>): Generator<Value, undefined> {
	for (const list of listsOf(root)) {
		for (const slot of list) {
			if (slot !== hole) {
				yield slot;
			}
		}
	}
};

const entriesOf = function * <Value>({keys, root}: Parts<Value>): Generator<[string, Value], undefined> {
	let place = 0;
	for (const list of listsOf(root)) {
		for (const slot of list) {
			if (slot !== hole) {
				yield [keys[place] ?? '', slot];
			}

			place += 1;
		}
	}
};

/** Calls back with the places of all values in `now` that differ from `before`, skipping the parts that both share. */
const compare = <Value>(before: Node<Value> | undefined, now: Node<Value>, {room: capacity, first}: {readonly room: number; readonly first: number}, call: (place: number) => void): void => {
	if (before === now) {
		return;
	}

	const {nodes, values} = now;
	const below = capacity / width;
	// Every response asks several times: counted by number, this makes no garbage.
	for (let at = 0, {length} = nodes; at < length; at += 1) {
		const [node, earlier] = [nodes[at], before?.nodes[at]];
		if (node && node !== earlier) {
			compare(earlier, node, {room: below, first: first + (at * below)}, call);
		}
	}

	for (let at = 0, {length} = values; at < length; at += 1) {
		const isKnown = before !== undefined && at < before.values.length && before.values[at] === values[at];
		if (!isKnown && values[at] !== hole) {
			call(first + at);
		}
	}
};

/** The root of a tree with that capacity. */
const widened = <Value>({root, capacity}: Parts<Value>, wanted: number): Node<Value> | undefined => {
	let node: Node<Value> | undefined = root;
	for (let now = capacity; now < wanted; now *= width) {
		node = {nodes: [node], values: []};
	}

	for (let now = capacity; now > wanted; now /= width) {
		node = node?.nodes[0];
	}

	return node;
};

const changedBetween = <Value>(before: Parts<Value>, now: Parts<Value>): readonly string[] => {
	if (before.keys === now.keys) {
		const changed: string[] = [];
		compare(widened(before, now.capacity), now.root, {room: now.capacity, first: 0}, place => {
			changed.push(now.keys[place] ?? '');
		});
		return changed;
	}

	return entriesOf(now).flatMap(([key, value]) => {
		const place = placeOf(before, key);
		return place === undefined || slotAt(before, place) !== value ? [key] : [];
	}).toArray();
};

const fromParts = <Value>(parts: Parts<Value>): Table<Value> => {
	const entries = (): Generator<[string, Value], undefined> => entriesOf(parts);
	const table: Table<Value> = {
		parts,
		mark: {},
		size: parts.size,
		has: key => placeOf(parts, key) !== undefined,
		get(key) {
			const place = parts.places.get(key);
			const slot = place === undefined || place >= parts.length ? hole : slotAt(parts, place);
			return slot === hole ? undefined : slot;
		},
		keys: () => entries().map(([key]) => key),
		values: () => valuesOf(parts),
		entries,
		[Symbol.iterator]: entries,
		forEach(call) {
			for (const [key, value] of entries()) {
				call(value, key, table);
			}
		},
		with(key, value) {
			const place = placeOf(parts, key);
			return fromParts(place === undefined ? added(parts, key, value) : {...parts, root: nodeWith<Value>(parts.root, parts.capacity, place, value)});
		},
		without(...unwanted) {
			let next = parts;
			for (const key of unwanted) {
				const place = placeOf(next, key);
				next = place === undefined ? next : removed(next, place);
			}

			return next === parts ? table : fromParts(next);
		},
		changedSince: ({parts: before}) => changedBetween(before, parts),
		inOrder: keys => [...keys].filter(key => placeOf(parts, key) !== undefined).toSorted((one, other) => (parts.places.get(one) ?? 0) - (parts.places.get(other) ?? 0)),
	};
	return table;
};

/** A table of these entries, in their order. */
export const tableOf = <Value>(entries: Iterable<readonly [string, Value]>): Table<Value> => fromParts(partsOf(entries));
