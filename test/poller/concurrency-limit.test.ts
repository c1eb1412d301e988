import {expect, test} from 'vitest';
import {createConcurrencyLimit, type ConcurrencyLimit} from '../../source/poller/request-queue.js';
import {createVirtualClock, type VirtualClock} from '../helpers/virtual-clock.js';

type Opened = {readonly room: ConcurrencyLimit; readonly clock: VirtualClock; readonly busy: (ms: number) => void; readonly leave: () => void};

const open = (limit: number): Opened => {
	const clock = createVirtualClock(0);
	let spent = 0;
	let isCrowded = true;
	const room = createConcurrencyLimit({
		limit, isCrowded: () => isCrowded, onMore: () => undefined,
		// Each timer comes as late as the program was busy.
		clock: {
			now: () => clock.now() + spent,
			schedule: (run, delay) => clock.schedule(() => {
				spent += lateness;
				run();
			}, delay),
		},
	});
	let lateness = 0;
	return {
		room, clock,
		busy(ms) {
			lateness = ms;
		},
		leave() {
			isCrowded = false;
		},
	};
};

test('requests that wait for slow agents get all places', async () => {
	const {room, clock} = open(64);
	room.crowded();
	await clock.advance(10_000);
	expect(room.limit()).toBe(64);
});

test('a program that cannot keep up asks fewer at once, but never stops, and all again when it can', async () => {
	const {room, clock, busy, leave} = open(64);
	room.crowded();
	busy(40);
	await clock.advance(60);
	expect(room.limit()).toBeLessThan(25);
	await clock.advance(1000);
	expect(room.limit()).toBe(8);
	busy(0);
	leave();
	await clock.advance(1000);
	expect(room.limit()).toBe(64);
	// And at rest no timer goes on.
	expect(clock.pending()).toBe(0);
});

test('nothing is checked while no request waits, or once it has ended', async () => {
	const {room, clock} = open(64);
	expect(clock.pending()).toBe(0);
	room.crowded();
	room.crowded();
	expect(clock.pending()).toBe(1);
	room.stop();
	expect(clock.pending()).toBe(0);
});
