import {type State} from '../../source/store/state.js';
import {reduce} from '../../source/store/store.js';
import {layOut} from '../../source/ui/panes.js';

/** The state once the screen has said how many rows of its list it shows. */
export const laidOut = (state: State): State => {
	let next = state;
	layOut({
		getState: () => next,
		dispatch(action) {
			next = reduce(next, action, next.view.hour);
		},
	});
	return next;
};
