import {Buffer} from 'node:buffer';
import fc from 'fast-check';
import {expect, test} from 'vitest';
import {createGrowingBody} from '../../source/client/transport.js';

const limit = 6 * 1024 * 1024;

test('an answer is what came, in whatever pieces, and whatever was expected of its size', () => {
	fc.assert(fc.property(fc.array(fc.integer({min: 0, max: 700_000}), {maxLength: 8}), fc.constantFrom(undefined, 10, 3_000_000, 50_000_000), (lengths, expected) => {
		const body = createGrowingBody(limit, expected);
		const pieces = lengths.map((length, index) => Buffer.alloc(length, index + 1));
		for (const piece of pieces) {
			body.add(piece);
		}

		const whole = Buffer.concat(pieces);
		expect(body.size()).toBe(whole.length);
		expect(body.take().equals(whole)).toBe(true);
		expect(body.take()).toHaveLength(0);
	}), {numRuns: 60});
});

test('a large answer whose size was expected is put where it stays, once', () => {
	const body = createGrowingBody(limit, 4_000_000);
	body.add(Buffer.alloc(1_500_000));
	body.add(Buffer.alloc(2_000_000));
	// Moved again, it would have got more.
	expect(body.take().buffer.byteLength).toBe(4_000_000);
});
