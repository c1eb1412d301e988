import {PassThrough} from 'node:stream';
import {type ReadStream} from 'node:tty';
import {describe, expect, test} from 'vitest';
import {createScreenInput} from '../../../source/ui/terminal/input.js';

const escape = '\u001B';

/** A keyboard whose timers run when the test says so, and what Ink would read from it. */
const openInput = (isAsked = true) => {
	const stream = new PassThrough();
	stream.setEncoding('utf8');
	const timers = new Set<() => void>();
	const backgrounds: string[] = [];
	const widths: boolean[] = [];
	let keys = '';
	let now = 0;
	const input = createScreenInput(stream as unknown as ReadStream, {
		onFocus: () => undefined,
		onWidth(areWide) {
			widths.push(areWide);
		},
		onBackground(background) {
			backgrounds.push(background);
		},
		isAsked: () => isAsked,
		onMouse: () => undefined,
		clock: {
			now: () => now,
			schedule(run) {
				timers.add(run);
				return () => {
					timers.delete(run);
				};
			},
		},
	});

	const take = (): void => {
		for (let chunk: unknown = input.read(); typeof chunk === 'string'; chunk = input.read()) {
			keys += chunk;
		}
	};

	input.on('readable', take);
	return {
		backgrounds, widths,
		keys: () => keys,
		type(text: string) {
			stream.write(text);
			take();
		},
		/** Lets the time pass for which a key is held back. */
		wait() {
			for (const run of timers) {
				timers.delete(run);
				run();
			}

			now += 100;
		},
	};
};

const replies = [
	`${escape}]11;rgb:1e1e/1e1e/2e2e\u0007`,
	`${escape}]11;rgb:ffff/ffff/ffff${escape}\\`,
	`${escape}]11;rgba:ffff/ffff/ffff/ffff\u0007`,
	`${escape}]11;rgb:f/f/f\u0007`,
];

describe('what a terminal says of its background', () => {
	test.each([
		['rgb:0000/0000/0000', 'dark'],
		['rgb:1e1e/1e1e/1e1e', 'dark'],
		['rgb:00/2b/36', 'dark'],
		['rgb:fdfd/f6f6/e3e3', 'light'],
		['rgba:ffff/ffff/ffff/ffff', 'light'],
		['rgb:f/f/f', 'light'],
		// Text in the middle can be either.
		['rgb:8080/8080/8080', 'light'],
	])('%s is %s', (color, background) => {
		const input = openInput();
		input.type(`j${escape}]11;${color}\u0007k`);
		expect(input.backgrounds).toEqual([background]);
		expect(input.keys()).toBe('jk');
	});

	test('comes together with the width of its characters', () => {
		const input = openInput();
		input.type(`${escape}[1;2R${escape}]11;rgb:0/0/0${escape}\\`);
		expect(input).toMatchObject({backgrounds: ['dark'], widths: [false]});
		expect(input.keys()).toBe('');
	});

	test.each(replies)('is no key in two parts, wherever %j is split', reply => {
		for (let at = 1; at < reply.length; at++) {
			const input = openInput();
			input.type(`a${reply.slice(0, at)}`);
			input.type(`${reply.slice(at)}b`);
			expect(input.backgrounds, `split at ${at}`).toHaveLength(1);
			expect(input.keys(), `split at ${at}`).toBe('ab');
		}
	});

	test.each(replies)('is no key letter by letter: %j', reply => {
		const input = openInput();
		for (const letter of reply) {
			input.type(letter);
		}

		input.type('j');
		expect(input.backgrounds).toHaveLength(1);
		expect(input.keys()).toBe('j');
	});

	test.each(replies)('is no key if the rest of %j is late', reply => {
		for (let at = 1; at < reply.length; at++) {
			const input = openInput();
			input.type(reply.slice(0, at));
			input.wait();
			input.type(`${reply.slice(at)}j`);
			expect(input.backgrounds, `split at ${at}`).toHaveLength(1);
			// An escape character alone is also a key, and so is one with a bracket: they cannot wait forever.
			expect(input.keys(), `split at ${at}`).toBe(`${at <= 2 ? reply.slice(0, at) : ''}j`);
		}
	});

	test.each(replies)('is no key if nobody asked, or long after that: %j', reply => {
		const input = openInput(false);
		input.type(`a${reply}b`);
		for (let at = 3; at < reply.length; at++) {
			input.type(reply.slice(0, at));
			input.type(reply.slice(at));
		}

		expect(input.keys()).toBe('ab');
	});

	test('may never end: what follows is read as keys', () => {
		const input = openInput();
		input.type(`${escape}]11;rgb:1e1e/`);
		input.type('q');
		expect(input.keys()).toBe('q');
		expect(input.backgrounds).toEqual([]);
	});
});

describe('a key that could begin a reply', () => {
	test('comes a moment later while an answer may come', () => {
		const input = openInput();
		input.type(escape);
		expect(input.keys()).toBe('');
		input.wait();
		expect(input.keys()).toBe(escape);
		input.type(']');
		input.type('j');
		expect(input.keys()).toBe(`${escape}]j`);
	});

	test('comes together with the next one', () => {
		const input = openInput();
		input.type(escape);
		input.type('[A');
		input.type(escape);
		input.type(escape);
		input.wait();
		expect(input.keys()).toBe(`${escape}[A${escape}${escape}`);
	});

	test('comes at once if no answer is awaited', () => {
		const input = openInput(false);
		input.type(escape);
		expect(input.keys()).toBe(escape);
		input.type(']');
		input.type('1');
		expect(input.keys()).toBe(`${escape}]1`);
	});
});
