import path from 'node:path';
import process from 'node:process';
import {expect, onTestFinished, test} from 'vitest';
import {program} from '../../source/build/paths.js';
import {makeFolders} from '../export/helpers/place.js';
import {keySequence} from '../helpers/pty-keys.js';
import {openTerminal, type Terminal} from '../helpers/pty.js';
import {byHand, open, settled, startAgent} from './helpers/stage.js';

// Everything but the ways out (q at the root, ctrl-c, ctrl-z) and what writes files (s, B).
const keys = [
	...'jkgGhlnNpfrztwycieC?!/<>=[]&LKHJoxvy0123456789 ü界',
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

		// Esc makes one key with Alt of what it is read together with.
		await settled(terminal, ...pressed.at(-1) === 'escape' ? ['ctrl-l'] : []);
	}

	terminal.press('ctrl-c');
	expect(await terminal.exit, terminal.text()).toEqual({code: 130, signal: undefined});
	expect(terminal.isAlternate()).toBe(false);
	expect(terminal.text()).not.toContain('fault');
});

// With --operate: no POST is sent that was not confirmed by a key pressed by itself.

/** How many writes there are for all seeds together; `npm run soak` asks for more. */
const writes = Number(process.env['OBWATCH_FUZZ_WRITES'] ?? 450);

const firstSeed = Number(process.env['OBWATCH_FUZZ_SEED'] ?? 1);

/** Half of them with the mouse. */
const seeds = [0, 1, 2, 3].map(offset => ({seed: firstSeed + offset, mouse: offset % 2 === 0 ? 'off' : 'on'}));

const operating = [...keys.filter(key => key !== 'enter'), ...'xxxrbcspyyD:', 'enter', 'enter'];

const isConfirming = (text: string): boolean => /Press y|type the task's name|This is neither/.test(text);

const typedTexts = ['Upgrade OceanBase', 'Upgrade OceanBase\r', 'y\r', 'yes\ry', 'xry', 'xr\ry', 'xbUpgrade OceanBase\r', '\u001By', ':retry\r\ry', 'pass word\r', '5j/lib\r', 'y'.repeat(50)];

type Random = ReturnType<typeof createRandom>;

const pick = <Item>(random: Random, items: readonly Item[]): Item | undefined => items[random(items.length)];

/** What a terminal sends for its mouse, in all of its ways. Some columns and lines are the letters y, q and the digits in the oldest one. */
const mouseBytes = (random: Random): string => {
	const [column, row] = [1 + random(210), 1 + random(55)];
	return pick(random, [
		`\u001B[<${pick(random, [0, 0, 1, 2, 32, 64, 65]) ?? 0};${column};${row}${random(2) === 0 ? 'M' : 'm'}`,
		`\u001B[<0;9;${row}M\u001B[<0;9;${row}m\u001B[<0;9;${row}M\u001B[<0;9;${row}m`,
		`\u001B[<${64 + random(2)};9;${row}M`.repeat(1 + random(9)),
		`\u001B[M${String.fromCodePoint(32 + random(4), 33 + (column % 90), 33 + row)}`,
		'\u001B[M yy',
		`\u001B[32;${column};${row}M`,
	]) ?? '';
};

const pressed = (random: Random, count: number): string => Array.from({length: count}, () => keySequence(pick(random, operating) ?? 'j')).join('');

/** What is written next. `alone`: a key that could confirm something by itself. `rest`: what follows in a write of its own, sooner or later or never. */
const nextWrite = (random: Random): {readonly text: string; readonly alone?: true; readonly rest?: string} => {
	const kind = random(20);
	if (kind < 3) {
		return {text: pressed(random, 2 + random(7))};
	}

	if (kind < 5) {
		const text = pick(random, typedTexts) ?? '';
		return {text: random(2) === 0 ? text : `\u001B[200~${text}\u001B[201~`};
	}

	if (kind === 5) {
		return {text: mouseBytes(random)};
	}

	if (kind === 6) {
		const bytes = mouseBytes(random);
		const cut = 1 + random(bytes.length - 1);
		return {text: bytes.slice(0, cut), rest: random(4) === 0 ? '' : bytes.slice(cut)};
	}

	if (kind === 7) {
		const [before, after] = random(2) === 0 ? [mouseBytes(random), pressed(random, 1)] : [pressed(random, 1), mouseBytes(random)];
		return {text: before + after};
	}

	const key = pick(random, operating) ?? 'j';
	return {text: keySequence(key), ...((key === 'y' || key === 'enter') && {alone: true})};
};

/** Redraws, so that everything written before was read. */
const settle = async (terminal: Terminal): Promise<void> => {
	// The first may belong to an unfinished sequence, or to an Esc before it.
	await settled(terminal, 'ctrl-l', 'ctrl-l');
};

/** Tries to open a confirmation as a person does, key by key, from wherever the screen is. */
const approach = async (terminal: Terminal, random: Random): Promise<void> => {
	for (const key of ['escape', 'escape', 'x', pick(random, ['r', 'r', 'b']) ?? 'r']) {
		terminal.press(key);
		// What follows sooner would count as typed together with it.
		await byHand();
		await byHand();
		await byHand();
		await settle(terminal);
	}
};

/** How often a confirmation was open, with all seeds together. */
let asked = 0;

test.each(seeds)('nothing is sent that was not confirmed by a key of its own (seed $seed, mouse $mouse)', {timeout: 300_000 + (writes * 200)}, async ({seed, mouse}) => {
	const random = createRandom(seed);
	const agent = await startAgent({scenario: 'failing'});
	const {folder} = makeFolders('folder');
	const start = (): Terminal => openTerminal({
		command: '/bin/sh', args: ['-c', 'cd "$1" && shift && exec "$@"', 'sh', folder, process.execPath, program, agent.label, '--operate', ...mouse === 'on' ? ['--mouse'] : []],
		env: {PAGER: 'true', HOME: folder, XDG_STATE_HOME: path.join(folder, 'state')},
	});
	let terminal = start();
	onTestFinished(async () => terminal.close());
	await terminal.until(text => text.includes('failed in stage'), 'the failed task');
	const last: string[] = [];
	for (let index = 0; index < writes / seeds.length; index++) {
		if (terminal.isEnded()) {
			await terminal.close();
			terminal = start();
			await terminal.until(text => text.includes('failed in stage'), 'the failed task again');
		}

		if (random(12) === 0) {
			await approach(terminal, random);
			asked += isConfirming(terminal.text()) ? 1 : 0;
		}

		const {text, alone, rest} = nextWrite(random);
		if (alone) {
			// A key that counts alone acts a little later, and what it opens must be in sight.
			await byHand();
			await byHand();
			await settle(terminal);
			await byHand();
			await settle(terminal);
		}

		if (!(alone && isConfirming(terminal.text()))) {
			terminal.type(text);
			last.push(text);
		}

		if (rest !== undefined) {
			for (let left = random(4); left > 0; left--) {
				await byHand();
			}

			terminal.type(rest);
			last.push(rest);
		}

		if (index % 50 !== 49) {
			continue;
		}

		const [columns, rows] = pick(random, sizes) ?? [80, 24];
		terminal.resize(columns, rows);
		await settle(terminal);
		expect(agent.requests().posts, `seed ${seed}, write ${index}: ${JSON.stringify(last.slice(-60))}\n${terminal.text()}`).toBe(0);
	}

	expect(agent.requests().posts).toBe(0);
	if (seed === seeds.at(-1)?.seed) {
		// They came near enough to matter: on a busy machine not each of them.
		expect(asked).toBeGreaterThan(0);
	}
});
