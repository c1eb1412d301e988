import {once} from 'node:events';
import {createServer, type Socket} from 'node:net';
import xterm from '@xterm/headless';
import {describe, expect, onTestFinished, test} from 'vitest';
import {type Terminal} from '../helpers/pty.js';
import {readCell} from '../helpers/pty-screen.js';
import {until} from '../helpers/until.js';
import {open, startAgent} from './helpers/stage.js';

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

/** Screen emptied, everything drawn: what Ink begins with. */
const takeover = '\u001B[?2026h\u001B[H\u001B[J';

/** An agent that takes connections and says nothing: what is on screen stays as it began. */
const startSilence = async (): Promise<string> => {
	const server = createServer();
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const sockets = new Set<Socket>();
	server.on('connection', socket => {
		sockets.add(socket);
	});
	onTestFinished(() => {
		server.close();
		for (const socket of sockets) {
			socket.destroy();
		}
	});
	const address = server.address();
	return `127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
};

const drawnByInk = async (terminal: Terminal): Promise<void> => {
	await until(() => terminal.raw().includes(takeover) && terminal.raw().split(takeover)[1]?.includes(endOfFrame) === true, 'Ink to draw', {deadline: 10_000, describe: terminal.text});
};

const expectSameCells = async (terminal: Terminal): Promise<void> => {
	await drawnByInk(terminal);
	const [before = '', after = ''] = terminal.raw().split(takeover);
	const painted = await cellsAfter(before);
	expect(painted.some(cell => JSON.stringify(cell).includes('"text":"b"'))).toBe(true);
	expect(await cellsAfter(before + takeover + after.slice(0, after.indexOf(endOfFrame) + endOfFrame.length))).toEqual(painted);
	// The screen is entered once: entering it again would lose where the shell's cursor was.
	expect(terminal.raw().split('\u001B[?1049h')).toHaveLength(2);
};

describe.each([['in colours', []], ['without colours, in ASCII', ['--ascii', '--no-color']]] as const)('what stands there before everything is loaded is what Ink draws then, %s', (_, args) => {
	test('before an agent has said anything', async () => {
		const terminal = open([await startSilence(), await startSilence(), ...args]);
		await expectSameCells(terminal);
		expect(frames(terminal.raw().split(takeover)[0] ?? '')).toBe(1);
	});

	test('with what they have answered', async context => {
		const agents = await Promise.all([startAgent({scenario: 'succeeded'}), startAgent({scenario: 'succeeded'})]);
		// Whether all have answered before Ink is loaded depends on the machine; where they had not, the two frames tell of different moments.
		for (let attempt = 0; attempt < 10; attempt += 1) {
			const terminal = open([...agents.map(({label}) => label), ...args]);
			await drawnByInk(terminal);
			const painted = await cellsAfter(terminal.raw().split(takeover)[0] ?? '');
			if (painted.map(cell => (cell as {readonly text: string}).text).join('').split('succeeded').length > 2) {
				await expectSameCells(terminal);
				return;
			}

			terminal.press('ctrl-c');
			await terminal.exit;
		}

		context.skip('no agent answers here before Ink is loaded');
	});
});

// Where nobody answers.
const silent = ['10.255.255.1:2886', '10.255.255.2:2886'];

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
