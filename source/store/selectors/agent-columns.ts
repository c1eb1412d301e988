// The values of the agents table's columns that the config file can add.

import {type Timestamp} from '../../lib/time.js';
import {agentsOf, lastTaskOf} from '../lookup.js';
import {type AgentEntry, type AgentsColumn, type Arrangement, type SortColumn, type State} from '../state.js';
import {versionOf} from './summary.js';
import {usualDuration} from './usual.js';
import {type RowSource} from './view-types.js';

/** The columns without a choice. */
export const usualColumns: readonly AgentsColumn[] = ['agent', 'role', 'task', 'outcome', 'stage', 'why', 'time'];

/**
What a row has beside its task.

- version: of obshell; of a cluster, if all its agents have the same
- isLocked: it refuses new maintenance; undefined if unknown
- usual: how long such a task usually takes, in ms
*/
export type MoreCells = {
	readonly zone: string;
	readonly version: string;
	readonly isLocked: boolean | undefined;
	readonly startTime: Timestamp | undefined;
	readonly utcOffset: number | undefined;
	readonly usual: number | undefined;
};

const ofAgents = (entries: readonly AgentEntry[]): Pick<MoreCells, 'zone' | 'version' | 'isLocked'> => {
	const only = (texts: readonly string[]): string => new Set(texts).size === 1 ? texts[0] ?? '' : '';
	const locks = entries.flatMap(({status}) => status?.underMaintenance ?? []);
	return {
		zone: only(entries.map(({info}) => info?.zone ?? '')),
		version: only(entries.map(entry => versionOf(entry))),
		isLocked: locks.length === 0 ? undefined : locks.includes(true),
	};
};

const agentsBehind = (state: State, row: RowSource): readonly AgentEntry[] => {
	switch (row.type) {
		case 'agent': {
			return [row.entry];
		}

		case 'cluster': {
			return agentsOf(state, row.cluster).filter(({departed}) => !departed);
		}

		case 'task': {
			return [];
		}
	}
};

export const moreCellsOf = (state: State, row: RowSource): MoreCells => {
	const dag = row.type === 'task' ? row.dag : lastTaskOf(row.type === 'agent' ? row.entry : row.cluster);
	return {
		...ofAgents(agentsBehind(state, row)),
		startTime: dag?.startTime, utcOffset: dag?.utcOffset,
		usual: usualDuration(state, row.type === 'task' ? row.owner : row.key, dag),
	};
};

/** What a row is sorted by; what is unknown comes last. */
export const moreSortKey = ({zone, version, isLocked, startTime, usual}: MoreCells, column: 'zone' | 'obshell' | 'lock' | 'started' | 'usual'): number | string => {
	switch (column) {
		case 'zone': {
			return zone === '' ? '\uFFFF' : zone;
		}

		case 'obshell': {
			return version === '' ? '\uFFFF' : version;
		}

		case 'lock': {
			return isLocked === undefined ? 2 : (isLocked ? 0 : 1);
		}

		case 'started': {
			return startTime ?? Infinity;
		}

		case 'usual': {
			return usual ?? Infinity;
		}
	}
};

// A reason has no order.
const isSortable = (column: AgentsColumn): column is SortColumn => column !== 'why';

/** The columns to sort by, in the order of the table. */
const sortColumnsOf = ({columns = usualColumns}: Pick<Arrangement, 'columns'>): readonly SortColumn[] => columns.filter(column => isSortable(column));

/** The next or previous column to sort by; beyond the ends there is none, and rows keep the user's order. */
export const nextSort = ({sort, columns}: Arrangement, by: 1 | -1): Arrangement['sort'] => {
	const sortColumns = sortColumnsOf({columns});
	const places = sortColumns.length + 1;
	const place = sort ? sortColumns.indexOf(sort.column) + 1 : 0;
	const column = sortColumns[((place + by + places) % places) - 1];
	return column && {column, isReversed: sort?.isReversed ?? false};
};

const ownColumns: ReadonlySet<SortColumn> = new Set(['agent', 'role', 'zone', 'obshell', 'lock']);

/** A cluster is sorted by its own task if it has one; else by its agents. */
export const isHeading = (row: RowSource, column: SortColumn): boolean => row.type === 'cluster' && (ownColumns.has(column) || lastTaskOf(row.cluster) === undefined);

// Sorting keeps clusters together, so that an agent's row is always below its cluster.

/** A row with the rows below it. */
type Block = {readonly row: RowSource; readonly below: readonly Block[]};

type Key = number | string;

/** `isHeading`: it has no value of its own to sort by, so only the rows below it count. */
type SortBy = {readonly keyOf: (row: RowSource) => Key; readonly isHeading: (row: RowSource) => boolean};

/** Rows in order as blocks: the rows below a row follow it and are deeper. */
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
			// A cluster is placed where the first of its rows would be.
			first: [...keys, ...agents.slice(0, 1).map(each => each.first)].toSorted(order)[0] ?? '',
		};
	});
	return sorted.toSorted((one, other) => order(one.first, other.first));
};

/** The rows sorted by their keys, clusters at the place of their first row, and in each its agents in the same order. */
export const sortRows = (rows: readonly RowSource[], by: SortBy, isReversed: boolean): readonly RowSource[] => {
	// `localeCompare` would look up its language for each pair, which makes a thousand rows twenty times slower.
	const {compare} = new Intl.Collator('en', {numeric: true});
	const order = (one: Key, other: Key): number => {
		const [first, second] = isReversed ? [other, one] : [one, other];
		return typeof first === 'number' && typeof second === 'number' ? first - second : compare(String(first), String(second));
	};

	return sortedBlocks(blocksOf(rows), by, order).flatMap(({rows: each}) => each);
};
