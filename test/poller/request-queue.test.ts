import {setImmediate as nextTurn} from 'node:timers/promises';
import {expect, test} from 'vitest';
import {createTurns, type Turns} from '../../source/lib/clock.js';
import {createVirtualClock} from '../helpers/virtual-clock.js';
import {createRequestQueue, type Priority} from '../../source/poller/request-queue.js';

type Visit = {readonly name: string; readonly leave: () => void};

const open = (limit: number, turns?: Turns, work = (): void => undefined) => {
	const clock = createVirtualClock(0);
	const slots = createRequestQueue(limit, clock, turns);
	const inside: Visit[] = [];
	return {
		inside,
		names: () => inside.map(({name}) => name).join(' '),
		enter: (name: string, standing: Priority) => slots.enter(standing, leave => {
			inside.push({name, leave});
			work();
		}),
		leave(name: string) {
			const index = inside.findIndex(visit => visit.name === name);
			const [visit] = inside.splice(index, 1);
			visit!.leave();
			visit!.leave();
		},
	};
};

test('no more are let in than there are places, and in turn', () => {
	const {enter, leave, names} = open(2);
	for (const name of ['a', 'b', 'c', 'd']) {
		enter(name, 'proven');
	}

	expect(names()).toBe('a b');
	leave('a');
	expect(names()).toBe('b c');
	leave('c');
	expect(names()).toBe('b d');
});

test('those that did not answer last time never hold all places', () => {
	const {enter, names} = open(4);
	for (const name of ['x', 'y', 'z', 'offline']) {
		enter(name, 'offline');
	}

	enter('a', 'proven');
	enter('b', 'proven');
	expect(names()).toBe('x y z a');
});

test('those that answer go first, but one of the lost is always tried', () => {
	const {enter, leave, names} = open(2);
	enter('a', 'proven');
	enter('b', 'proven');
	enter('x', 'offline');
	enter('y', 'offline');
	enter('c', 'proven');
	leave('a');
	expect(names()).toBe('b x');
	leave('b');
	expect(names()).toBe('x c');
});

test('a cancelled request is not admitted', () => {
	const {enter, leave, names} = open(1);
	enter('a', 'proven');
	const giveUp = enter('b', 'proven');
	enter('c', 'proven');
	giveUp();
	leave('a');
	expect(names()).toBe('c');
});

test('first contacts go before routine, those that have already begun first of all', () => {
	const {enter, leave, names} = open(2);
	enter('a', 'proven');
	enter('b', 'proven');
	enter('c', 'proven');
	enter('new', 'new');
	enter('begun', 'begun');
	leave('a');
	expect(names()).toBe('b begun');
	leave('b');
	expect(names()).toBe('begun new');
	leave('begun');
	expect(names()).toBe('new c');
});

test('a thousand that were never queried, all of them silent, leave places for those that respond', () => {
	const {enter, names} = open(64);
	for (const index of Array.from({length: 1000}).keys()) {
		enter(`silent${index}`, 'new');
	}

	for (const index of Array.from({length: 20}).keys()) {
		enter(`known${index}`, 'proven');
	}

	expect(names().match(/silent/g)).toHaveLength(48);
	expect(names().match(/known/g)).toHaveLength(16);
});

test('what nobody waits for goes one at a time, and only while nothing else waits', () => {
	const {enter, leave, names} = open(3);
	enter('spare 1', 'spare');
	enter('spare 2', 'spare');
	expect(names()).toBe('spare 1');
	for (const name of ['a', 'b', 'c']) {
		enter(name, 'proven');
	}

	expect(names()).toBe('spare 1 a b');
	leave('spare 1');
	expect(names()).toBe('a b c');
	leave('a');
	expect(names()).toBe('b c spare 2');
});

test('of many that are due at once, a few are let in, and the others one by one after what happened meanwhile, such as a key', async () => {
	let now = 0;
	const turns = createTurns(() => now);
	const {enter, names, leave, inside} = open(20, turns, () => {
		now += 1;
	});
	for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i']) {
		enter(name, 'proven');
	}

	expect(names()).toBe('a b c d');
	for (let turn = 0; turn < 20 && inside.length < 9; turn += 1) {
		const before = inside.length;
		await nextTurn();
		// A turn of this test is one or two of theirs.
		expect(inside.length - before).toBeLessThanOrEqual(2);
	}

	expect(names()).toBe('a b c d e f g h i');
	// Nothing is left behind: in a later turn they are let in at once again.
	leave('a');
	await nextTurn();
	enter('j', 'proven');
	expect(names()).toBe('b c d e f g h i j');
});
