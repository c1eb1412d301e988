import {messages} from '../../lib/messages/messages.js';
import {type Timestamp} from '../../lib/time.js';
import {isActive} from '../../protocol/outcome.js';
import {type Dag} from '../../protocol/task.js';
import {absentAgentOf, agentBehind, agentsOf, lastTaskOf, ownerLabel, ownerOfMain, placeOfTask} from '../lookup.js';
import {type AgentEntry, type AgentsColumn, type Arrangement, type State} from '../state.js';
import {type MoreCells, moreCellsOf} from './agent-columns.js';
import {areTogether, rowsOf, selectedRowIndex, shownRows} from './agent-rows.js';
import {agentNow, isDatabaseDown, lastReadOf, numberMark, roleOf, taskCells, taskOutcome, windowOf, windowTop} from './basics.js';
import {whyIn} from './reason.js';
import {departureText, shownProblem} from './connection.js';
import {clusterMixes, fleetMixes, isFaultRow, isStalledRow, type Summary, summaryOf, wasFailingRow} from './summary.js';
import {patienceFor} from './usual.js';
import {type Reason, type RowSource, type TaskCells, type Window} from './view-types.js';

const noteOf = (entry: AgentEntry): string | undefined => {
	if (entry.task.type === 'known') {
		return undefined;
	}

	if (entry.task.type === 'none') {
		return messages().tasks.instead.noTask;
	}

	if (entry.task.type === 'gone') {
		return messages().tasks.instead.gone;
	}

	return entry.connection.type === 'failing' ? undefined : messages().cards.connection.connecting;
};

/** An agent that left its cluster says so; a task that it still works on is more important. */
const troubleText = (state: State, entry: AgentEntry, now: Timestamp): string | undefined => {
	const dag = lastTaskOf(entry);
	return shownProblem(state, entry, now) ?? (dag && isActive(taskOutcome(dag)) ? undefined : departureText(entry, now));
};

/** Without the time since then, which would change while nothing happens. */
const stalledReason = (patience: number): Reason => ({place: '', text: messages().tasks.reasons.stalled(Math.floor(patience / 60_000))});

/** A sub-task that ended well, while the row of its main task says why the whole failed: the same words beside it would make its agent look broken. */
const isToldByMain = (state: State, dag: Dag): boolean =>
	dag.links.mainDagId !== undefined && taskOutcome(dag).word === 'ended' && ownerOfMain(state, dag.links.mainDagId) !== undefined;

const whyOf = ({state}: Context, {owner, dag, isStalled}: {readonly owner: string; readonly dag: Dag | undefined; readonly isStalled: boolean}): Reason | undefined =>
	dag && !isToldByMain(state, dag) ? whyIn(state, dag, owner) ?? (isStalled ? stalledReason(patienceFor(state, owner, dag)) : undefined) : undefined;

/** The last known state of a task, and when it was read. */
const unchecked = (isUnchecked: boolean, dag: Dag | undefined): Pick<AgentsRow, 'problem' | 'asOf'> =>
	isUnchecked ? {problem: messages().tasks.instead.notChecked, asOf: dag && lastReadOf(dag)} : {problem: undefined, asOf: undefined};

const nameKey = (owner: string, {name}: Dag): string => `${owner} ${name}`;

const namesakesByRows = new WeakMap<readonly RowSource[], ReadonlySet<string>>();

/** The owners and names of tasks that more than one row has, so that their numbers must tell them apart. */
const namesakesOf = (rows: readonly RowSource[]): ReadonlySet<string> => {
	const known = namesakesByRows.get(rows);
	if (known) {
		return known;
	}

	const tasks = rows.filter(row => row.type === 'task');
	const owners = new Set(tasks.map(({owner}) => owner));
	const lasts: string[] = [];
	for (const row of owners.size === 0 ? [] : rows) {
		const last = row.type === 'task' || !owners.has(row.key) ? undefined : lastTaskOf(row.type === 'agent' ? row.entry : row.cluster);
		if (last) {
			lasts.push(nameKey(row.key, last));
		}
	}

	const seen = new Set<string>();
	const namesakes = new Set([...tasks.map(({owner, dag}) => nameKey(owner, dag)), ...lasts].filter(key => seen.size === seen.add(key).size));
	namesakesByRows.set(rows, namesakes);
	return namesakes;
};

