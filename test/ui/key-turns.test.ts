import {setImmediate as nextTurn} from 'node:timers/promises';
import {expect, test} from 'vitest';
import {createKeyTurns, type Turn} from '../../source/ui/key-turns.js';
import {createVirtualClock} from '../helpers/virtual-clock.js';

test('keys of one reading are one turn, whatever the terminal library made of them', async () => {
	const turns: Turn[] = [];
	const {add, flush} = createKeyTurns(turn => {
		turns.push(turn);
	});
	add(['a']);
	add([]);
	add(['b', 'enter']);
	await nextTurn();
	add(['c']);
	flush();
	add(['d']);
	await nextTurn();
	expect(turns.map(({keystrokes, burst}) => [keystrokes.join(' '), burst])).toEqual([['a b enter', 1], ['c', 2], ['d', 3]]);
});

test('a text that comes in several readings is one burst until there is a pause, and input was looked for after it', async () => {
	const clock = createVirtualClock(0);
	const turns: Turn[] = [];
	const {add} = createKeyTurns(turn => {
		turns.push(turn);
	}, clock);
	const read = async (text: string): Promise<void> => {
		add([...text]);
		await nextTurn();
	};

	await read('p');
	await clock.advance(2);
	await read('as');
	await clock.advance(2);
	await read('s');
	await clock.advance(3);
	await read('q');
	expect(turns.map(({keystrokes, burst}) => [keystrokes.join(''), burst])).toEqual([['p', 1], ['as', 1], ['s', 1], ['q', 2]]);
});
