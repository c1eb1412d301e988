import {type Clock} from '../../../source/lib/clock.js';

/** 2026-03-01 10:00:00 UTC. */
export const ten = Date.UTC(2026, 2, 1, 10);

export type ManualClock = Clock & {
	/** Goes on by that many ms and runs what was scheduled until then. */
	readonly advance: (by: number) => void;
};

/** A clock that only moves when the test advances it. */
export const createManualClock = (start: number = ten): ManualClock => {
	let now = start;
	let scheduled: ReadonlyArray<{readonly at: number; readonly run: () => void}> = [];
	return {
		now: () => now,
		schedule(run, delay) {
			const entry = {at: now + delay, run};
			scheduled = [...scheduled, entry];
			return () => {
				scheduled = scheduled.filter(other => other !== entry);
			};
		},
		advance(by) {
			const end = now + by;
			for (;;) {
				const next = scheduled.filter(({at}) => at <= end).toSorted((one, other) => one.at - other.at)[0];
				if (!next) {
					break;
				}

				scheduled = scheduled.filter(other => other !== next);
				now = next.at;
				next.run();
			}

			now = end;
		},
	};
};
