import {type Clock} from '../lib/clock.js';
import {share} from '../lib/structural-share.js';
import {type Timestamp} from '../lib/time.js';
import {isAnythingActive} from '../store/selectors/screen.js';
import {type LogScreen, type Screen, type View} from '../store/state.js';
import {type Store} from '../store/store.js';
import {type AppView, selectApp} from './app-view.js';
import {layOut} from './layout.js';

const withoutProgress = ({filter, search, ...screen}: LogScreen): Readonly<Record<string, unknown>> => ({
	...screen, filter: filter?.matcher, search: search?.matcher, seeking: search?.seeking,
});

const isSame = (one: Readonly<Record<string, unknown>>, other: Readonly<Record<string, unknown>>): boolean =>
	Object.keys(one).length === Object.keys(other).length && Object.keys(one).every(key => one[key] === other[key]);

const isScreenSame = (one: Screen, other: Screen | undefined): boolean =>
	one === other || (one.type === 'log' && other?.type === 'log' && isSame(withoutProgress(one), withoutProgress(other)));

/** Whether all that differs is how far the counting of an open log's matches has come, which nobody waits for. */
const isOnlyCounted = ({stack, ...before}: View, {stack: next, ...after}: View): boolean =>
	stack !== next && isSame(before, after) && stack.length === next.length && stack.every((screen, index) => isScreenSame(screen, next[index]));

/** The values of the frame, as React wants an outside store: the same object until something in sight changed. */
export type FrameScheduler = {
	/** Throws what making the values threw, so that it is React that hears of it, and whoever waits for the screen to end. */
	readonly getSnapshot: () => AppView;
	/** The values of the last frame, if there was one. */
	readonly last: () => AppView | undefined;
	readonly subscribe: (listener: () => void) => () => void;
};

const tick = 1000;

// Nobody looks: durations may be a little behind.
const unfocusedTick = 5000;

// Events of polling come in swarms, one agent after the other, and slices of a search by the hundred; they become one frame. In a large fleet, where a frame's values take their time, that is not taken from the polling: frames come as much later as they are dear, within what still looks like at once. A few frames are made soon, as at the start, where each brings what somebody waits for; where events keep coming, as from many agents at work, what they bring is shown at a pace.
const shortestGathering = 25;

const longestGathering = 500;

const gatheringFactor = 10;

const pace = 250;

const soonFrames = 6;

/**
Turns the store and time into values for the screen, so that there is no frame without a change: equal values keep their identity, polling's events and the slices of a search are gathered, and the only clock runs only while a duration in sight grows, at whole seconds. What a person did shows at once.

Nothing runs while nobody is subscribed. `present` is what is shown as now, where that is not the clock's: a replay's.
*/
export const createFrameScheduler = (store: Store, clock: Clock, present: () => Timestamp = clock.now): FrameScheduler => {
	const listeners = new Set<() => void>();
	let snapshot: AppView | undefined;
	let failure: {readonly error: unknown} | undefined;
	let shownState = store.getState();
	/** The last whole second, while the clock runs: what polling brings in between must not move durations. */
	let ticked: Timestamp | undefined;
	let cancelTick: (() => void) | undefined;
	let cancelGathering: (() => void) | undefined;
	let gathering = shortestGathering;
	/** When the frames made soon will be paid for, each with `pace`. */
	let paidAt = -Infinity;
	let unsubscribe: (() => void) | undefined;

	const select = (): AppView => {
		layOut(store);
		shownState = store.getState();
		// A replay's second can be an hour: what is taken in then must not be ahead of the time beside it.
		const now = shownState.replay === undefined ? ticked : undefined;
		return share(snapshot, selectApp(shownState, now ?? present()));
	};

	const update = (): void => {
		cancelGathering?.();
		cancelGathering = undefined;
		const begunAt = clock.now();
		try {
			keepTicking();
			const next = select();
			gathering = Math.min(longestGathering, Math.max(shortestGathering, (clock.now() - begunAt) * gatheringFactor));
			if (next === snapshot) {
				return;
			}

			snapshot = next;
		} catch (error) {
			failure = {error};
		}

		for (const listener of listeners) {
			listener();
		}
	};

	const keepTicking = (): void => {
		const state = store.getState();
		if (state.replay ? state.replay.phase !== 'playing' : !isAnythingActive(state)) {
			cancelTick?.();
			cancelTick = undefined;
			ticked = undefined;
			return;
		}

		ticked ??= present();
		if (cancelTick) {
			return;
		}

		const interval = state.view.isFocused ? tick : unfocusedTick;
		cancelTick = clock.schedule(() => {
			cancelTick = undefined;
			ticked = present();
			update();
		}, interval - (clock.now() % interval));
	};

	const gatherFor = (): number => {
		const now = clock.now();
		// The wall clock may have been set back.
		const debt = paidAt - now > soonFrames * pace ? 0 : Math.max(0, paidAt - now);
		paidAt = now + debt + pace;
		return Math.max(gathering, debt - ((soonFrames - 1) * pace));
	};

	const changed = (): void => {
		const {view} = store.getState();
		if (view === shownState.view || isOnlyCounted(shownState.view, view)) {
			cancelGathering ??= clock.schedule(update, gatherFor());
			return;
		}

		if (view.isFocused !== shownState.view.isFocused) {
			// Back in sight, nothing may look old.
			cancelTick?.();
			cancelTick = undefined;
			ticked = undefined;
		}

		update();
	};

	const stop = (): void => {
		unsubscribe?.();
		cancelTick?.();
		cancelGathering?.();
		unsubscribe = undefined;
		cancelTick = undefined;
		cancelGathering = undefined;
		ticked = undefined;
	};

	return {
		getSnapshot() {
			if (failure) {
				throw failure.error;
			}

			snapshot ??= select();
			return snapshot;
		},
		last: () => snapshot,
		subscribe(listener) {
			listeners.add(listener);
			unsubscribe ??= store.subscribe(changed);
			update();
			return () => {
				listeners.delete(listener);
				if (listeners.size === 0) {
					stop();
				}
			};
		},
	};
};
