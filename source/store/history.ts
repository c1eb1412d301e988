// Open histories: of an agent, of a cluster, or of all. They are kept while their screen is on the stack, also below others.

import {english} from '../lib/messages/en/english.js';
import {messages} from '../lib/messages/messages.js';
import {share} from '../lib/structural-share.js';
import {type Timestamp} from '../lib/time.js';
import {forwardsToMaster, identityOf, isDatabaseConnected, isInCluster} from '../protocol/identity.js';
import {parseGenericId} from '../protocol/ids.js';
import {isActive, isFault, isUnread, outcomeLabel} from '../protocol/outcome.js';
import {type Dag} from '../protocol/task.js';
import {type PollEvent} from './actions.js';
import {type Problem} from './changes.js';
import {agentBehind, agentsOf, findTask, lastTaskOf, ownerLabel, taskKey} from './lookup.js';
import {runName} from './runs.js';
import {taskName, taskOutcome} from './selectors/basics.js';
import {isFailing} from './selectors/cause.js';
import {errorProblem, memberProblem, problemOf, problemText} from './selectors/connection.js';
import {type TaskReference} from './operations/track.js';
import {type AgentEntry, type ClusterEntry, type CompareScreen, type History, type HistoryScreen, type Screen, type State} from './state.js';

/** Before the first response. */
export const unknownHistory: History = {tasks: [], remaining: undefined, isLoading: true, problem: undefined};

/** A comparison needs the history of its task's owner. */
const isOpen = (state: State, owner: string): boolean => state.view.stack.some(screen =>
	(screen.type === 'history' && (screen.owner === undefined || screen.owner === owner)) || (screen.type === 'compare' && screen.task.owner === owner));

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

/** A task of a history; without one, a history that cannot be read. */
export type HistoryEntry = {readonly key: string; readonly owner: string; readonly dag: Dag | undefined};

type KnownTask = HistoryEntry & {readonly dag: Dag};

/** What the rows of one history are made of. */
type RowsOfOwner = {readonly owner: AgentEntry | ClusterEntry | undefined; readonly kept: State['kept']; readonly rows: readonly KnownTask[]};

// Most responses are about other owners.
const madeOfHistory = new WeakMap<History, RowsOfOwner>();

const makeRows = (state: State, owner: string, history: History | undefined): readonly KnownTask[] => {
	const byId = new Map([...history?.tasks ?? [], ...currentTasks(state, owner)].map(dag => [dag.id, dag] as const));
	return [...byId.values()].toSorted((one, other) => other.dagId - one.dagId).map(dag => ({key: dag.id, owner, dag: findTask(state, {owner, id: dag.id}) ?? dag}));
};

/** The known tasks of an owner, newest first, each as last read; keyed by their ids. */
export const historyRows = (state: State, owner: string): readonly KnownTask[] => {
	const history = state.histories.get(owner);
	const entry = state.agents.get(owner) ?? state.clusters.get(owner);
	const {kept} = state;
	const made = history && madeOfHistory.get(history);
	if (made?.owner === entry && made?.kept === kept) {
		return made.rows;
	}

	const rows = makeRows(state, owner, history);
	if (history) {
		madeOfHistory.set(history, {owner: entry, kept, rows});
	}

	return rows;
};

/** A task as far as it is known, if only from its owner's history. */
export const knownTask = (state: State, {owner, id}: TaskReference): Dag | undefined => findTask(state, {owner, id}) ?? state.histories.get(owner)?.tasks.find(dag => dag.id === id);

/** Whether more of an owner's history is on its way. */
export const isHistoryLoading = (state: State, owner: string): boolean => (state.histories.get(owner) ?? unknownHistory).isLoading && historyProblem(state, owner) === undefined;

/** Whether no older tasks are left to read: one by one, only so many are. */
export const isWholeHistory = (state: State, owner: string): boolean => state.histories.get(owner)?.remaining === 0;

