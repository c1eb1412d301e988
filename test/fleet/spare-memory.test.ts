import {getHeapSpaceStatistics} from 'node:v8';
import {afterEach, expect, test} from 'vitest';
import {spareMemory} from '../../source/fleet/spare-memory.js';
import {createStore, type Store} from '../../source/store/create-store.js';
import {initialState} from '../../source/store/initial-state.js';
import {addressOf} from '../helpers/tasks.js';

const mebibyte = 1024 * 1024;

const addresses = (count: number) => Array.from({length: count}, (_, index) => addressOf(`10.0.${index >> 8}.${index & 255}:2886`));

const fleetOf = (count: number): Store => createStore(initialState(addresses(count), {columns: 80, rows: 24}, {isGrowing: true}));

/** Many small things that live for a while, as answers do: what makes V8 grow. */
const work = (): void => {
	const kept: unknown[] = [];
	for (let index = 0; index < 1_500_000; index += 1) {
		kept[index % 200_000] = {index, list: [index]};
	}
};

const roomForNew = (): number => (getHeapSpaceStatistics().find(space => space.space_name === 'new_space')?.space_size ?? NaN) / mebibyte;

let stop: (() => void) | undefined;

afterEach(() => {
	stop?.();
});

// In this order: what V8 was told stays.
test('V8 takes much room for what is new, and keeps it', () => {
	work();
	expect(roomForNew()).toBeGreaterThan(30);
});

test('of a small fleet it keeps what it has, since giving it back would hold the program up; of one that has become large it gives it back, and takes it no more', () => {
	const store = fleetOf(99);
	stop = spareMemory(store);
	expect(roomForNew()).toBeGreaterThan(30);
	store.dispatch({type: 'agents-found', found: [{address: addressOf('10.1.0.1:2886'), foundBy: '10.0.0.0:2886', name: undefined, hasJoined: false}]});
	expect(store.getState().agents.size).toBe(100);
	expect(roomForNew()).toBeLessThan(10);
	work();
	expect(roomForNew()).toBeLessThan(10);
});
