import {setImmediate as nextTurn} from 'node:timers/promises';
import {cleanup, render} from 'ink-testing-library';
import {afterEach, describe, expect, test} from 'vitest';
import {type EnteredPassword, type Request} from '../../source/store/actions.js';
import {initialState} from '../../source/store/initial-state.js';
import {type Overlay} from '../../source/store/state.js';
import {createStore, type Store} from '../../source/store/store.js';
import {App} from '../../source/ui/app.js';
import {createFrameScheduler} from '../../source/ui/frame.js';
import {createTheme, type Theme} from '../../source/ui/theme.js';
import {addressOf, makeDag, makeInfo, makeNode, ten} from '../helpers/tasks.js';
import {until} from '../helpers/until.js';
import {createVirtualClock} from '../helpers/virtual-clock.js';

afterEach(cleanup);

const key = '10.0.0.1:2886';
const secret = 'p4ss:wörd';

type Opened = {
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

const open = async (agents: readonly string[] = [key, '10.0.0.2:2886'], isShown?: (overlay: Overlay['type']) => boolean): Promise<Opened> => {
	const clock = createVirtualClock(ten);
	const store = createStore(initialState(agents.map(text => addressOf(text)), {columns: 80, rows: 24}));
	store.dispatch({type: 'task-received', agent: key, at: ten, task: makeDag({state: 'SUCCEED', nodes: [makeNode()]})});
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

const withPassword = async (agents?: readonly string[]): Promise<Opened> => {
	const opened = await open(agents);
	opened.store.dispatch({
		type: 'agent-failed', agent: key, at: ten, error: {type: 'unauthorized', wants: 'root', reason: 'missing', message: ''}, since: ten, lastSeenAt: ten, isAlive: true,
	});
	await opened.type('p');
	return opened;
};

describe('the keyboard', () => {
	test('scrolls a card to its end and no further', async () => {
		const {type, frame, store} = await open();
		store.dispatch({type: 'info-received', agent: key, at: ten, info: makeInfo()});
		store.dispatch({type: 'resized', columns: 60, rows: 10});
		await type('i', 'G');
		expect(frame()).toContain('log folder ');
		expect(frame()).not.toContain('zone1');
		await type('k', 'k', 'k', 'k');
		expect(frame()).not.toContain('log folder ');
		await type('g');
		expect(frame()).toContain('address ');
	});

	test('goes in, and out again', async () => {
		const {type, frame} = await open();
		await type('\r');
		expect(frame()).toContain('obwatch › 10.0.0.1:2886 › Initialize cluster');
		await type('l');
		expect(frame()).toContain('no lines yet');
		await type('\u001B', 'h');
		expect(frame()).toContain('AGENT');
	});

	test('moves with arrows and letters, also with several in one piece', async () => {
		const {type, frame} = await open(['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4']);
		await type('\u001B[B');
		expect(frame()).toContain('▸ 10.0.0.2:2886');
		await type('jj');
		expect(frame()).toContain('▸ 10.0.0.4:2886');
		await type('g');
		expect(frame()).toContain('▸ 10.0.0.1:2886');
	});

	test('asks for what only others can do', async () => {
		const {type, requests} = await open();
		await type('r', '\u000C', '\u001A', 'q', '\u0003');
		expect(requests.map(request => request.type)).toEqual(['refresh', 'redraw', 'suspend', 'quit', 'quit']);
	});

	test('never quits by what is pasted, not even by keys in it', async () => {
		const {type, requests, frame} = await open();
		await type('\u001B[200~q\u0003\r\u001B[201~');
		expect(requests).toEqual([]);
		expect(frame()).toContain('Paste ignored here');
	});

	test('repeats a movement by the count before it, which is in sight while it is typed', async () => {
		const {type, frame} = await open(Array.from({length: 15}, (_, index) => `10.0.0.${index + 1}`));
		const lastLine = (): string => frame().split('\n').at(-1) ?? '';
		await type('1');
		expect(lastLine()).toMatch(/ 1$/);
		await type('0');
		expect(lastLine()).toMatch(/ 10$/);
		await type('j');
		expect(frame()).toContain('▸ 10.0.0.11:2886');
		expect(lastLine()).not.toMatch(/\d$/);
		await type('3k', '2', '\u001B', 'k');
		expect(frame()).toContain('▸ 10.0.0.7:2886');
		await type('5G2jjj4', '!!', 'k');
		expect(frame()).toContain('▸ 10.0.0.8:2886');
		await type('12', '\u000C', '0', 'j');
		expect(frame()).toContain('▸ 10.0.0.9:2886');
		await type('999999999G');
		expect(frame()).toContain('▸ 10.0.0.15:2886');
	});

	test('takes what is typed ahead over a slow line in its order, whatever it does', async () => {
		const {type, frame, store} = await open(['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4']);
		await type('\r?');
		expect(frame()).toContain('obwatch › task › keys');
		expect(store.getState().view.overlay?.type).toBe('help');
		await type('??', '\u001B', 'jj!!/0.2\rizJq');
		expect(store.getState().view).toMatchObject({overlay: undefined, timeZone: 'local', arrangement: {faultsOnly: false, filter: {source: '0.2'}}});
		expect(store.getState().view.stack.map(screen => screen.type)).toEqual(['agents', 'card']);
	});

	test('shows this screen\'s keys first, then all, and says once that a key does nothing here', async () => {
		const {type, frame} = await open();
		await type('?');
		expect(frame()).toContain('obwatch › agents › keys');
		await type('?');
		expect(frame()).toContain('obwatch › all keys');
		await type('?', 'w');
		expect(frame()).toContain('w works only in: log; ? shows the keys');
		await type('j');
		expect(frame()).not.toContain('shows the keys');
		await type('w');
		expect(frame()).not.toContain('shows the keys');
		await type('v');
		expect(frame()).toContain('v works only in: log; ? shows the keys');
		await type('\t');
		expect(frame()).toContain('No other pane: from 100 columns or 36 rows on');
	});

	test('only quits on a terminal that is too small to show what keys do', async () => {
		const {type, store, requests} = await open();
		await type('\r');
		store.dispatch({type: 'resized', columns: 20, rows: 5});
		const {view} = store.getState();
		for (const ignored of ['i', '!', '/', '?', 'x', 'r', ':', 'qq']) {
			await type(ignored);
		}

		expect(store.getState().view).toEqual(view);
		expect(requests).toEqual([]);
		await type('q', '\u0003');
		expect(requests.map(request => request.type)).toEqual(['quit', 'quit']);
	});

	test('takes no page of text for keys', async () => {
		const {type, store, frame} = await open();
		const {stack} = store.getState().view;
		await type('zJi!'.repeat(10));
		expect(store.getState().view.stack).toEqual(stack);
		expect(frame()).toContain('Several keys at once were ignored');
	});

	test.each([['that the terminal says is pasted', '\u001B[200~', '\u001B[201~'], ['that it does not', '', '']])('keeps the beginning of a long text for a filter, one %s', async (_, before, after) => {
		const {type, store, frame} = await open();
		await type('/', `${before}${'é1'.repeat(500_000)}${after}`);
		expect(store.getState().view.overlay).toMatchObject({text: 'é1'.repeat(250), problem: undefined});
		expect(frame()).toContain('Cut to 500 characters');
		await type('\u0015', '0.2');
		expect(frame()).toContain('10.0.0.2');
		expect(frame()).not.toContain('10.0.0.1');
	});

	test('takes no text for keys that the terminal does not say was pasted, where one of them must be pressed by itself', async () => {
		const {type, requests, frame, store} = await open();
		const {stack} = store.getState().view;
		for (const text of ['Upgrade OceanBase\r', 'jq', 'jp', 'jx', 'jK', 'q\rrq']) {
			await type(text);
			expect(store.getState().view.overlay).toBeUndefined();
			expect(store.getState().view.stack.length).toBe(stack.length);
			expect(frame()).toMatch(/Several keys at once were ignored|was ignored: press it by itself/);
		}

		expect(requests).toEqual([]);
		// Typed ahead over a slow line: a search, its end, and what is done with it.
		await type('/10', '\r!!', '/\u0015', '\r=');
		expect(store.getState().view).toMatchObject({overlay: undefined, arrangement: {filter: undefined, faultsOnly: false, sort: {isReversed: true}}});
		await type('=');
		await type('jjkkjjjj');
		expect(frame()).toContain('▸ 10.0.0.2:2886');
		await type('jjjjjjjj\u0003');
		expect(requests).toEqual([{type: 'quit', isInterrupt: true}]);
	});

	test.each(['i', 'J', 'H'])('asks for no action below %s, and swallows what is typed for one', async screen => {
		const {type, requests, frame, passwords, store} = await open();
		await type(screen, 'x');
		expect(frame()).toContain('No task to act on: open a task first');
		const {stack} = store.getState().view;
		await type(...'Pass q?p22130706433028864', '\r');
		expect(frame()).toContain('no actions');
		expect([requests, passwords, store.getState().view.stack]).toEqual([[], [], stack]);
		await type('\u001B');
		expect(store.getState().view).toMatchObject({overlay: undefined, stack});
	});

	test('scrolls the help no further than its end', async () => {
		const {type, store} = await open();
		store.dispatch({type: 'resized', columns: 40, rows: 10});
		await type('??', 'G');
		const {overlay} = store.getState().view;
		await type('j');
		expect(store.getState().view.overlay).toEqual(overlay);
		await type('k');
		expect(store.getState().view.overlay).not.toEqual(overlay);
	});
});

describe('the prompt for a password', () => {
	test('keeps what is typed when the colours change', async () => {
		const {type, passwords, rerender} = await withPassword();
		await type('s', 'e', 'c');
		rerender(createTheme({background: 'light'}));
		await type('r', 'e', 't', '\r');
		expect(passwords.map(({password}) => password)).toEqual(['secret']);
	});

	test('sends the typed password for the right agents, and shows none of it', async () => {
		const {type, passwords, frame, frames, store} = await withPassword();
		await type(...secret, '\r');
		expect(passwords).toEqual([{agent: key, scope: 'all', kind: 'root', password: secret}]);
		expect(frame()).not.toContain('── root@sys password');
		expect(frames.join('\n')).not.toContain(secret.slice(0, 3));
		expect(JSON.stringify([...store.getState().agents, store.getState().view])).not.toContain(secret);
	});

	test('does not show how much was typed', async () => {
		const {type, frame} = await withPassword();
		await type('a');
		const one = frame();
		await type('b', 'c', 'd');
		expect(frame()).toBe(one);
		await type('\u007F', '\u007F', '\u007F', '\u007F');
		expect(frame()).not.toBe(one);
	});

	test('takes keys that mean something elsewhere for what they are', async () => {
		const {type, passwords, requests} = await withPassword();
		await type('q', 'j', '?', '1', ' ', '\r');
		expect(passwords[0]?.password).toBe('qj?1 ');
		expect(requests).toEqual([]);
	});

	test('takes a pasted password, without the line break after it', async () => {
		const {type, passwords} = await withPassword();
		await type(`\u001B[200~${secret}\n\u001B[201~`, '\r');
		expect(passwords[0]?.password).toBe(secret);
	});

	test('sends nothing by an Enter that came in one piece with the password, and loses none of it', async () => {
		const {type, passwords, frame} = await withPassword();
		await type(`${secret}\r`);
		expect(passwords).toEqual([]);
		expect(frame()).toContain('Enter was ignored: press it by itself');
		await type('\r');
		expect(passwords[0]?.password).toBe(secret);
	});

	test('is opened by no bunch of keys, and takes none that came before it was on screen', async () => {
		const {type, passwords, frame, store} = await withPassword();
		await type('\u001B', 'pas', '\r');
		expect(frame()).not.toContain('── root@sys password');
		await type('pass the task\r');
		expect(frame()).toContain('p was ignored: press it by itself');
		expect(store.getState().view.overlay).toBeUndefined();
		expect(passwords).toEqual([]);
	});

	test.each(['a', 'abcdef', '\r', '\u001B[200~secret\u001B[201~\r'])('is withdrawn if %j comes before it was visible, and no key counts until Esc', async early => {
		let isDrawn = true;
		const {type, passwords, frame, requests, store} = await open([key], overlay => overlay !== 'password' || isDrawn);
		await type('p');
		isDrawn = false;
		await type(early);
		expect(frame()).not.toContain('type or paste it');
		isDrawn = true;
		await type('q', 'p', 'j', '\r', 'q');
		expect(passwords).toEqual([]);
		expect(requests).toEqual([]);
		expect(frame()).toContain('no password prompt');
		await type('\u001B');
		expect(store.getState().view.overlay).toBeUndefined();
		await type('p', 'x', '\r');
		expect(passwords[0]?.password).toBe('x');
	});

	test('can be for one agent', async () => {
		const {type, passwords, frame} = await withPassword();
		await type('\t');
		expect(frame()).toContain('▸ 10.0.0.1:2886');
		await type('x', '\r');
		expect(passwords[0]?.scope).toBe('agent');
	});

	test('takes corrections', async () => {
		const {type, passwords} = await withPassword();
		await type('wrong', '\u0015', 'rightt', '\u007F', '\r');
		expect(passwords[0]?.password).toBe('right');
	});

	test('forgets what was typed when it is left', async () => {
		const {type, passwords} = await withPassword();
		await type('abc', '\u001B', 'p', '\r');
		expect(passwords.map(({password}) => password)).toEqual(['']);
	});
});

describe('the question of a changed key', () => {
	const ask = async (): Promise<Opened> => {
		const opened = await open();
		opened.store.dispatch({
			type: 'agent-failed', agent: key, at: ten, error: {type: 'key-changed', known: 'SHA256:old', offered: 'SHA256:new', knownBits: 512, offeredBits: 1024},
			since: ten, lastSeenAt: ten, isAlive: true,
		});
		await opened.type('K');
		return opened;
	};

	test('is answered with y', async () => {
		const {type, frame, requests} = await ask();
		expect(frame()).toContain('SHA256:new  1024 bits');
		await type('y');
		expect(requests).toEqual([{type: 'accept-keys', keys: [{agent: key, offered: 'SHA256:new'}]}]);
		expect(frame()).not.toContain('SHA256:new');
	});

	test('is about the key that was shown: another one is never shown in its place, and y goes for the first', async () => {
		const {type, frame, requests, store} = await ask();
		store.dispatch({
			type: 'agent-failed', agent: key, at: ten, error: {type: 'key-changed', known: 'SHA256:old', offered: 'SHA256:newer', knownBits: 512, offeredBits: 1024},
			since: ten, lastSeenAt: ten, isAlive: true,
		});
		// What a person does is shown at once, with all that came before.
		store.dispatch({type: 'focus-changed', isFocused: true});
		await nextTurn();
		expect(frame()).toContain('changed again');
		expect(frame()).not.toContain('SHA256:newer');
		await type('y');
		expect(requests).toEqual([{type: 'accept-keys', keys: [{agent: key, offered: 'SHA256:new'}]}]);
		await type('K');
		expect(frame()).toContain('SHA256:newer');
		await type('y');
		expect(requests.at(-1)).toEqual({type: 'accept-keys', keys: [{agent: key, offered: 'SHA256:newer'}]});
	});

	test('is left with Esc, and nothing is accepted', async () => {
		const {type, requests, frame} = await ask();
		await type('\r', '\u001B');
		expect(frame()).not.toContain('SHA256:new');
		expect(requests).toEqual([]);
	});

	test('that was settled meanwhile cannot be answered any more', async () => {
		const {type, requests, store, frame} = await ask();
		store.dispatch({type: 'agent-recovered', agent: key, at: ten});
		await type('y');
		expect(requests).toEqual([]);
		expect(frame()).not.toContain('SHA256:new');
	});
});
