import process from 'node:process';
import {setImmediate as nextTurn} from 'node:timers/promises';
import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest';
import {type Clock} from '../../../source/lib/clock.js';
import {speak} from '../../../source/lib/messages/messages.js';
import {type Request} from '../../../source/store/actions.js';
import {initialState} from '../../../source/store/initial-state.js';
import {createStore, type Store} from '../../../source/store/store.js';
import {openScreen, type Screen} from '../../../source/ui/terminal/screen.js';
import {createTheme} from '../../../source/ui/theme.js';
import {addressOf, makeDag, makeNodes} from '../../helpers/tasks.js';
import {until} from '../../helpers/until.js';
import {createFakeTerminal, type FakeTerminal} from '../helpers/fake-terminal.js';

const key = '10.0.0.1:2886';

/** The screen emptied, which begins a full repaint. */
const repaint = '\u001B[H\u001B[J';

const timers = new Set<NodeJS.Timeout>();

const clock: Clock = {
	now: () => Date.now(),
	schedule(run, delay) {
		const timer = setTimeout(() => {
			timers.delete(timer);
			run();
		}, delay);
		timers.add(timer);
		return () => {
			timers.delete(timer);
			clearTimeout(timer);
		};
	},
};

type Shell = {stops: number; measured: number; continued: (() => void) | undefined; asked: (() => void) | undefined; windowChanged: (() => void) | undefined};

type Opened = {
	readonly terminal: FakeTerminal;
	readonly store: Store;
	readonly screen: Screen;
	readonly ended: Promise<unknown>;
	readonly requests: readonly Request[];
	readonly shell: Shell;
	/** Waits for a line of the screen. */
	readonly shows: (pattern: RegExp) => Promise<readonly string[]>;
};

let opened: Opened | undefined;

beforeEach(() => {
	// The console of the test runner can't be patched.
	vi.stubGlobal('console', process.getBuiltinModule('node:console'));
});

afterEach(async () => {
	await speak('en');
	opened?.screen.close();
	await opened?.ended;
	opened = undefined;
	vi.unstubAllGlobals();
});

const open = (columns = 80, rows = 24): Opened => {
	const terminal = createFakeTerminal(columns, rows);
	const store = createStore(initialState([addressOf(key), addressOf('10.0.0.2')], {columns: 80, rows: 24}));
	const requests: Request[] = [];
	const shell: Shell = {stops: 0, measured: 0, continued: undefined, asked: undefined, windowChanged: undefined};
	const screen = openScreen({
		stdout: terminal.stdout,
		stdin: terminal.stdin,
		store,
		clock,
		theme: createTheme(),
		jobControl: {
			stop() {
				shell.stops += 1;
			},
			measureAgain() {
				shell.measured += 1;
			},
			onContinued(listener) {
				shell.continued = listener;
				return () => {
					shell.continued = undefined;
				};
			},
			onWindowChanged(listener) {
				shell.windowChanged = listener;
				return () => {
					shell.windowChanged = undefined;
				};
			},
			ignoreKeyboard: () => () => undefined,
			onStopAsked(listener) {
				shell.asked = listener;
				return () => {
					shell.asked = undefined;
				};
			},
		},
		onRequest(request) {
			requests.push(request);
		},
		onPassword() {
			throw new Error('no password is entered here');
		},
	});
	opened = {
		terminal, store, screen, requests, shell,
		ended: screen.waitUntilExit(),
		async shows(pattern) {
			let lines: readonly string[] = [];
			let isReading = false;
			await until(() => {
				if (!isReading) {
					isReading = true;
					void terminal.screen().then(read => {
						lines = read;
						isReading = false;
					});
				}

				return lines.some(line => pattern.test(line));
			}, `a line like ${pattern.source}`, {describe: () => lines.join('\n')});
			return lines;
		},
	};
	return opened;
};

const finish = (store: Store, name: string): void => {
	store.dispatch({type: 'task-received', agent: key, at: 0, task: makeDag({name, state: 'SUCCEED', nodes: makeNodes('SUCCEED/RUN')})});
};

