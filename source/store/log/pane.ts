// The log pane: which entries are shown, as which rows, and where a movement leads. It walks from the current position and
// touches only what is in sight, so that a log of a million entries costs no more than a short one.

import {type Drawing, type LineStyle, stylesBetween} from '../../lib/terminal-text.js';
import {type Timestamp} from '../../lib/time.js';
import {type Severity} from '../../protocol/logs.js';
import {type EntryLayout, type LogBuffer, type RowPart} from './buffer.js';
import {entryDrawing, isRewritten, layoutOf} from './entry-layout.js';
import {isMatch, type Scan} from './scan.js';
import {nextSevere, severityAt} from './severities.js';

// "  ×1234"
const repeatColumns = 7;

/** Columns of the mark before a line that overwrote itself. */
const rewrittenColumns = 2;

export type PaneOptions = {
	readonly width: number;
	readonly height: number;
	readonly scrollColumn: number;
	readonly isWrapped: boolean;
	readonly isCollapsed: boolean;
	readonly severity: 'all' | 'warnings' | 'errors';
	/** Entries that it has not tested yet are hidden. */
	readonly filter: Scan | undefined;
	/** Entries, by their numbers, below which a mark is, with its time. */
	readonly marks?: ReadonlyMap<number, Timestamp> | undefined;
	/** Of a merged log, only the entries of this agent are shown: an index of its agents. */
	readonly agent?: number | undefined;
};

/** A display row: `entry` by its number, `row` 0-based within it; the separator before an entry is its row -1. */
export type Position = {readonly entry: number; readonly row: number};

/** Tells the rows in sight from each other. */
export const rowKey = ({entry, row}: Position): string => `${entry}.${row}`;

export type PaneRow = {
	readonly position: Position;
	readonly type: 'text' | 'separator';
	readonly part: RowPart;
	/** As [from, to) indexes of the part's text. */
	readonly styles: ReadonlyArray<LineStyle & {readonly from: number; readonly to: number}>;
	/** A line that overwrote itself begins here and gets a mark. */
	readonly isRewritten: boolean;
	readonly severity: Severity;
	/** How many equal entries this one represents; 1 on all but the first row of a collapsed run. */
	readonly repeats: number;
	readonly time: number | undefined;
	readonly execution: number | undefined;
	/** The separator is a mark that the user set at that time. */
	readonly mark: Timestamp | undefined;
};

// How many entries are tried at once for the next severe one. Beyond that, the result is "not near".
const reach = 50_000;

const leastOf = {warnings: 'warning', errors: 'error'} as const;

const isSevere = ({texts}: LogBuffer, index: number, severity: Exclude<PaneOptions['severity'], 'all'>): boolean => {
	const found = severityAt(texts, index);
	return found === 'error' || found === leastOf[severity];
};

/** Whether an entry repeats the one before, with no mark between them. */
const isRepeat = (buffer: LogBuffer, index: number, {marks}: Pick<PaneOptions, 'marks'>): boolean => index > 0 && !(marks?.has(buffer.dropped + index - 1) ?? false) && buffer.texts[index] === buffer.texts[index - 1]
	&& buffer.executions?.[index] === buffer.executions?.[index - 1] && buffer.merged?.part[index] === buffer.merged?.part[index - 1];

/** The agent of an entry of a merged log, as an index of its agents. */
export const agentOfEntry = ({merged}: LogBuffer, index: number): number | undefined => merged?.agentOf[merged.part[index] ?? 0];

/** Whether the entry at an index has rows of its own: not filtered out, not a repetition in a collapsed run. */
export const isShown = (buffer: LogBuffer, index: number, {isCollapsed, severity, filter, agent, marks}: PaneOptions): boolean => {
	const text = buffer.texts[index];
	return text !== undefined && (agent === undefined || agentOfEntry(buffer, index) === agent) && (!filter || isMatch(filter, index)) && !(isCollapsed && isRepeat(buffer, index, {marks})) && (severity === 'all' || isSevere(buffer, index, severity));
};

/** The next index that may be shown, by what tells it fastest. */
const candidate = (buffer: LogBuffer, from: number, step: 1 | -1, {severity, filter}: PaneOptions): number | undefined => {
	if (filter) {
		const {low, high, verdicts} = filter;
		const found = step === 1 ? verdicts.indexOf(1, Math.max(from, low)) : verdicts.lastIndexOf(1, Math.min(from, high - 1));
		return found < low || found >= high || (step === -1 && from < 0) || high === low ? undefined : found;
	}

	return severity === 'all' ? from : nextSevere(buffer.texts, from, {step, least: leastOf[severity], most: reach});
};

