import {type Timestamp} from '../../protocol/timestamp.js';
import {type Action} from '../action.js';
import {syncHistories} from '../histories.js';
import {closeJournal, keepJournal} from '../journal/keep-journal.js';
import {syncLogs} from '../log/open-logs.js';
import {guardConfirmation} from '../operate/confirm.js';
import {leaveAlone} from '../operate/may-operate.js';
import {answerTrack, beginTrack, followTracks} from '../operate/track.js';
import {share} from '../share.js';
import {type State} from '../state.js';
import {offerFoundKeys} from './overlays.js';
import {isDiscovery, reduceDiscovery} from './reduce-discovery.js';
import {reducePoll} from './reduce-poll.js';
import {reduceUser} from './reduce-user.js';
import {restore} from './restore.js';
import {withView} from './view.js';

const hour = 3_600_000;

const atHour = (state: State, now: Timestamp): State => {
	const current = Math.floor(now / hour) * hour;
	return state.view.hour === current ? state : withView(state, {hour: current});
};

const fold = (state: State, action: Action, now: number): State => {
	if (action.type === 'operation-answered') {
		return answerTrack(state, action);
	}

	if (action.type === 'operation-begun') {
		return beginTrack(state, action.task, action.order, now);
	}

	if (action.type === 'cautions-changed') {
		return {...state, cautions: action.cautions};
	}

	if (action.type === 'found-keys-offered') {
		return offerFoundKeys(state, action.keys);
	}

	if (action.type === 'agent-left-alone') {
		return leaveAlone(state, action);
	}

	if (action.type === 'replay-moved') {
		return {...state, replay: share(state.replay, action.replay)};
	}

	if (action.type === 'replay-restored') {
		return restore(state, action.state);
	}

	if (isDiscovery(action)) {
		return keepJournal(state, reduceDiscovery(state, action), action.at);
	}

	return 'agent' in action ? keepJournal(state, reducePoll(state, action), action.at) : closeJournal(state, reduceUser(state, action, now));
};

/** The next state; the same object where nothing changed. Pure and total. `now`, our clock, decides what is stalled. */
export const reduce = (state: State, action: Action, now = 0): State => {
	const next = syncLogs(fold(atHour(state, now), action, now));
	return guardConfirmation(followTracks(syncHistories(next), now));
};
