import {type Clock} from '../lib/clock.js';
import {type Language, spokenLanguage} from '../lib/messages/messages.js';
import {share} from '../lib/structural-share.js';
import {type Timestamp} from '../lib/time.js';
import {isActive} from '../protocol/outcome.js';
import {type Dag} from '../protocol/task.js';
import {newsOf} from '../store/journal.js';
import {findNode, findSubTask, findTask, isTaskScreen, lastTaskOf, topScreen} from '../store/lookup.js';
import {type AgentsView, selectAgents} from '../store/selectors/agents.js';
import {lastReadOf, taskOutcome} from '../store/selectors/basics.js';
import {type CardView, type ClusterView, selectCard, selectCluster} from '../store/selectors/cards.js';
import {type CompareView, selectCompare} from '../store/selectors/compare.js';
import {type HitsView, selectHits} from '../store/selectors/hits.js';
import {type HistoryView, selectHistory} from '../store/selectors/history.js';
import {type JournalView, selectJournal} from '../store/selectors/journal.js';
import {type LinksView, selectLinks} from '../store/selectors/links.js';
import {type LogView, selectLog} from '../store/selectors/log.js';
import {overlayView, type OverlayView} from '../store/selectors/overlays.js';
import {nothing, type NothingView} from '../store/selectors/task-head.js';
import {type NodeView, selectNode, selectTask, type TaskView} from '../store/selectors/task.js';
import {type AgentEntry, type Caution, type ClusterEntry, type LogScreen, type Notice, type Replay, type Screen, type Size, type State, type View} from '../store/state.js';
import {type Store} from '../store/store.js';
import {conditionsOf} from './keys/hints.js';
import {keyContext} from './keys/resolve.js';
import {type HintCondition, type KeyContext} from './keys/table.js';
import {layOut, screenSize} from './layout.js';

/** What the current screen shows at `now`, our clock. */
export const selectScreen = (state: State, now: Timestamp): ScreenView => {
	const screen = topScreen(state);
	const {page: height} = state.view;
	if (screen.type === 'agents') {
		return selectAgents(state, now, height);
	}

	if (screen.type === 'card') {
		return selectCard(state, screen);
	}

	if (screen.type === 'cluster') {
		return selectCluster(state, screen, now, height);
	}

	if (screen.type === 'journal') {
		return selectJournal(state, screen, height);
	}

	if (screen.type === 'history') {
		return selectHistory(state, screen, now, height);
	}

	if (screen.type === 'compare') {
		return selectCompare(state, screen, now, height);
	}

	const dag = findTask(state, screen.task);
	if (!dag) {
		return nothing(state, screen);
	}

	if (screen.type === 'task') {
		return selectTask({
			state, screen, dag, now, height,
		});
	}

	if (screen.type === 'hits') {
		return selectHits({
			state, screen, dag, height,
		});
	}

	if (screen.type === 'links') {
		return selectLinks({
			state, screen, dag, now, height,
		});
	}

	const node = findNode(dag, screen.node);
	if (screen.type === 'log' && screen.subTask === undefined && (node !== undefined || screen.node === undefined)) {
		return selectLog({
			state, screen, dag, node, subTask: undefined,
		});
	}

	if (!node) {
		return nothing(state, screen);
	}

	if (screen.type === 'node') {
		return selectNode({
			state, screen, node, now, height,
		});
	}

	const subTask = findSubTask(node, screen.subTask);
	return subTask
		? selectLog({
			state, screen, dag, node, subTask,
		})
		: nothing(state, screen);
};

/** Whether a task's duration grows by itself: not while nothing newer is known of it. */
const grows = (dag: Dag): boolean => isActive(taskOutcome(dag)) && lastReadOf(dag) === undefined;

/** Whether a duration on the current screen grows by itself, so that a clock is needed. */
const isAnythingActive = (state: State): boolean => {
	const screen = topScreen(state);
	if (screen.type === 'log' || screen.type === 'hits' || screen.type === 'links' || screen.type === 'card' || screen.type === 'journal') {
		return false;
	}

	if (isTaskScreen(screen)) {
		const dag = findTask(state, screen.task);
		return dag !== undefined && grows(dag);
	}

	const hasGrowing = (owner: AgentEntry | ClusterEntry): boolean => [lastTaskOf(owner), ...owner.otherTasks].some(task => task && grows(task));
	return state.agents.values().some(entry => hasGrowing(entry)) || state.clusters.values().some(cluster => hasGrowing(cluster));
};

// View types: made by the selectors, drawn by the ui, printed by the modes without a screen. Durations are ms, instants UTC ms.

export type ScreenView = AgentsView | TaskView | NodeView | LogView | HitsView | LinksView | NothingView | CardView | ClusterView | HistoryView | CompareView | JournalView;

/** Everything that a frame shows. */
export type AppView = {
	readonly screen: ScreenView;
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

/** The values of a frame at `now`, our clock. */
export const selectApp = (state: State, now: Timestamp): AppView => {
	const {overlay, notice, count, timeZone, hour} = state.view;
	const screen = selectScreen(state, now);
	return {
		screen,
		overlay: overlayView(state, overlay),
		context: keyContext(topScreen(state).type, overlay),
		conditions: conditionsOf(state, screen.type === 'agents' ? screen.list.rows.find(({isSelected}) => isSelected) : undefined),
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

/**
Turns the store and time into values for the screen. There is no frame without a change: equal values keep their identity, polling events
and slices of a search are gathered, and the clock runs only while a visible duration grows, at whole seconds. User actions show at once.
Nothing runs without a subscriber. `present` replaces the clock's present in a replay.
*/
export const createFrameScheduler = (store: Store, clock: Clock, present: () => Timestamp = clock.now): FrameScheduler => {
	const listeners = new Set<() => void>();
	let snapshot: AppView | undefined;
	let failure: {readonly error: unknown} | undefined;
	let shownState = store.getState();
	/** The last whole second, while the clock runs: polling must not move durations in between. */
	let ticked: Timestamp | undefined;
	let cancelTick: (() => void) | undefined;
	let cancelGathering: (() => void) | undefined;
	let gathering = shortestGathering;
	/** When the frames that were made soon are compensated, each with `pace`. */
	let paidAt = -Infinity;
	let unsubscribe: (() => void) | undefined;

	const select = (): AppView => {
		layOut(store);
		shownState = store.getState();
		// A replay's second can be an hour: the data must not be ahead of the displayed time.
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