/** The next shown index from `from` on, in steps of 1 or -1; undefined if there is none, or none near. */
const seek = (buffer: LogBuffer, from: number, step: 1 | -1, options: PaneOptions): number | undefined => {
	let index: number | undefined = from;
	for (let looked = 0; index !== undefined && index >= 0 && index < buffer.texts.length && looked < reach;) {
		const next = candidate(buffer, index, step, options);
		if (next === undefined || isShown(buffer, next, options)) {
			return next;
		}

		looked += options.severity === 'all' ? 0 : Math.abs(next - index) + 1;
		index = next + step;
	}

	return undefined;
};

/** The columns for an entry's text. A collapsed one leaves room for its count, one that overwrote itself for a mark. */
const widthFor = (buffer: LogBuffer, index: number, options: PaneOptions): number => {
	const count = options.isCollapsed && isRepeat(buffer, index + 1, options) ? repeatColumns : 0;
	const mark = (entryDrawing(buffer, index)?.rewritten.length ?? 0) > 0 ? rewrittenColumns : 0;
	return Math.max(1, options.width - count - mark);
};

/** How an entry is laid out. */
const layoutFor = (buffer: LogBuffer, index: number, options: PaneOptions): EntryLayout =>
	layoutOf(buffer, index, {width: widthFor(buffer, index, options), isWrapped: options.isWrapped});

const repeatsOf = (buffer: LogBuffer, index: number, options: PaneOptions): number => {
	if (!options.isCollapsed) {
		return 1;
	}

	let next = index + 1;
	while (next < buffer.texts.length && isRepeat(buffer, next, options)) {
		next++;
	}

	return next - index;
};

/** When the mark below an entry was set; undefined if there is none. */
const markBelow = (buffer: LogBuffer, index: number, options: PaneOptions): Timestamp | undefined =>
	options.marks?.get(buffer.dropped + index + repeatsOf(buffer, index, options) - 1);

/** Whether a new execution begins with the entry, or in a merged log a stage. The first entry of a log needs no separator. */
const beginsExecution = ({executions, merged}: LogBuffer, index: number): boolean => merged
	? (merged.head[index] ?? 0) > 0
	: executions !== undefined && index > 0 && executions[index] !== executions[index - 1];

/** The first row of an entry: its separator, or its text. */
const firstRow = (buffer: LogBuffer, index: number): number => beginsExecution(buffer, index) ? -1 : 0;

const noPart: RowPart = {
	text: '', start: 0, lead: 0, isCutLeft: false, isCutRight: false,
};

/** The styles of a part of a text, as indexes of that part. */
const stylesOf = ({text, start, lead}: RowPart, drawing: Drawing): PaneRow['styles'] =>
	stylesBetween(drawing, start, start + text.length - lead).map(({from, to, ...style}) => ({...style, from: from + lead, to: to + lead}));

/** The rows of one entry, from row `from` on and at most `limit`. */
const rowsOfEntry = (buffer: LogBuffer, index: number, options: PaneOptions, {from, limit}: {readonly from: number; readonly limit: number}): readonly PaneRow[] => {
	const layout = layoutFor(buffer, index, options);
	const drawing = entryDrawing(buffer, index);
	const severity = severityAt(buffer.texts, index);
	const repeats = repeatsOf(buffer, index, options);
	const time = buffer.times?.[index];
	const execution = buffer.executions?.[index];
	const start = Math.max(from, firstRow(buffer, index));
	const mark = options.marks && markBelow(buffer, index, options);
	const end = Math.min(layout.rows + (mark === undefined ? 0 : 1), start + limit);
	const rows: PaneRow[] = [];
	for (let row = start; row < end; row++) {
		const isText = row >= 0 && row < layout.rows;
		const part = isText ? layout.at(row, options.scrollColumn) : noPart;
		rows.push({
			position: {entry: buffer.dropped + index, row},
			type: isText ? 'text' : 'separator',
			mark: row === layout.rows ? mark : undefined,
			part,
			styles: drawing && isText ? stylesOf(part, drawing) : [],
			isRewritten: drawing !== undefined && isText && isRewritten(drawing, part.start, options.isWrapped),
			severity,
			repeats: row === 0 ? repeats : 1,
			time: row === 0 && time !== undefined && !Number.isNaN(time) ? time : undefined,
			execution,
		});
	}

	return rows;
};

/** The rows in sight from a position on: `height` of them, fewer at the end of the log. */
export const rowsFrom = (buffer: LogBuffer, position: Position, options: PaneOptions): readonly PaneRow[] => {
	const rows: PaneRow[] = [];
	const wanted = Math.max(0, position.entry - buffer.dropped);
	let index = seek(buffer, wanted, 1, options);
	let from = index === wanted && position.entry >= buffer.dropped ? position.row : -1;
	while (index !== undefined && rows.length < options.height) {
		rows.push(...rowsOfEntry(buffer, index, options, {from, limit: options.height - rows.length}));
		index = seek(buffer, index + 1, 1, options);
		from = -1;
	}

	return rows;
};

