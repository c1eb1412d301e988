import {cleanup} from 'ink-testing-library';
import {afterEach, describe, expect, test} from 'vitest';
import {createTheme} from '../../source/ui/theme.js';
import {makeInfo, ten} from '../helpers/tasks.js';
import {appAgent as key, openApp, type Opened} from './helpers/app.js';

afterEach(cleanup);

const secret = 'p4ss:wörd';

const withPassword = async (agents?: readonly string[]): Promise<Opened> => {
	const opened = await openApp(agents);
	opened.store.dispatch({
		type: 'agent-failed', agent: key, at: ten, error: {type: 'unauthorized', wants: 'root', reason: 'missing', message: ''}, since: ten, lastSeenAt: ten, isAlive: true,
	});
	await opened.type('p');
	return opened;
};

describe('the keyboard', () => {
	test('scrolls a card to its end and no further', async () => {
		const {type, frame, store} = await openApp();
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
		const {type, frame} = await openApp();
		await type('\r');
		expect(frame()).toContain('obwatch › 10.0.0.1:2886 › Initialize cluster');
		await type('l');
		expect(frame()).toContain('no lines yet');
		await type('\u001B', 'h');
		expect(frame()).toContain('AGENT');
	});

	test('moves with arrows and letters, also with several in one piece', async () => {
		const {type, frame} = await openApp(['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4']);
		await type('\u001B[B');
		expect(frame()).toContain('▸ 10.0.0.2:2886');
		await type('jj');
		expect(frame()).toContain('▸ 10.0.0.4:2886');
		await type('g');
		expect(frame()).toContain('▸ 10.0.0.1:2886');
	});

	test('asks for what only others can do', async () => {
		const {type, requests} = await openApp();
		await type('r', '\u000C', '\u001A', 'q', '\u0003');
		expect(requests.map(request => request.type)).toEqual(['refresh', 'redraw', 'suspend', 'quit', 'quit']);
	});

	test('never quits by what is pasted, not even by keys in it', async () => {
		const {type, requests, frame} = await openApp();
		await type('\u001B[200~q\u0003\r\u001B[201~');
		expect(requests).toEqual([]);
		expect(frame()).toContain('Paste ignored here');
	});

	test('repeats a movement by the count before it, which is in sight while it is typed', async () => {
		const {type, frame} = await openApp(Array.from({length: 15}, (_, index) => `10.0.0.${index + 1}`));
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
		const {type, frame, store} = await openApp(['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4']);
		await type('\r?');
		expect(frame()).toContain('obwatch › task › keys');
		expect(store.getState().view.overlay?.type).toBe('help');
		await type('??', '\u001B', 'jj!!/0.2\rizJq');
		expect(store.getState().view).toMatchObject({overlay: undefined, timeZone: 'local', arrangement: {faultsOnly: false, filter: {source: '0.2'}}});
		expect(store.getState().view.stack.map(screen => screen.type)).toEqual(['agents', 'card']);
	});

	test('shows this screen\'s keys first, then all, and says once that a key does nothing here', async () => {
		const {type, frame} = await openApp();
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
		const {type, store, requests} = await openApp();
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
		const {type, store, frame} = await openApp();
		const {stack} = store.getState().view;
		await type('zJi!'.repeat(10));
		expect(store.getState().view.stack).toEqual(stack);
		expect(frame()).toContain('Several keys at once were ignored');
	});

	test.each([['that the terminal says is pasted', '\u001B[200~', '\u001B[201~'], ['that it does not', '', '']])('keeps the beginning of a long text for a filter, one %s', async (_, before, after) => {
		const {type, store, frame} = await openApp();
		await type('/', `${before}${'é1'.repeat(500_000)}${after}`);
		expect(store.getState().view.overlay).toMatchObject({text: 'é1'.repeat(250), problem: undefined});
		expect(frame()).toContain('Cut to 500 characters');
		await type('\u0015', '0.2');
		expect(frame()).toContain('10.0.0.2');
		expect(frame()).not.toContain('10.0.0.1');
	});

	test('takes no text for keys that the terminal does not say was pasted, where one of them must be pressed by itself', async () => {
		const {type, requests, frame, store} = await openApp();
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
		const {type, requests, frame, passwords, store} = await openApp();
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
		const {type, store} = await openApp();
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
		const {type, passwords, frame, requests, store} = await openApp([key], overlay => overlay !== 'password' || isDrawn);
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
