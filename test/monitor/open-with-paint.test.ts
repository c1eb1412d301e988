import {setImmediate as nextTurn} from 'node:timers/promises';
import {expect, test} from 'vitest';
import {openWithPaint, type PaintedOptions} from '../../source/monitor/open-with-paint.js';
import {createStore, type Store} from '../../source/store/create-store.js';
import {initialState} from '../../source/store/initial-state.js';
import {selectApp} from '../../source/ui/app-view.js';
import {composeFrame} from '../../source/ui/compose.js';
import {openScreen} from '../../source/ui/terminal/open-screen.js';
import {createTheme} from '../../source/ui/theme.js';
import {addressOf, makeDag, makeNodes} from '../helpers/tasks.js';
import {createVirtualClock, type VirtualClock} from '../helpers/virtual-clock.js';
import {createFakeTerminal, type FakeTerminal} from '../ui/helpers/fake-terminal.js';

const agents = ['10.0.0.1:2886', '10.0.0.2:2886', '10.0.0.3:2886'] as const;

type Begun = {
	readonly terminal: FakeTerminal;
	readonly store: Store;
	readonly clock: VirtualClock;
	readonly opening: ReturnType<typeof openWithPaint>;
	readonly isOpen: () => boolean;
	/** What a frame of the store looks like. */
	readonly wanted: () => readonly string[];
};

const begin = ({begin: ask = async () => undefined, signal = new AbortController().signal}: Partial<Pick<PaintedOptions, 'begin' | 'signal'>> = {}): Begun => {
	const terminal = createFakeTerminal(80, 24);
	const clock = createVirtualClock(0);
	const store = createStore(initialState(agents.map(key => addressOf(key)), {columns: 80, rows: 24}), clock.now);
	const theme = createTheme();
	const frame = () => composeFrame(selectApp(store.getState(), clock.now()), theme, false);
	let isOpen = false;
	const opening = openWithPaint({stdout: terminal.stdout, stdin: terminal.stdin, theme, store, clock, frame, begin: ask, signal});
	void opening.then(() => {
		isOpen = true;
	}).catch(() => undefined);
	return {
		terminal, store, clock, opening, isOpen: () => isOpen,
		wanted: () => [...frame().map(line => line.map(({text}) => text).join('').trimEnd()), ''],
	};
};

const tell = (store: Store, agent: string, name: string): void => {
	store.dispatch({type: 'task-received', agent, at: 0, task: makeDag({name, state: 'SUCCEED', nodes: makeNodes('SUCCEED/RUN')})});
};

test('what agents answer is on screen before anything else is loaded', async () => {
	const {terminal, store, clock, opening, wanted} = begin();
	await clock.advance(4);
	const before = await terminal.screen();
	expect(before).toEqual(wanted());
	for (const [agent, name] of [[agents[0], 'Restart'], [agents[1], `Upgrade ${'very '.repeat(20)}carefully`], [agents[2], 'Back up']] as const) {
		tell(store, agent, name);
		await clock.advance(5);
		const lines = await terminal.screen();
		expect(lines).toEqual(wanted());
		expect(lines.join('\n')).toContain(name.slice(0, 7));
	}

	expect(await opening).toBe(openScreen);
});

test('shorter lines leave nothing of what was there', async () => {
	const {terminal, store, clock, opening, isOpen, wanted} = begin();
	await clock.advance(4);
	tell(store, agents[0], `Upgrade ${'very '.repeat(20)}carefully`);
	await clock.advance(5);
	expect(await terminal.screen()).toEqual(wanted());
	tell(store, agents[0], 'Stop');
	await clock.advance(5);
	expect(await terminal.screen()).toEqual(wanted());
	// Nothing comes any more from the others.
	expect(isOpen()).toBe(false);
	await clock.advance(15);
	expect(await opening).toBe(openScreen);
});

test('a change that is not to be seen is not sent', async () => {
	const {terminal, store, clock, opening} = begin();
	await clock.advance(4);
	const sent = terminal.writes.length;
	store.dispatch({type: 'focus-changed', isFocused: false});
	await clock.advance(30);
	await opening;
	expect(terminal.writes).toHaveLength(sent);
});

test('agents that never cease to answer do not keep the keys waiting', async () => {
	const {store, clock, opening, isOpen} = begin();
	for (let time = 0; time < 145; time += 5) {
		tell(store, agents[0], `Task ${time}`);
		await clock.advance(5);
	}

	expect(isOpen()).toBe(false);
	tell(store, agents[0], 'The last one');
	await clock.advance(5);
	expect(await opening).toBe(openScreen);
});

test('whoever ends it meanwhile gets the terminal back', async () => {
	const ending = new AbortController();
	const {terminal, clock, opening} = begin({signal: ending.signal});
	await clock.advance(4);
	await terminal.screen();
	expect([terminal.isAlternate(), terminal.isRaw()]).toEqual([true, true]);
	ending.abort();
	await clock.advance(5);
	expect(await opening).toBeUndefined();
	await terminal.screen();
	expect([terminal.isAlternate(), terminal.isRaw()]).toEqual([false, false]);
});

test('so does who cannot ask agents', async () => {
	const {terminal, opening} = begin({async begin() {
		await nextTurn();
		throw new Error('a part of the program is gone');
	}});
	await expect(opening).rejects.toThrow('a part of the program is gone');
	await terminal.screen();
	expect([terminal.isAlternate(), terminal.isRaw()]).toEqual([false, false]);
});
