// One simulated agent: a real server on a real port, whose tasks live in a world that it may share with others.

import {type Clock} from '../lib/clock.js';
import {formatHostPort} from '../lib/host-port.js';
import {type DemoKeyPair, generateDemoKey, type KeyBits} from './crypto.js';
import {chance} from './random.js';
import {findScenario, joinsCluster, type ScenarioName} from './scenarios.js';
import {faults} from './server/auth.js';
import {createListener, createRequestLog, type RawRequest, type Reply, reply, type RequestCounts} from './server/listener.js';
import {answer, type RoutedAnswer} from './server/router.js';
import {createWorld, type Member, type Script, type World} from './server/world.js';

export type DemoAgentSpec = {
	/** A loopback address; 127.0.0.1 when left out. */
	readonly host?: string;
	/** 0, or left out, takes a free one. */
	readonly port?: number;
	/** SINGLE when left out, or as its scenario wants it; a story may change it. */
	readonly identity?: string;
	readonly zone?: string;
	/** Agents of the same cluster know each other; without one, an agent is alone. */
	readonly cluster?: string;
	/** Left out: no agent password is set. */
	readonly agentPassword?: string;
	/** That of root@sys, empty when left out. */
	readonly rootPassword?: string;
	/** Whatever it is sent is the password of root@sys, also once it is in a cluster. */
	readonly takesAnyPassword?: boolean;
	/** When left out, a fresh one of `keyBits` (1024). A function: by the port that it listens on. */
	readonly keyPair?: DemoKeyPair | ((port: number) => Promise<DemoKeyPair>);
	readonly keyBits?: KeyBits;
	/** `v1` is an agent from before the hybrid encryption. */
	readonly auth?: 'v1' | 'v2';
	/** ms by which its clock is wrong. */
	readonly clockOffset?: number;
	/** False: it has yet to join its cluster. */
	readonly isMember?: boolean;
	/** Overrides what the identity implies: 0 observer down, 1 running, 2 restricted, 3 connected. */
	readonly obState?: number;
};

export type DemoAgent = {
	/** "http://127.0.0.1:2886" */
	readonly address: string;
	/** "127.0.0.1:2886": its key everywhere. */
	readonly label: string;
	readonly requests: () => RequestCounts;
	readonly isUp: () => boolean;
	/** Closes its port and every connection. */
	readonly stop: () => Promise<void>;
	/** Listens again, on the same port, as a new process with the same tasks. Rejects while the port is taken. */
	readonly restart: () => Promise<void>;
	/** Joins its cluster, or leaves it: only while in it, the others know it and it them. */
	readonly setMember: (isMember: boolean) => void;
	/** Takes another key, as after a reinstallation. */
	readonly rotateKey: (next?: DemoKeyPair) => Promise<void>;
	readonly setClockOffset: (offset: number) => void;
	/** undefined takes the agent password away. */
	readonly setAgentPassword: (password: string | undefined) => void;
	readonly setRootPassword: (password: string) => void;
	/** ms that every answer takes longer. */
	readonly setDelay: (delay: number) => void;
	/** Answers that with everything, instead of as an agent: HTML, nonsense, a huge body. undefined: again as an agent. */
	readonly setReply: (instead: Reply | undefined) => void;
};

/** An agent that listens, but is nobody yet: until it is given its world it answers 503. */
type OpenAgent = DemoAgent & {readonly member: Member; readonly join: (world: World) => void};

const hex = (...parts: ReadonlyArray<string | number>): string => Math.floor(chance(...parts) * 0x1_00_00_00_00).toString(16).padStart(8, '0');

const later = async (clock: Clock, delay: number, signal: AbortSignal): Promise<void> => new Promise(resolve => {
	const cancel = clock.schedule(resolve, delay);
	signal.addEventListener('abort', () => {
		cancel();
		resolve();
	}, {once: true});
});

const keyFor = async ({keyPair, keyBits}: DemoAgentSpec, port: number): Promise<DemoKeyPair> =>
	typeof keyPair === 'function' ? keyPair(port) : keyPair ?? generateDemoKey(keyBits);