/** Why no agent can be queried for it. */
const silenceOf = (state: State, owner: string): Problem | undefined => {
	const cluster = state.clusters.get(owner);
	if (cluster) {
		return historyAgent(state, cluster) === undefined ? memberProblem(agentsOf(state, cluster), state.view.hour) ?? {type: 'no-database'} : undefined;
	}

	const entry = state.agents.get(owner);
	return entry ? problemOf(entry, state.view.hour) : {type: 'not-watched'};
};

/** Why a history is incomplete. */
export const historyProblem = (state: State, owner: string): Problem | undefined => state.histories.get(owner)?.problem ?? silenceOf(state, owner);

/** Why the other runs of a task cannot all be known. The main task of an agent that is not watched is known through its cluster, but is in no history of the cluster. */
export const runsProblem = (state: State, {owner, id}: TaskReference): Problem | undefined => {
	const generic = parseGenericId(id);
	const name = state.agents.get(owner)?.name;
	const isOfOther = generic?.scope === 'agent' && (state.clusters.has(owner) || (name !== undefined && name !== generic.agent));
	return isOfOther ? errorProblem({type: 'protocol', problem: 'not-watched'}) : historyProblem(state, owner);
};

/** All that have a history: clusters in the order of their agents, then the agents. Agents that are no cluster yet have none in common. */
export const historyOwners = (state: State): readonly string[] => {
	const keys = new Set([...[...state.agents.values()].flatMap(({cluster}) => cluster ?? []), ...state.clusters.keys()]);
	const running = [...keys].filter(key => {
		const cluster = state.clusters.get(key);
		return cluster && agentsOf(state, cluster).some(({info, status}) => isInCluster(identityOf(info, status)) || isDatabaseConnected(status));
	});
	return [...running, ...state.agents.keys()];
};

/** When a task began, for the order of all; what runs without a known start has just been told to. */
const orderTime = (dag: Dag): Timestamp => dag.startTime ?? (isActive(taskOutcome(dag)) ? Infinity : dag.endTime ?? -Infinity);

type Made = Pick<State, 'agents' | 'clusters' | 'kept' | 'mainTasks'> & {readonly rows: readonly HistoryEntry[]};

// Keys change nothing of them, and there can be tens of thousands.
const madeRows = new WeakMap<State['histories'], Made>();

const makeAllRows = (state: State): readonly HistoryEntry[] => {
	const tasks = new Map<string, HistoryEntry & {readonly dag: Dag; readonly time: Timestamp}>();
	const unread: HistoryEntry[] = [];
	for (const owner of historyOwners(state)) {
		for (const {dag} of historyRows(state, owner)) {
			const key = taskKey({owner, id: dag.id});
			// An agent that is watched under two addresses has each task once: its id names the agent.
			const unique = parseGenericId(dag.id)?.scope === 'cluster' ? key : `${dag.id} ${dag.startTime ?? ''} ${dag.name}`;
			if (!tasks.has(unique)) {
				tasks.set(unique, {key, owner, dag, time: orderTime(dag)});
			}
		}

		if (historyProblem(state, owner) !== undefined) {
			unread.push({key: owner, owner, dag: undefined});
		}
	}

	const newestFirst = [...tasks.values()].toSorted((one, other) => one.time === other.time ? other.dag.dagId - one.dag.dagId : other.time - one.time);
	return [...newestFirst.map(({key, owner, dag}) => ({key, owner, dag})), ...unread];
};

/** The known tasks of all, the last begun first, keyed by `taskKey`; after them the histories that cannot be read. */
const allHistoryRows = (state: State): readonly HistoryEntry[] => {
	const {agents, clusters, kept, mainTasks, histories} = state;
	const made = madeRows.get(histories);
	if (made?.agents === agents && made.clusters === clusters && made.kept === kept && made.mainTasks === mainTasks) {
		return made.rows;
	}

	const rows = makeAllRows(state);
	madeRows.set(histories, {agents, clusters, kept, mainTasks, rows});
	return rows;
};

