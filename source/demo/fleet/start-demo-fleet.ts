import {type Clock} from '../../protocol/clock.js';
import {openAgents} from '../start-demo-agent.js';
import {type DemoAgent, type DemoAgentSpec} from '../server/demo-agent.js';
import {cast, fleetPasswords, fleetScript, growingCast} from './cast.js';
import {isInCluster, isPresent} from './stories.js';

export type DemoFleetOptions = {
	readonly clock: Clock;
	/** What the fleet's chances follow from; 1 when left out. */
	readonly seed?: number;
	/** How many times faster than the clock; 1 when left out. */
	readonly speed?: number;
	/** `own`: an address each, 127.0.0.11:2886 and so on, where the machine lets them, else free ports. `free`: free ports of 127.0.0.1. */
	readonly ports?: 'own' | 'free';
	/** One more agent joins and leaves a cluster, and only `seeds` are meant to be named. */
	readonly isGrowing?: boolean;
};

export type DemoFleet = {
	/** "127.0.0.11:2886", in the order in which they are shown best. */
	readonly addresses: readonly string[];
	/** One of each cluster, and those that stand alone. */
	readonly seeds: readonly string[];
	readonly agents: readonly DemoAgent[];
	readonly rootPassword: string;
	readonly agentPassword: string;
	/** Ends every agent and timer. */
	readonly stop: () => Promise<void>;
};

const agentPort = 2886;
// How often those that come and go look whether they should, in ms of real time.
const attendance = 200;

const castOf = ({isGrowing = false}: DemoFleetOptions): typeof cast => isGrowing ? growingCast : cast;

const openFleet = async (options: DemoFleetOptions): ReturnType<typeof openAgents> => {
	const {clock, seed = 1, speed = 1, ports = 'own'} = options;
	const open = async (place: (role: (typeof cast)[number]) => Pick<DemoAgentSpec, 'host' | 'port'>): ReturnType<typeof openAgents> =>
		openAgents(castOf(options).map(role => ({...role.spec, ...place(role)})), keys => fleetScript(keys, seed), {clock, seed, speed});
	if (ports === 'own') {
		try {
			return await open(({number}) => ({host: `127.0.0.${number}`, port: agentPort}));
		} catch {
			// Not every system has more of the loopback net than 127.0.0.1, and another fleet may be running.
		}
	}

	return open(() => ({}));
};

/** Stops or starts an agent where the story says so. */
const attend = (agent: DemoAgent, shouldBeUp: boolean): Promise<void> | undefined => {
	if (shouldBeUp === agent.isUp()) {
		return undefined;
	}

	// A port that somebody took meanwhile is tried again at the next look.
	return (shouldBeUp ? agent.restart() : agent.stop()).catch(() => undefined);
};

/** Does something now and then, one time after the other, until told to end. */
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

/** Starts the demo fleet on loopback addresses. Rejects only where not even free ports can be listened on. */
export const startDemoFleet = async (options: DemoFleetOptions): Promise<DemoFleet> => {
	const {agents, world} = await openFleet(options);
	const {clock, seed = 1} = options;
	const roles = castOf(options);
	const ends = agents.flatMap((agent, index) => [
		...(roles[index]?.comesAndGoes ? [repeat((): Promise<void> | undefined => attend(agent, isPresent(world.now(), seed)), clock)] : []),
		...(roles[index]?.joinsAndLeaves
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