/** The shown entry nearest to an index: the first one of its collapsed run, else the next one below, else the next one above. */
export const nearestShown = (buffer: LogBuffer, index: number, options: PaneOptions): number | undefined => {
	let first = Math.max(0, Math.min(index, buffer.texts.length - 1));
	while (options.isCollapsed && isRepeat(buffer, first, options)) {
		first--;
	}

	return seek(buffer, first, 1, options) ?? seek(buffer, first, -1, options);
};

/** The shown entry so many entries below an index, or (negative) above; as far as there are any. */
export const shownBeyond = (buffer: LogBuffer, index: number, by: number, options: PaneOptions): number => {
	const step = by < 0 ? -1 : 1;
	let found = index;
	for (let left = Math.abs(by); left > 0; left--) {
		const next = seek(buffer, found + step, step, options);
		if (next === undefined) {
			break;
		}

		found = next;
	}

	return found;
};

const lastRow = (buffer: LogBuffer, index: number, options: PaneOptions): number =>
	layoutFor(buffer, index, options).rows - (options.marks && markBelow(buffer, index, options) !== undefined ? 0 : 1);

/** The position a number of rows above another; the first row of the log if there are fewer. */
const above = (buffer: LogBuffer, position: Position, rows: number, options: PaneOptions): Position => {
	let index = position.entry - buffer.dropped;
	let {row} = position;
	let left = rows;
	for (;;) {
		const first = firstRow(buffer, index);
		if (row - left >= first) {
			return {entry: buffer.dropped + index, row: row - left};
		}

		left -= row - first + 1;
		const previous = seek(buffer, index - 1, -1, options);
		if (previous === undefined) {
			return {entry: buffer.dropped + index, row: first};
		}

		index = previous;
		row = lastRow(buffer, index, options);
	}
};

/** The position at which the log's last row is at the bottom of the window. */
export const endPosition = (buffer: LogBuffer, options: PaneOptions): Position => {
	const last = seek(buffer, buffer.texts.length - 1, -1, options);
	return last === undefined
		? {entry: buffer.dropped, row: -1}
		: above(buffer, {entry: buffer.dropped + last, row: lastRow(buffer, last, options)}, options.height - 1, options);
};

export const isSamePosition = (one: Position, other: Position): boolean => one.entry === other.entry && one.row === other.row;

const isBefore = (one: Position, other: Position): boolean => one.entry < other.entry || (one.entry === other.entry && one.row < other.row);

/** The position a number of rows below another, or (negative) above; the log's first or last row if there are fewer. */
export const rowBeyond = (buffer: LogBuffer, position: Position, by: number, options: PaneOptions): Position =>
	by <= 0 ? above(buffer, position, -by, options) : rowsFrom(buffer, position, {...options, height: by + 1}).at(-1)?.position ?? position;

/** Whether all rows of an entry fit into the window, with its separator. */
const fits = (buffer: LogBuffer, index: number, options: PaneOptions): boolean => lastRow(buffer, index, options) - firstRow(buffer, index) < options.height;

/** The top at which a row is in sight, and the whole entry if it fits: as it was if that suffices, else the nearest. */
export const topShowing = (buffer: LogBuffer, top: Position, at: Position, options: PaneOptions): Position => {
	const index = at.entry - buffer.dropped;
	const isWhole = fits(buffer, index, options);
	const first = isWhole ? {entry: at.entry, row: firstRow(buffer, index)} : at;
	const last = isWhole ? {entry: at.entry, row: lastRow(buffer, index, options)} : at;
	if (isBefore(first, top)) {
		return first;
	}

	const bottom = rowsFrom(buffer, top, options).at(-1)?.position;
	return bottom === undefined || !isBefore(bottom, last) ? top : above(buffer, last, options.height - 1, options);
};

/** The index of an entry's text that keeps a row of it in sight: the row's own in an entry that does not fit into the window. */
export const placeOfRow = (buffer: LogBuffer, {entry, row}: Position, options: PaneOptions): number => {
	const index = entry - buffer.dropped;
	if (row <= 0 || fits(buffer, index, options)) {
		return 0;
	}

	const layout = layoutFor(buffer, index, options);
	return layout.at(Math.min(row, layout.rows - 1), 0).start;
};

/** The last row of an entry. */
export const endOfEntry = (buffer: LogBuffer, entry: number, options: PaneOptions): Position => ({entry, row: lastRow(buffer, entry - buffer.dropped, options)});

