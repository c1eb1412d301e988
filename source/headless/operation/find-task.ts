import {parseGenericId} from '../../protocol/generic-id.js';
import {lastTaskOf} from '../../store/locate.js';
import {type AgentEntry, type State, type TaskReference} from '../../store/state.js';

export type Found = {readonly ok: true; readonly reference: TaskReference} | {readonly ok: false; readonly why: string};

/** Where the task of that id is among those that the agent told of; only such are ever asked for or operated on. */
export const findNamedTask = (state: State, entry: AgentEntry, id: string): Found => {
	const owners = [entry.address.key, ...(entry.cluster === undefined ? [] : [entry.cluster])];
	for (const owner of owners) {
		const held = state.agents.get(owner) ?? state.clusters.get(owner);
		if (lastTaskOf(held)?.id === id || held?.otherTasks.some(task => task.id === id)) {
			return {ok: true, reference: {owner, id}};
		}
	}

	const named = parseGenericId(id);
	const {label} = entry.address;
	return {
		ok: false,
		why: named && named.scope !== 'cluster' && named.agent !== entry.name
			? `task ${id} belongs to ${named.agent}, not to ${label}`
			: `${label} names no task ${id}: neither its last one nor an unfinished one has this id`,
	};
};
