import {findTask, topScreen, agentBehind} from './locate.js';
import {problemOf} from './problem-words.js';
import {type State} from './state.js';

/** Rows of the list in sight; a stand-in until the screens are drawn. */
export const pageHeight = (state: State): number => Math.max(1, state.view.size.rows - 6);
