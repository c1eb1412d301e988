import process from 'node:process';
import fc from 'fast-check';

// A run of all tests must not fail by a find that has nothing to do with the change: properties draw the same values each time. `npm run soak` draws others.
const given = process.env['OBWATCH_SEED'] ?? '1';
const seed = given === 'random' ? Date.now() % 1_000_000_000 : Number(given);
if (!Number.isSafeInteger(seed)) {
	throw new TypeError(`OBWATCH_SEED is a whole number or "random", not ${given}`);
}

// A failed property names its seed.
fc.configureGlobal({seed});