/** Whether a task was at work at that time or later. */
export const isSince = (dag: Dag, since: Timestamp): boolean => isActive(taskOutcome(dag)) || (dag.startTime ?? -Infinity) >= since || (dag.endTime ?? -Infinity) >= since;

// ms. What failed before and was not repaired since is left so.
const failuresSince = 7 * 24 * 3_600_000;

/** Whether a failure that only a history tells of is too old to be shown beside what happens now. */
export const isOldFailure = ({endTime = 0}: Dag, now: Timestamp): boolean => now - endTime > failuresSince;

/** A time by the clock of the agent behind an owner. */
const byItsClock = (state: State, owner: string, time: Timestamp): Timestamp => time + (agentBehind(state, owner)?.skew ?? 0);

/** All rows of a history, before its filters. */
export const wholeHistory = (state: State, {owner, since}: Pick<HistoryScreen, 'owner' | 'since'>): readonly HistoryEntry[] => {
	const rows = owner === undefined ? allHistoryRows(state) : historyRows(state, owner);
	return since === undefined ? rows : rows.filter(row => !row.dag || isSince(row.dag, byItsClock(state, row.owner, since)));
};

/** Failed, or perhaps so: a failure is not known before the details are read. */
const mayBeFault = (state: State, dag: Dag): boolean => {
	const outcome = taskOutcome(dag);
	return isFault(outcome) || isUnread(outcome) || isFailing(state, dag);
};

/** What a filter tests of a row: names and outcomes in English and as shown, the id, and of all histories whose it is. */
const textOf = (state: State, {owner, dag}: HistoryEntry, isOfAll: boolean): string => {
	const words = isOfAll ? [ownerLabel(state, owner)] : [];
	if (!dag) {
		const problem = historyProblem(state, owner);
		return [...words, ...problem ? [problemText(problem, english), problemText(problem)] : []].join(' ');
	}

	const outcomes = [taskOutcome(dag).word, outcomeLabel(taskOutcome(dag)), ...(isFailing(state, dag) ? ['failing', messages().tasks.counts.failing] : [])];
	return [...words, dag.name, taskName(dag), ...outcomes, dag.id].join(' ');
};

/** The rows that pass the filters. */
export const shownHistory = (state: State, screen: Pick<HistoryScreen, 'owner' | 'since' | 'filter' | 'faultsOnly'>): readonly HistoryEntry[] => {
	const {owner, filter, faultsOnly = false} = screen;
	const rows = wholeHistory(state, screen);
	return filter !== undefined || faultsOnly
		? rows.filter(row => (!faultsOnly || !row.dag || mayBeFault(state, row.dag)) && filter?.test(textOf(state, row, owner === undefined)) !== false)
		: rows;
};

// Which histories are open, and how to query them.

/**
A history that the user looks at.

- agent: the key of the agent to query; owner: the key of the agent or cluster whose history it is
- last: the id of the owner's last known task, before which earlier ones are queried one by one; undefined: there is none, or a
list can be fetched
- isListed: whether a list can be fetched
- wanted: how many tasks are in sight or soon will be: as many are fetched one by one, and their details if those tell how they ended
- since: instead, all that were at work then or later, by the agent's clock
- most: how many tasks of a list are kept
- runsOf: of which task (`runName`) runs are compared: the details of the newest ones come first
*/
export type HistoryFocus = {
	readonly agent: string;
	readonly owner: string;
	readonly scope: 'agent' | 'cluster';
	readonly isListed: boolean;
	readonly last: string | undefined;
	readonly wanted: number;
	readonly since?: Timestamp | undefined;
	readonly most?: number | undefined;
	readonly runsOf?: string | undefined;
};

/** The watched agent to query for a cluster's history, preferably the delegate; undefined while no member has a database. */
export const historyAgent = (state: State, cluster: ClusterEntry): string | undefined => {
	const delegate = agentBehind(state, cluster.key);
	const able = [...(delegate ? [delegate] : []), ...agentsOf(state, cluster)]
		.find(({status, connection}) => isDatabaseConnected(status) && connection.type !== 'failing');
	return able?.address.key;
};

