import {type Piece} from '../piece.js';

export type Line = readonly Piece[];

/** A screen of exactly `height` lines: its head, its body filled up or cut, its last line. */
export const frameLines = ({head, body, foot}: {readonly head: readonly Line[]; readonly body: readonly Line[]; readonly foot: Line}, height: number): readonly Line[] => {
	const room = Math.max(0, height - head.length - 1);
	const blank = Array.from({length: Math.max(0, room - body.length)}, (): Line => []);
	return [...head, ...body.slice(0, room), ...blank, foot].slice(-Math.max(1, height));
};

/** Exactly so many lines: cut, or filled up with empty ones. */
export const fillLines = (lines: readonly Line[], height: number): readonly Line[] =>
	Array.from({length: Math.max(0, height)}, (_, row): Line => lines[row] ?? []);

/** Lays a panel over the end of a screen. */
export const withPanel = (lines: readonly Line[], panel: readonly Line[]): readonly Line[] =>
	[...lines.slice(0, Math.max(0, lines.length - panel.length)), ...panel.slice(-lines.length)];
