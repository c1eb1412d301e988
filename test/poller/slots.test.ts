import {expect, test} from 'vitest';
import {createSlots} from '../../source/poller/slots.js';

type Visit = {readonly name: string; readonly leave: () => void};

const open = (limit: number) => {
	const slots = createSlots(limit);
	const inside: Visit[] = [];
	return {
		inside,
		names: () => inside.map(({name}) => name).join(' '),
		enter: (name: string, isProven: boolean) => slots.enter(isProven, leave => {
			inside.push({name, leave});
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
		enter(name, true);
	}

	expect(names()).toBe('a b');
	leave('a');
	expect(names()).toBe('b c');
	leave('c');
	expect(names()).toBe('b d');
});

test('those that did not answer last time never hold all places', () => {
	const {enter, names} = open(4);
	for (const name of ['x', 'y', 'z', 'lost']) {
		enter(name, false);
	}

	enter('a', true);
	enter('b', true);
	expect(names()).toBe('x y z a');
});

test('those that answer go first, but one of the lost is always tried', () => {
	const {enter, leave, names} = open(2);
	enter('a', true);
	enter('b', true);
	enter('x', false);
	enter('y', false);
	enter('c', true);
	leave('a');
	expect(names()).toBe('b x');
	leave('b');
	expect(names()).toBe('x c');
});

test('whoever gives up waiting is not let in', () => {
	const {enter, leave, names} = open(1);
	enter('a', true);
	const giveUp = enter('b', true);
	enter('c', true);
	giveUp();
	leave('a');
	expect(names()).toBe('c');
});
