// Separates keys from what the terminal reports by itself: focus, the width of characters, its background, the mouse. A report never becomes keys,
// however it is split between reads, whether it was asked for or not: the program before may have left the mouse on.

import {setImmediate as nextTurn} from 'node:timers/promises';
import {type ReadStream} from 'node:tty';
import {type Clock} from '../../lib/clock.js';
import {type Background} from '../theme.js';
import {bound} from './streams.js';

/**
Stops reading the keyboard while another program has the terminal: Ink only stops listening, and later keys would still be read and lost. A
new listener reads on.
*/
export const stopReading = async (terminal: ReadStream): Promise<void> => {
	// A stream notices only in a later turn that it has no listeners; only then pausing has an effect.
	await nextTurn();
	terminal.pause();
	await nextTurn();
};

const escape = '\u001B';

const focusIn = '\u001B[I';

const focusOut = '\u001B[O';

const pasteStart = '\u001B[200~';

const pasteEnd = '\u001B[201~';

/* eslint-disable no-control-regex, regexp/no-control-character -- sequences begin with an escape character */

// Where the cursor is after an ambiguous character at the start of the first row. The same keys as f3 with shift or alt, which mean nothing here.
const widthReply = /^\u001B\[1;([2-4])R$/;

/** A button or the wheel, where, and whether it was released, in the way that was asked for (SGR); or in that of urxvt. */
const mouseReport = /^\u001B\[<?[\d;]*m$/i;

/** The oldest way. Three characters follow, none of them a control character: button, column and row. */
const oldReport = /\u001B\[M[^\u0001-\u001F]{0,3}/y;

/** A control sequence as Ink reads it, its last character apart. */
const controlSequence = /\u001B\[(?:[235-8](?<last>\$)|\[?[\u0020-\u003F]*(?<final>[\u0040-\u007E])?)/y;

/** What can only be the rest of a report, though its beginning was taken for Esc. */
const lateReport = /^\u001B\[(?:<\d|M[^\u0001-\u001F]{3}|\d+;\d+;\d+M)/;

// The background's colour, of which each part has one to four digits.
const colorReply = /\u001B\]11;rgba?:([\da-f]{1,4})\/([\da-f]{1,4})\/([\da-f]{1,4})(?:\/[\da-f]{1,4})?(?:\u0007|\u001B\\)/iy;

/** Whether a text is the beginning of such a reply. */
const isColorBegun = (text: string): boolean => '\u001B]11;rgba:'.startsWith(text) || /^\u001B\]11;rgba?:[\da-f/]{0,19}\u001B?$/i.test(text);

/* eslint-enable no-control-regex, regexp/no-control-character */

const newStyle = '\u001B[<';

/** Stands for bytes of a mouse that tell nothing: of another encoding, or a part of a report. */
export const unreadable = '\u001B[M';

const oldLength = unreadable.length + 3;

const colorStart = '\u001B]11;';

const matchAt = (pattern: RegExp, text: string, index: number): RegExpExecArray | undefined => {
	pattern.lastIndex = index;
	return pattern.exec(text) ?? undefined;
};

/** Whether a text is a whole reply and what follows it, or the beginning of one. */
const isColor = (text: string): boolean => isColorBegun(text) || matchAt(colorReply, text, 0) !== undefined;

const luminance = (channels: readonly number[]): number => {
	const [red = 0, green = 0, blue = 0] = channels.map(share => share <= 0.0404 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4);
	return (0.2126 * red) + (0.7152 * green) + (0.0722 * blue);
};

// Black and white text have the same contrast on it (WCAG 2, relative luminance).
const middle = 0.179;

const backgroundOf = (digits: readonly string[]): Background =>
	luminance(digits.map(part => Number.parseInt(part, 16) / ((16 ** part.length) - 1))) > middle ? 'light' : 'dark';

// In ms. Ink waits 20 for the rest of a sequence before it takes its beginning for Esc; between two keys of a person lies more.
const atOnce = 50;

// What comes later has nothing to do with half a report of the mouse.
const shortly = 1000;

// As long, while the terminal owes an answer, an escape character may be its beginning; then it is a key. More than a line needs between two packets.
const replyWithin = 30;

// No sequence of a key or a report is so long.
const longest = 64;

/** Escape characters, alone and with a bracket, are keys as well. Nothing but a sequence begins with more. */
const mayBeKeys = (begun: string): boolean => begun.length <= 2;

type ScreenInputListener = {
	readonly onFocus: (isFocused: boolean) => void;
	/** The terminal said whether it draws ambiguous characters in two columns. */
	readonly onWidth: (areWide: boolean) => void;
	/** The terminal said what its background is. */
	readonly onBackground: (background: Background) => void;
	/** Whether the terminal was asked for its background and has not answered. */
	readonly isAsked: () => boolean;
	/** After the keys that were read before it. A whole report in the SGR way, or `unreadable`. */
	readonly onMouse: (report: string) => void;
	/** Measures how long a sequence stays incomplete. */
	readonly clock: Pick<Clock, 'now' | 'schedule'>;
};

/** Text for Ink, the end of a sequence that it has got the beginning of, or a report of the mouse. Each is handled before the next one. */
type Piece = {readonly type: 'text' | 'end' | 'mouse'; readonly text: string};

/** By how many characters of a control sequence Ink has got: the end of one that means nothing, which Ink drops. */
const endings = ['', '[<M', '<M'];

/** Whether Ink took the beginning of a sequence for Esc before its end came: that is no key. */
export const isEnding = (input: string): boolean => input !== '' && endings.includes(input);

/** A sequence that was begun. `given`: so much of it Ink has got. `isLate`: Ink has taken that for keys by now. */
type Begun = {readonly given: number; readonly isLate: boolean};

const nothingGiven: Begun = {given: 0, isLate: false};

type Splitter = {
	readonly split: (chunk: string) => readonly Piece[];
	/** The beginning of a sequence that was held back for too long: keys after all. */
	readonly release: () => readonly Piece[];
};

const createSplitter = ({onFocus, onWidth, onBackground, isAsked, clock, onOverdue}: ScreenInputListener & {readonly onOverdue: () => void}): Splitter => {
	/** A sequence of which the rest was not read yet, and how much of it Ink has got. */
	let held = {text: '', given: 0, at: 0};
	let cancelRelease: (() => void) | undefined;
	let isPasting = false;
	/** The last characters that were pasted: the end of a paste may be split, too. */
	let pasted = '';
	let pieces: Piece[] = [];

	const give = (text: string): void => {
		const last = pieces.at(-1);
		if (last?.type === 'text') {
			pieces[pieces.length - 1] = {...last, text: last.text + text};
		} else if (text !== '') {
			pieces.push({type: 'text', text});
		}
	};

	/** Ends a sequence that does not concern Ink. */
	const complete = ({given, isLate}: Begun): void => {
		if (given > 0 && !isLate) {
			pieces.push({type: 'end', text: endings[given] ?? ''});
		}
	};

	const report = (text: string, begun: Begun): void => {
		complete(begun);
		pieces.push({type: 'mouse', text});
	};

	const hold = (text: string, begun: Begun): void => {
		const {given} = begun;
		held = {text, given, at: clock.now()};
		if (!mayBeKeys(text)) {
			complete(begun);
			held = {...held, given: 0};
		} else if (isAsked() && isColorBegun(text)) {
			cancelRelease = clock.schedule(onOverdue, replyWithin);
		} else {
			give(text.slice(given));
			held = {...held, given: text.length};
		}
	};

	/** A sequence that ends nowhere: its rest may follow, or something else did. */
	const takeBroken = (sequence: string, isAtEnd: boolean, begun: Begun): void => {
		if (isAtEnd && sequence.length <= longest) {
			hold(sequence, begun);
		} else if (mayBeKeys(sequence)) {
			give(sequence.slice(begun.given));
		} else {
			report(unreadable, begun);
		}
	};

	const takeWhole = (sequence: string, begun: Begun): void => {
		const [, column] = widthReply.exec(sequence) ?? [];
		if (mouseReport.test(sequence)) {
			report(sequence.startsWith(newStyle) ? sequence : unreadable, begun);
		} else if (sequence === focusIn || sequence === focusOut) {
			complete(begun);
			onFocus(sequence === focusIn);
		} else if (column === undefined) {
			give(sequence.slice(begun.given));
			isPasting = sequence === pasteStart;
		} else {
			complete(begun);
			onWidth(column !== '2');
		}
	};

	/** The index behind the sequence that begins there. */
	const takeSequence = (text: string, start: number, begun: Begun): number => {
		const color = matchAt(colorReply, text, start);
		if (color) {
			complete(begun.given > 1 ? nothingGiven : begun);
			onBackground(backgroundOf(color.slice(1, 4)));
			return start + color[0].length;
		}

		if (text.length - start <= longest && isColorBegun(text.slice(start))) {
			hold(text.slice(start), begun);
			return text.length;
		}

		const old = matchAt(oldReport, text, start)?.[0];
		const match = matchAt(controlSequence, text, start);
		const sequence = old ?? match?.[0] ?? escape;
		const end = start + sequence.length;
		if (old === undefined && (match?.groups?.['final'] ?? match?.groups?.['last']) !== undefined) {
			takeWhole(sequence, begun);
		} else {
			takeBroken(sequence, end === text.length && old?.length !== oldLength, begun);
		}

		return end;
	};

	/** The index behind what is pasted: none of it is looked at. */
	const takePasted = (text: string, start: number): number => {
		const rest = pasted + text.slice(start);
		const found = rest.indexOf(pasteEnd);
		isPasting = found === -1;
		const end = isPasting ? text.length : start + found + pasteEnd.length - pasted.length;
		give(text.slice(start, end));
		pasted = isPasting ? rest.slice(1 - pasteEnd.length) : '';
		return end;
	};

	/** Whether what was read belongs to what was held. A key after Esc does not. */
	const isRest = (chunk: string, {text, given, at}: typeof held): boolean => {
		const whole = text + chunk;
		if (whole.startsWith(']', 1)) {
			return isColor(whole) && (given === 0 || whole.startsWith(colorStart));
		}

		const age = clock.now() - at;
		const canBe = !mayBeKeys(text) || (whole.startsWith('[', 1) && (age <= atOnce || lateReport.test(whole)));
		return canBe && age >= 0 && age < shortly;
	};

	/** What was read with what was held before it. Half a report without its rest is dropped. */
	const join = (chunk: string): {readonly text: string; readonly begun: Begun} => {
		cancelRelease?.();
		cancelRelease = undefined;
		const before = held;
		const {text, given, at} = before;
		held = {text: '', given: 0, at: 0};
		if (text === '' || isRest(chunk, before)) {
			return {text: text + chunk, begun: {given, isLate: clock.now() - at > atOnce}};
		}

		if (mayBeKeys(text)) {
			give(text.slice(given));
		}

		return {text: chunk, begun: nothingGiven};
	};

	return {
		split(chunk) {
			pieces = [];
			const joined = join(chunk);
			const {text} = joined;
			let {begun} = joined;
			let index = 0;
			while (index < text.length) {
				if (isPasting) {
					index = takePasted(text, index);
					continue;
				}

				const start = text.indexOf(escape, index);
				give(text.slice(index, start === -1 ? text.length : start));
				index = start === -1 ? text.length : takeSequence(text, start, begun);
				begun = nothingGiven;
			}

			return pieces;
		},
		release() {
			pieces = [];
			give(held.text.slice(held.given));
			held = {...held, given: held.text.length, at: clock.now()};
			return pieces;
		},
	};
};

/** The keyboard as Ink sees it, without what the terminal itself reports. */
export const createScreenInput = (terminal: ReadStream, listener: ScreenInputListener): ReadStream => {
	let waiting: readonly Piece[] = [];

	const splitter = createSplitter({
		...listener,
		onOverdue() {
			waiting = splitter.release();
			terminal.emit('readable');
		},
	});

	/** Ink handles each text before it reads on, so that all comes in order. */
	const read = (): unknown => {
		for (;;) {
			const [piece, ...others] = waiting;
			waiting = others;
			if (piece?.type === 'mouse') {
				listener.onMouse(piece.text);
				continue;
			}

			if (piece) {
				return piece.text;
			}

			const given: unknown = terminal.read();
			if (typeof given !== 'string') {
				return given;
			}

			waiting = splitter.split(given);
		}
	};

	return new Proxy(terminal, {
		get: (target, property) => property === 'read' ? read : bound(target, property),
	});
};
