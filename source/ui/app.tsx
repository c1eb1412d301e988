import {Box, Text, useInput, usePaste, useStdin} from 'ink';
import Spinner from 'ink-spinner';
import {memo, type ReactNode, useMemo, useSyncExternalStore} from 'react';
import {type Clock} from '../lib/clock.js';
import {type EnteredPassword, type Request} from '../store/actions.js';
import {type Overlay} from '../store/state.js';
import {type Store} from '../store/store.js';
import {type AppView} from './app-view.js';
import {replayLine} from './components/breadcrumb.js';
import {noticeLine} from './components/footer.js';
import {type FrameScheduler} from './frame-scheduler.js';
import {createKeyboard} from './keys/keyboard.js';
import {type KeyTable} from './keys/resolve.js';
import {actionsPanel, confirmationScreen} from './overlays/confirmation.js';
import {foundKeysScreen} from './overlays/found-keys.js';
import {inputPanel, keyPanel, passwordPanel, stopPanel} from './overlays/prompts.js';
import {agentsScreen} from './screens/agents.js';
import {cardScreen, clusterScreen} from './screens/cards.js';
import {isTooSmall, nothingScreen, type ScreenProps, tooSmallScreen} from './screens/empty.js';
import {helpScreen} from './screens/help.js';
import {historyScreen} from './screens/history.js';
import {journalScreen} from './screens/journal.js';
import {linksScreen} from './screens/links.js';
import {logScreen} from './screens/log.js';
import {nodeScreen} from './screens/node.js';
import {taskScreen} from './screens/task.js';
import {fitLine, type Line, type Span, withPanel} from './span.js';
import {asciiWords, styleOf, type Theme} from './theme.js';

const screenLines = ({screen}: AppView, props: ScreenProps): readonly Line[] => {
	switch (screen.type) {
		case 'agents': {
			return agentsScreen(screen, props);
		}

		case 'task': {
			return taskScreen(screen, props);
		}

		case 'node': {
			return nodeScreen(screen, props);
		}

		case 'log': {
			return logScreen(screen, props);
		}

		case 'links': {
			return linksScreen(screen, props);
		}

		case 'card': {
			return cardScreen(screen, props);
		}

		case 'cluster': {
			return clusterScreen(screen, props);
		}

		case 'history': {
			return historyScreen(screen, props);
		}

		case 'journal': {
			return journalScreen(screen, props);
		}

		case 'nothing': {
			return nothingScreen(screen, props);
		}
	}
};

const isBlank = (line: Line | undefined): boolean => line?.every(({text}) => text.trim() === '') ?? false;

/** The line that a notice can have, so that the keys stay in sight: above them where nothing stands there, and below the agents, above what is said of them. -1: none. */
const freeLine = (lines: readonly Line[], {screen, overlay}: AppView): number => {
	const above = lines.length - 2;
	if (isBlank(lines[above])) {
		return above;
	}

	return screen.type === 'agents' && overlay === undefined ? lines.findLastIndex(line => isBlank(line)) : -1;
};

/** A notice stands in a free line, else in the place of the keys. */
const composeScreen = (view: AppView, theme: Theme, hasTyped: boolean, keys: KeyTable | undefined): readonly Line[] => {
	const {size, notice} = view;
	// A replay's first row is one of the terminal's.
	const terminal = view.replay ? {...size, rows: size.rows + 1} : size;
	if (isTooSmall(terminal)) {
		return tooSmallScreen(terminal, theme);
	}

	if (!notice) {
		return compose(view, theme, hasTyped, keys);
	}

	const lines = compose({...view, notice: undefined}, theme, hasTyped, keys);
	const free = freeLine(lines, view);
	return free === -1
		? compose(view, theme, hasTyped, keys)
		: lines.with(free, fitLine(noticeLine(notice), size.columns, theme.glyphs.ellipsis));
};

const compose = (view: AppView, theme: Theme, hasTyped: boolean, keys: KeyTable | undefined): readonly Line[] => {
	const {size, overlay, context, conditions, notice, news, cautions, timeZone, hour} = view;
	const props: ScreenProps = {size, theme, timeZone, hour, footer: {context, conditions, notice, news, cautions, keys}};
	switch (overlay?.type) {
		case undefined: {
			return screenLines(view, props);
		}

		case 'help': {
			return helpScreen(overlay.top, props);
		}

		case 'password': {
			return withPanel(screenLines(view, props), passwordPanel(overlay, hasTyped, props));
		}

		case 'input': {
			return withPanel(screenLines(view, props), inputPanel(overlay, props));
		}

		case 'actions': {
			return withPanel(screenLines(view, props), actionsPanel(overlay, props));
		}

		case 'confirmation': {
			return confirmationScreen(overlay, props);
		}

		case 'found-keys': {
			return foundKeysScreen(overlay, props);
		}

		case 'stop': {
			return withPanel(screenLines(view, props), stopPanel(overlay, props));
		}

		case 'key': {
			return withPanel(screenLines(view, props), keyPanel(overlay, props));
		}
	}
};

/** A frame from its values: lines of at most `columns` columns, one line fewer than the terminal has rows. `hasTyped`: something stands in the password prompt. */
export const composeFrame = (view: AppView, theme: Theme, hasTyped: boolean, keys?: KeyTable): readonly Line[] => {
	const {replay, size: {columns}} = view;
	const lines = composeScreen(view, theme, hasTyped, keys);
	const frame = replay ? [replayLine(replay, columns, theme), ...lines] : lines;
	return theme.isAscii ? frame.map(line => line.map(part => ({...part, text: asciiWords(part.text)}))) : frame;
};

type LineProps = {readonly line: Line; readonly theme: Theme};

const isSamePiece = (one: Span | undefined, other: Span | undefined): boolean =>
	one?.text === other?.text && one?.tone === other?.tone && one?.isBold === other?.isBold && one?.isSpinning === other?.isSpinning;

const isSameLine = (one: LineProps, other: LineProps): boolean =>
	one.theme === other.theme && one.line.length === other.line.length && one.line.every((part, index) => isSamePiece(part, other.line[index]));

// An empty text would have no height at all. Lines are cut already; where a terminal font and our tables disagree on a width, truncating still keeps the frame's height.
const LineText = memo(({line, theme}: LineProps): ReactNode => (
	<Text wrap='truncate-end'>
		{line.length === 0 ? ' ' : undefined}
		{line.map(({text, tone, isBold = false, isSpinning = false}, index) => (
			<Text key={index} {...styleOf(tone, isBold, theme)}>{isSpinning ? <Spinner type={theme.isAscii ? 'line' : 'dots'}/> : text}</Text>
		))}
	</Text>
), isSameLine);

/** Lines one below the other. Only those in sight ever get here, and one that did not change is not rendered again. A line's place is its key: it has no other identity. */
export const FrameLines = ({lines, theme}: {readonly lines: readonly Line[]; readonly theme: Theme}): ReactNode => (
	<Box flexDirection='column' flexShrink={0}>
		{lines.map((line, index) => <LineText key={index} line={line} theme={theme}/>)}
	</Box>
);

type AppProps = {
	readonly store: Store;
	readonly source: FrameScheduler;
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
