import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {compilePattern, type Pattern, type Place} from '../../source/lib/pattern.js';

const patternOf = (source: string, isCaseSensitive = false): Pattern => {
	const compiled = compilePattern(source, {isCaseSensitive});
	if (!compiled.ok) {
		throw new Error(compiled.problem);
	}

	return compiled.pattern;
};

const places = ({find}: Pattern, text: string): readonly Place[] => {
	const all: Place[] = [];
	for (let place = find(text, 0); place;) {
		all.push(place);
		const [start, end] = place;
		place = find(text, end > start ? end : end + ((text.codePointAt(end) ?? 0) > 0xFF_FF ? 2 : 1));
	}

	return all;
};

const native = (source: string, text: string): readonly Place[] =>
	[...text.matchAll(new RegExp(source, 'gimu'))].map(match => [match.index, match.index + match[0].length] as const);

const expectAlike = (source: string, text: string, ofLanguage = source): void => {
	const pattern = patternOf(source);
	expect(places(pattern, text)).toEqual(native(ofLanguage, text));
	expect(pattern.test(text)).toBe(new RegExp(ofLanguage, 'imu').test(text));
};

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
		['.', '😀数a\n'],
		[String.raw`\Bb`, 'ab b bb'],
		['(a|b)*?b', 'aab'],
		['x{0}y', 'xy'],
		['straße|ſ|K', 'STRAßE s k'],
		['', 'ab'],
		['$', 'a\n\nb'],
		[String.raw`\/a-b`, '/a-b'],
	])('%s in %j', (source, text) => {
		expectAlike(source, text);
	});

	test('characters by their numbers and scripts are written as RE2 does', () => {
		expectAlike(String.raw`\x{1F600}+|\p{Han}`, '😀😀 数', String.raw`\u{1F600}+|\p{Script=Han}`);
	});

	const atom = fc.constantFrom('a', 'b', 'A', '.', String.raw`\w`, '[^a]', '数', String.raw`\b`, '^', '$', String.raw`\B`, ' ');
	const quantified = fc.tuple(fc.constantFrom('a', 'b', '.', String.raw`\w`, '[ab]', '数', '(?:ab|a)', '(?:a|b|ab)', '(?:b )'), fc.constantFrom('', '*', '+', '?', '*?', '+?', '??', '{2}', '{1,2}', '{0,2}?', '{2,}')).map(parts => parts.join(''));
	const sequence = fc.array(fc.oneof(atom, quantified), {minLength: 1, maxLength: 5}).map(parts => parts.join(''));
	const source = fc.array(sequence, {minLength: 1, maxLength: 3}).map(options => options.join('|'));
	const text = fc.array(fc.constantFrom('a', 'b', 'B', ' ', '\n', '数', '_'), {maxLength: 14}).map(parts => parts.join(''));

	test('whatever it is', () => {
		fc.assert(fc.property(source, text, (typed, read) => {
			expectAlike(typed, read);
		}), {numRuns: 2000});
	});
});

// Each of these takes an engine that tries one way after the other longer than a lifetime.
const hostile = [String.raw`(\w+[ /.]?)+[!?]`, '(a*)*[!?]', '(a|a)+[!?]', '(a|b|ab)*[!?]', '(.*a){30}[!?]', '(a|b)*a(a|b){150}[!?]', '(x+x+)+[yz]', '^(([a-z])+.)+[A-Z]([a-z])+$'];

describe('no expression and no line takes too long', () => {
	test.each(hostile)('%s is tried in time', source => {
		const pattern = patternOf(source, true);
		fc.assert(fc.property(fc.array(fc.constantFrom('a', 'b', 'x', ' ', 'ab', 'aaaa', '/'), {minLength: 1, maxLength: 10}), seed => {
			const line = seed.join('').repeat(3000).slice(0, 5000);
			expect(pattern.test(line)).toBe(false);
			expect(pattern.find(line, 0)).toBeUndefined();
		}), {numRuns: 3});
	});

	test('of a line of 5 MB the first million characters count, for texts and expressions alike', () => {
		const filler = 'ab c/d.e '.repeat(560_000);
		for (const source of ['wanted', 'WANTED', String.raw`(\w+[ /.]?)+!`, 'want(ed)']) {
			const pattern = patternOf(source, source === 'wanted');
			const at = (index: number): string => `${filler.slice(0, index)}wanted!${filler.slice(index)}`;
			expect(pattern.test(at(900_000)), source).toBe(true);
			expect(pattern.test(at(1_000_000)), source).toBe(false);
		}

		expect(patternOf('want(ed)').find(`${filler.slice(0, 900_000)}wanted${filler}`, 10)).toEqual([900_000, 900_006]);
		expect(patternOf('wanted').find(`${filler.slice(0, 900_000)}wanted${filler}`, 10)).toEqual([900_000, 900_006]);
	});

	test('a longer expression looks at less, and one that is too large is refused', () => {
		const text = `${'-'.repeat(300_000)}a`;
		expect(patternOf('[a]').test(text)).toBe(true);
		expect(patternOf('[a](-{50}){0,4}').test(text)).toBe(false);
		expect(compilePattern('(a{20}){40}', {isCaseSensitive: true})).toEqual({ok: false, problem: 'too large: use fewer or smaller repetitions'});
	});

	test('an empty repetition ends', () => {
		expect(patternOf('(|a)*b').test('aaa')).toBe(false);
		expect(compilePattern('(){1000000000}', {isCaseSensitive: true})).toMatchObject({ok: false});
		expect(compilePattern('((((a{99}){99}){99}){99})', {isCaseSensitive: true})).toMatchObject({ok: false});
	});
});

describe('a long line is read in parts', () => {
	test.each(['need(le)', 'needle'])('%s is found wherever it is, once', source => {
		for (const before of [0, 994, 999, 1000, 1001, 1995, 2000, 65_530]) {
			const text = `${'-'.repeat(before)}Needle${'-'.repeat(3000)}`;
			expect(places(patternOf(source), text)).toEqual([[before, before + 6]]);
		}
	});

	test('and parts are no edges of words or lines', () => {
		const words = 'abcde'.repeat(1000);
		expect(places(patternOf(String.raw`\ba`), words)).toEqual([[0, 1]]);
		expect(places(patternOf('^a|e$'), words)).toEqual([[0, 1], [4999, 5000]]);
		expect(places(patternOf('a{400}$'), 'a'.repeat(3500))).toEqual([[3100, 3500]]);
	});
});

test.each([
	['(', 'missing closing )'],
	['[a', 'missing closing ]'],
	['a)', 'unexpected )'],
	['*', 'missing argument to repetition operator'],
	['\\', 'trailing backslash at end of expression'],
	[String.raw`\u0041`, String.raw`invalid escape sequence: \u`],
	['a{2,1}', 'too large or in the wrong order: {2,1}'],
	['a{1001}', 'too large or in the wrong order: {1001}'],
	['a(?=b)', 'lookahead and lookbehind are not supported'],
	['(?<=a)b', 'lookahead and lookbehind are not supported'],
	['(?<!a)b', 'lookahead and lookbehind are not supported'],
	[String.raw`(a)\1`, 'backreferences are not supported'],
	[String.raw`(?<n>a)\k<n>`, 'backreferences are not supported'],
])('%s is refused: %s', (source, problem) => {
	expect(compilePattern(source, {isCaseSensitive: false})).toEqual({ok: false, problem});
});
