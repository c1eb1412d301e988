// Which agents are in one cluster, and which of them queries for it.

import {type Clock} from '../lib/clock.js';
import {isLaterId, parseGenericId} from '../protocol/ids.js';
import {type Dag} from '../protocol/task.js';
import {type DelegateState, needsDatabase, newDelegateState, united} from './agent/cluster-state.js';
import {clusterByAgent, clustersKnown, electDelegate, groupsOf, type Health, unknownHealth} from './agent/events.js';
import {type AgentLoop} from './agent/loop.js';

/** Elects the agents that query for more than themselves, as their health changes. */
export type Roster = {
	readonly hear: (agent: string, health: Health) => void;
	/** One more agent, the last in order. */
	readonly add: (agent: string) => void;
	readonly remove: (agent: string) => void;
	/** Whether the task of that id, which the agent lists, is the last maintenance task of some agent or of its cluster. */
	readonly isShown: (agent: string, id: string) => boolean;
	readonly isElsewhere: (id: string) => boolean;
	/** Whether its agent is being queried and may report the task of that id as its last one. */
	readonly isAwaited: (id: string) => boolean;
	/** The agent listed these unfinished tasks, for itself or its cluster. */
	readonly hearList: (agent: string, list: readonly Dag[]) => void;
	/** The agent responded to the query that a list made worthwhile. */
	readonly hearAnswer: (agent: string) => void;
	readonly isLost: (id: string) => boolean;
	/** Whether every known agent has found its group; false for a moment after an agent's first response. */
	readonly isSettled: () => boolean;
	readonly stop: () => void;
};

type RosterDeps = {
	/** All keys, in the user's order. */
	readonly agents: readonly string[];
	readonly loopOf: (agent: string) => Pick<AgentLoop, 'setDelegate' | 'hearList' | 'review'> | undefined;
	readonly clock: Clock;
	/** Called when an agent turns out to belong to a cluster, or to another one. */
	readonly assignCluster: (agent: string, cluster: string) => void;
	/** No agent can be asked any more for what this one followed as a delegate. */
	readonly onUnread: (agent: string, followed: DelegateState) => void;
	/** Called after agents were grouped again. */
	readonly onRegrouped?: (() => void) | undefined;
};

const regroupDelayFactor = 20;

// In ms. Who is in one cluster decides which agents may try a password, so that few agents are grouped at once.
const cheapRegroup = 10;

// In ms.
const longestRegroupDelay = 1000;

