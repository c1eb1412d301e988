import {type Timestamp} from '../../protocol/timestamp.js';
import {type UserAction} from '../action.js';
import {topScreen} from '../locate.js';
import {nextSort} from '../select/arrange.js';
import {currentRow} from '../select/current-row.js';
import {type Arrangement, type State} from '../state.js';
import {withNotice, withTop, withView} from './view.js';

type ArrangeAction = Extract<UserAction, {type: 'faults-toggled' | 'sort-moved' | 'sort-reversed' | 'group-folded' | 'arrangement-cleared'}>;

const withArrangement = (state: State, change: Partial<Arrangement>): State => withView(state, {arrangement: {...state.view.arrangement, ...change}});

/** Hides the agents of the selected row's cluster, or shows them again. */
const foldGroup = (state: State, now: Timestamp): State => {
	const screen = topScreen(state);
	const row = currentRow(state, now);
	const cluster = row?.type === 'cluster' ? row.key : (row?.type === 'agent' ? row.entry.cluster : undefined);
	if (cluster === undefined || screen.type !== 'agents') {
		return withNotice(state, 'only the agents of a cluster can be folded');
	}

	const folded = new Set(state.view.arrangement.folded);
	if (!folded.delete(cluster)) {
		folded.add(cluster);
	}

	// The heading stays, and with it the selection.
	return withTop(withArrangement(state, {folded}), {...screen, selected: cluster});
};

/** Arranges the agents as a person wants them. */
export const arrangeAgents = (state: State, action: ArrangeAction, now: Timestamp): State => {
	const {arrangement} = state.view;
	switch (action.type) {
		case 'faults-toggled': {
			return withArrangement(state, {faultsOnly: !arrangement.faultsOnly});
		}

		case 'sort-moved': {
			return withArrangement(state, {sort: nextSort(arrangement, action.by)});
		}

		case 'sort-reversed': {
			return withArrangement(state, {sort: {column: arrangement.sort?.column ?? 'agent', isReversed: !(arrangement.sort?.isReversed ?? false)}});
		}

		case 'group-folded': {
			return foldGroup(state, now);
		}

		case 'arrangement-cleared': {
			return arrangement.filter !== undefined || arrangement.faultsOnly || arrangement.folded.size > 0
				? withArrangement(state, {filter: undefined, faultsOnly: false, folded: new Set()})
				: state;
		}
	}
};
