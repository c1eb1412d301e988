import {type Clock} from '../lib/clock.js';
import {type Language, spokenLanguage} from '../lib/messages/messages.js';
import {share} from '../lib/structural-share.js';
import {type Timestamp} from '../lib/time.js';
import {isActive} from '../protocol/outcome.js';
import {type Dag} from '../protocol/task.js';
import {newsOf} from '../store/journal.js';
import {findTask, isTaskScreen, lastTaskOf, topScreen} from '../store/lookup.js';
import {type AgentsView} from '../store/selectors/agents.js';
import {lastReadOf, taskOutcome} from '../store/selectors/basics.js';
import {type JournalRow, latestChanges} from '../store/selectors/journal.js';
import {overlayView, type OverlayView} from '../store/selectors/overlays.js';
import {reasonText} from '../store/selectors/reason.js';
import {type AgentEntry, type Caution, type ClusterEntry, type LogScreen, type Notice, type Replay, type Screen, type Size, type State, type View} from '../store/state.js';
import {type Store} from '../store/store.js';
import {conditionsOf} from './keys/hints.js';
import {keyContext} from './keys/resolve.js';
import {type HintCondition, type KeyContext} from './keys/table.js';
import {screenSize} from './layout.js';
import {layOut, type Pane, panesOf} from './panes.js';
import {endsIn, type EndsView, type PreviewView, previewIn, type ScreenView, selectScreen, viewWithKeys, withoutRepeats} from './parts.js';

/** Whether a task's duration grows by itself: not while nothing newer is known of it. */
const grows = (dag: Dag): boolean => isActive(taskOutcome(dag)) && lastReadOf(dag) === undefined;

/** Whether a duration on the current screen grows by itself, so that a clock is needed. */
const isAnythingActive = (state: State): boolean => {
	const screen = topScreen(state);
	const {hasPreview = false, split} = state.view;
	if (!hasPreview && (screen.type === 'log' || screen.type === 'hits' || screen.type === 'links' || screen.type === 'card' || screen.type === 'journal')) {
		return false;
	}

	if (split === undefined && (hasPreview ? screen.type === 'task' || screen.type === 'node' : isTaskScreen(screen)) && isTaskScreen(screen)) {
		const dag = findTask(state, screen.task);
		return dag !== undefined && grows(dag);
	}

	const hasGrowing = (owner: AgentEntry | ClusterEntry): boolean => [lastTaskOf(owner), ...owner.otherTasks].some(task => task && grows(task));
	return state.agents.values().some(entry => hasGrowing(entry)) || state.clusters.values().some(cluster => hasGrowing(cluster));
};

/** Everything that a frame shows. */
export type AppView = {
	readonly screen: ScreenView;
	/** The part of the terminal that the screen has; undefined: all of it. */
	readonly pane?: {readonly size: Size; readonly hasKeys: boolean} | undefined;
	/** Beside or below it. */
	readonly preview?: PreviewView | undefined;
	/** Below its list. */
	readonly ends?: EndsView | undefined;
	/** The newest changes, for lines that a list beside its preview leaves free. */
	readonly changes?: readonly JournalRow[] | undefined;
	readonly overlay: OverlayView | undefined;
	/** Where keys act. */
	readonly context: KeyContext;
	readonly conditions: readonly HintCondition[];
	readonly size: Size;
	readonly notice: Notice | undefined;
	/** The count that is being typed. */
	readonly count: number | undefined;
	/** Changes that came while the user was away. */
	readonly news: number;
	/** See `cautions` of the state. */
	readonly cautions: readonly Caution[];
	/** The state of a replay, and its present. */
	readonly replay: (Replay & {readonly at: Timestamp}) | undefined;
	readonly timeZone: View['timeZone'];
	/** The language of all its texts. */
	readonly language: Language;
	/** The present rounded down to the hour. */
	readonly hour: Timestamp;
};

/** Reasons and problems that the rows of the agents say. */
const saidBy = ({list}: AgentsView): readonly string[] => list.rows.flatMap(({why, problem}) => [...(why ? [reasonText(why)] : []), ...(problem === undefined ? [] : [problem])]);

/** The values of a frame at `now`, our clock. */
export const selectApp = (state: State, now: Timestamp, pane: Pane = panesOf(state, now)): AppView => {
	const {overlay, notice, count, timeZone, hour} = state.view;
	const screen = selectScreen(pane.state, now);
	const preview = previewIn(pane, screen, now);
	const withKeys = viewWithKeys(screen, preview);
	return {
		screen: withoutRepeats(screen, preview),
		pane: preview && {size: pane.size, hasKeys: pane.hasKeys},
		preview,
		ends: preview && endsIn(pane),
		changes: preview && screen.type === 'agents' ? latestChanges(state, pane.state.view.page - screen.list.rows.length, {said: saidBy(screen)}) : undefined,
		overlay: overlayView(state, overlay),
		context: keyContext(topScreen(state).type, overlay),
		conditions: conditionsOf(state, withKeys.type === 'agents' ? withKeys.list.rows.find(({isSelected}) => isSelected) : undefined),
		size: screenSize(state),
		notice,
		count,
		news: newsOf(state.journal),
		cautions: state.cautions,
		replay: state.replay && {...state.replay, at: now},
		timeZone,
		language: spokenLanguage(),
		hour,
	};
};

