import {type Clock} from '../protocol/clock.js';
import {type AgentLoop} from './agent-loop.js';
import {clusterByAgent, clustersKnown, electSpeaker, groupsOf} from './cluster-duty.js';
import {needsDatabase, newDuty, united, type DutyMemory} from './duty-memory.js';
import {unknownHealth, type Health} from './health.js';

/** Keeps who has the duty to ask for what concerns more than one agent, as their health changes. */
export type Roster = {
	readonly hear: (agent: string, health: Health) => void;
	/** One more agent, the last in order. */
	readonly add: (agent: string) => void;
	readonly remove: (agent: string) => void;
	/** Whether the task of that id, which the agent lists, is some agent's or its cluster's last maintenance task. */
	readonly isShown: (agent: string, id: string) => boolean;
	/** Whether everybody who is known has found its group; not so for a moment after somebody introduced itself. */
	readonly isSettled: () => boolean;
	readonly stop: () => void;
};

export type RosterOptions = {
	/** All keys, in the user's order. */
	readonly agents: readonly string[];
	readonly loopOf: (agent: string) => Pick<AgentLoop, 'setDuty'> | undefined;
	readonly clock: Clock;
	/** Called when an agent is found to belong to a cluster, or to another one. */
	readonly assignCluster: (agent: string, cluster: string) => void;
	/** Called when the groups were formed anew. */
	readonly onRegrouped?: (() => void) | undefined;
};

export const createRoster = ({agents, loopOf, clock, assignCluster, onRegrouped}: RosterOptions): Roster => {
	const healths = new Map(agents.map(agent => [agent, unknownHealth]));
	const speakers = new Map<string, string>();
	const idle = new Map<string, DutyMemory>();
	let known: ReturnType<typeof clustersKnown> = new Map();
	let assigned: ReadonlyMap<string, string> = new Map();
	let groups: ReadonlyMap<string, readonly string[]> = new Map();
	let groupOf: ReadonlyMap<string, string> = new Map();
	let cancelRegroup: (() => void) | undefined;

	/** What the speakers of groups that are no more knew, by the group that each of them is in now. */
	const takeInheritances = (dissolved: readonly string[]): ReadonlyMap<string, readonly DutyMemory[]> => {
		const heirs = dissolved.flatMap(group => {
			const speaker = speakers.get(group);
			const duty = (speaker === undefined ? undefined : loopOf(speaker)?.setDuty(undefined)) ?? idle.get(group);
			speakers.delete(group);
			idle.delete(group);
			const heir = speaker === undefined ? undefined : groupOf.get(speaker);
			return heir === undefined || !duty ? [] : [{heir, duty}];
		});
		return new Map(Map.groupBy(heirs, ({heir}) => heir).entries().map(([heir, duties]) => [heir, duties.map(({duty}) => duty)]));
	};

	const elect = (names: readonly string[]): void => {
		// Its cluster was born, say: what was followed until then is followed further.
		const inherited = takeInheritances(names.filter(group => !groups.has(group)));
		const changes = names.filter(group => groups.has(group)).flatMap(group => {
			const next = electSpeaker(groups.get(group) ?? [], healths);
			const now = speakers.get(group);
			return next === now && !inherited.has(group) ? [] : [{group, now, next}];
		});
		for (const {group, now} of changes) {
			const duty = now === undefined ? undefined : loopOf(now)?.setDuty(undefined);
			speakers.delete(group);
			const all = [duty ?? idle.get(group) ?? [], inherited.get(group) ?? []].flat();
			if (all.length > 0) {
				idle.set(group, united(all));
			}
		}

		for (const {group, next} of changes) {
			if (next === undefined) {
				continue;
			}

			loopOf(next)?.setDuty(idle.get(group) ?? newDuty);
			speakers.set(group, next);
			idle.delete(group);
		}
	};

	const regroup = (): void => {
		cancelRegroup = undefined;
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
		elect([...new Set([...speakers.keys(), ...idle.keys(), ...groups.keys()])]);
		onRegrouped?.();
	};

	// Many agents introduce themselves at once; all are grouped in one go.
	const regroupSoon = (): void => {
		cancelRegroup ??= clock.schedule(regroup, 0);
	};

	return {
		add(agent) {
			healths.set(agent, healths.get(agent) ?? unknownHealth);
		},
		remove(agent) {
			healths.delete(agent);
			regroupSoon();
		},
		hear(agent, health) {
			const before = healths.get(agent);
			healths.set(agent, health);
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
			const isOfCluster = needsDatabase(id);
			return healths.entries().some(([other, {taskIds}]) => taskIds.includes(id) && (!isOfCluster || other === agent || groupOf.get(other) === groupOf.get(agent)));
		},
		stop() {
			cancelRegroup?.();
		},
	};
};
