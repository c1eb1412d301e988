import {findNode, findSubTask, findTask, isTaskScreen, ownerLabel} from '../lookup.js';
import {type Screen, type State} from '../state.js';
import {subTaskMarks} from './basics.js';

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
	const mark = node && subTask ? subTaskMarks(node)(subTask) : '';
	return [...withNode, [subTask?.agent ?? 'log', mark].filter(text => text !== '').join(' ')];
};
