import {type Timestamp} from '../../protocol/timestamp.js';
import {topScreen} from '../locate.js';
import {type State} from '../state.js';
import {shownRows} from './arrange.js';
import {type RowSource} from './rows.js';
import {selectedIndexOf} from './selection.js';

/** The selected row of the agents screen; undefined on other screens and in an empty list. */
export const currentRow = (state: State, now: Timestamp): RowSource | undefined => {
	const screen = topScreen(state);
	if (screen.type !== 'agents') {
		return undefined;
	}

	const rows = shownRows(state, now);
	return rows[selectedIndexOf(rows, screen.selected, 0)];
};
