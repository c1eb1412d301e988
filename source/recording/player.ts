// Plays a recording into a store, each line at its time; the user can go anywhere in it.

import {type Clock} from '../lib/clock.js';
import {messages} from '../lib/messages/messages.js';
import {type Timestamp} from '../lib/time.js';
import {type ReplayCommand} from '../store/actions.js';
import {readPlace} from '../store/replay-place.js';
import {type Replay, type State} from '../store/state.js';
import {type Store} from '../store/store.js';
import {createCursor, type Cursor} from './cursor.js';
import {type OnDemandResponses} from './on-demand.js';
import {type PlacedLine, type Recording} from './reader.js';
import {type ReplayTime} from './replay-clock.js';

// Where it is to go: from a command to the place that it means. To places behind it goes back at once; to places ahead it reads on.

/**
As fast as possible until a place, judged by the next line.

- at: the time there, if no line says otherwise
- isTyped: the user typed that time, and gets a message if it is outside the recording
*/
type PlaceTarget = {readonly type: 'place'; readonly isReached: (next: PlacedLine | undefined) => boolean; readonly at: Timestamp | undefined; readonly isTyped: boolean};

/** Undefined if there is no such place. */
type FindTarget = (command: Extract<ReplayCommand, {type: 'line' | 'change' | 'time' | 'place'}>) => PlaceTarget | undefined;

type SeekDeps = {readonly recording: Recording; readonly cursor: Cursor; readonly time: ReplayTime};

const createSeekTargets = ({recording, cursor, time}: SeekDeps): FindTarget => {
	// Before the first line there is nothing, not even a time.
	const targetOf = (isReached: PlaceTarget['isReached'], at?: Timestamp, isTyped = false): PlaceTarget => ({type: 'place', isReached: placed => cursor.count() > 0 && isReached(placed), at, isTyped});

	const toCount = (target: number): PlaceTarget => {
		if (target < cursor.count()) {
			cursor.goBack(({count}) => count <= target);
		}

		return targetOf(() => cursor.count() >= target);
	};

	const toTime = (target: Timestamp, isTyped: boolean): PlaceTarget => {
		if (target < time.now()) {
			cursor.goBack(({count, knowledge}) => count === 0 || knowledge.at <= target);
		}

		return targetOf(placed => placed?.line?.at !== undefined && placed.line.at > target && !cursor.knowledge().isFresh, target, isTyped);
	};

	const toPart = (percent: number): PlaceTarget => {
		const target = recording.size * percent / 100;
		if (target < cursor.offset()) {
			cursor.goBack(({offset}) => offset <= target);
		}

		return targetOf(() => cursor.offset() >= target);
	};

	const toTyped = (text: string): PlaceTarget | undefined => {
		const read = readPlace(text, time.now());
		if (!read.ok) {
			return undefined;
		}

		return read.place.type === 'time' ? toTime(read.place.at, true) : toPart(read.place.percent);
	};

	const toChange = (by: 1 | -1): PlaceTarget => {
		if (by < 0) {
			// Without an earlier change, to the first line.
			return toCount(cursor.changeBefore() ?? 1);
		}

		const known = cursor.changes();
		return targetOf(() => cursor.changes() > known);
	};

	return command => {
		switch (command.type) {
			case 'line': {
				return toCount(Math.max(1, cursor.count() + command.by));
			}

			case 'change': {
				return toChange(command.by);
			}

			case 'time': {
				return toTime(time.now() + command.by, false);
			}

			case 'place': {
				return toTyped(command.text);
			}
		}
	};
};

/** The message for a typed time outside the recording; `now` is where it led. */
const outsideText = ({at, isTyped}: PlaceTarget, now: Timestamp): string | undefined => {
	if (!isTyped || at === undefined || at === now) {
		return undefined;
	}

	return at > now ? messages().faults.recordings.afterEnd : messages().faults.recordings.beforeBegin;
};

export type Player = {
	/** Reads on when it is time, until closed. Rejects if the recording can no longer be read. */
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
	/** Lets other work run. */
	readonly nextTurn: () => Promise<unknown>;
};

/** Where to go: on with time, or to a place. */
type PlayTarget = {readonly type: 'time'} | PlaceTarget;

/** What the pace can be changed to. */
export const paces = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] as const;

// ms of work before keys are handled.
const slice = 12;

// Limits what a key that was held down still does after it is released.
const waitingLimit = 20;

export const createPlayer = ({recording, store, time, onDemand, clock, speed: firstSpeed, nextTurn}: PlayerDeps): Player => {
	const cursor = createCursor({recording, store, time, onDemand});
	const findTarget = createSeekTargets({recording, cursor, time});
	let speed = firstSpeed;
	let isPaused = false;
	let isOver = false;
	let isClosed = false;
	let target: PlayTarget = {type: 'time'};
	/** Commands that arrived while another was in progress, in order. */
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

	/** The wait before the line is due, in ms. A new recording begins at once, however long after the last one. */
	const waitFor = ({line}: PlacedLine): number =>
		line && line.type !== 'beginning' && line.at !== undefined && !cursor.knowledge().isFresh ? (line.at - time.now()) / speed : 0;

	const apply = (command: ReplayCommand): void => {
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

	/** Until it is time, or a command arrives; without a time, forever. */
	const sleep = async (delay: number | undefined): Promise<void> => {
		const {promise, resolve} = Promise.withResolvers<void>();
		const cancel = delay === undefined ? () => undefined : clock.schedule(resolve, delay);
		wake = resolve;
		await promise;
		cancel();
	};

	/** Starts or stops time. */
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

		const outside = outsideText(reached, time.now());
		if (outside !== undefined) {
			store.dispatch({type: 'notice-shown', text: outside});
		}

		const [command, ...others] = waiting;
		if (command) {
			waiting = others;
			apply(command);
			return;
		}

		isOver = placed === undefined;
		keepTime();
		showState();
		// After a jump, everything was reported at other times.
		await onDemand.show(cursor.offset(), true);
	};

	/** One step; anything longer lets other work run in between. */
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
	/** What was opened or closed since. Unreadable lines are reported by the lines themselves. */
	const showOnDemand = (): void => {
		const {view} = store.getState();
		if (view === shownView) {
			return;
		}

		shownView = view;
		onDemand.show(cursor.offset()).catch(() => undefined);
	};

	// A function, since it also changes while the code awaits.
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
			apply(command);
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