/** Starts to listen. Rejects where it cannot. */
const openAgent = async (spec: DemoAgentSpec, {clock, seed}: {readonly clock: Clock; readonly seed: number}): Promise<OpenAgent> => {
	const {host = '127.0.0.1', auth = 'v2', zone = 'zone1', identity = 'SINGLE'} = spec;
	const log = createRequestLog();
	let {agentPassword, rootPassword = '', clockOffset = 0} = spec;
	let delay = 0;
	let starts = 0;
	let startedAt = clock.now();
	let isUp = true;
	let {isMember = true} = spec;
	let instead: Reply | undefined;
	let world: World | undefined;
	let traces = 0;

	const handle = async (request: RawRequest, joined: World): Promise<RoutedAnswer> => answer({
		member, world: joined, auth, agentPassword, rootPassword, clockOffset, startedAt, obState: spec.obState,
		takesAnyPassword: spec.takesAnyPassword ?? false,
		pid: 2000 + Math.floor(chance(seed, label, starts) * 30_000),
		now: clock.now() + clockOffset,
		key: async () => key,
	}, {
		method: request.method, uri: request.uri, body: request.body,
		headers: {agent: request.header('x-ocs-agent-header'), root: request.header('x-ocs-header'), v1: request.header('x-ocs-auth')},
	});

	const listener = createListener(async request => {
		const receivedAt = clock.now();
		if (delay > 0) {
			await later(clock, delay, request.signal);
		}

		const handled: RoutedAnswer = world
			? await handle(request, world)
			: {answer: {type: 'fault', fault: {...faults.internal, status: 503}}, auth: undefined, isWrongPassword: false};
		log.record({method: request.method, path: request.uri, auth: handled.auth, isWrongPassword: handled.isWrongPassword});
		traces += 1;
		const duration = Math.max(0, Math.round(clock.now() - receivedAt));
		return instead ?? reply(handled.answer, {
			now: clock.now() + clockOffset,
			startedAt,
			duration,
			traceId: `${hex(seed, label, traces)}${hex(label, traces, seed)}`,
			isChinese: /^zh\b/i.test(request.header('accept-language') ?? ''),
			hasErrorNames: auth === 'v2',
		});
	});

	const port = await listener.listen(host, spec.port ?? 0);
	const label = formatHostPort(host, port);
	// Begun at once, so that the first to ask does not wait for it.
	let key = keyFor(spec, port);
	// Whoever asks for it gets the error; until then it is no reason to end the program.
	key.catch(() => undefined);
	const member: Member = {
		key: label, ip: host, port, zone, identity, cluster: spec.cluster, isUp: () => isUp, isMember: () => isMember,
	};

	return {
		address: `http://${label}`,
		label,
		member,
		requests: log.counts,
		isUp: () => isUp,
		join(joined) {
			world = joined;
		},
		async stop() {
			isUp = false;
			await listener.close();
		},
		async restart() {
			await listener.close();
			await listener.listen(host, port);
			starts += 1;
			startedAt = clock.now();
			isUp = true;
		},
		setMember(next) {
			isMember = next;
		},
		async rotateKey(next) {
			key = Promise.resolve(next ?? await generateDemoKey(spec.keyBits));
		},
		setClockOffset(offset) {
			clockOffset = offset;
		},
		setAgentPassword(password) {
			agentPassword = password;
		},
		setRootPassword(password) {
			rootPassword = password;
		},
		setDelay(next) {
			delay = next;
		},
		setReply(next) {
			instead = next;
		},
	};
};

/** How a world goes: the real clock, a seed that makes it repeatable, and how many times faster than the clock it is. */
type WorldSettings = {readonly clock: Clock; readonly seed?: number; readonly speed?: number};

/** What is played: written for the agents' keys ("ip:port") in the order of their specs. */
type ScriptFor = (keys: readonly [string, ...string[]]) => Script;

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
