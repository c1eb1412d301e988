import {type Timestamp} from '../lib/time.js';

const first = 1000;

/** The longest wait after failures, in ms. */
export const longestBackoff = 30_000;

/**
How long to wait after that many failures in a row, in ms: 1 s doubling to 30 s, for ever; `random` (0 to 1) takes away up to half, so that agents that went down together are not asked together.
*/
export const backoff = (failures: number, random: number): number => {
	const full = Math.min(longestBackoff, first * (2 ** Math.max(0, failures - 1)));
	return Math.round(full * (1 - (random / 2)));
};

/** How long to wait, in ms, after a task was cut off that many times in a row: where others stop, doubling to `longest`, since most such tasks stay that large. */
export const cutOffBackoff = (failures: number, longest: number): number =>
	Math.min(longest, longestBackoff * (2 ** Math.max(0, failures - 1)));

// All times of polling in one place, in ms. What a question costs an agent: docs/protocol.md#details-and-cost.

const second = 1000;

const minute = 60 * second;

export const pace = {
	/** One unsealed line in the agent's log; shows liveness, the maintenance lock and restarts. */
	status: 5 * second,
	/** A task at rest is only probed: at a follower each probe writes 3 KB of log over two agents. */
	probe: 30 * second,
	/** How soon and how long to look again after the lock, the identity or the process changed: the lock is taken before the task exists. */
	settling: 5 * second,
	settlingFor: 15 * second,
	/** The scheduler ticks once a second: asking faster shows nothing new (docs/protocol.md#times). */
	liveOnScreen: second,
	liveElsewhere: 3 * second,
	/** For each row in sight that is under way: more than ten of them share ten questions a second. */
	liveShare: 100,
	/** A failed or waiting task that somebody looks at, alone or among others: anybody may retry or roll it back elsewhere, which changes no lock. */
	heldOpen: 2 * second,
	heldInSight: 5 * second,
	unfinishedLive: 5 * second,
	unfinishedCalm: 30 * second,
	info: 10 * minute,
	/** Durations on screen are wrong for as long as a clock that jumped goes unnoticed: requests expire only where it jumped ahead. */
	skew: 5 * minute,
	clusterInfo: 5 * minute,
	/** Where others are to be found, who speaks for a cluster is asked who belongs to it: one small answer from its own tables. */
	members: minute,
	/** The next question waits this many times as long as the last one took. */
	pauseFactor: 10,
	/** A task above this size in bytes is followed by its probe and its current nodes. */
	wholeLimit: 64 * 1024,
	/** The longest wait until a task that was cut off is tried whole again: it is as dear as it was. */
	cutOff: 10 * minute,
	/** More stages passed between two probes than this: the whole task is cheaper. */
	nodesAtOnce: 3,
	/** Nobody has seen this agent yet: it should not hold up the others that wait for their first answer. */
	firstTimeout: 5 * second,
	/** The same while others wait for their first answer: who is silent for so long is asked again behind them, and only then told to be gone. */
	glance: second,
	timeout: 10 * second,
	/** A log can be tens of megabytes. */
	logTimeout: 30 * second,
	/** A client that overran its own timeout by this much is given up on. */
	grace: second,
	/** First questions are spread over at most this long. */
	staggerStep: 20,
	staggerTotal: second,
	/** How many ended tasks outside maintenance are remembered. */
	endedKept: 5,
	/** How often the end of a task is asked for that the agents refuse to tell. */
	endAttempts: 3,
} as const;

/** What a person may set of these, in ms. `members`: how often an agent that speaks for its cluster is asked who belongs to it. */
export type Rates = {
	readonly live: number;
	readonly status: number;
	readonly idle: number;
	readonly members: number;
};

export const usualRates: Rates = {live: pace.liveOnScreen, status: pace.status, idle: pace.probe, members: pace.clusterInfo};

/** The moment `interval` after `time`; at once where that time lies in the future, since the wall clock was set back. */
export const after = (time: number | undefined, interval: number, now: number): number =>
	time === undefined || time > now ? -Infinity : time + interval;

/** The last answer: when it was there, and how long it took (ms). */
export type LastResponse = {readonly endedAt: Timestamp; readonly duration: number};

/** When whoever gave that answer has had its rest; at once where there was none, or where the wall clock was set back since. */
export const restedAt = (last: LastResponse | undefined, now: Timestamp): Timestamp =>
	last ? after(last.endedAt, last.duration * pace.pauseFactor, now) : -Infinity;
