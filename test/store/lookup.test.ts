import fc from 'fast-check';
import {expect, test} from 'vitest';
import {type Table, tableOf} from '../../source/lib/ordered-map.js';
import {createLookup, type Lookup} from '../../source/store/lookup.js';

type Value = readonly string[];

const words = ['a', 'b', 'c', 'd'];

const expectTrue = (lookup: Lookup<Value>, table: Table<Value>): void => {
	for (const word of words) {
		const keys = [...table].filter(([, value]) => value.includes(word)).map(([key]) => key);
		expect(lookup.keys(table, word)).toEqual(keys);
		expect(lookup.has(table, word)).toBe(keys.length > 0);
	}

	expect(lookup.count(table)).toBe(new Set(table.values().toArray().flat()).size);
};

test('a lookup finds what a scan of the table finds, after any changes and for any earlier table', () => {
	const values = fc.array(fc.constantFrom(...words), {maxLength: 3});
	const keys = fc.integer({min: 0, max: 60}).map(number => `agent${number}`);
	// Back to some table before, and on from there.
	const step = fc.record({key: keys, value: fc.option(values, {nil: undefined}), back: fc.option(fc.nat(100), {nil: undefined, freq: 5})});
	fc.assert(fc.property(fc.array(fc.tuple(keys, values)), fc.array(step, {maxLength: 100}), (entries, steps) => {
		const lookup = createLookup<Value>(value => value);
		const tables = [tableOf<Value>(entries)];
		for (const {key, value, back} of steps) {
			const before = tables[back === undefined ? tables.length - 1 : back % tables.length] ?? tableOf<Value>([]);
			expectTrue(lookup, before);
			const now = value === undefined ? before.without(key) : before.with(key, value);
			expectTrue(lookup, now);
			tables.push(now);
		}
	}));
});

test('from one table to the next only what changed is gone through', () => {
	let read = 0;
	const lookup = createLookup<Value>(value => {
		read += 1;
		return value;
	});
	const first = tableOf<Value>(Array.from({length: 10_000}, (_, index) => [`agent${index}`, [`cluster${index % 100}`]] as const));
	expect(lookup.keys(first, 'cluster7')).toHaveLength(100);
	read = 0;
	const second = first.with('agent5', ['cluster7']).with('new', ['cluster7']).without('agent7');
	expect(lookup.keys(second, 'cluster7').slice(0, 2)).toEqual(['agent5', 'agent107']);
	expect(lookup.keys(second, 'cluster5')).toHaveLength(99);
	expect(read).toBeLessThan(10);
	// Going back in time, too.
	expect(lookup.keys(first, 'cluster7').slice(0, 2)).toEqual(['agent7', 'agent107']);
	expect(read).toBeLessThan(20);
});