export const createRoster = ({agents, loopOf, clock, assignCluster, onUnread, onRegrouped}: RosterDeps): Roster => {
	const healths = new Map(agents.map(agent => [agent, unknownHealth]));
	const delegates = new Map<string, string>();
	const idle = new Map<string, DelegateState>();
	let known: ReturnType<typeof clustersKnown> = new Map();
	let assigned: ReadonlyMap<string, string> = new Map();
	let groups: ReadonlyMap<string, readonly string[]> = new Map();
	let groupOf: ReadonlyMap<string, string> = new Map();
	let cancelRegroup: (() => void) | undefined;
	/** In ms, of the last time. */
	let regroupCost = 0;
	/** Which agents show a task as an owner's last one, by its id: every list names tasks, and there can be thousands of agents. */
	const showing = new Map<string, Set<string>>();

	const noteShown = (agent: string, before: Health | undefined, now: Health | undefined): void => {
		for (const id of before?.taskIds ?? []) {
			if (showing.get(id)?.delete(agent) && showing.get(id)?.size === 0) {
				showing.delete(id);
			}
		}

		for (const id of now?.taskIds ?? []) {
			showing.set(id, (showing.get(id) ?? new Set()).add(agent));
		}
	};

	/** What the delegates of dissolved groups knew, by the group that each of them is in now. */
	const takeDelegateStates = (dissolved: readonly string[]): ReadonlyMap<string, readonly DelegateState[]> => {
		const successors = dissolved.flatMap(group => {
			const delegate = delegates.get(group);
			const delegateState = (delegate === undefined ? undefined : loopOf(delegate)?.setDelegate(undefined)) ?? idle.get(group);
			delegates.delete(group);
			idle.delete(group);
			const successor = delegate === undefined ? undefined : groupOf.get(delegate);
			return successor === undefined || !delegateState ? [] : [{successor, delegateState}];
		});
		return new Map(Map.groupBy(successors, ({successor}) => successor).entries().map(([successor, delegateStates]) => [successor, delegateStates.map(({delegateState}) => delegateState)]));
	};

	const elect = (names: readonly string[]): void => {
		// For example, a cluster came into being: what was followed until then is still followed.
		const transferred = takeDelegateStates(names.filter(group => !groups.has(group)));
		const changes = names.filter(group => groups.has(group)).flatMap(group => {
			const next = electDelegate(groups.get(group) ?? [], healths);
			const now = delegates.get(group);
			return next === now && !transferred.has(group) ? [] : [{group, now, next}];
		});
		for (const {group, now} of changes) {
			const delegateState = now === undefined ? undefined : loopOf(now)?.setDelegate(undefined);
			delegates.delete(group);
			const all = [delegateState ?? idle.get(group) ?? [], transferred.get(group) ?? []].flat();
			if (all.length > 0) {
				idle.set(group, united(all));
			}
		}

		for (const {group, now, next} of changes) {
			if (next === undefined) {
				const followed = idle.get(group);
				if (now !== undefined && followed) {
					onUnread(now, followed);
				}

				continue;
			}

			loopOf(next)?.setDelegate(idle.get(group) ?? newDelegateState);
			delegates.set(group, next);
			idle.delete(group);
		}
	};

	const regroup = (): void => {
		cancelRegroup = undefined;
		const begunAt = clock.now();
		known = clustersKnown(healths, known);
		const clusters = clusterByAgent(healths, known);
		for (const [agent, cluster] of clusters) {
			if (assigned.get(agent) !== cluster) {
				assignCluster(agent, cluster);
			}
		}

		assigned = clusters;
		groups = groupsOf(healths, clusters);
		groupOf = new Map([...groups].flatMap(([group, members]) => members.map(member => [member, group] as const)));
		elect([...new Set([...delegates.keys(), ...idle.keys(), ...groups.keys()])]);
		regroupCost = clock.now() - begunAt;
		onRegrouped?.();
	};

	// Many agents respond for the first time at once; all are grouped in one go. Ten thousand respond over a minute: grouping them takes a small part of it.
	const regroupSoon = (): void => {
		cancelRegroup ??= clock.schedule(regroup, regroupCost < cheapRegroup ? 0 : Math.min(longestRegroupDelay, regroupCost * regroupDelayFactor));
	};

	return {
		add(agent) {
			healths.set(agent, healths.get(agent) ?? unknownHealth);
		},
		remove(agent) {
			noteShown(agent, healths.get(agent), undefined);
			healths.delete(agent);
			regroupSoon();
		},
		hear(agent, health) {
			const before = healths.get(agent);
			healths.set(agent, health);
			noteShown(agent, before, health);
			if (before?.name !== health.name || before?.identity !== health.identity || before?.cluster !== health.cluster) {
				regroupSoon();
				return;
			}

			const group = groupOf.get(agent);
			elect(group === undefined ? [] : [group]);
		},
		isSettled: () => cancelRegroup === undefined,
		isShown(agent, id) {
			// Every cluster numbers its tasks from 1.
			return showing.get(id)?.values().some(other => !needsDatabase(id) || other === agent || groupOf.get(other) === groupOf.get(agent)) ?? false;
		},
		isElsewhere(id) {
			const generic = parseGenericId(id);
			return generic?.scope === 'agent' && healths.values().every(({name}) => name !== generic.agent);
		},
		isAwaited(id) {
			const generic = parseGenericId(id);
			return generic?.scope === 'agent' && healths.values().some(({name, isQueried, taskIds}) => isQueried && name === generic.agent && taskIds.some(other => isLaterId(id, other)));
		},
		hearList(agent, list) {
			const group = groupOf.get(agent);
			for (const member of group === undefined ? [] : groups.get(group) ?? []) {
				loopOf(member)?.hearList(list);
			}
		},
		hearAnswer(agent) {
			const delegate = delegates.get(groupOf.get(agent) ?? '');
			if (delegate !== undefined && delegate !== agent) {
				loopOf(delegate)?.review();
			}
		},
		isLost: id => healths.values().some(({lostTaskId}) => lostTaskId === id),
		stop() {
			cancelRegroup?.();
		},
	};
};
