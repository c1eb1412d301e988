// Scripts write for a terminal: colours, and lines that overwrite themselves (progress bars). A log shows such text as a terminal
// would: without colour sequences, and of an overwritten line only the last state. Every other control character stays visible.

import {escapeControls, printableLines} from './printable.js';

/** The colours that are kept: those that the user's terminal defines and that stay readable on any background. `quiet` is grey or dim. */
export type LineColour = 'red' | 'green' | 'yellow' | 'blue' | 'magenta' | 'cyan' | 'quiet';

export type LineStyle = {readonly colour: LineColour | undefined; readonly isBold: boolean};

/** From an index of the text on. */
export type StyleRun = LineStyle & {readonly start: number};

/**
A text as a terminal shows it.

- runs: ascending; before the first one nothing is styled
- rewritten: the lines of which only the last state is there, as [start, end) indexes
*/
export type TerminalText = {readonly text: string; readonly runs: readonly StyleRun[]; readonly rewritten: ReadonlyArray<readonly [start: number, end: number]>};

type Pen = {readonly colour: LineColour | undefined; readonly isBold: boolean; readonly isDim: boolean};

const plainPen: Pen = {colour: undefined, isBold: false, isDim: false};

// Black and white are the background of some terminals.
const ansiColours: ReadonlyArray<LineColour | undefined> = [undefined, 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', undefined];

const brightBlack = 8;

const hues: ReadonlyMap<string, LineColour> = new Map([['100', 'red'], ['010', 'green'], ['001', 'blue'], ['110', 'yellow'], ['101', 'magenta'], ['011', 'cyan']]);

/** The nearest of the colours; greys have none, dark ones are quiet. */
const nearest = (levels: readonly number[]): LineColour | undefined => {
	const [most, least] = [Math.max(...levels), Math.min(...levels)];
	if (most - least < 48) {
		return most > 0 && most < 144 ? 'quiet' : undefined;
	}

	return hues.get(levels.map(level => level > (most + least) / 2 ? '1' : '0').join(''));
};

const cubeLevel = (step: number): number => step === 0 ? 0 : (step * 40) + 55;

/** One of the 256 colours. */
const indexedColour = (index: number): LineColour | undefined => {
	if (index < 16) {
		return index === brightBlack ? 'quiet' : ansiColours[index % 8];
	}

	if (index >= 232) {
		return nearest([((index - 232) * 10) + 8]);
	}

	const cube = index - 16;
	return nearest([Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map(step => cubeLevel(step)));
};

/** What follows 38: an index or red, green and blue. */
const extendedColour = (parts: readonly number[]): LineColour | undefined => {
	const [kind, ...levels] = parts;
	// With colons a colour space can precede red.
	return kind === 5 ? indexedColour(levels[0] ?? 0) : (kind === 2 ? nearest(levels.slice(-3)) : undefined);
};

/** The pen after a simple code. Backgrounds, inverse, concealed and blinking text are left out, so that nothing can be hidden. */
const penWith = (pen: Pen, code: number): Pen => {
	switch (code) {
		case 0: {
			return plainPen;
		}

		case 1: {
			return {...pen, isBold: true};
		}

		case 2: {
			return {...pen, isDim: true};
		}

		case 22: {
			return {...pen, isBold: false, isDim: false};
		}

		case 39: {
			return {...pen, colour: undefined};
		}

		default: {
			if (code >= 30 && code <= 37) {
				return {...pen, colour: indexedColour(code - 30)};
			}

			return code >= 90 && code <= 97 ? {...pen, colour: indexedColour(code - 90 + 8)} : pen;
		}
	}
};

const foreground = 38;

// The foreground, background and underline codes, each followed by a colour.
const extended = new Set([foreground, 48, 58]);

/** The pen after the parameters of one sequence. */
const penAfter = (pen: Pen, parameters: string): Pen => {
	if (/^\d{0,2}$/.test(parameters)) {
		return penWith(pen, Number(parameters));
	}

	const codes = parameters.split(';');
	let next = pen;
	for (let index = 0; index < codes.length; index++) {
		const [code = 0, ...own] = (codes[index] ?? '').split(':').map(Number);
		if (!extended.has(code)) {
			next = penWith(next, code);
			continue;
		}

		const following = own.length > 0 ? 0 : (codes[index + 1] === '2' ? 4 : 2);
		const parts = own.length > 0 ? own : codes.slice(index + 1, index + 1 + following).map(Number);
		index += following;
		next = code === foreground ? {...next, colour: extendedColour(parts)} : next;
	}

	return next;
};

const addRun = (runs: StyleRun[], start: number, {colour, isBold}: LineStyle): void => {
	if (runs.at(-1)?.start === start) {
		runs.pop();
	}

	const last = runs.at(-1);
	if ((last?.colour !== colour) || (last?.isBold ?? false) !== isBold) {
		runs.push({start, colour, isBold});
	}
};

const styleOf = ({colour, isBold, isDim}: Pen): LineStyle => ({colour: colour ?? (isDim ? 'quiet' : undefined), isBold});

/** A part of the input, from one index to another, in one style. */
type Piece = {readonly from: number; readonly to: number; readonly pen: Pen};

/** What a line shows between two carriage returns. */
type LineState = readonly Piece[];

const tabStop = 8;

/** A part without line ends and sequences, appended to what its line has already. */
const written = (line: string, part: string): string => {
	if (!part.includes('\t')) {
		return line + escapeControls(part);
	}

	let text = line;
	for (const [index, cell] of part.split('\t').entries()) {
		text += (index === 0 ? '' : ' '.repeat(tabStop - (text.length % tabStop))) + escapeControls(cell);
	}

	return text;
};

// Colours; erasing to the end of a line or the whole line, which comes with them (grep) and with progress bars and has nothing to erase here; and the ends of states and lines.
// eslint-disable-next-line no-control-regex, regexp/no-control-character -- it is what escape sequences begin with
const obeyed = /\u001B\[(?:[\d;:]*m|[02]?K)|\r+|\n/g;

/** Reads a text that was written for a terminal, in linear time. */
export const readTerminalText = (raw: string): TerminalText => {
	const lines: string[] = [];
	const runs: StyleRun[] = [];
	const rewritten: Array<readonly [number, number]> = [];
	let length = 0;
	let pen = plainPen;
	let state: Piece[] = [];
	let before: LineState | undefined;
	let states = 0;

	const add = (from: number, to: number): void => {
		if (to > from) {
			state.push({from, to, pen});
		}
	};

	const endState = (): void => {
		if (state.some(({from, to}) => /\S/.test(raw.slice(from, to)))) {
			before = state;
			states++;
		}

		state = [];
	};

	const endLine = (): void => {
		const last = state;
		endState();
		let line = '';
		for (const piece of before ?? last) {
			addRun(runs, length + line.length, styleOf(piece.pen));
			line = written(line, raw.slice(piece.from, piece.to));
		}

		if (states > 1) {
			rewritten.push([length, length + line.length]);
		}

		lines.push(line);
		length += line.length + 1;
		before = undefined;
		states = 0;
	};

	let from = 0;
	for (const {0: token, index} of raw.matchAll(obeyed)) {
		add(from, index);
		from = index + token.length;
		if (token === '\n') {
			endLine();
		} else if (token.startsWith('\r')) {
			endState();
		} else if (token.endsWith('m')) {
			pen = penAfter(pen, token.slice(2, -1));
		}
	}

	add(from, raw.length);
	endLine();
	return {text: lines.join('\n'), runs, rewritten};
};

// Reading a longer text again would hold up a key.
const longest = 1_000_000;

/** What is drawn with a text beside its characters. */
export type Drawing = Pick<TerminalText, 'runs' | 'rewritten'>;

/** How to draw a text that was read before. A very long one has no colours, and counts as rewritten as a whole if a part of it may be. */
export const drawingOf = (raw: string, text: string): Drawing => {
	if (raw.length > longest) {
		return {runs: [], rewritten: raw.includes('\r') ? [[0, text.length]] : []};
	}

	const {runs, rewritten} = readTerminalText(raw);
	return {runs, rewritten};
};

/** Before an overwritten line in printed text, in any locale. */
const rewrittenMark = '% ';

/** A text that was read before, with a mark before each of its overwritten lines. */
export const markedText = (raw: string | undefined, text: string): string => {
	const {rewritten} = raw?.includes('\r') ? drawingOf(raw, text) : {rewritten: []};
	let marked = '';
	let from = 0;
	for (const [start] of rewritten) {
		marked += text.slice(from, start) + rewrittenMark;
		from = start;
	}

	return marked + text.slice(from);
};

/** Whether `readTerminalText` reads a text differently than `printableLines`. */
export const isForTerminal = (raw: string): boolean => raw.includes('\u001B[') || raw.includes('\r');

/** A log entry as it is read. */
export const asRead = (raw: string): string => isForTerminal(raw) ? readTerminalText(raw).text : printableLines(raw);

/** The styled parts of [start, end) of a text, as indexes from `start` on. */
export const stylesBetween = ({runs}: Pick<TerminalText, 'runs'>, start: number, end: number): ReadonlyArray<LineStyle & {readonly from: number; readonly to: number}> => {
	let low = 0;
	let high = runs.length;
	while (low < high) {
		const middle = Math.floor((low + high) / 2);
		if ((runs[middle]?.start ?? 0) <= start) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}

	const parts: Array<LineStyle & {readonly from: number; readonly to: number}> = [];
	for (let index = Math.max(0, low - 1); index < runs.length; index++) {
		const run = runs[index];
		if (run === undefined || run.start >= end) {
			break;
		}

		const [from, to] = [Math.max(run.start, start) - start, Math.min(runs[index + 1]?.start ?? end, end) - start];
		if (to > from && (run.colour !== undefined || run.isBold)) {
			parts.push({colour: run.colour, isBold: run.isBold, from, to});
		}
	}

	return parts;
};
