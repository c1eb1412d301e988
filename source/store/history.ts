// Open histories. They are kept while their screen is on the stack, also below others.

import {messages} from '../lib/messages/messages.js';
import {share} from '../lib/structural-share.js';
import {forwardsToMaster, identityOf, isDatabaseConnected} from '../protocol/identity.js';
import {parseGenericId} from '../protocol/ids.js';
import {outcomeLabel} from '../protocol/outcome.js';
import {type Dag} from '../protocol/task.js';
import {type PollEvent} from './actions.js';
import {type Matcher} from './log/scan.js';
import {agentBehind, agentsOf, findTask, lastTaskOf} from './lookup.js';
import {taskName, taskOutcome} from './selectors/basics.js';
import {isFailing} from './selectors/cause.js';
import {errorProblem} from './selectors/connection.js';
import {type ClusterEntry, type History, type Screen, type State} from './state.js';

/** Before the first response. */
export const unknownHistory: History = {tasks: [], remaining: undefined, isLoading: true, problem: undefined};

const isOpen = (state: State, owner: string): boolean => state.view.stack.some(screen => screen.type === 'history' && screen.owner === owner);

const withHistory = (state: State, owner: string, next: History): State => {
	const known = state.histories.get(owner);
	const shared = share(known, next);
	return shared === known || !isOpen(state, owner) ? state : {...state, histories: new Map(state.histories).set(owner, shared)};
};

export const receiveHistory = (state: State, {owner, tasks, remaining, isLoading}: Extract<PollEvent, {type: 'history-received'}>): State =>
	withHistory(state, owner, {tasks, remaining, isLoading, problem: undefined});

/** Notes why a history cannot be read further. What is known of it stays. */
export const failHistory = (state: State, {owner, error}: Extract<PollEvent, {type: 'history-failed'}>): State =>
	withHistory(state, owner, {...(state.histories.get(owner) ?? unknownHistory), isLoading: false, problem: errorProblem(error)});

/** Discards the histories of closed screens. */
export const syncHistories = (state: State): State => state.histories.keys().every(owner => isOpen(state, owner))
	? state
	: {...state, histories: new Map(state.histories.entries().filter(([owner]) => isOpen(state, owner)))};

/** The tasks that are known of an owner besides its history: its last one and its own tasks outside maintenance. */
const currentTasks = (state: State, owner: string): readonly Dag[] => {
	const agent = state.agents.get(owner);
	const entry = agent ?? state.clusters.get(owner);
	const last = lastTaskOf(entry);
	const isOwn = ({id}: Dag): boolean => {
		const generic = parseGenericId(id);
		return generic !== undefined && (generic.scope === 'cluster' ? !agent : generic.agent === agent?.name);
	};

	return [...(last ? [last] : []), ...(entry?.otherTasks ?? [])].filter(dag => isOwn(dag));
};

/** The tasks that pass a filter, by their names and outcomes, in English and as shown, and by their ids. */
export const shownHistory = (state: State, {owner, filter}: {readonly owner: string; readonly filter?: Matcher | undefined}): ReturnType<typeof historyRows> =>
	historyRows(state, owner).filter(({dag}) => {
		const outcomes = [taskOutcome(dag).word, outcomeLabel(taskOutcome(dag)), ...(isFailing(state, dag) ? ['failing', messages().tasks.counts.failing] : [])];
		return filter?.test([dag.name, taskName(dag), ...outcomes, dag.id].join(' ')) !== false;
	});

/** The known tasks of an owner, newest first, each as last read; keyed by their ids. */
export const historyRows = (state: State, owner: string): ReadonlyArray<{readonly key: string; readonly dag: Dag}> => {
	const heads = state.histories.get(owner)?.tasks ?? [];
	const byId = new Map([...heads, ...currentTasks(state, owner)].map(dag => [dag.id, dag] as const));
	return [...byId.values()].toSorted((one, other) => other.dagId - one.dagId).map(dag => ({key: dag.id, dag: findTask(state, {owner, id: dag.id}) ?? dag}));
};

// Which histories are open, and how to query them.

/**
A history that the user looks at.

- agent: the key of the agent to query; owner: the key of the agent or cluster whose history it is
- last: the id of the owner's last known task, before which earlier ones are queried one by one; undefined: there is none, or a
list can be fetched
- isListed: whether a list can be fetched
- wanted: how many tasks fill the screen and one more page
*/
export type HistoryFocus = {
	readonly agent: string;
	readonly owner: string;
	readonly scope: 'agent' | 'cluster';
	readonly isListed: boolean;
	readonly last: string | undefined;
	readonly wanted: number;
};

/** The watched agent to query for a cluster's history, preferably the delegate; undefined while no member has a database. */
export const historyAgent = (state: State, cluster: ClusterEntry): string | undefined => {
	const delegate = agentBehind(state, cluster.key);
	const able = [...(delegate ? [delegate] : []), ...agentsOf(state, cluster)]
		.find(({status, connection}) => isDatabaseConnected(status) && connection.type !== 'failing');
	return able?.address.key;
};

const focusOf = (state: State, {owner, top}: Extract<Screen, {type: 'history'}>): HistoryFocus | undefined => {
	const cluster = state.clusters.get(owner);
	const wanted = top + (2 * state.view.size.rows);
	if (cluster) {
		const agent = historyAgent(state, cluster);
		return agent === undefined
			? undefined
			: {
				agent, owner, scope: 'cluster', isListed: true, last: undefined, wanted,
			};
	}

	const entry = state.agents.get(owner);
	if (!entry || (entry.info ?? entry.status) === undefined) {
		return undefined;
	}

	const [last] = currentTasks(state, owner).toSorted((one, other) => other.dagId - one.dagId);
	return {
		agent: owner, owner, scope: 'agent', isListed: !forwardsToMaster(identityOf(entry.info, entry.status)), last: last?.id, wanted,
	};
};

/** The open histories, also below other screens, so that going back to one queries nothing again. */
export const historyFocuses = (state: State): readonly HistoryFocus[] =>
	state.view.stack.flatMap(screen => screen.type === 'history' ? focusOf(state, screen) ?? [] : []);
