import fc from 'fast-check';
import {expect, test} from 'vitest';
import {type Table, tableOf} from '../../source/lib/ordered-map.js';

type Change = {readonly key: string; readonly value: number | undefined};

const keys = fc.integer({min: 0, max: 80}).map(number => `agent${number}`);
const change: fc.Arbitrary<Change> = fc.record({key: keys, value: fc.option(fc.nat(3), {nil: undefined})});

const changed = (table: Table<number>, {key, value}: Change): Table<number> => value === undefined ? table.without(key) : table.with(key, value);

test('a table is read like a map to which the same was done, whatever was done, and the tables before stay what they were', () => {
	fc.assert(fc.property(fc.array(fc.tuple(keys, fc.nat(3))), fc.array(change, {maxLength: 60}), (entries, changes) => {
		const map = new Map(entries);
		const first = tableOf(entries);
		const start = [...first];
		let table = first;
		for (const one of changes) {
			table = changed(table, one);
			if (one.value === undefined) {
				map.delete(one.key);
			} else {
				map.set(one.key, one.value);
			}
		}

		expect([...table]).toEqual([...map]);
		expect([...table.keys()]).toEqual([...map.keys()]);
		expect([...table.values()]).toEqual([...map.values()]);
		expect(table.size).toBe(map.size);
		for (const key of ['nobody', ...map.keys()]) {
			expect([table.has(key), table.get(key)]).toEqual([map.has(key), map.get(key)]);
		}

		expect([...first]).toEqual(start);
	}));
});

test('two that grew from the same one do not see what is the other\'s', () => {
	const before = tableOf([['a', 1]] as const) as Table<number>;
	const one = before.with('b', 2).with('c', 3);
	const other = before.with('d', 4);
	expect([...before]).toEqual([['a', 1]]);
	expect([...one]).toEqual([['a', 1], ['b', 2], ['c', 3]]);
	expect([...other]).toEqual([['a', 1], ['d', 4]]);
	expect([before.has('b'), one.has('d'), other.has('b')]).toEqual([false, false, false]);
	expect([one.changedSince(before), before.changedSince(one), one.changedSince(other)]).toEqual([['b', 'c'], [], ['b', 'c']]);
});

test('what changed between two tables is returned in order, however they came to be', () => {
	fc.assert(fc.property(fc.array(fc.tuple(keys, fc.nat(3))), fc.array(change, {maxLength: 10}), (entries, changes) => {
		const before = tableOf(entries);
		let now = before;
		for (const one of changes) {
			now = changed(now, one);
		}

		const expected = [...now].filter(([key, value]) => !before.has(key) || before.get(key) !== value).map(([key]) => key);
		expect(now.changedSince(before)).toEqual(expected);
		expect(tableOf([...now]).changedSince(before)).toEqual(expected);
		expect(now.changedSince(now)).toEqual([]);
	}));
});

test('one change among ten thousand leaves all but a few dozen places as they are', () => {
	type Node = Table<number>['parts']['root'];
	const nodesOf = (node: Node): readonly Node[] => [node, ...node.nodes.flatMap(below => nodesOf(below))];
	const table = tableOf(Array.from({length: 10_000}, (_, index) => [`agent${index}`, index] as const));
	const known = new Set(nodesOf(table.parts.root));
	for (const next of [table.with('agent500', -1), table.with('new', -1), table.without('agent500')]) {
		const own = nodesOf(next.parts.root).filter(node => !known.has(node));
		expect(own).toHaveLength(3);
		expect(Math.max(...own.map(({nodes, values}) => nodes.length + values.length))).toBeLessThanOrEqual(32);
		expect(next.parts.places).toBe(table.parts.places);
	}
});
