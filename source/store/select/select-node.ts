import {type TaskNode} from '../../protocol/task.js';
import {type Timestamp} from '../../protocol/timestamp.js';
import {stalenessOf} from '../layout.js';
import {agentBehind, findTask} from '../locate.js';
import {type Screen, type State} from '../state.js';
import {type NodeView} from '../views.js';
import {agentNow} from './duration.js';
import {breadcrumbOf} from './select-parts.js';
import {subTaskRow} from './select-task.js';
import {currentSubTaskIndex, selectedIndexOf} from './selection.js';
import {subTaskMarks} from './sub-task-mark.js';
import {nodeOutcome} from './task-cells.js';
import {windowOf, windowTop} from './window.js';

/** The node screen: one stage's sub-tasks, usually one per agent. */
export const selectNode = ({state, screen, node, now, height}: {
	readonly state: State; readonly screen: Extract<Screen, {type: 'node'}>; readonly node: TaskNode; readonly now: Timestamp; readonly height: number;
}): NodeView => {
	const present = agentNow(agentBehind(state, screen.task.owner), now, findTask(state, screen.task));
	const selected = selectedIndexOf(node.subTasks, screen.selected, currentSubTaskIndex(node));
	const top = windowTop({
		top: screen.top, selected, height, total: node.subTasks.length,
	});
	const markOf = subTaskMarks(node);
	return {
		type: 'node',
		breadcrumb: breadcrumbOf(state, screen),
		outcome: nodeOutcome(node),
		staleness: stalenessOf(state, screen.task),
		list: windowOf(node.subTasks, {top, height}, (subTask, index) => subTaskRow(subTask, {now: present, isSelected: index === selected, markOf})),
	};
};
