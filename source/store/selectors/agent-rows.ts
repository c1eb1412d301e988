// The rows of the agents screen in order, without their text, which selection and windows do not need.

import {messages} from '../../lib/messages/messages.js';
import {identityOf} from '../../protocol/identity.js';
import {type Timestamp} from '../../lib/time.js';
import {isLaterId} from '../../protocol/ids.js';
import {isFinal, outcomeLabel, outcomeTraits, traitsOf} from '../../protocol/outcome.js';
import {type Dag} from '../../protocol/task.js';
import {absentAgentOf, agentBehind, agentsOf, findTask, isTaskScreen, lastTaskOf, ownerOfMain, topScreen} from '../lookup.js';
import {type TaskReference} from '../operations/track.js';
import {type AgentEntry, type ClusterEntry, lastTaskId, type SortColumn, type State} from '../state.js';
import {isHeading, type MoreCells, moreCellsOf, moreSortKey, sortRows} from './agent-columns.js';
import {agentNow, isDatabaseDown, roleOf, taskCells, taskOutcome} from './basics.js';
import {lastingTrouble, problemOf, problemText} from './connection.js';
import {isFaultRow, isStalledRow, isUndoneRow, wasFailingRow, worstInSight} from './summary.js';
import {type RowSource, type TaskCells} from './view-types.js';

type MainRow = {readonly owner: string; readonly dag: Dag};

const isLost = (entry: AgentEntry | undefined): boolean => entry !== undefined && lastingTrouble(entry) !== undefined;

/** Whether it is unknown what a task does: it was not over when it was read last, and no agent can be asked for it now. */
export const isUnchecked = (state: State, owner: string, dag: Dag): boolean =>
	!isFinal(taskOutcome(dag)) && (dag.lastReadAt !== undefined || (dag.unlisted !== undefined && isLost(agentBehind(state, owner))) || state.mainTasks.get(dag.id)?.isUnread === true);

const taskRow = (state: State, {owner, dag}: MainRow, depth: 1 | 2, isMain = false): RowSource => ({
	type: 'task', key: `${owner} task ${dag.id}`, depth, owner, dag, isMain, isUnchecked: isUnchecked(state, owner, dag),
});

const noMains: readonly MainRow[] = [];

/** The main tasks of the agents' last tasks, each once, in the order of the agents. */
const mainRows = (state: State, members: readonly AgentEntry[], cluster?: ClusterEntry): readonly MainRow[] => {
	const owners: ReadonlyArray<AgentEntry | ClusterEntry> = cluster ? [...members, cluster] : members;
	const withOthers = owners.filter(({otherTasks}) => otherTasks.length > 0);
	if (state.mainTasks.size === 0 && withOthers.length === 0) {
		return [];
	}

	const rows = new Map<string, MainRow>();
	const wanted = new Set<string>();
	for (const entry of state.mainTasks.size > 0 ? members : []) {
		const main = lastTaskOf(entry)?.links.mainDagId;
		if (main !== undefined) {
			wanted.add(main);
		}
	}

	for (const id of wanted) {
		const owner = ownerOfMain(state, id);
		// A dismissed or outdated one is no longer among its owner's tasks.
		const dag = owner === undefined ? undefined : findTask(state, {owner, id});
		if (owner !== undefined && dag) {
			rows.set(id, {owner, dag});
		}
	}

	// Listed main tasks get a row, too: the next one, which no agent works on yet, and a failed one that the agents have moved on from.
	const others = withOthers.flatMap(entry => entry.otherTasks.map(dag => ({owner: 'key' in entry ? entry.key : entry.address.key, dag})));
	for (const other of others) {
		if (!isMainTask(other.dag) || rows.has(other.dag.id)) {
			continue;
		}

		rows.set(other.dag.id, other);
	}

	const newestFirst = [...rows.values()].toSorted((one, other) => isLaterId(one.dag.id, other.dag.id) ? -1 : (isLaterId(other.dag.id, one.dag.id) ? 1 : 0));
	return newestFirst.filter(({dag}, index) => !isDone(dag) || wanted.has(dag.id) || newestFirst.slice(0, index).every(newer => !isLaterId(newer.dag.id, dag.id)));
};

