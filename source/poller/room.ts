import {type Clock} from '../protocol/clock.js';

/** How many requests may be under way now, as the program keeps up with them. */
export type Room = {
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
export const createRoom = ({limit, clock, isCrowded, onMore}: {readonly limit: number; readonly clock: Clock; readonly isCrowded: () => boolean; readonly onMore: () => void}): Room => {
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
