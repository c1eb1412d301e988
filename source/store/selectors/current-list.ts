import {type Timestamp} from '../../lib/time.js';
import {shownHistory} from '../history.js';
import {findNode, findTask, topScreen} from '../lookup.js';
import {type State} from '../state.js';
import {shownRows} from './agent-rows.js';
import {currentStageIndex, currentSubTaskIndex} from './basics.js';
import {membersOf} from './cards.js';
import {journalRows} from './journal.js';
import {linksOf} from './links.js';

/** The keys of the current screen's rows, and the index that is selected by default. */
export type CurrentList = {readonly rows: ReadonlyArray<{readonly key: string}>; readonly fallback: number};

export const currentList = (state: State, now: Timestamp): CurrentList => {
	const screen = topScreen(state);
	switch (screen.type) {
		case 'agents': {
			return {rows: shownRows(state, now), fallback: 0};
		}

		case 'task': {
			const dag = findTask(state, screen.task);
			return {rows: dag?.nodes ?? [], fallback: dag ? currentStageIndex(dag) : 0};
		}

		case 'node': {
			const node = findNode(findTask(state, screen.task), screen.node);
			return {rows: node?.subTasks ?? [], fallback: node ? currentSubTaskIndex(node) : 0};
		}

		case 'links': {
			const dag = findTask(state, screen.task);
			return {rows: dag ? linksOf(dag) : [], fallback: 0};
		}

		case 'cluster': {
			return {rows: membersOf(state, screen.owner), fallback: 0};
		}

		case 'history': {
			return {rows: shownHistory(state, screen), fallback: 0};
		}

		case 'journal': {
			return {rows: journalRows(state), fallback: 0};
		}

		case 'card':
		case 'log': {
			return {rows: [], fallback: 0};
		}
	}
};