/** A success no longer matters once the same agent has begun another task. */
const isDone = (dag: Dag): boolean => taskOutcome(dag).word === 'succeeded';

const isMainTask = ({links: {subDags}}: Dag): boolean => Object.keys(subDags).length > 0;

/** The same row as long as the agent and its main task are, so that what is made of it can be kept. */
const ownRows = new WeakMap<AgentEntry, Extract<RowSource, {type: 'agent'}>>();

const agentRow = (entry: AgentEntry, depth: 0 | 1, main: Dag | undefined): RowSource => {
	const known = ownRows.get(entry);
	if (known?.depth === depth && known.main === main) {
		return known;
	}

	const row = {type: 'agent', key: entry.address.key, depth, entry, main} as const;
	ownRows.set(entry, row);
	return row;
};

/** Adds the rows of an agent. There can be thousands, most of them with nothing but their last task. */
const addAgentRows = (rows: RowSource[], state: State, entry: AgentEntry, {depth, mains}: {readonly depth: 0 | 1; readonly mains: readonly MainRow[]}): void => {
	const last = lastTaskOf(entry);
	const {address: {key}, otherTasks} = entry;
	const mainId = last?.links.mainDagId;
	rows.push(agentRow(entry, depth, mainId === undefined ? undefined : mains.find(({dag}) => dag.id === mainId)?.dag));
	for (const dag of otherTasks) {
		if (dag.id !== last?.id && !isMainTask(dag) && mains.every(main => main.dag.id !== dag.id)) {
			rows.push(taskRow(state, {owner: key, dag}, depth === 0 ? 1 : 2));
		}
	}
};

const addClusterRows = (rows: RowSource[], state: State, cluster: ClusterEntry): void => {
	const members = agentsOf(state, cluster);
	const mains = mainRows(state, members, cluster);
	const last = lastTaskOf(cluster);
	const isListed = members.length > 1 || last !== undefined || cluster.otherTasks.length > 0 || mains.length > 0;
	if (isListed) {
		addHeadRows(rows, state, cluster, mains);
	}

	for (const entry of members) {
		addAgentRows(rows, state, entry, {depth: isListed ? 1 : 0, mains});
	}
};

/** The cluster itself, and what is above its agents. */
const addHeadRows = (rows: RowSource[], state: State, cluster: ClusterEntry, mains: readonly MainRow[]): void => {
	const last = lastTaskOf(cluster);
	const others = cluster.otherTasks.filter(dag => dag.id !== last?.id && !isMainTask(dag) && mains.every(main => main.dag.id !== dag.id));
	// As if its agent were watched: below the main tasks.
	const isElsewhere = ({id}: Dag): boolean => absentAgentOf(state, id) !== undefined;
	rows.push(
		{
			type: 'cluster', key: cluster.key, depth: 0, cluster, delegate: agentBehind(state, cluster.key), isUnchecked: last !== undefined && isUnchecked(state, cluster.key, last),
		},
		...others.filter(dag => !isElsewhere(dag)).map(dag => taskRow(state, {owner: cluster.key, dag}, 1)),
		// A main task that is the cluster's last task is in its heading.
		...mains.filter(({dag}) => dag.id !== last?.id).map(main => taskRow(state, main, 1, true)),
		...others.filter(dag => isElsewhere(dag)).map(dag => taskRow(state, {owner: cluster.key, dag}, 1)),
	);
};

const makeRows = (state: State): readonly RowSource[] => {
	const rows: RowSource[] = [];
	const placed = new Set<string>();
	const placedMains = new Set<string>();
	for (const entry of state.agents.values()) {
		const cluster = entry.cluster === undefined ? undefined : state.clusters.get(entry.cluster);
		if (!cluster) {
			// Most have none.
			const mains = state.mainTasks.size === 0 && entry.otherTasks.length === 0 ? noMains : mainRows(state, [entry]);
			// While the agents' cluster is unknown, each names the same main task.
			rows.push(...mains.filter(({dag}) => !placedMains.has(dag.id)).map(main => taskRow(state, main, 1, true)));
			for (const {dag} of mains) {
				placedMains.add(dag.id);
			}

			addAgentRows(rows, state, entry, {depth: 0, mains});
		} else if (!placed.has(cluster.key)) {
			placed.add(cluster.key);
			addClusterRows(rows, state, cluster);
		}
	}

	return rows;
};

