import {type Dag, type SubTask, type TaskNode} from '../../protocol/task.js';
import {agentBehind, ownerLabel} from '../../store/locate.js';
import {type State} from '../../store/state.js';
import {ownedTasks} from '../owned-tasks.js';

/** Which logs are wanted: of a task by its id, of a stage by its number or a part of its name. */
export type LogChoice = {readonly task: string | undefined; readonly node: string | undefined};

/** The log of one sub-task. `agent` is the key of the agent that is asked for it. */
export type ChosenLog = {
	readonly key: string;
	readonly title: string;
	readonly agent: string | undefined;
	readonly dag: Dag;
	readonly subTask: SubTask;
};

const isNode = (node: TaskNode, number: number, wanted: string | undefined): boolean =>
	wanted === undefined || wanted === String(number) || (!/^\d+$/.test(wanted) && node.name.toLowerCase().includes(wanted.toLowerCase()));

/** The logs that are there to be printed, in the order of tasks and stages; sub-tasks that never ran have none. */
export const chooseLogs = (state: State, {task, node: wanted}: LogChoice): readonly ChosenLog[] => ownedTasks(state)
	.filter(({dag}) => task === undefined || dag.id === task)
	.flatMap(({owner, dag}) => (dag.nodes ?? []).flatMap((node, index) => isNode(node, index + 1, wanted)
		? node.subTasks.filter(({executeTimes, logs}) => executeTimes > 0 || (logs?.length ?? 0) > 0).map((subTask): ChosenLog => ({
			key: `${owner} ${dag.id} ${node.key} ${subTask.key}`,
			title: [ownerLabel(state, owner), dag.name, `${index + 1} ${node.name}`, subTask.agent ?? 'unknown agent'].join(' > '),
			agent: agentBehind(state, owner)?.address.key,
			dag,
			subTask,
		}))
		: []));

/** Why there is none of these: a mistake of whoever asked, or undefined where they only have not run yet. */
export const problemOfChoice = (state: State, {task, node}: LogChoice): string | undefined => {
	const tasks = ownedTasks(state).map(({dag}) => dag);
	const chosen = tasks.filter(({id}) => task === undefined || id === task);
	if (task !== undefined && chosen.length === 0) {
		return `no task ${task} is known; there ${tasks.length === 0 ? 'are none' : `is ${tasks.map(({id, name}) => `${id} (${name})`).join(', ')}`}`;
	}

	const nodes = chosen.flatMap(dag => dag.nodes ?? []);
	const names = [...new Set(nodes.map(({name}) => name))];
	return node !== undefined && chosen.length > 0 && chosen.every(dag => (dag.nodes ?? []).every((one, index) => !isNode(one, index + 1, node)))
		? `no stage "${node}"; there is ${names.join(', ')}`
		: undefined;
};
