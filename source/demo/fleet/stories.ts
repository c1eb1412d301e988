// The endless stories of the demo fleet: pure functions of the seed and the time, in ms since the fleet started.

import {type Input, type Story} from '../engine/input.js';
import {chance} from '../hash.js';
import {initializeCluster, outOfMemory} from '../scenarios/initialize.js';
import {noMemory, shareNames, startCluster, stopCluster} from '../scenarios/running-cluster.js';
import {backup} from '../scenarios/upkeep.js';
import {seconds} from '../scenarios/write.js';

type Agents = readonly [string, ...string[]];

/** Repeats what a round brings, every `length` ms, the first time at `first`. Inputs are ms after their round's start. */
const inRounds = (length: number, first: number, round: (index: number) => readonly Input[]): Story => (from, to) => {
	// A round's inputs all lie within it, so that only the rounds that overlap the span count.
	const begin = Math.max(0, Math.floor((from - first) / length));
	const end = Math.floor((to - first) / length);
	return Array.from({length: Math.max(0, end - begin + 1)}, (_, offset) => begin + offset)
		.flatMap(index => round(index).map(input => ({...input, at: input.at + first + (index * length)})))
		.filter(input => input.at > from && input.at <= to);
};

export const initializeRound = seconds(240);

/** A new cluster is initialised, again and again. The first time it succeeds; later some observers do not start, which is rolled back or tried again. */
export const initializeStory = (agents: Agents, seed: number): Story => {
	const [master, ...followers] = agents;
	const {name} = initializeCluster(agents);
	return inRounds(initializeRound, seconds(-16), index => {
		const luck = index === 0 ? 1 : chance(seed, 'initialize', index);
		const failure = luck < 0.5 ? {...outOfMemory, times: 1} : undefined;
		const identities = {[master]: 'MASTER', ...Object.fromEntries(followers.map(agent => [agent, 'FOLLOWER'] as const))};
		return [
			{type: 'become', at: seconds(0.5), identities},
			{type: 'create', at: seconds(1), owner: master, task: initializeCluster(agents, failure)},
			// With better luck somebody frees memory and tries again.
			...(failure ? [{type: 'operate', at: seconds(75), owner: master, task: name, operation: luck < 0.25 ? 'retry' : 'rollback'} as const] : []),
			// What is still failed then, also by a person's hand, makes way for the next round.
			{type: 'operate', at: seconds(215), owner: master, task: name, operation: 'rollback'},
		];
	});
};

const runningRound = seconds(240);

/** A running cluster's observers are stopped and started again, again and again. One start of each round fails, since an observer gets no memory; the next one succeeds. */
export const runningStory = (agents: Agents): Story => {
	const [keeper] = agents;
	// What a person's hand left behind makes way for what follows.
	const cleared = (at: number): readonly Input[] => Object.values(shareNames).flatMap(task => agents.map((owner): Input => ({type: 'operate', at: seconds(at), owner, task, operation: 'pass'})));
	return inRounds(runningRound, seconds(-172), () => [
		...cleared(0.5),
		{type: 'create', at: seconds(1), owner: keeper, task: stopCluster(agents)},
		...cleared(49),
		{type: 'create', at: seconds(50), owner: keeper, task: startCluster(agents, noMemory)},
		...cleared(149),
		{type: 'create', at: seconds(150), owner: keeper, task: startCluster(agents)},
	]);
};

/** One backup after the other, each with a pause. */
export const backupStory = (agent: string): Story => inRounds(seconds(1200), seconds(-320), () => [
	{type: 'create', at: seconds(1), owner: agent, task: backup(agent, 1080)},
]);

const firstJoin = seconds(25);
const membershipRound = seconds(300);

/** Whether the agent that joins and leaves is in its cluster: from 25 s on, and each five minutes without it for up to two. */
export const isInCluster = (time: number, seed: number): boolean => {
	if (time < firstJoin) {
		return false;
	}

	const round = Math.floor(time / membershipRound);
	const since = time - (round * membershipRound) - seconds(100);
	return since < 0 || since > seconds(80 + (chance(seed, 'away from the cluster', round) * 40));
};

const firstAbsence = seconds(20);
const absenceRound = seconds(180);

/** Whether the agent that comes and goes is there: not at first, after 20 s, and then away now and then for up to 25 s. */
export const isPresent = (time: number, seed: number): boolean => {
	if (time < firstAbsence) {
		return false;
	}

	const round = Math.floor(time / absenceRound);
	const leavesAt = seconds(90 + (chance(seed, 'leaves', round) * 50));
	const since = time - (round * absenceRound) - leavesAt;
	return since < 0 || since > seconds(10 + (chance(seed, 'stays away', round) * 15));
};