type MadeRows = Pick<State, 'clusters' | 'mainTasks' | 'kept'> & {readonly rows: readonly RowSource[]};

// Keys change none of what rows are made of, and there can be ten thousand of them.
const rowsByAgents = new WeakMap<State['agents'], MadeRows>();

/**
Every row: agents in the user's order, but the agents of a cluster together at the first one's place, below the cluster, its own tasks, and
their main tasks.
*/
export const rowsOf = (state: State): readonly RowSource[] => {
	const {agents, clusters, mainTasks, kept} = state;
	const made = rowsByAgents.get(agents);
	if (made?.clusters === clusters && made.mainTasks === mainTasks && made.kept === kept) {
		return made.rows;
	}

	const rows = makeRows(state);
	rowsByAgents.set(agents, {clusters, mainTasks, kept, rows});
	return rows;
};

/** The task that a row opens. */
export const referenceOf = (row: RowSource): TaskReference => {
	switch (row.type) {
		case 'cluster': {
			return {owner: row.key, id: lastTaskId};
		}

		case 'agent': {
			return {owner: row.key, id: lastTaskId};
		}

		case 'task': {
			return {owner: row.owner, id: row.dag.id};
		}
	}
};

// Which rows of the agents screen are shown, and in which order, as the user chose.

// An agent that cannot be queried comes right after a failed task.
const problemOrder = outcomeTraits.unknown.order + 0.5;

type Words = {readonly more: () => MoreCells; readonly label: string; readonly role: string; readonly dag: Dag | undefined; readonly cells: TaskCells | undefined; readonly problem: string | undefined};

const wordsOf = (state: State, row: RowSource, now: Timestamp): Words => {
	const more = (): MoreCells => moreCellsOf(state, row);
	switch (row.type) {
		case 'agent': {
			const {entry} = row;
			const dag = lastTaskOf(entry);
			const problem = problemOf(entry, now);
			return {
				more,
				label: entry.address.label,
				role: identityOf(entry.info, entry.status).toLowerCase(),
				dag,
				cells: dag && taskCells(dag, agentNow(entry, now, dag)),
				problem: problem && problemText(problem),
			};
		}

		case 'cluster': {
			const dag = lastTaskOf(row.cluster);
			return {
				more, label: row.cluster.name, role: '', dag, cells: dag && taskCells(dag, agentNow(row.delegate, now, dag)), problem: undefined,
			};
		}

		case 'task': {
			return {
				more, label: row.owner, role: '', dag: row.dag, cells: taskCells(row.dag, agentNow(undefined, now, row.dag)), problem: undefined,
			};
		}
	}
};

/** The key of the cluster that a row belongs to; undefined if there is none. */
const clusterOf = (row: RowSource, {agents, clusters}: State): string | undefined => {
	const key = row.type === 'cluster' ? row.key : (row.type === 'agent' ? row.entry.cluster : (agents.get(row.owner)?.cluster ?? row.owner));
	return key !== undefined && clusters.has(key) ? key : undefined;
};

/** Whether each of these rows is below the row that it belongs to. */
export const areTogether = (rows: readonly RowSource[], state: State): boolean => {
	const shown = new Set(rows.map(({key}) => key));
	return rows.every(row => {
		const cluster = clusterOf(row, state);
		return row.depth === 0 || ((cluster === undefined || shown.has(cluster)) && (row.type !== 'task' || !state.agents.has(row.owner) || row.isMain || shown.has(row.owner)));
	});
};

/** The words that a row shows beside or instead of its role and its outcome. */
const marksOf = (state: State, row: RowSource, now: Timestamp): readonly string[] => {
	const {tasks: {counts, mainTask, instead}, cards: {roles}, screens: {agents}} = messages();
	return [
		...(wasFailingRow(state, row) ? ['failing', counts.failing] : []),
		...(isStalledRow(state, row, now) ? ['stalled', counts.stalled] : []),
		...(row.type === 'agent' ? [row.entry.departed ? roles.left : roleOf(row.entry)] : []),
		...(row.type === 'agent' && isDatabaseDown(row.entry) ? ['database down', counts['database down'], agents.databaseDown] : []),
		...(row.type === 'task' && row.isMain ? [mainTask] : []),
		...(row.type !== 'agent' && row.isUnchecked ? [instead.notChecked] : []),
	];
};

