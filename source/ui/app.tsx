import {useInput, usePaste, useStdin} from 'ink';
import {useMemo, useSyncExternalStore, type ReactNode} from 'react';
import {type PasswordKind} from '../protocol/agent-error.js';
import {type Clock} from '../protocol/clock.js';
import {type Request} from '../store/action.js';
import {type Store} from '../store/create-store.js';
import {type Overlay} from '../store/state.js';
import {type KeyTable} from '../keymap/read-keys.js';
import {composeFrame} from './compose.js';
import {FrameLines} from './frame.js';
import {createKeyboard} from './keyboard.js';
import {type Theme} from './theme.js';
import {type ViewSource} from './view-source.js';

/** A password that was entered, and for whom. The empty one is a password too. */
export type EnteredPassword = {readonly agent: string; readonly scope: 'agent' | 'all'; readonly kind: PasswordKind; readonly password: string};

export type AppProps = {
	readonly store: Store;
	readonly source: ViewSource;
	readonly theme: Theme;
	/** The key table, or one with other keys. */
	readonly keys?: KeyTable | undefined;
	/** Wishes that reach beyond the store. */
	readonly onRequest: (request: Request) => void;
	readonly onPassword: (entered: EnteredPassword) => void;
	/** See `createKeyboard`. */
	readonly clock?: Pick<Clock, 'now' | 'schedule'> | undefined;
	readonly isShown?: ((overlay: Overlay['type']) => boolean) | undefined;
};

/** The whole screen: the store's values as lines, and the only place where keys come in. */
export const App = ({store, source, theme, keys, clock, isShown, onRequest, onPassword}: AppProps): ReactNode => {
	const view = useSyncExternalStore(source.subscribe, source.getSnapshot);
	const keyboard = useMemo(
		() => createKeyboard({store, theme, keys, clock, isShown, onRequest, onPassword}),
		[store, theme, keys, clock, isShown, onRequest, onPassword],
	);
	const hasTyped = useSyncExternalStore(keyboard.subscribe, keyboard.hasTyped);
	// Ink throws where input is read from something that has no raw mode.
	const {isRawModeSupported: isActive} = useStdin();
	useInput(keyboard.press, {isActive});
	usePaste(keyboard.paste, {isActive});

	return <FrameLines lines={composeFrame(view, theme, hasTyped, keys)} theme={theme}/>;
};