const focusOf = (state: State, owner: string, {wanted, since, most, runsOf}: Pick<HistoryFocus, 'wanted' | 'since' | 'most' | 'runsOf'>): HistoryFocus | undefined => {
	const much = {wanted, ...since !== undefined && {since: byItsClock(state, owner, since)}, ...most !== undefined && {most}, ...runsOf !== undefined && {runsOf}};
	const cluster = state.clusters.get(owner);
	if (cluster) {
		const agent = historyAgent(state, cluster);
		return agent === undefined
			? undefined
			: {
				agent, owner, scope: 'cluster', isListed: true, last: undefined, ...much,
			};
	}

	const entry = state.agents.get(owner);
	if (!entry || (entry.info ?? entry.status) === undefined) {
		return undefined;
	}

	const [last] = currentTasks(state, owner).toSorted((one, other) => other.dagId - one.dagId);
	return {
		agent: owner, owner, scope: 'agent', isListed: !forwardsToMaster(identityOf(entry.info, entry.status)), last: last?.id, ...much,
	};
};

/** How many tasks of all histories together are kept, and at least of each. */
const keptOfAll = {together: 50_000, each: 50} as const;

/** Of each owner as many tasks as are among the first ones of all, or are shown: the rows in sight and one more page. */
const wantedOfAll = (state: State, screen: HistoryScreen): ReadonlyMap<string, number> => {
	const end = screen.top + (2 * state.view.size.rows);
	const shown = new Set(shownHistory(state, screen).slice(0, end));
	const counts = new Map<string, number>();
	const wanted = new Map<string, number>();
	for (const [index, row] of wholeHistory(state, screen).entries()) {
		if (!row.dag) {
			continue;
		}

		const count = (counts.get(row.owner) ?? 0) + 1;
		counts.set(row.owner, count);
		if (index < end || shown.has(row)) {
			wanted.set(row.owner, count);
		}
	}

	return wanted;
};

const focusesOf = (state: State, screen: HistoryScreen): readonly HistoryFocus[] => {
	const {owner, since} = screen;
	if (owner !== undefined) {
		const focus = focusOf(state, owner, {wanted: screen.top + (2 * state.view.size.rows), since});
		return focus ? [focus] : [];
	}

	const owners = historyOwners(state);
	const wanted = wantedOfAll(state, screen);
	const most = Math.max(keptOfAll.each, Math.floor(keptOfAll.together / Math.max(1, owners.length)));
	return owners.flatMap(key => focusOf(state, key, {wanted: wanted.get(key) ?? 1, since, most}) ?? []);
};

const focusOfComparison = (state: State, {task}: CompareScreen): HistoryFocus | undefined => {
	const dag = knownTask(state, task);
	return focusOf(state, task.owner, {wanted: 0, runsOf: dag && runName(dag.name)});
};

const focusesOfScreen = (state: State, screen: Screen): readonly HistoryFocus[] => {
	if (screen.type === 'history') {
		return focusesOf(state, screen);
	}

	return screen.type === 'compare' ? [focusOfComparison(state, screen)].filter(focus => focus !== undefined) : [];
};

/** The open histories, also below other screens, so that going back to one queries nothing again. Each once, with all that is wanted of it. */
export const historyFocuses = (state: State): readonly HistoryFocus[] => {
	const byOwner = new Map<string, HistoryFocus>();
	for (const focus of state.view.stack.flatMap(screen => focusesOfScreen(state, screen))) {
		const known = byOwner.get(focus.owner);
		byOwner.set(focus.owner, known ? {...focus, wanted: Math.max(known.wanted, focus.wanted), most: known.most === undefined ? undefined : focus.most, runsOf: focus.runsOf ?? known.runsOf} : focus);
	}

	return [...byOwner.values()];
};
