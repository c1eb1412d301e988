import {type Timestamp} from '../../protocol/timestamp.js';
import {causeWords} from '../select/cause.js';
import {lastTaskId} from '../initial-state.js';
import {findTask, isTaskScreen, topScreen} from '../locate.js';
import {syncLogs} from '../log/open-logs.js';
import {jumpToEntry} from '../log/jump.js';
import {type State} from '../state.js';
import {causeIn} from '../select/why.js';
import {openPlace} from './navigate.js';
import {agentInQuestion} from './overlays.js';
import {withNotice, withTop} from './view.js';

/** Goes to the line that says why: of the open task, or of the selected agent's last one. */
export const openCause = (state: State, now: Timestamp): State => {
	const screen = topScreen(state);
	const reference = isTaskScreen(screen) ? screen.task : {owner: agentInQuestion(state, now) ?? '', id: lastTaskId};
	const dag = findTask(state, reference);
	const cause = dag && causeIn(state, dag, reference.owner);
	const [place] = cause?.places ?? [];
	if (!place) {
		return withNotice(state, cause ? causeWords(cause) : (dag?.nodes ? 'nothing failed here' : 'its stages are not known yet'));
	}

	const opened = syncLogs(openPlace(state, place));
	const log = topScreen(opened);
	return log.type === 'log' && place.entry >= 0 ? withTop(opened, jumpToEntry(opened, log, place.entry)) : opened;
};
