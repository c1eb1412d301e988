// Tells keys that came together from single ones. A person presses one key after the other; keys that arrive at once were pasted, or typed ahead for a
// screen that is gone.

import {setImmediate} from 'node:timers';
import {type Clock} from '../../lib/clock.js';
import {messages} from '../../lib/messages/messages.js';
import {type Request} from '../../store/actions.js';
import {type Overlay} from '../../store/state.js';
import {type Store} from '../../store/store.js';
import {isTooSmall} from '../screens/empty.js';
import {type ConfirmationKeys, isTyped, mostAtOnce} from './confirm.js';
import {isMouse, type Mouse} from './mouse.js';
import {isMovement, type KeyTable, liveKeys, onlyLooksAround} from './resolve.js';
import {type KeyContext} from './table.js';

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
	readonly isForAlone: (keystroke: string) => boolean;
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
export const createKeyBatcher = ({take, isForAlone, isGuarded, clock}: KeyBatcherDeps): KeyBatcher => {
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
		const isAlone = first !== undefined && others.length === 0 && isForAlone(first);
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

			// As arguments of one call they would be too many in a long text.
			for (const keystroke of keystrokes) {
				gathered.push(keystroke);
			}
		},
		flush() {
			isReading = false;
			hand();
		},
	};
};

// Handles keys that came at once, in their order: over a slow line, what was typed one by one comes together. Only where something is sent, trusted or
// entered in secret must a key be pressed by itself, since a text that is pasted without the terminal saying so must not do that.

type PasteGuardDeps = {
	readonly store: Store;
	readonly isShown: (overlay: Overlay['type']) => boolean;
	readonly confirmation: ConfirmationKeys;
	readonly context: () => KeyContext;
	readonly keys: KeyTable | undefined;
	/** Whether a keystroke acts only if it is pressed by itself. */
	readonly isForAlone: (keystroke: string) => boolean;
	/** `times`: so often, for a movement. */
	readonly stroke: (keystroke: string, times?: number) => void;
	/** Text for the open line of input. */
	readonly typeInput: (text: string) => void;
	readonly takeMouse: Mouse['take'];
	readonly onRequest: (request: Request) => void;
};

// In raw mode ^c is a key like any other; it must always end the program, whatever came with it. The others change nothing.
const always: ReadonlySet<string> = new Set(['^c', '^l', '^z']);

// No user types so far ahead: longer ones are pasted, unless they only move.
const mostAhead = 32;

/** Where typed text is text: letters do nothing else there. */
const takesText = (overlay: Overlay | undefined): boolean => overlay?.type === 'input' || overlay?.type === 'palette' || overlay?.type === 'password' || overlay?.type === 'stop';

/** How many keystrokes at the beginning are such ones. */
const runOf = (keystrokes: readonly string[], isIt: (keystroke: string) => boolean): number => {
	const end = keystrokes.findIndex(keystroke => !isIt(keystroke));
	return end === -1 ? keystrokes.length : end;
};

/** What waits for a decision. */
const isQuestion = (overlay: Overlay | undefined): boolean => overlay !== undefined && overlay.type !== 'input' && overlay.type !== 'palette' && overlay.type !== 'help';

