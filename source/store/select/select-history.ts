import {isFault} from '../../protocol/outcome.js';
import {type Timestamp} from '../../protocol/timestamp.js';
import {agentBehind} from '../locate.js';
import {unknownHistory} from '../histories.js';
import {type Screen, type State} from '../state.js';
import {type HistoryRow, type HistoryView} from '../views.js';
import {agentNow} from './duration.js';
import {historian} from './history-focus.js';
import {historyRows, shownHistory} from './history-rows.js';
import {shownProblem} from './problem-words.js';
import {breadcrumbOf} from './select-parts.js';
import {selectedIndexOf} from './selection.js';
import {taskCells, taskOutcome} from './task-cells.js';
import {windowOf, windowTop} from './window.js';

/** Why nobody can be asked for it. */
const silenceOf = (state: State, owner: string): string | undefined => {
	const cluster = state.clusters.get(owner);
	if (cluster) {
		return historian(state, cluster) === undefined ? 'its history is not asked for: OceanBase is not connected' : undefined;
	}

	const entry = state.agents.get(owner);
	return entry ? shownProblem(state, entry, state.view.hour) : 'it is not watched any more';
};

const noteOf = (rows: number, isLoading: boolean): string | undefined => {
	if (rows > 0) {
		return undefined;
	}

	return isLoading ? 'asking for its history' : 'no tasks';
};

/** The history of an agent or of a cluster. */
export const selectHistory = (state: State, screen: Extract<Screen, {type: 'history'}>, now: Timestamp, height: number): HistoryView => {
	const {owner} = screen;
	const history = state.histories.get(owner) ?? unknownHistory;
	const present = agentNow(agentBehind(state, owner), now);
	const all = historyRows(state, owner).length;
	const rows = shownHistory(state, screen);
	const selected = selectedIndexOf(rows, screen.selected, 0);
	const top = windowTop({
		top: screen.top, selected, height, total: rows.length,
	});
	const problem = history.problem ?? silenceOf(state, owner);
	const isLoading = history.isLoading && problem === undefined;
	return {
		type: 'history',
		breadcrumb: breadcrumbOf(state, screen),
		faults: rows.filter(({dag}) => isFault(taskOutcome(dag))).length,
		left: history.left,
		isLoading,
		problem,
		note: noteOf(all, isLoading),
		filter: screen.filter && {source: screen.filter.source, hidden: all - rows.length},
		list: windowOf(rows, {top, height}, ({key, dag}, index): HistoryRow => ({
			key,
			task: taskCells(dag, present),
			startTime: dag.startTime,
			utcOffset: dag.utcOffset,
			isFault: isFault(taskOutcome(dag)),
			isSelected: index === selected,
		})),
	};
};
