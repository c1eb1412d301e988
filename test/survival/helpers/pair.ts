import {generateDemoKey} from '../../../source/demo/crypto.js';
import {type DemoAgent, startDemoAgent} from '../../../source/demo/demo-agent.js';
import {storyOf, type TaskDefinition} from '../../../source/demo/engine/model.js';
import {alone, work} from '../../../source/demo/tasks.js';
import {type FaultyProxy, startFaultyProxy} from '../../helpers/faulty-proxy.js';
import {createWorld, type Watch, type WatchOptions, type World} from './watch.js';

// The smallest key is the fastest one.
const keyPair = generateDemoKey(512);

/** A task that comes to another stage every ten seconds, for an hour and a half. */
export const longTask = (agent: string): TaskDefinition => ({
	name: 'Long task',
	nodes: Array.from({length: 60}, (_, index) => alone(`Step ${index + 1}`, agent, work(index < 40 ? 9 : 180, 'begins', 'ends'))),
});

export type Pair = World & {
	/** The agent that things happen to, and the proxy in front of it. */
	readonly agent: DemoAgent;
	readonly proxy: FaultyProxy;
	/** A healthy one with the same task. */
	readonly neighbour: FaultyProxy;
	readonly watch: Watch;
};

/** That of both agents. */
export const password = 'the agent\'s';

type Settings = {
	/** Called before anything is asked. */
	readonly prepare?: (proxy: FaultyProxy) => Promise<void>;
	readonly options?: WatchOptions;
};

/** Starts an agent with that task. */
export const startWithLongTask = async ({clock, keep}: World): Promise<DemoAgent> => keep(await startDemoAgent({
	clock, keyPair: await keyPair, agentPassword: password,
	scenario: ([label]) => ({begin: -1000, story: storyOf([{type: 'create', at: 0, owner: label, task: longTask(label)}])}),
}));

/** Two agents with the same long task, each behind a proxy, that are watched from the beginning. */
export const watchPair = async ({prepare, options}: Settings = {}): Promise<Pair> => {
	const world = createWorld();
	const {clock, keep} = world;
	const agent = await startWithLongTask(world);
	const proxy = keep(await startFaultyProxy(agent.label, clock));
	const other = await startWithLongTask(world);
	const neighbour = keep(await startFaultyProxy(other.label, clock));
	await prepare?.(proxy);
	return {...world, agent, proxy, neighbour, watch: world.watchAll([proxy, neighbour], {agent: password}, options)};
};
