import {type KeyTable} from '../keymap/read-keys.js';
import {type AppView} from './app-view.js';
import {noticeLine} from './parts/footer.js';
import {withPanel, type Line} from './parts/frame-lines.js';
import {fitLine} from './piece.js';
import {actionsPanel} from './screens/actions-panel.js';
import {agentsScreen} from './screens/agents.js';
import {cardScreen} from './screens/card.js';
import {clusterScreen} from './screens/cluster.js';
import {confirmationScreen} from './screens/confirmation.js';
import {foundKeysScreen} from './screens/found-keys.js';
import {helpScreen} from './screens/help.js';
import {logScreen} from './screens/log.js';
import {nodeScreen} from './screens/node.js';
import {isTooSmall, nothingScreen, tooSmallScreen} from './screens/nothing.js';
import {historyScreen} from './screens/history.js';
import {journalScreen} from './screens/journal.js';
import {inputPanel} from './screens/input-panel.js';
import {linksScreen} from './screens/links.js';
import {keyPanel, passwordPanel, stopPanel} from './screens/panels.js';
import {replayLine} from './parts/replay-line.js';
import {type ScreenProps} from './screens/screen-props.js';
import {taskScreen} from './screens/task.js';
import {asciiWords, type Theme} from './theme.js';

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
