// Tasks that go out of sight before they have ended: another one takes an owner's place for its last task, or none does, or a list leaves one out.
// They stay among the owner's other tasks, and `state.unended` says whose end is to be asked for.

import {type Timestamp} from '../../lib/time.js';
import {isFinal, isGone} from '../../protocol/outcome.js';
import {type Dag} from '../../protocol/task.js';
import {createLookup, isTaskScreen, taskKey} from '../lookup.js';
import {taskOutcome} from '../selectors/basics.js';
import {type AgentEntry, type ClusterEntry, lastTaskId, type Screen, type State, type TaskReference} from '../state.js';
import {withView} from './view.js';

/** How many are kept of each owner, the newest. */
const keptUnlisted = 5;

/** Whether nothing more comes of a task, as far as is known: not so of one that waits, or whose details are not read. */
export const hasEnded = (dag: Dag): boolean => {
	const outcome = taskOutcome(dag);
	return isFinal(outcome) && !isGone(outcome);
};

const isToBeAsked = ({unlisted}: Dag): boolean => unlisted?.end === 'asked' || unlisted?.end === 'unreadable';

/** As it is from now on: out of sight. One that has ended needs no more. */
const outOfSight = (dag: Dag, at: Timestamp): Dag => dag.unlisted ? dag : {...dag, unlisted: {seenAt: at, end: 'asked'}};

/** An owner's other tasks: those that are listed, and those that went out of sight before. Of `lost` it was just found that they are not shown any more. */
export const otherTasksOf = (listed: readonly Dag[], before: readonly Dag[], {lost = [], at}: {readonly lost?: readonly Dag[]; readonly at: Timestamp}): readonly Dag[] => {
	const ids = new Set(listed.map(({id}) => id));
	const unlisted = [...before.filter(dag => dag.unlisted), ...lost.map(dag => outOfSight(dag, at))].filter(({id}) => !ids.has(id));
	return [...listed, ...new Map(unlisted.map(dag => [dag.id, dag])).values().toArray().slice(-keptUnlisted)];
};

type Owner = Pick<AgentEntry | ClusterEntry, 'otherTasks'>;

const byOwner = createLookup<TaskReference>(({owner}) => [owner]);

const changedOwners = function * (before: State, after: State): Generator<readonly [string, Owner]> {
	for (const key of after.agents.changedSince(before.agents)) {
		const entry = after.agents.get(key);
		if (entry && entry.otherTasks !== before.agents.get(key)?.otherTasks) {
			yield [key, entry];
		}
	}

	for (const key of after.clusters.changedSince(before.clusters)) {
		const entry = after.clusters.get(key);
		if (entry && entry.otherTasks !== before.clusters.get(key)?.otherTasks) {
			yield [key, entry];
		}
	}
};

/** The state with `unended` as the owners' tasks have it. */
export const syncUnended = (before: State, state: State): State => {
	if (state.agents === before.agents && state.clusters === before.clusters) {
		return state;
	}

	let {unended} = state;
	for (const [owner, {otherTasks}] of changedOwners(before, state)) {
		const wanted = new Map(otherTasks.filter(dag => isToBeAsked(dag)).map(({id}) => [taskKey({owner, id}), {owner, id}]));
		for (const key of byOwner.keys(unended, owner)) {
			unended = wanted.has(key) ? unended : unended.without(key);
		}

		for (const [key, task] of wanted) {
			unended = unended.has(key) ? unended : unended.with(key, task);
		}
	}

	return unended === state.unended ? state : {...state, unended};
};

/** An open screen of an owner's last task, whichever that is, becomes one of that very task: there is no newer one to go on to. */
export const pinOpenTask = (state: State, owner: string, id: string): State => {
	const pinned = (screen: Screen): Screen => isTaskScreen(screen) && screen.task.owner === owner && screen.task.id === lastTaskId
		? {...screen, task: {owner, id}}
		: screen;
	const [first, ...rest] = state.view.stack;
	return withView(state, {stack: [pinned(first), ...rest.map(screen => pinned(screen))]});
};

/** The screens of a task that another one replaces say so. One of the owner's last task goes on to the new one, unless a part of the replaced task is open above it: who closes that comes back to the same task. */
export const pinReplacedTask = (state: State, replaced: TaskReference, by: string): State => {
	const {stack} = state.view;
	const isOf = (screen: Screen, id: string): boolean => isTaskScreen(screen) && screen.task.owner === replaced.owner && screen.task.id === id;
	const part = stack.findLastIndex(screen => isOf(screen, replaced.id));
	const pinned = (screen: Screen, index: number): Screen => screen.type === 'task' && (isOf(screen, replaced.id) || (isOf(screen, lastTaskId) && index < part))
		? {...screen, task: replaced, replacedBy: by}
		: screen;
	const [first, ...rest] = stack;
	return part === -1 ? state : withView(state, {stack: [pinned(first, 0), ...rest.map((screen, index) => pinned(screen, index + 1))]});
};

/** What came of asking for a task that went out of sight; undefined: there is none of that id any more. */
export const endedAs = (known: Dag, answer: Dag | undefined, at: Timestamp): Dag => {
	if (!answer) {
		return {...known, unlisted: {seenAt: known.unlisted?.seenAt ?? at, end: 'gone'}};
	}

	return hasEnded(answer) ? answer : {...answer, unlisted: {seenAt: at, end: 'asked'}};
};

/** It could not be read: what is known of it gets no newer. */
export const unreadable = (known: Dag, at: Timestamp): Dag => ({...known, unlisted: {seenAt: known.unlisted?.seenAt ?? at, end: 'unreadable'}});
