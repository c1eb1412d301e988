import {setImmediate as nextTurn} from 'node:timers/promises';
import {expect, test} from 'vitest';
import {createKeyBatcher, type KeyBatcher, type KeyBatch} from '../../../source/ui/keys/batch.js';
import {createVirtualClock} from '../../helpers/virtual-clock.js';

type Read = KeyBatcher & {
	/** Each turn as its keys and its group. */
	readonly turns: () => ReadonlyArray<readonly [keys: string, group: number]>;
	/** One reading of keys, and drawing for so long before the program looks for input again. */
	readonly read: (text: string, drawing?: number) => Promise<void>;
	/** Time passes in which the program looks for input and finds none. */
	readonly rest: (time: number) => Promise<void>;
};

const open = (withClock = true): Read => {
	const clock = createVirtualClock(0);
	const turns: KeyBatch[] = [];
	let isBusy = 0;
	let isGuarded = false;
	const keyTurns = createKeyBatcher({
		take(turn) {
			turns.push(turn);
			isGuarded ||= turn.keystrokes[0] === 'p' && turn.keystrokes.length === 1;
			clock.set(clock.now() + isBusy);
		},
		isForAlone: keystroke => keystroke === 'p' || (isGuarded && keystroke === '\r'),
		isGuarded: () => isGuarded,
		clock: withClock ? clock : undefined,
	});
	return {
		...keyTurns,
		turns: () => turns.map(({keystrokes, group}) => [keystrokes.join(''), group]),
		async read(text, drawing = 0) {
			isBusy = drawing;
			keyTurns.add([...text]);
			await Promise.resolve();
		},
		async rest(time) {
			await clock.advance(time);
			for (let turn = 0; turn < 4; turn++) {
				await nextTurn();
			}
		},
	};
};

test('keys of one reading are one turn, whatever the terminal library made of them', async () => {
	const {add, flush, rest, turns} = open(false);
	add(['a']);
	add([]);
	add(['b', 'p']);
	await rest(0);
	add(['c']);
	flush();
	add(['d']);
	await rest(0);
	expect(turns()).toEqual([['abp', 1], ['c', 2], ['d', 3]]);
});

test('a text that comes in several readings is one group until there is a pause', async () => {
	const {read, rest, turns} = open();
	for (const [text, after] of [['x', 2], ['as', 2], ['s', 3], ['q', 0]] as const) {
		await read(text);
		await rest(after);
	}

	expect(turns()).toEqual([['x', 1], ['as', 1], ['s', 1], ['q', 2]]);
});

test('time in which the program did not look for input is no pause', async () => {
	const {read, rest, turns} = open();
	await read('x', 200);
	await read('y');
	await rest(3);
	await read('z');
	expect(turns()).toEqual([['x', 1], ['y', 1], ['z', 2]]);
});

test('a key that counts alone waits for what comes with it', async () => {
	const {read, rest, turns} = open();
	for (const piece of ['p', 'ass', 'word']) {
		await read(piece);
		await rest(2);
	}

	await rest(20);
	await read('p');
	await rest(10);
	await read('a');
	await rest(20);
	expect(turns()).toEqual([['pass', 1], ['word', 1], ['pa', 2]]);
});

test('what is read after a key that counts alone did something is a turn of its own, however soon it comes', async () => {
	const {read, rest, turns} = open();
	await read('p', 200);
	expect(turns()).toEqual([]);
	await rest(16);
	expect(turns()).toEqual([['p', 1]]);
	await read('a');
	await rest(4);
	expect(turns().map(([keys]) => keys)).toEqual(['p', 'a']);
});

test('what is typed into a prompt for a password waits for its other parts, so that an Enter among them is seen; one that comes later, however soon, is no piece', async () => {
	const {read, rest, turns} = open();
	await read('p');
	await rest(16);
	for (const piece of ['ab', 'c', '\r']) {
		await read(piece);
		await rest(2);
	}

	await rest(4);
	await read('d', 200);
	await rest(4);
	await read('\r');
	await rest(16);
	expect(turns().map(([keys]) => keys)).toEqual(['p', 'abc\r', 'd', '\r']);
});

test('a pasted text ends the wait of a key before it', async () => {
	const {read, flush, rest, turns} = open();
	await read('p');
	flush();
	await rest(20);
	expect(turns()).toEqual([['p', 1]]);
});
