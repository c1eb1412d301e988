import {type Dag} from '../protocol/task.js';
import {lastTaskOf} from '../store/locate.js';
import {rowsOf, type RowSource} from '../store/select/rows.js';
import {type State} from '../store/state.js';

/** A task, and the key of the agent or cluster whose it is. */
export type OwnedTask = {readonly owner: string; readonly dag: Dag};

const ownedTask = (row: RowSource): OwnedTask | undefined => {
	switch (row.type) {
		case 'agent': {
			const dag = lastTaskOf(row.entry);
			return dag && {owner: row.key, dag};
		}

		case 'cluster': {
			const dag = lastTaskOf(row.cluster);
			return dag && {owner: row.key, dag};
		}

		case 'task': {
			return {owner: row.owner, dag: row.dag};
		}
	}
};

/** Every task that is known: the last ones of agents and clusters, and those outside maintenance, in the order of the table. */
export const ownedTasks = (state: State): readonly OwnedTask[] => rowsOf(state).flatMap(row => ownedTask(row) ?? []);
