import process from 'node:process';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {createRedaction, createRedactor, replaceInSlices, type Slices} from '../../source/lib/redact.js';

const drain = <T>(slices: Slices<T>, onSlice: () => void = () => undefined): T => {
	for (;;) {
		const slice = slices.next();
		onSlice();
		if (slice.done) {
			return slice.value;
		}
	}
};

const patterns = [/pass=(?<found>\S+)/g, /(?<![a-z])pw:(?<found>\w{1,200})/g, /^start|(?:^|\s)-p(?<found>\S+)/g, /x{1,500}(?=y)/g];

/** Long stretches in which nothing or everything matches, so that their ends lie everywhere around those of slices. */
const stretch = fc.tuple(fc.constantFrom('a', ' ', 'pass=', 'apw:b', ' pw:b', ' -p', 'x', 'xy', 'start'), fc.constantFrom(1, 3, 700, 13_000, 65_530, 65_536, 98_300))
	.map(([part, length]) => part.repeat(Math.max(1, Math.ceil(length / part.length))));

describe('a text of which parts are replaced in slices', () => {
	test('is what it is when they are replaced at one go', () => {
		fc.assert(fc.property(fc.array(stretch, {minLength: 1, maxLength: 6}), fc.constantFrom(...patterns), (parts, pattern) => {
			const text = parts.join('');
			const replaced = drain(replaceInSlices(text, pattern, () => '<>'));
			expect(replaced === text.replaceAll(pattern, '<>')).toBe(true);
		}), {numRuns: 40});
	});
});

test('a secret stays hidden wherever in a long entry it is', () => {
	const redact = createRedactor(['correct horse']);
	for (const place of [65_530, 65_536, 98_304]) {
		for (const secret of ['password=Tr0ub4dor', 'mysql -uroot -pTr0ub4dor', 'the password is Tr0ub4dor', `token: "${'Tr0ub4dor'.repeat(200)}"`, 'correct horse']) {
			const masked = redact(`${'word '.repeat(30_000).slice(0, place)} ${secret} ${'word '.repeat(30_000)}`);
			expect(masked).not.toMatch(/Tr0ub4dor|correct horse/);
			expect(masked).toContain('***');
		}
	}
});

test.each([
	'word ', 'password=', 'password=a ', ' -pa ', '-----BEGIN PRIVATE KEY-----', '-p\n',
])('an entry of two megabytes of %j holds no key up while its secrets are masked', part => {
	const slices = createRedaction(['correct horse'])(part.repeat(Math.ceil(2_000_000 / part.length)));
	let longest = 0;
	// Of this thread alone: the machine may have other work.
	let before = process.threadCpuUsage();
	drain(slices, () => {
		const {user, system} = process.threadCpuUsage(before);
		longest = Math.max(longest, (user + system) / 1000);
		before = process.threadCpuUsage();
	});
	expect(longest).toBeLessThan(50);
});
