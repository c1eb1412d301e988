import {columnsOf, widest} from './columns.js';

/**
A column of a table.

- it gets `width` columns, at most `max`, and at least `min` if there is not enough space
- columns with the highest `rank` are left out first
- `gap` columns stay free before it, unless it is the first
*/
export type ColumnSpec<Name extends string> = {
	readonly name: Name;
	readonly width: number;
	readonly min?: number;
	readonly max?: number;
	readonly rank: number;
	readonly gap?: number;
};

/** A column as it is drawn; the free columns before it are `gap`. */
export type Column<Name extends string> = {readonly name: Name; readonly width: number; readonly gap: number};

const defaultGap = 2;

const gapOf = ({gap = defaultGap}: ColumnSpec<string>, index: number): number => index === 0 ? 0 : gap;

const needed = (specs: ReadonlyArray<ColumnSpec<string>>, widthOf: (spec: ColumnSpec<string>) => number): number => {
	let sum = 0;
	for (const [index, spec] of specs.entries()) {
		sum += gapOf(spec, index) + widthOf(spec);
	}

	return sum;
};

const minOf = ({width, min = width}: ColumnSpec<string>): number => min;

/** Leaves out columns until the rest fits at its smallest; the one with the lowest rank always stays. */
const keepFitting = <Name extends string>(specs: ReadonlyArray<ColumnSpec<Name>>, available: number): ReadonlyArray<ColumnSpec<Name>> => {
	let kept = specs;
	while (kept.length > 1 && needed(kept, minOf) > available) {
		const worst = Math.max(...kept.map(({rank}) => rank));
		kept = kept.filter(({rank}) => rank !== worst);
	}

	return kept;
};

/** Distributes `extra` columns (negative: removes them) by rank, each column within its limits. */
const spread = <Name extends string>(specs: ReadonlyArray<ColumnSpec<Name>>, extra: number): ReadonlyMap<Name, number> => {
	const widths = new Map(specs.map(({name, width}) => [name, width]));
	let rest = extra;
	const byRank = specs.toSorted((one, other) => extra > 0 ? one.rank - other.rank : other.rank - one.rank);
	for (const {name, width, min = width, max = width} of byRank) {
		const change = rest > 0 ? Math.min(rest, max - width) : Math.max(rest, min - width);
		widths.set(name, width + change);
		rest -= change;
	}

	return widths;
};

/** The columns of a table that fit into `available` columns, in order, with their widths. */
export const fitColumns = <Name extends string>(specs: ReadonlyArray<ColumnSpec<Name>>, available: number): ReadonlyArray<Column<Name>> => {
	const kept = keepFitting(specs, available);
	const widths = spread(kept, available - needed(kept, ({width}) => width));
	return kept.map((spec, index) => ({name: spec.name, width: Math.max(0, widths.get(spec.name) ?? spec.width), gap: gapOf(spec, index)}));
};

type TextTableOptions = {
	/** Columns, by index, that are aligned to the right. */
	readonly right?: ReadonlySet<number>;
	/** Wider texts are not cut, only not aligned. */
	readonly limit?: number;
	/** Decorates a text, for example with a colour; takes no columns. */
	readonly colorize?: (text: string, column: number, row: number) => string;
};

/** Rows as aligned columns, two columns apart, without spaces at the end. */
export const textTable = (rows: ReadonlyArray<readonly string[]>, {right = new Set(), limit = 60, colorize = text => text}: TextTableOptions = {}): readonly string[] => {
	const widths = (rows[0] ?? []).map((_, column) => widest(rows.map(row => row[column] ?? ''), 1, limit));
	return rows.map((row, rowIndex) => {
		let line = '';
		let gap = '';
		for (const [column, width] of widths.entries()) {
			const text = row[column] ?? '';
			const space = ' '.repeat(Math.max(0, width - columnsOf(text)));
			const isRight = right.has(column);
			if (text !== '') {
				line += gap + (isRight ? space : '') + colorize(text, column, rowIndex);
				gap = '';
			}

			// Padding is written only if another cell follows.
			gap += `${text === '' ? ' '.repeat(width) : (isRight ? '' : space)}  `;
		}

		return line;
	});
};
