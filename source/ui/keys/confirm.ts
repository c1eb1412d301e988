// Keys while an operation waits to be confirmed. Keys that arrive together may be pasted, or typed for another screen, and confirm nothing.

import {printable} from '../../lib/printable.js';
import {type Request} from '../../store/actions.js';
import {topScreen} from '../../store/lookup.js';
import {isConfirmedBy} from '../../store/operations/confirm.js';
import {selectCard} from '../../store/selectors/cards.js';
import {selectConfirmation, selectFoundKeys} from '../../store/selectors/overlays.js';
import {type Overlay, type Size} from '../../store/state.js';
import {type Store} from '../../store/store.js';
import {screenSize} from '../layout.js';
import {lastConfirmationTop} from '../overlays/confirmation.js';
import {lastFoundKeysTop} from '../overlays/prompts.js';
import {lastCardTop} from '../screens/cards.js';
import {lastHelpTop} from '../screens/help.js';
import {type Theme} from '../theme.js';
import {type KeyTable} from './resolve.js';
import {type Edit} from './table.js';

type Confirmation = Extract<Overlay, {type: 'confirmation'}>;

type Stroke = (keystroke: string) => void;

export type ConfirmationKeys = {
	/** Whether an operation waits to be confirmed. */
	readonly isAsking: () => boolean;
	/** Handles the keys of one read while an operation is to be confirmed: only a key that came alone acts, except for scrolling and leaving. */
	readonly take: (keystrokes: readonly string[], stroke: Stroke) => void;
	/** A key that the key table does not know here. */
	readonly type: (overlay: Confirmation, keystroke: string) => void;
	readonly edit: (overlay: Confirmation, what: Edit) => void;
	/** Takes pasted text as typed if it is exactly the task's name or id: Enter must still be pressed. False, and nothing changes, for any other text. */
	readonly paste: (text: string) => boolean;
	/** Other text was pasted, or more than one key came. */
	readonly reject: () => void;
};

// Over a slow line, letters that were typed one by one come in twos and threes.
export const mostAtOnce = 3;

const isCtrl = (keystroke: string): boolean => /^\^[^^]$/.test(keystroke);

/** A letter, not the name of a key. */
export const isTyped = (keystroke: string): boolean => [...keystroke].length === 1;

type ConfirmationKeysDeps = {
	readonly store: Store;
	/** Whether the terminal shows the overlay. */
	readonly isShown: (overlay: Overlay['type']) => boolean;
	/** Whether all of it was in sight, on a terminal too low to show it at once. */
	readonly isRead: () => boolean;
	readonly onRequest: (request: Request) => void;
};

