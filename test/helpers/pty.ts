import {Buffer} from 'node:buffer';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {setTimeout as pause} from 'node:timers/promises';
import {spawn, type IPty} from '@lydell/node-pty';
import xterm from '@xterm/headless';
import stringWidth from 'string-width';
import {program} from '../../source/build/paths.js';
import {keySequence} from './pty-keys.js';
import {compileCache} from './run-program.js';
import {findText, isStyled, readCell, readScreen, type Cell, type ScreenSize} from './pty-screen.js';
import {until} from './until.js';

export type TerminalSetup = {
	/** Node with the built program unless given. */
	readonly command?: string;
	/** For the command, or for the built program. */
	readonly args?: readonly string[];
	readonly columns?: number;
	readonly rows?: number;
	/** On top of a small environment of its own: nothing of the test's, so that neither CI nor NO_COLOR leak in. */
	readonly env?: Readonly<Record<string, string>>;
	/** Draws "ambiguous" characters (● … →) in two columns, as terminals with a Chinese, Japanese or Korean font can. */
	readonly areAmbiguousWide?: boolean;
	/** Says so if it is asked for its background: "rgb:ffff/ffff/ffff". Without it, it never answers. */
	readonly background?: string;
	/** How the answer comes: in these parts, each some ms after the one before. */
	readonly answer?: (reply: string) => ReadonlyArray<{readonly text: string; readonly after: number}>;
};

export type Exit = {readonly code: number; readonly signal: number | undefined};

/** A program in a real terminal, seen as a person sees it. */
export type Terminal = {
	/** The lines on the screen, without trailing blanks. */
	readonly screen: () => readonly string[];
	/** The screen as one text, for `includes` and `match`. */
	readonly text: () => string;
	/** What is in one cell, and its style; both counted from 0. */
	readonly cell: (row: number, column: number) => Cell;
	/** The first cell of the first place where a text stands; undefined when it is not there. */
	readonly find: (text: string) => Cell | undefined;
	/** Whether any cell on the screen has a colour or another attribute. */
	readonly isStyled: () => boolean;
	/** Keys one after the other: "j", "enter", "escape", "up", "page-down", "ctrl-c". Wait for the effect of "escape" before the next key, or both become alt and that key. */
	readonly press: (...keys: readonly string[]) => void;
	readonly type: (text: string) => void;
	readonly resize: (columns: number, rows: number) => void;
	/** Waits until the screen looks as wanted. Fails with the reason and the screen after the deadline (ms), or when the program ends before. */
	readonly until: (condition: (text: string) => boolean, reason: string, deadline?: number) => Promise<void>;
	readonly isAlternate: () => boolean;
	readonly isCursorHidden: () => boolean;
	readonly cursor: () => {readonly row: number; readonly column: number};
	readonly pid: number;
	readonly signal: (name: NodeJS.Signals) => void;
	/** Stops reading what the program writes, as a stalled connection does, until `read`. */
	readonly stall: () => void;
	readonly read: () => void;
	/** Takes the terminal away, as a lost connection does. */
	readonly hangUp: () => void;
	/** When the program has ended and everything it wrote is on the screen. */
	readonly exit: Promise<Exit>;
	readonly isEnded: () => boolean;
	readonly bytesWritten: () => number;
	/** How often the program began a frame on an empty screen: ctrl-l is done then, and every key before it. */
	readonly repaints: () => number;
	/** Everything written so far, as it came: only to see that something harmful is not in it. */
	readonly raw: () => string;
	/** Ends the program, however it is; waits until it is gone. */
	readonly close: () => Promise<void>;
};

const makeEnvironment = (home: string): Record<string, string> => ({
	HOME: home,
	LANG: 'en_US.UTF-8',
	PATH: process.env['PATH'] ?? '',
	TERM: 'xterm-256color',
	...compileCache(),
});

// A program that has restored its terminal but does not end is a fault that a test must see as its own.
const closeDeadline = 20_000;

/** Follows one of the terminal's private modes (DECSET, DECRST). */
const watchMode = (terminal: xterm.Terminal, mode: number, initial: boolean): (() => boolean) => {
	let isSet = initial;
	const follow = (final: 'h' | 'l'): void => {
		terminal.parser.registerCsiHandler({prefix: '?', final}, parameters => {
			isSet = parameters.includes(mode) ? final === 'h' : isSet;
			return false;
		});
	};

	follow('h');
	follow('l');

	return () => isSet;
};

/** In xterm.js a character's width is the second of three fields in a number. */
const drawWide = (terminal: xterm.Terminal): void => {
	const wcwidth = (code: number): 0 | 1 | 2 => {
		const columns = stringWidth(String.fromCodePoint(code), {ambiguousIsNarrow: false});
		return columns === 0 || columns === 1 ? columns : 2;
	};

	terminal.unicode.register({version: 'wide', wcwidth, charProperties: code => wcwidth(code) << 1});
	terminal.unicode.activeVersion = 'wide';
};

/** Counts how often everything was erased from the first cell on. */
const countRepaints = (terminal: xterm.Terminal): (() => number) => {
	let count = 0;
	terminal.parser.registerCsiHandler({final: 'J'}, () => {
		const {cursorX, cursorY} = terminal.buffer.active;
		count += cursorX === 0 && cursorY === 0 ? 1 : 0;
		return false;
	});
	return () => count;
};

