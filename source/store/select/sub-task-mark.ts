import {parseGenericId} from '../../protocol/generic-id.js';
import {type SubTask, type TaskNode} from '../../protocol/task.js';

/** What tells the sub-tasks of one agent in a stage apart: the number of each among that agent's rows, and its own name where that is not the stage's. Empty for whoever has no other one. */
export const subTaskMarks = ({name, subTasks}: TaskNode): ((subTask: SubTask) => string) => {
	const byAgent = Map.groupBy(subTasks, ({agent}) => agent);
	return subTask => {
		if ((byAgent.get(subTask.agent)?.length ?? 0) < 2) {
			return '';
		}

		const number = `#${parseGenericId(subTask.id)?.localId ?? subTask.id}`;
		return subTask.name === name ? number : `${number} ${subTask.name}`;
	};
};
