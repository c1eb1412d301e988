// The app as Ink draws it, without a real terminal.

import {setImmediate as nextTurn} from 'node:timers/promises';
import {render} from 'ink-testing-library';
import {type EnteredPassword, type Request} from '../../../source/store/actions.js';
import {initialState} from '../../../source/store/initial-state.js';
import {type Overlay} from '../../../source/store/state.js';
import {createStore, type Store} from '../../../source/store/store.js';
import {App} from '../../../source/ui/app.js';
import {createFrameScheduler} from '../../../source/ui/frame.js';
import {createTheme, type Theme} from '../../../source/ui/theme.js';
import {addressOf, makeDag, makeNode, ten} from '../../helpers/tasks.js';
import {until} from '../../helpers/until.js';
import {createVirtualClock} from '../../helpers/virtual-clock.js';

/** The first of its agents. */
export const appAgent = '10.0.0.1:2886';

export type Opened = {
	readonly store: Store;
	readonly frame: () => string;
	readonly frames: readonly string[];
	/** Keys as a terminal sends them, each by itself. */
	readonly type: (...keys: readonly string[]) => Promise<void>;
	readonly requests: readonly Request[];
	readonly passwords: readonly EnteredPassword[];
	/** Another look, as when the terminal says what its background is. */
	readonly rerender: (theme: Theme) => void;
};

/** The whole app in a terminal of Ink's, with a task that succeeded at the first agent. */
export const openApp = async (agents: readonly string[] = [appAgent, '10.0.0.2:2886'], isShown?: (overlay: Overlay['type']) => boolean): Promise<Opened> => {
	const clock = createVirtualClock(ten);
	const store = createStore(initialState(agents.map(text => addressOf(text)), {columns: 80, rows: 24}));
	store.dispatch({type: 'task-received', agent: appAgent, at: ten, task: makeDag({state: 'SUCCEED', nodes: [makeNode()]})});
	const requests: Request[] = [];
	const passwords: EnteredPassword[] = [];
	const source = createFrameScheduler(store, clock);
	const onRequest = (request: Request): void => {
		requests.push(request);
	};

	const onPassword = (entered: EnteredPassword): void => {
		passwords.push(entered);
	};

	const app = (theme: Theme) => <App store={store} source={source} theme={theme} isShown={isShown} onRequest={onRequest} onPassword={onPassword}/>;
	const {stdin, lastFrame, frames, rerender} = render(app(createTheme()));
	// Effects attach the keyboard after the first frame.
	await nextTurn();
	const escape = '\u001B';
	return {
		store, frames, requests, passwords,
		rerender(theme) {
			rerender(app(theme));
		},
		frame: () => lastFrame() ?? '',
		async type(...keys) {
			for (const text of keys) {
				stdin.write(text);
				// A lone Esc may be the beginning of a longer sequence, for which Ink waits a moment.
				if (text === escape) {
					const {view} = store.getState();
					await until(() => store.getState().view !== view, 'Esc to be taken for what it is');
				}

				await nextTurn();
			}
		},
	};
};
