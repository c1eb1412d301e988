import xterm from '@xterm/headless';
import {expect, test} from 'vitest';
import {readCell} from '../helpers/pty-screen.js';
import {until} from '../helpers/until.js';
import {open} from './helpers/stage.js';

const endOfFrame = '\u001B[?2026l';

/** Every cell of a screen, as it looks after these bytes. */
const cellsAfter = async (bytes: string): Promise<readonly unknown[]> => {
	const terminal = new xterm.Terminal({cols: 80, rows: 24, allowProposedApi: true});
	await new Promise<void>(resolve => {
		terminal.write(bytes, resolve);
	});
	const cells = Array.from({length: 24 * 80}, (_, index) => readCell(terminal.buffer.active, {columns: 80, rows: 24}, {row: Math.floor(index / 80), column: index % 80}));
	terminal.dispose();
	return cells;
};

const frames = (raw: string): number => raw.split(endOfFrame).length - 1;

// A port where nobody answers: what is on screen stays as it began.
const silent = ['10.255.255.1:2886', '10.255.255.2:2886'];

test.each([['in colours', []], ['without colours, in ASCII', ['--ascii', '--no-color']]] as const)('what stands there before everything is loaded is what Ink draws then: %s', async (_, args) => {
	const terminal = open([...silent, ...args]);
	await until(() => frames(terminal.raw()) >= 2, 'Ink to draw', {deadline: 10_000});
	const [first = '', second = ''] = terminal.raw().split(endOfFrame);
	const painted = await cellsAfter(first + endOfFrame);
	expect(painted.some(cell => JSON.stringify(cell).includes('"text":"b"'))).toBe(true);
	expect(await cellsAfter(first + endOfFrame + second + endOfFrame)).toEqual(painted);
	// The screen is entered once: entering it again would lose where the shell's cursor was.
	expect(terminal.raw().split('\u001B[?1049h')).toHaveLength(2);
});

test('a key that is pressed before everything is loaded is neither shown nor lost', async () => {
	const terminal = open(silent);
	await until(() => frames(terminal.raw()) >= 1, 'the first frame', {deadline: 10_000});
	terminal.press('q');
	expect(await terminal.exit).toEqual({code: 0, signal: undefined});
	expect(terminal.isAlternate()).toBe(false);
	expect(terminal.isCursorHidden()).toBe(false);
});

test('a signal before everything is loaded leaves the terminal as it was', async () => {
	const terminal = open(silent);
	await until(() => frames(terminal.raw()) >= 1, 'the first frame', {deadline: 10_000});
	terminal.signal('SIGTERM');
	expect(await terminal.exit).toEqual({code: 143, signal: undefined});
	expect(terminal.isAlternate()).toBe(false);
	expect(terminal.isCursorHidden()).toBe(false);
	expect(terminal.raw().lastIndexOf('\u001B[?1004h')).toBeLessThanOrEqual(terminal.raw().lastIndexOf('\u001B[?1004l'));
});
