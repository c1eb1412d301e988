import {type Clock} from '../../lib/clock.js';
import {messages} from '../../lib/messages/messages.js';
import {beginning, escapeControls, firstLine} from '../../lib/printable.js';
import {type EnteredPassword, type Request, type UserAction} from '../../store/actions.js';
import {longestSource} from '../../store/log/scan.js';
import {errorOf, topScreen} from '../../store/lookup.js';
import {type Overlay} from '../../store/state.js';
import {type Store} from '../../store/store.js';
import {isEnding} from '../terminal/input.js';
import {type Theme} from '../theme.js';
import {createKeyBatcher, createPasteGuard} from './batch.js';
import {createConfirmationKeys, createReading, isTyped} from './confirm.js';
import {nothingText} from './hints.js';
import {createMouse, type WantedMouse} from './mouse.js';
import {createPalette} from './palette.js';
import {countsAlone, keyContext, type KeyFlags, keystrokesOf, type KeyTable, liveKeys, resolveKey, timesMoved} from './resolve.js';
import {countTyped, type Edit, type Effect, type KeyContext} from './table.js';

/** Holds a password while it is typed, apart from the store, from React and from everything that is ever drawn or logged. */
type SecretBuffer = {
	readonly append: (text: string) => void;
	/** Takes the last character back. */
	readonly erase: () => void;
	readonly clear: () => void;
	readonly isEmpty: () => boolean;
	/** Returns the typed text and forgets it. */
	readonly take: () => string;
};

// No password is so long; a wrong text may be pasted.
const limit = 4096;

/** Characters one by one, because unlike a string they can be overwritten. */
const createSecretBuffer = (): SecretBuffer => {
	const characters: string[] = [];

	const clear = (): void => {
		characters.fill('');
		characters.length = 0;
	};

	return {
		append(text) {
			for (const character of text) {
				if (characters.length < limit) {
					characters.push(character);
				}
			}
		},
		erase() {
			if (characters.length === 0) {
				return;
			}

			characters[characters.length - 1] = '';
			characters.pop();
		},
		clear,
		isEmpty: () => characters.length === 0,
		take() {
			const text = characters.join('');
			clear();
			return text;
		},
	};
};

/** Turns keystrokes into actions and requests. */
export type Keyboard = {
	readonly press: (input: string, key: KeyFlags) => void;
	/** Pasted text is a password or nothing. It never acts as keys, because it can contain anything. */
	readonly paste: (text: string) => void;
	/** A report of the mouse, as the terminal sent it. */
	readonly point: (report: string) => void;
	/** Whether the password prompt is not empty. */
	readonly hasTyped: () => boolean;
	readonly subscribe: (listener: () => void) => () => void;
};

type KeyboardDeps = {
	readonly store: Store;
	/** Measures the pauses between keys. */
	readonly clock?: Pick<Clock, 'now' | 'schedule'> | undefined;
	/** Whether the terminal shows the overlay by now; without it, all is on screen at once. */
	readonly isShown?: ((overlay: Overlay['type']) => boolean) | undefined;
	readonly theme: Theme;
	readonly keys?: KeyTable | undefined;
	/** Undefined: it is off. */
	readonly mouse?: WantedMouse | undefined;
	readonly onRequest: (request: Request) => void;
	readonly onPassword: (entered: EnteredPassword) => void;
};

const lineFeed = '\n';