export const createConfirmationKeys = ({store, isShown, isRead, onRequest}: ConfirmationKeysDeps): ConfirmationKeys => {
	const asking = (): Confirmation | undefined => {
		const {overlay} = store.getState().view;
		return overlay?.type === 'confirmation' && overlay.phase.type === 'asking' ? overlay : undefined;
	};

	const reject = (): void => {
		store.dispatch({type: 'confirmation-rejected', problem: 'notTyped'});
	};

	const type = ({typed, plan}: Confirmation, text: string): void => {
		if (isCtrl(text)) {
			store.dispatch({type: 'confirmation-rejected', problem: 'noCtrl'});
		} else if (plan.typed.length > 0 && isTyped(text)) {
			store.dispatch({type: 'confirmation-typed', text: typed + printable(text)});
		}
	};

	/** A few letters that came together are taken as typed; keys that act are not. */
	const takeBunch = (overlay: Confirmation, keystrokes: readonly string[]): void => {
		const areLetters = keystrokes.every(keystroke => isTyped(keystroke));
		if (overlay.plan.typed.length > 0 && areLetters && keystrokes.length <= mostAtOnce) {
			for (const keystroke of keystrokes) {
				type(asking() ?? overlay, keystroke);
			}
		} else {
			reject();
		}
	};

	const send = (overlay: Confirmation): void => {
		// It may be covered, or not drawn yet, so that the user cannot know what would be confirmed.
		if (!isShown('confirmation')) {
			store.dispatch({type: 'confirmation-rejected', problem: 'notShown'});
			return;
		}

		if (!isRead()) {
			store.dispatch({type: 'confirmation-rejected', problem: 'notRead'});
			return;
		}

		// Before anything else, so that it cannot be confirmed twice.
		store.dispatch({type: 'operation-confirmed'});
		onRequest({type: 'operate', order: overlay.plan.order});
	};

	const submit = (overlay: Confirmation): void => {
		if (overlay.phase.type === 'sent') {
			store.dispatch({type: 'overlay-closed'});
		} else if (overlay.phase.type !== 'asking') {
			// Enter may be the end of what was typed to confirm it: that nothing was sent stays in sight until Esc.
		} else if (overlay.plan.typed.length === 0) {
			store.dispatch({type: 'confirmation-rejected', problem: 'onlyY'});
		} else if (isConfirmedBy(overlay)) {
			send(overlay);
		} else {
			store.dispatch({type: 'confirmation-rejected', problem: 'wrongText'});
		}
	};

	return {
		isAsking: () => asking() !== undefined,
		take(keystrokes, stroke) {
			const overlay = asking();
			const [only] = keystrokes;
			if (!overlay || only === undefined) {
				return;
			}

			if (keystrokes.length === 1) {
				stroke(only);
			} else if (keystrokes.every(keystroke => keystroke === 'up' || keystroke === 'down')) {
				for (const keystroke of keystrokes) {
					stroke(keystroke);
				}
			} else if (keystrokes.includes('escape')) {
				// Leaving is always safe, and the user expects to have left.
				stroke('escape');
			} else {
				takeBunch(overlay, keystrokes);
			}
		},
		type,
		edit(overlay, what) {
			switch (what) {
				case 'erase': {
					store.dispatch({type: 'confirmation-typed', text: [...overlay.typed].slice(0, -1).join('')});
					break;
				}

				case 'clear': {
					store.dispatch({type: 'confirmation-typed', text: ''});
					break;
				}

				case 'confirm': {
					if (overlay.phase.type === 'asking') {
						send(overlay);
					}

					break;
				}

				case 'submit': {
					submit(overlay);
					break;
				}
			}
		},
		paste(text) {
			const overlay = asking();
			const isTaken = overlay?.typed === '' && isShown('confirmation') && overlay.plan.typed.includes(text.trim());
			if (isTaken) {
				store.dispatch({type: 'confirmation-typed', text: text.trim()});
			}

			return isTaken;
		},
		reject,
	};
};

/** How far down a text on the screen can be scrolled, and whether all of a question was in sight. */
export type Reading = {
	/** Only the screen knows how long the help, a confirmation, a list of keys and a card are. */
	readonly lastTop: () => {readonly last?: number};
	/** Notes which part of a question is in sight, and tells whether all of it was. */
	readonly isRead: () => boolean;
};

type ReadingDeps = {readonly store: Store; readonly theme: Theme; readonly keys: KeyTable | undefined};

export const createReading = ({store, theme, keys}: ReadingDeps): Reading => {
	/** How far down a question that does not fit on the screen was read, at that size. */
	let reading: {readonly subject: object; readonly size: Size; readonly furthest: number} | undefined;

	const lastTop = (): {readonly last?: number} => {
		const state = store.getState();
		const {overlay, timeZone, hour} = state.view;
		const size = screenSize(state);
		const screen = topScreen(state);
		if (overlay?.type === 'help') {
			return {last: lastHelpTop(size, theme, {keys, cautions: state.cautions, of: overlay.isWhole ? undefined : screen.type})};
		}

		if (overlay?.type === 'confirmation') {
			return {last: lastConfirmationTop(selectConfirmation(state, overlay), size, theme)};
		}

		if (overlay?.type === 'found-keys') {
			return {last: lastFoundKeysTop(selectFoundKeys(state, overlay), size)};
		}

		return screen.type === 'card' ? {last: lastCardTop(selectCard(state, screen), {size: state.view.pane ?? size, timeZone, hour})} : {};
	};

	const isRead = (): boolean => {
		const {overlay, size} = store.getState().view;
		if (overlay?.type !== 'confirmation' && overlay?.type !== 'found-keys') {
			return true;
		}

		const subject = overlay.type === 'confirmation' ? overlay.plan : overlay.keys;
		const before = reading?.subject === subject && reading.size === size ? reading.furthest : 0;
		reading = {subject, size, furthest: Math.max(before, overlay.top)};
		return reading.furthest >= (lastTop().last ?? 0);
	};

	return {lastTop, isRead};
};
