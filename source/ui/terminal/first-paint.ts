// The screen as it is before Ink has been loaded, which takes longer than everything else up to the first frame.

import {type ReadStream, type WriteStream} from 'node:tty';
import {type Line} from '../parts/frame-lines.js';
import {type Piece} from '../piece.js';
import {styleOf, type TextStyle, type Theme} from '../theme.js';
import {beginFrame, endFrame, enterScreen, hideCursor, ignoreFocus, leaveScreen, showCursor} from './sequences.js';

export type FirstPaint = {
	/** Draws what differs from what is there. */
	readonly repaint: (lines: readonly Line[]) => void;
	/** Gives the terminal back, where Ink does not take it over. */
	readonly leave: () => void;
};

export type FirstPaintOptions = {
	/** Must be a terminal. */
	readonly stdout: WriteStream;
	readonly stdin: ReadStream;
	/** One frame of text that the protocol made printable, cut to the terminal's width. */
	readonly lines: readonly Line[];
	readonly theme: Theme;
};

type Codes = readonly [on: number, off: number];

const colorCodes: ReadonlyMap<string, Codes> = new Map([['red', [31, 39]], ['green', [32, 39]], ['yellow', [33, 39]], ['blue', [34, 39]], ['magenta', [35, 39]], ['cyan', [36, 39]]]);

/** One after the other, as Ink writes them. */
const codesOf = ({color = '', bold, dimColor, inverse}: TextStyle): readonly Codes[] => {
	const ofColor = colorCodes.get(color);
	return [...(bold ? [[1, 22] as const] : []), ...(dimColor ? [[2, 22] as const] : []), ...(inverse ? [[7, 27] as const] : []), ...(ofColor ? [ofColor] : [])];
};

const sequence = (code: number): string => `\u001B[${code}m`;

const paintPiece = ({text, tone, isBold = false, isSpinning = false}: Piece, theme: Theme): string => {
	const shown = isSpinning ? (theme.isAscii ? '-' : '⠋') : text;
	const codes = codesOf(styleOf(tone, isBold, theme));
	return codes.map(([on]) => sequence(on)).join('') + shown + codes.toReversed().map(([, off]) => sequence(off)).join('');
};

const paintLines = (lines: readonly Line[], theme: Theme): readonly string[] => lines.map(line => line.map(piece => paintPiece(piece, theme)).join(''));

// Erased before it is written: a line that fills its row leaves the cursor on its last character.
const paintRow = (row: number, text: string): string => `\u001B[${row + 1}H\u001B[K${text}`;

/** Draws a frame on the alternate screen. What is typed from now on is neither shown nor lost: it waits for Ink. */
export const paintFirst = ({stdout, stdin, lines, theme}: FirstPaintOptions): FirstPaint => {
	let shown = paintLines(lines, theme);
	stdin.setRawMode(true);
	stdout.write(enterScreen + hideCursor + beginFrame + shown.join('\r\n') + endFrame);
	return {
		repaint(next) {
			const texts = paintLines(next, theme);
			const rows = Array.from({length: Math.max(texts.length, shown.length)}, (_, row) => texts[row] === shown[row] ? '' : paintRow(row, texts[row] ?? '')).join('');
			shown = texts;
			if (rows !== '') {
				stdout.write(beginFrame + rows + endFrame);
			}
		},
		leave() {
			stdout.write(ignoreFocus + leaveScreen + showCursor);
			stdin.setRawMode(false);
		},
	};
};
