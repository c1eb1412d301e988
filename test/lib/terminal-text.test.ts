import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {asRead, drawingOf, markedText, readTerminalText, stylesBetween} from '../../source/lib/terminal-text.js';
import {cpuTime} from '../helpers/cpu-time.js';

const escape = '\u001B';
const never = /[^\P{Cc}\n]|[\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

/** The styled parts of a text, as words. */
const styled = (raw: string): readonly string[] => {
	const read = readTerminalText(raw);
	return stylesBetween(read, 0, read.text.length).map(({from, to, colour, isBold}) => `${isBold ? 'bold ' : ''}${colour ?? ''}: ${read.text.slice(from, to)}`);
};

describe('what scripts write for a terminal, as it is read', () => {
	it.each([
		['colours are no part of the text', `${escape}[32mINFO${escape}[0m step 1`, 'INFO step 1'],
		['nor is what grep puts around a match', `a ${escape}[01;31m${escape}[Kmatch${escape}[m${escape}[K b`, 'a match b'],
		['a progress bar is its last state', 'download  0%\r9%\r99%', '99%'],
		['also where it returns once more at its end', '10%\r100%\r', '100%'],
		['also where it blanks its line at the end', 'copied 80%\r          \r', 'copied 80%'],
		['also where it erases its line before each state', `10%\r${escape}[2K20%\r${escape}[K30%`, '30%'],
		['each line has its own states', 'a\rb\nc\r\nd\re', 'b\nc\ne'],
		['CR LF ends a line', 'a\r\nb\r\n', 'a\nb\n'],
		['tabs are counted without the colours', `${escape}[1mab${escape}[0m\tc`, 'ab      c'],
		['other sequences stay visible', `${escape}[2J${escape}[H${escape}[?25l${escape}[1K${escape}[>4;1m`, '␛[2J␛[H␛[?25l␛[1K␛[>4;1m'],
		['so do those of colours by one character', '\u009B31mred', String.raw`\u009b31mred`],
		['and those that never end', `${escape}[31`, '␛[31'],
		['a sequence inside a sequence makes no sequence', `${escape}[3${escape}[0m1mx`, '␛[31mx'],
		['halves of a character do not find each other', `\uD83D${escape}[0m\uDE00`, '\uFFFD\uFFFD'],
		['bidi overrides stay visible', `${escape}[31m\u202Etxt.exe\r\u202Egpj`, String.raw`\u202egpj`],
		['nothing', '', ''],
		['only colours', `${escape}[31m${escape}[0m`, ''],
	])('%s', (_, raw, text) => {
		expect(asRead(raw)).toBe(text);
		expect(readTerminalText(raw).text).toBe(text);
	});

	it('lines of which only the last state is there are known, and marked where they are printed', () => {
		const raw = 'plain\n1%\r2%\n3%\r\n4%\r5%\r ';
		const read = readTerminalText(raw);
		expect(read.rewritten.map(([start, end]) => read.text.slice(start, end))).toEqual(['2%', '5%']);
		expect(markedText(raw, read.text)).toBe('plain\n% 2%\n3%\n% 5%');
		expect(markedText(undefined, 'plain')).toBe('plain');
	});
});

describe('the colours', () => {
	it.each([
		['the sixteen', `${escape}[31ma${escape}[92mb${escape}[90mc`, ['red: a', 'green: b', 'quiet: c']],
		['bold, dim and back', `${escape}[1ma${escape}[2;22mb${escape}[2mc`, ['bold : a', 'quiet: c']],
		['several in one sequence', `${escape}[0;1;33ma${escape}[39mb`, ['bold yellow: a', 'bold : b']],
		['of the 256', `${escape}[38;5;196ma${escape}[38;5;21mb${escape}[38;5;240mc${escape}[38;5;1md`, ['red: a', 'blue: b', 'quiet: c', 'red: d']],
		['of all', `${escape}[38;2;0;200;10ma${escape}[38:2::200:0:200mb${escape}[38:5:51mc`, ['green: a', 'magenta: b', 'cyan: c']],
		['what follows a background is none of the text', `${escape}[48;5;31;32ma${escape}[48;2;31;31;31mb`, ['green: ab']],
		['that an entry does not end go on to its end', `${escape}[31ma\nb`, ['red: a\nb']],
		['in a later line', `first\n${escape}[31mb${escape}[0mc`, ['red: b']],
		['of the state that is shown', `${escape}[31m1%\r${escape}[32m2%${escape}[0m`, ['green: 2%']],
	])('%s', (_, raw, expected) => {
		expect(styled(raw)).toEqual(expected);
	});

	it.each([
		['concealed', `${escape}[8mhidden`],
		['black on black', `${escape}[30;40mhidden`],
		['white on white', `${escape}[97;107mhidden`],
		['true black on true black', `${escape}[38;2;0;0;0;48;2;0;0;0mhidden`],
		['inverse and blinking', `${escape}[5;7mhidden`],
		['numbers that no colour has', `${escape}[38;5;999m${escape}[38;9;1m${escape}[38m${escape}[99999999999999999999mhidden`],
	])('nothing hides: %s', (_, raw) => {
		expect(readTerminalText(raw)).toEqual({text: 'hidden', runs: [], rewritten: []});
	});

	it('of a part are counted from its beginning', () => {
		const read = readTerminalText(`ab${escape}[31mcdef${escape}[0mgh`);
		expect(stylesBetween(read, 3, 7)).toEqual([{colour: 'red', isBold: false, from: 0, to: 3}]);
		expect(stylesBetween(read, 0, 2)).toEqual([]);
		expect(stylesBetween(read, 6, 8)).toEqual([]);
	});
});

describe('whatever is written', () => {
	const hostile = fc.string({
		unit: fc.constantFrom(escape, '[', '3', '1', '8', ';', ':', '2', '5', 'm', 'K', '\r', '\n', '\t', ' ', 'a', '中', '\u202E', '\u009B', '\uD83D', '\uDE00', '\uFE0F'),
		maxLength: 200,
	});

	it('nothing that a terminal obeys is left but line feeds', () => {
		fc.assert(fc.property(hostile, raw => {
			expect(asRead(raw)).not.toMatch(never);
			expect(asRead(asRead(raw))).toBe(asRead(raw));
		}), {numRuns: 2000});
	});

	it('colours and lines are within the text, in order', () => {
		fc.assert(fc.property(hostile, raw => {
			const {text, runs, rewritten} = readTerminalText(raw);
			expect(runs.map(({start}) => start)).toEqual([...new Set(runs.map(({start}) => start))].toSorted((one, other) => one - other));
			expect(runs.every(({start}) => start >= 0 && start <= text.length)).toBe(true);
			expect(rewritten.every(([start, end]) => !text.slice(start, end).includes('\n') && end <= text.length)).toBe(true);
			expect(asRead(markedText(raw, text).replaceAll('% ', ''))).toBe(text.replaceAll('% ', ''));
		}), {numRuns: 2000});
	});

	it.each([
		['returns', '\r'.repeat(1_000_000)],
		['states', 'a\r'.repeat(300_000)],
		['colours', `${escape}[31mx`.repeat(100_000)],
		['numbers in one sequence', `${escape}[${'31;'.repeat(200_000)}mx`],
		['colons in one sequence', `${escape}[38${':2'.repeat(200_000)}mx`],
		['a sequence that never ends', `${escape}[${'1'.repeat(1_000_000)}`],
		['sequences that never begin', `${escape}[`.repeat(300_000)],
		['tabs', '\t\r'.repeat(200_000)],
	])('a megabyte of %s is read in time in proportion', (_, raw) => {
		// It takes a second at most on a slow machine; what grows with the square takes hours.
		expect(cpuTime(() => readTerminalText(raw))).toBeLessThan(20_000);
	});

	it('of a text of megabytes the colours are left out, not the mark', () => {
		const raw = `${escape}[31m1%\r${'x'.repeat(1_000_001)}`;
		expect(drawingOf(raw, asRead(raw))).toEqual({runs: [], rewritten: [[0, 1_000_001]]});
	});
});
