// Plays a recording into a store: when its time has come each line becomes events, and a person can go anywhere in it.

import {type Clock} from '../protocol/clock.js';
import {type Timestamp} from '../protocol/timestamp.js';
import {type PlacedLine, type Recording} from '../recording/open-recording.js';
import {emptyCast, takeExchange, type Cast} from '../recording/take-exchange.js';
import {type Line, type RecordedExchange} from '../recording/line.js';
import {type ReplayWish} from '../store/action.js';
import {type Store} from '../store/create-store.js';
import {initialState} from '../store/initial-state.js';
import {type Replay, type State} from '../store/state.js';
import {createSnapshots, type Place, type Snapshots} from './snapshots.js';
import {type ReplayTime} from './replay-time.js';

export type Player = {
	/** Reads on whenever it is time, until closed. Rejects where the recording cannot be read any more. */
	readonly run: () => Promise<void>;
	readonly wish: (wish: ReplayWish) => void;
	/** Ends `run`. */
	readonly close: () => void;
};

export type PlayerOptions = {
	readonly recording: Recording;
	readonly store: Store;
	readonly time: ReplayTime;
	/** Real time. */
	readonly clock: Clock;
	readonly speed: number;
	/** Lets everything else have its turn. */
	readonly nextTurn: () => Promise<unknown>;
};

type Beginning = Extract<Line, {type: 'beginning'}>;

/** Where to: on with time, or as fast as possible until a place, seen from the line that comes next. */
type Goal = {readonly type: 'time'} | {readonly type: 'place'; readonly isReached: (next: PlacedLine | undefined) => boolean; readonly at?: Timestamp};

export const speeds = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] as const;

// In ms of work before keys are let in.
const slice = 12;

const changesIn = ({journal}: State): number => journal.dropped + journal.entries.length;

