// What several screens show alike.

import {agentBehind, findNode, findSubTask, findTask, isTaskScreen, ownerLabel} from '../locate.js';
import {keyRowsOf} from '../layout.js';
import {type Screen, type State} from '../state.js';
import {type Staleness} from '../views.js';
import {problemOf} from './problem-words.js';

/** Where the user is, from the owner down; the program's own name goes before it. */
export const breadcrumbOf = (state: State, screen: Screen): readonly string[] => {
	if (screen.type === 'agents') {
		return [];
	}

	if (screen.type === 'journal') {
		return ['journal'];
	}

	if (!isTaskScreen(screen)) {
		return [ownerLabel(state, screen.owner), screen.type === 'history' ? 'history' : 'card'];
	}

	const dag = findTask(state, screen.task);
	const crumbs = [ownerLabel(state, screen.task.owner), ...(dag ? [dag.name] : [])];
	if (screen.type === 'task') {
		return crumbs;
	}

	if (screen.type === 'links') {
		return [...crumbs, 'links'];
	}

	const node = findNode(dag, screen.node);
	const withNode = [...crumbs, ...(node ? [node.name] : [])];
	if (screen.type === 'node') {
		return withNode;
	}

	const subTask = findSubTask(node, screen.subTask);
	return [...withNode, subTask?.agent ?? 'log'];
};

/** What is wrong with the agent behind the screen, and of when the data are. */
export const stalenessOf = (state: State, owner: string): Staleness | undefined => {
	const entry = agentBehind(state, owner);
	const problem = entry && problemOf(entry);
	if (!entry || problem === undefined || entry.connection.type !== 'failing') {
		return undefined;
	}

	const {error, lastSeenAt} = entry.connection;
	return {problem, asOf: lastSeenAt, keys: error.type === 'key-changed' && keyRowsOf(entry, state.view.size) > 0 ? error : undefined};
};
