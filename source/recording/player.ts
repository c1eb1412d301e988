// Plays a recording into a store: each line when its time has come; and a person can go anywhere in it.

import {type Clock} from '../lib/clock.js';
import {type ReplayCommand} from '../store/actions.js';
import {type Replay, type State} from '../store/state.js';
import {type Store} from '../store/store.js';
import {createCursor} from './cursor.js';
import {type OnDemandResponses} from './on-demand.js';
import {type PlacedLine, type Recording} from './reader.js';
import {type ReplayTime} from './replay-clock.js';
import {createSeekTargets, outsideWords, type PlaceTarget} from './seek.js';

export type Player = {
	/** Reads on whenever it is time, until closed. Rejects where the recording cannot be read any more. */
	readonly run: () => Promise<void>;
	readonly wish: (wish: ReplayCommand) => void;
	/** Ends `run`. */
	readonly close: () => void;
};

export type PlayerOptions = {
	readonly recording: Recording;
	readonly store: Store;
	readonly time: ReplayTime;
	readonly asides: OnDemandResponses;
	/** Real time. */
	readonly clock: Clock;
	readonly speed: number;
	/** Lets everything else have its turn. */
	readonly nextTurn: () => Promise<unknown>;
};

/** Where to: on with time, or to a place. */
type Goal = {readonly type: 'time'} | PlaceTarget;

/** What the pace can be changed to. */
export const paces = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] as const;

// In ms of work before keys are let in.
const slice = 12;

// A key that is held down must not go on for long when it is let go.
const waitingLimit = 20;

export const createPlayer = ({recording, store, time, asides, clock, speed: firstSpeed, nextTurn}: PlayerOptions): Player => {
	const track = createCursor({recording, store, time, asides});
	const findGoal = createSeekTargets({recording, track, time});
	let speed = firstSpeed;
	let isPaused = false;
	let isOver = false;
	let isClosed = false;
	let goal: Goal = {type: 'time'};
	/** What was wished for while something was under way, in order. */
	let waiting: readonly ReplayCommand[] = [];
	let wake: () => void = () => undefined;

	const phaseNow = (): Replay['phase'] => {
		if (goal.type === 'place') {
			return 'seeking';
		}

		return isOver ? 'over' : (isPaused ? 'paused' : 'playing');
	};

	const tell = (): void => {
		const {damaged, lost, disordered} = track.knowledge();
		const percent = recording.size === 0 ? 100 : Math.floor(track.offset() / recording.size * 100);
		store.dispatch({type: 'replay-moved', replay: {speed, phase: phaseNow(), percent, damaged, lost, disordered}});
	};

	/** What waits for its time, in ms. A new recording begins at once, however long after the last one. */
	const waitFor = ({line}: PlacedLine): number =>
		line && line.type !== 'beginning' && line.at !== undefined && !track.knowledge().isFresh ? (line.at - time.now()) / speed : 0;

	const fulfil = (asked: ReplayCommand): void => {
		switch (asked.type) {
			case 'pause-toggled': {
				isPaused = !isPaused;
				goal = {type: 'time'};
				break;
			}

			case 'line':
			case 'change': {
				isPaused = true;
				goal = findGoal(asked) ?? goal;
				break;
			}

			case 'time':
			case 'place': {
				goal = findGoal(asked) ?? goal;
				break;
			}

			case 'pace': {
				speed = (asked.by > 0 ? paces.find(other => other > speed) : paces.findLast(other => other < speed)) ?? speed;
				break;
			}
		}
	};

	/** Until it is time, or somebody wants something; for good where there is no time. */
	const sleep = async (delay: number | undefined): Promise<void> => {
		const {promise, resolve} = Promise.withResolvers<void>();
		const cancel = delay === undefined ? () => undefined : clock.schedule(resolve, delay);
		wake = resolve;
		await promise;
		cancel();
	};

	/** Lets time go, or stops it. */
	const keepTime = (): void => {
		if (isPaused || isOver || goal.type === 'place') {
			time.stop();
		} else {
			time.go(speed);
		}
	};

	const arrive = async (reached: PlaceTarget, placed: PlacedLine | undefined): Promise<void> => {
		goal = {type: 'time'};
		if (placed) {
			time.reach(reached.at);
		}

		const outside = outsideWords(reached, time.now());
		if (outside !== undefined) {
			store.dispatch({type: 'notice-shown', text: outside});
		}

		const [asked, ...others] = waiting;
		if (asked) {
			waiting = others;
			fulfil(asked);
			return;
		}

		isOver = placed === undefined;
		keepTime();
		tell();
		// Another place was another time for what was told in between.
		await asides.show(track.offset(), true);
	};

	/** One step on; what takes long is left to others in between. */
	const advance = async (): Promise<void> => {
		const placed = await track.next();
		if (goal.type === 'place') {
			if (goal.isReached(placed) || !placed) {
				await arrive(goal, placed);
			} else {
				track.take(placed);
			}

			return;
		}

		isOver = placed === undefined;
		if (placed?.line?.at !== undefined && placed.line.type !== 'beginning') {
			time.goUpTo(placed.line.at);
		}

		const wait = placed && !isPaused ? waitFor(placed) : undefined;
		if (placed && wait !== undefined && wait <= 0) {
			track.take(placed);
			return;
		}

		keepTime();
		tell();
		await sleep(wait);
	};

	let shownView: State['view'] | undefined;
	/** What was opened or closed since; what cannot be read, the lines will tell. */
	const showAsides = (): void => {
		const {view} = store.getState();
		if (view === shownView) {
			return;
		}

		shownView = view;
		asides.show(track.offset()).catch(() => undefined);
	};

	// A function, since it also changes behind the back of what goes on.
	const isOpen = (): boolean => !isClosed;

	return {
		async run() {
			const unsubscribe = store.subscribe(showAsides);
			let since = clock.now();
			while (isOpen()) {
				await advance();
				const worked = clock.now() - since;
				if (worked >= 0 && worked < slice) {
					continue;
				}

				tell();
				await nextTurn();
				since = clock.now();
			}

			unsubscribe();
			await track.close();
		},
		wish(asked) {
			if (goal.type === 'place' && asked.type !== 'pace' && asked.type !== 'pause-toggled') {
				waiting = [...waiting, asked].slice(0, waitingLimit);
				return;
			}

			waiting = asked.type === 'pace' ? waiting : [];
			fulfil(asked);
			keepTime();
			tell();
			wake();
		},
		close() {
			isClosed = true;
			wake();
		},
	};
};
