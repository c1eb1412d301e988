// Main tasks: which agents' last tasks belong to them, and their state. For those that ended see ended-tasks.ts.

import {share} from '../../lib/structural-share.js';
import {type Dag, withDetailsOf} from '../../protocol/task.js';
import {type PollEvent} from '../actions.js';
import {countMainTasks, isMainOfLast, lastTaskOf, ownerOfTask} from '../lookup.js';
import {type AgentEntry, type MainTask, type State} from '../state.js';
import {endedAs, hasEnded, withEnded, withOtherTasks, withoutOutdatedSince, withRetained} from './ended-tasks.js';

const withMain = (state: State, id: string, main: MainTask): State => {
	const known = state.mainTasks.get(id);
	const shared = share(known, main);
	return shared === known ? state : {...state, mainTasks: state.mainTasks.with(id, shared)};
};

/** Main tasks that an agent lists, or saw ending, are read with its list. */
export const withListedMains = (state: State, tasks: readonly Dag[]): State => {
	let next = state;
	for (const task of state.mainTasks.size > 0 ? tasks : []) {
		const known = state.mainTasks.get(task.id);
		next = known ? withMain(next, task.id, {...known, task: withDetailsOf(known.task, task), isUnread: false, isGone: false}) : next;
	}

	return next;
};

/**
Notes the main task that an agent's last task belongs to, and forgets main tasks without any. `before` is the agent's earlier state: the
first task that is known of it is old.
*/
export const noteMain = (state: State, agent: string, {links: {mainDagId: id}}: Dag, before: AgentEntry): State => {
	const isOld = before.task.type === 'unknown';
	const left = lastTaskOf(before)?.links.mainDagId;
	const noted = id === undefined || state.mainTasks.has(id)
		? state
		: withMain(state, id, {owner: ownerOfTask(state, id, agent), task: undefined, isGone: false, isUnread: false, isOld});
	if (left === undefined || left === id) {
		return noted;
	}

	const mainTasks = isMainOfLast(noted, left) ? noted.mainTasks : noted.mainTasks.without(left);
	const others = countMainTasks(noted) === mainTasks.size ? [] : mainTasks.keys().filter(key => !isMainOfLast(noted, key));
	return {...noted, mainTasks: mainTasks.without(...others)};
};

/** Stores a main task as it is now: with the tasks of the agent that owns it, if that is watched, else with those of the polled one. */
export const receiveMain = (state: State, {agent, at, id, task}: Extract<PollEvent, {type: 'main-task-received'}>): State => {
	const known = state.mainTasks.get(id);
	const owner = ownerOfTask(state, id, agent);
	const noted = withMain(state, id, {owner, task: task ?? known?.task, isGone: task === undefined, isUnread: false, isOld: known?.isOld ?? false});
	if (!task) {
		const shown = (noted.agents.get(owner) ?? noted.clusters.get(owner))?.otherTasks ?? [];
		// It was shown before, and must not look as if it still ran.
		return withOtherTasks(noted, owner, shown.map(dag => dag.id === id && !hasEnded(dag) ? endedAs(dag, undefined, at) : dag));
	}

	const ended = withEnded(noted, () => owner, {tasks: [], ended: [task]});
	const entry = ended.agents.get(owner) ?? ended.clusters.get(owner);
	const others = entry?.otherTasks.filter(other => other.id !== id) ?? [];
	return withoutOutdatedSince(state, withOtherTasks(ended, owner, withRetained(ended, owner, [...others, task])), [owner]);
};

/** A main task could not be read, so that what is known of it may be out of date. */
export const failMain = (state: State, {agent, id}: Extract<PollEvent, {type: 'main-task-failed'}>): State => {
	const known = state.mainTasks.get(id);
	const owner = known?.owner ?? ownerOfTask(state, id, agent);
	return withMain(state, id, {owner, task: known?.task, isGone: false, isOld: known?.isOld ?? false, isUnread: true});
};
