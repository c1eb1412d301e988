import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {type From, type Regex} from '../../../source/text/regex/progress.js';
import {compileRegex} from '../../../source/text/regex/regex.js';
import {type Effort} from '../../../source/text/regex/effort.js';

const regexOf = (source: string, flags = 'iu'): Regex => {
	const compiled = compileRegex(source, flags);
	if (!compiled.ok) {
		throw new Error(compiled.problem);
	}

	return compiled.regex;
};

/** Goes on until it is done, so much at a time; the number of slices and the most that one of them took. */
const inSlices = (regex: Regex, text: string, size: number) => {
	let from: From = 0;
	for (let slices = 1, most = 0; ; slices++) {
		const effort: Effort = {left: size};
		const verdict = regex.test(text, from, effort);
		most = Math.max(most, size - effort.left);
		if (typeof verdict === 'boolean') {
			return {verdict, slices, most};
		}

		from = verdict;
	}
};

/** All places, found a few characters at a time. */
const places = (regex: Regex, text: string): ReadonlyArray<readonly [number, number]> => {
	const all: Array<readonly [number, number]> = [];
	let from: From = 0;
	for (;;) {
		const found = regex.find(text, from, {left: 3});
		if (found.type === 'none') {
			return all;
		}

		if (found.type === 'stopped') {
			from = found.progress;
			continue;
		}

		all.push([found.start, found.end]);
		from = found.end === found.start ? found.end + (((text.codePointAt(found.end) ?? 0) > 0xFF_FF) ? 2 : 1) : found.end;
		if (from > text.length) {
			return all;
		}
	}
};

const native = (source: string, text: string): ReadonlyArray<readonly [number, number]> =>
	[...text.matchAll(new RegExp(source, 'gimu'))].map(match => [match.index, match.index + match[0].length] as const);

describe('what people type finds what the language\'s own expressions find', () => {
	test.each([
		['Error', 'an error, two ERRORS'],
		['a|ab|abc', 'abcab'],
		['".*?"', 'say "a" and "b"'],
		['".*"', 'say "a" and "b"'],
		[String.raw`^\w+$`, 'one\ntwo three\nfour'],
		[String.raw`\bfail(?:ed|ure)?\b`, 'failed failures fail'],
		[String.raw`\d{2,3}(?<part>:\d+)?`, '1 12 123 1234:5'],
		[String.raw`[^a-z\]\s]+`, 'ab[12]c 数据'],
		['数据.{0,2}败', '数据库失败 数据败'],
		[String.raw`\u{1F600}+|\p{Script=Han}`, '😀😀 数'],
		[String.raw`\ud83d\ude00`, '😀'],
		['.', '😀数a\n'],
		[String.raw`\Bb`, 'ab b bb'],
		['(a|b)*?b', 'aab'],
		['x{0}y', 'xy'],
		['straße|ſ|K', 'STRAßE s k'],
		['', 'ab'],
		['$', 'a\n\nb'],
		[String.raw`\/a-b`, '/a-b'],
	])('%s in %j', (source, text) => {
		expect(places(regexOf(source), text)).toEqual(native(source, text));
	});

	const atom = fc.constantFrom('a', 'b', 'A', '.', String.raw`\w`, '[^a]', '数', String.raw`\b`, '^', '$', String.raw`\B`, ' ');
	const quantified = fc.tuple(fc.constantFrom('a', 'b', '.', String.raw`\w`, '[ab]', '数', '(?:ab|a)', '(?:a|b|ab)', '(?:b )'), fc.constantFrom('', '*', '+', '?', '*?', '+?', '??', '{2}', '{1,2}', '{0,2}?', '{2,}')).map(parts => parts.join(''));
	const sequence = fc.array(fc.oneof(atom, quantified), {minLength: 1, maxLength: 5}).map(parts => parts.join(''));
	const source = fc.array(sequence, {minLength: 1, maxLength: 3}).map(options => options.join('|'));
	const text = fc.array(fc.constantFrom('a', 'b', 'B', ' ', '\n', '数', '_'), {maxLength: 14}).map(parts => parts.join(''));

	test('whatever it is', () => {
		fc.assert(fc.property(source, text, (typed, read) => {
			expect(places(regexOf(typed), read)).toEqual(native(typed, read));
		}), {numRuns: 2000});
	});
});

// Each of these takes an engine that tries one way after the other longer than anybody lives, or fills a memory with states.
const hostile = [String.raw`(\w+[ /.]?)+!`, '(a*)*!', '(a|a)+!', '(a|b|ab)*!', '(.*a){30}!', '(a|b)*a(a|b){150}!', String.raw`(\w{1,40}\s?){1,20}!`, '(x+x+)+y', '^(([a-z])+.)+[A-Z]([a-z])+$'];

describe('no expression and no line can hold anybody up', () => {
	test.each(hostile)('%s takes steps in proportion to the line, and a slice is a slice', source => {
		const regex = regexOf(source, 'u');
		fc.assert(fc.property(fc.array(fc.constantFrom('a', 'b', 'x', ' ', 'ab', 'aaaa', '/'), {minLength: 1, maxLength: 10}), seed => {
			const line = seed.join('').repeat(3000).slice(0, 5000);
			const size = 500_000;
			const {verdict, slices, most} = inSlices(regex, line, size);
			expect(verdict).toBe(false);
			// A step of hostile expressions costs as much as the expression is long: so much is done beyond a slice at the most.
			expect(most).toBeLessThan(size + 60_000);
			expect(slices).toBeLessThan(20_000);
		}), {numRuns: 3});
	});

	test('a line of 5 MB is read in slices, up to a match at its end', () => {
		const line = `${'ab c/d.e '.repeat(560_000)}!`;
		const {verdict, slices} = inSlices(regexOf(String.raw`(\w+[ /.]?)+!`), line, 500_000);
		expect(verdict).toBe(true);
		expect(slices).toBeGreaterThan(5);
		expect(inSlices(regexOf('e !'), line, 100_000)).toMatchObject({verdict: true});
		expect(inSlices(regexOf('no such'), line, 100_000).slices).toBeGreaterThan(3);
	});

	test('an empty repetition ends', () => {
		expect(inSlices(regexOf('(|a)*b'), 'aaa', 1000).verdict).toBe(false);
		expect(compileRegex('(){1000000000}', 'u')).toMatchObject({ok: false});
		expect(compileRegex('((((a{99}){99}){99}){99})', 'u')).toMatchObject({ok: false});
	});
});

test('what a literal search finds across its pieces is found', () => {
	for (const before of [0, 65_530, 65_535, 65_536, 131_070]) {
		expect(regexOf('needle').find(`${'-'.repeat(before)}Needle${'-'.repeat(70_000)}`, 0, {left: Infinity})).toEqual({type: 'found', start: before, end: before + 6});
	}
});
