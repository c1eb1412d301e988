import {isDeepStrictEqual} from 'node:util';
import {type Dag, type TaskNode} from '../protocol/task.js';

/** The DAG with a node that was asked for by itself put in its place. The same object where the node says nothing new, or is none of this DAG's. */
export const mergeNode = (dag: Dag, node: TaskNode): Dag => {
	const index = dag.nodes?.findIndex(({id}) => id === node.id) ?? -1;
	const known = dag.nodes?.[index];
	if (!dag.nodes || !known) {
		return dag;
	}

	// By itself it tells nothing of a namesake beside it, whose key differs, nor of its DAG.
	const placed: TaskNode = {...node, key: known.key, hasMainTask: known.hasMainTask, subTasks: node.subTasks.map(subTask => ({...subTask, hasMainTask: known.hasMainTask}))};
	return isDeepStrictEqual(known, placed) ? dag : {...dag, nodes: dag.nodes.with(index, placed)};
};
