import {ownerOfScreen} from '../locate.js';
import {type Screen, type State} from '../state.js';

/** Whether what a screen is about is there. */
const isThere = ({agents, clusters}: State, screen: Screen): boolean => {
	const owner = ownerOfScreen(screen);
	return owner === undefined || agents.has(owner) || clusters.has(owner);
};

/** Everything as in `other`, but what the user looks at, as far as that is there. */
export const restore = ({view, replay}: State, other: State): State => {
	const [root, ...above] = view.stack;
	const gone = above.findIndex(screen => !isThere(other, screen));
	return {...other, replay, view: {...view, stack: [root, ...(gone === -1 ? above : above.slice(0, gone))]}};
};
