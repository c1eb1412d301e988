import {columnsOf, cut} from '../lib/columns.js';
import {type SpanTone} from './theme.js';

export type Line = readonly Span[];

/** Exactly so many lines: cut, or padded with empty ones. */
export const fillLines = (lines: readonly Line[], height: number): readonly Line[] =>
	Array.from({length: Math.max(0, height)}, (_, row): Line => lines[row] ?? []);

export const isBlank = (line: Line): boolean => line.every(({text}) => text.trim() === '');

export const withoutBlankEnd = (lines: readonly Line[]): readonly Line[] => lines.slice(0, lines.findLastIndex(line => !isBlank(line)) + 1);

/** A part of a line in one style. Pure functions build lines from spans, which are drawn as they are. */
export type Span = {
	readonly text: string;
	readonly tone: SpanTone;
	readonly isBold?: boolean;
	readonly isSpinning?: boolean;
	/** It is a bar, of which the free columns say as much as the filled ones: they never change places. */
	readonly isBar?: boolean;
};

export const span = (text: string, tone: SpanTone = 'plain', isBold = false): Span => isBold ? {text, tone, isBold} : {text, tone};

/** A spinner for when the user waits for a response; one column wide. Not used elsewhere, because each of its steps is a frame. */
export const spinner = (tone: SpanTone): Span => ({text: ' ', tone, isSpinning: true});

export const spaces = (width: number): Span => span(' '.repeat(Math.max(0, width)));

export const widthOf = (spans: readonly Span[]): number => {
	let sum = 0;
	for (const {text} of spans) {
		sum += columnsOf(text);
	}

	return sum;
};

// Code units that a column is assumed to hold at most, as in `cut`.
const unitsPerColumn = 16;

/** Cut to `width` columns. Everything that is drawn goes through here: a line that is too long would wrap, and break the frame. */
export const fitLine = (spans: readonly Span[], width: number, mark = '…'): readonly Span[] => {
	const fitting: Span[] = [];
	let used = 0;
	for (const part of spans) {
		// Text that cannot fit is not measured as a whole: it can be megabytes long.
		const columns = part.text.length > (width - used) * unitsPerColumn ? Infinity : columnsOf(part.text);
		if (used + columns > width) {
			const text = cut(part.text, width - used, mark);
			return text === '' ? fitting : [...fitting, {...part, text}];
		}

		used += columns;
		fitting.push(part);
	}

	return fitting;
};

/** The two ends of a line, the right one at its end; if they do not fit, the left one is cut. */
export const spreadLine = (left: readonly Span[], right: readonly Span[], width: number, mark = '…'): readonly Span[] => {
	const rightWidth = widthOf(right);
	if (rightWidth === 0 || rightWidth + 12 > width) {
		return fitLine(left, width, mark);
	}

	const fitting = fitLine(left, width - rightWidth - 2, mark);
	return [...fitting, spaces(width - rightWidth - widthOf(fitting)), ...right];
};

/** Parts of a line, the most important with the lowest rank. */
export type RankedSpans = ReadonlyArray<{readonly rank: number; readonly spans: readonly Span[]}>;

/** Parts with a separator between them, leaving out the least important (highest rank) until the rest fits. */
export const joinByPriority = (parts: RankedSpans, separator: Span, width: number): readonly Span[] => {
	let kept = parts.filter(({spans}) => spans.length > 0);
	const join = (): readonly Span[] => kept.flatMap(({spans}, index) => index === 0 ? spans : [separator, ...spans]);
	while (kept.length > 1 && widthOf(join()) > width) {
		const worst = Math.max(...kept.map(({rank}) => rank));
		kept = kept.filter(({rank}) => rank !== worst);
	}

	return join();
};
