// The screen as it is before Ink has been loaded, which takes longer than everything else up to the first frame.

import {type ReadStream, type WriteStream} from 'node:tty';
import {type Line} from '../parts/frame-lines.js';
import {type Piece} from '../piece.js';
import {styleOf, type TextStyle, type Theme} from '../theme.js';
import {beginFrame, endFrame, enterScreen, hideCursor, ignoreFocus, leaveScreen, showCursor} from './sequences.js';

export type FirstPaint = {
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

const colorCodes: Readonly<Record<string, number>> = {
	red: 31, green: 32, yellow: 33, cyan: 36,
};

const codesOf = ({color, bold, dimColor, inverse}: TextStyle): readonly number[] => [
	...(bold ? [1] : []), ...(dimColor ? [2] : []), ...(inverse ? [7] : []), ...(color === undefined ? [] : [colorCodes[color] ?? 39]),
];

const paintPiece = ({text, tone, isBold = false, isSpinning = false}: Piece, theme: Theme): string => {
	const shown = isSpinning ? (theme.isAscii ? '-' : '⠋') : text;
	const codes = codesOf(styleOf(tone, isBold, theme));
	return codes.length === 0 ? shown : `\u001B[${codes.join(';')}m${shown}\u001B[0m`;
};

/** Lines as a terminal takes them. */
export const paintLines = (lines: readonly Line[], theme: Theme): string =>
	lines.map(line => line.map(piece => paintPiece(piece, theme)).join('')).join('\r\n');

/** Draws one frame on the alternate screen. What is typed from now on is neither shown nor lost: it waits for Ink. */
export const paintFirst = ({stdout, stdin, lines, theme}: FirstPaintOptions): FirstPaint => {
	stdin.setRawMode(true);
	stdout.write(enterScreen + hideCursor + beginFrame + paintLines(lines, theme) + endFrame);
	return {
		leave() {
			stdout.write(ignoreFocus + leaveScreen + showCursor);
			stdin.setRawMode(false);
		},
	};
};
