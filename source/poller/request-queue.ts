import {type Clock} from '../lib/clock.js';

/** How many requests may be under way now, as the program keeps up with them. */
export type ConcurrencyLimit = {
	readonly limit: () => number;
	/** Somebody had to wait for a place. */
	readonly crowded: () => void;
	readonly stop: () => void;
};

// In ms. Looked at so often, and only while somebody waits.
const every = 20;

// In ms. A timer that comes so late had to wait for answers, and a key would have waited as long.
const late = 12;

const fewest = 8;

const more = 4;

const less = 0.6;

/**
At most `limit`, and fewer while the program itself cannot keep up: all answers that have come are read before the next key is, so that with many under way on a busy machine each key would wait for all of them. Those that wait for agents far away cost nothing, and are not reduced.

`isCrowded`: whether somebody still waits. `onMore` is called when there is more room than before.
*/
export const createConcurrencyLimit = ({limit, clock, isCrowded, onMore}: {readonly limit: number; readonly clock: Clock; readonly isCrowded: () => boolean; readonly onMore: () => void}): ConcurrencyLimit => {
	let allowed = limit;
	let cancel: (() => void) | undefined;

	const look = (): void => {
		const due = clock.now() + every;
		cancel = clock.schedule(() => {
			cancel = undefined;
			const isLate = clock.now() - due > late;
			allowed = isLate ? Math.max(Math.min(fewest, limit), Math.floor(allowed * less)) : Math.min(limit, allowed + more);
			if (!isLate) {
				onMore();
			}

			if (isCrowded() || allowed < limit) {
				look();
			}
		}, every);
	};

	return {
		limit: () => allowed,
		crowded() {
			if (!cancel) {
				look();
			}
		},
		stop() {
			cancel?.();
			cancel = undefined;
		},
	};
};

/**
How much whoever asks is worth waiting for.

- begun: it has just answered for the first time, and only its task is missing on screen
- new: nobody has asked it yet
- proven: it answered last time
- silent: it did not answer its first question at once, and is asked again
- lost: it did not answer last time
*/
export type Priority = 'begun' | 'new' | 'proven' | 'silent' | 'offline';

/** Gives one of the limited places for a request to whoever asks, in turn. */
export type RequestQueue = {
	/**
	Calls `begin` when there is a place, at once or later; it must call `leave` exactly when it is done. Returns what gives up waiting (nothing, once begun).

	First contacts go before routine, so that a large fleet is soon known. Those that are new, silent or lost hold at most three quarters of the places together, since each may hold its place until the deadline: dead agents starve nobody.
	*/
	readonly enter: (priority: Priority, begin: (leave: () => void) => void) => () => void;
	/** Whether others that are new wait for a place: whoever is asked for the first time should not hold one for long. */
	readonly isCrowded: () => boolean;
	/** Nobody is let in by time any more. */
	readonly stop: () => void;
};

type Waiting = {readonly begin: (leave: () => void) => void};

type Line = {readonly waiting: Set<Waiting>; inside: number};

const newLine = (): Line => ({waiting: new Set(), inside: 0});

/** At most `most` places. */
export const createRequestQueue = (limit: number, clock: Clock): RequestQueue => {
	const lines: Readonly<Record<Priority, Line>> = {begun: newLine(), new: newLine(), proven: newLine(), silent: newLine(), offline: newLine()};
	const isAnyWaiting = (): boolean => Object.values(lines).some(({waiting}) => waiting.size > 0);
	const concurrency = createConcurrencyLimit({limit, clock, isCrowded: isAnyWaiting, onMore() {
		admit();
	}});
	// However busy the others are, some of the lost are always being asked, so that they are found when they are back.
	const offlineShare = Math.max(1, Math.floor(limit / 8));
	const share = (limit: number): number => Math.max(1, Math.floor(limit * 3 / 4));

	/** Who may come in now, the first first. */
	const order = (): ReadonlyArray<Line | undefined> => {
		const {begun, new: unknown, proven, silent, offline} = lines;
		const overdue = silent.inside + offline.inside;
		const canTry = unknown.inside + overdue < share(limit);
		// Silence is no work, so that only those that answer are reduced where the program cannot keep up.
		const hasCapacity = begun.inside + proven.inside < concurrency.limit();
		const isFirst = canTry && overdue < offlineShare;
		return [
			// Whoever is silent has its one more try before those that are known to be lost.
			...(isFirst ? [silent, offline] : []),
			hasCapacity ? begun : undefined,
			canTry && unknown.inside < share(concurrency.limit()) ? unknown : undefined,
			hasCapacity ? proven : undefined,
			...(canTry ? [silent, offline] : []),
		];
	};

	const nextLine = (): Line | undefined => {
		const inside = Object.values(lines).reduce((sum, line) => sum + line.inside, 0);
		return inside < limit ? order().find(line => line !== undefined && line.waiting.size > 0) : undefined;
	};

	const letIn = (line: Line, {begin}: Waiting): void => {
		line.inside += 1;
		let isInside = true;
		begin(() => {
			if (!isInside) {
				return;
			}

			isInside = false;
			line.inside -= 1;
			admit();
		});
	};

	const admit = (): void => {
		for (let line = nextLine(); line; line = nextLine()) {
			const [first] = line.waiting;
			if (!first) {
				return;
			}

			line.waiting.delete(first);
			letIn(line, first);
		}
	};

	return {
		enter(priority, begin) {
			const line = lines[priority];
			const entry: Waiting = {begin};
			line.waiting.add(entry);
			admit();
			if (line.waiting.has(entry)) {
				concurrency.crowded();
			}

			return () => {
				line.waiting.delete(entry);
			};
		},
		isCrowded: () => lines.new.waiting.size > 0,
		stop: concurrency.stop,
	};
};
