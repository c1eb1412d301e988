// A user who looks at the agents most of the time, and now and then moves about and presses any key.

import {setImmediate as nextTurn, setTimeout as sleep} from 'node:timers/promises';
import {chance} from '../life/chance.js';
import {type Watch} from './open-watch.js';

export type Person = {
	/** Does the next thing. */
	readonly act: () => Promise<void>;
	/** Draws so many lines that were never there before, and goes home: Ink keeps the widths of the last thousands, and has to have as many before it can be told whether anything grows. */
	readonly drawLines: (count: number) => Promise<void>;
	/** Goes back to the agents, in a window of the usual size. */
	readonly goHome: () => Promise<void>;
};

const down = '\u001B[B';
const pageDown = '\u001B[6~';
const clearLine = '\u0015';
const focusOut = '\u001B[O';
const focusIn = '\u001B[I';
const redraw = '\u000C';
const suspend = '\u001A';
const escape = '\u001B';
// How long Ink waits for the rest of a sequence that begins with Esc, and a little more, in real ms.
const escapeTime = 60;

// Up and down, so that there is something to draw.
const atHome = ['j', 'k', down, 'k', 'g', 'j', 'G', 'k', 'r'] as const;

// What leads in is there more often than what leads out: logs are deep down.
const onTheWay: readonly string[] = [
	...'jkgG', down, pageDown, ...'\r\r\rll', ...'hq??eo!!<>= f/nNai&Lwtc[]zrpK', redraw, suspend, ...'147', focusOut, focusIn, ...'xHJiBsy',
];

// The smallest most of the time: a frame costs as much as its contents.
const sizes = [[40, 10], [80, 24], [40, 10], [60, 16], [40, 10], [120, 30]] as const;

const letters = 'abcdefghijklmnopqrstuvwxyz';
const promptLength = 24;

const round = 120;
const walk = 20;

export const createPerson = ({terminal, store, attend}: Watch): Person => {
	let count = 0;

	/** The keys that lead one step towards home; undefined there. */
	const wayHome = (): string | undefined => {
		const {overlay, stack, arrangement} = store.getState().view;
		if (overlay === undefined) {
			return stack.length > 1 ? 'q' : (arrangement.filter && '/');
		}

		const isPrompt = overlay.type === 'input' || overlay.type === 'password';
		return isPrompt ? `${clearLine}\r` : (overlay.type === 'help' ? '?' : escape);
	};

	const goHome = async (): Promise<void> => {
		terminal.resize(80, 24);
		terminal.type(focusIn);
		for (let tries = 0; tries < 40; tries += 1) {
			const key = wayHome();
			if (key === undefined) {
				return;
			}

			// One by one: together they would be taken for pasted text.
			for (const part of key) {
				terminal.type(part);
				await (part === escape ? sleep(escapeTime) : nextTurn());
				await nextTurn();
			}
		}

		throw new Error(`there is no way home from ${JSON.stringify([store.getState().view.overlay?.type, ...store.getState().view.stack.map(({type}) => type)])}`);
	};

	return {
		goHome,
		async drawLines(lines) {
			terminal.type('/');
			await nextTurn();
			for (let line = 0; line < lines; line += 1) {
				terminal.type(line % promptLength === promptLength - 1 ? clearLine : letters[chance(letters.length, line, 25)] ?? '');
				await nextTurn();
				await nextTurn();
			}

			await goHome();
		},
		async act() {
			count += 1;
			attend();
			const step = count % round;
			if (step < walk) {
				terminal.type(onTheWay[chance(onTheWay.length, count, 23)] ?? '');
			} else if (step === walk) {
				await goHome();
			} else if (step === walk + 1) {
				const [columns, rows] = sizes[chance(sizes.length, count, 22)] ?? [80, 24];
				terminal.resize(columns, rows);
			} else {
				terminal.type(atHome[count % atHome.length] ?? '');
			}
		},
	};
};
