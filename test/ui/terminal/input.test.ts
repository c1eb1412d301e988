import {PassThrough} from 'node:stream';
import {type ReadStream} from 'node:tty';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {createScreenInput, isEnding, unreadable} from '../../../source/ui/terminal/input.js';

/** What is typed into a terminal, and what comes of it: the texts that Ink reads, and in brackets what the mouse reported. */
const openInput = () => {
	let now = 1000;
	const out: string[] = [];
	const given: string[] = [];
	const source = {
		read() {
			return given.shift() ?? null;
		},
	};
	const input = createScreenInput(Object.assign(new PassThrough(), source) as unknown as ReadStream, {
		onFocus(isFocused) {
			out.push(isFocused ? '(in)' : '(out)');
		},
		onWidth(areWide) {
			out.push(areWide ? '(wide)' : '(narrow)');
		},
		onMouse(report) {
			out.push(report === unreadable ? '(mouse)' : `(mouse ${report.slice(3)})`);
		},
		onBackground: () => undefined,
		isAsked: () => false,
		clock: {now: () => now, schedule: () => () => undefined},
	});
	return {
		wait(time: number) {
			now += time;
		},
		type(text: string): readonly string[] {
			given.push(text);
			for (let piece: unknown = input.read(); typeof piece === 'string'; piece = input.read()) {
				out.push(piece);
			}

			return out.splice(0);
		},
	};
};

/** What came of texts that were read one after the other, at once. */
const typed = (...texts: readonly string[]): readonly string[] => {
	const {type} = openInput();
	return texts.flatMap(text => type(text));
};

describe('keys and reports in one read', () => {
	test('come in their order, and reports are no text', () => {
		expect(typed('ab\u001B[<0;10;5Mc\u001B[A\u001B[<0;10;5m')).toEqual(['ab', '(mouse 0;10;5M)', 'c\u001B[A', '(mouse 0;10;5m)']);
	});

	test('focus, the width of characters, and other encodings of the mouse', () => {
		expect(typed('a\u001B[I\u001B[1;2Rb\u001B[O\u001B[1;3R')).toEqual(['(in)', '(narrow)', '(out)', '(wide)', 'ab']);
		expect(typed('\u001B[M qyj')).toEqual(['(mouse)', 'j']);
		expect(typed('\u001B[32;81;89Mj')).toEqual(['(mouse)', 'j']);
		expect(typed('\u001B[M !\rj')).toEqual(['(mouse)', '\rj']);
	});

	test('half a report, and then something else', () => {
		expect(typed('\u001B[<0;10\u001B[<0;10;5Mj')).toEqual(['(mouse)', '(mouse 0;10;5M)', 'j']);
		expect(typed('\u001B[<0;10\rj')).toEqual(['(mouse)', '\rj']);
	});

	test('Esc before a report stays Esc', () => {
		expect(typed('\u001B\u001B[<0;10;5Mj')).toEqual(['\u001B', '(mouse 0;10;5M)', 'j']);
	});

	test('pasted text is left as it is, even if its end is split', () => {
		const text = '\u001B[200~a\u001B[<0;1;1M\u001B[Ib\u001B[201~';
		expect(typed(text, '\u001B[<0;1;1M').join('')).toBe(`${text}(mouse 0;1;1M)`);
		for (let cut = 1; cut < text.length; cut++) {
			expect(typed(text.slice(0, cut), text.slice(cut), '\u001B[<0;1;1M').join('')).toBe(`${text}(mouse 0;1;1M)`);
		}
	});
});

describe('a sequence in several reads', () => {
	test('is what it is in one', () => {
		expect(typed('\u001B[<0;1', '0;5Mj')).toEqual(['(mouse 0;10;5M)', 'j']);
		expect(typed('\u001B[1;5', 'Cj')).toEqual(['\u001B[1;5Cj']);
		expect(typed('\u001B', '[A')).toEqual(['\u001B', '[A']);
		expect(typed('\u001B[M', ' ', 'q', 'yj')).toEqual(['(mouse)', 'j']);
	});

	test('completes for Ink what it got of a report, so that no Esc is left', () => {
		expect(typed('\u001B', '[<0;10;5Mj')).toEqual(['\u001B', '[<M', '(mouse 0;10;5M)', 'j']);
		expect(typed('\u001B[', '<0;10', ';5Mj')).toEqual(['\u001B[', '<M', '(mouse 0;10;5M)', 'j']);
		expect(['[<M', '<M', '', 'j', '['].map(text => isEnding(text))).toEqual([true, true, false, false, false]);
	});

	test('is forgotten if its rest never comes', () => {
		const {type, wait} = openInput();
		expect(type('\u001B[<0;10')).toEqual([]);
		wait(2000);
		expect(type('5j')).toEqual(['5j']);
	});

	test('is none if a person pressed Esc, and later another key', () => {
		const {type, wait} = openInput();
		expect(type('\u001B')).toEqual(['\u001B']);
		wait(200);
		expect(type('[')).toEqual(['[']);
		expect(type('5j')).toEqual(['5j']);
	});

	test('that took so long that Esc was pressed in between gives no keys more', () => {
		const {type, wait} = openInput();
		expect(type('\u001B')).toEqual(['\u001B']);
		wait(200);
		expect(type('[<0;81;89My')).toEqual(['(mouse 0;81;89M)', 'y']);
	});
});

test('however reports are split, none becomes keys, and keys around them stay', () => {
	const reports = fc.constantFrom('\u001B[<0;81;89M', '\u001B[<64;100;3M', '\u001B[<0;7;7m', '\u001B[M qy', '\u001B[M#!!', '\u001B[32;10;10M');
	// After Esc, a bracket and others begin a sequence, too.
	const keys = fc.constantFrom('j', 'y', 'q', '\r', '\u0003', '\u001B[A', '\u001B[5~', 'ü', '界', ' ');
	fc.assert(fc.property(fc.array(fc.oneof(reports, keys), {maxLength: 12}), fc.array(fc.integer({min: 1, max: 9}), {minLength: 1, maxLength: 30}), (parts, lengths) => {
		const text = parts.join('');
		const chunks: string[] = [];
		for (let index = 0; index < text.length;) {
			const length = lengths[chunks.length % lengths.length] ?? 1;
			chunks.push(text.slice(index, index + length));
			index += length;
		}

		// What Ink makes of it: it drops what means nothing.
		const left = typed(...chunks).filter(piece => !piece.startsWith('(')).join('').replaceAll('\u001B[<M', '');
		expect(left).toBe(parts.filter(part => !/^\u001B\[(?:<|M|32)/.test(part)).join(''));
	}), {numRuns: 2000});
});
