// Sorting keeps together what belongs together: who reads an agent's row must not look for its cluster elsewhere.

import {type RowSource} from './rows.js';

/** A row with those that stand below it. */
type Block = {readonly row: RowSource; readonly below: readonly Block[]};

type Key = number | string;

/** `isHeading`: it says nothing of its own there, so that those below it count alone. */
export type SortBy = {readonly keyOf: (row: RowSource) => Key; readonly isHeading: (row: RowSource) => boolean};

/** Rows in their order as blocks: below a row stands what follows it and lies deeper. */
const blocksOf = (rows: readonly RowSource[]): readonly Block[] => {
	const blocks: Block[] = [];
	let at = 0;
	while (at < rows.length) {
		const row = rows[at];
		if (!row) {
			break;
		}

		let end = at + 1;
		while ((rows[end]?.depth ?? 0) > row.depth) {
			end += 1;
		}

		blocks.push({row, below: blocksOf(rows.slice(at + 1, end))});
		at = end;
	}

	return blocks;
};

type Sorted = {readonly rows: readonly RowSource[]; readonly first: Key};

const sortedBlocks = (blocks: readonly Block[], by: SortBy, order: (one: Key, other: Key) => number): readonly Sorted[] => {
	const sorted = blocks.map(({row, below}): Sorted => {
		// An unfinished task beside the last one stays right below its owner.
		const tasks = below.filter(block => block.row.type === 'task').map(block => block.row);
		const agents = sortedBlocks(below.filter(block => block.row.type !== 'task'), by, order);
		const keys = [...(by.isHeading(row) && below.length > 0 ? [] : [row]), ...tasks].map(each => by.keyOf(each));
		return {
			rows: [row, ...tasks, ...agents.flatMap(each => each.rows)],
			// A cluster stands where the first of its rows would.
			first: [...keys, ...agents.slice(0, 1).map(each => each.first)].toSorted(order)[0] ?? '',
		};
	});
	return sorted.toSorted((one, other) => order(one.first, other.first));
};

/** The rows by their keys, clusters where the first of their rows belongs, and in each its agents in the same order. */
export const sortRows = (rows: readonly RowSource[], by: SortBy, isReversed: boolean): readonly RowSource[] => {
	// `localeCompare` would look up its language for each pair, which makes a thousand rows twenty times dearer.
	const {compare} = new Intl.Collator('en', {numeric: true});
	const order = (one: Key, other: Key): number => {
		const [first, second] = isReversed ? [other, one] : [one, other];
		return typeof first === 'number' && typeof second === 'number' ? first - second : compare(String(first), String(second));
	};

	return sortedBlocks(blocksOf(rows), by, order).flatMap(({rows: each}) => each);
};
