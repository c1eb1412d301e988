import {type TaskDefinition} from './definition.js';
import {type Dag} from './model.js';

/** Ids of one owner. Each kind counts for itself, so that a DAG, a node and a sub-task can have the same string as their id. */
export type IdSource = {readonly dag: () => number; readonly node: () => number; readonly subTask: () => number; readonly format: (localId: number) => string};

export type NewDag = {
	readonly owner: string;
	readonly definition: TaskDefinition;
	readonly at: number;
	readonly ids: IdSource;
	readonly mainDagId: string | undefined;
};

// An agent writes the rows one after the other: each is created a little later.
const rowDelay = 0.0617;

/** A new DAG as an agent stores it: READY, with every row PENDING and its creation as start and end. */
export const createDag = ({owner, definition, at, ids, mainDagId}: NewDag): Dag => {
	let rows = 0;
	const nextRow = (): number => {
		rows += 1;
		return at + (rows * rowDelay);
	};

	const localId = ids.dag();
	return {
		key: `${owner}/${localId}`,
		id: ids.format(localId),
		localId,
		owner,
		createdAt: at,
		definition,
		state: 'READY',
		operator: 'RUN',
		stage: 1,
		startAt: at,
		endAt: at,
		subDags: {},
		mainDagId,
		nodes: definition.nodes.map(node => {
			const nodeId = ids.node();
			const createdAt = nextRow();
			return {
				id: ids.format(nodeId), localId: nodeId, createdAt, definition: node, state: 'PENDING', operator: 'RUN', startAt: createdAt, endAt: createdAt,
				subTasks: node.subTasks.map(subTask => {
					const subTaskId = ids.subTask();
					return {id: ids.format(subTaskId), localId: subTaskId, createdAt: nextRow(), definition: subTask, executions: [], passedAt: undefined};
				}),
			};
		}),
	};
};
