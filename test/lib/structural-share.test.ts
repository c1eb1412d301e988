import fc from 'fast-check';
import {expect, it} from 'vitest';
import {share} from '../../source/lib/structural-share.js';

it('keeps the identity of every part that did not change', () => {
	const previous = {name: 'task', nodes: [{id: '1', logs: ['a']}, {id: '2', logs: ['b']}]};
	const next = {name: 'task', nodes: [{id: '1', logs: ['a']}, {id: '2', logs: ['b', 'c']}]};
	const shared = share(previous, next);
	expect(shared).toEqual(next);
	expect(shared.nodes[0]).toBe(previous.nodes[0]);
	expect(shared.nodes[1]).not.toBe(previous.nodes[1]);
});

it('gives back the very same object for an equal copy, whatever it holds', () => {
	fc.assert(fc.property(fc.jsonValue(), value => {
		expect(share(value, structuredClone(value))).toBe(value);
	}));
});

it('always equals the next value', () => {
	fc.assert(fc.property(fc.jsonValue(), fc.jsonValue(), (previous, next) => {
		expect(share(previous, next)).toEqual(next);
	}));
});

it('distinguishes a missing field from an undefined one', () => {
	expect(share<Record<string, unknown>>({a: 1}, {a: 1, b: undefined})).toEqual({a: 1, b: undefined});
	expect(Object.keys(share<Record<string, unknown>>({a: 1, b: undefined}, {a: 1}))).toEqual(['a']);
});