describe('the screen', () => {
	test('is drawn from the first row on, one row short of the terminal', async () => {
		const {terminal, shows} = open();
		const lines = await shows(/^ ↵ open/);
		expect(terminal.isAlternate()).toBe(true);
		expect(terminal.isRaw()).toBe(true);
		expect(lines[0]).toMatch(/^ obwatch {2}2 agents/);
		expect(lines[22]).toMatch(/^ ↵ open/);
		expect(lines[23]).toBe('');
	});

	test('sends a frame in one write, and nothing for no change', async () => {
		const {terminal, store, shows} = open();
		await shows(/^ ↵ open/);
		const before = terminal.writes.length;
		finish(store, 'Upgrade agent');
		await shows(/Upgrade agent/);
		expect(terminal.writes.length - before).toBe(1);
		store.dispatch({type: 'skew-measured', agent: key, at: 0, skew: 0});
		await nextTurn();
		expect(terminal.writes.length - before).toBe(1);
	});

	test('speaks the other language after ctrl-g, in every text in sight', async () => {
		const {terminal, shows} = open();
		await shows(/^ ↵ open/);
		terminal.type('\u0007');
		const lines = await shows(/^ ↵ 打开/);
		expect(lines[0]).toMatch(/^ obwatch {2}2 个 agent/);
		expect(lines[1]).toMatch(/角色 .*任务 .*结果/);
		terminal.type('\u0007');
		const [, heads] = await shows(/^ ↵ open/);
		expect(heads).toMatch(/ROLE .*TASK .*OUTCOME/);
	});

	test('leaves the terminal as it was', async () => {
		const {terminal, screen, ended, shows} = open();
		await shows(/^ ↵ open/);
		screen.close();
		expect(await ended).toBe('closed');
		await terminal.screen();
		expect(terminal.isAlternate()).toBe(false);
		expect(terminal.isRaw()).toBe(false);
		const all = terminal.writes.join('');
		// Alternate screen, reports of focus, marks around pasted text, hidden cursor.
		for (const [on, off] of [['1049h', '1049l'], ['1004h', '1004l'], ['2004h', '2004l'], ['25l', '25h']]) {
			expect(all).toContain(`[?${on}`);
			expect(all.lastIndexOf(`[?${off}`), on).toBeGreaterThan(all.lastIndexOf(`[?${on}`));
		}

		expect(terminal.stdout.listenerCount('resize')).toBe(0);
	});

	test('leaves the terminal as it was when drawing fails, and says why', async () => {
		const {terminal, store, ended, shows} = open();
		await shows(/^ ↵ open/);
		const failed = expect(ended).rejects.toThrow('a fault of ours');
		opened = undefined;
		store.dispatch({type: 'task-received', agent: key, at: 0, task: Object.defineProperty(makeDag(), 'stage', {
			enumerable: true,
			get() {
				throw new Error('a fault of ours');
			},
		})});
		await failed;
		await terminal.screen();
		expect(terminal.isAlternate()).toBe(false);
		expect(terminal.isRaw()).toBe(false);
	});

	test('ends when the terminal is gone', async () => {
		const {terminal, ended, shows} = open();
		await shows(/^ ↵ open/);
		terminal.hangUp();
		expect(await ended).toBe('gone');
	});

	test('takes keys, and passes on what others must do', async () => {
		const {terminal, requests, shows} = open();
		await shows(/^ ↵ open/);
		terminal.type('j');
		await shows(/^ ▸ 10\.0\.0\.2/);
		terminal.type('\u0003');
		await until(() => requests.length > 0, 'the request to quit');
		expect(requests).toEqual([{type: 'quit', isInterrupt: true}]);
	});

	test('knows whether it has the focus, and takes those reports for no key', async () => {
		const {terminal, store, shows} = open();
		await shows(/^ ↵ open/);
		terminal.type('\u001B[O');
		await until(() => !store.getState().view.isFocused, 'the focus to be gone');
		terminal.type('\u001B[Ij');
		await shows(/^ ▸ 10\.0\.0\.2/);
		expect(store.getState().view.isFocused).toBe(true);
	});
});