/** Reads the key table with the store's state at the moment of each key, so that quick typing is never judged by an old frame. */
export const createKeyboard = ({store, clock, isShown = () => true, theme, keys, mouse: wantedMouse, onRequest, onPassword}: KeyboardDeps): Keyboard => {
	const secret = createSecretBuffer();
	const listeners = new Set<() => void>();
	const context = (): KeyContext => keyContext(topScreen(store.getState()).type, store.getState().view.overlay);
	let hadTyped = false;
	/** Where keys without a meaning were pressed. */
	const told = new Set<string>();

	const notify = (): void => {
		if (hadTyped === !secret.isEmpty()) {
			return;
		}

		hadTyped = !secret.isEmpty();
		for (const listener of listeners) {
			listener();
		}
	};

	const submit = (): void => {
		const {overlay} = store.getState().view;
		if (overlay?.type !== 'password') {
			return;
		}

		const {agent, scope, kind} = overlay;
		// An agent without a password needs none.
		if (kind === 'agent' && secret.isEmpty()) {
			store.dispatch({type: 'notice-shown', text: messages().keys.notices.noPassword});
			return;
		}

		const password = secret.take();
		store.dispatch({type: 'overlay-closed'});
		onPassword({agent, scope, kind, password});
	};

	/** The text of a search is no secret and is in the store. */
	const editInput = (text: string, what: Edit): void => {
		if (what !== 'submit') {
			store.dispatch({type: 'input-changed', text: what === 'clear' ? '' : [...text].slice(0, -1).join('')});
		}
	};

	const edit = (what: Edit): void => {
		const {overlay} = store.getState().view;
		if (overlay?.type === 'input') {
			editInput(overlay.text, what);
			return;
		}

		if (overlay?.type === 'palette') {
			palette.type(what === 'clear' ? '' : [...overlay.text].slice(0, -1).join(''));
			return;
		}

		if (overlay?.type === 'confirmation') {
			confirmation.edit(overlay, what);
			return;
		}

		switch (what) {
			case 'erase': {
				secret.erase();
				break;
			}

			case 'clear': {
				secret.clear();
				break;
			}

			case 'confirm': {
				break;
			}

			case 'submit': {
				submit();
				break;
			}
		}
	};

	const {lastTop, isRead} = createReading({store, theme, keys});
	const confirmation = createConfirmationKeys({store, isShown, isRead, onRequest});

	const act = (action: UserAction): void => {
		store.dispatch(action.type === 'selection-moved' ? {...action, ...lastTop()} : action);
		isRead();
	};

	const request = (wanted: Request): void => {
		if (wanted.type === 'replay' && wanted.command.type === 'place') {
			store.dispatch({type: 'overlay-closed'});
		}

		if (wanted.type !== 'accept-keys') {
			onRequest(wanted);
			return;
		}

		const {agents, view: {overlay}} = store.getState();
		// It may be covered, or not drawn yet, so that the user cannot know what would be accepted.
		if (overlay === undefined || !isShown(overlay.type)) {
			store.dispatch({type: 'notice-shown', text: messages().keys.notices.readFirst});
			return;
		}

		if (!isRead()) {
			store.dispatch({type: 'notice-shown', text: messages().screens.confirmation.problems.notRead});
			return;
		}

		// The question may have been settled meanwhile. Only the client knows whether that key is still offered.
		const open = wanted.keys.filter(({agent}) => errorOf(agents.get(agent), 'key-changed') !== undefined);
		store.dispatch({type: 'overlay-closed'});
		if (open.length > 0) {
			onRequest({...wanted, keys: open});
		}
	};

	/** What is longer than an expression can be was pasted by mistake, and only its beginning is kept. */
	const typeInput = (text: string): void => {
		const {overlay} = store.getState().view;
		if (overlay?.type === 'palette') {
			palette.type(beginning(overlay.text + escapeControls(beginning(text, longestSource)), longestSource));
			return;
		}

		if (overlay?.type !== 'input') {
			return;
		}

		const kept = beginning(text, longestSource);
		const typed = beginning(overlay.text + escapeControls(kept), longestSource);
		if (typed !== overlay.text) {
			store.dispatch({type: 'input-changed', text: typed});
		}

		if (kept !== text || typed.length < overlay.text.length + kept.length) {
			store.dispatch({type: 'notice-shown', text: messages().keys.notices.cut(longestSource)});
		}
	};

	/** A character for the open prompt, if there is one. */
	const type = (overlay: Overlay | undefined, keystroke: string): void => {
		if (isTyped(keystroke) && overlay?.type === 'password') {
			secret.append(keystroke);
		} else if (isTyped(keystroke) && (overlay?.type === 'input' || overlay?.type === 'palette')) {
			typeInput(keystroke);
		} else if (overlay?.type === 'confirmation') {
			confirmation.type(overlay, keystroke);
		}
	};

	const effectOf = (keystroke: string): Effect | undefined => {
		const {count, overlay} = store.getState().view;
		// While a count is typed, Esc only drops it, and 0 is a digit of it.
		if (count !== undefined && keystroke === 'escape') {
			return {type: 'action', action: {type: 'notice-dismissed'}};
		}

		return count !== undefined && keystroke === '0' ? countTyped('0') : resolveKey(topScreen(store.getState()).type, overlay, keystroke, keys);
	};

	/** Says that a key has no meaning here, but only once: some keys are pressed by habit. */
	const sayNothing = (keystroke: string): void => {
		const place = `${context()} ${keystroke}`;
		if (told.has(place)) {
			return;
		}

		told.add(place);
		store.dispatch({type: 'notice-shown', text: nothingText(keystroke, context(), keys)});
	};

	const stroke = (keystroke: string, times = 1): void => {
		mouse.forget();
		const {view} = store.getState();
		const effect = effectOf(keystroke);
		if (effect?.type !== 'action' && (view.count !== undefined || (view.notice !== undefined && view.overlay === undefined && effect === undefined))) {
			store.dispatch({type: 'notice-dismissed'});
		}

		switch (effect?.type) {
			case undefined: {
				if (view.overlay === undefined || view.overlay.type === 'help') {
					sayNothing(keystroke);
				} else {
					type(view.overlay, keystroke);
				}

				break;
			}

			case 'action': {
				act(timesMoved(effect.action, times) ?? effect.action);
				break;
			}

			case 'request': {
				request(effect.request);
				break;
			}

			case 'edit': {
				edit(effect.edit);
				break;
			}

			case 'palette': {
				palette[effect.step]();
				break;
			}
		}

		// If the prompt was closed for any reason, the typed text is erased.
		if (store.getState().view.overlay?.type !== 'password') {
			secret.clear();
		}

		notify();
	};

	const mouse = createMouse({store, mouse: wantedMouse, act});
	const palette = createPalette({store, keys: keys ?? liveKeys, stroke});

	const isForAlone = (keystroke: string): boolean =>
		countsAlone(context(), keystroke, keys) || (context() === 'palette' && keystroke === 'enter' && palette.isForAlone());

	const batches = createKeyBatcher({
		take: createPasteGuard({store, isShown, confirmation, context, keys, isForAlone, stroke, typeInput, takeMouse: mouse.take, onRequest}),
		isForAlone,
		isGuarded() {
			const {overlay} = store.getState().view;
			return overlay?.type === 'password' || overlay?.type === 'found-keys';
		},
		clock,
	});
	return {
		press(input, key) {
			if (isEnding(input)) {
				return;
			}

			store.dispatch({type: 'key-pressed'});
			// ^j, which is no Enter for a confirmation: nothing is sent by a ctrl key.
			batches.add(input === lineFeed && confirmation.isAsking() ? ['^j'] : keystrokesOf(input, key));
		},
		paste(text) {
			batches.flush();
			const {overlay} = store.getState().view;
			if (overlay?.type === 'password' && isShown('password')) {
				secret.append(firstLine(text));
				notify();
			} else if (overlay?.type === 'input' || overlay?.type === 'palette') {
				typeInput(firstLine(text));
			} else if (!confirmation.paste(text)) {
				// A confirmation says it beside the typed text, everything else in a notice.
				confirmation.reject();
				store.dispatch({type: 'notice-shown', text: messages().keys.notices.pasted});
			}
		},
		point(report) {
			store.dispatch({type: 'key-pressed'});
			batches.add([report]);
		},
		hasTyped: () => hadTyped,
		subscribe(listener) {
			listeners.add(listener);
			return () => {
				listeners.delete(listener);
			};
		},
	};
};
