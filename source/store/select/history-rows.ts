import {parseGenericId} from '../../protocol/generic-id.js';
import {type Dag} from '../../protocol/task.js';
import {findTask, lastTaskOf} from '../locate.js';
import {type Matcher} from '../log/matcher.js';
import {type State} from '../state.js';
import {taskOutcome} from './task-cells.js';

/** The tasks that are known of an owner besides its history: its last one and those outside maintenance, as far as they are its own. */
export const currentTasks = (state: State, owner: string): readonly Dag[] => {
	const agent = state.agents.get(owner);
	const entry = agent ?? state.clusters.get(owner);
	const last = lastTaskOf(entry);
	const isOwn = ({id}: Dag): boolean => {
		const generic = parseGenericId(id);
		return generic !== undefined && (generic.scope === 'cluster' ? !agent : generic.agent === agent?.name);
	};

	return [...(last ? [last] : []), ...(entry?.otherTasks ?? [])].filter(dag => isOwn(dag));
};

/** Those of them that pass a filter, by their names, outcomes and ids. */
export const shownHistory = (state: State, {owner, filter}: {readonly owner: string; readonly filter?: Matcher | undefined}): ReturnType<typeof historyRows> =>
	historyRows(state, owner).filter(({dag}) => filter?.test([dag.name, taskOutcome(dag).word, dag.id].join(' ')) !== false);

/** The tasks of an owner that are known, newest first, each as it was heard of last; keyed by their ids. */
export const historyRows = (state: State, owner: string): ReadonlyArray<{readonly key: string; readonly dag: Dag}> => {
	const heads = state.histories.get(owner)?.tasks ?? [];
	const byId = new Map([...heads, ...currentTasks(state, owner)].map(dag => [dag.id, dag] as const));
	return [...byId.values()].toSorted((one, other) => other.dagId - one.dagId).map(dag => ({key: dag.id, dag: findTask(state, {owner, id: dag.id}) ?? dag}));
};
