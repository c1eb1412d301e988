import {describe, expect, it, vi} from 'vitest';
import {eventsBetween} from '../../source/headless/watch.js';
import {createApplier} from '../../source/recording/cursor.js';
import {readLine} from '../../source/recording/format.js';
import {initialState} from '../../source/store/initial-state.js';
import {createStore, type Store} from '../../source/store/store.js';
import {linesOf, type Kind} from './helpers/lines-of-many.js';

// Before what it counts is loaded.
const countSteps = await vi.hoisted(async () => {
	const {newStepCounter} = await import('../helpers/step-counter.js');
	return newStepCounter();
});

/** Takes in all lines; resolves to how many steps that took. */
const replayed = (kind: Kind, count: number): {readonly steps: number; readonly store: Store; readonly told: number} => {
	const store = createStore(initialState([], {columns: 80, rows: 24}, {isGrowing: true}));
	const taker = createApplier({store, onTime: () => undefined});
	const lines = linesOf(kind, count).map(line => readLine(line));
	let told = 0;
	const steps = countSteps(() => {
		for (const line of lines) {
			const before = store.getState();
			taker.take(line);
			told += eventsBetween(before, store.getState(), taker.knowledge().at).length;
		}
	});
	expect(taker.knowledge()).toMatchObject({damaged: 0, disordered: 0});
	return {steps, store, told};
};

describe('a recording of many agents', () => {
	it.each<Kind>(['agents alone', 'agents with failed tasks', 'clusters of three', 'clusters of three with main tasks'])('costs and reports twice as much with twice as many: %s', kind => {
		const [one, two] = [replayed(kind, 150), replayed(kind, 300)];
		expect([one.store.getState().agents.size, two.store.getState().agents.size]).toEqual([150, 300]);
		expect(two.store.getState().clusters.size).toBe(kind.startsWith('clusters') ? 100 : 0);
		expect(two.told).toBe(one.told * 2);
		expect(one.told).toBeGreaterThanOrEqual(150);
		// Where each line goes through all agents or all clusters, four times as much. What is held weakly is made anew now and then.
		expect(two.steps / one.steps).toBeLessThan(2.6);
	});
});
