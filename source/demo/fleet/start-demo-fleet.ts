import {type Clock} from '../../protocol/clock.js';
import {openAgents} from '../start-demo-agent.js';
import {type DemoAgent, type DemoAgentSpec} from '../server/demo-agent.js';
import {type World} from '../server/world.js';
import {cast, fleetPasswords, fleetScript} from './cast.js';
import {isPresent} from './stories.js';

export type DemoFleetOptions = {
	readonly clock: Clock;
	/** What the fleet's chances follow from; 1 when left out. */
	readonly seed?: number;
	/** How many times faster than the clock; 1 when left out. */
	readonly speed?: number;
	/** `own`: an address each, 127.0.0.11:2886 and so on, where the machine lets them, else free ports. `free`: free ports of 127.0.0.1. */
	readonly ports?: 'own' | 'free';
};

export type DemoFleet = {
	/** "127.0.0.11:2886", in the order in which they are shown best. */
	readonly addresses: readonly string[];
	readonly agents: readonly DemoAgent[];
	readonly rootPassword: string;
	readonly agentPassword: string;
	/** Ends every agent and timer. */
	readonly stop: () => Promise<void>;
};

const agentPort = 2886;
// How often the agent that comes and goes looks whether it should, in ms of real time.
const attendance = 200;

const openFleet = async (options: DemoFleetOptions): ReturnType<typeof openAgents> => {
	const {clock, seed = 1, speed = 1, ports = 'own'} = options;
	const open = async (place: (role: (typeof cast)[number]) => Pick<DemoAgentSpec, 'host' | 'port'>): ReturnType<typeof openAgents> =>
		openAgents(cast.map(role => ({...role.spec, ...place(role)})), keys => fleetScript(keys, seed), {clock, seed, speed});
	if (ports === 'own') {
		try {
			return await open(({number}) => ({host: `127.0.0.${number}`, port: agentPort}));
		} catch {
			// Not every system has more of the loopback net than 127.0.0.1, and another fleet may be running.
		}
	}

	return open(() => ({}));
};

/** Stops and starts an agent as the story says, until told to end. */
const attend = (agent: DemoAgent, world: World, {clock, seed = 1}: DemoFleetOptions): (() => Promise<void>) => {
	let hasEnded = false;
	let cancel = (): void => undefined;
	let change: Promise<void> = Promise.resolve();
	const look = async (): Promise<void> => {
		const shouldBeUp = isPresent(world.now(), seed);
		if (shouldBeUp !== agent.isUp()) {
			// A port that somebody took meanwhile is tried again at the next look.
			await (shouldBeUp ? agent.restart() : agent.stop()).catch(() => undefined);
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

/** Starts the demo fleet on loopback addresses. Rejects only where not even free ports can be listened on. */
export const startDemoFleet = async (options: DemoFleetOptions): Promise<DemoFleet> => {
	const {agents, world} = await openFleet(options);
	const ends = agents.flatMap((agent, index) => cast[index]?.comesAndGoes ? [attend(agent, world, options)] : []);
	return {
		addresses: agents.map(({label}) => label),
		agents,
		rootPassword: fleetPasswords.root,
		agentPassword: fleetPasswords.agent,
		async stop() {
			await Promise.all(ends.map(async end => end()));
			await Promise.all(agents.map(async agent => agent.stop()));
		},
	};
};