describe('another size', () => {
	test.each([[200, 50], [40, 10], [60, 30], [80, 12]])('%d x %d is filled without a trace of the old one', async (columns, rows) => {
		const {terminal, shows} = open();
		await shows(/^ ↵ open/);
		terminal.resize(columns, rows);
		await until(() => terminal.writes.some(text => text.includes(repaint)), 'the full repaint');
		const lines = await terminal.screen();
		expect(lines[0]).toMatch(/^ obwatch {2}2 agents/);
		expect(lines[rows - 2]).toMatch(/^ ↵ open/);
		expect(lines.filter(line => line.includes('obwatch'))).toHaveLength(1);
	});

	test('that is too small says so, and recovers', async () => {
		const {terminal, shows} = open();
		await shows(/^ ↵ open/);
		terminal.resize(30, 8);
		await shows(/^too small: 30x8/);
		terminal.resize(80, 24);
		await shows(/^ ↵ open/);
	});

	test('many times in a row costs one repaint, and leaves the screen whole', async () => {
		const {terminal, shows} = open();
		await shows(/^ ↵ open/);
		for (let step = 0; step < 20; step++) {
			terminal.resize(80 + step, 24 - (step % 7));
		}

		terminal.resize(90, 20);
		const repaints = (): number => terminal.writes.join('').split(repaint).length - 1;
		await until(() => timers.size === 0, 'nothing left to do');
		expect(repaints()).toBe(1);
		const lines = await terminal.screen();
		expect(lines[18]).toMatch(/^ ↵ open/);
		expect(lines.filter(line => line.includes('obwatch'))).toHaveLength(1);
	});
});

describe('a burst of sizes that ends with the one it began with', () => {
	test('is repainted all the same, though the stream reports no other size', async () => {
		const {terminal, shell, shows} = open();
		await shows(/^ ↵ open/);
		shell.windowChanged?.();
		await until(() => terminal.writes.some(text => text.includes(repaint)), 'the full repaint');
	});
});

describe('^l', () => {
	test('mends a screen that something else wrote on', async () => {
		const {terminal, shows} = open();
		await shows(/^ ↵ open/);
		terminal.stdout.write('\u001B[5;1Hsomething else\u001B[12;1H');
		await shows(/something else/);
		terminal.type('\u000C');
		await until(() => terminal.writes.some(text => text.includes(repaint)), 'the full repaint');
		const lines = await terminal.screen();
		expect(lines.join('\n')).not.toContain('something else');
		expect(lines[22]).toMatch(/^ ↵ open/);
	});
});

describe('^z', () => {
	test('gives the terminal to the shell and takes it back', async () => {
		const {terminal, shell, shows} = open();
		await shows(/^ ↵ open/);
		terminal.type('\u001A');
		await until(() => shell.stops === 1, 'the job to stop');
		await terminal.screen();
		expect(terminal.isAlternate()).toBe(false);
		expect(terminal.isRaw()).toBe(false);
		shell.continued?.();
		await shows(/^ ↵ open/);
		expect(terminal.isAlternate()).toBe(true);
		expect(terminal.isRaw()).toBe(true);
		expect(shell.measured).toBe(1);
		terminal.type('j');
		await shows(/^ ▸ 10\.0\.0\.2/);
	});

	test('returns by itself where nothing stops the job', async () => {
		const {terminal, shell, shows} = open();
		await shows(/^ ↵ open/);
		terminal.type('\u001A');
		await until(() => shell.stops === 1, 'the job to be told to stop');
		await until(() => shell.measured === 1, 'the job to go on by itself');
		await terminal.screen();
		expect(terminal.isAlternate()).toBe(true);
	});

	test('is done too when the signal comes from somewhere else, and only once at a time', async () => {
		const {shell, terminal, shows} = open();
		await shows(/^ ↵ open/);
		const ask = shell.asked;
		ask?.();
		ask?.();
		await until(() => shell.stops > 0, 'the job to stop');
		// Its own signal must not be taken for another wish.
		expect(shell.asked).toBeUndefined();
		shell.continued?.();
		await until(() => shell.measured === 1, 'the job to go on');
		expect(shell.stops).toBe(1);
		expect(shell.asked).toBeDefined();
		await terminal.screen();
		expect(terminal.isAlternate()).toBe(true);
	});
});
