// Which keys came together. A person presses one key after the other; what arrives in one piece was pasted, or typed ahead for a screen that is not there any more.

import {type Clock} from '../protocol/clock.js';

/** Keystrokes that the program got at once. `burst`: equal for all that came without a pause. */
export type Turn = {readonly keystrokes: readonly string[]; readonly burst: number};

export type KeyTurns = {
	readonly add: (keystrokes: readonly string[]) => void;
	/** Ends the turn now, for something that comes behind its keys. */
	readonly flush: () => void;
};

/** In ms. Fingers are slower by far; the pieces of a pasted text are not. */
const pause = 3;

/**
Gathers the keys of one reading into a turn and hands it to `take`, before the program does anything else.

A text that was pasted can come in several readings. With a clock, they count as one burst while they follow each other within a few ms. Time alone does not tell, since drawing may have kept the program from reading; so a pause is one only after it has looked for input once more.
*/
export const createKeyTurns = (take: (turn: Turn) => void, clock?: Pick<Clock, 'schedule'>): KeyTurns => {
	let gathered: string[] | undefined;
	let isQuiet = true;
	let burst = 0;
	let cancel: (() => void) | undefined;

	const waitForPause = (): void => {
		cancel?.();
		cancel = clock?.schedule(() => {
			cancel = clock.schedule(() => {
				cancel = undefined;
				isQuiet = true;
			}, 0);
		}, pause);
	};

	const end = (): void => {
		const keystrokes = gathered ?? [];
		gathered = undefined;
		if (keystrokes.length === 0) {
			return;
		}

		if (isQuiet || !clock) {
			burst += 1;
		}

		isQuiet = false;
		take({keystrokes, burst});
		waitForPause();
	};

	return {
		add(keystrokes) {
			if (!gathered) {
				gathered = [];
				queueMicrotask(end);
			}

			gathered.push(...keystrokes);
		},
		flush: end,
	};
};
