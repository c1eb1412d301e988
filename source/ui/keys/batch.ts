// Tells keys that came together from single ones. A person presses one key after the other; keys that arrive at once were pasted, or typed ahead for a
// screen that is gone.

import {setImmediate} from 'node:timers';
import {type Clock} from '../../lib/clock.js';

/** Keystrokes that were read at once. `group`: equal for all that came without a pause. */
export type KeyBatch = {readonly keystrokes: readonly string[]; readonly group: number};

export type KeyBatcher = {
	readonly add: (keystrokes: readonly string[]) => void;
	/** Ends the group now, because something else follows its keys. */
	readonly flush: () => void;
};

type KeyBatcherDeps = {
	readonly take: (batch: KeyBatch) => void;
	/** Whether a keystroke acts only if it is pressed by itself. */
	readonly countsAlone: (keystroke: string) => boolean;
	/** Whether keys now go to a password prompt, or to a question that pasted text must not answer. */
	readonly isGuarded: () => boolean;
	/** Real time; without it, only keys that are read at once belong together. */
	readonly clock?: Pick<Clock, 'now' | 'schedule'> | undefined;
};

/** In ms. Fingers are slower by far; the parts of a pasted text are not. */
const pause = 3;

/** How long a key that counts alone waits for others, in ms: too short to notice, and the parts of a pasted text are closer together. */
const aloneFor = 15;

/**
Gathers the keys of one read into a batch and hands it to `take`, before the program does anything else.

A pasted text can come in several reads. With a clock, they form one group while they follow each other within a few ms. A pause counts only
if the program has looked for input in it, because drawing may have kept it from reading.

A key that counts alone, such as the one that opens the password prompt, waits a moment for others, and so do keys for that prompt and other
guarded ones. Keys that are read after they acted are therefore not part of the same text, however soon they come.
*/
export const createKeyBatcher = ({take, countsAlone, isGuarded, clock}: KeyBatcherDeps): KeyBatcher => {
	let gathered: string[] = [];
	let isReading = false;
	let group = 0;
	let readAt = -Infinity;
	/** Counts groups and pauses, so that callbacks of an earlier one do nothing. */
	let generation = 0;
	let hasLooked = true;
	let cancel: (() => void) | undefined;

	/** Calls it after the program has looked for input, if nothing came. The first turn of the loop may already be the one that reads. */
	const afterLooking = (run: () => void): void => {
		generation += 1;
		const expected = generation;
		setImmediate(() => {
			setImmediate(() => {
				if (generation === expected) {
					run();
				}
			});
		});
	};

	const hand = (): void => {
		cancel?.();
		cancel = undefined;
		const keystrokes = gathered;
		gathered = [];
		if (keystrokes.length === 0) {
			return;
		}

		take({keystrokes, group});
		afterLooking(() => {
			hasLooked = true;
		});
	};

	const begin = (): void => {
		isReading = true;
		generation += 1;
		const isPause = !clock || (hasLooked && clock.now() - readAt >= pause);
		if (isPause && gathered.length === 0) {
			group += 1;
		}

		readAt = clock?.now() ?? readAt;
		hasLooked = false;
	};

	const end = (): void => {
		isReading = false;
		const [first, ...others] = gathered;
		const isAlone = first !== undefined && others.length === 0 && countsAlone(first);
		if (!clock || first === undefined || !(isAlone || isGuarded())) {
			hand();
			return;
		}

		cancel?.();
		cancel = clock.schedule(() => {
			afterLooking(hand);
		}, isAlone ? aloneFor : pause);
	};

	return {
		add(keystrokes) {
			if (!isReading) {
				begin();
				queueMicrotask(end);
			}

			gathered.push(...keystrokes);
		},
		flush() {
			isReading = false;
			hand();
		},
	};
};
