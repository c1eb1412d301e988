// Which logs a log screen shows: that of one sub-task, or those of a stage or a task, with the parts of linked tasks.

import {remoteTaskId} from '../../protocol/logs.js';
import {type Dag, type SubTask, type TaskNode} from '../../protocol/task.js';
import {agentBehind, findNode, findSubTask, findTask} from '../lookup.js';
import {linkReference} from '../selectors/links.js';
import {type TaskReference} from '../operations/track.js';
import {type LogScreen, type State} from '../state.js';
import {type LogBuffer, type LogPart} from './buffer.js';

/** A log screen's place, as far as it says whose logs these are. */
export type LogPlace = Pick<LogScreen, 'task' | 'node' | 'subTask'>;

/** The key of a log screen's lines. */
export const logKey = ({task, node = '', subTask = ''}: LogPlace): string => [task.owner, task.id, node, subTask].join(' ');

/**
One sub-task's log.

- from: the key of the agent to fetch it from; undefined if none is known
- stage, name, ahead: see `LogPart`
*/
export type LogSource = {
	readonly key: string;
	readonly place: LogPlace & {readonly node: string; readonly subTask: string};
	readonly dag: Dag;
	readonly subTask: SubTask;
	readonly from: string | undefined;
	readonly stage: number;
	readonly name: string;
	readonly ahead: number;
};

const remoteIds = new WeakMap<readonly string[], readonly string[]>();

/** The tasks on other agents that a sub-task's lines name. A log can be long, and is asked about with each action. */
const remoteIdsOf = ({logs}: SubTask): readonly string[] => {
	if (!logs) {
		return [];
	}

	const known = remoteIds.get(logs) ?? [...new Set(logs.flatMap(line => remoteTaskId(line) ?? []))];
	remoteIds.set(logs, known);
	return known;
};

const linkedIds = (dag: Dag, nodes: readonly TaskNode[], isWhole: boolean): readonly string[] => [
	...(isWhole ? Object.values(dag.links.subDags) : []),
	...nodes.flatMap(({links, subTasks}) => [...Object.values(links.subDags), ...subTasks.flatMap(subTask => [...Object.values(subTask.links.subDags), ...remoteIdsOf(subTask)])]),
];

const hasRun = ({executeTimes, logs}: SubTask): boolean => executeTimes > 0 || (logs?.length ?? 0) > 0;

// Clocks are measured to within a second or so, and each measurement differs a little.
const exact = 2000;

/** How far the clock of one owner's agent is ahead of another's, as far as that is certain. */
const aheadOf = (state: State, owner: string, other: string): number => {
	const difference = (agentBehind(state, owner)?.skew ?? 0) - (agentBehind(state, other)?.skew ?? 0);
	return Math.abs(difference) < exact ? 0 : Math.round(difference / 1000) * 1000;
};

type Task = {readonly dag: Dag; readonly task: TaskReference; readonly nodes: readonly TaskNode[]; readonly isLinked: boolean};

const sourcesIn = (state: State, {dag, task, nodes, isLinked}: Task, owner: string): readonly LogSource[] => {
	const from = agentBehind(state, task.owner)?.address.key;
	const ahead = isLinked ? aheadOf(state, task.owner, owner) : 0;
	return nodes.flatMap(node => node.subTasks.filter(subTask => hasRun(subTask)).map((subTask): LogSource => {
		const place = {task, node: node.key, subTask: subTask.key};
		return {
			key: logKey(place), place, dag, subTask, from, stage: isLinked ? 0 : (dag.nodes ?? []).indexOf(node) + 1, name: node.name, ahead,
		};
	}));
};

/** The tasks on other agents that belong to a task or to some stages of it, and theirs, as far as they are known. */
const linkedTasks = (state: State, begin: Task): readonly Task[] => {
	const seen = new Set([begin.dag.id]);
	const found: Task[] = [];
	const visit = ({dag, task, nodes}: Task, isWhole: boolean): void => {
		for (const id of linkedIds(dag, nodes, isWhole)) {
			const reference = linkReference(state, id, task.owner);
			const linked = seen.has(id) ? undefined : findTask(state, reference);
			seen.add(id);
			if (!linked) {
				continue;
			}

			const next = {dag: linked, task: {owner: reference.owner, id}, nodes: linked.nodes ?? [], isLinked: true};
			found.push(next);
			visit(next, true);
		}
	};

	visit(begin, begin.nodes === begin.dag.nodes);
	return found;
};

/** The logs of a screen, in the order of stages; of several, those that ran. */
export const sourcesOf = (state: State, {task, node, subTask: key}: LogPlace): readonly LogSource[] => {
	const dag = findTask(state, task);
	const stage = findNode(dag, node);
	if (!dag || (node !== undefined && !stage)) {
		return [];
	}

	if (stage && key !== undefined) {
		const subTask = findSubTask(stage, key);
		const place = {task, node: stage.key, subTask: key};
		return subTask
			? [{
				key: logKey(place), place, dag, subTask, from: agentBehind(state, task.owner)?.address.key, stage: (dag.nodes ?? []).indexOf(stage) + 1, name: stage.name, ahead: 0,
			}]
			: [];
	}

	const begin = {
		dag, task: {owner: task.owner, id: dag.id}, nodes: stage ? [stage] : dag.nodes ?? [], isLinked: false,
	};
	return [begin, ...linkedTasks(state, begin)].flatMap(one => sourcesIn(state, one, task.owner));
};

/** A log as it goes into a merged one. */
export const partOf = ({key, subTask: {agent = '', startTime, operator, executeTimes}, stage, name, ahead}: LogSource, buffer: LogBuffer): LogPart => ({
	key, agent, stage, name, start: startTime, ahead, operator, executeTimes, buffer,
});
