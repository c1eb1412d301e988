import {expect, test} from 'vitest';
import {open} from './helpers/stage.js';

// Everything but the ways out (q at the root, ctrl-c, ctrl-z) and what writes files (s, B).
const keys = [
	...'jkgGhlnNpfrztwycie?!/<>=[]&LKHJoxvy0123456789 ü界',
	'enter',
	'enter',
	'enter',
	'escape',
	'escape',
	'escape',
	'escape',
	'escape',
	'escape',
	'tab',
	'backspace',
	'delete',
	'up',
	'down',
	'left',
	'right',
	'home',
	'end',
	'page-up',
	'page-down',
	'ctrl-d',
	'ctrl-u',
	'ctrl-f',
	'ctrl-b',
	'ctrl-l',
	'ctrl-a',
	'ctrl-w',
];

const sizes = [[80, 24], [200, 50], [30, 8], [41, 11], [100, 24]] as const;

/** The generator of Park and Miller: the same keys for the same seed. */
const createRandom = (seed: number): ((limit: number) => number) => {
	let value = seed;
	return limit => {
		value = (value * 48_271) % 2_147_483_647;
		return value % limit;
	};
};

test.each([1, 2, 3])('no keys in any order break it (seed %i)', async seed => {
	const random = createRandom(seed);
	const terminal = open(['--demo', '--seed', String(seed), '--speed', '40'], {env: {PAGER: 'true', HOME: '/nonexistent'}});
	await terminal.until(text => text.includes('9 agents'), 'the fleet');
	for (let round = 0; round < 120; round++) {
		// Mostly one by one: of what comes at once little is taken.
		const pressed = Array.from({length: random(8) === 0 ? 6 : 1}, () => keys[random(keys.length)] ?? 'j');
		for (const key of pressed) {
			terminal.press(key);
		}

		if (round % 4 === 0) {
			const [columns, rows] = sizes[random(sizes.length)] ?? [80, 24];
			terminal.resize(columns, rows);
		}

		const bytes = terminal.bytesWritten();
		// Redrawn once all keys before it are done.
		terminal.press('ctrl-l');
		// Esc makes one key with Alt of what it is read together with.
		if (pressed.at(-1) === 'escape') {
			terminal.press('ctrl-l');
		}

		await terminal.until(() => terminal.bytesWritten() > bytes, `the program to be through with ${pressed.join(' ')}`);
	}

	terminal.press('ctrl-c');
	expect(await terminal.exit, terminal.text()).toEqual({code: 130, signal: undefined});
	expect(terminal.isAlternate()).toBe(false);
	expect(terminal.text()).not.toContain('fault');
});