/** What a filter looks at: names and outcomes in English and as shown, and the cluster's name, so that its agents stay with it. */
const textOf = ({label, role, dag, cells, problem}: Words, cluster: string, marks: readonly string[]): string => [
	label, cluster, role, dag?.name ?? '', cells?.name ?? '', cells?.outcome.word ?? '', cells ? outcomeLabel(cells.outcome) : '', problem ?? '', ...marks,
].join(' ');

/** What a row is sorted by; troubles and missing tasks come last, as numbers and as text. */
const sortKey = ({more, label, role, cells, problem}: Words, column: SortColumn): number | string => {
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
			return problem === undefined ? (cells ? traitsOf(cells.outcome).order : Infinity) : problemOrder;
		}

		case 'stage': {
			return cells && cells.progress.total > 0 ? cells.progress.done / cells.progress.total : Infinity;
		}

		case 'time': {
			return cells?.duration ?? -1;
		}

		case 'zone':
		case 'obshell':
		case 'lock':
		case 'started':
		case 'usual': {
			return moreSortKey(more(), column);
		}
	}
};

const sorted = (state: State, rows: readonly RowSource[], now: Timestamp): readonly RowSource[] => {
	const {sort} = state.view.arrangement;
	return sort
		? sortRows(rows, {keyOf: row => sortKey(wordsOf(state, row, now), sort.column), isHeading: row => isHeading(row, sort.column)}, sort.isReversed)
		: rows;
};

const isFolded = (row: RowSource, state: State): boolean => {
	const {folded} = state.view.arrangement;
	if (folded.size === 0 || row.type === 'cluster') {
		return false;
	}

	const cluster = clusterOf(row, state);
	return cluster !== undefined && folded.has(cluster);
};

/** The rows of the agents screen as shown: those that pass the filters, sorted. */
export const shownRows = (state: State, now: Timestamp): readonly RowSource[] => {
	const {arrangement} = state.view;
	const {filter, faultsOnly, sort, folded} = arrangement;
	if (!filter && !faultsOnly && !sort && folded.size === 0) {
		return rowsOf(state);
	}

	const passesFilter = (row: RowSource): boolean => filter?.test(textOf(wordsOf(state, row, now), state.clusters.get(clusterOf(row, state) ?? '')?.name ?? '', marksOf(state, row, now))) !== false;
	const rows = rowsOf(state).filter(row => !isFolded(row, state)
		&& (!faultsOnly || isFaultRow(state, row, now) || isUndoneRow(state, row))
		&& passesFilter(row));
	return sorted(state, rows, now);
};

/** The index of the selected row among the shown ones: until the user chooses one, of the worst. -1 in an empty list. */
export const selectedRowIndex = (state: State, rows: readonly RowSource[], now: Timestamp): number => {
	const [root] = state.view.stack;
	const selected = root.type === 'agents' ? root.selected : undefined;
	const index = selected === undefined ? -1 : rows.findIndex(({key}) => key === selected);
	return index === -1 ? worstInSight(state, rows, now) : index;
};

/** The selected row of the agents screen; undefined on other screens and in an empty list. */
export const currentRow = (state: State, now: Timestamp): RowSource | undefined => {
	const screen = topScreen(state);
	if (screen.type !== 'agents') {
		return undefined;
	}

	const rows = shownRows(state, now);
	return rows[selectedRowIndex(state, rows, now)];
};

/** The open task, or that of the selected row. By its own id, so that a newer task never takes its place. */
export const taskInQuestion = (state: State, now: Timestamp): TaskReference | undefined => {
	const screen = topScreen(state);
	const row = currentRow(state, now);
	const reference = isTaskScreen(screen) ? screen.task : row && referenceOf(row);
	const dag = reference && findTask(state, reference);
	return reference && dag && {owner: reference.owner, id: dag.id};
};
