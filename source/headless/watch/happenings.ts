import {type Outcome} from '../../protocol/outcome.js';
import {type Dag} from '../../protocol/task.js';
import {type Timestamp} from '../../protocol/timestamp.js';
import {ownerLabel} from '../../store/locate.js';
import {isFailing} from '../../store/select/cause.js';
import {problemOf} from '../../store/select/problem-words.js';
import {whyWordsIn} from '../../store/select/why.js';
import {type AgentEntry, type State} from '../../store/state.js';
import {isFirstSight, lastingTrouble, settledOutcome, taskNow, transitionsBetween, type TaskNow, type Transition} from '../../store/transitions.js';
import {tasksOwnedBy} from '../owned-tasks.js';

/** A task that was there when its owner was seen for the first time: how it is, not how it changed. */
export type Sighting = TaskNow & {readonly type: 'task-seen'; readonly isFailing: boolean; readonly why: string | undefined};

/** What somebody who follows along is told: `at` is our clock, `label` what people call the agent or cluster. */
export type Happening = {readonly at: Timestamp; readonly label: string; readonly what: Transition | Sighting};

type Owner = Pick<AgentEntry, 'task' | 'otherTasks' | 'isListed'>;

const nobody: Owner = {task: {type: 'unknown'}, otherTasks: [], isListed: false};

const sighting = (state: State, owner: string, dag: Dag, outcome: Outcome): Sighting => ({
	...taskNow(state, owner, dag, outcome), type: 'task-seen', isFailing: isFailing(dag), name: dag.name === '' ? `task ${dag.id}` : dag.name, why: whyWordsIn(state, dag, owner),
});

/** Whose tasks changed, in the order of the table. Going through everybody's after each of many thousand answers takes minutes. */
const changedOwners = (before: State, after: State): ReadonlyMap<string, Owner> => {
	const agents = after.agents.changedSince(before.agents);
	const clusters = after.clusters.changedSince(before.clusters);
	const keys = [...agents.flatMap(key => [after.agents.get(key)?.cluster ?? key, key]), ...clusters];
	return new Map(keys.flatMap(key => {
		const [known, now] = [before.agents.get(key) ?? before.clusters.get(key), after.agents.get(key) ?? after.clusters.get(key)];
		const isChanged = known?.task !== now?.task || known?.otherTasks !== now?.otherTasks || known?.isListed !== now?.isListed;
		return now && isChanged ? [[key, now]] : [];
	}));
};

/** Tasks of owners of which nothing was known, as far as their outcome is certain. */
const sightings = (before: State, after: State): readonly Sighting[] => changedOwners(before, after).entries().flatMap(([owner, now]) => {
	const known = before.agents.get(owner) ?? before.clusters.get(owner) ?? nobody;
	return tasksOwnedBy(after, owner).flatMap(dag => {
		const wasThere = (known.task.type === 'known' && known.task.dag.id === dag.id) || known.otherTasks.some(({id}) => id === dag.id);
		const outcome = settledOutcome(dag);
		return wasThere || !outcome || !isFirstSight(known, now, dag.id, after) ? [] : [sighting(after, owner, dag, outcome)];
	});
}).toArray();

/** Agents that could not be asked from the beginning. */
const firstTroubles = (before: State, after: State, at: Timestamp): readonly Transition[] => after.agents.changedSince(before.agents).flatMap(owner => {
	const entry = after.agents.get(owner);
	const isFirst = before.agents.get(owner)?.connection.type === 'connecting';
	const trouble = isFirst && entry ? lastingTrouble(entry) : undefined;
	return !entry || trouble === undefined ? [] : [{type: 'agent-troubled' as const, owner, trouble, words: problemOf(entry, at) ?? trouble}];
});

/** What happened between two states that followed each other, and what was seen for the first time. */
export const happeningsBetween = (before: State, after: State, at: Timestamp): readonly Happening[] =>
	[...firstTroubles(before, after, at), ...sightings(before, after), ...transitionsBetween(before, after)]
		.map(what => ({at, label: ownerLabel(after, what.owner), what}));