const withoutProgress = ({filter, search, ...screen}: LogScreen): Readonly<Record<string, unknown>> => ({
	...screen, filter: filter?.matcher, search: search?.matcher, seeking: search?.seeking,
});

const isSame = (one: Readonly<Record<string, unknown>>, other: Readonly<Record<string, unknown>>): boolean =>
	Object.keys(one).length === Object.keys(other).length && Object.keys(one).every(key => one[key] === other[key]);

const isScreenSame = (one: Screen, other: Screen | undefined): boolean =>
	one === other || (one.type === 'hits' && other?.type === 'hits' && one.search.matcher === other.search.matcher && one.selected === other.selected && one.top === other.top) || (one.type === 'log' && other?.type === 'log' && isSame(withoutProgress(one), withoutProgress(other)));

/** Whether only the count of an open log's matches differs, which is not urgent. */
const isOnlyCounted = ({stack, ...before}: View, {stack: next, ...after}: View): boolean =>
	stack !== next && isSame(before, after) && stack.length === next.length && stack.every((screen, index) => isScreenSame(screen, next[index]));

/** The values of the frame, as React expects of an external store: the same object until something in sight changed. */
export type FrameScheduler = {
	/** Throws the error of making the values, so that React reports it and the screen ends. */
	readonly getSnapshot: () => AppView;
	/** The values of the last frame, if there was one. */
	readonly last: () => AppView | undefined;
	/** Makes the values anew: something beside the store changed them. */
	readonly renew: () => void;
	readonly subscribe: (listener: () => void) => () => void;
};

const tick = 1000;

// The user is not looking, so durations may lag.
const unfocusedTick = 5000;

// Polling events come in bursts, one agent after the other, and slices of a search by the hundred; they are gathered into one frame. In a large fleet,
// frames come later in proportion to their cost, so that polling keeps its share of the time, but soon enough to look immediate. A few frames are made
// soon, as at the start, when each brings something that the user waits for; continuous events from many agents at work are shown at a steady pace.
const shortestGathering = 25;

const longestGathering = 500;

const gatheringFactor = 10;

const pace = 250;

const soonFrames = 6;

// What is read takes longer than what is seen: a row that is first loading, then unknown, then ended is read once.
const readPace = 1000;

/**
Turns the store and time into values for the screen. There is no frame without a change: equal values keep their identity, polling events
and slices of a search are gathered, and the clock runs only while a visible duration grows, at whole seconds. User actions show at once.
Nothing runs without a subscriber. `present` replaces the clock's present in a replay. `isRead`: by a screen reader, so that no duration grows,
and changes make a frame a second.
*/
export const createFrameScheduler = (store: Store, clock: Clock, {present = clock.now, isRead = false}: {readonly present?: (() => Timestamp) | undefined; readonly isRead?: boolean} = {}): FrameScheduler => {
	const [perFrame, soon] = isRead ? [readPace, 1] : [pace, soonFrames];
	const listeners = new Set<() => void>();
	let snapshot: AppView | undefined;
	let failure: {readonly error: unknown} | undefined;
	let shownState = store.getState();
	/** The last whole second, while the clock runs: polling must not move durations in between. */
	let ticked: Timestamp | undefined;
	let cancelTick: (() => void) | undefined;
	let cancelGathering: (() => void) | undefined;
	let gathering = shortestGathering;
	/** When the frames that were made soon are compensated, each with `perFrame`. */
	let paidAt = -Infinity;
	let unsubscribe: (() => void) | undefined;

	const select = (): AppView => {
		// A replay's second can be an hour: the data must not be ahead of the displayed time.
		const now = (store.getState().replay === undefined ? ticked : undefined) ?? present();
		const pane = layOut(store, now);
		shownState = store.getState();
		return share(snapshot, selectApp(shownState, now, pane));
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
		if (isRead || (state.replay ? state.replay.phase !== 'playing' : !isAnythingActive(state))) {
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
		const debt = paidAt - now > soon * perFrame ? 0 : Math.max(0, paidAt - now);
		paidAt = now + debt + perFrame;
		return Math.max(gathering, debt - ((soon - 1) * perFrame));
	};

	const changed = (): void => {
		const {view} = store.getState();
		if (view === shownState.view || isOnlyCounted(shownState.view, view)) {
			cancelGathering ??= clock.schedule(update, gatherFor());
			return;
		}

		if (view.isFocused !== shownState.view.isFocused) {
			// When it is back in sight, nothing may look old.
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
		renew: update,
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
