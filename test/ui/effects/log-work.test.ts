import {expect, test} from 'vitest';
import {logFromTask} from '../../../source/store/log/buffer.js';
import {logOf} from '../../../source/store/log/open-logs.js';
import {hasLogWork} from '../../../source/store/log/search.js';
import {areSeveritiesKnown, learnSeverities, severityAt} from '../../../source/store/log/severities.js';
import {topScreen} from '../../../source/store/lookup.js';
import {createStore} from '../../../source/store/store.js';
import {workOnLogs} from '../../../source/ui/effects/timers.js';
import {createFrameScheduler} from '../../../source/ui/frame.js';
import {ten} from '../../helpers/tasks.js';
import {createVirtualClock} from '../../helpers/virtual-clock.js';
import {open, search} from '../../store/log/helpers/open-log.js';

/** A search under way in a log of that many lines; each of its slices takes so long, ms. */
const searchIn = (lines: number, took: number) => {
	const clock = createVirtualClock(ten);
	const store = createStore(open(Array.from({length: lines}, (_, index) => `copy part ${index}`)), clock.now);
	const tried = (): number => {
		const screen = topScreen(store.getState());
		return screen.type === 'log' && screen.search ? screen.search.high - screen.search.low : 0;
	};

	const slices: number[] = [];
	let before = 0;
	store.subscribe(() => {
		slices.push(tried() - before);
		before = tried();
		clock.set(clock.now() + took);
	});
	const stop = workOnLogs(store, clock);
	for (const action of search('part .*7')) {
		store.dispatch(action);
	}

	return {store, clock, slices, stop};
};

test('a long search goes on by itself until all lines are tried, and then nothing is scheduled', async () => {
	const {store, clock, stop} = searchIn(20_000, 0);
	expect(hasLogWork(store.getState())).toBe(true);
	await clock.advance(1000);
	expect(hasLogWork(store.getState())).toBe(false);
	expect(clock.pending()).toBe(0);
	stop();
});

test('a slow machine does less of it at a time, down to what is still worth it', async () => {
	const slow = searchIn(100_000, 30);
	await slow.clock.advance(20);
	slow.stop();
	const quick = searchIn(100_000, 1);
	await quick.clock.advance(20);
	quick.stop();
	// The last slice has what is left.
	const [least = 0] = slow.slices.slice(-2);
	expect(least).toBeGreaterThan(100);
	expect(least).toBeLessThan(Math.max(...slow.slices) / 3);
	expect(Math.max(...quick.slices)).toBeGreaterThan(3 * Math.max(...slow.slices));
});

test('the counting is not worth a frame for each of its slices; a key is', async () => {
	const {store, clock, slices, stop} = searchIn(50_000, 0);
	const source = createFrameScheduler(store, clock);
	let frames = 0;
	source.subscribe(() => {
		frames++;
	});
	const before = frames;
	store.dispatch({type: 'selection-moved', by: 'start'});
	expect(frames).toBe(before + 1);
	await clock.advance(1000);
	expect(slices.length).toBeGreaterThan(10);
	// One that the jump has come to its match, and one with the count.
	expect(frames).toBeGreaterThan(before + 1);
	expect(frames).toBeLessThan(before + 5);
	stop();
});

test('how severe each line of an open log is, is found out in slices, without a frame, and is known of the same lines when others follow', async () => {
	const clock = createVirtualClock(ten);
	const lines = Array.from({length: 120_000}, (_, index) => `copy part ${index}`);
	const store = createStore(open(lines), clock.now);
	let changes = 0;
	store.subscribe(() => {
		changes++;
	});
	const stop = workOnLogs(store, clock);
	// As any change does.
	store.dispatch({type: 'key-pressed'});
	const textsOf = (): readonly string[] => {
		const screen = topScreen(store.getState());
		return screen.type === 'log' ? logOf(store.getState(), screen).texts : [];
	};

	expect(areSeveritiesKnown(textsOf())).toBe(false);
	await clock.advance(1000);
	expect(areSeveritiesKnown(textsOf())).toBe(true);
	expect(clock.pending()).toBe(0);
	expect(changes).toBeLessThanOrEqual(1);
	stop();

	const before = logFromTask(undefined, {logs: lines});
	learnSeverities(before.texts, Infinity);
	const after = logFromTask(before, {logs: [...lines, 'ERROR: no space left']});
	expect(areSeveritiesKnown(after.texts)).toBe(false);
	learnSeverities(after.texts, 1);
	expect(areSeveritiesKnown(after.texts)).toBe(true);
	expect(severityAt(after.texts, lines.length)).toBe('error');
});
