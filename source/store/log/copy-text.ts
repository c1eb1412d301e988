import {topScreen} from '../locate.js';
import {type State} from '../state.js';
import {logOf} from './open-logs.js';
import {rowsFrom} from './pane.js';
import {paneOptions, topPosition} from './pane-options.js';

/**
What a person means to copy from the open log, without times: `line` the marked entry if it is in sight, else the first one in sight; `screen` all entries in sight. Entries come whole, also where only a part of one is in sight. Undefined where no log is open, or nothing of one is in sight.
*/
export const copyText = (state: State, what: 'line' | 'screen'): string | undefined => {
	const screen = topScreen(state);
	if (screen.type !== 'log') {
		return undefined;
	}

	const buffer = logOf(state, screen);
	const rows = rowsFrom(buffer, topPosition(state, screen), paneOptions(state, screen));
	const inSight = [...new Set(rows.filter(({type}) => type === 'text').map(({position}) => position.entry))];
	const marked = inSight.filter(entry => entry === screen.marked);
	const chosen = what === 'screen' ? inSight : [...marked, ...inSight].slice(0, 1);
	return chosen.length === 0 ? undefined : chosen.map(entry => buffer.texts[entry - buffer.dropped] ?? '').join('\n');
};
