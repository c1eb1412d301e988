// A store and the frames that it makes, without a terminal.

import {type Action} from '../../../source/store/actions.js';
import {initialState} from '../../../source/store/initial-state.js';
import {type State} from '../../../source/store/state.js';
import {reduce} from '../../../source/store/store.js';
import {selectApp} from '../../../source/ui/frame.js';
import {laidOut} from '../../helpers/laid-out.js';
import {addressOf, ten} from '../../helpers/tasks.js';
import {drawFrame} from './draw.js';

/** The agents 10.0.0.1:2886, 10.0.0.2:2886, … at 80x24. */
export const fleetOf = (count: number, columns = 80, rows = 24): State =>
	initialState(Array.from({length: count}, (_, index) => addressOf(`10.0.0.${index + 1}`)), {columns, rows});

export const play = (state: State, ...actions: readonly Action[]): State => {
	let next = state;
	for (const action of actions) {
		next = reduce(laidOut(next), action, ten);
	}

	return next;
};

/** What the terminal would show, without blanks at the ends. */
export const frameOf = (state: State, now = ten): readonly string[] => drawFrame(selectApp(laidOut(state), now));
