import {isActive} from '../../protocol/outcome.js';
import {type Timestamp} from '../../protocol/timestamp.js';
import {
	agentBehind,
	agentsOf,
	lastTaskOf,
	ownerLabel,
} from '../locate.js';
import {type AgentEntry, type Arrangement, type State} from '../state.js';
import {type AgentsRow, type AgentsView, type Reason, type Summary} from '../views.js';
import {isDatabaseDown} from './database.js';
import {agentNow} from './duration.js';
import {leftWords, shownProblem} from './problem-words.js';
import {stalledAfter} from './pulse.js';
import {shownRows} from './arrange.js';
import {roleOf} from './role.js';
import {rowsOf, type RowSource} from './rows.js';
import {isFailingRow, isFaultRow, isStalledRow, summaryOf} from './summary.js';
import {taskCells, taskOutcome} from './task-cells.js';
import {selectedIndexOf} from './selection.js';
import {clusterMixes, fleetMixes} from './versions.js';
import {whyIn} from './why.js';
import {windowOf, windowTop} from './window.js';

const seenAt = ({connection}: AgentEntry): Timestamp | undefined => connection.type === 'failing' ? connection.lastSeenAt : undefined;

const noteOf = (entry: AgentEntry): string | undefined => {
	if (entry.task.type === 'known') {
		return undefined;
	}

	if (entry.task.type === 'none') {
		return 'no task yet';
	}

	if (entry.task.type === 'gone') {
		return 'its task is gone';
	}

	return entry.connection.type === 'failing' ? undefined : 'connecting';
};

/** Who left is said to have done so; while it still works at something, that is worth more. */
const troubleWords = (state: State, entry: AgentEntry, now: Timestamp): string | undefined => {
	const dag = lastTaskOf(entry);
	return shownProblem(state, entry, now) ?? (dag && isActive(taskOutcome(dag)) ? undefined : leftWords(entry, now));
};

/** Not how many: that would change while nothing happens. */
const stalledReason: Reason = {place: '', text: `no new stage for over ${Math.floor(stalledAfter / 60_000)} minutes, and no new line was seen`};

const whyOf = (isStalled: boolean, why: Reason | undefined): Reason | undefined => why ?? (isStalled ? stalledReason : undefined);

/** `isFlat`: rows that belong together do not stand together, so that each says whose it is. */
type Context = {readonly state: State; readonly now: Timestamp; readonly selected: number; readonly isFlat: boolean};

const toRow = (source: RowSource, index: number, {
	state, now, selected, isFlat,
}: Context): AgentsRow => {
	const base = {
		key: source.key, depth: isFlat ? 0 : source.depth, type: source.type, isFault: isFaultRow(source, now), isStalled: isStalledRow(source, now), isFailing: isFailingRow(source), isSelected: index === selected,
		role: '', folded: 0, why: undefined, note: undefined, problem: undefined, asOf: undefined, isDatabaseDown: false, isMixed: false, needsPassword: source.type === 'task' && source.dag.needs !== undefined,
	};
	switch (source.type) {
		case 'cluster': {
			const dag = lastTaskOf(source.cluster);
			const speaker = agentBehind(state, source.key);
			const watched = agentsOf(state, source.cluster).filter(({left}) => !left).length;
			return {
				...base,
				label: source.cluster.name,
				folded: state.view.arrangement.folded.has(source.key) ? agentsOf(state, source.cluster).length : 0,
				role: `${watched}/${source.cluster.members.length}`,
				isMixed: clusterMixes(state, source.cluster).length > 0,
				task: dag && taskCells(dag, agentNow(speaker, now)),
				why: whyOf(base.isStalled, dag && whyIn(state, dag, source.key)),
			};
		}

		case 'task': {
			return {
				...base,
				label: isFlat ? ownerLabel(state, source.owner) : (source.isMain ? 'main task' : ''),
				role: isFlat && source.isMain ? 'main' : '',
				task: taskCells(source.dag, agentNow(agentBehind(state, source.owner), now, source.dag)),
				why: whyIn(state, source.dag, source.owner),
			};
		}

		case 'agent': {
			const {entry} = source;
			const dag = lastTaskOf(entry);
			return {
				...base,
				label: entry.address.label,
				role: entry.left ? 'left' : roleOf(entry),
				isDatabaseDown: isDatabaseDown(entry),
				task: dag && taskCells(dag, agentNow(entry, now)),
				why: whyOf(base.isStalled, dag && whyIn(state, dag, source.key)),
				note: noteOf(entry),
				problem: troubleWords(state, entry, now),
				asOf: seenAt(entry),
			};
		}
	}
};

/** How the rows are arranged, as far as it is not the usual way. */
const arrangementOf = ({filter, faultsOnly, sort}: Arrangement, hidden: number): AgentsView['arrangement'] => ({
	filter: filter?.source, faultsOnly, sort, hidden,
});

/** The most that one of both is in: of obshell or of OceanBase. */
const withVersions = (summary: Summary, state: State): Summary => {
	const count = Math.max(0, ...fleetMixes(state).map(({versions}) => versions.length));
	return count === 0 ? summary : {...summary, parts: [...summary.parts, {count, word: 'versions', tone: 'quiet', weight: 0}]};
};

/** The rows of the agents screen as they are shown, which of them is selected (-1: none), and the first in sight. */
export const arrangedRows = (state: State, now: Timestamp, height: number): {readonly rows: readonly RowSource[]; readonly selected: number; readonly top: number} => {
	const [screen] = state.view.stack;
	const rows = shownRows(state, now);
	const selected = selectedIndexOf(rows, screen.type === 'agents' ? screen.selected : undefined, 0);
	const top = windowTop({
		top: screen.type === 'agents' ? screen.top : 0, selected, height, total: rows.length,
	});
	return {rows, selected, top};
};

/** The agents screen: the window of its rows that `height` lines show. */
export const selectAgents = (state: State, now: Timestamp, height: number): AgentsView => {
	const {filter, faultsOnly} = state.view.arrangement;
	const isFlat = filter !== undefined || faultsOnly;
	const all = rowsOf(state);
	const {rows, selected, top} = arrangedRows(state, now, height);
	return {
		type: 'agents',
		summary: withVersions(summaryOf(all, now), state),
		arrangement: arrangementOf(state.view.arrangement, all.length - rows.length),
		list: windowOf(rows, {top, height}, (row, index) => toRow(row, index, {
			state, now, selected, isFlat,
		})),
	};
};
