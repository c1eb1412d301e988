// Keys while an operation waits to be confirmed. Whatever comes as a bunch may be pasted, or have been typed for another screen: it confirms nothing.

import {type Edit} from '../keymap/key-record.js';
import {printable} from '../protocol/printable.js';
import {type Request} from '../store/action.js';
import {type Store} from '../store/create-store.js';
import {isConfirmedBy} from '../store/operate/confirm.js';
import {type Overlay} from '../store/state.js';
import {noCtrl, notTyped, onlyY, wrongText} from './confirmation-words.js';

type Confirmation = Extract<Overlay, {type: 'confirmation'}>;

type Stroke = (keystroke: string) => void;

type Turn = {readonly wasAsking: boolean; readonly gathered: string[]};

export type ConfirmationKeys = {
	/** Hands keystrokes on: while something is to be confirmed only those that came alone, each by itself. */
	readonly press: (keystrokes: readonly string[], input: string, stroke: Stroke) => void;
	/** A key that the key table does not know here. */
	readonly type: (overlay: Confirmation, keystroke: string) => void;
	readonly edit: (overlay: Confirmation, what: Edit) => void;
	/** Text was pasted. */
	readonly reject: () => void;
};

// Over a slow line, letters that were typed one by one come in twos and threes.
const mostAtOnce = 3;
const lineFeed = '\n';

const isCtrl = (keystroke: string): boolean => /^\^[^^]$/.test(keystroke);
/** Letters, not the name of a key. */
const isTyped = (keystroke: string): boolean => [...keystroke].length === 1;

export const createConfirmationKeys = ({store, onRequest}: {readonly store: Store; readonly onRequest: (request: Request) => void}): ConfirmationKeys => {
	let turn: Turn | undefined;

	const asking = (): Confirmation | undefined => {
		const {overlay} = store.getState().view;
		return overlay?.type === 'confirmation' && overlay.phase.type === 'asking' ? overlay : undefined;
	};

	const reject = (): void => {
		store.dispatch({type: 'confirmation-rejected', problem: notTyped});
	};

	const type = ({typed, plan}: Confirmation, text: string): void => {
		if (isCtrl(text)) {
			store.dispatch({type: 'confirmation-rejected', problem: noCtrl});
		} else if (plan.typed.length > 0 && isTyped(text)) {
			store.dispatch({type: 'confirmation-typed', text: typed + printable(text)});
		}
	};

	/** Letters that came together are taken as typed if they are few; keys that do something are not. */
	const takeBunch = (overlay: Confirmation, keystrokes: readonly string[]): void => {
		const areLetters = keystrokes.every(keystroke => [...keystroke].length === 1);
		if (overlay.plan.typed.length > 0 && areLetters && keystrokes.length <= mostAtOnce) {
			for (const keystroke of keystrokes) {
				type(asking() ?? overlay, keystroke);
			}
		} else {
			reject();
		}
	};

	const send = (overlay: Confirmation): void => {
		// Before anything else: from now on nothing can confirm it once more.
		store.dispatch({type: 'operation-confirmed'});
		onRequest({type: 'operate', order: overlay.plan.order});
	};

	const submit = (overlay: Confirmation): void => {
		if (overlay.phase.type !== 'asking') {
			store.dispatch({type: 'overlay-closed'});
		} else if (overlay.plan.typed.length === 0) {
			store.dispatch({type: 'confirmation-rejected', problem: onlyY});
		} else if (isConfirmedBy(overlay)) {
			send(overlay);
		} else {
			store.dispatch({type: 'confirmation-rejected', problem: wrongText});
		}
	};

	/** A turn ends when the program has time for something else: all that came at once belongs to it, however the terminal library split it. */
	const beginTurn = (stroke: Stroke): Turn => {
		queueMicrotask(() => {
			const {wasAsking = false, gathered = []} = turn ?? {};
			turn = undefined;
			const overlay = asking();
			const [only] = gathered;
			if (!wasAsking || !overlay || only === undefined) {
				return;
			}

			if (gathered.length === 1) {
				stroke(only);
			} else {
				takeBunch(overlay, gathered);
			}
		});
		return {wasAsking: asking() !== undefined, gathered: []};
	};

	return {
		press(keystrokes, input, stroke) {
			turn ??= beginTurn(stroke);
			// ^j, which is no Enter here: nothing is sent by a ctrl key.
			const strokes = input === lineFeed && asking() ? ['^j'] : keystrokes;
			if (turn.wasAsking) {
				turn.gathered.push(...strokes);
				return;
			}

			for (const keystroke of strokes) {
				// Opened just now by what came with it.
				if (asking()) {
					reject();
					return;
				}

				stroke(keystroke);
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
		reject,
	};
};
