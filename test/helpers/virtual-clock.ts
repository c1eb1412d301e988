import {setImmediate as nextTurn} from 'node:timers/promises';
import {type Clock, systemClock} from '../../source/lib/clock.js';

type Timer = {readonly at: number; readonly run: () => void};

/** A clock that moves only on request. `pending` counts what is scheduled; `set` sets the wall clock, as an operator or NTP does, which moves no timer. */
export type VirtualClock = Clock & {
	readonly advance: (time: number) => Promise<void>;
	readonly set: (now: number) => void;
	readonly pending: () => number;
};

/** Starts at `start`, ms since 1970. Time passes in steps from timer to timer; in between, `settle` lets what is under way come to rest: promises that are ready, unless told otherwise. */
export const createVirtualClock = (start: number, settle: () => Promise<void> = nextTurn): VirtualClock => {
	const timers = new Set<Timer>();
	let elapsed = 0;
	let offset = start;

	const next = (end: number): Timer | undefined => {
		let first: Timer | undefined;
		for (const timer of timers) {
			if (timer.at <= end && (!first || timer.at < first.at)) {
				first = timer;
			}
		}

		return first;
	};

	return {
		now: () => offset + elapsed,
		schedule(run, delay) {
			const timer = {at: elapsed + Math.max(0, delay), run};
			timers.add(timer);
			return () => {
				timers.delete(timer);
			};
		},
		async advance(time) {
			const end = elapsed + time;
			await settle();
			for (let timer = next(end); timer; timer = next(end)) {
				timers.delete(timer);
				elapsed = Math.max(elapsed, timer.at);
				timer.run();
				await settle();
			}

			elapsed = end;
		},
		set(now) {
			offset = now - elapsed;
		},
		pending: () => timers.size,
	};
};

/** The machine's clock, stopped until the condition holds, so that what it drives begins with the first request, however late that comes. */
export const createHeldClock = (hasBegun: () => boolean): Clock => {
	const origin = systemClock.now();
	let begunAt: number | undefined;
	return {
		now() {
			if (begunAt === undefined && hasBegun()) {
				begunAt = systemClock.now();
			}

			return begunAt === undefined ? origin : origin + systemClock.now() - begunAt;
		},
		schedule: systemClock.schedule,
	};
};
