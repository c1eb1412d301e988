import {share} from '../lib/structural-share.js';
import {type Timestamp} from '../lib/time.js';
import {type Action} from './actions.js';
import {type JournalEntry} from './changes.js';
import {syncHistories} from './history.js';
import {closeJournal, keepJournal} from './journal.js';
import {syncLogs} from './log/open-logs.js';
import {ownerOfScreen, topScreen} from './lookup.js';
import {addResponse, beginTrack, followTracks, guardConfirmation} from './operations/confirm.js';
import {exempt} from './operations/plan.js';
import {isDiscovery, reduceDiscovery} from './reducer/discovery.js';
import {withOwnersOf} from './reducer/main-tasks.js';
import {followAwaited} from './reducer/open-cause.js';
import {offerFoundKeys} from './reducer/overlays.js';
import {reducePoll} from './reducer/poll.js';
import {reduceUser} from './reducer/user.js';
import {withView} from './reducer/view.js';
import {withPastRuns} from './selectors/usual.js';
import {type Screen, type State} from './state.js';

/** Whether the subject of a screen exists. */
const isThere = ({agents, clusters}: State, screen: Screen): boolean => {
	const owner = ownerOfScreen(screen);
	return owner === undefined || agents.has(owner) || clusters.has(owner);
};

/** `other` with the current view, as far as its screens have a subject there. */
const restore = ({view, replay}: State, other: State): State => {
	const [root, ...above] = view.stack;
	const gone = above.findIndex(screen => !isThere(other, screen));
	return {...other, replay, view: {...view, stack: [root, ...(gone === -1 ? above : above.slice(0, gone))]}};
};

const hour = 3_600_000;

const atHour = (state: State, now: Timestamp): State => {
	const current = Math.floor(now / hour) * hour;
	return state.view.hour === current ? state : withView(state, {hour: current});
};

const fold = (state: State, action: Action, now: number): State => {
	if (action.type === 'operation-response-received') {
		return addResponse(state, action);
	}

	if (action.type === 'operation-begun') {
		return beginTrack(state, action.task, action.order, now);
	}

	if (action.type === 'cautions-changed') {
		return {...state, cautions: action.cautions};
	}

	if (action.type === 'reading-changed') {
		return {...state, isReading: action.isReading};
	}

	if (action.type === 'found-keys-offered') {
		return offerFoundKeys(state, action.keys);
	}

	if (action.type === 'runs-loaded') {
		return withPastRuns(state, action.runs);
	}

	if (action.type === 'agent-exempted') {
		return exempt(state, action);
	}

	if (action.type === 'replay-moved') {
		return {...state, replay: share(state.replay, action.replay)};
	}

	if (action.type === 'replay-restored') {
		return restore(state, action.state);
	}

	if (isDiscovery(action)) {
		return keepJournal(state, withOwnersOf(state, reduceDiscovery(state, action)), action.at);
	}

	return 'agent' in action ? keepJournal(state, followAwaited(reducePoll(state, action), now), action.at) : closeJournal(state, reduceUser(state, action, now));
};

const selectedIn = (state: State): string | undefined => {
	const screen = topScreen(state);
	return 'selected' in screen ? screen.selected : undefined;
};

/** Once the user goes elsewhere, the cursor has not rested there, and no list is beside its preview any more. */
const withPanes = (before: State, state: State): State => {
	const {stack, split, rested} = state.view;
	const isLeft = split !== undefined && stack.length < split + 2;
	const isMoved = rested !== undefined && (stack.length !== before.view.stack.length || selectedIn(state) !== selectedIn(before));
	return isLeft || isMoved ? withView(state, {split: isLeft ? undefined : split, rested: isMoved ? undefined : rested}) : state;
};

/** The next state; the same object if nothing changed. Pure and total. `now`, our clock, decides what is stalled. */
export const reduce = (state: State, action: Action, now = 0): State => {
	const next = syncLogs(fold(atHour(state, now), action, now), action.type === 'log-work-advanced');
	return withPanes(state, guardConfirmation(followTracks(syncHistories(next), now)));
};

export type Store = {
	readonly getState: () => State;
	readonly dispatch: (action: Action) => void;
	/** Called after every change of the state. Returns what ends the subscription. */
	readonly subscribe: (listener: () => void) => () => void;
};

/** Holds the state and changes it only through the pure reducer. An action that changes nothing calls no listener. `now` is our clock. */
export const createStore = (initial: State, now: () => number = () => 0): Store => {
	let state = initial;
	const listeners = new Set<() => void>();

	return {
		getState: () => state,
		dispatch(action) {
			const next = reduce(state, action, now());
			if (next === state) {
				return;
			}

			state = next;
			for (const listener of listeners) {
				listener();
			}
		},
		subscribe(listener) {
			listeners.add(listener);
			return () => {
				listeners.delete(listener);
			};
		},
	};
};

/** Calls `hear` with new journal entries, after every change, from now on. Returns what ends it. */
export const followJournal = (store: Store, hear: (entries: readonly JournalEntry[], state: State) => void): (() => void) => {
	const next = (): number => (store.getState().journal.entries.at(-1)?.number ?? -1) + 1;
	let from = next();
	return store.subscribe(() => {
		const first = from;
		from = next();
		if (from <= first) {
			return;
		}

		const state = store.getState();
		hear(state.journal.entries.filter(({number}) => number >= first), state);
	});
};
