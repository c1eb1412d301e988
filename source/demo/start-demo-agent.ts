import {type Clock} from '../protocol/clock.js';
import {type ScenarioName, findScenario, joinsCluster} from './scenarios/scenarios.js';
import {openAgent, type DemoAgent, type DemoAgentSpec, type OpenAgent} from './server/demo-agent.js';
import {createWorld, type Script, type World} from './server/world.js';

/** How a world goes: the real clock, a seed that makes it repeatable, and how many times faster than the clock it is. */
export type WorldSettings = {readonly clock: Clock; readonly seed?: number; readonly speed?: number};

/** What is played: written for the agents' keys ("ip:port") in the order of their specs. */
export type ScriptFor = (keys: readonly [string, ...string[]]) => Script;

type Opened = {readonly agents: readonly OpenAgent[]; readonly world: World};

/** Opens the agents one after the other and gives them one world. What was opened is closed again if one of them cannot listen, and the promise rejects. */
export const openAgents = async (specs: readonly DemoAgentSpec[], script: ScriptFor, {clock, seed = 1, speed = 1}: WorldSettings): Promise<Opened> => {
	const agents: OpenAgent[] = [];
	try {
		for (const spec of specs) {
			agents.push(await openAgent(spec, {clock, seed}));
		}
	} catch (error) {
		await Promise.all(agents.map(async agent => agent.stop()));
		throw error;
	}

	const [first, ...rest] = agents.map(({label}) => label);
	const world = createWorld({
		clock, seed, speed, members: agents.map(({member}) => member), script: first === undefined ? {begin: 0, story: () => []} : script([first, ...rest]),
	});
	for (const agent of agents) {
		agent.join(world);
	}

	return {agents, world};
};

/** Several agents in one world, in the order of their specs. Rejects where one cannot listen. */
export const startDemoAgents = async (specs: readonly DemoAgentSpec[], script: ScriptFor | ScenarioName, settings: WorldSettings): Promise<readonly DemoAgent[]> => {
	const scenario = typeof script === 'string' ? findScenario(script) : undefined;
	const play = typeof script === 'string' ? scenario : script;
	// Agents that are about to form a cluster have joined their master before, as real ones.
	const isForming = scenario !== undefined && joinsCluster(scenario);
	const joined = specs.map((spec, index) => isForming ? {identity: index === 0 ? 'MASTER' : 'FOLLOWER', ...spec} : spec);
	const {agents} = await openAgents(joined, play ?? (() => ({begin: 0, story: () => []})), settings);
	return agents;
};

export type StartDemoAgent = DemoAgentSpec & WorldSettings & {
	/** `none` when left out. */
	readonly scenario?: ScenarioName | ScriptFor;
};

/** One agent in a world of its own. Rejects where it cannot listen. */
export const startDemoAgent = async ({clock, seed = 1, speed = 1, scenario = 'none', ...spec}: StartDemoAgent): Promise<DemoAgent> => {
	const [agent] = await startDemoAgents([spec], scenario, {clock, seed, speed});
	if (!agent) {
		throw new Error('no agent was started');
	}

	return agent;
};
