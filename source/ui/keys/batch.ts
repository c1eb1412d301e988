// Which keys came together. A person presses one key after the other; what arrives in one piece was pasted, or typed ahead for a screen that is not there any more.

import {setImmediate} from 'node:timers';
import {type Clock} from '../../lib/clock.js';

/** Keystrokes that the program got at once. `group`: equal for all that came without a pause. */
export type KeyBatch = {readonly keystrokes: readonly string[]; readonly group: number};

export type KeyBatcher = {
	readonly add: (keystrokes: readonly string[]) => void;
	/** Ends the group now, for something that comes behind its keys. */
	readonly flush: () => void;
};

type KeyBatcherDeps = {
	readonly take: (batch: KeyBatch) => void;
	/** Whether a keystroke does something only when it is pressed by itself. */
	readonly countsAlone: (keystroke: string) => boolean;
	/** Whether what is typed now is a password, or answers a question that pasted text must not answer. */
	readonly isGuarded: () => boolean;
	/** Real time; without it only what is read at once came together. */
	readonly clock?: Pick<Clock, 'now' | 'schedule'> | undefined;
};

/** In ms. Fingers are slower by far; the parts of a pasted text are not. */
const pause = 3;

/** How long a key that counts alone waits for others, in ms: not seen by a person, and the parts of a pasted text are closer together. */
const aloneFor = 15;

/**
Gathers the keys of one reading into a batch and hands it to `take`, before the program does anything else.

A text that was pasted can come in several readings. With a clock, they count as one group while they follow each other within a few ms. Time alone does not tell, since drawing may have kept the program from reading; so a pause is one only if the program has looked for input in it.

A key that counts alone, such as the one that opens the prompt for a password, waits a moment for others, and so does what is typed into that prompt or another guarded one. What is read after they did something is therefore no piece of the same text, however soon it comes.
*/
export const createKeyBatcher = ({take, countsAlone, isGuarded, clock}: KeyBatcherDeps): KeyBatcher => {
	let gathered: string[] = [];
	let isReading = false;
	let group = 0;
	let readAt = -Infinity;
	/** Counts groups and what they wait for, so that what was meant for an earlier one does nothing. */
	let generation = 0;
	let hasLooked = true;
	let cancel: (() => void) | undefined;

	/** Calls it after the program has looked for input, if nothing came. The first turn of the loop may be the one that reads already. */
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
