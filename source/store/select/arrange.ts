// Which rows of the agents screen are shown, and in which order, as the user chose.

import {identityOf} from '../../protocol/identity.js';
import {type OutcomeWord} from '../../protocol/outcome.js';
import {type Timestamp} from '../../protocol/timestamp.js';
import {lastTaskOf} from '../locate.js';
import {type Arrangement, type SortColumn, type State} from '../state.js';
import {type TaskCells} from '../views.js';
import {agentNow} from './duration.js';
import {problemOf} from './problem-words.js';
import {rowsOf, type RowSource} from './rows.js';
import {sortRows} from './sort-rows.js';
import {isFaultRow, isStalledRow, isUndoneRow} from './summary.js';
import {taskCells} from './task-cells.js';

export const sortColumns: readonly SortColumn[] = ['agent', 'role', 'task', 'outcome', 'stage', 'time'];

// What somebody looks for first stands first.
const outcomeOrder: ReadonlyArray<OutcomeWord | 'unknown'> = [
	'failed', 'failed to roll back', 'cancelled', 'unknown', 'cancelling', 'rolling back', 'running', 'waiting', 'rolled back', 'passed', 'ended', 'not run', 'succeeded', 'pending',
];

type Words = {readonly label: string; readonly role: string; readonly cells: TaskCells | undefined; readonly problem: string | undefined};

const wordsOf = (row: RowSource, now: Timestamp): Words => {
	switch (row.type) {
		case 'agent': {
			const {entry} = row;
			const dag = lastTaskOf(entry);
			return {
				label: entry.address.label,
				role: identityOf(entry.info, entry.status).toLowerCase(),
				cells: dag && taskCells(dag, agentNow(entry, now)),
				problem: problemOf(entry, now),
			};
		}

		case 'cluster': {
			const dag = lastTaskOf(row.cluster);
			return {
				label: row.cluster.name, role: '', cells: dag && taskCells(dag, now), problem: undefined,
			};
		}

		case 'task': {
			return {
				label: row.owner, role: '', cells: taskCells(row.dag, now), problem: undefined,
			};
		}
	}
};

const textOf = ({label, role, cells, problem}: Words, isStalled: boolean): string =>
	[label, role, cells?.name ?? '', cells?.outcome.word ?? '', problem ?? '', isStalled ? 'stalled' : ''].join(' ');

/** What a row is sorted by; troubles and missing tasks at the end, in numbers and words alike. */
const sortKey = ({label, role, cells, problem}: Words, column: SortColumn): number | string => {
	switch (column) {
		case 'agent': {
			return label;
		}

		case 'role': {
			return role;
		}

		case 'task': {
			return cells?.name ?? '\uFFFF';
		}

		case 'outcome': {
			// Who cannot be asked comes right after what failed.
			return problem === undefined ? (cells ? outcomeOrder.indexOf(cells.outcome.word) : outcomeOrder.length) : 3.5;
		}

		case 'stage': {
			return cells && cells.progress.total > 0 ? cells.progress.done / cells.progress.total : Infinity;
		}

		case 'time': {
			return cells?.duration ?? -1;
		}
	}
};

const ownColumns: ReadonlySet<SortColumn> = new Set(['agent', 'role']);

/** A cluster counts where it has a task of its own that is compared; else its agents do. */
const isHeading = (row: RowSource, column: SortColumn): boolean => row.type === 'cluster' && (ownColumns.has(column) || lastTaskOf(row.cluster) === undefined);

const sorted = (rows: readonly RowSource[], {sort}: Arrangement, now: Timestamp): readonly RowSource[] => sort
	? sortRows(rows, {keyOf: row => sortKey(wordsOf(row, now), sort.column), isHeading: row => isHeading(row, sort.column)}, sort.isReversed)
	: rows;

const isFolded = (row: RowSource, state: State): boolean => {
	const {folded} = state.view.arrangement;
	if (folded.size === 0 || row.type === 'cluster') {
		return false;
	}

	const owner = row.type === 'agent' ? row.entry.cluster : (state.agents.get(row.owner)?.cluster ?? row.owner);
	return owner !== undefined && folded.has(owner);
};

/** The rows of the agents screen as they are shown: those that pass filter and faults, sorted. */
export const shownRows = (state: State, now: Timestamp): readonly RowSource[] => {
	const {arrangement} = state.view;
	const {filter, faultsOnly} = arrangement;
	const passesFilter = (row: RowSource): boolean => filter?.test(textOf(wordsOf(row, now), isStalledRow(row, now))) !== false;
	const rows = rowsOf(state).filter(row => !isFolded(row, state)
		&& (!faultsOnly || isFaultRow(row, now) || isUndoneRow(row))
		&& passesFilter(row));
	return sorted(rows, arrangement, now);
};

/** The next or previous column to sort by; beyond the ends nothing is sorted, which is the user's own order. */
export const nextSort = ({sort}: Arrangement, by: 1 | -1): Arrangement['sort'] => {
	const places = sortColumns.length + 1;
	const place = sort ? sortColumns.indexOf(sort.column) + 1 : 0;
	const column = sortColumns[((place + by + places) % places) - 1];
	return column && {column, isReversed: sort?.isReversed ?? false};
};
