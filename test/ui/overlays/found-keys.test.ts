// The one question about all agents that others named: nothing is out of reach, however small the screen, and only a y by itself answers it.

import {setImmediate as nextTurn} from 'node:timers/promises';
import {expect, test} from 'vitest';
import {columnsOf} from '../../../source/lib/columns.js';
import {type Request} from '../../../source/store/actions.js';
import {initialState} from '../../../source/store/initial-state.js';
import {type Overlay, type Size} from '../../../source/store/state.js';
import {createStore, type Store} from '../../../source/store/store.js';
import {selectApp} from '../../../source/ui/frame.js';
import {createKeyboard, type Keyboard} from '../../../source/ui/keys/keyboard.js';
import {type KeyFlags} from '../../../source/ui/keys/resolve.js';
import {layOut} from '../../../source/ui/panes.js';
import {createTheme} from '../../../source/ui/theme.js';
import {addressOf, ten} from '../../helpers/tasks.js';
import {createVirtualClock, type VirtualClock} from '../../helpers/virtual-clock.js';
import {drawFrame} from '../helpers/draw.js';

const seed = '10.0.0.1:2886';
const plain: KeyFlags = {
	upArrow: false, downArrow: false, leftArrow: false, rightArrow: false, pageDown: false, pageUp: false, home: false, end: false,
	return: false, escape: false, ctrl: false, tab: false, backspace: false, delete: false, meta: false,
};
const theme = createTheme();
const fingerprintOf = (number: number): string => `SHA256:${String(number).padStart(43, 'x')}`;

type Stage = {
	readonly store: Store;
	readonly clock: VirtualClock;
	readonly keyboard: Keyboard;
	readonly requests: readonly Request[];
	readonly frame: () => readonly string[];
	/** Presses keys one by one, with pauses between them. */
	readonly press: (...keys: readonly string[]) => Promise<void>;
};

/** As long as it takes to look for input, and to find none. */
const untilLooked = async (): Promise<void> => {
	for (let turn = 0; turn < 4; turn++) {
		await nextTurn();
	}
};

/** So many agents were found, and their keys are asked for. */
const open = (count: number, size: Size, isShown?: (overlay: Overlay['type']) => boolean): Stage => {
	const clock = createVirtualClock(ten, untilLooked);
	const store = createStore(initialState([addressOf(seed)], size, {isGrowing: true}), clock.now);
	const found = Array.from({length: count}, (_, index) => `10.0.1.${index}:2886`);
	store.dispatch({type: 'agents-found', at: ten, found: found.map(name => ({address: addressOf(name), name, foundBy: seed, hasJoined: false}))});
	for (const [index, agent] of found.entries()) {
		store.dispatch({
			type: 'agent-failed', agent, at: ten, since: ten, lastSeenAt: undefined, isAlive: true,
			error: {type: 'key-changed', known: undefined, knownBits: 0, offered: fingerprintOf(index), offeredBits: 1024},
		});
	}

	store.dispatch({type: 'found-keys-offered', keys: found.map((agent, index) => ({agent, offered: fingerprintOf(index)}))});
	layOut(store);
	const requests: Request[] = [];
	const keyboard = createKeyboard({
		store, clock, isShown, theme,
		onRequest(request) {
			requests.push(request);
		},
		onPassword: () => undefined,
	});
	return {
		store, clock, keyboard, requests,
		frame: () => drawFrame(selectApp(store.getState(), clock.now()), {theme}),
		async press(...keys) {
			for (const key of keys) {
				keyboard.press(key === 'pagedown' ? '' : key, {...plain, pageDown: key === 'pagedown'});
				await nextTurn();
				await clock.advance(100);
			}
		},
	};
};

test.each([
	[100, {columns: 40, rows: 10}],
	[100, {columns: 80, rows: 24}],
	[3, {columns: 200, rows: 50}],
])('of %i agents each fingerprint can be read at %j, page by page, with the question always in sight', async (count, size) => {
	const {frame, press} = open(count, size);
	const seen: string[] = [];
	for (let page = 0; page <= count; page++) {
		const lines = frame();
		expect(lines).toHaveLength(size.rows - 1);
		expect(lines.every(line => columnsOf(line) <= size.columns)).toBe(true);
		expect(lines.at(-2)).toBe(` Trust all ${count} keys? Press y.`);
		seen.push(...lines.slice(1, -2));
		await press('pagedown');
	}

	// A fingerprint that is broken over two lines is read as one.
	const text = seen.join('').replaceAll(' ', '');
	expect(Array.from({length: count}, (_, index) => index).filter(index => !text.includes(fingerprintOf(index)))).toEqual([]);
	expect(text).toContain('10.0.0.1:2886reported');
});

test('y trusts all that were shown, and only them', async () => {
	const {store, press, requests, frame} = open(2, {columns: 80, rows: 24});
	await press('j', 'k', 'x', '\r');
	expect(requests).toEqual([]);
	// One was trusted elsewhere meanwhile.
	store.dispatch({type: 'agent-recovered', agent: '10.0.1.0:2886', at: ten});
	expect(frame().at(-2)).toBe(' Trust this key? Press y.');
	await press('y');
	expect(requests).toEqual([{type: 'accept-keys', keys: [{agent: '10.0.1.1:2886', offered: fingerprintOf(1)}]}]);
	expect(store.getState().view.overlay).toBeUndefined();
});

test('leaving it says that nothing is trusted, and how to come back', async () => {
	const {store, press, requests} = open(2, {columns: 80, rows: 24});
	await press('n');
	expect(store.getState().view).toMatchObject({overlay: undefined, notice: {text: 'Not trusted, no password is sent. K shows the keys again'}});
	await press('K');
	expect(store.getState().view.overlay?.type).toBe('found-keys');
	expect(requests).toEqual([]);
});

test('a y that came with other keys, in one piece or in several, trusts nothing; nor one that was pasted, or came before the question was drawn', async () => {
	const {keyboard, requests, press, clock} = open(2, {columns: 80, rows: 24});
	keyboard.press('jy', plain);
	await nextTurn();
	await clock.advance(100);
	keyboard.press('a', plain);
	await nextTurn();
	keyboard.press('y', plain);
	await nextTurn();
	keyboard.paste('y');
	await nextTurn();
	expect(requests).toEqual([]);
	await clock.advance(100);
	await press('y');
	expect(requests).toHaveLength(1);

	const hidden = open(2, {columns: 80, rows: 24}, () => false);
	await hidden.press('y');
	expect(hidden.requests).toEqual([]);
	expect(hidden.store.getState().view.overlay?.type).toBe('found-keys');
});

test('y trusts nothing while some of the keys were never in sight; after a resize they are to be read again', async () => {
	const {store, press, requests} = open(20, {columns: 40, rows: 10});
	await press('y', 'pagedown', 'y');
	expect(requests).toEqual([]);
	expect(store.getState().view).toMatchObject({overlay: {type: 'found-keys'}, notice: {text: 'Read to the end first: press the down arrow'}});
	await press('G');
	store.dispatch({type: 'resized', columns: 40, rows: 11});
	await press('g', 'y');
	expect(requests).toEqual([]);
	await press('G', 'g', 'y');
	expect(requests).toHaveLength(1);
});