const cursorMode = 25;
/** A frame is between its marks, and a terminal shows it as a whole or not at all. */
const frameMode = 2026;

const startProcess = (setup: Required<Pick<TerminalSetup, 'command' | 'args' | 'columns' | 'rows'>>, env: Record<string, string>): IPty => spawn(setup.command, [...setup.args], {
	name: 'xterm-256color',
	cols: setup.columns,
	rows: setup.rows,
	env,
	encoding: null,
});

/** Starts a program in a terminal of its own, 80 x 24 unless told otherwise. Close it when done. */
export const openTerminal = ({command, args = [], columns = 80, rows = 24, env = {}, areAmbiguousWide = false, background, answer = text => [{text, after: 0}]}: TerminalSetup = {}): Terminal => {
	const home = mkdtempSync(path.join(tmpdir(), 'obwatch-home-'));
	const terminal = new xterm.Terminal({cols: columns, rows, allowProposedApi: true, scrollback: 1000});
	if (areAmbiguousWide) {
		drawWide(terminal);
	}

	const isCursorShown = watchMode(terminal, cursorMode, true);
	const isInFrame = watchMode(terminal, frameMode, false);
	const repaints = countRepaints(terminal);
	const child = startProcess(
		command === undefined ? {command: process.execPath, args: [program, ...args], columns, rows} : {command, args, columns, rows},
		{...makeEnvironment(home), ...env},
	);
	const written: Buffer[] = [];
	let ended: Exit | undefined;

	const raw = (): Buffer => Buffer.concat(written);
	const size = (): ScreenSize => ({columns: terminal.cols, rows: terminal.rows});
	const screen = (): readonly string[] => readScreen(terminal.buffer.active, size());
	const text = (): string => screen().join('\n');

	// Without an encoding, node-pty hands out bytes, whatever its types say.
	child.onData((data: unknown) => {
		if (!Buffer.isBuffer(data)) {
			return;
		}

		written.push(data);
		terminal.write(data);
	});
	// What a terminal answers to a program's questions.
	terminal.onData(data => {
		child.write(data);
	});

	const say = async (parts: ReadonlyArray<{readonly text: string; readonly after: number}>): Promise<void> => {
		for (const {text: part, after} of parts) {
			await pause(after);
			child.write(part);
		}
	};

	terminal.parser.registerOscHandler(11, asked => {
		if (asked === '?' && background !== undefined) {
			void say(answer(`\u001B]11;${background}\u0007`));
		}

		return true;
	});

	const listeners = new Set<() => void>();
	const changed = (): void => {
		for (const listener of listeners) {
			listener();
		}
	};

	terminal.onWriteParsed(changed);
	const exit = new Promise<Exit>(resolve => {
		child.onExit(({exitCode, signal}) => {
			// Behind everything that waits to be parsed.
			terminal.write('', () => {
				ended = {code: exitCode, signal: signal === 0 ? undefined : signal};
				rmSync(home, {recursive: true, force: true});
				resolve(ended);
				changed();
			});
		});
	});

	return {
		screen,
		text,
		cell: (row, column) => readCell(terminal.buffer.active, size(), {row, column}),
		find: wanted => findText(terminal.buffer.active, size(), wanted),
		isStyled: () => isStyled(terminal.buffer.active, size()),
		press(...keys) {
			for (const key of keys) {
				child.write(keySequence(key));
			}
		},
		type(typed) {
			child.write(typed);
		},
		resize(newColumns, newRows) {
			terminal.resize(newColumns, newRows);
			child.resize(newColumns, newRows);
		},
		async until(condition, reason, deadline) {
			const describe = (): string => ['┌─ screen', ...screen().map(line => `│${line}`), '└─'].join('\n');
			await until(() => {
				const isMet = (!isInFrame() || ended !== undefined) && condition(text());
				if (!isMet && ended) {
					throw new Error(`the program ended with ${ended.code}${ended.signal === undefined ? '' : ` by signal ${ended.signal}`} before ${reason}\n${describe()}`);
				}

				return isMet;
			}, reason, {
				...(deadline !== undefined && {deadline}),
				describe,
				subscribe(listener) {
					listeners.add(listener);
					return () => {
						listeners.delete(listener);
					};
				},
			});
		},
		isAlternate: () => terminal.buffer.active.type === 'alternate',
		isCursorHidden: () => !isCursorShown(),
		cursor: () => ({row: terminal.buffer.active.cursorY, column: terminal.buffer.active.cursorX}),
		pid: child.pid,
		signal(name) {
			child.kill(name);
		},
		stall() {
			child.pause();
		},
		read() {
			child.resume();
		},
		hangUp() {
			// The types of node-pty leave it out.
			if (!('destroy' in child) || typeof child.destroy !== 'function') {
				throw new TypeError('this terminal cannot be taken away');
			}

			Reflect.apply(child.destroy, child, []);
		},
		exit,
		isEnded: () => ended !== undefined,
		bytesWritten: () => written.reduce((sum, part) => sum + part.length, 0),
		repaints,
		raw: () => raw().toString('utf8'),
		async close() {
			if (!ended) {
				child.kill('SIGKILL');
				child.resume();
				await until(() => ended !== undefined, 'the program to be gone', {deadline: closeDeadline});
			}

			terminal.dispose();
		},
	};
};