const cellsOf = ({namesakes}: Context, owner: string, dag: Dag, present: Timestamp | undefined): TaskCells => {
	const cells = taskCells(dag, present);
	return namesakes.has(nameKey(owner, dag)) ? {...cells, name: cells.name + numberMark(dag.id)} : cells;
};

/** `isFlat`: rows of a cluster are not together, so that each row needs its cluster's name. */
type Context = {readonly state: State; readonly now: Timestamp; readonly selected: number; readonly isFlat: boolean; readonly namesakes: ReadonlySet<string>};

const toRow = (source: RowSource, index: number, context: Context): AgentsRow => {
	const {state, now, selected, isFlat} = context;
	const {columns} = state.view.arrangement;
	const base = {
		key: source.key, depth: isFlat ? 0 : source.depth, type: source.type, isFault: isFaultRow(state, source, now), isStalled: isStalledRow(state, source, now), isFailing: wasFailingRow(state, source), isSelected: index === selected,
		role: '', folded: 0, why: undefined, note: undefined, problem: undefined, asOf: undefined, isDatabaseDown: false, isMixed: false, needsPassword: source.type === 'task' && source.dag.needs !== undefined,
		more: columns && moreCellsOf(state, source),
	};
	switch (source.type) {
		case 'cluster': {
			const dag = lastTaskOf(source.cluster);
			const delegate = agentBehind(state, source.key);
			const watched = agentsOf(state, source.cluster).filter(({departed}) => !departed).length;
			return {
				...base,
				label: source.cluster.name,
				folded: state.view.arrangement.folded.has(source.key) ? agentsOf(state, source.cluster).length : 0,
				role: `${watched}/${source.cluster.members.length}`,
				isMixed: clusterMixes(state, source.cluster).length > 0,
				task: dag && cellsOf(context, source.key, dag, agentNow(delegate, now, dag)),
				why: whyOf(context, {...base, owner: source.key, dag}),
				...unchecked(source.isUnchecked, dag),
			};
		}

		case 'task': {
			const cluster = source.isMain ? state.agents.get(source.owner)?.cluster : undefined;
			return {
				...base,
				label: isFlat ? placeOfTask(state, {owner: source.owner, id: source.dag.id}) : (source.isMain ? messages().tasks.mainTask : absentAgentOf(state, source.dag.id) ?? ''),
				whose: isFlat ? undefined : (cluster === undefined ? placeOfTask(state, {owner: source.owner, id: source.dag.id}) : ownerLabel(state, cluster)),
				role: isFlat && source.isMain ? messages().cards.roles.main : '',
				task: cellsOf(context, source.owner, source.dag, agentNow(agentBehind(state, source.owner), now, source.dag)),
				why: whyIn(state, source.dag, source.owner),
				...unchecked(source.isUnchecked, source.dag),
			};
		}

		case 'agent': {
			const {entry} = source;
			const dag = lastTaskOf(entry);
			return {
				...base,
				label: entry.address.label,
				role: entry.departed ? messages().cards.roles.left : roleOf(entry),
				isDatabaseDown: isDatabaseDown(entry),
				task: dag && cellsOf(context, source.key, dag, agentNow(entry, now, dag)),
				why: whyOf(context, {...base, owner: source.key, dag}),
				note: noteOf(entry),
				problem: troubleText(state, entry, now),
				asOf: dag && lastReadOf(dag),
			};
		}
	}
};

/** The filters and the order, if they are not the default. */
const arrangementOf = ({filter, faultsOnly, sort}: Arrangement, hidden: number): AgentsView['arrangement'] => ({
	filter: filter?.source, faultsOnly, sort, hidden,
});

