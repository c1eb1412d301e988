import {isDeepStrictEqual} from 'node:util';
import {type Dag, type TaskNode} from '../protocol/task.js';

/** The DAG with a node that was asked for by itself put in its place. The same object where the node says nothing new, or is none of this DAG's. */
export const mergeNode = (dag: Dag, node: TaskNode): Dag => {
	const index = dag.nodes?.findIndex(({id}) => id === node.id) ?? -1;
	const known = dag.nodes?.[index];
	if (!dag.nodes || !known) {
		return dag;
	}

	// Asked for alone it knows nothing of a namesake beside it, whose key differs.
	const placed = {...node, key: known.key};
	return isDeepStrictEqual(known, placed) ? dag : {...dag, nodes: dag.nodes.with(index, placed)};
};
