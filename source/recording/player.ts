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
	readonly command: (command: ReplayCommand) => void;
	/** Ends `run`. */
	readonly close: () => void;
};

export type PlayerDeps = {
	readonly recording: Recording;
	readonly store: Store;
	readonly time: ReplayTime;
	readonly onDemand: OnDemandResponses;
	/** Real time. */
	readonly clock: Clock;
	readonly speed: number;
	/** Lets everything else have its turn. */
	readonly nextTurn: () => Promise<unknown>;
};

/** Where to: on with time, or to a place. */
type PlayTarget = {readonly type: 'time'} | PlaceTarget;

/** What the pace can be changed to. */
export const paces = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] as const;

// In ms of work before keys are let in.
const slice = 12;

// A key that is held down must not go on for long when it is let go.
const waitingLimit = 20;

export const createPlayer = ({recording, store, time, onDemand, clock, speed: firstSpeed, nextTurn}: PlayerDeps): Player => {
	const cursor = createCursor({recording, store, time, onDemand});
	const findTarget = createSeekTargets({recording, cursor, time});
	let speed = firstSpeed;
	let isPaused = false;
	let isOver = false;
	let isClosed = false;
	let target: PlayTarget = {type: 'time'};
	/** What was wished for while something was under way, in order. */
	let waiting: readonly ReplayCommand[] = [];
	let wake: () => void = () => undefined;

	const phaseNow = (): Replay['phase'] => {
		if (target.type === 'place') {
			return 'seeking';
		}

		return isOver ? 'over' : (isPaused ? 'paused' : 'playing');
	};

	const showState = (): void => {
		const {damaged, lost, disordered} = cursor.knowledge();
		const percent = recording.size === 0 ? 100 : Math.floor(cursor.offset() / recording.size * 100);
		store.dispatch({type: 'replay-moved', replay: {speed, phase: phaseNow(), percent, damaged, lost, disordered}});
	};

	/** What waits for its time, in ms. A new recording begins at once, however long after the last one. */
	const waitFor = ({line}: PlacedLine): number =>
		line && line.type !== 'beginning' && line.at !== undefined && !cursor.knowledge().isFresh ? (line.at - time.now()) / speed : 0;

	const fulfil = (command: ReplayCommand): void => {
		switch (command.type) {
			case 'pause-toggled': {
				isPaused = !isPaused;
				target = {type: 'time'};
				break;
			}

			case 'line':
			case 'change': {
				isPaused = true;
				target = findTarget(command) ?? target;
				break;
			}

			case 'time':
			case 'place': {
				target = findTarget(command) ?? target;
				break;
			}

			case 'pace': {
				speed = (command.by > 0 ? paces.find(other => other > speed) : paces.findLast(other => other < speed)) ?? speed;
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
		if (isPaused || isOver || target.type === 'place') {
			time.stop();
		} else {
			time.go(speed);
		}
	};

	const arrive = async (reached: PlaceTarget, placed: PlacedLine | undefined): Promise<void> => {
		target = {type: 'time'};
		if (placed) {
			time.reach(reached.at);
		}

		const outside = outsideWords(reached, time.now());
		if (outside !== undefined) {
			store.dispatch({type: 'notice-shown', text: outside});
		}

		const [command, ...others] = waiting;
		if (command) {
			waiting = others;
			fulfil(command);
			return;
		}

		isOver = placed === undefined;
		keepTime();
		showState();
		// Another place was another time for what was told in between.
		await onDemand.show(cursor.offset(), true);
	};

	/** One step on; what takes long is left to others in between. */
	const advance = async (): Promise<void> => {
		const placed = await cursor.next();
		if (target.type === 'place') {
			if (target.isReached(placed) || !placed) {
				await arrive(target, placed);
			} else {
				cursor.take(placed);
			}

			return;
		}

		isOver = placed === undefined;
		if (placed?.line?.at !== undefined && placed.line.type !== 'beginning') {
			time.goUpTo(placed.line.at);
		}

		const wait = placed && !isPaused ? waitFor(placed) : undefined;
		if (placed && wait !== undefined && wait <= 0) {
			cursor.take(placed);
			return;
		}

		keepTime();
		showState();
		await sleep(wait);
	};

	let shownView: State['view'] | undefined;
	/** What was opened or closed since; what cannot be read, the lines will tell. */
	const showOnDemand = (): void => {
		const {view} = store.getState();
		if (view === shownView) {
			return;
		}

		shownView = view;
		onDemand.show(cursor.offset()).catch(() => undefined);
	};

	// A function, since it also changes behind the back of what goes on.
	const isOpen = (): boolean => !isClosed;

	return {
		async run() {
			const unsubscribe = store.subscribe(showOnDemand);
			let since = clock.now();
			while (isOpen()) {
				await advance();
				const worked = clock.now() - since;
				if (worked >= 0 && worked < slice) {
					continue;
				}

				showState();
				await nextTurn();
				since = clock.now();
			}

			unsubscribe();
			await cursor.close();
		},
		command(command) {
			if (target.type === 'place' && command.type !== 'pace' && command.type !== 'pause-toggled') {
				waiting = [...waiting, command].slice(0, waitingLimit);
				return;
			}

			waiting = command.type === 'pace' ? waiting : [];
			fulfil(command);
			keepTime();
			showState();
			wake();
		},
		close() {
			isClosed = true;
			wake();
		},
	};
};