/** The larger mix of the two: of obshell or of OceanBase. */
const withVersions = (summary: Summary, state: State): Summary => {
	const count = Math.max(0, ...fleetMixes(state).map(({versions}) => versions.length));
	return count === 0 ? summary : {...summary, parts: [...summary.parts, {count, word: messages().tasks.counts.versions, tone: 'quiet', weight: 0}]};
};

/** The rows of the agents screen as shown, the index of the selected one (-1: none), and the first in sight. */
export const arrangedRows = (state: State, now: Timestamp, height: number): {readonly rows: readonly RowSource[]; readonly selected: number; readonly top: number} => {
	const [screen] = state.view.stack;
	const rows = shownRows(state, now);
	const selected = selectedRowIndex(state, rows, now);
	const top = windowTop({
		top: screen.type === 'agents' ? screen.top : 0, selected, height, total: rows.length,
	});
	return {rows, selected, top};
};

/** The agents screen: the window of its rows that `height` lines show. */
export const selectAgents = (state: State, now: Timestamp, height: number): AgentsView => {
	const {filter, faultsOnly} = state.view.arrangement;
	const all = rowsOf(state);
	const {rows, selected, top} = arrangedRows(state, now, height);
	const isFlat = (filter !== undefined || faultsOnly) && !areTogether(rows, state);
	const namesakes = namesakesOf(all);
	return {
		type: 'agents',
		summary: withVersions(summaryOf(state, all, now), state),
		arrangement: arrangementOf(state.view.arrangement, all.length - rows.length),
		columns: state.view.arrangement.columns,
		list: windowOf(rows, {top, height}, (row, index) => toRow(row, index, {
			state, now, selected, isFlat, namesakes,
		})),
	};
};

/**
A row of the agents screen.

- cluster: a cluster's heading, with its own last task if there is one
- task: an unfinished task outside maintenance, of a cluster or an agent
- agent: an agent with its last maintenance task

`problem` says why the agent cannot be queried ("unreachable since 10:39: connection refused"); the task then is the last known one, and
`asOf` says when it was read (an instant, because an age would change all the time). `isFault` is what `!` and the summary count.
*/
export type AgentsRow = {
	readonly key: string;
	readonly type: 'cluster' | 'agent' | 'task';
	readonly depth: 0 | 1 | 2;
	readonly label: string;
	/** The agent or cluster of a task's row, if its label does not name it. */
	readonly whose?: string | undefined;
	/** Of a cluster: how many agents are hidden below it. */
	readonly folded: number;
	readonly role: string;
	readonly task: TaskCells | undefined;
	/** Instead of a task: "connecting", "no task yet". */
	readonly note: string | undefined;
	readonly problem: string | undefined;
	readonly asOf: Timestamp | undefined;
	/** Why its task failed, what it waits for, or that it has not moved for minutes. */
	readonly why: Reason | undefined;
	/** Its running task has not moved for longer than it should. */
	readonly isStalled: boolean;
	/** A part of its running task failed, while the rest goes on; with `asOf`, that was so then. */
	readonly isFailing: boolean;
	/** The agent is well, but cannot reach its database: no fault by itself, because upgrades do that. */
	readonly isDatabaseDown: boolean;
	/** Of a cluster: its agents run several versions of obshell or of OceanBase. */
	readonly isMixed: boolean;
	/** The task needs the agent's own password. */
	readonly needsPassword: boolean;
	/** For columns that the user chose. */
	readonly more?: MoreCells | undefined;
	readonly isFault: boolean;
	readonly isSelected: boolean;
};

export type AgentsView = {
	readonly type: 'agents';
	readonly summary: Summary;
	/** What the user chose; `hidden` rows are those that it hides. */
	readonly arrangement: {readonly filter: string | undefined; readonly faultsOnly: boolean; readonly sort: Arrangement['sort']; readonly hidden: number};
	/** Those that the user chose. */
	readonly columns?: readonly AgentsColumn[] | undefined;
	readonly list: Window<AgentsRow>;
};