export const createPasteGuard = ({store, isShown, confirmation, context, keys, isForAlone, stroke, typeInput, takeMouse, onRequest}: PasteGuardDeps): ((batch: KeyBatch) => void) => {
	/**
	The group that brought the last keys, if they left no question about keys open: a key that follows in the same group, without a pause, may
	be part of a pasted text.
	*/
	let lastGroup: number | undefined;

	const overlay = (): Overlay | undefined => store.getState().view.overlay;

	const hasCount = (): boolean => store.getState().view.count !== undefined;

	const letOut = (keystrokes: readonly string[]): void => {
		for (const keystroke of keystrokes) {
			if (always.has(keystroke)) {
				stroke(keystroke);
			}
		}
	};

	const refuse = (rest: readonly string[], key?: string): void => {
		const {atOnce, together} = messages().keys.notices;
		const text = key === undefined ? atOnce : together(key === 'enter' ? 'Enter' : key);
		store.dispatch({type: 'notice-shown', text});
		letOut(rest);
	};

	/** Keys for a prompt that was not visible yet were meant for something else. */
	const isTooEarly = (): boolean => overlay()?.type === 'password' && !isShown('password');

	const withdraw = (rest: readonly string[]): void => {
		const {title, text} = messages().keys.tooEarly;
		store.dispatch({type: 'stopped', title, words: text});
		letOut(rest);
	};

	/** More keys than can have been meant for the current screen; for a question, even a few. */
	const looksPasted = (keystrokes: readonly string[]): boolean => {
		const meant = keystrokes.filter(keystroke => !always.has(keystroke));
		const most = isQuestion(overlay()) ? mostAtOnce : mostAhead;
		return meant.length > most && !takesText(overlay()) && meant.some(keystroke => isTyped(keystroke)) && !onlyLooksAround(context(), meant, keys);
	};

	/** A question that opens by itself may open between two parts of a pasted text: the later part must not answer it. */
	const isPartOfPaste = (group: number): boolean => overlay()?.type === 'found-keys' && lastGroup === group;

	/** Nothing is in sight that a key could be meant for, so that keys only end the program. A question says why its keys were ignored. */
	const takeUnseen = (keystrokes: readonly string[]): void => {
		const [keystroke = '', ...others] = keystrokes;
		const isQuit = (keys ?? liveKeys).some(record => record.name === 'quit' && record.keys.includes(keystroke));
		if (isQuit && others.length === 0 && overlay() === undefined) {
			onRequest({type: 'quit'});
		} else {
			letOut(keystrokes);
		}
	};

	const take = ({keystrokes}: KeyBatch, isLaterPart: boolean): void => {
		if (isTooSmall(store.getState().view.size) && !confirmation.isAsking()) {
			takeUnseen(keystrokes);
			return;
		}

		// Only together with keys it says something about them: what comes with it was not pressed by itself.
		if (keystrokes.every(keystroke => isMouse(keystroke))) {
			takeMouse(keystrokes);
			return;
		}

		if (confirmation.isAsking()) {
			const meant = keystrokes.filter(keystroke => !always.has(keystroke));
			if (meant.length === keystrokes.length) {
				confirmation.take(keystrokes, stroke);
				return;
			}

			// What came together with ^c counts for nothing, but ^c does.
			if (meant.some(keystroke => !isMouse(keystroke))) {
				confirmation.reject();
			}

			letOut(keystrokes);
			return;
		}

		if (looksPasted(keystrokes)) {
			const isLeaving = keystrokes[0] === 'escape';
			if (isLeaving) {
				stroke('escape');
			}

			refuse(isLeaving ? keystrokes.slice(1) : keystrokes);
			return;
		}

		let rest = keystrokes;
		while (rest.length > 0) {
			const before = overlay();
			const [keystroke = ''] = rest;
			const letters = before?.type === 'input' || before?.type === 'palette' ? runOf(rest, isTyped) : 0;
			if (letters > 0) {
				typeInput(rest.slice(0, letters).join(''));
				rest = rest.slice(letters);
				continue;
			}

			const reports = runOf(rest, isMouse);
			if (reports > 0) {
				takeMouse(rest.slice(0, reports));
				rest = rest.slice(reports);
				continue;
			}

			const isBunch = keystrokes.length > 1 || isLaterPart;
			// A confirmation without an open question can only be left.
			if (isBunch && before?.type !== 'confirmation' && isForAlone(keystroke)) {
				refuse(rest, keystroke);
				return;
			}

			if (isTooEarly() && keystroke !== 'escape') {
				withdraw(rest);
				return;
			}

			// A held key is one movement, however often it came.
			const times = hasCount() || !isMovement(context(), keystroke, keys) ? 1 : runOf(rest, other => other === keystroke);
			stroke(keystroke, times);
			rest = rest.slice(times);
			const after = overlay();
			// The following keys were meant for the earlier screen.
			if (after?.type !== before?.type && (isQuestion(before) || isQuestion(after)) && rest.length > 0) {
				refuse(rest);
				return;
			}
		}
	};

	return batch => {
		take(batch, isPartOfPaste(batch.group));
		lastGroup = overlay()?.type === 'found-keys' ? undefined : batch.group;
	};
};