export const createPlayer = ({recording, store, time, clock, speed: firstSpeed, nextTurn}: PlayerOptions): Player => {
	let cast: Cast = emptyCast;
	let count = 0;
	let offset = 0;
	let damaged = 0;
	let lost = 0;
	let speed = firstSpeed;
	/** The time of the last line. */
	let at: Timestamp = 0;
	/** Nothing of a recording was taken in yet: it begins at once, however long after the last one. */
	let isFresh = true;
	let isPaused = false;
	let isOver = false;
	let isClosed = false;
	let goal: Goal = {type: 'time'};
	let lines = recording.read(0);
	let next: PlacedLine | undefined;
	let hasNext = false;
	let wake: () => void = () => undefined;
	/** Counts of lines behind which something had changed, in order, as far as was read. */
	const changes: number[] = [];
	const placeNow = (): Place => ({count, offset, at, cast, state: store.getState(), damaged, lost});
	const snapshots: Snapshots = createSnapshots(placeNow());

	const phaseNow = (): Replay['phase'] => {
		if (goal.type === 'place') {
			return 'seeking';
		}

		return isOver ? 'over' : (isPaused ? 'paused' : 'playing');
	};

	const tell = (): void => {
		const percent = recording.size === 0 ? 100 : Math.floor(offset / recording.size * 100);
		store.dispatch({type: 'replay-moved', replay: {speed, phase: phaseNow(), percent, damaged, lost}});
	};

	const begin = ({agents, at: beganAt}: Beginning): void => {
		const state = store.getState();
		cast = emptyCast;
		isFresh = true;
		time.set(beganAt ?? at);
		store.dispatch({type: 'replay-restored', state: {...initialState(agents, state.view.size), journal: state.journal}});
	};

	/** Times of lines never lead back, whatever the clock did that they were written by. */
	const reach = (lineAt: Timestamp | undefined): void => {
		at = isFresh ? lineAt ?? at : Math.max(at, lineAt ?? at);
		if (isFresh) {
			time.set(at);
		} else {
			time.reach(at);
		}

		isFresh = false;
	};

	const takeOne = (exchange: RecordedExchange): void => {
		const {agent} = exchange;
		if (!store.getState().agents.has(agent.key)) {
			store.dispatch({type: 'agents-found', at, found: [{address: agent, name: agent.label, foundBy: ''}]});
		}

		const taken = takeExchange(cast, exchange, at);
		cast = taken.cast;
		for (const event of taken.events) {
			store.dispatch(event);
		}
	};

	const apply = ({line, end}: PlacedLine): void => {
		const before = changesIn(store.getState());
		switch (line?.type) {
			case undefined: {
				damaged += 1;
				break;
			}

			case 'beginning': {
				if (!line.isContinued || count === 0) {
					begin(line);
				}

				break;
			}

			case 'exchange': {
				reach(line.at);
				takeOne(line);
				break;
			}

			case 'gap': {
				reach(line.at);
				lost += line.lost;
				break;
			}

			case 'end': {
				reach(line.at);
				break;
			}

			case 'other': {
				break;
			}
		}

		count += 1;
		offset = end;
		if (changesIn(store.getState()) > before && count > (changes.at(-1) ?? 0)) {
			changes.push(count);
		}

		if (line?.type === 'exchange') {
			snapshots.pass(placeNow());
		}
	};

	/** What waits for its time, in ms. */
	const waitFor = ({line}: PlacedLine): number =>
		line && line.type !== 'beginning' && line.at !== undefined && !isFresh ? (line.at - time.now()) / speed : 0;

	const goTo = (place: Place): void => {
		({cast, count, offset, damaged, lost, at} = place);
		isFresh = count === 0;
		time.set(at);
		store.dispatch({type: 'replay-restored', state: place.state});
		void lines.return(undefined);
		lines = recording.read(offset);
		hasNext = false;
		isOver = false;
	};

	const seek = (isReached: (next: PlacedLine | undefined) => boolean, target?: Timestamp): void => {
		goal = {type: 'place', isReached, ...(target !== undefined && {at: target})};
	};

	const seekCount = (target: number): void => {
		goTo(snapshots.lastWhere(place => place.count <= target));
		seek(() => count >= target);
	};

	const seekTime = (target: Timestamp): void => {
		if (target < time.now()) {
			goTo(snapshots.lastWhere(place => place.count === 0 || place.at <= target));
		}

		seek(placed => placed?.line?.at !== undefined && placed.line.at > target && !isFresh, target);
	};

	const pause = (): void => {
		isPaused = true;
		time.stop();
	};

	const wish = (asked: ReplayWish): void => {
		switch (asked.type) {
			case 'pause-toggled': {
				if (isOver) {
					break;
				}

				isPaused = !isPaused;
				goal = {type: 'time'};
				break;
			}

			case 'line': {
				pause();
				if (asked.by > 0) {
					const target = count + 1;
					seek(() => count >= target);
				} else {
					seekCount(Math.max(1, count - 1));
				}

				break;
			}

			case 'change': {
				pause();
				if (asked.by > 0) {
					const known = changesIn(store.getState());
					seek(() => changesIn(store.getState()) > known);
				} else {
					const target = changes.findLast(change => change < count);
					seekCount(target ?? 1);
				}

				break;
			}

			case 'time': {
				seekTime(time.now() + asked.by);
				break;
			}

			case 'pace': {
				speed = (asked.by > 0 ? speeds.find(other => other > speed) : speeds.findLast(other => other < speed)) ?? speed;
				break;
			}
		}

		if (!isPaused && goal.type === 'time' && !isOver) {
			time.go(speed);
		} else {
			time.stop();
		}

		tell();
		wake();
	};

	/** Until it is time, or somebody wants something; for good where there is no time. */
	const sleep = async (delay: number | undefined): Promise<void> => {
		const {promise, resolve} = Promise.withResolvers<void>();
		const cancel = delay === undefined ? () => undefined : clock.schedule(resolve, delay);
		wake = resolve;
		await promise;
		cancel();
	};

	const look = async (): Promise<void> => {
		while (!hasNext) {
			const from = lines;
			const read = await from.next();
			if (from !== lines) {
				// Somebody has gone elsewhere meanwhile.
				continue;
			}

			next = read.done ? undefined : read.value;
			hasNext = true;
		}
	};

	const arrive = ({at: target}: Extract<Goal, {type: 'place'}>): void => {
		goal = {type: 'time'};
		if (next) {
			time.reach(target);
		}

		if (!isPaused) {
			time.go(speed);
		}

		tell();
	};

	const take = (placed: PlacedLine): void => {
		hasNext = false;
		apply(placed);
	};

	// A function, since it also changes behind the back of what goes on.
	const isOpen = (): boolean => !isClosed;

	const finish = async (): Promise<void> => {
		isOver = true;
		time.stop();
		tell();
		await sleep(undefined);
	};

	/** One step on; what takes long is left to others in between. */
	const advance = async (): Promise<void> => {
		await look();
		const placed = next;
		if (goal.type === 'place' && (goal.isReached(placed) || !placed)) {
			arrive(goal);
			return;
		}

		if (!placed) {
			await finish();
			return;
		}

		if (goal.type === 'place') {
			take(placed);
			return;
		}

		if (isPaused) {
			await sleep(undefined);
			return;
		}

		const wait = waitFor(placed);
		if (wait > 0) {
			tell();
			await sleep(wait);
			return;
		}

		take(placed);
		if (!time.isGoing()) {
			time.go(speed);
		}
	};

	return {
		async run() {
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

			await lines.return(undefined);
		},
		wish,
		close() {
			isClosed = true;
			wake();
		},
	};
};
