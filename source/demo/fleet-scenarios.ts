// The demo fleet's history from before its start: weeks of typical tasks.

import {type Operation} from '../protocol/operation.js';
import {chance, type Input, type Story, storyOf, type TaskDefinition} from './engine/model.js';
import {
	alone,
	backup,
	changeParameters,
	dropTenant,
	earlierUpgrade,
	initializeCluster,
	noMemory,
	outOfMemory,
	scaleOut,
	seconds,
	shareNames,
	startCluster,
	stopCluster,
	upgradeOceanBase,
	work,
} from './tasks.js';

const hour = 3_600_000;

const day = 24 * hour;

type Agents = readonly [string, ...string[]];

/** When the oldest task began, ms. */
export const firstDay = -19 * day;

/** One stage that an agent does alone, in a second or two. */
const single = (name: string, agent: string, ...lines: readonly string[]): TaskDefinition => ({name, nodes: [alone(name, agent, work(1, ...lines))]});

const created = (at: number, owner: string, task: TaskDefinition): Input => ({type: 'create', at, owner, task});

const operated = (at: number, owner: string, {name}: TaskDefinition, operation: Operation): Input => ({type: 'operate', at, owner, task: name, operation});

const configured = (at: number, agent: string): readonly Input[] => [
	created(at, agent, single('Update observer config', agent, 'memory_limit=6G', 'system_memory=1G')),
	created(at + 5000, agent, single('Update cluster config', agent, 'cluster name and id stored')),
];

/** It failed, and minutes later it was operated on. */
const failedAndThen = (at: number, agent: string, task: TaskDefinition, operation: Operation): readonly Input[] => [
	created(at, agent, task), operated(at + (9 * 60_000), agent, task, operation),
];

/** Nightly backups for that many days, the last of them yesterday. */
const nightly = (agent: string, days: number): readonly Input[] => Array.from({length: days}, (_, index) =>
	created(((index - days) * day) - (7 * hour), agent, backup(agent, 600)));

/** On those days a cluster was initialised for a trial, and taken down again. */
const trials = [-18, -15, -11] as const;

/** On those days a cluster was restarted. */
const restarts = [-12, -10, -7, -5] as const;

const restarted = (at: number, agents: Agents): readonly Input[] => [
	created(at, agents[0], stopCluster(agents)),
	created(at + 90_000, agents[0], startCluster(agents)),
];

/** The past of the agents, in the order of `demoAgents`. */
export const pastStory = ([master = '', second = '', third = '', failing = '', one = '', other = '', rolledBack = '', absent = '']: readonly string[]): Story => storyOf([
	...[master, second, third].flatMap((agent, index): readonly Input[] => [
		created(firstDay + (index * 7000), agent, single(index === 0 ? 'Join self' : 'Join to master', agent, `set agent identity to ${index === 0 ? 'master' : 'follower'}`)),
		...configured(firstDay + hour + (index * 20_000), agent),
		created((-6 * day) + (index * 30_000), agent, changeParameters(agent)),
	]),
	created(-16 * day, failing, upgradeOceanBase(failing, earlierUpgrade)),
	...trials.map(days => created(days * day, master, initializeCluster([master, second, third]))),
	...failedAndThen(-11 * day, failing, upgradeOceanBase(failing), 'rollback'),
	created(-2 * day, failing, changeParameters(failing)),
	...[one, other].flatMap((agent, index) => configured(firstDay + (2 * hour) + (index * 20_000), agent)),
	created(-13 * day, 'obprod', {...changeParameters(one), name: 'Change cluster parameters'}),
	...failedAndThen(-9 * day, 'obprod', {...scaleOut(one, 1), name: 'Add a server to every zone'}, 'rollback'),
	...restarts.flatMap(days => restarted(days * day, [one, other])),
	created(-4 * day, 'obprod', dropTenant(one, 'shop_old')),
	...nightly(one, 12),
	created(-17 * day, rolledBack, changeParameters(rolledBack)),
	...failedAndThen(-3 * day, absent, scaleOut(absent, 1), 'pass'),
].toSorted((earlier, later) => earlier.at - later.at));

// The endless stories of the demo fleet: pure functions of the seed and the time, in ms since the fleet started.

/** Repeats a round every `length` ms, the first time at `first`. Inputs are ms after their round's start. */
const inRounds = (length: number, first: number, round: (index: number) => readonly Input[]): Story => (from, to) => {
	// A round's inputs are all within it, so only the rounds that overlap the span count.
	const begin = Math.max(0, Math.floor((from - first) / length));
	const end = Math.floor((to - first) / length);
	return Array.from({length: Math.max(0, end - begin + 1)}, (_, offset) => begin + offset)
		.flatMap(index => round(index).map(input => ({...input, at: input.at + first + (index * length)})))
		.filter(input => input.at > from && input.at <= to);
};

const initializeRound = seconds(240);

/** A new cluster is initialised, again and again. The first time it succeeds; later some observers do not start, which is rolled back or retried. */
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
			// With better luck, memory is freed and the task is retried.
			...(failure ? [{type: 'operate', at: seconds(75), owner: master, task: name, operation: luck < 0.25 ? 'retry' : 'rollback'} as const] : []),
			// A task that is still failed by then, even after the user's operations, makes way for the next round.
			{type: 'operate', at: seconds(215), owner: master, task: name, operation: 'rollback'},
		];
	});
};

const runningRound = seconds(240);

/**
A running cluster's observers are stopped and started, again and again. One start of each round fails, since an observer gets no memory; the
next one succeeds. The first round is past when the demo begins, and leaves no failure, which would be shown beside the start that runs.
*/
export const runningStory = (agents: Agents): Story => {
	const [keeper] = agents;
	// Tasks that the user's operations left behind make way for what follows.
	const cleared = (at: number): readonly Input[] => Object.values(shareNames).flatMap(task => agents.map((owner): Input => ({type: 'operate', at: seconds(at), owner, task, operation: 'pass'})));
	const first: readonly Input[] = [
		{type: 'create', at: seconds(1), owner: keeper, task: startCluster(agents)},
		{type: 'create', at: seconds(75), owner: keeper, task: stopCluster(agents)},
	];
	const later: readonly Input[] = [
		...cleared(0.5),
		{type: 'create', at: seconds(1), owner: keeper, task: stopCluster(agents)},
		...cleared(49),
		{type: 'create', at: seconds(50), owner: keeper, task: startCluster(agents, noMemory)},
	];
	return inRounds(runningRound, seconds(-172), index => [
		...(index === 0 ? first : later),
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

/** Whether the agent that joins and leaves is in its cluster: from 25 s on, but each five minutes not for up to two. */
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

/** Whether the agent that comes and goes is up: not at first, from 20 s on, and then down now and then for up to 25 s. */
export const isPresent = (time: number, seed: number): boolean => {
	if (time < firstAbsence) {
		return false;
	}

	const round = Math.floor(time / absenceRound);
	const leavesAt = seconds(90 + (chance(seed, 'leaves', round) * 50));
	const since = time - (round * absenceRound) - leavesAt;
	return since < 0 || since > seconds(10 + (chance(seed, 'stays away', round) * 15));
};
