import {type Clock, type Turns} from '../lib/clock.js';

/** How many requests may be in progress now, as far as the program keeps up with them. */
export type ConcurrencyLimit = {
	readonly limit: () => number;
	/** Called when a request had to wait. */
	readonly crowded: () => void;
	readonly stop: () => void;
};

// ms between checks, only while requests wait.
const every = 20;

// ms. A timer that is this late had to wait for responses to be processed, and a key would have waited as long.
const late = 12;

const fewest = 8;

const more = 4;

const less = 0.6;

/**
At most `limit`, and fewer while the program cannot keep up: all responses that have arrived are processed before the next key, so
many requests on a busy machine would delay keys. Requests that wait for slow agents cost nothing, and are not reduced.
`isCrowded`: whether requests still wait. `onMore` is called when the limit rises.
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
How urgent an agent's request is.

- begun: it has just responded for the first time, and only its task is missing on screen
- new: it was never queried
- proven: it responded last time
- silent: it did not respond to its first request in time, and is queried again
- offline: it did not respond last time
- spare: not urgent: one at a time, and only while no other request waits
*/
export type Priority = 'begun' | 'new' | 'proven' | 'silent' | 'offline' | 'spare';

/** Admits a limited number of requests, in turn. */
export type RequestQueue = {
	/**
	Calls `begin` when there is capacity, at once or later; it must call `leave` exactly when it is done. Returns a function that
	cancels the wait (no effect once begun).
	First contacts go before routine, so that a large fleet is soon known. New, silent and offline agents together get at most three
	quarters of the capacity, since each may use it until its deadline: dead agents do not block the others.
	*/
	readonly enter: (priority: Priority, begin: (leave: () => void) => void) => () => void;
	/** Whether other new agents wait: a first request should not hold its place for long. */
	readonly isCrowded: () => boolean;
	/** Stops admitting requests by timer. */
	readonly stop: () => void;
};

type Waiting = {readonly begin: (leave: () => void) => void};

type Line = {readonly waiting: Set<Waiting>; inside: number};

const newLine = (): Line => ({waiting: new Set(), inside: 0});

/** Admits at most `limit` requests at a time; many that are due at once in several turns of the event loop. */
export const createRequestQueue = (limit: number, clock: Clock, turns?: Turns): RequestQueue => {
	const lines: Readonly<Record<Priority, Line>> = {begun: newLine(), new: newLine(), proven: newLine(), silent: newLine(), offline: newLine(), spare: newLine()};
	const urgent = Object.values(lines).filter(line => line !== lines.spare);
	const isAnyWaiting = (): boolean => urgent.some(({waiting}) => waiting.size > 0);
	const concurrency = createConcurrencyLimit({limit, clock, isCrowded: isAnyWaiting, onMore() {
		admit();
	}});
	// Some of the offline agents are always being queried, so that their return is noticed.
	const offlineShare = Math.max(1, Math.floor(limit / 8));
	const share = (places: number): number => Math.max(1, Math.floor(places * 3 / 4));

	const firstOf = (...among: readonly Line[]): Line | undefined => among.find(({waiting}) => waiting.size > 0);

	/** The line whose first request may be admitted now. */
	const nextLine = (): Line | undefined => {
		const {begun, new: unknown, proven, silent, offline, spare} = lines;
		const overdue = silent.inside + offline.inside;
		const answering = begun.inside + proven.inside;
		if (unknown.inside + overdue + answering + spare.inside >= limit) {
			return undefined;
		}

		if (!isAnyWaiting()) {
			return spare.inside === 0 && answering < concurrency.limit() ? firstOf(spare) : undefined;
		}

		const canTry = unknown.inside + overdue < share(limit);
		// Waiting for silent agents is no work, so only those that respond are reduced when the program cannot keep up.
		const hasCapacity = answering < concurrency.limit();
		// A silent agent gets its second attempt before agents that are known to be offline.
		return (canTry && overdue < offlineShare ? firstOf(silent, offline) : undefined)
			?? (hasCapacity ? firstOf(begun) : undefined)
			?? (canTry && unknown.inside < share(concurrency.limit()) ? firstOf(unknown) : undefined)
			?? (hasCapacity ? firstOf(proven) : undefined)
			?? (canTry ? firstOf(silent, offline) : undefined);
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

	/** Whether there was one. */
	const admitOne = (): boolean => {
		const line = nextLine();
		const [first] = line?.waiting ?? [];
		if (!line || !first) {
			return false;
		}

		line.waiting.delete(first);
		letIn(line, first);
		return true;
	};

	let isPutOff = false;
	const admitLater = (): void => {
		isPutOff = true;
		turns?.later(() => {
			isPutOff = false;
			if (admitOne() && nextLine()) {
				admitLater();
			}
		});
	};

	const admit = (): void => {
		if (isPutOff) {
			return;
		}

		while (nextLine()) {
			if (turns?.isOver()) {
				admitLater();
				return;
			}

			admitOne();
		}
	};

	return {
		enter(priority, begin) {
			const line = lines[priority];
			const entry: Waiting = {begin};
			line.waiting.add(entry);
			admit();
			if (priority !== 'spare' && line.waiting.has(entry)) {
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
