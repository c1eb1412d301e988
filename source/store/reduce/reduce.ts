import {type Action} from '../action.js';
import {syncHistories} from '../histories.js';
import {syncLogs} from '../log/open-logs.js';
import {type State} from '../state.js';
import {isDiscovery, reduceDiscovery} from './reduce-discovery.js';
import {reducePoll} from './reduce-poll.js';
import {reduceUser} from './reduce-user.js';

/** The next state; the same object where nothing changed. Pure and total. `now`, our clock, decides what is stalled. */
export const reduce = (state: State, action: Action, now = 0): State =>
	syncHistories(syncLogs(isDiscovery(action) ? reduceDiscovery(state, action) : ('agent' in action ? reducePoll(state, action) : reduceUser(state, action, now))));
