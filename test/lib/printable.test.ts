import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {printable, printableLines} from '../../source/lib/printable.js';

const hostile = fc.oneof(
	fc.string({unit: 'binary', maxLength: 400}),
	// Lone surrogates, which no valid string has but any JSON may.
	fc.array(fc.integer({min: 0, max: 0xFF_FF}), {maxLength: 60}).map(units => String.fromCodePoint(...units)),
	fc.string({unit: fc.constantFrom('\u001B', '\n', '\r', '\t', '\u202E', '\u200D', '\uFE0F', '\uD83D', '😀', '中', 'a', '\u007F', '\u009B', '\u{E0041}', '\u3164'), maxLength: 300}),
);
const never = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

describe('what agents send, made fit for a terminal', () => {
	it.each([
		['plain text', 'Start observer', 'Start observer'],
		['an escape sequence', '\u001B[2Jgone', '␛[2Jgone'],
		['a link (OSC 8)', '\u001B]8;;http://evil\u0007here', '␛]8;;http://evil␇here'],
		['the clipboard (OSC 52)', '\u001B]52;c;cm0=\u001B\\', '␛]52;c;cm0=␛\\'],
		['an 8-bit escape', '\u009B31m', String.raw`\u009b31m`],
		['a bidi override', 'a\u202Eb', String.raw`a\u202eb`],
		['zero width', 'a\u200Bb', String.raw`a\u200bb`],
		['a tag character', 'a\u{E0041}', String.raw`a\u{e0041}`],
		['a filler that some terminals give two columns', 'a\u3164', String.raw`a\u3164`],
		['line and tab', 'a\nb\tc\r', 'a␊b␉c␍'],
		['delete', 'a\u007F', 'a␡'],
		['half a character', 'a\uD83D', 'a\uFFFD'],
		['CJK', '初始化集群', '初始化集群'],
		['an emoji', 'fine 😀', 'fine 😀'],
		['an emoji with a variation selector', '❤\uFE0F', '❤'],
		['combining marks', 'e\u0301', 'e\u0301'],
		['nothing', '', ''],
	])('%s', (_, text, expected) => {
		expect(printable(text)).toBe(expected);
	});

	it.each([
		['line feeds stay', 'a\nb', 'a\nb'],
		['CR LF becomes a line feed', 'a\r\nb\r\n', 'a\nb\n'],
		['a lone CR cannot go back in its line', 'secret\rpublic', 'secret␍public'],
		['a tab goes to the next eighth column', 'a\tb\n12345678\tc', 'a       b\n12345678        c'],
		['escape sequences in any line', 'a\n\u001B[1m', 'a\n␛[1m'],
	])('in log entries %s', (_, text, expected) => {
		expect(printableLines(text)).toBe(expected);
	});

	it('a name is cut at 256 characters, however long it is', () => {
		expect(printable('x'.repeat(5_000_000))).toBe(`${'x'.repeat(256)}…`);
		expect(printable('x'.repeat(256))).toBe('x'.repeat(256));
		expect(printable('\uFE0F'.repeat(5000))).toBe('…');
	});

	it('a name is never cut into half a character', () => {
		expect(printable(`${'x'.repeat(255)}😀😀`)).toBe(`${'x'.repeat(255)}\uFFFD…`);
	});

	it('nothing that a terminal obeys is left, in one line', () => {
		fc.assert(fc.property(hostile, text => {
			expect(printable(text)).not.toMatch(never);
			expect(printable(text).length).toBeLessThanOrEqual(257);
		}));
	});

	it('nothing but line feeds is left, in several', () => {
		fc.assert(fc.property(hostile, text => {
			expect(printableLines(text).replaceAll('\n', '')).not.toMatch(never);
		}));
	});

	it('what was made printable stays as it is', () => {
		fc.assert(fc.property(hostile, text => {
			expect(printable(printable(text))).toBe(printable(text));
			expect(printableLines(printableLines(text))).toBe(printableLines(text));
		}));
	});
});