/** The nearest position that can be at the top of the window: an entry that is shown, and no empty rows below the end. */
export const clampPosition = (buffer: LogBuffer, position: Position, options: PaneOptions): Position => {
	const end = endPosition(buffer, options);
	if (!isBefore(position, end)) {
		return end;
	}

	const wanted = Math.max(0, position.entry - buffer.dropped);
	const index = seek(buffer, wanted, 1, options) ?? seek(buffer, wanted, -1, options) ?? 0;
	const first = firstRow(buffer, index);
	return index === wanted
		? {entry: buffer.dropped + index, row: Math.min(Math.max(position.row, first), lastRow(buffer, index, options))}
		: {entry: buffer.dropped + index, row: first};
};

/** The position after a movement by a number of rows, down or (negative) up. */
export const movedBy = (buffer: LogBuffer, position: Position, rows: number, options: PaneOptions): Position => {
	const from = clampPosition(buffer, position, options);
	if (rows <= 0) {
		return above(buffer, from, -rows, options);
	}

	const beyond = rowsFrom(buffer, from, {...options, height: rows + 1}).at(-1);
	return clampPosition(buffer, beyond?.position ?? from, options);
};

/** The position that shows an index of an entry's text: a third below the top, as far as the log's ends allow, with the entry's first row if both fit. */
export const positionAround = (buffer: LogBuffer, entry: number, place: number, options: PaneOptions): Position => {
	const index = Math.min(Math.max(0, entry - buffer.dropped), Math.max(0, buffer.texts.length - 1));
	const row = layoutFor(buffer, index, options).rowOf(place);
	const third = Math.floor(options.height / 3);
	const isNear = row < options.height - third;
	return clampPosition(buffer, above(buffer, {entry: buffer.dropped + index, row: isNear ? 0 : row}, third, options), options);
};

/** The row of an entry that shows an index of its text. */
export const rowOfPlace = (buffer: LogBuffer, entry: number, place: number, options: PaneOptions): number => layoutFor(buffer, entry - buffer.dropped, options).rowOf(place);

/** How far to scroll sideways to show an index of an entry's text: not at all if that suffices, else unchanged if that suffices. */
export const columnAround = (buffer: LogBuffer, entry: number, place: number, options: PaneOptions): number => {
	const {scrollColumn, width, isWrapped} = options;
	const index = entry - buffer.dropped;
	const column = isWrapped ? 0 : layoutFor(buffer, index, options).columnOf(place);
	// The outermost columns can hold marks, and a match is more than its first letter.
	const room = Math.max(1, width - 12);
	if (isWrapped || column < room) {
		return isWrapped ? scrollColumn : 0;
	}

	return column > scrollColumn && column < scrollColumn + room ? scrollColumn : Math.max(0, column - Math.floor(width / 3));
};

/** The index of an entry's text where the part after the visible one begins: on the next row, or beyond the right edge; undefined if nothing follows. */
export const placeBehind = (buffer: LogBuffer, index: number, place: number, options: PaneOptions): number | undefined => {
	const layout = layoutFor(buffer, index, options);
	const row = layout.rowOf(place);
	const part = layout.at(row, options.scrollColumn);
	if (part.isCutRight) {
		return part.start + part.text.length - part.lead;
	}

	return row + 1 < layout.rows ? layout.at(row + 1, 0).start : undefined;
};

/** The index of an entry's text where the part before the visible one ends, to the left. */
export const placeBefore = (buffer: LogBuffer, index: number, place: number, options: PaneOptions): number => {
	const layout = layoutFor(buffer, index, options);
	return layout.at(layout.rowOf(place), options.scrollColumn).start;
};

export const startPosition = (buffer: LogBuffer): Position => ({entry: buffer.dropped, row: -1});

/** Where the next or previous execution begins; undefined if there is none. */
export const executionPosition = (buffer: LogBuffer, position: Position, step: 1 | -1): Position | undefined => {
	const start = position.entry - buffer.dropped;
	for (let index = start + step; index >= 0 && index < buffer.texts.length; index += step) {
		if (index === 0 || beginsExecution(buffer, index)) {
			return {entry: buffer.dropped + index, row: -1};
		}
	}

	return undefined;
};

/** How far to scroll sideways to have the end of the line with a place in sight. */
export const columnOfEnd = (buffer: LogBuffer, {entry, place}: {readonly entry: number; readonly place: number}, options: PaneOptions): number => {
	const index = entry - buffer.dropped;
	const text = buffer.texts[index] ?? '';
	const next = text.indexOf('\n', place);
	return Math.max(0, layoutFor(buffer, index, options).columnOf(next === -1 ? text.length : next) - widthFor(buffer, index, options));
};
