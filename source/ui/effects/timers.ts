import {type Clock} from '../../lib/clock.js';
import {logOf} from '../../store/log/open-logs.js';
import {hasLogWork} from '../../store/log/search.js';
import {areSeveritiesKnown, learnSeverities} from '../../store/log/severities.js';
import {topScreen} from '../../store/lookup.js';
import {type Notice, type State, type View} from '../../store/state.js';
import {type Store} from '../../store/store.js';
import {isSplit} from '../panes.js';

const hour = 3_600_000;

/**
Tells the store of every new hour, even if nothing else happens: a time of yesterday must not look like one of today. If no time on screen
is old enough, this draws nothing. Returns what ends it.
*/
export const tickHourly = (store: Store, clock: Clock): (() => void) => {
	let cancel: (() => void) | undefined;
	const wait = (): void => {
		cancel = clock.schedule(() => {
			store.dispatch({type: 'hour-begun'});
			wait();
		}, hour - (clock.now() % hour));
	};

	wait();
	store.dispatch({type: 'hour-begun'});
	return () => {
		cancel?.();
	};
};

const least = 20_000;

const first = 100_000;

const most = 400_000;

// How long a slice may take, ms: a key pressed meanwhile waits for one at most.
const tooLong = 8;

const quick = 4;

/** How many steps the next slice has, by how long the last one took: fewer on a slow or busy machine. */
const nextSteps = (steps: number, took: number): number => {
	if (took >= tooLong) {
		return Math.max(least, steps / 2);
	}

	return took < quick ? Math.min(most, steps * 1.25) : steps;
};

/** How many lines of the open log a slice takes at most that finds out how severe they are. */
const mostSevere = 25_000;

/** The lines of the open log, if it is not known yet how severe each is. */
const linesToLearn = (state: State): readonly string[] | undefined => {
	const screen = topScreen(state);
	const texts = screen.type === 'log' ? logOf(state, screen).texts : [];
	return areSeveritiesKnown(texts) ? undefined : texts;
};

/**
Searches and counts in long logs slice by slice, so that keys are handled in between; then finds out which lines are severe, before a key asks
for the next error. Returns what ends it.
*/
export const workOnLogs = (store: Store, clock: Clock): (() => void) => {
	let cancel: (() => void) | undefined;
	let steps = first;

	const work = (): void => {
		const began = clock.now();
		const state = store.getState();
		const lines = linesToLearn(state);
		if (hasLogWork(state)) {
			store.dispatch({type: 'log-work-advanced', steps});
		} else if (lines) {
			learnSeverities(lines, Math.min(steps, mostSevere));
		}

		steps = nextSteps(steps, clock.now() - began);
	};

	const look = (): void => {
		if (cancel !== undefined || !(hasLogWork(store.getState()) || linesToLearn(store.getState()))) {
			return;
		}

		cancel = clock.schedule(() => {
			cancel = undefined;
			work();
			look();
		}, 0);
	};

	const unsubscribe = store.subscribe(look);
	return () => {
		unsubscribe();
		cancel?.();
	};
};

// In ms. A long line takes longer to read, and problems are read twice.
const shortest = 5000;

const perCharacter = 60;

const problemsStay = 20_000;

const timeFor = ({text, isProblem}: Notice): number => Math.max(isProblem ? problemsStay : 0, shortest + (text.length * perCharacter));

/**
Removes a notice once the user could read it, so that an old one is never taken for news. Its timer runs only while there is a notice.
Returns what ends it.
*/
export const expireNotices = (store: Store, clock: Clock): (() => void) => {
	let shown: Notice | undefined;
	let cancel: (() => void) | undefined;
	const look = (): void => {
		const {notice} = store.getState().view;
		if (notice === shown) {
			return;
		}

		cancel?.();
		shown = notice;
		cancel = notice && clock.schedule(() => {
			cancel = undefined;
			store.dispatch({type: 'notice-expired', notice});
		}, timeFor(notice));
	};

	const unsubscribe = store.subscribe(look);
	look();
	return () => {
		unsubscribe();
		cancel?.();
	};
};

// In ms. Longer than between the presses of a key that is held.
const rest = 250;

/** Tells the store once the cursor has rested on a row that has a preview. Its timer runs only after the cursor moved. Returns what ends it. */
export const noteRests = (store: Store, clock: Clock): (() => void) => {
	let seen: View['stack'] | undefined;
	let cancel: (() => void) | undefined;
	const look = (): void => {
		const state = store.getState();
		const {stack, hasPreview} = state.view;
		const wanted = hasPreview && !isSplit(state) ? stack : undefined;
		if (wanted === seen) {
			return;
		}

		cancel?.();
		seen = wanted;
		cancel = wanted && clock.schedule(() => {
			cancel = undefined;
			store.dispatch({type: 'cursor-rested'});
		}, rest);
	};

	const unsubscribe = store.subscribe(look);
	look();
	return () => {
		unsubscribe();
		cancel?.();
	};
};
