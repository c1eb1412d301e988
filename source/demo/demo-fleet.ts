import {type Clock} from '../lib/clock.js';
import {type DemoAgent, type DemoAgentSpec, openAgents} from './demo-agent.js';
import {mergeStories} from './engine/model.js';
import {backupStory, firstDay, initializeStory, isInCluster, isPresent, pastStory, runningStory} from './fleet-scenarios.js';
import {findScenario, type ScenarioName} from './scenarios.js';
import {type Script} from './server/world.js';

// In one import with the rest of the demo.
export {generateDemoKey, pairOf} from './crypto.js';
export {startDemoAgent} from './demo-agent.js';
export {findScenario, joinsCluster, scenarioNames} from './scenarios.js';

/** The passwords of the demo's agents; no secret. */
const fleetPasswords = {root: 'demo-root', agent: 'demo-agent'} as const;

type Role = {
	/** The last number of its address, if it gets one of its own. */
	readonly number: number;
	readonly spec: DemoAgentSpec;
	readonly scenario?: ScenarioName;
	readonly isSometimesAbsent?: boolean;
	/** Joins and leaves its cluster. */
	readonly isSometimesMember?: boolean;
	/** Named if only one agent of each cluster is named. */
	readonly isSeed?: boolean;
};

const {root: rootPassword, agent: agentPassword} = fleetPasswords;

const demo = {cluster: 'obdemo', rootPassword} as const;

const prod = {cluster: 'obprod', rootPassword, identity: 'CLUSTER AGENT'} as const;

/** The fleet whose agents are all named: a cluster in the making, a failed upgrade, a running cluster, one that was rolled back, one that comes and goes, one without a task. */
const demoAgents: readonly Role[] = [
	{number: 11, isSeed: true, spec: {...demo, identity: 'MASTER', zone: 'zone1', keyBits: 2048}},
	{number: 12, spec: {...demo, identity: 'FOLLOWER', zone: 'zone2'}},
	{number: 13, spec: {...demo, identity: 'FOLLOWER', zone: 'zone3'}},
	{number: 21, isSeed: true, spec: {agentPassword}, scenario: 'failing'},
	{number: 31, isSeed: true, spec: {...prod, zone: 'zone1'}},
	{number: 32, spec: {...prod, zone: 'zone2'}},
	{number: 41, isSeed: true, spec: {keyBits: 512}, scenario: 'rolled-back'},
	{number: 42, isSeed: true, spec: {agentPassword}, scenario: 'idle', isSometimesAbsent: true},
	{number: 43, isSeed: true, spec: {}},
];

/** With discovery there is one more agent, which joins the running cluster and leaves it. */
const growingDemoAgents: readonly Role[] = [...demoAgents, {number: 33, spec: {...prod, zone: 'zone3', isMember: false}, isSometimesMember: true}];

const empty: Script = {begin: 0, story: () => []};

/** The story of the whole fleet, for its agents' keys in the order of `demoAgents`. */
const fleetScript = (keys: readonly string[], seed: number): Script => {
	const [master = '', second = '', third = '', , one = '', other = ''] = keys;
	const scripts = demoAgents.map(({scenario}, index) => scenario === undefined ? empty : findScenario(scenario)?.([keys[index] ?? '']) ?? empty);
	return {
		begin: firstDay - 1000,
		story: mergeStories(
			initializeStory([master, second, third], seed),
			runningStory([one, other]),
			backupStory(one),
			...scripts.map(({story}) => story),
			pastStory(keys),
		),
	};
};

export type DemoFleetDeps = {
	readonly clock: Clock;
	/** The random seed of the fleet; default 1. */
	readonly seed?: number;
	/** How many times faster than the clock; default 1. */
	readonly speed?: number;
	/** `own`: an address each, 127.0.0.11:2886 and so on, if the machine allows, otherwise free ports. `free`: free ports of 127.0.0.1. */
	readonly ports?: 'own' | 'free';
	/** One more agent joins and leaves a cluster, and only `seeds` should be named. */
	readonly isGrowing?: boolean;
};

export type DemoFleet = {
	/** "127.0.0.11:2886", in the order in which they are shown best. */
	readonly addresses: readonly string[];
	/** One of each cluster, and the agents that are alone. */
	readonly seeds: readonly string[];
	readonly agents: readonly DemoAgent[];
	readonly rootPassword: string;
	readonly agentPassword: string;
	/** Ends every agent and timer. */
	readonly stop: () => Promise<void>;
};

const agentPort = 2886;

// ms of real time between checks whether agents should come or go.
const attendance = 200;

const demoAgentsOf = ({isGrowing = false}: DemoFleetDeps): typeof demoAgents => isGrowing ? growingDemoAgents : demoAgents;

const openFleet = async (options: DemoFleetDeps): ReturnType<typeof openAgents> => {
	const {clock, seed = 1, speed = 1, ports = 'own'} = options;
	const open = async (place: (role: (typeof demoAgents)[number]) => Pick<DemoAgentSpec, 'host' | 'port'>): ReturnType<typeof openAgents> =>
		openAgents(demoAgentsOf(options).map(role => ({...role.spec, ...place(role)})), keys => fleetScript(keys, seed), {clock, seed, speed});
	if (ports === 'own') {
		try {
			return await open(({number}) => ({host: `127.0.0.${number}`, port: agentPort}));
		} catch {
			// Not every system has more loopback addresses than 127.0.0.1, and another fleet may be running.
		}
	}

	return open(() => ({}));
};

/** Stops or starts an agent as the story says. */
const startOrStop = (agent: DemoAgent, shouldBeUp: boolean): Promise<void> | undefined => {
	if (shouldBeUp === agent.isUp()) {
		return undefined;
	}

	// A port that was taken meanwhile is tried again at the next check.
	return (shouldBeUp ? agent.restart() : agent.stop()).catch(() => undefined);
};

/** Runs something now and then, one call after the other, until ended. */
const repeat = (act: () => Promise<void> | undefined, clock: Clock): (() => Promise<void>) => {
	let hasEnded = false;
	let cancel = (): void => undefined;
	let change: Promise<void> = Promise.resolve();
	const look = async (): Promise<void> => {
		const acting = act();
		if (acting) {
			await acting;
		}

		if (!hasEnded) {
			cancel = clock.schedule(() => {
				change = look();
			}, attendance);
		}
	};

	change = look();
	return async () => {
		hasEnded = true;
		cancel();
		await change;
		cancel();
	};
};

/** Starts the demo fleet on loopback addresses. Rejects only if not even free ports work. */
export const startDemoFleet = async (options: DemoFleetDeps): Promise<DemoFleet> => {
	const {agents, world} = await openFleet(options);
	const {clock, seed = 1} = options;
	const roles = demoAgentsOf(options);
	const ends = agents.flatMap((agent, index) => [
		...(roles[index]?.isSometimesAbsent ? [repeat((): Promise<void> | undefined => startOrStop(agent, isPresent(world.now(), seed)), clock)] : []),
		...(roles[index]?.isSometimesMember
			? [repeat(() => {
				agent.setMember(isInCluster(world.now(), seed));
				return undefined;
			}, clock)]
			: []),
	]);
	return {
		addresses: agents.map(({label}) => label),
		seeds: agents.filter((_, index) => roles[index]?.isSeed).map(({label}) => label),
		agents,
		rootPassword: fleetPasswords.root,
		agentPassword: fleetPasswords.agent,
		async stop() {
			await Promise.all(ends.map(async end => end()));
			await Promise.all(agents.map(async agent => agent.stop()));
		},
	};
};
