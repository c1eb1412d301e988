import {describe, expect, test} from 'vitest';
import {initialState} from '../../source/store/initial-state.js';
import {createStore, type Store} from '../../source/store/store.js';
import {type AppView, createFrameScheduler, type FrameScheduler} from '../../source/ui/frame.js';
import {addressOf, after, makeDag, makeNodes, ten} from '../helpers/tasks.js';
import {createVirtualClock, type VirtualClock} from '../helpers/virtual-clock.js';

const keys = ['10.0.0.1:2886', '10.0.0.2:2886'];

type Watched = {readonly store: Store; readonly clock: VirtualClock; readonly source: FrameScheduler; readonly views: readonly AppView[]; readonly stop: () => void};

/** Everything that React would draw, from the first view on. */
const watch = (isRead = false): Watched => {
	const clock = createVirtualClock(ten + 300);
	const store = createStore(initialState(keys.map(key => addressOf(key)), {columns: 80, rows: 24}));
	for (const agent of keys) {
		store.dispatch({type: 'skew-measured', agent, at: ten, skew: 0});
	}

	const source = createFrameScheduler(store, clock, {isRead});
	const views = [source.getSnapshot()];
	const stop = source.subscribe(() => {
		views.push(source.getSnapshot());
	});
	return {store, clock, source, views, stop};
};

const received = (store: Store, agent: number, state = 'RUNNING'): void => {
	store.dispatch({type: 'task-received', agent: keys[agent]!, at: ten, task: makeDag({id: `2213070643302886${agent}`, state, startTime: after(0), endTime: after(5)})});
};

const durations = (view: AppView | undefined): ReadonlyArray<number | undefined> =>
	view?.screen.type === 'agents' ? view.screen.list.rows.map(({task}) => task?.duration) : [];

