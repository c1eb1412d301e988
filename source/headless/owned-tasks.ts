import {type Dag} from '../protocol/task.js';
import {findTask, lastTaskOf} from '../store/locate.js';
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

/** Those of them that stand with one agent or cluster. A main task stands with its owner alone, above what else an agent has. */
export const tasksOwnedBy = (state: State, owner: string): readonly Dag[] => {
	const [agent, cluster] = [state.agents.get(owner), state.clusters.get(owner)];
	const last = lastTaskOf(agent ?? cluster);
	const others = (agent ?? cluster)?.otherTasks.filter(({id}) => id !== last?.id) ?? [];
	if (state.mainTasks.size === 0) {
		return [...(last ? [last] : []), ...others];
	}

	const isElsewhere = ({id}: Dag): boolean => {
		const main = state.mainTasks.get(id);
		return main !== undefined && main.owner !== owner && findTask(state, {owner: main.owner, id}) !== undefined;
	};

	const [mains, rest] = [others.filter(({id}) => state.mainTasks.has(id)), others.filter(({id}) => !state.mainTasks.has(id))];
	const own = last ? [last] : [];
	return (agent ? [...mains, ...own, ...rest] : [...own, ...rest, ...mains]).filter(dag => !isElsewhere(dag));
};
