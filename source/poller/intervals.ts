import {type Timestamp} from '../lib/time.js';

// All polling times in one place, in ms. What a request costs an agent: docs/protocol.md#details-and-cost.

const second = 1000;

const minute = 60 * second;

export const pace = {
	/** One unsealed line in the agent's log; shows liveness, the maintenance lock and restarts. */
	status: 5 * second,
	/** A task at rest is only probed: at a follower each probe writes 3 KB of log on two agents. */
	probe: 30 * second,
	/** How soon and how long to poll after the lock, the identity or the process changed, or a task ended: the lock is taken before the task exists. */
	settling: 5 * second,
	settlingFor: 15 * second,
	/** The scheduler ticks once a second: faster polling shows nothing new (docs/protocol.md#times). */
	liveOnScreen: second,
	liveElsewhere: 3 * second,
	/** For each active row on screen: more than ten of them share ten requests a second. */
	liveShare: 100,
	/** A failed or waiting task on screen, open or in a list: another user may retry or roll it back, which changes no lock. */
	heldOpen: 2 * second,
	heldInSight: 5 * second,
	unfinishedLive: 5 * second,
	unfinishedCalm: 30 * second,
	info: 10 * minute,
	/** Until a clock jump is noticed, durations on screen are wrong; requests expire only if it jumped ahead. */
	skew: 5 * minute,
	clusterInfo: 5 * minute,
	/** With discovery, a delegate is queried for its cluster's members: one small response from its own tables. */
	members: minute,
	/** Requests of many agents go out together, at multiples of this: each time that the program wakes up costs as much as the request itself. All intervals are multiples of it, too, so that none gets longer. Only waits of at least twice as long end with it. */
	together: 50,
	/** The pause before the next request is this many times the duration of the last one. */
	pauseFactor: 10,
	/** A task above this size in bytes is followed by its probe and its current nodes. */
	wholeLimit: 64 * 1024,
	/** After failures: the first wait, which doubles up to the longest, without end. */
	retryFirst: second,
	retryLongest: 30 * second,
	/** The same until a cut-off task is fetched whole again: it costs as much as before, and most such tasks stay that large. */
	cutOffFirst: 30 * second,
	cutOffLongest: 10 * minute,
	/** After a bug in the handling of a response. */
	bugPause: 30 * second,
	/** If more stages passed between two probes than this, the whole task is cheaper. */
	nodesAtOnce: 3,
	/** For an agent that never responded: it should not hold up the others that wait for their first response. */
	firstTimeout: 5 * second,
	/** The same while others wait: an agent that is silent for this long is tried again behind them, and only then reported as unreachable. */
	glance: second,
	timeout: 10 * second,
	/** A log can be tens of megabytes. */
	logTimeout: 30 * second,
	/** A client that overran its own timeout by this much is abandoned. */
	grace: second,
	/** First requests are spread over at most this long. */
	staggerStep: 20,
	staggerTotal: second,
	/** How many ended tasks outside maintenance are kept. */
	endedKept: 5,
	/** Between requests for earlier runs: to one agent, and over all; until wanted ones are looked for again, and until a list that could not be read is tried again. */
	runs: 5 * second,
	runsAll: second / 2,
	runsLook: 5 * second,
	runsRetry: 10 * minute,
	/** A history is read so long after its owner's list, so that it delays nothing that is on screen; a single poll waits for it that long. */
	historyAfter: 5 * second,
	historyPatience: 5 * second,
	historyShared: minute,
	/** How often it is tried, and when again. */
	historyAttempts: 3,
	historyRetry: minute,
	/** How many of its newest failures are read. */
	failuresRead: 5,
	/** How often the end of a task is queried that the agents refuse to return. */
	endAttempts: 3,
} as const;

/** What the user may set of these, in ms. `members`: how often a delegate is queried for its cluster's members. */
export type Rates = {
	readonly live: number;
	readonly status: number;
	readonly idle: number;
	readonly members: number;
};

export const usualRates: Rates = {live: pace.liveOnScreen, status: pace.status, idle: pace.probe, members: pace.clusterInfo};

const doubled = (failures: number, first: number, longest: number): number => Math.min(longest, first * (2 ** Math.max(0, failures - 1)));

/** The wait after that many failures in a row, in ms. `random` (0 to 1) takes away up to half, so that agents that failed together are not retried together. */
export const backoff = (failures: number, random: number): number => Math.round(doubled(failures, pace.retryFirst, pace.retryLongest) * (1 - (random / 2)));

/** The wait, in ms, after a task was cut off that many times in a row. */
export const cutOffBackoff = (failures: number): number => doubled(failures, pace.cutOffFirst, pace.cutOffLongest);

/** When a retry is due (Infinity: never by itself); at once if it is further away than the longest wait, since the wall clock was set back. */
export const retryDueAt = (retryAt: Timestamp, longest: number, now: Timestamp): Timestamp =>
	retryAt !== Infinity && retryAt > now + longest ? -Infinity : retryAt;

/** The time `interval` after `time`; at once if `time` is in the future, since the wall clock was set back. */
export const after = (time: number | undefined, interval: number, now: number): number =>
	time === undefined || time > now ? -Infinity : time + interval;

/** How long it is from a time until the next multiple of `step`, in ms; nothing at one. */
export const untilNext = (step: number, time: Timestamp): number => (step - (time % step)) % step;

/** The last response: when it arrived, and how long it took (ms). */
export type LastResponse = {readonly endedAt: Timestamp; readonly duration: number};

/** When the agent's pause after that response ends; at once if there was none, or if the wall clock was set back since. */
export const restedAt = (last: LastResponse | undefined, now: Timestamp): Timestamp =>
	last ? after(last.endedAt, last.duration * pace.pauseFactor, now) : -Infinity;
