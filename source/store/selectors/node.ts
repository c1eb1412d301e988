import {type Timestamp} from '../../lib/time.js';
import {type Outcome} from '../../protocol/outcome.js';
import {type TaskNode} from '../../protocol/task.js';
import {agentBehind, findTask} from '../lookup.js';
import {type Screen, type State} from '../state.js';
import {agentNow, currentSubTaskIndex, selectedIndexOf, stageOutcome, subTaskMarks, windowOf, windowTop} from './basics.js';
import {breadcrumbOf, stalenessOf} from './task-head.js';
import {subTaskRow, type SubTaskRow} from './task.js';
import {type Staleness, type Window} from './view-types.js';

/** The node screen: one stage's sub-tasks, usually one per agent. */
export const selectNode = ({state, screen, node, now, height}: {
	readonly state: State; readonly screen: Extract<Screen, {type: 'node'}>; readonly node: TaskNode; readonly now: Timestamp; readonly height: number;
}): NodeView => {
	const dag = findTask(state, screen.task);
	const present = agentNow(agentBehind(state, screen.task.owner), now, dag);
	const selected = selectedIndexOf(node.subTasks, screen.selected, currentSubTaskIndex(node));
	const top = windowTop({
		top: screen.top, selected, height, total: node.subTasks.length,
	});
	const markOf = subTaskMarks(node);
	return {
		type: 'node',
		breadcrumb: breadcrumbOf(state, screen),
		outcome: stageOutcome(dag, node),
		staleness: stalenessOf(state, screen.task),
		list: windowOf(node.subTasks, {top, height}, (subTask, index) => subTaskRow(subTask, {dag, now: present, isSelected: index === selected, markOf})),
	};
};

export type NodeView = {
	readonly type: 'node';
	readonly breadcrumb: readonly string[];
	readonly outcome: Outcome;
	readonly staleness: Staleness | undefined;
	readonly list: Window<SubTaskRow>;
};