describe('what the screen shows', () => {
	test('is what a page is: fewer rows once something is said above them', async () => {
		const {store, clock, source, stop} = watch();
		const agent = keys[0]!;
		store.dispatch({type: 'task-received', agent, at: ten, task: makeDag({nodes: makeNodes(...Array.from({length: 60}, () => 'SUCCEED/RUN'))})});
		store.dispatch({type: 'entered'});
		const shown = (): {readonly rows: number; readonly selected: number} => {
			const {screen} = source.getSnapshot();
			const {rows, top} = screen.type === 'task' ? screen.list : {rows: [], top: 0};
			return {rows: rows.length, selected: top + rows.findIndex(({isSelected}) => isSelected)};
		};

		store.dispatch({type: 'selection-moved', by: 'start'});
		expect(shown()).toEqual({rows: 18, selected: 0});
		store.dispatch({type: 'selection-moved', by: 'page'});
		expect(shown()).toEqual({rows: 18, selected: 18});
		store.dispatch({type: 'agent-failed', agent, at: ten, since: ten, lastSeenAt: ten, isAlive: false, error: {type: 'unreachable', code: 'ECONNREFUSED'}});
		await clock.advance(500);
		const {rows} = shown();
		expect(rows).toBeLessThan(18);
		store.dispatch({type: 'selection-moved', by: 'page'});
		expect(shown()).toEqual({rows, selected: 18 + rows});
		stop();
	});

	test('does not move with time alone where it is read', async () => {
		const {store, clock, views, stop} = watch(true);
		received(store, 0);
		await clock.advance(1000);
		const before = views.length;
		await clock.advance(60_000);
		expect(views.length).toBe(before);
		received(store, 1);
		await clock.advance(1000);
		expect(views.length).toBe(before + 1);
		expect(durations(views.at(-1))[0]).toBeGreaterThan(60_000);
		stop();
	});

	test('comes a second apart where it is read, and at once after a key', async () => {
		const {store, clock, views, stop} = watch(true);
		await clock.advance(5000);
		const before = views.length;
		for (const state of ['READY', 'RUNNING', 'FAILED', 'SUCCEED']) {
			received(store, 0, state);
			received(store, 1, state);
			await clock.advance(200);
		}

		expect(views.length, 'the first change').toBe(before + 1);
		store.dispatch({type: 'selection-moved', by: 1});
		expect(views.length, 'the key, with the last of the changes').toBe(before + 2);
		await clock.advance(3000);
		expect(views.length, 'nothing that was passed already').toBe(before + 2);
		stop();
	});

	test('is the same object until something in sight changes', () => {
		const {store, source} = watch();
		const first = source.getSnapshot();
		store.dispatch({type: 'skew-measured', agent: keys[0]!, at: ten, skew: 0});
		expect(source.getSnapshot()).toBe(first);
	});

	test('is one row less in a replay, whose state has the first one', () => {
		const replay = {speed: 1, phase: 'paused', percent: 0, damaged: 0, lost: 0, disordered: 0} as const;
		const store = createStore(initialState(keys.map(key => addressOf(key)), {columns: 80, rows: 24}, {replay}));
		const source = createFrameScheduler(store, createVirtualClock(ten));
		const stop = source.subscribe(() => undefined);
		expect([source.getSnapshot().size.rows, store.getState().view.page]).toEqual([23, 18]);
		store.dispatch({type: 'resized', columns: 80, rows: 30});
		expect([source.getSnapshot().size.rows, store.getState().view.page]).toEqual([29, 24]);
		stop();
	});

	test('at rest needs no clock and draws nothing', async () => {
		const {clock, views} = watch();
		await clock.advance(3_600_000 * 0.4);
		expect(clock.pending()).toBe(0);
		expect(views).toHaveLength(1);
	});

	test('gathers what many agents send at once into one frame', async () => {
		const {store, clock, views} = watch();
		received(store, 0, 'SUCCEED');
		received(store, 1, 'SUCCEED');
		expect(views).toHaveLength(1);
		await clock.advance(50);
		expect(views).toHaveLength(2);
		expect(durations(views[1])).toEqual([5000, 5000]);
	});

	test('comes less often where its values take long to find out, but never half a second late, and follows a key at once', async () => {
		const clock = createVirtualClock(ten);
		let spent = 0;
		// Each look at this clock comes 15 ms after the one before, as on a machine with much to do.
		const busy = {...clock, now() {
			spent += 15;
			return clock.now() + spent;
		}};
		const store = createStore(initialState(keys.map(key => addressOf(key)), {columns: 80, rows: 24}));
		const source = createFrameScheduler(store, busy);
		let frames = 0;
		const stop = source.subscribe(() => {
			frames += 1;
		});
		for (const agent of [0, 1]) {
			frames = 0;
			received(store, agent, 'SUCCEED');
			await clock.advance(120);
			expect(frames).toBe(0);
			await clock.advance(380);
			expect(frames).toBe(1);
		}

		store.dispatch({type: 'selection-moved', by: 1});
		expect(frames).toBe(2);
		stop();
	});

	test('shows the first news soon, and what keeps coming four times a second', async () => {
		const {store, clock, views} = watch();
		for (const second of [1, 2]) {
			for (const step of Array.from({length: 100}).keys()) {
				received(store, step % 2, step % 4 < 2 ? 'SUCCEED' : 'FAILED');
				await clock.advance(10);
			}

			expect(views.length - 1).toBeLessThanOrEqual(second === 1 ? 11 : 15);
		}

		expect(views.length - 1).toBeGreaterThanOrEqual(8);
		await clock.advance(10_000);
		received(store, 0, 'RUNNING');
		const drawn = views.length;
		await clock.advance(40);
		expect(views).toHaveLength(drawn + 1);
	});

	test('follows a key at once', () => {
		const {store, views} = watch();
		store.dispatch({type: 'selection-moved', by: 1});
		expect(views).toHaveLength(2);
	});

	test('counts whole seconds while something runs, and stops with it', async () => {
		const {store, clock, views} = watch();
		received(store, 0);
		await clock.advance(50);
		await clock.advance(2650);
		expect(views.slice(1).map(view => durations(view)[0])).toEqual([325, 1000, 2000, 3000]);
		received(store, 0, 'SUCCEED');
		await clock.advance(50);
		expect(durations(views.at(-1))[0]).toBe(5000);
		const drawn = views.length;
		await clock.advance(10_000);
		expect(views).toHaveLength(drawn);
		expect(clock.pending()).toBe(0);
	});

	test('does not move durations for what comes between two seconds', async () => {
		const {store, clock, views} = watch();
		received(store, 0);
		await clock.advance(700);
		received(store, 1, 'SUCCEED');
		await clock.advance(400);
		expect(durations(views.at(-1))).toEqual([1000, 5000]);
	});

	test('counts slower while the user is away, and is up to date on return', async () => {
		const {store, clock, views} = watch();
		received(store, 0);
		store.dispatch({type: 'focus-changed', isFocused: false});
		await clock.advance(50);
		const before = views.length;
		await clock.advance(10_000);
		expect(views.length - before).toBe(2);
		store.dispatch({type: 'focus-changed', isFocused: true});
		expect(durations(views.at(-1))[0]).toBe(10_350);
	});

	test('leaves nothing running behind', async () => {
		const {store, clock, stop} = watch();
		received(store, 0);
		await clock.advance(100);
		expect(clock.pending()).toBeGreaterThan(0);
		stop();
		expect(clock.pending()).toBe(0);
		received(store, 1);
		expect(clock.pending()).toBe(0);
	});
});
